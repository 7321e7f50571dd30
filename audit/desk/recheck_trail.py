"""复查所循 Which pages one finding rests on, and a crawl that asks for these and no others."""

from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import urldefrag

from audit.judge import WHOLE_SITE
from model import (
    Body,
    CheckModule,
    Finding,
    Follow,
    Lead,
    PendingStep,
    Purpose,
    Rank,
    Reach,
    Site,
    Snapshot,
    Step,
    Subject,
)
from reading import canonical_locus
from rules import reach_of
from storage import Store

MOST_PAGES = 40  # of a recheck that asks for what the finding rests on alone
_MOST_PLACES = 8  # pages that show a link: more of them prove nothing more
_LOOKS = (
    Purpose.SIBLING,
    Purpose.CONTROL,
)  # how the host answers for what is not there, and whether it still does
_LISTS = (Purpose.COLUMN, Purpose.LIST)
_SEEDS = (Purpose.HOME, Purpose.COLUMN, Purpose.LIST, Purpose.ARTICLE)


class Trail(NamedTuple):
    """所循 `seeds` to begin with; `places` loci of pages that may be asked for; `folder`: that of the column, whose lists may be.

    `places` None: the finding is about the site as a whole, and all that its rule wants may be asked for.
    """

    seeds: tuple[Lead, ...]
    places: frozenset[str] | None
    folder: str | None
    site: Site
    partial: bool = False  # what the rule looks at may lie elsewhere, too

    def only(self, follow: Follow) -> Follow:
        """只循此 `follow` with every lead taken out that leads elsewhere."""
        if self.places is None:
            return follow

        def narrowed(step: Step) -> Step:
            return step.model_copy(
                update={"leads": tuple(one for one in step.leads if self.leads_there(one))}
            )

        def only(snapshot: Snapshot, body: Body) -> Step | PendingStep:
            step = follow(snapshot, body)
            return narrowed(step) if isinstance(step, Step) else _Narrowed(step, narrowed)

        return only

    def leads_there(self, lead: Lead) -> bool:
        """是否所需"""
        place = _place(lead.url, self.site)
        if self.places is None or lead.purpose in _LOOKS or place in self.places:
            return True
        if lead.purpose not in _LISTS:
            return False
        within = self.folder is not None and place.startswith(self.folder)
        return within or (lead.found_on is not None and lead.rank is Rank.NEXT and _place(lead.found_on, self.site) in self.places)  # fmt: skip


def trail_of(
    store: Store, crawl_id: str, site: Site, finding: Finding, check: CheckModule, *, whole: bool = False
) -> Trail:
    """循迹 The pages named by the verdict, those that led there in the crawl it was made from, and the home page.

    `whole`: all that its rule wants may be asked for.
    """
    home = Lead(url=site.home, purpose=Purpose.HOME, rank=Rank.HOME)
    verdict = finding.verdict
    reach = reach_of(verdict.check)
    if reach <= Reach.HOME:
        return Trail((home,), frozenset({_place(site.home, site)}), None, site)
    observed = check.SUBJECT is Subject.OBSERVATION
    if whole or (observed and (reach <= Reach.COLUMNS or verdict.locus in ("", WHOLE_SITE))):
        return Trail((home,), None, None, site)
    named = [verdict.url, *verdict.parents[:_MOST_PLACES], *(one.url for one in verdict.evidence)]
    wanted = {_place(one, site) for one in named if one}
    seen = {_place(one.url, site): one for one in store.snapshots(crawl_id) if one.purpose in _SEEDS}
    leads: dict[str, Lead] = {_place(site.home, site): home}
    for place in sorted(wanted):
        for snapshot in _led_by(place, seen, site):
            leads.setdefault(_place(snapshot.url, site), _lead(snapshot))
    folder = verdict.locus if check.SUBJECT is Subject.COLUMN and verdict.locus.endswith("/") else None
    return Trail(
        tuple(leads.values()),
        frozenset({*wanted, *leads, verdict.locus}),
        folder if folder != "/" else None,
        site,
        partial=observed,
    )


class _Narrowed:
    """A pending step, narrowed once it is there."""

    def __init__(self, pending: PendingStep, narrow: Callable[[Step], Step]) -> None:
        self._pending, self._narrow = pending, narrow
        self.when_ready = pending.when_ready

    @property
    def ready(self) -> bool:
        return self._pending.ready

    def step(self) -> Step:
        return self._narrow(self._pending.step())


def _led_by(place: str, seen: dict[str, Snapshot], site: Site) -> Iterator[Snapshot]:
    """The page, the page it was found on, and so on up to the home page."""
    known = set[str]()
    while place in seen and place not in known:
        known.add(place)
        yield seen[place]
        place = _place(seen[place].found_on or "", site)


def _lead(snapshot: Snapshot) -> Lead:
    return Lead(
        url=snapshot.url, purpose=snapshot.purpose, rank=snapshot.rank, column=snapshot.column,
        found_on=snapshot.found_on, render=snapshot.rendered,
    )  # fmt: skip


def _place(url: str, site: Site) -> str:
    return canonical_locus(urldefrag(url)[0], site)
