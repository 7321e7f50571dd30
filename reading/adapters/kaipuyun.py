"""开普云 ucap: six-argument createPageHTML with the total, `UCAP-CONTENT`, `/c100494/2021/1/7/<32 hex>.shtml`."""

import re

NAME = "kaipuyun"
LIST: re.Pattern[str] | None = re.compile(r"xwzxList|xxgkList|\bgknrList|zfxxgk", re.I)
_SIGNS = re.compile(
    r"""UCAP-CONTENT|ucapcontent|createPageHTML\s*\(\s*["'][^"']+["']\s*,\s*\d+\s*,\s*\d+\s*,\s*["'][^"']+["']\s*,\s*["']\w+["']\s*,\s*\d+|/c\d{6}/20\d\d/\d{1,2}/\d{1,2}/[0-9a-f]{32}""",
    re.I,
)


def claims(source: str, url: str) -> bool:
    return _SIGNS.search(source) is not None
