"""翻页 What a page says about its list's pages and total, read by argument count, never by name alone."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

_CREATE = re.compile(r"(?<!function )createPageHTML\w*\s*\(([^(){}]{3,200})\)", re.I)
_ARGUMENT = re.compile(r"""^["']?(.*?)["']?$""", re.S)
_TOTAL = re.compile(r"共\s*(?:有|计)?\s*(\d{1,7})\s*(?:条|篇|件|个?记录|封|项|则)")
_PAGES = re.compile(
    r"(?:第\s*(\d{1,5})\s*/\s*(\d{1,5})\s*页|(?<![\d/])(\d{1,5})\s*/\s*(\d{1,5})\s*页?|共\s*(\d{1,5})\s*页)"
)
_NUMBER = re.compile(r"\d{1,7}")
_PARAMETER = re.compile(r"(?:^|&)(?:page\w{0,6}|cur_?page|currpage|currentpage|pn|p)=(\d{1,4})(?=&|$)", re.I)
NEXT = re.compile(r"^\s*(?:下一页|下页|后一页|下一頁|>|›|»|next)\s*[>»›]*\s*$", re.I)


class Paging(NamedTuple):
    """翻页信息 `number` is 1-based; `next_ref` a reference relative to the page, None on the last page."""

    number: int | None = None
    pages: int | None = None
    total: int | None = None
    next_ref: str | None = None
    style: str = "text"


def created(script: str) -> Paging | None:
    """createPageHTML 4 arguments: TRS, (pages, current from 0, name, suffix). 6: 开普, (box, pages, current from 1, name, suffix, total).

    None when the call is not there or paginates an article (its name is the article's own file name).
    """
    match = None
    for match in _CREATE.finditer(script):
        made = _called([_ARGUMENT.sub(r"\1", part.strip()) for part in match.group(1).split(",")])
        if made:
            return made
    return None


def _called(arguments: list[str]) -> Paging | None:
    if len(arguments) in (4, 5) and _all_numbers(arguments[:2]):
        pages, current = int(arguments[0]), int(arguments[1])
        name, suffix = arguments[2], arguments[3]
        if re.match(r"t(?:19|20)\d{6}_\d+", name):
            return None
        following = f"{name}_{current + 1}.{suffix}" if current + 1 < pages else None
        return Paging(current + 1, pages, None, following, "trs")
    if len(arguments) >= 6 and _all_numbers([*arguments[1:3], arguments[5]]):
        pages, current, total = int(arguments[1]), int(arguments[2]), int(arguments[5])
        name, suffix = arguments[3], arguments[4]
        following = f"{name}_{current + 1}.{suffix}" if current < pages else None
        return Paging(current, pages, total, following, "kaipuyun")
    return None


def _all_numbers(texts: list[str]) -> bool:
    return all(_NUMBER.fullmatch(text) for text in texts)


def told(text: str) -> Paging | None:
    """文字翻页 「共 N 条 第 x / y 页」 in a short pager text."""
    total = _TOTAL.search(text)
    pages = _PAGES.search(text)
    if not total and not pages:
        return None
    number = count = None
    if pages:
        first, second = (pages[1] or pages[3]), (pages[2] or pages[4] or pages[5])
        number, count = (int(first) if first else None), int(second)
    return Paging(number, count, int(total[1]) if total else None)


def written_number(url: str) -> int | None:
    """地址中的页码 The page number of `…_2.html` or `?page=2`, as written (its base depends on the system)."""
    parts = urlsplit(url)
    match = re.search(r"[_-](\d{1,4})\.(?:s?html?|php|jspx?|aspx?)$", parts.path, re.I) or _PARAMETER.search(
        parts.query
    )
    return int(match.group(1)) if match else None
