"""发布日期 The publish date a page shows, label first, with where it was read."""

import re
from collections.abc import Collection, Mapping
from datetime import date

from model import Dated, DateSource
from reading.dates import FULL, Found, chinese_dates, full_dates, plain

_LABELS = (
    re.compile(
        r"(?:发布|发表|公开|公布|刊发|上网|上传|信息|新闻|录入|添加|来信|写信|更新|修改)\s*(?:时\s*间|日\s*期|于)"
    ),
    re.compile(r"(?<![a-z\u4e00-\u9fff])(?:时\s*间|日\s*期|日\s*间|Date|Time)", re.I),
    re.compile(r"(?:生成|发文|成文|印发)\s*(?:时\s*间|日\s*期)"),
)
_BETWEEN = re.compile(r"^\s*[:：]?\s*[\[\]【】(（|丨]?\s*$")
_FALSE = re.compile(
    r"(?:页面生成|截止|截至|失效|废止|生效|施行|实施|有效|活动|报名|会议|服务|办公|上班|举办|开标)\s*(?:时\s*间|日\s*期)?\s*$"
)
_TODAY = re.compile(r"(?:今天是|今日|现在是|当前时间|当前日期)[^\d]{0,12}$")
_SCRIPT = re.compile(
    r"""\b(?:var|let)?\s*\w*(?:pub|date|time|fbsj|fbrq|rq|riqi|shijian)\w*\s*[=:]\s*["']([^"']{8,40})["']""",
    re.I,
)
_SCRIPT_FALSE = re.compile(r"today|now|server|current|expire|cookie|start|end|begin|build", re.I)
_METAS = (
    "pubdate",
    "publishdate",
    "pubtime",
    "publishtime",
    "article:published_time",
    "firstpublishedtime",
    "publicationdate",
)
_URL_DAY = (
    re.compile(r"/t((?:19|20)\d\d)([01]\d)([0-3]\d)_\d+"),
    re.compile(r"/((?:19|20)\d\d)[/\-](\d{1,2})[/\-](\d{1,2})/"),
    re.compile(r"/((?:19|20)\d\d)([01]\d)([0-3]\d)(?=[/_.\-]|\d{2,}\.)"),
)
_SHORT_BLOCK = 40
SIGNATURE = re.compile("来源|作者|浏览|阅读|责任编辑|稿源|发布者|字体|字号|打印")


def labelled(text: str, latest: date) -> Dated | None:
    """标签日期 「发布时间：2024-03-15」 in text already made plain; the strongest label wins, then the first."""
    dates = full_dates(text, latest) + chinese_dates(text, latest)
    for label in _LABELS:
        for found in dates:
            before = text[max(0, found.start - 24) : found.start]
            hits = list(label.finditer(before))
            if not hits or not _BETWEEN.match(before[hits[-1].end() :]):
                continue
            head = text[max(0, found.start - 24 - 12) : found.start - (len(before) - hits[-1].start())]
            if _FALSE.search(head + hits[-1].group(0)) and _FALSE.search(head.rstrip()):
                continue
            return _dated(found, DateSource.LABEL)
    return None


def alone(lines: list[str], latest: date, titles: Collection[str] = ()) -> Dated:
    """独立日期 A date in a short block of its own; None with a reason when several differ or none is there.

    Of several, one in a line that names the source or the author is the page's own. Lines that hold one of
    `titles` are list rows and tell nothing about the page itself.
    """
    hits: list[Found] = []
    signed: list[Found] = []
    for line in lines:
        if len(line) > _SHORT_BLOCK + 30 or any(title in line for title in titles):
            continue
        for found in full_dates(line, latest):
            rest = line[: found.start] + line[found.end :]
            if (
                len(rest.strip()) <= _SHORT_BLOCK
                and not _TODAY.search(line[: found.start])
                and not _FALSE.search(line[: found.start].rstrip(" :："))
            ):
                hits.append(found)
                if SIGNATURE.search(line):
                    signed.append(found)
    days = {found.day for found in hits}
    for found_here in (hits, signed):
        if len({found.day for found in found_here}) == 1:
            return _dated(found_here[0], DateSource.ELEMENT)
    return Dated(reason="several_unlabelled" if days else "no_date_shown")


def scripted(scripts: list[str], latest: date) -> Dated | None:
    """脚本日期 `var pubdata='2019年08月22日'`."""
    for script in scripts:
        if "20" not in script and "19" not in script:
            continue
        for match in _SCRIPT.finditer(script[:20_000]):
            if _SCRIPT_FALSE.search(match.group(0).split("=")[0].split(":")[0]):
                continue
            found = full_dates(plain(match.group(1)), latest)
            if found:
                return _dated(found[0], DateSource.SCRIPT)
    return None


def from_meta(meta: Mapping[str, str], latest: date) -> Dated | None:
    """元数据日期 PubDate: a migration stamp on one page in five, so only a fallback."""
    for name in _METAS:
        if name in meta:
            found = full_dates(plain(meta[name]), latest)
            if found:
                return _dated(found[0], DateSource.META)
    return None


def from_url(url: str, latest: date) -> Dated | None:
    """地址日期 The creation or migration date in a content page's URL: the last resort."""
    for pattern in _URL_DAY:
        match = pattern.search(url)
        if match:
            try:
                day = date(*(int(part) for part in match.groups()))
            except ValueError:
                continue
            if date(1990, 1, 1) <= day <= latest:
                return Dated(value=day, source=DateSource.URL, raw=match.group(0))
    return None


def implausible(text: str) -> bool:
    """是否只有不可信日期 Whether the text holds date shapes, though none could be believed."""
    return FULL.search(text) is not None


def _dated(found: Found, source: DateSource) -> Dated:
    return Dated(value=found.day, at=found.at, source=source, raw=found.raw)
