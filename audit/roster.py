"""名单 Sites from the spreadsheet people already have: every row right, or nothing is taken."""

import re
from collections.abc import Mapping
from pathlib import Path

from audit.spreadsheet import BadRows, sheet_rows
from audit.target import home_url
from model import Fault, Level, Site, SiteKind
from storage import Store

# The heads staff write, by field. Compared without spaces.
HEADS: Mapping[str, tuple[str, ...]] = {
    "home": ("首页地址", "网址", "首页网址", "网站地址", "网站首页", "域名", "home", "url"),
    "site_code": ("网站标识码", "标识码", "site_code", "sitecode"),
    "name": ("网站名称", "网站", "名称", "name"),
    "organiser": ("主办单位", "单位", "单位名称", "organiser"),
    "kind": ("网站类型", "类型", "kind"),
    "level": ("层级", "级别", "level"),
    "division": ("行政区划代码", "行政区划", "division"),
}
KINDS = {"政府门户网站": "portal", "门户网站": "portal", "门户": "portal", "部门网站": "department", "部门": "department",
         "专项网站": "special"}  # fmt: skip
LEVELS = {"国家": "national", "中央": "national", "省": "provincial", "省级": "provincial", "市": "municipal", "市级": "municipal",
          "县": "county", "县级": "county", "区": "county", "乡镇": "township", "乡级": "township"}  # fmt: skip
SITE_CODE = re.compile(
    r"^(\d{10}|bm\d{8})$"
)  # forms seen on live sites: 6-digit division + serial, or bm + 8


def import_sites(sheet: Path, store: Store) -> tuple[int, BadRows]:
    """导入名单 Read a CSV roster (UTF-8 or GBK). Returns how many sites were taken and the rows that are wrong.

    Row numbers are the spreadsheet's own (the heads are row 1). When any row is wrong nothing is taken.
    Raises Fault when the sheet cannot be read at all or has no column of addresses.
    """
    fields, rows = sheet_rows(sheet, HEADS)
    if "home" not in fields:
        raise Fault("fault.sheet_without_home", path=str(sheet), names="、".join(HEADS["home"][:4]))
    sites: list[Site] = []
    wrong: BadRows = []
    seen: dict[str, int] = {}
    for number, row in rows:
        try:
            site = site_from(row)
            if site.key in seen:
                raise Fault("fault.site_twice", key=site.key, row=seen[site.key])
            seen[site.key] = number
            sites.append(site)
        except Fault as fault:
            wrong.append((number, fault))
    if wrong:
        return 0, wrong
    if sites:
        store.add_sites(*sites)
    return len(sites), []


def site_from(row: Mapping[str, str | None]) -> Site:
    """一行一站 The Site one row describes. Raises Fault naming the cell that is wrong."""
    cells = {field: value.strip() for field, value in row.items() if value and value.strip()}
    if "home" not in cells:
        raise Fault("fault.row_without_home")
    home = cells["home"] if "://" in cells["home"] else f"http://{cells['home']}"
    code = cells.get("site_code")
    if code and not SITE_CODE.match(code):
        raise Fault("fault.site_code_invalid", code=code)
    return Site(
        home=home_url(home, shown=cells["home"]),
        site_code=code,
        name=cells.get("name"),
        organiser=cells.get("organiser"),
        kind=_kind(cells.get("kind")),
        level=_level(cells.get("level")),
        division=cells.get("division"),
    )


def _kind(text: str | None) -> SiteKind | None:
    return SiteKind(_known(text, KINDS, set(SiteKind), "fault.site_kind_unknown")) if text else None


def _level(text: str | None) -> Level | None:
    return Level(_known(text, LEVELS, set(Level), "fault.level_unknown")) if text else None


def _known(text: str, names: Mapping[str, str], values: set[str], fault: str) -> str:
    found = names.get(text, text.lower())
    if found not in values:
        raise Fault(fault, text=text)
    return found
