"""栏目映射 What people say the columns of a site are, from the spreadsheet they corrected: every row right, or nothing is taken."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urljoin

from audit.spreadsheet import BadRows, Heads, bare_cell, read_sheet
from audit.target import home_url, target_site
from model import ColumnKind, ColumnOverride, Fault, Site
from model.site import bare_name
from reading.address import column_key, is_own
from report.messages import LANGUAGES, Messages
from rules import column_directory
from storage import Store

HEADS: Heads = {
    "url": ("栏目地址", "栏目网址", "栏目链接", "地址", "网址", "columnaddress", "url"),
    "kind": ("栏目类型", "类型", "columntype", "kind"),
    "name": ("栏目名称", "栏目", "名称", "columnname", "name"),
    "site": ("网站", "网站名称", "网站标识码", "标识码", "site"),
}
_NO_KIND = ("其他", "其它", "其他类型", "other")
_LONGEST_NAME = 80


def import_map(named: str, sheet: Path, store: Store) -> tuple[Site, int, BadRows]:
    """导入映射 Read a CSV or XLSX map for the site a person names. Returns the site, the rows taken and the rows that are wrong.

    The map becomes the site's whole map: what an earlier one said and this one does not is forgotten. A row
    without a type leaves its column to detection. When any row is wrong nothing is taken, and a
    sheet of heads alone takes nothing away from an earlier map: to clear it, name a column without a type.
    """
    meant, roster = target_site(named, store.sites()), {one.key: one for one in store.sites()}
    site = roster.get(meant.key, meant)  # as the roster has it, however its home page was typed
    heads, _, rows, _ = read_sheet(sheet, HEADS, needed="url")
    for field in ("url", "kind"):
        if field not in heads:
            raise Fault(
                "fault.map_incomplete",
                path=str(sheet),
                head=HEADS[field][0],
                names="、".join(HEADS[field][:3]),
            )
    taken: list[ColumnOverride] = []
    wrong: BadRows = []
    seen: dict[str, int] = {}
    for number, row in rows:
        try:
            override = override_from(row, site)
            if override is None:
                continue
            key = column_key(override.url, site).rstrip("/")
            if key in seen:
                raise Fault("fault.column_twice", row=seen[key])
            seen[key] = number
            taken.append(override)
        except Fault as fault:
            wrong.append((number, fault))
    if not rows and site.overrides:
        raise Fault("fault.map_empty", path=str(sheet), count=len(site.overrides))
    if not wrong:
        store.add_sites(site.model_copy(update={"overrides": tuple(taken)}))
    return site, 0 if wrong else len(taken), wrong


def override_from(row: Mapping[str, str | None], site: Site) -> ColumnOverride | None:
    """一行一栏目 What one row says; None when it names no type. Raises Fault naming the cell that is wrong."""
    cells = {field: bare_cell(value.strip()) for field, value in row.items() if value and value.strip()}
    if "kind" not in cells:
        return None
    told = cells.get("site")
    if told and told not in (site.key, site.name, site.host, site.home, site.home.rstrip("/")):
        raise Fault("fault.column_of_other_site", text=told, name=site.name or site.host)
    if "url" not in cells:
        raise Fault("fault.column_without_address")
    return ColumnOverride(
        url=_address(cells["url"], site),
        kind=kind_named(cells["kind"]),
        name=cells["name"][:_LONGEST_NAME] if "name" in cells else None,
    )


def kind_named(text: str) -> ColumnKind:
    """类型 The kind a person means: its identifier, its Chinese or English label, or a name of the directory."""
    bare = bare_name(text)
    if bare in _NO_KIND:
        return ColumnKind.OTHER
    found = _labels().get(bare) or column_directory().kind_of(text)
    if found is None:
        raise Fault("fault.column_kind_unknown", text=text)
    return found


@cache
def _labels() -> dict[str, ColumnKind]:
    return {
        bare_name(name): kind
        for kind in ColumnKind
        for name in (kind.value, *(Messages(language).text(f"kind.{kind}") for language in LANGUAGES))
    }


def _address(text: str, site: Site) -> str:
    """The address as a browser would write it, also when only the part after the host was given."""
    try:
        url = home_url(urljoin(site.home, text), shown=text)
    except (Fault, ValueError):
        raise Fault("fault.column_address_invalid", text=text) from None
    if not is_own(url, site):
        raise Fault("fault.column_outside", text=text, host=site.host)
    return url
