"""链接线索 What the links of a page lead to: columns first, then what is looked at only to know that it is there."""

import re
from collections.abc import Sequence
from urllib.parse import urljoin

from model import ColumnDirectory, Due, Lead, LinkPlace, LinkRelation, Purpose, Rank
from reading.acting import acts
from reading.address import column_key, is_article_url
from reading.asked_abroad import FIRST_BYTES, AskedAbroad
from reading.disclosure import in_disclosure
from reading.kinds import title_parts
from reading.likeness import exact_kind
from reading.sitemap import names_map, names_sitemap
from reading.trail import READ, Trail
from reading.view import Linked, View

_PROBED = (LinkRelation.ATTACHMENT, LinkRelation.IMAGE)
_READ = frozenset({"a", "area", "iframe", "frame", "script-a"})  # what else leads to a page is only probed
_COLUMN_PATH = re.compile(
    r"/$|/(?:index|list|channel|column|node|\w*list)[\w\-]*\.(?:s?html?|jspx?|php|aspx?)$", re.I
)
_COLUMN_ANCHOR = 16
_MOST_FOLLOWED = 20_000  # links kept in mind
_MOST_LISTED = 20  # addresses of a sitemap for programs that look like columns no menu led to, asked for by a sparing crawl


class LinkLeads:
    """链接线索 Without `wide` only columns are led to. `due`: whether an external target is to be asked by this crawl."""

    def __init__(self, trail: Trail, directory: ColumnDirectory, wide: bool, due: Due | None = None) -> None:
        self._abroad = AskedAbroad(due)
        self._trail, self._directory, self._wide = trail, directory, wide
        self._links: set[str] = set()
        self._followed: set[tuple[str, LinkRelation, str, LinkPlace, str, bool, bool]] = set()
        self._commented: set[str] = set()
        self._aside: set[str] = set()
        self._maps: set[str] = set()
        self._listed = 0

    @property
    def seen(self) -> int:
        """所见 Different targets of links."""
        return len(self._links)

    def follow(self, page: View) -> None:
        """跟随 Columns before everything, so that a menu entry is never led to first as a mere page."""
        if self.is_map(page):
            self._by_map(page.every_link, page.snapshot.url)
            return
        home = page.is_home
        crumbs = page.crumb_urls if not home else frozenset[str]()
        platform = not home and in_disclosure(page.snapshot.url)
        later: list[Linked] = []
        commented: list[Linked] = []
        for link in page.every_link:
            if not link.url or self._followed_before(link, link.url in crumbs, platform):
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
            elif (platform or (home and link.place is LinkPlace.HEADER)) and self._may_be_entry(link):
                self._entry(link, Rank.DISCLOSURE if platform else Rank.LIST, page.snapshot.url)
            elif self._trail.sparing is not None and self._bears_a_name(link):
                self._internal(link, page.snapshot.url, Rank.LIST)
            elif self._trail.sparing is not None and self._maps_the_site(link):
                self._maps.add(link.url)
                self._trail.lead(link.url, Purpose.COLUMN, Rank.ARTICLE, None, page.snapshot.url)
            elif home and self._trail.sparing is not None and self._tells_a_name(link):
                self._internal(link, page.snapshot.url, Rank.LIST)
            else:
                later.append(link)
        self.survey(later, page.snapshot.url)
        if self._wide:
            self._probe(commented, page.snapshot.url)
        if home and (self._wide or self._trail.sparing is not None):
            self._sitemap(page.url)

    def is_map(self, page: View) -> bool:
        """是否地图 Whether a sparing crawl reads the page only for columns that it did not find in menus."""
        return self._trail.sparing is not None and page.snapshot.url in self._maps

    def heed_title(self, page: View) -> None:
        """听标题 Of what kind a column is that no menu called by a known name."""
        sparing = self._trail.sparing
        if sparing is not None and page.title.strip() and page.snapshot.purpose in READ:
            kinds = (exact_kind(part, self._directory) for part in title_parts(page.title))
            sparing.entitle(
                self._trail.key(page.snapshot), next((kind for kind in kinds if kind is not None), None)
            )

    def _by_map(self, links: Sequence[Linked], where: str) -> None:
        """What a map of the site leads to that is still looked for."""
        for link in links:
            if link.relation is LinkRelation.INTERNAL and link.tag in _READ and self._is_sought(link):
                key = column_key(link.url, self._trail.site)
                self._trail.columns.add(key)
                self._trail.lead_column(link.url, Purpose.LIST, Rank.LIST, key, where, key)

    def _is_sought(self, link: Linked) -> bool:
        sparing = self._trail.sparing
        if sparing is None or not 0 < len(link.anchor) <= _COLUMN_ANCHOR or acts(link.url, link.anchor):
            return False
        key = column_key(link.url, self._trail.site)
        return sparing.seeks(link.anchor, exact_kind(link.anchor, self._directory), key)

    def sheet(self, links: Sequence[Linked], where: str) -> None:
        """地图文件 What a style sheet or a sitemap for programs names; without names, a sparing crawl goes by addresses."""
        self.survey(links, where)
        sparing = self._trail.sparing
        if sparing is None or not sparing.misses:
            return
        for link in links:
            key = column_key(link.url, self._trail.site)
            folder = _COLUMN_PATH.search(link.url) is not None and not is_article_url(link.url)
            if not folder or link.relation is not LinkRelation.INTERNAL or key in self._trail.columns:
                continue
            if self._listed >= _MOST_LISTED or acts(link.url):
                continue
            self._listed += 1
            self._trail.columns.add(key)
            self._trail.lead_column(link.url, Purpose.LIST, Rank.LIST, key, where, key)

    def _followed_before(self, link: Linked, is_crumb: bool, platform: bool) -> bool:
        """Whether the very same link was followed on an earlier page: it leads nowhere that it did not lead to then.

        Most links of a page are those of the menus, which stand on every page.
        """
        key = (link.url, link.relation, link.anchor, link.place, link.tag, is_crumb, platform)
        if key in self._followed:
            return True
        if len(self._followed) >= _MOST_FOLLOWED:
            self._followed.clear()
        self._followed.add(key)
        return False

    def survey(self, links: Sequence[Linked], where: str) -> None:
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

    def _internal(self, link: Linked, where: str, rank: Rank = Rank.SURVEY) -> None:
        if link.tag in _READ:
            purpose = Purpose.ARTICLE if is_article_url(link.url) else Purpose.COLUMN
            self._trail.lead(link.url, purpose, rank, None, where)
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

    def _ask_abroad(self, link: Linked, where: str) -> None:
        lead = self._abroad.lead(link, where)
        if lead is not None:
            self._trail.leads.append(lead)

    def _probe(self, commented: list[Linked], where: str) -> None:
        """Links in comments, kept apart: another page may show the very link, and then it is to be read."""
        for link in commented:
            if not (
                self._trail.led_to(link.url) or link.url in self._commented or acts(link.url, link.anchor)
            ):
                self._commented.add(link.url)
                self._trail.leads.append(
                    Lead(url=link.url, purpose=Purpose.PROBE, rank=Rank.PROBE, found_on=where, method="HEAD")
                )

    def _leads_to_column(self, link: Linked, crumbs: frozenset[str]) -> bool:
        if link.tag not in _READ or is_article_url(link.url):
            return False
        if link.place is LinkPlace.NAVIGATION or link.tag == "script-a" or link.url in crumbs:
            return True
        named = 0 < len(link.anchor) <= _COLUMN_ANCHOR and link.place is not LinkPlace.HIDDEN
        return named and (
            bool(_COLUMN_PATH.search(link.url)) or exact_kind(link.anchor, self._directory) is not None
        )

    def _column(self, link: Linked, home: bool, found_on: str) -> None:
        key = column_key(link.url, self._trail.site)
        self._trail.columns.add(key)
        if in_disclosure(link.url, link.anchor):
            rank, purpose = Rank.DISCLOSURE, Purpose.COLUMN
        elif home and link.place in (LinkPlace.NAVIGATION, LinkPlace.HEADER):
            rank, purpose = Rank.COLUMN, Purpose.COLUMN
        else:
            rank, purpose = Rank.LIST, Purpose.LIST
        if self._trail.sparing is not None:
            self._trail.sparing.call(key, exact_kind(link.anchor, self._directory))
        self._trail.lead_column(link.url, purpose, rank, key, found_on, key)

    def _may_be_entry(self, link: Linked) -> bool:
        """Whether a link of the platform, or of the head of the home page, may lead to a column although its address does not say so."""
        return (
            link.relation is LinkRelation.INTERNAL
            and link.tag in _READ
            and 0 < len(link.anchor) <= _COLUMN_ANCHOR
            and link.place not in (LinkPlace.HIDDEN, LinkPlace.FOOTER, LinkPlace.LIST)
            and not is_article_url(link.url)
        )

    def _bears_a_name(self, link: Linked) -> bool:
        """Whether a link is called as columns are, wherever it stands: it may be one although its address is an article's."""
        short = (
            link.relation is LinkRelation.INTERNAL
            and link.tag in _READ
            and 0 < len(link.anchor) <= _COLUMN_ANCHOR
        )
        return short and exact_kind(link.anchor, self._directory) is not None

    def _maps_the_site(self, link: Linked) -> bool:
        """Whether a link leads to a page that lists the site's columns, and some are still looked for or may be."""
        short = 0 < len(link.anchor) <= _COLUMN_ANCHOR and link.tag in _READ
        return short and link.relation is LinkRelation.INTERNAL and names_map(link.anchor)

    def _tells_a_name(self, link: Linked) -> bool:
        """Whether the words of a link of the home page hold the name of a column that no menu called."""
        sparing = self._trail.sparing
        if sparing is None or link.tag not in _READ or link.relation is not LinkRelation.INTERNAL:
            return False
        return not is_article_url(link.url) and sparing.names(link.anchor)

    def _entry(self, link: Linked, rank: Rank, found_on: str) -> None:
        key = column_key(link.url, self._trail.site)
        self._trail.lead_column(link.url, Purpose.COLUMN, rank, None, found_on, key)
