"""发布日期 The publish date a page shows beside a label, and what scripts, metas and the address say of it."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from model import Dated, DateSource
from model.frozen import made as noun
from reading.dates import (
    CHINESE,
    EARLIEST,
    FULL,
    Found,
    all_dates,
    compact_dates,
    full_dates,
    later_dates,
    latest_plausible,
    plain,
    relative_day,
)

_WHEN = r"(?:时\s{0,4}间|日\s{0,4}期)"
_ASKED = "来信|写信|留言|提问|咨询"
_LABEL = re.compile(
    r"(?P<shown>(?:发\s{0,2}布|发稿|发表|刊发|刊登|登载|上网|上传|上线|推送|信息|文章|稿件|新闻|公\s{0,2}开|录入|添加)\s{0,2}"
    rf"(?:{_WHEN}|于(?=\s?[:\d]))|发布(?=\s?[:]\s?(?:19|20)\d\d))"
    rf"|(?P<told>(?:公\s?布|公\s?告|转载|报送)\s{{0,2}}{_WHEN})"
    rf"|(?P<bare>(?<![a-zA-Z\u4e00-\u9fff])(?:{_WHEN}|日间|[Dd]ate|[Tt]ime)(?=\s?[:\[]))"
    rf"|(?P<changed>(?:更\s?新|修改|编辑)\s{{0,2}}(?:{_WHEN}|于(?=\s?[:\d])))"
    rf"|(?P<asked>(?:{_ASKED})\s{{0,2}}{_WHEN})"
    rf"|(?P<entered>(?:生\s?成|发\s?文)\s{{0,2}}{_WHEN})"
    rf"|(?P<made>(?:成\s?文|印发|签发|签署|制发)\s{{0,2}}{_WHEN})"
)
_OPENS = re.compile(
    "[发刊登上推信文稿新公录添转报时日DdTt更修编来写留提咨生成印签制]"
)  # letters a label begins with
# 生成日期 and 发文日期 in the head of a disclosed page are when its record was entered; 成文日期 is no publish date
_RANKS = ("shown", "told", "bare", "changed", "asked", "entered")
_BETWEEN = re.compile(r"\s{0,3}[:]{0,2}\s{0,3}[\[\]【】(|丨]?\s{0,3}")
_SPAN = re.compile(r"\s?(?:至|到|起|止|前|以|[—–~-]\s?\d|[—–~]|后|,|。)")
_OTHERS = re.compile(
    r"(?:页面|成绩|结果|名单|分数|答案|试卷|准考证|预计|计划|拟|招标|采购|中标|成交|预审|标讯|交易|系统|软件|版本|产品|应用|"
    r"招标公告|采购公告|本站|网站最[近后]|数据|政策|标准|首次)(?:\(\w{1,6}\))?\s?(?:公[告示])?\s?(?:最后|最近)?\s?$"
)
_FOOT = re.compile(r"版权所有|Copyright|©|ICP备|公网安备|网站标识码|技术支持|<%", re.I)
_EVENT = re.compile(r"会议|报名|考试|培训|活动|开标|截止|地\s?点|有效")
_PLACE = re.compile(r"地\s?点")
SIGNATURE = re.compile(
    r"来\s?源|作\s?者|浏\s?览|阅\s?读|责任编辑|稿源|发布者|发布人|发布机构|字\s?体|字\s?号|打\s?印|点击|访问量|供稿|编辑:"
)
_SIGN = re.compile(r"[时日于布DdTt](?:\s{0,4}[间期]|\s?[:\d]|ate|ime)")  # one of them is in every label
_BEFORE_SIGN = 6  # characters of a label at most before that, spaces told: 发  布  时间
_REACH = 80
FUTURE = "future"
_RELATIVE_LENGTH = 16
_WORD_BEFORE = re.compile(r"[\w\u4e00-\u9fff]$")
_SENTENCE = re.compile("[。;]")


class Labelled(NamedTuple):
    """标签日期 A date beside a label: which rank of label, on which line of the text."""

    rank: str
    dated: Dated
    line: int
    label: str
    before: str  # what stands before the label on its line


def labelled(
    lines: list[str],
    fetched_at: datetime,
    near: Collection[int] = (),
    head: int = 0,
    latest: date | None = None,
) -> list[Labelled]:
    """标签日期 「发布时间：2024-03-15」 in lines already made plain, in page order; the value may stand on the next line.

    A bare 「时间：」 or an 「更新时间：」 is the page's own on the lines `near` its title, alone on one of the first `head` lines of a content
    page, or in a line that names the source or the like: bodies tell the time of meetings the same way.
    """
    latest = latest_plausible(fetched_at) if latest is None else latest
    found: list[Labelled] = []
    for number, line in enumerate(lines):
        if _SIGN.search(line) is None:
            continue
        for match in _labels_in(line):
            rank = str(match.lastgroup)
            before = line[max(0, match.start() - 80) : match.start()]
            if _SENTENCE.search(before) or _OTHERS.search(before[-12:]) or _FOOT.search(before):
                continue
            following = lines[number + 1 : number + 3]
            text = line[match.end() : match.end() + _REACH] + "\n" + "".join(following[:1])[:_REACH]
            gap = _BETWEEN.match(text)
            value = _value_at(text, gap.end() if gap else 0, fetched_at, latest)
            if value is None:
                continue
            dated, end = value
            if (rank != "shown" or dated.reason == FUTURE) and _SPAN.match(text, end):
                continue
            if rank in ("bare", "changed"):
                single = number < head and not before.strip() and not text[end : end + 2].strip(" ])】\n")
                told = SIGNATURE.search(line) and not _PLACE.search(line)
                own = (single or number in near) and not _EVENT.search(line)
                if not told and (not own or _PLACE.search("".join(following))):
                    continue
            found.append(Labelled(rank, dated, number, match.group(0), before))
    return found


def _labels_in(line: str) -> Iterator[re.Match[str]]:
    """As `finditer`, tried only where a label can begin: a few characters before a sign of one."""
    end = tried = 0
    for sign in _SIGN.finditer(line):
        upto = sign.start() + 1
        for letter in _OPENS.finditer(line, max(tried, upto - 1 - _BEFORE_SIGN), upto):
            at = letter.start()
            if at >= end and (match := _LABEL.match(line, at)):
                end = match.end()
                yield match
        tried = upto


def _value_at(text: str, at: int, fetched_at: datetime, latest: date) -> tuple[Dated, int] | None:
    """The date that starts right at a place; without a value when no one could believe it."""
    match = FULL.match(text, at) or CHINESE.match(text, at)
    if match:
        hits = all_dates(match.group(0), latest)
        if hits:
            return made(hits[0], DateSource.LABEL), match.end()
        return ahead(match.group(0), latest, DateSource.LABEL) or Dated(reason="implausible"), match.end()
    word = text[at : at + _RELATIVE_LENGTH].split("\n", 1)[0]
    hits = compact_dates(word, latest)
    if hits and hits[0].start == 0:
        return made(hits[0], DateSource.LABEL), at + hits[0].end
    for part in (" ".join(word.split(" ")[:2]), word.split(" ", 1)[0]):
        back = relative_day(part, fetched_at)
        if back:
            return made(back, DateSource.LABEL).model_copy(update={"relative": True}), at + len(part)
    return None


def strongest(found: list[Labelled], near: Collection[int]) -> Dated | None:
    """最可信标签 The date of the strongest label; of several days the one below the title, else the first."""
    for rank in _RANKS:
        hits = [hit for hit in found if hit.rank == rank and hit.dated.value]
        if hits:
            below = [hit for hit in hits if hit.line in near]
            return (below or hits)[0].dated
    return None


_OWN = re.compile(r"(?:信息|文章|稿件|新闻|发\s{0,2}布|发稿|发表|刊发)")


def told_ahead(found: list[Labelled], body: int) -> Dated | None:
    """晚于读取的标签 The first label of publication with a day that had not come when the page was fetched.

    Its source is only told where nothing else can be meant: 发布时间 of no other thing (大纲发布时间) above the text.
    """
    for hit in found:
        if hit.rank == "shown" and hit.dated.reason == FUTURE:
            placed = hit.line < body or SIGNATURE.search(hit.before)
            own = _OWN.match(hit.label) and not _WORD_BEFORE.search(hit.before)
            return hit.dated if placed and own else hit.dated.model_copy(update={"source": None})
    return None


_NAMED = r"(?:(?:article|doc|news|info|content)_?)?(?:pub(?:lish)?(?:ed)?_?(?:data|date|time|day)|fbsj|fbrq|docreltime|docpubtime|release_?(?:date|time)|xxgkfbsj|issue_?date)"
_SCRIPT = re.compile(rf"""(?<![a-z]){_NAMED}["']?\s{{0,4}}[=:]\s{{0,4}}["']([^"']{{8,40}})["']""", re.I)
_WRITTEN = re.compile(r"""document\.write(?:ln)?\s{0,4}\(\s{0,4}["']([^"'\n]{8,80})["']\s{0,4}\)""")
_ALONE = re.compile(rf"^(?:\s|<[^<>]{{0,40}}>|发布|公开|{_WHEN}|[:\[(])*$")
_HIDDEN = re.compile(rf"^{_NAMED}$", re.I)
_MAX_SCRIPT = 20_000


