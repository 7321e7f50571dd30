"""边采边读 The `follow` of a crawl: one parse of a page tells where it leads to, and its facts for when the crawl is over.

Pages are read here, between two answers; once that takes most of one core and there are more, other processes read
most of them. What is read now is only kept in the cache of facts: the judgement takes its facts from the stored
snapshots alone, and reads whatever is not there.
"""

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from audit.facts import free_cores
from audit.kept_facts import KeptFacts, Read, may_keep
from audit.look import Look
from audit.reader_process import SILENCE, Reader
from model import Body, ColumnDirectory, FetchOutcome, PendingStep, Purpose, Site, Snapshot, Step
from reading import Guide, glance_in, settled, wants_page

log = logging.getLogger("duwang.audit")

WINDOW = 40  # pages after which it is looked at whether reading holds the crawl up
BUSY = 0.5  # share of a core; a crawl at a host's own pace needs a few hundredths
NEW = (
    1 / 3
)  # share of pages that were not read before, below which the crawl is busy with asking, not with reading
MOST_BYTES = (
    256 * 1024
)  # of a page that is wholly read between two answers: a larger one would keep them waiting
_KEPT_TOGETHER = 20
# Pages with a reader at a time: enough to keep it busy, and few, as a crawl that must hear of all of them before it goes on waits for them.
_GIVEN = 10
_MOST_GIVEN = 48  # with all of them


class LivePass:
    """边采边读 Hand `follow` to a crawl of one site, and `close` it before the judgement.

    Without `facts` only leads are read: where several sites share one loop, the facts are others' affair. `readers`: at
    most so many processes (None: one for every core but this one's), thought of after every `window` pages that have to be read, and
    wanted once reading takes more than `busy` of a core; not in a night that finds most pages as they were. `silence`: seconds for which one of them may say nothing of what it was given.
    """

    def __init__(
        self,
        guide: Guide,
        archive: Path,
        site: Site,
        directory: ColumnDirectory,
        *,
        facts: bool = True,
        readers: int | None = None,
        window: int = WINDOW,
        busy: float = BUSY,
        silence: float = SILENCE,
    ) -> None:
        self._guide, self._archive, self._site, self._directory = guide, archive, site, directory
        self._facts_too = facts
        self._most = free_cores() - 1 if readers is None else readers
        self._window, self._busy, self._silence = window, busy, silence
        self._count, self._known, self._since = 0, 0, (time.monotonic(), time.process_time())
        self.readers: list[Reader] = []
        self._hired = False  # from then on no step is taken before its turn
        self._kept: KeptFacts | None = None
        self._read: list[Read] = []

    def follow(self, snapshot: Snapshot, body: Body) -> Step | PendingStep:
        """下一步 At once, or once a reader has seen the page and all pages before it were followed."""
        look = self._looking(snapshot, body)
        if isinstance(look, Pending):
            return look
        return Pending(look, ready=True) if self._hired else look()

    def close(self, *, wait: bool = True) -> None:
        """收尾 What is still being read is read to its end; without `wait`, left."""
        self._dismiss(wait=wait)
        self._forget()

    def _looking(self, snapshot: Snapshot, body: Body) -> "Callable[[], Step] | Pending":
        guide = self._guide
        if snapshot.purpose is Purpose.HOME:
            self._settle(settled(self._site, snapshot))
        whole = partial(guide.step, snapshot, body)
        if wants_page(snapshot) or not may_keep(snapshot):
            return whole
        if snapshot.revisits is not None and (seen := self._facts.glance(snapshot)) is not None:
            self._known += 1
            return partial(guide.take, snapshot, seen)
        if not self._facts_too:
            return whole
        if snapshot.outcome is FetchOutcome.OK:  # what is missing is looked at twice, and soon read
            self._hire()
        room = min(_GIVEN, _MOST_GIVEN // max(1, len(self.readers)))
        for reader in sorted(self.readers, key=lambda one: one.waiting):
            pending = Pending(whole)
            answer = partial(self._answered, pending, snapshot)
            if reader.waiting < room and reader.give(snapshot, body, answer):
                return pending
        return whole if len(body) > MOST_BYTES else self._look(snapshot, body)

    def _look(self, snapshot: Snapshot, body: Body) -> Callable[[], Step]:
        look = Look(snapshot, body, self._site)
        try:
            glance = look.glance()
        except Exception:  # the guide stumbles over it as well, and says so
            return partial(self._guide.step, snapshot, body)
        self._read.append(look.read())
        self._keep(_KEPT_TOGETHER)
        return partial(self._guide.take, snapshot, glance)

    def _answered(self, pending: "Pending", snapshot: Snapshot, glance: bytes | None) -> None:
        """In a reader's thread."""
        if glance is not None:
            pending.take = partial(self._taken, snapshot, glance)
        pending.done()

    def _taken(self, snapshot: Snapshot, glance: bytes) -> Step:
        return self._guide.take(snapshot, glance_in(glance))

    def _settle(self, site: Site) -> None:
        """Facts are those of a page of this site: what was read before it was known where it stands is read again."""
        if site != self._site:
            self._dismiss(wait=False)
            self._forget()
            self._site = site

    def _dismiss(self, *, wait: bool) -> None:
        for reader in self.readers:
            reader.close(wait=wait)
        self.readers.clear()

    def _forget(self) -> None:
        self._keep(1)
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    @property
    def _facts(self) -> KeptFacts:
        if self._kept is None:
            self._kept = KeptFacts(self._archive, self._site, self._directory)
        return self._kept

    def _keep(self, least: int) -> None:
        if len(self._read) >= least:
            self._facts.keep(self._read)
            self._read.clear()

    def _hire(self) -> None:
        """Readers, as soon as reading holds the crawl up."""
        if self._hired or self._most < 1:
            return
        self._count += 1
        if self._count < self._window:
            return
        now = (time.monotonic(), time.process_time())
        elapsed, used = (after - before for after, before in zip(now, self._since, strict=True))
        new = self._count / (self._count + self._known)
        self._count, self._known, self._since = 0, 0, now
        if new >= NEW and used >= self._busy * elapsed:
            self._hired = True
            for _ in range(self._most):
                self.readers.append(Reader(self._archive, self._site, self._directory, silence=self._silence))


class Pending:
    """待读 A step that is taken when its turn comes: from a reader's answer, or without one when there is none."""

    def __init__(self, take: Callable[[], Step], *, ready: bool = False) -> None:
        self.take, self.ready = take, ready
        self._told: Callable[[], None] | None = None
        self._lock = threading.Lock()

    def step(self) -> Step:
        return self.take()

    def when_ready(self, told: Callable[[], None]) -> None:
        with self._lock:
            if not self.ready:
                self._told = told
                return
        told()

    def done(self) -> None:
        with self._lock:
            self.ready, told = True, self._told
        if told is not None:
            told()
