"""页面阅读 One page taken apart lazily: the full reading and the live crawl share every part."""

import re
from datetime import date
from functools import cached_property

from model import (
    Charset,
    Crumb,
    Dated,
    FetchOutcome,
    ItemList,
    Link,
    LinkPlace,
    LinkRelation,
    ListItem,
    PageKind,
    Purpose,
    Site,
    Snapshot,
)
from reading import main_list as lists
from reading import publish_date
from reading.adapters import Adapter, adapter_for
from reading.address import is_article_url, is_own, resolve
from reading.charset import decode
from reading.crumbs import crumbs_of
from reading.dates import latest_plausible, plain
from reading.links import LinkPass
from reading.outcome import Refined, refined
from reading.paging import NEXT, Paging, created, told
from reading.places import Places
from reading.rows import Group, date_rows, groups_of
from reading.shell import jump_target, shell_marker
from reading.text import content_node, main_text, squeeze_lines
from reading.tree import Node, parse, squeeze, visible_text

_COMMENT = re.compile(r"<!--(?!\[if).*?-->", re.S)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w\-:.]+)", re.I)
_PAGER_NAME = re.compile(r"page|pag|fy|fenye|pager|pagination|digg|zxfy", re.I)
_COLUMN_WORDS = re.compile(r"index|list|channel|column|node|lanmu", re.I)


