"""链接线索 What the links of a page lead to: columns first, then what is looked at only to know that it is there."""

import re
from collections.abc import Sequence
from urllib.parse import urljoin

from model import ColumnDirectory, Due, Lead, Link, LinkPlace, LinkRelation, Purpose, Rank
from reading.acting import acts
from reading.address import column_key, is_article_url
from reading.asked_abroad import FIRST_BYTES, AskedAbroad
from reading.disclosure import in_disclosure
from reading.likeness import exact_kind
from reading.page import Page
from reading.sitemap import names_sitemap
from reading.trail import Trail

_PROBED = (LinkRelation.ATTACHMENT, LinkRelation.IMAGE)
_READ = frozenset({"a", "area", "iframe", "frame", "script-a"})  # what else leads to a page is only probed
_COLUMN_PATH = re.compile(
    r"/$|/(?:index|list|channel|column|node|\w*list)[\w\-]*\.(?:s?html?|jspx?|php|aspx?)$", re.I
)
_COLUMN_ANCHOR = 16


class LinkLeads:
    """链接线索 Without `wide` only columns are led to. `due`: whether an external target is to be asked by this crawl."""

    def __init__(self, trail: Trail, directory: ColumnDirectory, wide: bool, due: Due | None = None) -> None:
        self._abroad = AskedAbroad(due)
        self._trail, self._directory, self._wide = trail, directory, wide
        self._links: set[str] = set()
        self._commented: set[str] = set()
        self._aside: set[str] = set()

    @property
    def seen(self) -> int:
        """所见 Different targets of links."""
        return len(self._links)

    def follow(self, page: Page) -> None:
        """跟随 Columns before everything, so that a menu entry is never led to first as a mere page."""
        home = page.is_home
        crumbs = {crumb.url for crumb in page.crumbs if crumb.url} if not home else set()
        later: list[Link] = []
        commented: list[Link] = []
        for link in page.every_link:
            if not link.url:
                continue
            if link.relation is LinkRelation.EXTERNAL:
                self._ask_abroad(link, page.snapshot.url)
                continue
            if link.relation is LinkRelation.COMMENTED:
                commented.append(link)
                continue
            self._links.add(link.url)
            if acts(link.url, link.anchor):
                continue
            if link.relation is LinkRelation.INTERNAL and self._leads_to_column(link, crumbs):
                self._column(link, home, page.snapshot.url)
            else:
                later.append(link)
        self.survey(later, page.snapshot.url)
        if self._wide:
            self._probe(commented, page.snapshot.url)
            if home:
                self._sitemap(page.url)

    def survey(self, links: Sequence[Link], where: str) -> None:
        """普查 Targets that are read or probed only to know that they are there."""
        for link in links:
            if link.relation is LinkRelation.EXTERNAL:
                self._ask_abroad(link, where)
            elif not self._wide or self._trail.led_to(link.url) or acts(link.url, link.anchor):
                continue
            elif link.relation is LinkRelation.INTERNAL:
                self._internal(link, where)
            elif link.relation in _PROBED:
                if names_sitemap(link.url, link.anchor):
                    self._look_aside(link.url, where)
                else:
                    self._trail.lead(link.url, Purpose.PROBE, Rank.PROBE, None, where, "HEAD", FIRST_BYTES)
            elif link.relation is LinkRelation.STYLE:
                sheet = link.url.partition("?")[0].lower().endswith(".css")
                self._trail.lead(link.url, Purpose.PROBE, Rank.PROBE, None, where, "GET" if sheet else "HEAD")

    def _internal(self, link: Link, where: str) -> None:
        if link.tag in _READ:
            purpose = Purpose.ARTICLE if is_article_url(link.url) else Purpose.COLUMN
            self._trail.lead(link.url, purpose, Rank.SURVEY, None, where)
        else:
            self._look_aside(link.url, where)

    def _look_aside(self, url: str, where: str) -> None:
        """A whole look that reads nothing of a page; kept apart, because an anchor may lead there yet."""
        if url not in self._aside:
            self._aside.add(url)
            self._trail.leads.append(Lead(url=url, purpose=Purpose.PROBE, rank=Rank.PROBE, found_on=where))

    def _sitemap(self, home: str) -> None:
        """The place where sitemaps lie by custom: nobody links to it, so nobody misses it."""
        url = urljoin(home, "/sitemap.xml")
        if not self._trail.led_to(url):
            self._trail.guessed.add(url)
            self._look_aside(url, home)

    def _ask_abroad(self, link: Link, where: str) -> None:
        lead = self._abroad.lead(link, where)
        if lead is not None:
            self._trail.leads.append(lead)

    def _probe(self, commented: list[Link], where: str) -> None:
        """Links in comments, kept apart: another page may show the very link, and then it is to be read."""
        for link in commented:
            if not (
                self._trail.led_to(link.url) or link.url in self._commented or acts(link.url, link.anchor)
            ):
                self._commented.add(link.url)
                self._trail.leads.append(
                    Lead(url=link.url, purpose=Purpose.PROBE, rank=Rank.PROBE, found_on=where, method="HEAD")
                )

    def _leads_to_column(self, link: Link, crumbs: set[str]) -> bool:
        if link.tag not in _READ or is_article_url(link.url):
            return False
        if link.place is LinkPlace.NAVIGATION or link.tag == "script-a" or link.url in crumbs:
            return True
        named = 0 < len(link.anchor) <= _COLUMN_ANCHOR and link.place is not LinkPlace.HIDDEN
        return named and (
            bool(_COLUMN_PATH.search(link.url)) or exact_kind(link.anchor, self._directory) is not None
        )

    def _column(self, link: Link, home: bool, found_on: str) -> None:
        key = column_key(link.url, self._trail.site)
        self._trail.columns.add(key)
        if in_disclosure(link.url, link.anchor):
            rank, purpose = Rank.DISCLOSURE, Purpose.COLUMN
        elif home and link.place in (LinkPlace.NAVIGATION, LinkPlace.HEADER):
            rank, purpose = Rank.COLUMN, Purpose.COLUMN
        else:
            rank, purpose = Rank.LIST, Purpose.LIST
        self._trail.lead(link.url, purpose, rank, key, found_on)
