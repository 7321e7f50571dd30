"""链接 Every reference of a page, as written and as a browser resolves it, with its place."""

from itertools import islice

from model import Link, LinkPlace, LinkRelation, Site
from reading.address import Bases, own_hosts, resolve
from reading.menus import opened_url, written_links
from reading.places import Places
from reading.tree import Node, beginning, squeeze

_SOURCES = {
    "a": "href",
    "area": "href",
    "img": "src",
    "script": "src",
    "link": "href",
    "iframe": "src",
    "frame": "src",
}
_OWN = (LinkRelation.INTERNAL, LinkRelation.ATTACHMENT, LinkRelation.IMAGE)
_STAND_IN = "#jJ \t\r\n\f\v\xa0\u3000\x1c\x1d\x1e\x1f\x85"  # first characters of an href that is none
_STYLE_RELS = ("stylesheet", "icon")
_link = (
    Link.__pydantic_validator__.validate_python
)  # cheaper than a call of the class, and than model_construct
_MAX_LINKS = 5000
_MAX_ANCHOR = 200
_MAX_IMAGES = 20  # of one link


class LinkPass:
    """取链 One pass over the tree. `links` in document order; `of` maps an element to its link."""

    def __init__(self, root: Node, final_url: str, site: Site, charset: str, places: Places) -> None:
        self.base = _base(root, final_url, charset)
        self.site, self.charset, self.places = site, charset, places
        self.links: list[Link] = []
        self.of: dict[Node, Link] = {}
        self._bases = Bases(self.base, charset, own_hosts(site))
        for node in root.iter(*_SOURCES):
            if len(self.links) >= _MAX_LINKS:
                break
            self._take(node)

    def _take(self, node: Node) -> None:
        tag = str(node.tag)
        raw = node.get(_SOURCES[tag])
        if tag == "script" and raw is None:
            if node.text:
                self._written(node)
            return
        if tag == "link" and not any(rel in (node.get("rel") or "").lower() for rel in _STYLE_RELS):
            return
        if tag == "a":
            opened = self._opened(node, raw)
            if opened:
                self._add(node, opened, "a")
                return
            if raw is None:
                if not node.get("onclick"):
                    return
                raw = ""
        elif not raw:
            return
        self._add(node, raw or "", tag)

    def _opened(self, node: Node, raw: str | None) -> str | None:
        """The target an entry really opens, when its href is only a stand-in for its script."""
        if raw and raw[0] not in _STAND_IN:
            return None
        href = (raw or "").strip()
        if href[:11].lower() == "javascript:":
            target = opened_url(href)
            if target:
                return target
        elif href and not href.startswith("#"):
            return None
        onclick = node.get("onclick")
        return opened_url(onclick) if onclick else None

    def _add(self, node: Node, raw: str, tag: str) -> None:
        anchor = ""
        if tag in ("a", "area"):
            anchor = squeeze(beginning(node))[:_MAX_ANCHOR] or _alternative(node)
        elif tag == "img":
            anchor = squeeze(node.get("alt") or "")[:_MAX_ANCHOR]
        link = self.made(raw, anchor, tag, self.places.of(node))
        self.links.append(link)
        self.of[node] = link

    def _written(self, node: Node) -> None:
        for written in written_links(node.text or ""):
            place = self.places.of(node)
            self.links.append(
                self.made(written.href, squeeze(written.anchor)[:_MAX_ANCHOR], "script-a", place)
            )

    def made(self, raw: str, anchor: str, tag: str, place: LinkPlace) -> Link:
        url, relation = self._bases.seen(raw, tag)
        link: Link = _link(
            {
                "url": url,
                "raw": raw[:2000],
                "anchor": anchor,
                "relation": relation,
                "place": place,
                "tag": tag,
            }
        )
        return link

    def add_commented(self, found: list[tuple[str, str]]) -> None:
        """注释中的链接 Links of the site's own that stand in comments, after all that a visitor can see."""
        for raw, anchor in found:
            url, relation = self._bases.seen(raw, "a")
            if relation in _OWN:
                self.links.append(
                    Link.model_construct(
                        url=url,
                        raw=raw[:2000],
                        anchor=squeeze(anchor),
                        relation=LinkRelation.COMMENTED,
                        place=LinkPlace.HIDDEN,
                        tag="comment",
                    )
                )


def _alternative(node: Node) -> str:
    title = node.get("title") or node.get("alt")
    if title:
        return squeeze(title)[:_MAX_ANCHOR]
    for image in islice(node.iter("img"), _MAX_IMAGES):
        text = image.get("alt") or image.get("title")
        if text:
            return squeeze(text)[:_MAX_ANCHOR]
    return ""


def _base(root: Node, final_url: str, charset: str) -> str:
    for node in root.iter("base"):
        href = node.get("href")
        if href:
            return resolve(final_url, href, charset) or final_url
    return final_url
