"""文档 One snapshot's body taken apart lazily: charset, tree, metas, links, texts, class."""

import re
from datetime import date

from model import Charset, Link, LinkPlace, LinkRelation, Site, Snapshot, TextPrint
from reading.adapters import GENERIC, Adapter, adapter_for, adapters
from reading.address import is_article_url, resolve
from reading.charset import decode
from reading.comments import commented_links, without_comments
from reading.dates import full_dates, latest_plausible, plain
from reading.inert import without_inert
from reading.links import LinkPass
from reading.metas import SITE_WIDE
from reading.missing_shows import shows_of
from reading.once import once
from reading.outcome import Refined, Remains, is_foreign, refined
from reading.places import Places
from reading.query_encoding import query_encoding
from reading.sheets import sheet_links
from reading.shell import jump_target, reloads_itself
from reading.text import words
from reading.text_print import named_parts, text_print
from reading.tree import Node, all_text, curtailed, parse, shortened, squeeze
from reading.walk import Walk, opening_text

_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w\-:.]+)", re.I)
_LONG = 300_000
_LEADING = frozenset({"a", "area", "iframe", "frame", "script-a"})
ENOUGH = 2400  # characters: more than any page that is judged short by its text


class Document:
    """文档 Every part is made when first asked for and kept."""

    def __init__(self, snapshot: Snapshot, body: bytes, site: Site) -> None:
        if snapshot.status == 304 and body:  # the page that the server says is still the one it sent
            snapshot = snapshot.model_copy(update={"status": 200})
        self.snapshot, self.body, self.site = snapshot, body, site
        self.foreign = is_foreign(snapshot, site)
        self.url = snapshot.final_url or snapshot.url

    @once
    def _decoded(self) -> tuple[str, Charset]:
        found = _HEADER_CHARSET.search(self.snapshot.header("content-type") or "")
        known = self.site.profile.charset if self.site.profile else None
        return decode(
            curtailed(self.body),
            found.group(1) if found else None,
            rendered=self.snapshot.rendered,
            known=known,
        )

    @property
    def charset(self) -> Charset:
        return self._decoded[1]

    @once
    def query_encoding(self) -> str:
        """Name of the encoder for the queries of the page's links."""
        return query_encoding(self.charset, self.snapshot.rendered)

    @once
    def _written(self) -> str:
        return shortened(self._decoded[0])

    @once
    def source(self) -> str:
        """HTML text without comments, of a size that can be read."""
        return without_comments(self._written)

    @once
    def is_html(self) -> bool:
        kind = (self.snapshot.header("content-type") or "").lower()
        if kind and not any(word in kind for word in ("html", "xml", "text/plain")):
            return False
        if not kind and self.body[:1024].lstrip()[:1] != b"<" and b"<" not in self.body[:2048]:
            return not self.body.strip() or self.body[:4] not in (
                b"%PDF",
                b"PK\x03\x04",
                b"\x89PNG",
                b"\xff\xd8\xff\xe0",
            )
        return True

    @once
    def root(self) -> Node:
        return parse(without_inert(self.source) if self.is_html else "")

    @once
    def adapter(self) -> Adapter:
        """Told by the page itself; where it tells nothing, what a person says the host is built with."""
        found, known = adapter_for(self.url, self.source), self.site.profile
        if found is GENERIC and known is not None and known.cms and "cms" in known.pinned:
            return next((one for one in adapters() if known.cms == one.NAME), found)
        return found

    @once
    def titles(self) -> tuple[str, ...]:
        found = (squeeze(all_text(node))[:500] for node in self.root.iter("title"))
        return tuple(title for title in found if title)[:10]

    @property
    def title(self) -> str:
        return self.titles[0] if self.titles else ""

    @once
    def meta(self) -> dict[str, str]:
        metas: dict[str, str] = {}
        for node in self.root.iter("meta"):
            name = node.get("name") or node.get("property")
            content = node.get("content")
            if name and content is not None and len(metas) < 100:
                known = name.strip().lower()[:80]
                if known in SITE_WIDE and not metas.get(known):
                    metas.pop(known, None)  # an included head may fill what the page leaves empty
                metas.setdefault(known, content.strip()[:2000])
        return metas

    @once
    def places(self) -> Places:
        return Places()

    @once
    def links(self) -> LinkPass:
        links = LinkPass(self.root, self.url, self.site, self.query_encoding, self.places, self.source)
        links.add_commented(commented_links(self._written))
        return links

    @property
    def may_lead_away(self) -> bool:
        """Whether the page holds a link to another site, or a script that may write one."""
        return "document.write" in self.source or any(
            link.relation is LinkRelation.EXTERNAL and link.tag in _LEADING for link in self.links.links
        )

    @once
    def visible(self) -> str:
        """All text a person sees, one line a block."""
        return self._texts[0]

    @once
    def opening(self) -> str:
        """What a person sees first: all of a short page, and enough of a long one to know that it is long."""
        if "_texts" in self.__dict__ or len(self.source) < _LONG:
            return self.visible
        return opening_text(self.root, ENOUGH)

    @once
    def _texts(self) -> tuple[str, str]:
        return self.walk.text(), self.walk.main_text()

    @once
    def walk(self) -> Walk:
        return Walk(self.root, self.places)

    @once
    def text_print(self) -> TextPrint:
        """Of what the page says beside its menus, without its own address and name: a missing page repeats them."""
        text = self._texts[1]
        for own in (self.snapshot.url, *named_parts(self.snapshot.url)):
            text = text.replace(own, "")
        return text_print(text)

    @once
    def jump_ref(self) -> str | None:
        return jump_target(self.source, self.root, self.opening) if self.is_html else None

    @once
    def jump(self) -> str | None:
        target = resolve(self.links.base, self.jump_ref, self.query_encoding) if self.jump_ref else None
        return target if target and target[:4] == "http" and target != self.url else None

    @once
    def sheet(self) -> tuple[Link, ...] | None:
        """Links of a style sheet or a sitemap; None for whatever is neither."""
        return sheet_links(self)

    @once
    def sends_back(self) -> bool:
        """Whether the page only sets a cookie and has the visitor ask for it once more."""
        if self.snapshot.header("set-cookie") is None or not self.is_html:
            return False
        ref = self.jump_ref
        target = resolve(self.links.base, ref, self.query_encoding) if ref else None
        if target is not None:
            return target in (self.url, self.snapshot.url)
        return reloads_itself(self.source, self.root, self.opening)

    @once
    def latest(self) -> date:
        """The last day that a date of this page can tell."""
        return latest_plausible(self.snapshot.fetched_at)

    @once
    def refined(self) -> Refined:
        return refined(
            self.snapshot,
            self.body,
            self.source,
            self.title,
            self.opening if self.is_html else "",
            self.jump_ref,
            self.site,
            self.remains,
        )

    def remains(self) -> Remains:
        """剩余正文 What the page shows beside its menus; asked only when a phrase of a missing page was seen."""
        main = self._texts[1]
        own = (link for link in self.links.links if link.place in (LinkPlace.OTHER, LinkPlace.CONTENT))
        pages = (LinkRelation.INTERNAL, LinkRelation.EXTERNAL if self.foreign else LinkRelation.INTERNAL)
        holds = bool(full_dates(plain(main), self.latest)) or any(
            link.relation is LinkRelation.ATTACHMENT or (link.relation in pages and is_article_url(link.url))
            for link in own
        )
        shown = shows_of((*self.links.links, *self.links.others))
        return Remains(main, words(self.root, self.places), holds, bool(shown.media or shown.pictures))
