"""拓尔思 TRS WCM: `t20210609_123456.html` with `P020210609….pdf` beside it, four-argument createPageHTML, `TRS_Editor`."""

import re

from reading.adapters.protocol import Listing, Query, Seen
from reading.adapters.within import leads_within

NAME = "trs"
LIST: re.Pattern[str] | None = re.compile(r"NewsList|gl_list|list_con|news_list", re.I)
_SIGNS = ("TRS_AUTOADD", "TRS_PreAppend")
# classes of its editor wander into other systems with pasted text
_CONTENT = ("TRS_Editor", "TRS_UEDITOR")
_PASTED = ("UCAP-CONTENT", "ucapcontent", "UCAPCONTENT", "vsb_content", "ewb-", "页面生成时间")
_CALL = re.compile(
    r"""createPageHTML\w*\s*\(\s*\d+\s*,\s*\d+\s*,\s*["'][^"']{1,200}["']\s*,\s*["']\w+["']\s*(?:,\s*\d+\s*)?\)"""
)
_ARTICLE = re.compile(r"/t20\d{6}_\d+(?:_\d+)?\.s?html?")
_LINK = re.compile(r"t20\d{6}_\d{3,12}\.s?html?")
_FILE = re.compile(r"""(?:href|src)\s*=\s*["']?\./[PW]020\d{15,20}\.\w{2,4}""", re.I)


def recognise(url: str, source: str) -> bool:
    if "CurrChnlCls" in source or _ARTICLE.search(url) or ("TRS_" in source and _edited(source)):
        return True
    start = source.find("createPageHTML")
    if start >= 0 and _CALL.search(source, start) is not None:
        return True
    if ("./P020" in source or "./W020" in source) and _FILE.search(source) is not None:
        return True
    return leads_within(source, url, _LINK, 2)


def _edited(source: str) -> bool:
    """Whether a mark of its editor stands in the page, and none of another system's."""
    if any(sign in source for sign in _SIGNS):
        return True
    return any(sign in source for sign in _CONTENT) and not any(sign in source for sign in _PASTED)


def query(seen: Seen) -> Query | None:
    return None


def listing(seen: Seen) -> Listing | None:
    return None
