"""栏目类型 What a column is for, by exact names from the directory, strongest source first."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from model import ColumnDirectory, ColumnKind, ColumnOverride, PageFacts, Site
from model.site import bare_name
from reading.address import column_key
from reading.likeness import exact_kind

_TITLE_PARTS = re.compile(r"\s*[-_|—–]+\s*|>>|::")
_TAGS = re.compile(r"<[^<>]{0,200}>")  # seen in titles: a template's own tags
_SITE_TITLE = re.compile(
    r"[^-_|—–]{2,30}(?:人民政府|公署|门户网站|政府网站?|政务网|信息网|公众信息网)(?:群|首页)?"
)
_UNFILLED = re.compile(r"\s*(?:null|undefined|none|栏目名称)\s*$|.{0,20}(?:<|\$\{|\{\{|\[!--)", re.I)
_HOME_NAMES = frozenset({"首页", "网站首页", "主页"})
_TYPE_PARTS = re.compile(r"[,，;；、]")
_TEMPLATE_COLUMNS = 2
# Sections of a menu: a ColumnType that names one of them tells where a column hangs, not what it holds.
_SECTIONS = frozenset({ColumnKind.HOME, ColumnKind.INTERACTION, ColumnKind.DISCLOSURE, ColumnKind.STATUTORY})


class TypeMetas(NamedTuple):
    """类型元标签 What all columns of a site together tell of their ColumnType metas.

    `copied`: types that came with the template; `names`: the columns' own names. Both bare.
    """

    copied: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


NO_METAS = TypeMetas()


def kind_of(
    key: str,
    page: PageFacts | None,
    anchors: tuple[str, ...],
    site: Site,
    directory: ColumnDirectory,
    types: TypeMetas = NO_METAS,
) -> tuple[ColumnKind, str | None]:
    """定类型 The kind and which source told it: override, column_name, crumbs, column_type, navigation, title."""
    override = override_of(key, site)
    if override is not None:
        return override.kind, "override"
    for source, name in names_of(page, anchors):
        found = exact_kind(name, directory)
        if found is None or (source == "column_type" and _misleads(name, found, page, types)):
            continue
        return found, source
    return ColumnKind.OTHER, None


def override_of(key: str, site: Site) -> ColumnOverride | None:
    """人工映射 What a person said of the column of this key, wherever the address was copied from."""
    bare = key.rstrip("/")
    return next((one for one in site.overrides if column_key(one.url, site).rstrip("/") == bare), None)


def names_of(page: PageFacts | None, anchors: tuple[str, ...]) -> list[tuple[str, str]]:
    """栏目名来源 Every name a column goes by, with its source, strongest first.

    What a visitor reads as its name outranks the ColumnType: on real sites the type is often the section's
    (问答精选 under 互动交流) or two kinds in one (回应关切 of type 解读回应). A ColumnName that neither title nor
    breadcrumb bears out was copied with the template (seen on a whole provincial site, where every list page
    names one and the same column) and is not heard.
    """
    names: list[tuple[str, str]] = []
    if page is not None:
        told = page.column_name
        copied = told if told and not _borne_out(told, page) else None
        types = [part for part in _TYPE_PARTS.split(page.column_type or "") if part.strip()]
        names += [("column_name", told)] if told and not copied else []
        names += [("crumbs", page.crumbs[-1].name)] if page.crumbs else []
        names += [("column_type", part) for part in types if part != copied]
    names += [("navigation", anchor) for anchor in anchors if anchor]
    if page is not None and page.title:
        names += [("title", part) for part in title_parts(page.title)]
    return names


def title_parts(title: str) -> list[str]:
    """标题各段 The names that a title joins."""
    return [part for part in _TITLE_PARTS.split(_TAGS.sub("", title)) if part.strip()]


def own_name(page: PageFacts) -> str | None:
    """自称 The name a page gives its column: the ColumnName that it bears out, else the last step of its breadcrumb."""
    if page.column_name and _borne_out(page.column_name, page):
        return page.column_name
    return page.crumbs[-1].name if page.crumbs else None


def type_metas(pages: Iterable[PageFacts], directory: ColumnDirectory) -> TypeMetas:
    """类型元标签可信度 From one page of each column: a type that two columns' own names contradict, and fewer bear out, is copied."""
    agree: dict[str, set[str]] = defaultdict(set)
    differ: dict[str, set[str]] = defaultdict(set)
    names: set[str] = set()
    for page in pages:
        own = own_name(page)
        if own is None:
            continue
        names.add(bare_name(own))
        mine = exact_kind(own, directory)
        for part in _TYPE_PARTS.split(page.column_type or ""):
            kind = exact_kind(part, directory)
            if kind is not None and mine is not None:
                (agree if kind is mine else differ)[bare_name(part)].add(bare_name(own))
    copied = {
        part
        for part, found in differ.items()
        if len(found) >= _TEMPLATE_COLUMNS and len(found) > len(agree[part])
    }
    return TypeMetas(frozenset(copied), frozenset(names))


def _misleads(part: str, kind: ColumnKind, page: PageFacts | None, types: TypeMetas) -> bool:
    """A copied type, or the name of another column of the site: the section this one belongs to."""
    bare = bare_name(part)
    own = own_name(page) if page is not None else None
    named = own is not None and bare_name(own) != bare
    return bare in types.copied or (named and kind in _SECTIONS and bare in types.names)


def _borne_out(name: str, page: PageFacts) -> bool:
    """Whether title or breadcrumb say the name too. A title that is only the site's own says nothing either way."""
    bare = bare_name(name)
    if bare in _HOME_NAMES or _UNFILLED.match(name):
        return False  # the home page's template, or one that nobody filled in
    title = bare_name(_TAGS.sub("", page.title))
    if bare_name(page.meta.get("sitename", "")) == title or _SITE_TITLE.fullmatch(title):
        title = ""
    told = title + "".join(bare_name(crumb.name) for crumb in page.crumbs)
    return not told or bare in told
