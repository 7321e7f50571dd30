"""模板栏目树 What stands below a column, by whatever its site tells of it, and in which order its menus show that."""

from collections.abc import Iterable
from typing import NamedTuple

from checks.material import column_evidence
from checks.sight import entry_evidence, own_entries
from model import Column, ColumnKind, Evidence, Named, Observation, PageFacts
from model.site import bare_name
from model.survey import plain_address


def below(observation: Observation, root: Column) -> dict[str, Evidence]:
    """下级名称 Bare names of the columns and entries below a column, each with where it was seen."""
    keys = set(root.children)
    found: dict[str, Evidence] = {}
    for column in observation.columns:
        inside = column.key in keys or (bool(root.path) and column.path[: len(root.path)] == root.path)
        if root.kind is ColumnKind.DISCLOSURE and column.in_disclosure:
            inside = True
        if inside and column.key != root.key:
            found.setdefault(bare_name(column.name), column_evidence(column))
    for page in pages_of(observation, root):
        for link in own_entries(page):
            if link.anchor:
                found.setdefault(bare_name(link.anchor), entry_evidence(page, link.anchor, link.url))
    return found


def pages_of(observation: Observation, root: Column) -> list[PageFacts]:
    """本栏目页面 The pages that were read at the column's own address, the rendered one if there is one."""
    address = plain_address(root.url)
    found = [
        page
        for page in observation.pages
        if page.outcome.observed and address in (plain_address(page.url), plain_address(page.final_url))
    ]
    return [page for page in found if page.rendered] or found


class Order(NamedTuple):
    """顺序 In which order a page shows the children of a column, in a menu or only among its links."""

    names: tuple[str, ...]
    page: PageFacts
    in_menu: bool


def orders(observation: Observation, root: Column, children: Iterable[Named]) -> list[Order]:
    """各页顺序 Each order in which a page of the column shows two or more of its children, with the first such page."""
    names = {bare_name(name): child.name for child in children for name in reversed(child.names)}
    found: dict[tuple[str, ...], Order] = {}
    for page in pages_of(observation, root):
        menu, links = [entry.name for entry in page.menu], [link.anchor for link in page.links]
        for shown in (menu, links):
            order = tuple(dict.fromkeys(names[bare] for one in shown if (bare := bare_name(one)) in names))
            if len(order) > 1:
                found.setdefault(order, Order(order, page, shown is menu))
                break
    return list(found.values())
