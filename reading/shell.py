"""空壳与跳转 Pages that a script would fill, and stubs that only send the reader on."""

import re

from reading.tree import Node

_STRONG = (  # in lower case
    ("unitbuild", ("unitbuild.js", "api-gateway/jpaas")),
    ("dataproxy", ("dataproxy.jsp",)),
    ("gkmlpt", ("gkmlpt",)),
    ("epoint", ("webbuildercommon.js", "getgovinfolist")),
)
_CONFIG = re.compile(r"window\._config\b")
# each with what stands in all that it matches, one or the other: to look for that takes a fraction of the time
_WEAK = (
    (
        "angular",
        ("-app", "-controller", "-repeat", "-for", "-if", "-bind", "-each", 'app"', "app'", 'root"', "root'"),
        re.compile(r"\b(?:ng|ms|v)-(?:app|controller|repeat|for|if|bind|each)\s*=|id=[\"'](?:app|root)[\"']"),
    ),
    (
        "ajax",
        ("$.", "fetch", "xmlhttprequest", "axios.", "getmessage.do", "search.jhtml"),
        re.compile(
            r"\$\.(?:ajax|post|getjson|get)\s*\(|\bfetch\s*\(|xmlhttprequest|axios\.|getmessage\.do|search\.jhtml"
        ),
    ),
)
_REFRESH = re.compile(  # after the seconds comes a separator: `10` alone is a page that reloads itself
    r"""^\s*(\d{1,4})(?:\.\d*)?(?:\s*[;,]\s*|\s+)(?!url\s*=\s*["']?\s*$)(?:url\s*=\s*)?["']?([^"'>]{1,800})["']?\s*$""",
    re.I | re.S,
)
_WRITTEN_REFRESH = re.compile(
    r"""http-equiv\s*=\s*\\?["']?refresh\\?["']?[^>]{0,60}?content\s*=\s*\\?["']\s*(\d{1,3})\s*;\s*url\s*=\s*([^"'>\\]{1,500})""",
    re.I,
)
_LOCATION = re.compile(
    r"""(?:(?:window|self|top|document|parent)\.)?location(?:\.href)?\s*=\s*["']([^"'+]{1,500})["']\s*;?|location\.(?:replace|assign)\s*\(\s*["']([^"'+]{1,500})["']\s*\)""",
    re.I,
)
_AT_ONCE = re.compile(r"""^\s*[0-5]\s*(?:[;,]\s*(?:url\s*=\s*)?["']?\s*)?$""", re.I)
_RELOAD = re.compile(
    r"""location\.reload\s*\(|location(?:\.href)?\s*=\s*(?:(?:window|document|self)\.)?location\b|\bhistory\.go\s*\(\s*0\s*\)""",
    re.I,
)
_URL_BOX = re.compile(
    r"""window\.open\s*\(\s*[^;,]{1,80},\s*["']_self["']|location(?:\.href)?\s*=\s*[\w$(]|location\.(?:replace|assign)\s*\(\s*[\w$]""",
    re.I,
)
_BOXES = frozenset({"url", "jumpurl", "jump_url", "tourl", "gourl", "linkurl", "redirecturl"})
_MAX_DELAY = 5
_STUB_TEXT = 60
_LONGEST = 800

STRONG = frozenset(name for name, _ in _STRONG)  # these fill lists and nothing else


def shell_marker(source: str, root: Node, unfilled: bool) -> str | None:
    """空壳标志 The technique that would fill this page's list, or None. Judged only for pages without a list.

    `unfilled`: placeholders stand in the page's text or links, where a reader would see them.
    """
    low = source.lower()  # patterns that mind no case are several times as slow
    for name, strong in _STRONG:
        if any([sign in low for sign in strong]) or (name == "gkmlpt" and _CONFIG.search(low)):
            return name
    if unfilled:
        return "template"
    for name, signs, pattern in _WEAK:
        if any([sign in low for sign in signs]) and pattern.search(low):
            return name
    framed = (node.get("src") or "" for node in root.iter("iframe"))
    return (
        "iframe"
        if any(src and not src.startswith(("javascript:", "about:", "#")) for src in framed)
        else None
    )


def reloads_itself(source: str, root: Node, text: str) -> bool:
    """自我刷新 Whether a page with almost nothing to read only has itself asked for once more."""
    if len(text) > _STUB_TEXT or len(source) > 20_000:
        return False
    for meta in root.iter("meta"):
        if (meta.get("http-equiv") or "").strip().lower() == "refresh" and _AT_ONCE.match(
            meta.get("content") or ""
        ):
            return True
    return next(root.iter("a"), None) is None and _RELOAD.search(source) is not None


def refresh_of(content: str) -> str | None:
    """刷新去处 Where a meta refresh of this content sends the visitor, however late; None when only to itself."""
    match = _REFRESH.match(content)
    return (match[2].strip() or None) if match else None


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
    for node in root.iter("p", "div", "span", "input", "a"):
        if (node.get("id") or "").lower() in _BOXES and _URL_BOX.search(source):
            target = (node.get("href") or node.text or node.get("value") or "").strip()
            return target[:_LONGEST] or None
    if next(root.iter("a"), None) is None:
        for match in _LOCATION.finditer(source):
            return (match[1] or match[2]).strip()
    return None
