"""缺页守望 While the crawl is on: which pages seem to be there and are not, and which made-up address to ask for."""

from collections.abc import Callable

from model import (
    ColumnDirectory,
    FetchOutcome,
    Lead,
    LinkRelation,
    Purpose,
    Rank,
    Site,
    Snapshot,
    Step,
)
from reading.missing_pages import LONGEST, SIGNATURE, Look, MissingPages, landing, signature_of
from reading.missing_stubs import StubWatch
from reading.page import Page
from reading.reader import read
from reading.siblings import Siblings
from reading.text_print import bare_text
from reading.trail import READ
from reading.view import View

_MOST_SECOND_LOOKS = 40
_MOST_REMEMBERED = 5000
_NOT_DOUBTED = (
    Purpose.HOME,
    Purpose.PROBE,
)  # a page found in a file's place is looked at only to know what it is
_SHORT_TEXT = 2000  # visible characters, menus and all, of a page that may be one for missing addresses


class MissingWatch:
    """缺页守望 Sees every page of a crawl once, in the order in which they come."""

    def __init__(
        self, site: Site, directory: ColumnDirectory, owns: Callable[[str], bool], *, few: bool = False
    ) -> None:
        self._directory, self._owns = directory, owns
        self._missing = MissingPages(site)
        self._siblings = Siblings(site, few=few)
        self._stubs = StubWatch()
        self._short: dict[
            str, list[Lead]
        ] = {}  # by title: second looks at pages seen before the signature was
        self._homeward: list[
            tuple[str, Lead]
        ] = []  # where pages sent home by themselves, before the habit was known

    def answered(self, page: Page) -> Step:
        """探测应答 The answer to a made-up address: learned from, and followed nowhere.

        Pages that were believed before and bear its title are looked at once more.
        """
        facts = read(page.snapshot, page.body, page.site, self._directory)
        signature = signature_of(page.snapshot, facts, self._missing.home)
        self._missing.learn(signature)
        if signature is None:
            return Step(outcome=facts.outcome)
        if signature.text is None:
            home = [lead for landed, lead in self._homeward if self._missing.sent_home(lead.url, landed)]
            self._homeward = [one for one in self._homeward if one[1] not in home]
            return Step(leads=tuple(home[:_MOST_SECOND_LOOKS]), outcome=facts.outcome)
        again = self._short.pop(bare_text(signature.title), [])
        return Step(leads=tuple(again[:_MOST_SECOND_LOOKS]), outcome=facts.outcome)

    def outcome_of(self, page: View) -> FetchOutcome:
        """细分 The class of a page that is OK by its own words."""
        snapshot = page.snapshot
        if snapshot.purpose is Purpose.HOME:
            if not snapshot.rendered and self._missing.home is None:
                self._missing.home = Look(snapshot.url, page.title, page.text_print, True, page.lines)
            return FetchOutcome.OK
        if snapshot.method != "GET":
            return FetchOutcome.OK
        if page.jump and self._missing.sent_home(snapshot.url, self._led_home(page)):
            return FetchOutcome.REDIRECTED_HOME
        if page.jump and self._owns(page.jump) and self._stubs.leads_nowhere(snapshot, page.jump):
            return FetchOutcome.SOFT404
        if not self._missing.may_match(page.title):
            return FetchOutcome.OK
        landed = landing(snapshot.url, page.url)
        look = Look(
            snapshot.url,
            page.title,
            page.text_print,
            False,
            landed=landed,
            links=page.every_link,
        )
        mark = self._missing.refined(look)
        if mark is None or (mark is SIGNATURE and (page.shell or page.holds)):
            return FetchOutcome.OK
        return mark.outcome

    def missed(self, snapshot: Snapshot) -> list[Lead]:
        """落空 A page for missing addresses: second looks at the stubs that send there, once it was seen twice."""
        return self._stubs.missed(snapshot)

    def doubted(self, page: View, outcome: FetchOutcome) -> list[Lead]:
        """生疑 A page that may be its host's answer for what is not there: the made-up address to ask beside it."""
        snapshot = page.snapshot
        if snapshot.rendered or snapshot.method != "GET" or snapshot.purpose in _NOT_DOUBTED:
            return []
        landed = self._led_home(page)
        if landed and outcome is FetchOutcome.OK and len(self._homeward) < _MOST_REMEMBERED:
            self._homeward.append((landed, _second_look(snapshot)))
        if not self._siblings.may_doubt(snapshot.url):
            return []
        if not landed and outcome is not FetchOutcome.REDIRECTED_HOME:
            says_little = outcome is FetchOutcome.OK and page.opening_size <= _SHORT_TEXT and not page.jump
            if not says_little or page.tells_by_script or page.text_size > LONGEST:
                return []
            if page.shell or page.holds:
                return []
        lead = self._siblings.doubted(snapshot.url, snapshot.fetched_at)
        return [lead] if lead is not None else []

    def _led_home(self, page: View) -> str:
        """Path of the home page that a stub sends on to; "" for any other page."""
        if not page.jump or not self._owns(page.jump):
            return ""
        landed = landing(page.snapshot.url, page.jump)
        return landed if self._missing.is_home(landed) else ""

    def led_by(self, page: View) -> list[Lead]:
        """见到一页 Remembers a page that is there; names the made-up address to ask for, now and then."""
        snapshot = page.snapshot
        leads = snapshot.purpose in READ
        if snapshot.rendered or snapshot.method != "GET" or page.jump or (leads and page.shell):
            return []
        title = bare_text(page.title)
        if (
            snapshot.rank is not Rank.CONFIRM
            and snapshot.purpose is not Purpose.HOME
            and page.opening_size <= _SHORT_TEXT
            and len(self._short) < _MOST_REMEMBERED
        ):
            self._short.setdefault(title, []).append(_second_look(snapshot))
        if leads and not self._siblings.done:
            for link in page.shown_links:
                if link.relation is LinkRelation.INTERNAL:
                    self._siblings.linked(link.url)
        lead = self._siblings.seen(page.url, snapshot.fetched_at, ask=snapshot.purpose is not Purpose.HOME)
        return [lead] if lead is not None else []


def _second_look(snapshot: Snapshot) -> Lead:
    return Lead(
        url=snapshot.url,
        purpose=snapshot.purpose,
        rank=Rank.CONFIRM,
        column=snapshot.column,
        found_on=snapshot.found_on,
    )
