"""样式表与地图 Files that hold links and are no pages: style sheets and sitemaps, looked at only for what they name."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from model import Link, LinkPlace, Purpose
from reading.address import Bases, is_own, own_hosts
from reading.sitemap import sitemap_links
from reading.style_links import style_links

if TYPE_CHECKING:
    from reading.document import Document

_MARKUP = (b"<!do", b"<htm", b"<hea", b"<bod", b"<scr", b"<?xm")


def sheet_links(document: "Document") -> tuple[Link, ...] | None:
    """所含链接 Links of a style sheet or a sitemap, by its own address; None when the body is neither."""
    snapshot, body = document.snapshot, document.body
    if snapshot.purpose is not Purpose.PROBE or snapshot.method != "GET" or not body:
        return None
    if not is_own(document.url, document.site):
        return None
    if _is_style(document):
        asked = style_links(document.source)
        return _made(document, [(raw, "css", "link" if sheet else "style") for raw, sheet in asked])
    listed = sitemap_links(document.source) if document.is_html and _may_be_sitemap(body) else None
    return None if listed is None else _made(document, [(raw, "sitemap", "a") for raw in listed])


def _is_style(document: "Document") -> bool:
    kind = (document.snapshot.header("content-type") or "").lower()
    if "html" in kind or document.body[:64].lstrip()[:4].lower() in _MARKUP:
        return False
    return "text/css" in kind or urlsplit(document.url).path.lower().endswith(".css")


def _may_be_sitemap(body: bytes) -> bool:
    head = body[:5000]
    return b"urlset" in head or b"sitemapindex" in head


def _made(document: "Document", found: list[tuple[str, str, str]]) -> tuple[Link, ...]:
    bases = Bases(document.url, "utf-8", own_hosts(document.site))
    made = []
    for raw, tag, taken in found:
        url, relation = bases.seen(raw, taken)
        made.append(Link(url=url, raw=raw[:2000], relation=relation, place=LinkPlace.OTHER, tag=tag))
    return tuple(made)
