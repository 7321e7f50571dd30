"""页面列表 The lists a page holds: the column's own, those in boxes, and rows that its script or an API tells of."""

from model import ItemList, Link, LinkPlace, LinkRelation, ListItem
from model.frozen import made
from reading import main_list as lists
from reading.address import is_placeholder
from reading.emptiness import is_phrase, is_sign, one_page_of_nothing, said_below_crumbs
from reading.listed import Listed, listed
from reading.once import once
from reading.page_dates import PageDates
from reading.rows import Group
from reading.shell import shell_marker
from reading.side_boxes import is_beside
from reading.walk import Walk, visible_text

SHELL_TEXT, BOX_TEXT = 300, 600  # characters: more is a text of its own beside a list, or beside a box of one
_HARDLY_ANY = 10
_CALLED = ("trs", "kaipuyun")  # pagers a call of the content system writes, with its own numbers


class PageLists(PageDates):
    """页面列表 A list without rows is empty only when nothing could fill it."""

    @once
    def listed(self) -> Listed | None:
        """Rows and links of `listing`; None when it tells of none."""
        told = self.listing
        if told is None or told.refused is not None:
            return None
        if self.is_answer:
            return listed(self, told, self.asked_on)
        if self.looks_article or self.is_home or not (told.rows or told.markup) or self._prose > BOX_TEXT:
            return None
        return listed(self, told, self.links.base)

    @once
    def choice(self) -> lists.Choice:
        paging, node = self._pager
        found = lists.choose(self.groups, self.links, paging, node, self.adapter.LIST)
        if found.empty:
            return found if self._surely_empty(found.bare) else lists.Choice(None)
        if found.group is None and paging is None:
            return lists.Choice(None, empty=self._says_nothing)
        return found

    @property
    def _says_nothing(self) -> bool:
        """Whether the page itself says that the column holds nothing, or shows one page of no rows."""
        if is_sign(self.visible):
            names = [crumb.name for crumb in self.crumbs]
            if names and self._unheld and said_below_crumbs(self.root, self.places, names):
                return True
            named = bool(names or self.meta.get("columnname"))
            said = is_phrase("".join(self._unnamed(Walk(self.root, self.places, links=False).main_text())))
            return named and said and self._surely_empty(True)
        return self._unheld and one_page_of_nothing(self.root, self.places) and self._surely_empty(True)

    @property
    def seen_whole(self) -> bool:
        """Whether a browser showed the page with all that its scripts asked for."""
        return self.snapshot.rendered and self.snapshot.cause != "kept_back"

    @property
    def _unheld(self) -> bool:
        """Whether no dated rows stand on the page, boxes of other columns apart, and no script fills it."""
        if self._marker is not None and not self.seen_whole:
            return False
        return not any(
            group.dated and not is_beside(group, lists.heading_of(group))
            for group in lists.content_groups(self.groups)
        )

    def _surely_empty(self, bare: bool) -> bool:
        """Whether a list without rows holds nothing: no script, form or frame fills it and the page shows nothing else.

        `bare`: the container of the list was seen.
        """
        paging = self.paging
        if paging is not None and paging.total == 0 and paging.style != "text":
            return True  # the content system itself says so
        if self._marker is not None and not self.seen_whole:
            return False
        if paging is not None and (paging.total == 0 or (paging.pages or 1) > 1):
            return paging.total == 0
        if bare:
            return self.own_length <= SHELL_TEXT
        node = self._pager[1]
        pager = visible_text(node) if node is not None and node.tag != "script" else ""
        return self.own_length - len("".join(pager.split())) <= _HARDLY_ANY and not any(
            link.place in (LinkPlace.OTHER, LinkPlace.CONTENT)
            and link.relation in (LinkRelation.IMAGE, LinkRelation.ATTACHMENT)
            for link in self.links.links
        )

    @once
    def _marker(self) -> str | None:
        return shell_marker(self.source, self.root, self._unfilled)

    @property
    def _unfilled(self) -> bool:
        links = self.links.links
        return is_placeholder(self.visible) or any(
            link.relation is LinkRelation.PLACEHOLDER for link in links
        )

    @once
    def item_lists(self) -> tuple[ItemList, ...]:
        found: list[ItemList] = []
        if self.looks_article:
            return ()  # what stands beside an article is no list of this page
        for group in lists.content_groups(self.groups):
            if not group.dated:
                continue
            found.append(ItemList(items=self.items_of(group), heading=lists.heading_of(group)))
        return tuple(found)

    @once
    def main_list(self) -> ItemList | None:
        if self.is_answer:
            told = self.listing
            return ItemList(items=self.listed.items, total=told.total) if self.listed and told else None
        if self.looks_article or self.is_home or self.jump or self.looks_home:
            return None
        told = self.listing
        if self.listed and self.listed.items and told:
            return ItemList(items=self.listed.items, total=told.total)
        if self.choice.group is not None and self.paging is None and self._outweighs(self.choice.group):
            return None
        total = self.paging.total if self.paging else None
        if total is None and told is not None and told.refused is None and self.choice.group is not None:
            total = told.total
        if self.choice.group is not None:
            return ItemList(items=self.items_of(self.choice.group), total=total)
        if told is not None and told.refused is None and told.total == 0:
            return ItemList(items=(), total=0)
        return ItemList(items=(), total=total) if self.choice.empty else None

    @property
    def told_empty(self) -> bool:
        """Whether the content system itself, by its pager's call or its script, says that the list holds nothing."""
        paging, told = self.paging, self.listing
        if paging is not None and paging.style in _CALLED and (paging.total == 0 or paging.pages == 0):
            return True
        return told is not None and told.refused is None and told.total == 0

    @property
    def _has_rows(self) -> bool:
        return self.main_list is not None and bool(self.main_list.items)

    def _outweighs(self, group: Group) -> bool:
        """Whether the page is a text with links beside it rather than a list: long beside its rows, or signed."""
        rows = sum(len(row.title) + len(row.outside) for row in group.rows)
        long = self.own_length - rows > SHELL_TEXT
        if group.dated and len(group.rows) > 1:
            return long and self._signed
        return long or self._signed

    def items_of(self, group: Group) -> tuple[ListItem, ...]:
        """条目 The rows of one group as facts."""
        items = []
        for order, row in enumerate(group.rows):
            link = self.links.of.get(row.anchor)
            items.append(
                made(
                    ListItem,
                    {
                        "title": row.title[:300],
                        "url": link.url if link else "",
                        "dated": row.dated,
                        "order": order,
                        "pinned": row.pinned,
                    },
                )
            )
        return tuple(items)

    @property
    def every_link(self) -> list[Link]:
        """Links of the page, of whatever kind, and those of rows that a script would put into it."""
        own = [] if self.is_answer else [*self.links.links, *self.links.others]
        return [*own, *self.listed.links] if self.listed is not None else own
