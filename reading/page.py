"""页面 What a page shows as a whole: its menus, its kind. The full reading and the live crawl share it."""

from model import Build, Dated, DateSource, FetchOutcome, Link, LinkPlace, LinkRelation, MenuEntry, PageKind
from reading.address import is_article_url, is_own
from reading.build import build_of
from reading.form_fields import fields_of
from reading.menu_entries import menu_of
from reading.once import once
from reading.page_looks import below_column, looks_document
from reading.viewed import Viewed

_WAYS = ("a", "area")
_PAGES = (LinkRelation.INTERNAL, LinkRelation.EXTERNAL)
_LONGEST = 24  # characters of a menu entry
_TOLD = 8  # characters of a line that may be content: entries of menus are shorter


class Page(Viewed):
    """一页 All parts of one page, each made when first asked for and kept."""

    @once
    def dated(self) -> Dated | None:
        """The page's own publish date; None for lists and homes, which have rows instead."""
        return None if self.main_list is not None or self.is_home or self.jump else self._shown_date

    @property
    def holds(self) -> bool:
        """Whether the page shows rows, or a publish day of its own: what a page for missing addresses has not."""
        if self.tells_by_script or (self.main_list and self.main_list.items) or any(self.item_lists):
            return True
        dated = self.dated
        return dated is not None and dated.value is not None and dated.source is not DateSource.URL

    @property
    def tells_by_script(self) -> bool:
        """Whether an article's script tells its publish day: that it `holds` one is known before it is laid out."""
        may = self.looks_article and not self.is_answer and not self.is_home and not self.jump
        return may and self._script_date is not None

    @once
    def navigation(self) -> tuple[Link, ...]:
        """Entries of header, side and written menus, in page order, each target once."""
        entries: dict[str, Link] = {}
        for link in self.links.links:
            tag = link.tag
            if tag != "script-a" and (link.place is not LinkPlace.NAVIGATION or tag not in _WAYS):
                continue
            url = link.url
            if (
                not url
                or url in entries
                or not 0 < len(link.anchor) <= _LONGEST
                or link.relation not in _PAGES
            ):
                continue
            if not (is_article_url(url) and is_own(url, self.site)):
                entries[url] = link
        return tuple(entries.values())

    @once
    def build(self) -> Build | None:
        """What could fill the page and what it shows, to be compared with other pages of the site."""
        if self.looks_article or self.jump or self.is_answer or not self.is_html:
            return None
        if self.listed and self.listed.items:
            return None  # its rows stand in a script: a page to which the script gives none is another matter
        proof = "rendered" if self.seen_whole else "told" if self.told_empty else None
        main = set(self._texts[1].split("\n"))
        beside = [line for line in self.visible.split("\n") if len(line) >= _TOLD and line not in main]
        return build_of(self.root, self.links, self._unnamed("\n".join(beside)), proof)

    @property
    def seems_empty(self) -> bool:
        """Whether the page shows no row of its list, or, when it is a page of its own, no word."""
        if self.main_list is not None:
            return not self.main_list.items
        return self.kind is PageKind.SINGLE and not self.own_length and not self.shell

    @once
    def menu(self) -> tuple[MenuEntry, ...]:
        return () if self.looks_article else menu_of(self.links, self.places, self.is_home)

    @once
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
        if self.looks_home:
            return PageKind.HOME
        if self.main_list is not None:
            return PageKind.LIST
        if self.is_form:
            return PageKind.FORM
        names = [crumb.name for crumb in self.crumbs]
        below = self._signed and below_column(self.title, self.meta, names)
        gathers = sum(1 for found in self.item_lists if len(found.items) >= 2) >= 2
        if gathers and not (below and looks_document(self.title, self.meta, names)):
            return PageKind.LANDING
        if below:
            return PageKind.ARTICLE
        plain_text = self.shell is None and not any(self.item_lists)
        written = plain_text and looks_document(self.title, self.meta, names)
        return PageKind.ARTICLE if written else PageKind.SINGLE

    @once
    def is_form(self) -> bool:
        return fields_of(self.root, self.places) >= 4
