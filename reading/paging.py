"""翻页 What a page says about its list's pages and total, read by argument count, never by name alone."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

_CREATE = re.compile(r"(?<!function )createPageHTML\w*\s*\(([^(){}]{3,200})\)", re.I)
_ARGUMENT = re.compile(r"""^["']?(.*?)["']?$""", re.S)
# Every way to begin stands for itself, so that the search runs from one such letter to the next.
_TOTAL = re.compile(
    "|".join(
        [
            rf"{head}\s{{0,3}}(?:有|计|找到|搜到|检索到)?\s{{0,3}}(\d{{1,7}})\s{{0,3}}(?:条|篇|件|个?记录|封|项|则)"
            for head in ("共", "合计", "总计")
        ]
        + [
            rf"{head}\s{{0,3}}[:为]\s{{0,3}}(\d{{1,7}})(?!\d|\s{{0,3}}/)"
            for head in ("总记录数?", "记录总数", "总条数", "信息总数", "总数", "记录数")
        ]
    )
)
_BARE_TOTAL = re.compile(
    r"(总数|总计|总共|总条数|总记录数?)(?=\s{0,3}\d)\s{0,3}(\d{1,7})(?=$|[\s,;|&)条篇])(?!\s{0,3}页)"
)
_OF_OTHERS = re.compile(r"评论|留言|回复|访问|下载|浏览|点击|阅读|来访|人次|点赞|转发|收藏|投票|在线")
_BEFORE, _AFTER = 8, 4  # characters around a total that may say what else it counts
_PAGES = re.compile(
    r"第\s{0,3}(?P<a1>\d{1,5})\s{0,3}页?\s{0,3}[/,]?\s{0,3}共?\s{0,3}(?P<a2>\d{1,5})\s{0,3}页|"
    r"共\s{0,3}(?P<c2>\d{1,5})\s{0,3}页(?:.{0,20}?(?:当前|第)\s{0,3}(?:第\s{0,3})?(?P<c1>\d{1,5})\s{0,3}页)?"
)
_SLASHED = re.compile(
    r"(?P<b1>\d(?<![\d/.-]\d)\d{0,4})\s{0,3}页?\s{0,3}/\s{0,3}共?\s{0,3}(?P<b2>\d{1,5})(?!\d)(?!\s{0,3}/)\s{0,3}页?"
)
_MOST_PAGES = 20_000
_NUMBER = re.compile(r"\d{1,7}")
_PARAMETER = re.compile(r"(?:^|&)(?:page\w{0,6}|cur_?page|currpage|currentpage|pn|p)=(\d{1,4})(?=&|$)", re.I)
NEXT = re.compile(r"^\s*(?:下一页|下页|后一页|下一頁|>|›|»|next)\s*[>»›]*\s*$", re.I)


class Paging(NamedTuple):
    """翻页信息 `number` is 1-based; `next_ref` a reference relative to the page, None on the last page."""

    number: int | None = None
    pages: int | None = None
    total: int | None = None
    next_ref: str | None = None
    style: str = "text"  # text, words, trs, kaipuyun


def created(script: str) -> Paging | None:
    """createPageHTML Numbers first: TRS, (pages, current from 0, name, suffix), with style and total in some. A name
    first: 开普, (box, pages, current from 1, name, suffix, total).

    None when the call is not there or paginates an article (its name is the article's own file name).
    """
    match = None
    for match in _CREATE.finditer(script):
        made = _called([_ARGUMENT.sub(r"\1", part.strip()) for part in match.group(1).split(",")])
        if made:
            return made
    return None


def _called(arguments: list[str]) -> Paging | None:
    if len(arguments) >= 4 and _all_numbers(arguments[:2]) and not arguments[2].isdigit():
        pages, current = int(arguments[0]), int(arguments[1])
        name, suffix = arguments[2], arguments[3]
        if re.match(r"t(?:19|20)\d{6}_\d+", name):
            return None
        total = int(arguments[-1]) if len(arguments) >= 6 and _NUMBER.fullmatch(arguments[-1]) else None
        following = f"{name}_{current + 1}.{suffix}" if current + 1 < pages else None
        return Paging(current + 1, pages, total, following, "trs")
    if len(arguments) >= 5 and _all_numbers(arguments[1:3]) and not _NUMBER.fullmatch(arguments[0]):
        pages, current = int(arguments[1]), int(arguments[2])
        told_total = len(arguments) >= 6 and _NUMBER.fullmatch(arguments[5])
        total = int(arguments[5]) if told_total else None
        name, suffix = arguments[3], arguments[4]
        following = f"{name}_{current + 1}.{suffix}" if current < pages else None
        return Paging(current, pages, total, following, "kaipuyun")
    return None


def _all_numbers(texts: list[str]) -> bool:
    return all(_NUMBER.fullmatch(text) for text in texts)


_COUNT = re.compile(r"\bcountPage\s{0,3}=\s{0,3}(\d{1,5})\b")
_CURRENT = re.compile(r"\bcurrentPage\s{0,3}=\s{0,3}(\d{1,5})\b")
_STEM = re.compile(
    r"""href=\\?["'](?:["']\s?\+\s?)?\\?["']?(\w{1,30}?)_?["']\s{0,2}\+|["'](\w{1,30})["']\s{0,2}\+\s{0,2}["']_["']"""
)
_SUFFIX = re.compile(r"""["']\.(s?html?|jsp|php)\b""")
_GOTO = re.compile(r"gotopage_fun\s{0,3}\(\s{0,3}(\d{1,5})\s{0,3},")


def written_pages(script: str) -> Paging | None:
    """脚本写出的翻页 TRS pagers written out in the page (`countPage`, `currentPage` from 0), and the VSB form pager."""
    count, current = _COUNT.search(script), _CURRENT.search(script)
    if count and current:
        pages, number = int(count[1]), int(current[1])
        stem, suffix = _STEM.search(script), _SUFFIX.search(script)
        following = None
        if number + 1 < pages and stem and suffix:
            following = f"{stem[1] or stem[2]}_{number + 1}.{suffix[1]}"
        return Paging(number + 1, pages, None, following, "trs")
    form = _GOTO.search(script)
    return Paging(None, int(form[1])) if form and int(form[1]) else None


def told(text: str) -> Paging | None:
    """文字翻页 「共 N 条 第 x / y 页」 in a short pager text; beside 页次 a total needs neither colon nor unit."""
    total = _total(text, _TOTAL) or (_total(text, _BARE_TOTAL) if "页" in text else None)
    pages = _pages(text)
    if not total and not pages:
        return None
    number = count = None
    if pages:
        first, second = pages
        number, count = (int(first) if first else None), int(second)
        if number is not None and (number > count or count > _MOST_PAGES):
            number = count = None
    if count is None and not total:
        return None
    return Paging(number, count, int(total[total.lastindex or 0]) if total else None)


def _pages(text: str) -> tuple[str | None, str] | None:
    """Page and count of pages, as told first in a text."""
    worded = _PAGES.search(text) if "页" in text else None
    slashed = _SLASHED.search(text) if "/" in text else None
    if slashed is not None and (worded is None or slashed.start() < worded.start()):
        return slashed["b1"], slashed["b2"]
    return (worded["a1"] or worded["c1"], worded["a2"] or worded["c2"]) if worded is not None else None


def _total(text: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """The first total that counts rows: not comments, visits or downloads."""
    for match in pattern.finditer(text):
        before = re.split(r"[\n。|,;，；]|\d\s", text[max(0, match.start() - _BEFORE) : match.start()])[-1]
        if not _OF_OTHERS.search(before + match[0] + text[match.end() : match.end() + _AFTER].split("\n")[0]):
            return match
    return None


def written_number(url: str) -> int | None:
    """地址中的页码 The page number of `…_2.html` or `?page=2`, as written (its base depends on the system)."""
    parts = urlsplit(url)
    match = re.search(r"[_-](\d{1,4})\.(?:s?html?|php|jspx?|aspx?)$", parts.path, re.I) or _PARAMETER.search(
        parts.query
    )
    return int(match.group(1)) if match else None
