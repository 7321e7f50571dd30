"""拓尔思 TRS WCM: `t20210609_123456.html`, four-argument createPageHTML, `TRS_Editor`."""

import re

NAME = "trs"
LIST: re.Pattern[str] | None = re.compile(r"NewsList|gl_list|list_con|news_list", re.I)
_SIGNS = ("TRS_Editor", "_trs_ta_js", "CurrChnlCls", "TRS_UEDITOR", "trs_paper")
_CALL = re.compile(r"""createPageHTML\w*\s*\(\s*\d+\s*,\s*\d+\s*,\s*["'][^"']+["']\s*,\s*["']\w+["']\s*\)""")
_ARTICLE = re.compile(r"/t20\d{6}_\d+\.s?html?")


def claims(source: str, url: str) -> bool:
    if any(sign in source for sign in _SIGNS) or _ARTICLE.search(url):
        return True
    start = source.find("createPageHTML")
    return start >= 0 and _CALL.search(source, start) is not None
