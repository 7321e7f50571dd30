"""栏目类型 What a column is for, by exact names from the directory, strongest source first."""

import re

from model import ColumnDirectory, ColumnKind, PageFacts, Site
from model.site import bare_name
from reading.address import column_key

_TITLE_PARTS = re.compile(r"\s*[-_|—–]+\s*|>>|::")


def kind_of(
    key: str, page: PageFacts | None, anchors: tuple[str, ...], site: Site, directory: ColumnDirectory
) -> tuple[ColumnKind, str | None]:
    """定类型 The kind and which source told it: override, column_type, column_name, crumbs, navigation, title."""
    for override in site.overrides:
        if column_key(override.url, site) == key:
            return override.kind, "override"
    for source, name in names_of(page, anchors):
        found = directory.kind_of(name)
        if found is not None:
            return found, source
    return ColumnKind.OTHER, None


def names_of(page: PageFacts | None, anchors: tuple[str, ...]) -> list[tuple[str, str]]:
    """栏目名来源 Every name a column goes by, with its source, strongest first.

    A ColumnName that neither title nor breadcrumb bears out was copied with the template (seen on a whole
    provincial site, where every list page names one and the same column) and is not heard.
    """
    names: list[tuple[str, str]] = []
    if page is not None:
        kinds = [part for part in re.split(r"[,，;；、]", page.column_type or "") if part.strip()]
        own = page.column_name
        if own and not _borne_out(own, page):
            kinds = [part for part in kinds if part != own]
            own = None
        names += [("column_type", part) for part in kinds]
        names += [("column_name", own)] if own else []
        names += [("crumbs", page.crumbs[-1].name)] if page.crumbs else []
    names += [("navigation", anchor) for anchor in anchors if anchor]
    if page is not None and page.title:
        names += [("title", part) for part in _TITLE_PARTS.split(page.title) if part.strip()]
    return names


def _borne_out(name: str, page: PageFacts) -> bool:
    told = bare_name(page.title) + "".join(bare_name(crumb.name) for crumb in page.crumbs)
    return not told or bare_name(name) in told
