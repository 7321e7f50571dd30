"""栏目设置与模板不符 A column tree differs from its template in names, place or order (三统一).

何为问题: 政府信息公开专栏（或其他有统一模板的栏目）的名称、位置、下设板块或先后顺序与规定不一致。
怎样测量: 栏目名与规定名称逐字比对（去空格与符号）；看首页是否有直达链接；在其下级栏目、本栏目页面的菜单与链接中找各板块；以本栏目页面菜单中的先后为顺序。
反例: 首页与栏目页面都看全，栏目名是“信息公开”而规定为“政府信息公开”；板块“政府信息公开制度”全站未见；年报排在指南之前。
正例: 规定未要求逐字一致时用的是同义名；板块之间另有其他栏目，相对顺序未变。
局限: 首页或栏目页面含脚本而未渲染、采集未完、栏目打不开、板块在专栏之外、只有相近名称、各页顺序不一的，只提请人工核实；“显著位置”只看首页有无直达链接，不量版面。
"""

from collections.abc import Iterable, Iterator

import model
from checks.likeness import akin
from checks.material import column_evidence
from checks.sight import (
    entry_evidence,
    gap_of,
    has_nameless_entries,
    is_unread,
    menu_evidence,
    own_entries,
    scripted_gap,
    surely_seen,
)
from checks.template_tree import below, orders, pages_of
from model import Column, ColumnForm, ColumnKind, Evidence, Hit, Moment, Named, Observation, Subject, Unsure
from model.site import bare_name
from model.survey import plain_address

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ORDER = "order"
LONGEST_NAME = 16


class Params(model.Params):
    """参数 The column `root` must bear exactly its name, `on_home` be linked from the home page, and hold `children`.

    `order`: they must stand in this order. `exact`: names must be the template's own, not only synonyms.
    """

    root: Named
    root_kinds: tuple[ColumnKind, ...] = ()
    children: tuple[Named, ...] = ()
    on_home: bool = False
    order: bool = False
    exact: bool = False
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure]:
    """判定 One answer for the root, each child and the order; without a root only that one is told."""
    root = _root(subject, params)
    gap = gap_of(subject) or scripted_gap(subject) or ""
    if params.ask:
        yield _asked(subject, params, root)
    elif root is None:
        yield _no_root(subject, params, gap)
    elif is_unread(root) or root.outcome.missing or root.form is ColumnForm.LINK_OUT:
        yield _answer(
            Unsure, "root_shut", subject, params, params.root.name, [column_evidence(root)], root.name
        )
    else:
        yield from _named(subject, params, root, gap)
        yield from _placed(subject, params, root, gap)
        yield from _held(subject, params, root, gap)


def _root(observation: Observation, params: Params) -> Column | None:
    """The column of that very name, else of a synonym, else of the kind; those that were read first."""
    names = [bare_name(name) for name in params.root.names]
    found = [
        (names.index(bare) if bare in names else len(names), is_unread(column), position)
        for position, column in enumerate(observation.columns)
        if (bare := bare_name(column.name)) in names or column.kind in params.root_kinds
    ]
    return observation.columns[min(found)[2]] if found else None


def _no_root(observation: Observation, params: Params, gap: str) -> Hit:
    like = [
        column
        for column in observation.columns
        if column.in_disclosure or any(akin(column.name, one.name) for one in (params.root, *params.children))
    ]
    case = "root_unread" if gap else "root_like" if like else "root_absent"
    seen = "、".join(column.name for column in like[:5])
    evidence = menu_evidence(observation, like)
    answer = Hit if case == "root_absent" else Unsure
    return _answer(answer, case, observation, params, params.root.name, evidence, seen, gap)


def _named(observation: Observation, params: Params, root: Column, gap: str) -> Iterator[Hit | Unsure]:
    """The column may be called otherwise elsewhere: an entry of the very name that leads to it is enough."""
    wanted, name = bare_name(params.root.name), bare_name(root.name)
    allowed = {bare_name(one) for one in params.root.names}
    if name == wanted or (not params.exact and (name in allowed or root.kind in params.root_kinds)):
        return
    if wanted in _labels(observation, root):
        return
    case = "root_name_maybe" if gap else "root_name"
    evidence = (column_evidence(root), *menu_evidence(observation))
    yield _answer(
        Unsure if gap else Hit, case, observation, params, params.root.name, evidence, root.name, gap
    )


def _labels(observation: Observation, root: Column) -> set[str]:
    """Words of all entries that lead to the column."""
    address = plain_address(root.url)
    return {
        bare_name(entry.link.anchor)
        for entry in observation.entries
        if plain_address(entry.link.url) == address
    }


