"""票 What a crawl asks the shared store about targets on other sites, and what it leaves there for others.

A target is asked once a night, by whichever run first comes to it; every run may count what that one saw.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial

from model import (
    Attempt,
    Body,
    CrawlReport,
    Fault,
    FetchOutcome,
    Follow,
    LeftOver,
    LinkCheck,
    LinkRelation,
    Observation,
    PendingStep,
    Rank,
    Snapshot,
    Step,
)
from storage import BatchSink, Store, fresh_for, passes

log = logging.getLogger("duwang.audit")

FOREIGN = (LinkRelation.EXTERNAL, LinkRelation.PLATFORM)
OWN = (LinkRelation.INTERNAL, LinkRelation.ATTACHMENT, LinkRelation.IMAGE, LinkRelation.STYLE)
RENEWED = timedelta(minutes=10)  # how often claims are renewed while the crawl goes on
EXAMPLES = 20  # URLs named of what was left over
LOCKED_SECONDS = 1.0  # to wait for a turn when the database cannot give one
_NOBODY_ASKED = (FetchOutcome.SKIPPED_PRIVATE, FetchOutcome.SKIPPED_ROBOTS)


class OtherSites:
    """站外目标 The `Due`, the `Turn` and the memory of one crawl for targets that are not its own site's.

    The targets of a page are claimed together when its step is done, `most` over the whole crawl; leads to those
    that somebody else asks, or has answered for, are taken out of the step. While the database is locked or away nothing is
    claimed and nobody's turn comes: a target that is not asked is one that was not checked.
    """

    def __init__(
        self,
        store: Store,
        run_id: str,
        delay: float,
        most: int,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._store, self._run_id, self._delay, self._most = store, run_id, delay, most
        self._now = clock or (lambda: datetime.now(UTC))
        self._wanted: list[str] = []
        self._claimed: set[str] = set()
        self._refused: set[str] = set()
        self._beyond: set[str] = set()  # what the budget can never reach: others may ask for it
        self._renewed_at = self._now()

    def due(self, url: str) -> bool:
        """该看否 False for what this crawl was already refused; for all else the end of the step decides."""
        if self._closed(url):
            return False
        if url not in self._claimed:
            self._wanted.append(url)
        return True

    def turn(self, host: str) -> float:
        """轮到 Seconds to wait before this host may be asked; 0.0 takes the turn, over all programs."""
        try:
            self._renew()
            return self._store.turn(host, self._delay, self._now())
        except Fault as fault:
            if not passes(fault):
                raise
            return LOCKED_SECONDS

    def following(self, step: Follow, sink: BatchSink) -> Follow:
        """随步 `step` with its leads to other sites weeded, and what came of those kept as votes by `sink`."""

        def weeded(snapshot: Snapshot, step: Step) -> Step:
            told = self._weeded(step)
            if snapshot.url in self._claimed:
                for attempt in seen_in(snapshot, told.outcome):
                    sink.vote(self._run_id, snapshot.url, attempt)
            return told

        def follow(snapshot: Snapshot, body: Body) -> Step | PendingStep:
            told = step(snapshot, body)
            if isinstance(told, Step):
                return weeded(snapshot, told)
            return _Weeded(told, partial(weeded, snapshot))

        return follow

    def ended(self, report: CrawlReport) -> CrawlReport:
        """收尾 Closes the count of votes for this crawl, once its own are kept, and gives up what it did not come to.

        What another run had claimed and not answered for by then, and what was beyond the budget, is told as left.
        """
        self._store.release_claims(self._run_id, self._now())
        until = self._store.close_votes()
        votes = self._store.votes(self._refused, until=until, except_run=self._run_id)
        unanswered = [url for url in self._refused if not _fresh(votes.get(url, ()), report.started_at)]
        left = (*report.left, *_left("asked_elsewhere", unanswered), *_left("max_external", self._beyond))
        return report.model_copy(update={"votes_until": until, "left": left})

    def _weeded(self, step: Step) -> Step:
        if self._wanted:
            wanted, self._wanted = list(dict.fromkeys(self._wanted)), []
            room = max(0, self._most - len(self._claimed))
            self._beyond.update(wanted[room:])
            won = self._claim(wanted[:room])
            self._claimed |= won
            self._refused.update(url for url in wanted[:room] if url not in won)
        leads = tuple(lead for lead in step.leads if not (lead.external and self._closed(lead.url)))
        return step if len(leads) == len(step.leads) else step.model_copy(update={"leads": leads})

    def _closed(self, url: str) -> bool:
        return url in self._refused or url in self._beyond

    def _claim(self, wanted: list[str]) -> frozenset[str]:
        try:
            self._renew()
            return self._store.claim(wanted, self._run_id, self._now())
        except Fault as fault:
            if not passes(fault):
                raise
            log.warning("%d targets were not claimed: the database is locked or away", len(wanted))
            return frozenset()

    def _renew(self) -> None:
        now = self._now()
        if self._claimed and now - self._renewed_at >= RENEWED:
            self._store.renew_claims(self._run_id, now)
            self._renewed_at = now


class _Weeded:
    """A pending step, weeded once it is there."""

    def __init__(self, pending: PendingStep, weed: Callable[[Step], Step]) -> None:
        self._pending, self._weed = pending, weed
        self.when_ready = pending.when_ready

    @property
    def ready(self) -> bool:
        return self._pending.ready

    def step(self) -> Step:
        return self._weed(self._pending.step())


def seen_in(snapshot: Snapshot, outcome: FetchOutcome) -> Iterator[Attempt]:
    """所见 The attempts of a snapshot, the last with the class that reading gave it; none if nobody was asked."""
    if snapshot.outcome in _NOBODY_ASKED or snapshot.carried or not snapshot.attempts:
        return
    *before, last = snapshot.attempts
    yield from before
    refined = outcome not in (FetchOutcome.OK, last.outcome)
    yield last.model_copy(update={"outcome": outcome}) if refined else last


def votes_for(
    store: Store, run_id: str, observation: Observation, report: CrawlReport
) -> Mapping[str, tuple[Attempt, ...]]:
    """历次结果 What other runs saw of the targets that are not the site's, and of its own that are not there.

    Only what was kept by the end of the crawl, so that a replay counts the same votes. A target that this crawl did
    not ask is told only by a look that still held while it went on: an older one says nothing of today.
    """
    if report.votes_until is None:
        return {}
    asked = [one for one in observation.links if one.relation in FOREIGN or _missed(one)]
    found = store.votes([one.url for one in asked], until=report.votes_until, except_run=run_id)
    return {
        one.url: found[one.url]
        for one in asked
        if one.url in found and (one.attempts or _fresh(found[one.url], report.started_at))
    }


def keep_findings(store: Store, run_id: str, observation: Observation) -> None:
    """存所得 What the whole reading made of this run's looks, for later runs and for other sites.

    Own targets that are not there, those that are there again after they were not, and of other sites' targets
    whatever turned out otherwise than it seemed while the crawl was on: withdrawn, turned, of another class.
    """
    looks = [
        (link, [one for one in link.attempts if _made_by(run_id, one)])
        for link in observation.links
        if link.relation in (*FOREIGN, *OWN)
    ]
    known = store.votes([link.url for link, mine in looks if mine], until=store.close_votes())
    kept: list[tuple[str, Attempt]] = []
    for link, mine in looks:
        before = known.get(link.url, ())
        if not mine:
            continue
        if link.relation in FOREIGN or not mine[-1].outcome.there:
            kept += [(link.url, one) for one in mine if one not in before]
        elif before and not before[-1].outcome.there:
            kept.append((link.url, mine[-1]))
    store.keep_votes(run_id, kept)


def _made_by(run_id: str, attempt: Attempt) -> bool:
    asked = attempt.outcome not in _NOBODY_ASKED
    return asked and (attempt.snapshot_id or "").rpartition("/")[0] == run_id


def _missed(link: LinkCheck) -> bool:
    return bool(link.attempts) and not any(one.outcome.there for one in link.attempts)


def _left(reason: str, urls: Collection[str]) -> Iterator[LeftOver]:
    if urls:
        examples = tuple(sorted(urls)[:EXAMPLES])
        yield LeftOver(rank=Rank.EXTERNAL, reason=reason, count=len(urls), examples=examples)


def _fresh(votes: tuple[Attempt, ...], since: datetime) -> bool:
    return any(one.at + fresh_for(one) > since for one in votes)