class Page:
    """一页 All parts of one snapshot's body, each made when first asked for and kept."""

    def __init__(self, snapshot: Snapshot, body: bytes, site: Site) -> None:
        self.snapshot, self.body, self.site = snapshot, body, site
        self.url = snapshot.final_url or snapshot.url

    @cached_property
    def _decoded(self) -> tuple[str, Charset]:
        found = _HEADER_CHARSET.search(self.snapshot.header("content-type") or "")
        return decode(self.body, found.group(1) if found else None, rendered=self.snapshot.rendered)

    @property
    def charset(self) -> Charset:
        return self._decoded[1]

    @cached_property
    def source(self) -> str:
        """HTML text without comments."""
        return _COMMENT.sub("", self._decoded[0])

    @cached_property
    def is_html(self) -> bool:
        kind = (self.snapshot.header("content-type") or "").lower()
        if kind and not any(word in kind for word in ("html", "xml", "text/plain")):
            return False
        if not kind and not self.body[:1024].lstrip()[:1] == b"<" and b"<" not in self.body[:2048]:
            return not self.body.strip() or self.body[:4] not in (
                b"%PDF",
                b"PK\x03\x04",
                b"\x89PNG",
                b"\xff\xd8\xff\xe0",
            )
        return True

    @cached_property
    def root(self) -> Node:
        return parse(self.source if self.is_html else "")

    @cached_property
    def adapter(self) -> Adapter:
        return adapter_for(self.source, self.url)

    @cached_property
    def titles(self) -> tuple[str, ...]:
        found = (squeeze("".join(node.itertext()))[:500] for node in self.root.iter("title"))
        return tuple(title for title in found if title)[:10]

    @property
    def title(self) -> str:
        return self.titles[0] if self.titles else ""

    @cached_property
    def meta(self) -> dict[str, str]:
        metas: dict[str, str] = {}
        for node in self.root.iter("meta"):
            name = node.get("name") or node.get("property")
            content = node.get("content")
            if name and content is not None and len(metas) < 100:
                metas.setdefault(name.strip().lower()[:80], content.strip()[:2000])
        return metas

    @cached_property
    def places(self) -> Places:
        return Places()

    @cached_property
    def links(self) -> LinkPass:
        return LinkPass(self.root, self.url, self.site, self.charset.actual, self.places)

    @cached_property
    def visible(self) -> str:
        """All text a person sees, one line a block."""
        return squeeze_lines(visible_text(self.root))

    @cached_property
    def jump_ref(self) -> str | None:
        return jump_target(self.source, self.root, self.visible) if self.is_html else None

    @cached_property
    def jump(self) -> str | None:
        target = resolve(self.links.base, self.jump_ref, self.charset.actual) if self.jump_ref else None
        return target if target and target[:4] == "http" and target != self.url else None

    @cached_property
    def refined(self) -> Refined:
        return refined(
            self.snapshot,
            self.body,
            self.source,
            self.title,
            self.visible if self.is_html else "",
            self.jump_ref,
            self.site,
        )

    @property
    def latest(self) -> date:
        return latest_plausible(self.snapshot.fetched_at)

    @cached_property
    def crumbs(self) -> tuple[Crumb, ...]:
        return crumbs_of(self.root, self.links, self.places)

    @cached_property
    def groups(self) -> list[Group]:
        found = groups_of(self.root, self.places)
        for group in found:
            date_rows(group, self.latest)
        return found

    @cached_property
    def _pager(self) -> tuple[Paging | None, Node | None]:
        for node in self.root.iter("script"):
            if node.text and "createPageHTML" in node.text:
                made = created(node.text, self.url)
                if made:
                    box = re.search(r"createPageHTML\w*\s*\(\s*['\"]([\w\-]+)['\"]", node.text)
                    holder = self._by_id(box.group(1)) if box and made.style == "kaipuyun" else None
                    return made, holder if holder is not None else node
        for node in self.root.iter("div", "p", "span", "td", "ul", "li", "form"):
            names = f"{node.get('class') or ''} {node.get('id') or ''}"
            own = (node.text or "") + "".join(child.tail or "" for child in node)
            named = len(names) > 1 and _PAGER_NAME.search(names[:80])
            if not named and "共" not in own:
                continue
            text = plain(squeeze("".join(node.itertext())))
            if len(text) > 200 or self.places.of(node) is LinkPlace.FOOTER:
                continue
            made = told(text)
            if made and (made.total is not None or named):
                return made, node
        return None, None

    def _by_id(self, name: str) -> Node | None:
        for node in self.root.iter("div", "span", "ul", "p", "td"):
            if node.get("id") == name:
                return node
        return None

    @property
    def paging(self) -> Paging | None:
        return self._pager[0]

    @cached_property
    def looks_article(self) -> bool:
        meta = self.meta
        if any(name in meta for name in ("articletitle", "contentsource")) or (
            "pubdate" in meta and "columnname" in meta and is_article_url(self.url)
        ):
            return bool(meta.get("articletitle", "x").strip())
        return is_article_url(self.url)

    @cached_property
    def choice(self) -> lists.Choice:
        paging, node = self._pager
        return lists.choose(self.groups, self.links, paging, node, article=self.looks_article)

    @cached_property
    def item_lists(self) -> tuple[ItemList, ...]:
        made = []
        for group in self.groups:
            if (
                group.place in (LinkPlace.HEADER, LinkPlace.NAVIGATION)
                or len(group.rows) < 2
                or not group.dated
            ):
                continue
            made.append(ItemList(items=self._items(group)))
        return tuple(made)

    @cached_property
    def main_list(self) -> ItemList | None:
        if self.looks_article or self.is_home or self.jump:
            return None
        total = self.paging.total if self.paging else None
        if self.choice.group is not None:
            return ItemList(items=self._items(self.choice.group), total=total)
        return ItemList(items=(), total=total) if self.choice.empty else None

    def _items(self, group: Group) -> tuple[ListItem, ...]:
        items = []
        for order, row in enumerate(group.rows):
            link = self.links.of.get(row.anchor)
            items.append(
                ListItem.model_construct(
                    title=row.title[:300],
                    url=link.url if link else "",
                    dated=row.dated,
                    order=order,
                    pinned=row.pinned,
                )
            )
        return tuple(items)

    @cached_property
    def is_home(self) -> bool:
        if self.snapshot.purpose is Purpose.HOME:
            return True
        own = {self.site.home.rstrip("/")}
        address = re.sub(r"/(?:index|default)\.\w{2,5}$", "", self.url).rstrip("/")
        home = re.sub(r"/(?:index|default)\.\w{2,5}$", "", self.site.home).rstrip("/")
        return address in own or address == home

    @cached_property
    def next_url(self) -> str | None:
        paging = self.paging
        if paging and paging.next_ref:
            return resolve(self.url, paging.next_ref, self.charset.actual)
        if self.main_list is None or not self.main_list.items:
            return None
        for link in self.links.links:
            if link.relation is LinkRelation.INTERNAL and NEXT.match(link.anchor) and link.url != self.url:
                return link.url
        return None

    @cached_property
    def shell(self) -> str | None:
        """The technique that would fill this page's list; None when it has one or nothing points to a script."""
        if not self.is_html or self.looks_article or self.jump or (self.main_list and self.main_list.items):
            return None
        if self.paging is not None and (self.paging.total == 0 or self.paging.style != "text"):
            return None
        marker = shell_marker(self.source, self.root)
        if marker in ("ajax", "iframe", "angular") and len(self.text) > 300:
            return None
        return marker

    @cached_property
    def text(self) -> str:
        node = content_node(self.root, self.places) if not self.is_home else None
        if node is not None and self.looks_article:
            return squeeze_lines(visible_text(node))[:20_000]
        return main_text(self.root, self.places)

    @cached_property
    def dated(self) -> Dated | None:
        """The page's own publish date; None for lists and homes, which have rows instead."""
        if self.main_list is not None or self.is_home or self.jump or not self.is_html:
            return None
        shown = plain(self.visible)
        found = publish_date.labelled(shown, self.latest)
        if found:
            return found
        scripts = [node.text for node in self.root.iter("script") if node.text]
        fallback = publish_date.alone(shown.split("\n"), self.latest)
        return (
            (fallback if fallback.value else None)
            or publish_date.scripted(scripts, self.latest)
            or publish_date.from_meta(self.meta, self.latest)
            or (publish_date.from_url(self.url, self.latest) if self.looks_article else None)
            or fallback
        )

    @cached_property
    def navigation(self) -> tuple[Link, ...]:
        """Entries of header, side and written menus, in page order, each target once."""
        seen: set[str] = set()
        entries = []
        for link in self.links.links:
            if link.tag not in ("a", "area", "script-a") or not link.url or link.url in seen:
                continue
            if link.tag != "script-a" and link.place is not LinkPlace.NAVIGATION:
                continue
            if (
                not link.anchor
                or len(link.anchor) > 24
                or link.relation not in (LinkRelation.INTERNAL, LinkRelation.EXTERNAL)
            ):
                continue
            if is_own(link.url, self.site) and is_article_url(link.url):
                continue
            seen.add(link.url)
            entries.append(link)
        return tuple(entries)

    @cached_property
    def kind(self) -> PageKind:
        if not self.is_html:
            return PageKind.NOT_HTML
        if self.refined.outcome not in (FetchOutcome.OK, FetchOutcome.NOT_RENDERED):
            return PageKind.ERROR
        if self.is_home:
            return PageKind.HOME
        if self.jump:
            return PageKind.JUMP
        if self.looks_article:
            return PageKind.ARTICLE
        if self.main_list is not None:
            return PageKind.LIST
        if self.is_form:
            return PageKind.FORM
        dated_lists = sum(1 for found in self.item_lists if len(found.items) >= 2)
        if dated_lists >= 2:
            return PageKind.LANDING
        if self.dated and self.dated.value and len(self.text) > 200:
            return PageKind.ARTICLE if not self.meta.get("columnname") else PageKind.SINGLE
        return PageKind.SINGLE

    @cached_property
    def is_form(self) -> bool:
        fields = 0
        for node in self.root.iter("input", "textarea", "select"):
            kind = (node.get("type") or "text").lower()
            if (
                kind in ("text", "password", "email", "tel", "file", "radio")
                and self.places.of(node) is LinkPlace.OTHER
            ):
                fields += 1
        return fields >= 4