def _placed(observation: Observation, params: Params, root: Column, gap: str) -> Iterator[Hit | Unsure]:
    home = observation.home
    if not params.on_home or home is None:
        return
    if home.outcome.observed:
        names = {bare_name(name) for name in (*params.root.names, root.name)}
        for link in own_entries(home):
            if plain_address(link.url) == plain_address(root.url) or bare_name(link.anchor) in names:
                return
    case = "place_maybe" if gap else "place"
    locus = f"{params.root.name}/home"
    evidence = (column_evidence(root), *menu_evidence(observation))
    yield _answer(Unsure if gap else Hit, case, observation, params, locus, evidence, root.name, gap)


def _held(observation: Observation, params: Params, root: Column, gap: str) -> Iterator[Hit | Unsure]:
    """Each child, then their order."""
    names = below(observation, root)
    pages = pages_of(observation, root)
    if not gap and not all(surely_seen(page) for page in pages):
        gap = "page_scripted"
    if not gap and (not pages or any(has_nameless_entries(page) for page in pages)):
        gap = "pictures" if pages else "unread_columns"
    for child in params.children:
        yield from _child(observation, params, child, names, gap)
    if params.order and len(params.children) > 1:
        yield from _ordered(observation, params, root, gap)


def _child(
    observation: Observation, params: Params, child: Named, names: dict[str, Evidence], gap: str
) -> Iterator[Hit | Unsure]:
    wanted = [bare_name(name) for name in child.names]
    if wanted[0] in names:
        return
    other = next((names[name] for name in wanted[1:] if name in names), None)
    if other is not None:
        if params.exact:
            answer = Unsure if gap else Hit
            case = "child_name_maybe" if gap else "child_name"
            seen = _word(other)
            yield _answer(answer, case, observation, params, child.name, (other,), seen, gap)
        return
    elsewhere = [column for column in observation.columns if bare_name(column.name) in wanted]
    like = [
        evidence for name, evidence in names.items() if len(name) <= LONGEST_NAME and akin(name, child.name)
    ]
    if elsewhere or like:
        case = "child_elsewhere" if elsewhere else "child_like"
        shown = [column_evidence(column) for column in elsewhere[:3]] or like[:3]
        seen = "、".join(_word(one) for one in shown)
        yield _answer(Unsure, case, observation, params, child.name, shown, seen)
        return
    shown = list(names.values())[:8]
    seen = "、".join(_word(one) for one in shown)
    case = "child_unread" if gap else "child_absent"
    yield _answer(Unsure if gap else Hit, case, observation, params, child.name, shown, seen, gap)


def _ordered(observation: Observation, params: Params, root: Column, gap: str) -> Iterator[Hit | Unsure]:
    """Wrong only when every page of the column shows the same wrong order."""
    shown = orders(observation, root, params.children)
    wanted = [child.name for child in params.children]
    wrong = [one for one in shown if list(one.names) != [name for name in wanted if name in one.names]]
    if shown and not wrong:
        return
    if not shown:
        case = "order_unseen"
    elif len(shown) > 1:
        case = "order_varies"
    else:
        case = "order_maybe" if gap or not wrong[0].in_menu else ORDER
    evidence = [entry_evidence(one.page, "、".join(one.names), "") for one in wrong[:4]]
    seen = "、".join(wrong[0].names) if wrong else ""
    answer = Hit if case == ORDER else Unsure
    yield _answer(answer, case, observation, params, ORDER, evidence or [column_evidence(root)], seen, gap)


def _word(evidence: Evidence) -> str:
    return evidence.quote.rpartition(" http")[0] or evidence.quote


def _asked(observation: Observation, params: Params, root: Column | None) -> Hit:
    shown = [column_evidence(root), *list(below(observation, root).values())[:7]] if root else []
    case = "asked_found" if root else "asked_nothing"
    seen = "、".join(_word(one) for one in shown)
    evidence = shown or menu_evidence(observation)
    return _answer(Unsure, case, observation, params, params.root.name, evidence, seen)


def _answer(
    answer: type[Hit],
    case: str,
    observation: Observation,
    params: Params,
    locus: str,
    evidence: Iterable[Evidence],
    seen: str = "",
    gap: str = "",
) -> Hit:
    allowed = (
        "、".join(child.name for child in params.children) if locus == ORDER else locus.partition("/")[0]
    )
    return answer(
        message_id=f"check.template_mismatch.{case}",
        params={
            "name": locus.partition("/")[0],
            "root": params.root.name,
            "seen": seen or "none",
            "wanted": allowed,
            "gap": gap,
        },
        evidence=tuple(evidence),
        locus=locus,
        url=observation.site.home,
        measured=seen or None,
        allowed=allowed,
    )
