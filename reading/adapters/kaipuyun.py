"""开普云 ucap: six-argument createPageHTML with the total, `UCAP-CONTENT`, `/c100494/2021/1/7/<32 hex>.shtml`."""

import re

NAME = "kaipuyun"
LIST: re.Pattern[str] | None = re.compile(r"xwzxList|gknr_list|xxgkzd_list|\blistBox", re.I)
_SIGNS = ("UCAP-CONTENT", "ucapcontent", "ucap-content", "kaipuyun.cn/ucap")
_CALL = re.compile(
    r"""createPageHTML\s*\(\s*["'][^"']+["']\s*,\s*\d+\s*,\s*\d+\s*,\s*["'][^"']+["']\s*,\s*["']\w+["']\s*,\s*\d+"""
)
_ARTICLE = re.compile(r"/20\d\d/\d{1,2}/\d{1,2}/[0-9a-f]{32}\.s?html")


def claims(source: str, url: str) -> bool:
    if any(sign in source for sign in _SIGNS) or _ARTICLE.search(url):
        return True
    start = source.find("createPageHTML")
    return start >= 0 and _CALL.search(source, start) is not None
