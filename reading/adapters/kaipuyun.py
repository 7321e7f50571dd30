"""开普云 ucap: six-argument createPageHTML with the total, `UCAP-CONTENT`.

Articles are `/c100494/2021/1/7/<32 hex>.shtml` or `/zwgk/202101/<32 hex>.shtml`; every page is stamped with
`<meta name="others" content="页面生成时间 …">`.
"""

import re

from reading.adapters.protocol import Listing, Query, Seen
from reading.adapters.within import leads_within

NAME = "kaipuyun"
LIST: re.Pattern[str] | None = re.compile(r"xwzxList|gknr_list|xxgkzd_list|\blistBox", re.I)
_SIGNS = re.compile(r"UCAP-CONTENT|<ucap(?:content|title)\b|kaipuyun\.cn/ucap", re.I)
_MADE = re.compile(r"""<meta\s+name=["']others["']\s+content=["']页面生成时间""", re.I)
_CALL = re.compile(
    r"""createPageHTML\s*\(\s*["'][^"']{1,200}["']\s*,\s*\d+\s*,\s*\d+\s*,\s*["'][^"']{1,200}["']\s*,\s*["']\w+["']\s*,\s*\d+"""
)
_ARTICLE = re.compile(r"/20\d\d(?:/\d{1,2}/\d{1,2}|\d{2})/[0-9a-f]{32}\.s?html")


def recognise(url: str, source: str) -> bool:
    if "页面生成时间" in source and _MADE.search(source) is not None:
        return True
    if _ARTICLE.search(url) or "redirect_firstChannel." in source:
        return True
    if ("UCAP" in source or "ucap" in source) and _SIGNS.search(source) is not None:
        return True
    start = source.find("createPageHTML")
    if start >= 0 and _CALL.search(source, start) is not None:
        return True
    return leads_within(source, url, _ARTICLE, 2)


def query(seen: Seen) -> Query | None:
    return None


def listing(seen: Seen) -> Listing | None:
    return None
