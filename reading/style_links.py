"""样式链接 What a style asks for: `url()` and `@import`, in an attribute, in a page or in a sheet of its own."""

import re

_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.S)
_ASKED = re.compile(
    r"""@import\s+(?:"(?P<sheet>[^"\n]{1,2000})"|'(?P<sheet_>[^'\n]{1,2000})')"""
    r"""|(?P<import>@import\s+)?url\(\s*(?:"(?P<url>[^"\n]{0,4000})"|'(?P<url_>[^'\n]{0,4000})'|(?P<bare>[^\s"'()]{1,2000}))\s*\)""",
    re.I,
)
_INSIDE = ("data:", "about:", "javascript:", "#", "blob:")
_LONGEST, _MOST = 1_000_000, 300


def style_links(style: str) -> list[tuple[str, bool]]:
    """样式链接 Each reference of a style once, in order, and whether it is another sheet; at most 300."""
    if "url(" not in style and "@import" not in style and "URL(" not in style:
        return []
    found: dict[str, bool] = {}
    for one in _ASKED.finditer(_COMMENT.sub(" ", style[:_LONGEST])):
        sheet = one["sheet"] or one["sheet_"]
        raw = (sheet or one["url"] or one["url_"] or one["bare"] or "").strip()
        if raw and not raw.lower().startswith(_INSIDE):
            found.setdefault(raw, bool(sheet or one["import"]))
            if len(found) >= _MOST:
                break
    return list(found.items())
