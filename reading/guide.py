"""向导 While the crawl is on: which URLs a page leads to, in the order in which verdicts need them."""

import re
from datetime import date
from typing import Literal

from model import (
    Body,
    ColumnDirectory,
    FetchOutcome,
    Lead,
    Link,
    LinkPlace,
    LinkRelation,
    Moment,
    Period,
    Purpose,
    Rank,
    Site,
    Snapshot,
    Step,
)
from reading.address import column_key, is_article_url, is_own, settled
from reading.disclosure import in_disclosure
from reading.page import Page

_DOUBTFUL = frozenset(
    {
        FetchOutcome.GONE,
        FetchOutcome.SOFT404,
        FetchOutcome.SERVER_ERROR,
        FetchOutcome.UNREACHABLE,
        FetchOutcome.REDIRECTED_HOME,
    }
)
_HEAD_REFUSED = (400, 403, 405, 501)
_PROBED = (LinkRelation.ATTACHMENT, LinkRelation.IMAGE)
_COLUMN_PATH = re.compile(
    r"/$|/(?:index|list|channel|column|node|\w*list)[\w\-]*\.(?:s?html?|jspx?|php|aspx?)$", re.I
)
_COLUMN_ANCHOR = 16
_NEED_ARTICLES = 3
_READ = (Purpose.HOME, Purpose.COLUMN, Purpose.LIST)


