"""空壳与跳转 Pages that a script would fill, and stubs that only send the reader on."""

import re

from reading.tree import Node

_MARKERS = (
    ("unitbuild", re.compile(r"unitbuild\.js|api-gateway/jpaas", re.I)),
    ("dataproxy", re.compile(r"dataproxy\.jsp", re.I)),
    ("gkmlpt", re.compile(r"window\._CONFIG\b|gkmlpt", re.I)),
    ("epoint", re.compile(r"webBuilderCommon\.js|getgovinfolist", re.I)),
    (
        "angular",
        re.compile(
            r"\b(?:ng|ms|v)-(?:app|controller|repeat|for|if|bind|each)\s*=|id=[\"'](?:app|root)[\"']", re.I
        ),
    ),
    (
        "ajax",
        re.compile(
            r"\$\.(?:ajax|post|getJSON|get)\s*\(|\bfetch\s*\(|XMLHttpRequest|axios\.|getMessage\.do|search\.jhtml",
            re.I,
        ),
    ),
)
_REFRESH = re.compile(
    r"""^\s*(\d{1,4})(?:\.\d+)?\s*[;,]?\s*(?:url\s*=\s*)?["']?([^"'>]{1,800})["']?\s*$""", re.I | re.S
)
_WRITTEN_REFRESH = re.compile(
    r"""http-equiv\s*=\s*\\?["']?refresh\\?["']?[^>]{0,60}?content\s*=\s*\\?["']\s*(\d{1,3})\s*;\s*url\s*=\s*([^"'>\\]{1,500})""",
    re.I,
)
_LOCATION = re.compile(
    r"""(?:(?:window|self|top|document|parent)\.)?location(?:\.href)?\s*=\s*["']([^"'+]{1,500})["']\s*;?|location\.(?:replace|assign)\s*\(\s*["']([^"'+]{1,500})["']\s*\)""",
    re.I,
)
_URL_BOX = re.compile(
    r"""window\.open\s*\(\s*url\s*,\s*["']_self["']|location(?:\.href)?\s*=\s*url\b""", re.I
)
_MAX_DELAY = 5
_STUB_TEXT = 60


STRONG = frozenset({"unitbuild", "dataproxy", "gkmlpt", "epoint"})  # these fill lists and nothing else


def shell_marker(source: str, root: Node, unfilled: bool) -> str | None:
    """空壳标志 The technique that would fill this page's list, or None. Judged only for pages without a list.

    `unfilled`: placeholders stand in the page's text or links, where a reader would see them.
    """
    for name, pattern in _MARKERS[:4]:
        if pattern.search(source):
            return name
    if unfilled:
        return "template"
    for name, pattern in _MARKERS[4:]:
        if pattern.search(source):
            return name
    framed = (node.get("src") or "" for node in root.iter("iframe"))
    return (
        "iframe"
        if any(src and not src.startswith(("javascript:", "about:", "#")) for src in framed)
        else None
    )


def jump_target(source: str, root: Node, text: str) -> str | None:
    """跳转目标 Where a stub sends on, as written: meta refresh, one written by a script, a bare location, `#url`.

    Only for pages with almost nothing to read; a real page that reloads itself is no stub.
    """
    for meta in root.iter("meta"):
        if (meta.get("http-equiv") or "").strip().lower() == "refresh":
            match = _REFRESH.match(meta.get("content") or "")
            if match and int(match[1]) <= _MAX_DELAY and len(text) <= 400 and match[2].strip():
                return match[2].strip()
    if len(text) > _STUB_TEXT or len(source) > 20_000:
        return None
    written = _WRITTEN_REFRESH.search(source)
    if written and int(written[1]) <= _MAX_DELAY:
        return written[2].strip()
    for node in root.iter("p", "div", "span", "input"):
        if (node.get("id") or "").lower() == "url" and _URL_BOX.search(source):
            target = (node.text or node.get("value") or "").strip()
            return target or None
    if next(root.iter("a"), None) is None:
        for match in _LOCATION.finditer(source):
            return (match[1] or match[2]).strip()
    return None