def scripted(scripts: Iterable[str], latest: date) -> Dated | None:
    """脚本日期 `var pubdata='2019年08月22日'`, or a date a script writes and nothing else; none when several differ."""
    found: list[Found] = []
    for script in scripts:
        if "20" in script or "19" in script:
            for text, written in _in_script(script[:_MAX_SCRIPT]):
                hits = full_dates(text, latest)
                if not written:
                    found += hits[:1]
                elif len(hits) == 1 and _ALONE.match(text[: hits[0].start]):
                    found += hits
    return made(found[0], DateSource.SCRIPT) if len({hit.day for hit in found}) == 1 else None


@lru_cache(maxsize=256)
def _in_script(script: str) -> tuple[tuple[str, bool], ...]:
    """Texts that may be dates, and whether they are written into the page. The pages of a site repeat the same scripts."""
    found = [(plain(match.group(1)), False) for match in _SCRIPT.finditer(script)]
    if "document.write" in script:
        found += [(plain(match.group(1)), True) for match in _WRITTEN.finditer(script)]
    return tuple(found)


def carried(fields: Iterable[tuple[str, str]], latest: date) -> Dated | None:
    """表单日期 A publish date that a hidden field carries, by name and value, for a script to show."""
    for name, value in fields:
        if _HIDDEN.match(name):
            found = full_dates(plain(value), latest)
            if found:
                return made(found[0], DateSource.SCRIPT)
    return None


