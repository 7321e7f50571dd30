"""向导 While the crawl is on: which URLs a page leads to, in the order in which verdicts need them."""

from model import (
    Body,
    ColumnDirectory,
    Due,
    FetchOutcome,
    Moment,
    Period,
    Purpose,
    Site,
    Snapshot,
    Step,
    Wants,
)
from reading.address import column_key
from reading.glance import Glance, wants_page
from reading.link_leads import LinkLeads
from reading.list_leads import ListLeads
from reading.missing_watch import MissingWatch
from reading.page import Page
from reading.sparing import Sparing
from reading.trail import READ, Trail
from reading.view import View

_MOST_JUMPS = 2


class Guide:
    """向导 Used live as the crawler's `follow`. Keeps what it has already led to, so duplicates cost nothing.

    `longest` is the longest period any rule asks for: further list pages are needed only while the oldest
    dated row lies inside it before `moment`. Without `survey` only what verdicts need is followed. The first
    `sample` lists that can be read without a browser are rendered too, to compare. Targets on hosts of others are
    probed when `due` says so, asked once for each; None: never.
    """

    def __init__(
        self,
        site: Site,
        directory: ColumnDirectory,
        moment: Moment,
        longest: Period,
        survey: bool = True,
        sample: int = 0,
        *,
        due: Due | None = None,
        sparing: Wants | None = None,
    ) -> None:
        self._trail = Trail(site, Sparing(sparing, moment) if sparing else None)
        self._links = LinkLeads(self._trail, directory, survey, due)
        self._lists = ListLeads(self._trail, self._links, moment, longest, survey, sample)
        self._missing = MissingWatch(site, directory, self._trail.owns, few=sparing is not None)
        self._jumps: dict[str, int] = {}  # how many stubs in a row led to an address

    @property
    def columns_seen(self) -> int:
        return self._trail.columns_seen

    @property
    def links_seen(self) -> int:
        return self._links.seen

    def step(self, snapshot: Snapshot, body: Body) -> Step:
        """下一步 Leads and the refined class of one snapshot. Pure but for what it remembers."""
        self._trail.begin(snapshot)
        page = Page(snapshot, body, self._trail.site)
        if wants_page(snapshot):
            return self._missing.answered(page)
        return self._look(snapshot, page)

    def take(self, snapshot: Snapshot, glance: Glance) -> Step:
        """凭一瞥 As `step`, by what was noted of the page where it was read. Not for what `wants_page`."""
        self._trail.begin(snapshot)
        return self._look(snapshot, glance.at(snapshot))

    def _look(self, snapshot: Snapshot, page: View) -> Step:
        trail, lists = self._trail, self._lists
        outcome = page.outcome
        if snapshot.purpose is Purpose.CONTROL:  # it leads nowhere that its first look did not lead to
            return Step(outcome=outcome)
        asking = lists.asking_of(snapshot)
        if asking is not None and not (asking.framed or (asking.number > 1 and page.is_page)):
            lists.answered(page, asking)
            return Step(leads=tuple(trail.leads), outcome=outcome)
        own = page.is_html and trail.owns(page.url)
        if outcome is FetchOutcome.OK and own:
            outcome = self._missing.outcome_of(page)
        if snapshot.purpose is not Purpose.PROBE:  # a page that was only probed may yet be led to, and read
            trail.mark(snapshot.url)
            trail.mark(page.url)
        trail.confirm(snapshot, outcome)
        trail.arrive(snapshot, outcome)
        if outcome is FetchOutcome.SOFT404:
            trail.leads += self._missing.missed(snapshot)
        back = outcome is FetchOutcome.OK and snapshot.method == "GET" and page.sends_back
        if back and trail.ask_again(snapshot):
            return Step(leads=tuple(trail.leads), outcome=outcome)
        if own:
            trail.leads += self._missing.doubted(page, outcome)
        if outcome is FetchOutcome.OK and page.sheet is not None:
            self._links.sheet([link for link in page.sheet if link.url], page.url)
        # a page found in a file's place is looked at only to know what it is
        if outcome is FetchOutcome.OK and snapshot.purpose is not Purpose.PROBE and not snapshot.bare and own:
            if lists.fill(page):
                outcome = FetchOutcome.NOT_RENDERED
            else:
                self._links.heed_title(page)
                lists.doubt(page)
            self._jump(page)
            if not self._links.is_map(page):
                lists.follow(page)
            self._links.follow(page)
            trail.leads += self._missing.led_by(page)
        if (
            asking is not None
            and asking.number == 1
            and page.main_list is None
            and (outcome is not FetchOutcome.OK or page.query is None)
        ):
            trail.render(asking.shell)
        return Step(leads=tuple(trail.leads), outcome=outcome)

    def _jump(self, page: View) -> None:
        """Where a stub sends the reader on to, unless stubs only lead to stubs."""
        target, snapshot = page.jump, page.snapshot
        steps = self._jumps.get(snapshot.url, 0) + 1
        if target and self._trail.owns(target) and steps <= _MOST_JUMPS:
            self._jumps.setdefault(target, steps)
            column = self._trail.key(snapshot)
            key = column_key(target, self._trail.site)
            if snapshot.purpose in READ and key != column_key(snapshot.url, self._trail.site):
                self._trail.lead_column(target, snapshot.purpose, snapshot.rank, column, snapshot.url, key)
            else:
                self._trail.lead(target, snapshot.purpose, snapshot.rank, column, snapshot.url)
