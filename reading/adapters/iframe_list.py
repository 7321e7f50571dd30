"""框架列表 A column page that is only a shell: its list stands in a frame of the same host.

Told from the page alone: one frame of the own host that is neither advertisement, map, film, login nor counter, big
enough to read in, and hardly a dated row beside it. The frame's page is asked for and read like any list.
"""

import re
from html import unescape
from urllib.parse import urlsplit

from reading import paging
from reading.adapters.protocol import Listing, Query, Seen
from reading.adapters.script_request import joined
from reading.tree import Node, all_text, squeeze

NAME = "iframe_list"
LIST: re.Pattern[str] | None = None
_OTHER = re.compile(
    r"(?:^|[/_\-.?=&\d])(?:ads?|advert\w*|banner|map|baidu|amap|video|player|live|login|sso|auth|checklogin|visit\w*|"
    r"count\w*|stat|weather|tianqi|share|search|so|head(?:er)?|top|foot(?:er)?|bottom|nav|menu|tree|left|ewm|qrcode|"
    r"comment\w*|survey|vote|chat|robot|jiucuo|wza|blank)(?=[/_\-.?=&\d]|$)",
    re.I,
)
_TALL = 300  # pixels
_SIZE = re.compile(r"^\s*(\d{1,5})\s*(?:px)?\s*$")
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|position\s*:\s*fixed", re.I)
_STYLE_HEIGHT = re.compile(r"(?:^|[;\s])(?:min-)?height\s*:\s*(\d{1,5})\s*px", re.I)
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d\s?[\-./年]\s?\d{1,2}\s?[\-./月]\s?\d{1,2}")
_FRAME = re.compile(r"<iframe\b([^<>]{0,1500})>", re.I)
_ATTRIBUTE = re.compile(r"""([\w\-]{1,30})\s*=\s*(?:"([^"]{0,1000})"|'([^']{0,1000})'|([^\s"'>]{1,1000}))""")
_SCRIPTED = re.compile(r"^(?:javascript|about|data):|[{<$]", re.I)
_DATES_BESIDE = 2
_MOST_FRAMES = 20


def recognise(url: str, source: str) -> bool:
    return _frame(url, source) is not None and not _has_dates(source)


def query(seen: Seen) -> Query | None:
    address = _frame(seen.url, seen.source)
    return Query(address) if address else None


def _has_dates(source: str) -> bool:
    """Whether more dates than a header and a footer may show stand outside of scripts."""
    found, at = 0, 0
    while found <= _DATES_BESIDE:
        match = _DATE.search(source, at)
        if match is None:
            return False
        opened, closed = (
            source.rfind("<script", at, match.start()),
            source.rfind("</script", at, match.start()),
        )
        if opened <= closed:
            found, at = found + 1, match.end()
            continue
        at = source.find("</script", match.end())
        if at < 0:
            return False
    return True


def _frame(url: str, source: str) -> str | None:
    """The address of the one frame that may hold the list."""
    found: set[str] = set()
    for count, match in enumerate(_FRAME.finditer(source)):
        address = _address(url, _attributes(match[1]))
        if address is not None:
            found.add(address)
        if len(found) > 1 or count > _MOST_FRAMES:
            return None
    return found.pop() if found else None


def _attributes(tag: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(tag):
        found.setdefault(match[1].lower(), unescape(match[2] or match[3] or match[4] or "").strip())
    if "hidden" in tag.lower().split():
        found["hidden"] = ""
    return found


def _address(url: str, frame: dict[str, str]) -> str | None:
    written = frame.get("src", "")
    if not written or written[:1] == "#" or _SCRIPTED.search(written):
        return None
    address = joined(url, written)
    if address is None or address.split("#", 1)[0] == url.split("#", 1)[0]:
        return None
    parts = urlsplit(address)
    named = "/".join((frame.get("id", ""), frame.get("name", ""), frame.get("class", "").replace(" ", "/")))
    if _OTHER.search(f"{parts.path}?{parts.query}") or _OTHER.search(named):
        return None
    return address if _readable(frame) else None


def _readable(frame: dict[str, str]) -> bool:
    """Whether a reader sees the frame and it is not known to be too low for a list."""
    style = frame.get("style", "")
    if "hidden" in frame or _UNSEEN.search(style):
        return False
    height = _SIZE.match(frame.get("height", "")) or _STYLE_HEIGHT.search(style)
    return height is None or int(height[1]) >= _TALL or int(height[1]) == 0


def listing(seen: Seen) -> Listing | None:
    if seen.url.split("#", 1)[0] == seen.asked_on.split("#", 1)[0]:
        return None
    if seen.source.lstrip("\ufeff \t\r\n")[:1] != "<":
        return Listing(refused="error_text")
    scripts = "\n".join(node.text for node in seen.root.iter("script") if node.text)
    made = paging.created(scripts) if "createPageHTML" in scripts else None
    next_ref = (made.next_ref if made else None) or _next(seen.root)
    address = joined(seen.url, next_ref) if next_ref else None
    return Listing(
        markup=seen.source,
        total=made.total if made else None,
        number=made.number if made else None,
        pages=made.pages if made else None,
        following=Query(address) if address and address != seen.url else None,
    )


def _next(root: Node) -> str | None:
    for node in root.iter("a"):
        href = (node.get("href") or "").strip()
        if not href or href[:1] == "#" or href.lower().startswith("javascript:"):
            continue
        if paging.NEXT.match(squeeze(all_text(node))[:20]):
            return href
    return None
