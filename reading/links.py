"""链接 Every reference of a page, as written and as a browser resolves it, with its place."""

from functools import lru_cache
from itertools import islice

from model import Link, LinkPlace, LinkRelation, Site
from model.frozen import made
from reading.address import Bases, own_hosts, resolve, seen_under
from reading.menus import opened_url, written_links
from reading.once import once
from reading.other_links import other_links
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
_MAX_LINKS = 5000
_MAX_ANCHOR = 200
_LONGEST_KEPT = 500
_MAX_IMAGES = 20  # of one link


class LinkPass:
    """取链 One pass over the tree. `links` in document order; `of` maps an element to its link.

    `others` are those that no menu, list or column is read from; they are looked for when first asked for.
    """

    def __init__(
        self, root: Node, final_url: str, site: Site, charset: str, places: Places, source: str = ""
    ) -> None:
        self._root, self._source = root, source
        self.base = _base(root, final_url, charset)
        self.site, self.charset, self.places = site, charset, places
        self.links: list[Link] = []
        self.of: dict[Node, Link] = {}
        self._scripts: dict[Node, str] = {}
        self._stand_ins: list[Node] | None = []  # links whose href is none of its own; None: not all of them
        self._bases = Bases(self.base, charset, own_hosts(site))
        links = self.links
        for node in root.iter(*_SOURCES):
            if len(links) >= _MAX_LINKS:
                self._stand_ins = None
                break
            self._take(node)

    @once
    def others(self) -> tuple[Link, ...]:
        """其余链接 What clicks, styles, media, jump menus, forms, scripts and a late refresh lead to."""
        made: dict[tuple[str, str, str], Link] = {}
        own = own_hosts(self.site)
        for one in other_links(self._root, self._source, self._scripts, self._stand_ins):
            key = (one.raw, one.tag, one.taken)
            if key in made or len(made) >= _MAX_LINKS - len(self.links):
                continue
            words, place = one.anchor[:_MAX_ANCHOR], self.places.of(one.node)
            make = _other if len(one.raw) <= _LONGEST_KEPT else _other.__wrapped__
            made[key] = make(self._bases.under(one.raw), self.charset, own, *key, words, place)
        return tuple(made.values())

    def _take(self, node: Node) -> None:
        tag = str(node.tag)
        raw = node.get(_SOURCES[tag])
        if tag == "a":
            if raw and (first := raw[0]) not in _STAND_IN and not first.isspace():
                self._add(node, raw, "a")
            else:
                self._stands_in(node, raw)
            return
        if tag == "script" and raw is None:
            script = node.text  # each look decodes it anew
            if script:
                self._scripts[node] = script
                self._written(node, script)
            return
        if tag == "link" and not _is_used(node):
            return
        if raw:
            self._add(node, raw, tag)

    def _stands_in(self, node: Node, raw: str | None) -> None:
        if self._stand_ins is not None:
            self._stand_ins.append(node)
        opened = self._opened(node, raw)
        if opened or raw is not None or node.get("onclick"):
            self._add(node, opened or raw or "", "a")

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

    def _written(self, node: Node, script: str) -> None:
        for written in written_links(script):
            place = self.places.of(node)
            self.links.append(
                self.made(written.href, squeeze(written.anchor)[:_MAX_ANCHOR], "script-a", place)
            )

    def made(self, raw: str, anchor: str, tag: str, place: LinkPlace) -> Link:
        """The pages of a site repeat the same menus: like links are one, made once and shared by all of them."""
        bases = self._bases
        if len(raw) > _LONGEST_KEPT:
            url, relation = bases.seen(raw, tag)
            return _made(raw, url, relation, anchor, place, tag)
        return _shared(bases.under(raw), self.charset, bases.own, raw, tag, anchor, place)

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


def _made(raw: str, url: str, relation: LinkRelation, anchor: str, place: LinkPlace, tag: str) -> Link:
    return made(
        Link,
        {
            "url": url,
            "raw": raw[:2000],
            "anchor": anchor,
            "relation": relation,
            "place": place,
            "tag": tag,
            "fragment": raw.partition("#")[2].strip()[:200] if url and "#" in raw else "",
        },
    )


@lru_cache(maxsize=8192)
def _shared(
    base: str, charset: str, own: frozenset[str], raw: str, tag: str, anchor: str, place: LinkPlace
) -> Link:
    url, relation = seen_under(base, raw, tag, charset, own)
    return _made(raw, url, relation, anchor, place, tag)


@lru_cache(maxsize=4096)
def _other(
    base: str,
    charset: str,
    own: frozenset[str],
    raw: str,
    tag: str,
    taken: str,
    anchor: str,
    place: LinkPlace,
) -> Link:
    """The pages of a site repeat the same jump menus: each entry is made once and shared by all of them."""
    url, relation = seen_under(base, raw, taken, charset, own)
    return _made(raw, url, relation, anchor, place, tag)


def _is_used(link: Node) -> bool:
    """Whether a browser takes in what a `<link>` names: a style in force, an icon."""
    rel = (link.get("rel") or "").lower()
    return any(name in rel for name in _STYLE_RELS) and link.get("disabled") is None


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
