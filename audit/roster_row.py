"""名单一行 One row of a roster sheet: what its cells mean, and for each that cannot be read what it may hold."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple

from audit.host_name import refuse_several
from audit.spreadsheet import Heads, Row, bare_cell, is_error
from audit.target import home_url
from model import Fault, Hours, Level, SiteKind
from report.messages import LANGUAGES, Messages
from report.text import plain

# The heads staff write, by field. Compared without spaces and case.
HEADS: Heads = {
    "home": ("首页地址", "网址", "首页网址", "网站地址", "网站首页", "首页", "域名", "网站域名", "homepage", "home", "url"),
    "site_code": ("网站标识码", "标识码", "政府网站标识码", "sitecode", "site_code", "code"),
    "name": ("网站名称", "网站", "名称", "site", "name"),
    "organiser": ("主办单位", "单位", "单位名称", "主办单位名称", "organiser", "organizer"),
    "kind": ("网站类型", "类型", "kind", "kindofsite"),
    "level": ("层级", "级别", "网站层级", "level"),
    "division": ("行政区划代码", "行政区划", "division", "divisioncode"),
    "region": ("地区", "所属地区", "区域", "region"),
    "group": ("分组", "组", "组别", "group"),
    "platform": ("集约化平台", "平台", "platform", "sharedplatform"),
    "packs": ("指标体系", "packs", "pack", "rulepacks"),
    "delay": ("请求间隔", "请求间隔(秒)", "请求间隔（秒）", "间隔", "间隔(秒)", "间隔（秒）", "delay", "delay(s)"),
    "hours": ("时段", "检查时段", "采集时段", "hours"),
    "max_pages": ("页数上限", "最多页数", "maxpages", "max_pages", "mostpages"),
    "max_minutes": ("时长上限", "时长上限(分钟)", "时长上限（分钟）", "最多分钟", "maxminutes", "max_minutes", "mostminutes"),
    "max_external": ("外链请求上限", "maxexternal", "max_external", "mostexternalrequests"),
    "every_days": ("检查周期", "检查周期(天)", "检查周期（天）", "everydays", "every_days", "daysbetweenaudits"),
    "mend_days": ("整改期限", "整改期限(工作日)", "整改期限（工作日）", "整改工作日", "menddays", "mend_days", "workingdaystomend"),
    "channels": ("推送渠道", "渠道", "channels", "channel"),
    "retired_on": ("停用日期", "停用时间", "retiredon", "retired_on"),
    "retired_because": ("停用原因", "retiredbecause", "retired_because"),
    "note": ("备注", "说明", "note", "remarks"),
}  # fmt: skip
KINDS = {"门户网站": "portal", "门户": "portal", "部门": "department", "专项": "special"}
LEVELS = {"国家": "national", "中央": "national", "省": "provincial", "市": "municipal", "地市级": "municipal", "地市": "municipal",
          "县": "county", "区": "county", "区县": "county", "区县级": "county", "县区": "county", "乡镇": "township", "乡级": "township",
          "镇": "township", "乡": "township", "街道": "township"}  # fmt: skip
SITE_CODE = re.compile(
    r"^(\d{10}|bm\d{8})$"
)  # forms seen on live sites: 6-digit division + serial, or bm + 8
LEAST_DELAY, MOST_DELAY = 0.2, 60.0
_LONGEST = 500
_HOURS = re.compile(r"^(\d{1,2})[:.](\d{2})\s*(?:[-~–—−至到]+)\s*(\d{1,2})[:.](\d{2})$")
_DAY = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+0?0:00(?::00)?)?$")
_DAY_ZERO = date(1899, 12, 30)  # what spreadsheets count days from
_SERIALS = range(20_000, 80_000)
_PARTED = re.compile(r"[;；、,，\n]+")


class BadCell(NamedTuple):
    """一格有误 `field` may be one the sheet has no column for: then the whole row is meant."""

    field: str
    fault: Fault


def values_of(row: Row) -> tuple[dict[str, Any], list[BadCell]]:
    """读一行 What each cell of the row says, None where it is empty; and every cell that says nothing that may be."""
    values: dict[str, Any] = {}
    wrong: list[BadCell] = []
    for field, cell in row.items():
        try:
            values[field] = _value(field, cell) if cell else None
        except Fault as fault:
            wrong.append(BadCell(field, fault))
    if not values.get("home") and not any(one.field == "home" for one in wrong):
        wrong.insert(0, BadCell("home", Fault("fault.row_without_home")))
    return values, wrong


def hours_of(text: str) -> Hours:
    """时段 `20:00-06:00`, over midnight or not; `00:00-24:00` is all day. Raises Fault."""
    found = _HOURS.match(unicodedata.normalize("NFKC", text).strip())
    try:
        if found:
            hours = [int(one) for one in found.groups()]
            return Hours(starts=_time(*hours[:2]), ends=_time(*hours[2:]))
    except ValueError:
        pass
    raise Fault("fault.hours_invalid", text=text)


def group_name(text: str) -> str:
    """组名 Raises Fault for a name with an equals sign: those are of organisers, regions and levels."""
    if "=" in text:
        raise Fault("fault.group_name", text=text)
    return text


def level_of(text: str) -> Level:
    """层级 By its identifier, its label in either language, or as staff write it. Raises Fault."""
    return Level(word_of(text, "level", tuple(Level), LEVELS, "fault.level_unknown"))


def _kind(text: str) -> SiteKind:
    return SiteKind(word_of(text, "site_kind", tuple(SiteKind), KINDS, "fault.site_kind_unknown"))


@lru_cache(4096)  # most cells of a sheet say what others say
def _value(field: str, cell: str) -> Any:
    text = bare_cell(plain(cell))
    if not text:
        return None
    if is_error(text):
        raise Fault("fault.cell_error", text=text)
    if len(text) > _LONGEST and field not in ("home", "packs"):
        raise Fault("fault.cell_too_long", longest=_LONGEST)
    read = PARSERS.get(field)
    return read(text) if read else text


def _home(text: str) -> str:
    if "://" not in text and not re.search(r"[.。]", text):  # words, no name of a host
        raise Fault("fault.url_invalid", text=text)
    refuse_several(text)
    return home_url(text if "://" in text else f"http://{text}", shown=text)


def _code(text: str) -> str:
    if not SITE_CODE.match(text):
        raise Fault("fault.site_code_invalid", code=text)
    return text


def _packs(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in _PARTED.split(text) if name.strip()))


def _delay(text: str) -> float:
    bare = unicodedata.normalize("NFKC", text).removesuffix("秒").strip()
    try:
        delay = float(bare)
    except ValueError:
        delay = -1.0
    if not LEAST_DELAY <= delay <= MOST_DELAY:
        raise Fault("fault.delay_invalid", text=text, least=f"{LEAST_DELAY:g}", most=f"{MOST_DELAY:g}")
    return delay


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        bare = unicodedata.normalize("NFKC", text).strip()
        if not re.fullmatch(r"\d{1,9}", bare) or not least <= int(bare) <= most:
            raise Fault("fault.number_invalid", text=text, least=least, most=most)
        return int(bare)

    return read


def day_of(text: str) -> date:
    """日期 2026-11-22, 2026/11/22, 2026.11.22, 2026年11月22日, 20261122, or the number a spreadsheet keeps a day as. Raises Fault."""
    bare = unicodedata.normalize("NFKC", text).strip()
    found = _DAY.match(bare) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", bare)
    try:
        if found:
            year, month, day = (int(one) for one in found.groups())
            return date(year, month, day)
    except ValueError:
        pass
    if bare.isascii() and bare.isdigit() and len(bare) == 5 and int(bare) in _SERIALS:
        return _DAY_ZERO + timedelta(days=int(bare))
    raise Fault("fault.day_invalid", text=text)


def _time(hour: int, minute: int) -> time:
    return time() if (hour, minute) == (24, 0) else time(hour, minute)


def word_of(text: str, family: str, values: tuple[str, ...], more: Mapping[str, str], fault: str) -> str:
    """词 The value whose identifier or label in either language (`family.value`) this is, or that `more` names. Raises Fault."""
    bare = _squeezed(text)
    found = _labels(family, values).get(bare) or more.get(bare)
    if found is None:
        raise Fault(fault, text=text)
    return found


@cache
def _labels(family: str, values: tuple[str, ...]) -> dict[str, str]:
    """Every value by itself and by its label in each language."""
    return {
        _squeezed(name): str(value)
        for value in values
        for name in (value, *(Messages(language).text(f"{family}.{value}") for language in LANGUAGES))
    }


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


PARSERS: Mapping[str, Callable[[str], Any]] = {
    "home": _home,
    "site_code": _code,
    "kind": _kind,
    "level": level_of,
    "group": group_name,
    "packs": _packs,
    "delay": _delay,
    "hours": hours_of,
    "max_pages": _whole(1, 1_000_000),
    "max_minutes": _whole(1, 10_080),
    "max_external": _whole(0, 1_000_000),
    "every_days": _whole(1, 366),
    "mend_days": _whole(1, 366),
    "channels": _packs,
    "retired_on": day_of,
}