_METAS = (
    "pubdate",
    "publishdate",
    "pubtime",
    "publishtime",
    "article:published_time",
    "firstpublishedtime",
    "publicationdate",
)
_DASHED_TIME = re.compile(r"^(\d{4}-\d\d-\d\d)-(?=\d\d:)")


def from_meta(meta: Mapping[str, str], latest: date) -> Dated | None:
    """元数据日期 PubDate: a migration stamp on one page in five, so only a fallback."""
    for name in _METAS:
        if name in meta:
            text = _DASHED_TIME.sub(r"\1 ", plain(meta[name])[:60])
            found = full_dates(text, latest) or compact_dates(text, latest)
            if found:
                return made(found[0], DateSource.META)
    return None


_URL_DAY = (
    re.compile(r"/t((?:19|20)\d\d)([01]\d)([0-3]\d)_\d+"),
    re.compile(r"/((?:19|20)\d\d)[/\-](\d{1,2})[/\-](\d{1,2})/"),
    re.compile(r"/((?:19|20)\d\d)-?([01]\d)/([0-3]\d)/"),
    re.compile(r"/((?:19|20)\d\d)([01]\d)([0-3]\d)(?=[/_.\-]|\d{2,}\.)"),
)


def from_url(url: str, latest: date) -> Dated | None:
    """地址日期 The creation or migration date in a content page's URL: the last resort."""
    for pattern in _URL_DAY:
        match = pattern.search(url)
        if match:
            try:
                day = date(*(int(part) for part in match.groups()))
            except ValueError:
                continue
            if EARLIEST <= day <= latest:
                return Dated(value=day, source=DateSource.URL, raw=match.group(0))
    return None


def ahead(text: str, latest: date, source: DateSource) -> Dated | None:
    """晚于读取 What a text says of a day that had not come when the page was fetched: its words, and no value."""
    later = later_dates(text, latest)
    return Dated(source=source, raw=later[0].raw, reason=FUTURE) if later else None


_UNDATED = {name: field.default for name, field in Dated.model_fields.items()}


def made(found: Found, source: DateSource) -> Dated:
    """成日期 A date found in a text, with where it was found."""
    return noun(Dated, {**_UNDATED, "value": found.day, "at": found.at, "source": source, "raw": found.raw})
