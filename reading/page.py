"""页面 What a document is and shows: its list, date, menus, kind. The full reading and the live crawl share it."""

import re
from datetime import date
from functools import cached_property

from model import (
    Crumb,
    Dated,
    DateSource,
    FetchOutcome,
    ItemList,
    Link,
    LinkPlace,
    LinkRelation,
    ListItem,
    PageKind,
    Purpose,
)
from model.site import bare_name
from reading import main_list as lists
from reading import publish_date
from reading.address import is_article_url, is_own, is_placeholder, resolve
from reading.crumbs import crumbs_of
from reading.dates import latest_plausible, plain
from reading.document import Document
from reading.pager import pager_of
from reading.paging import NEXT, Paging
from reading.row_dates import date_rows
from reading.rows import Group, groups_of, joined
from reading.shell import STRONG, shell_marker
from reading.text import content_node
from reading.tree import Node, visible_text

_MAX_TEXT = 20_000
_SHELL_TEXT = 300
_DATED_HEAD, _DATED_TAIL = 6000, 3000
_LONG_TEXT = 2000
_HOME_ENTRIES = 5


class Page(Document):
    """一页 All parts of one page, each made when first asked for and kept."""

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
        return joined(found)

    @cached_property
    def _pager(self) -> tuple[Paging | None, Node | None]:
        return pager_of(self.root, self.places, self.visible)

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
        return lists.choose(self.groups, self.links, paging, node, self.adapter.LIST)

    @cached_property
    def item_lists(self) -> tuple[ItemList, ...]:
        made: list[ItemList] = []
        if self.looks_article:
            return ()  # what stands beside an article is no list of this page
        for group in lists.content_groups(self.groups):
            if not group.dated:
                continue
            made.append(ItemList(items=self._items(group), heading=lists.heading_of(group)))
        return tuple(made)

    @cached_property
    def main_list(self) -> ItemList | None:
        if self.looks_article or self.is_home or self.jump:
            return None
        if (
            self.choice.group is not None
            and not self.choice.group.dated
            and self.paging is None
            and self._signed
        ):
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
        paging = self.paging
        if paging is not None and paging.total:
            return "total_without_rows"
        if paging is not None and (paging.total == 0 or paging.style != "text"):
            return None
        marker = shell_marker(self.source, self.root, self._unfilled)
        if marker is None or (self.is_home and self._entries >= _HOME_ENTRIES) or any(self.item_lists):
            return None
        return marker if marker in STRONG or self.own_length <= _SHELL_TEXT else None

    @property
    def _unfilled(self) -> bool:
        links = self.links.links
        return is_placeholder(self.visible) or any(
            link.relation is LinkRelation.PLACEHOLDER for link in links
        )

    @property
    def _entries(self) -> int:
        """Own pages this page leads to: a home page with many is no shell, whatever scripts it carries."""
        return len({link.url for link in self.links.links if link.relation is LinkRelation.INTERNAL})

    @cached_property
    def text(self) -> str:
        node = content_node(self.root, self.places) if self.looks_article and not self.is_home else None
        if node is not None:
            return visible_text(node)[:_MAX_TEXT]
        return self._texts[1][:_MAX_TEXT]

    @property
    def own_length(self) -> int:
        """Characters of the main text that are not merely the column's own name or decoration."""
        if len(self.text) > _LONG_TEXT:
            return len("".join(self.text.split()))
        names = {bare_name(crumb.name) for crumb in self.crumbs}
        names |= {bare_name(part) for title in self.titles for part in re.split(r"[-_|—]", title)}
        names |= {bare_name(self.meta.get("columnname", "")), ""}
        return sum(
            len("".join(line.split())) for line in self.text.split("\n") if bare_name(line) not in names
        )

    @cached_property
    def dated(self) -> Dated | None:
        """The page's own publish date; None for lists and homes, which have rows instead."""
        return None if self.main_list is not None or self.is_home or self.jump else self._shown_date

    @cached_property
    def _edges(self) -> str:
        """The visible text where publish dates stand: its first part and its end, made plain."""
        text = self.visible
        if len(text) > _DATED_HEAD + _DATED_TAIL:
            text = text[:_DATED_HEAD] + "\n" + text[-_DATED_TAIL:]
        return plain(text)

    @cached_property
    def _shown_date(self) -> Dated:
        shown = self._edges
        found = publish_date.labelled(shown, self.latest)
        if found:
            return found
        scripts = [node.text for node in self.root.iter("script") if node.text]
        fallback = publish_date.alone(shown.split("\n"), self.latest, self._row_titles)
        return (
            (fallback if fallback.value else None)
            or publish_date.scripted(scripts, self.latest)
            or publish_date.from_meta(self.meta, self.latest)
            or (publish_date.from_url(self.url, self.latest) if self.looks_article else None)
            or fallback
        )

    @property
    def _row_titles(self) -> set[str]:
        return {plain(row.title)[:20] for group in self.groups for row in group.rows if row.dated.value}

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
        if sum(1 for found in self.item_lists if len(found.items) >= 2) >= 2:
            return PageKind.LANDING
        return PageKind.ARTICLE if self._signed and not self.meta.get("columnname") else PageKind.SINGLE

    @property
    def _signed(self) -> bool:
        """Whether the page shows a publish date as content pages do: labelled, or in a line that names the source."""
        dated = self._shown_date
        if dated.value is None:
            return False
        if dated.source is not DateSource.ELEMENT:
            return dated.source is DateSource.LABEL
        lines = self._edges.split("\n")
        return any(dated.raw in line and publish_date.SIGNATURE.search(line) for line in lines)

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
