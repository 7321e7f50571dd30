"""拓尔思 TRS WCM: `t20210609_123456.html`, four-argument createPageHTML, `TRS_Editor`."""

import re

NAME = "trs"
LIST: re.Pattern[str] | None = re.compile(r"NewsList|gl_list|\blist_con|\bnews_list", re.I)
_SIGNS = re.compile(
    r"""TRS_Editor|_trs_ta_js|CurrChnlCls|createPageHTML\w*\s*\(\s*\d+\s*,\s*\d+\s*,\s*["'][^"']+["']\s*,\s*["']\w+["']\s*\)|/t20\d{6}_\d+\.s?html?"""
)


def claims(source: str, url: str) -> bool:
    return _SIGNS.search(source) is not None