class Guide:
    """向导 Used live as the crawler's `follow`. Keeps what it has already led to, so duplicates cost nothing.

    `longest` is the longest period any rule asks for: further list pages are needed only while the oldest
    dated row lies inside it before `moment`. Without `survey` only what verdicts need is followed.
    """

    def __init__(
        self, site: Site, directory: ColumnDirectory, moment: Moment, longest: Period, survey: bool = True
    ) -> None:
        self.site, self.directory, self.moment = site, directory, moment
        self.longest, self.survey = longest, survey
        self._led: set[str] = set()
        self._rendered: set[str] = set()
        self._confirmed: set[str] = set()
        self._columns: set[str] = set()
        self._home = column_key(site.home, site)
        self._links: set[str] = set()
        self._commented: set[str] = set()

    @property
    def columns_seen(self) -> int:
        return len(self._columns - {self._home})

    @property
    def links_seen(self) -> int:
        return len(self._links)

    def step(self, snapshot: Snapshot, body: Body) -> Step:
        """下一步 Leads and the refined class of one snapshot. Pure but for what it remembers."""
        self.site = settled(self.site, snapshot)
        self._led.add(snapshot.url)
        if snapshot.final_url:
            self._led.add(snapshot.final_url)
        page = Page(snapshot, body, self.site)
        outcome = page.refined.outcome
        leads: list[Lead] = []
        self._confirm(snapshot, outcome, leads)
        if (
            outcome is FetchOutcome.OK
            and snapshot.method != "HEAD"
            and page.is_html
            and is_own(page.url, self.site)
        ):
            if self._shell(page, leads):
                outcome = FetchOutcome.NOT_RENDERED
            self._jump(page, leads)
            self._list(page, leads)
            self._follow(page, leads)
        return Step(leads=tuple(leads), outcome=outcome)

    def _confirm(self, snapshot: Snapshot, outcome: FetchOutcome, leads: list[Lead]) -> None:
        """A target that seems dead gets a second look with GET, once."""
        refused = snapshot.method == "HEAD" and snapshot.status in _HEAD_REFUSED
        if (
            snapshot.rank is Rank.CONFIRM
            or snapshot.url in self._confirmed
            or not (outcome in _DOUBTFUL or refused)
        ):
            return
        self._confirmed.add(snapshot.url)
        leads.append(
            Lead(
                url=snapshot.url,
                purpose=snapshot.purpose,
                rank=Rank.CONFIRM,
                column=snapshot.column,
                found_on=snapshot.found_on,
            )
        )

    def _shell(self, page: Page, leads: list[Lead]) -> bool:
        snapshot = page.snapshot
        if snapshot.rendered or snapshot.purpose not in _READ or not page.shell:
            return False
        if snapshot.url not in self._rendered:
            self._rendered.add(snapshot.url)
            leads.append(
                Lead(
                    url=snapshot.url,
                    purpose=snapshot.purpose,
                    rank=snapshot.rank,
                    column=snapshot.column,
                    found_on=snapshot.found_on,
                    render=True,
                )
            )
        return True

    def _jump(self, page: Page, leads: list[Lead]) -> None:
        target, snapshot = page.jump, page.snapshot
        if target and is_own(target, self.site):
            column = snapshot.column or column_key(snapshot.url, self.site)
            self._lead(leads, target, snapshot.purpose, snapshot.rank, column, snapshot.url)

    def _list(self, page: Page, leads: list[Lead]) -> None:
        snapshot = page.snapshot
        if snapshot.purpose is Purpose.HOME or (snapshot.purpose not in _READ and page.paging is None):
            return
        found = page.main_list
        if found is None:
            return
        key = snapshot.column or column_key(snapshot.url, self.site)
        self._columns.add(key)
        undated = [
            item for item in found.items if not item.dated.value and item.url and is_own(item.url, self.site)
        ]
        if len(undated) * 2 > len(found.items):
            for item in undated[:_NEED_ARTICLES]:
                self._lead(leads, item.url, Purpose.ARTICLE, Rank.ARTICLE, key, snapshot.url)
        following = page.next_url
        if following and is_own(following, self.site) and found.items:
            oldest = found.oldest
            needed = oldest is None or self._recent(oldest.dated.value)
            if needed or self.survey:
                rank = Rank.NEXT if needed else Rank.SURVEY
                self._lead(leads, following, Purpose.LIST, rank, key, snapshot.url)

    def _recent(self, day: date | None) -> bool:
        return day is None or self.longest.after(day) >= self.moment.today

    def _follow(self, page: Page, leads: list[Lead]) -> None:
        """Columns before everything, so that a menu entry is never led to first as a mere page."""
        home = page.is_home
        crumbs = {crumb.url for crumb in page.crumbs if crumb.url} if not home else set()
        later: list[Link] = []
        commented: list[Link] = []
        for link in page.links.links:
            if not link.url or link.relation is LinkRelation.EXTERNAL:
                continue
            if link.relation is LinkRelation.COMMENTED:
                commented.append(link)
                continue
            self._links.add(link.url)
            if link.relation is LinkRelation.INTERNAL and self._leads_to_column(link, crumbs):
                self._column(link, home, page.snapshot.url, leads)
            else:
                later.append(link)
        if not self.survey:
            return
        for link in later:
            if link.url in self._led:
                continue
            if link.relation is LinkRelation.INTERNAL:
                purpose = Purpose.ARTICLE if is_article_url(link.url) else Purpose.COLUMN
                self._lead(leads, link.url, purpose, Rank.SURVEY, None, page.snapshot.url)
            elif link.relation in _PROBED:
                self._lead(leads, link.url, Purpose.PROBE, Rank.PROBE, None, page.snapshot.url, "HEAD")
        for link in commented:
            # apart from `_led`: another page may show this very link, and then it is to be read, not probed
            if link.url not in self._led and link.url not in self._commented:
                self._commented.add(link.url)
                leads.append(
                    Lead(
                        url=link.url,
                        purpose=Purpose.PROBE,
                        rank=Rank.PROBE,
                        found_on=page.snapshot.url,
                        method="HEAD",
                    )
                )

    def _leads_to_column(self, link: Link, crumbs: set[str]) -> bool:
        if is_article_url(link.url):
            return False
        if link.place is LinkPlace.NAVIGATION or link.tag == "script-a" or link.url in crumbs:
            return True
        named = 0 < len(link.anchor) <= _COLUMN_ANCHOR and link.place is not LinkPlace.HIDDEN
        return named and (
            bool(_COLUMN_PATH.search(link.url)) or self.directory.kind_of(link.anchor) is not None
        )

    def _column(self, link: Link, home: bool, found_on: str, leads: list[Lead]) -> None:
        key = column_key(link.url, self.site)
        self._columns.add(key)
        if in_disclosure(link.url, link.anchor):
            rank, purpose = Rank.DISCLOSURE, Purpose.COLUMN
        elif home and link.place in (LinkPlace.NAVIGATION, LinkPlace.HEADER):
            rank, purpose = Rank.COLUMN, Purpose.COLUMN
        else:
            rank, purpose = Rank.LIST, Purpose.LIST
        self._lead(leads, link.url, purpose, rank, key, found_on)

    def _lead(
        self,
        leads: list[Lead],
        url: str,
        purpose: Purpose,
        rank: Rank,
        column: str | None,
        found_on: str,
        method: Literal["GET", "HEAD"] = "GET",
    ) -> None:
        if url in self._led:
            return
        self._led.add(url)
        leads.append(
            Lead.model_construct(
                url=url,
                purpose=purpose,
                rank=rank,
                column=column,
                found_on=found_on,
                method=method,
            )
        )
