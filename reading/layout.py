"""版面 How a page is laid out: its breadcrumb, groups of like rows, pager, and the text that is its own."""

import re
from datetime import date

from model import Crumb
from model.site import bare_name
from reading.crumbs import crumbs_of
from reading.once import once
from reading.origin import Origin
from reading.page_looks import looks_home
from reading.pager import pager_of
from reading.paging import Paging
from reading.row_dates import LaidRows
from reading.rows import Group
from reading.text import content_node
from reading.tree import Node
from reading.walk import visible_text

_MAX_TEXT = 20_000
_LONG_TEXT = 2000


class Layout(Origin):
    """版面 The parts of a page as they stand on it, before any is held to be its list or its date."""

    @once
    def latest(self) -> date:
        """As of any document; half a dozen readers of one page ask."""
        return super().latest

    @once
    def crumbs(self) -> tuple[Crumb, ...]:
        return crumbs_of(self.root, self.links, self.places)

    @once
    def _rows(self) -> LaidRows:
        return LaidRows(self.root, self.places, self.latest, self.snapshot.fetched_at)

    @property
    def groups(self) -> list[Group]:
        return self._rows.groups

    @once
    def _pager(self) -> tuple[Paging | None, Node | None]:
        return pager_of(self.root, self.places, self.visible)

    @property
    def paging(self) -> Paging | None:
        return self._pager[0]

    @once
    def looks_home(self) -> bool:
        """A home page at another address: another site's, or the one an unknown address is answered with."""
        if self.is_answer or self.looks_article or len(self.groups) < 2:
            return False
        names = [crumb.name for crumb in self.crumbs]
        return looks_home(self.title, self.meta, names, len(self.groups))

    @once
    def text(self) -> str:
        node = content_node(self.root, self.places) if self.looks_article and not self.is_home else None
        if node is not None:
            return (self.walk.text_below(node) or visible_text(node))[:_MAX_TEXT]
        return self._texts[1][:_MAX_TEXT]

    @once
    def own_length(self) -> int:
        """Characters of the main text that are not merely the column's own name or decoration."""
        if len(self.text) > _LONG_TEXT:
            return len("".join(self.text.split()))
        return sum(len("".join(line.split())) for line in self._own_lines)

    @property
    def _own_lines(self) -> list[str]:
        if len(self.text) > _LONG_TEXT:
            return [self.text]
        return self._unnamed(self.text)

    def _unnamed(self, text: str) -> list[str]:
        """Lines of a text that are not merely the column's own name or decoration."""
        names = {bare_name(crumb.name) for crumb in self.crumbs}
        names |= {bare_name(part) for title in self.titles for part in re.split(r"[-_|—]", title)}
        names |= {bare_name(self.meta.get("columnname", "")), ""}
        return [line for line in text.split("\n") if bare_name(line) not in names]

    @property
    def _prose(self) -> int:
        """Characters of the page's own text that stand in no row of a list."""
        rows = sum(len(row.title) + len(row.outside) for group in self.groups for row in group.rows)
        return self.own_length - rows
