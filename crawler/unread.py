"""待读 Pages that were fetched and of which it is not known yet where they lead, in the order of their snapshots. Pure.

A crawl goes on while they are read elsewhere, as far as that can neither change what it finds nor press a host: their
steps are taken in order, and what is asked meanwhile is bounded, most of all where a host may be refusing us: as soon as
an answer is unlike a page of the site, nothing more is asked before it and all before it are read.
"""

from collections import Counter, defaultdict, deque
from typing import NamedTuple

from crawler.ticket import Ticket
from model import FetchOutcome, PendingStep, Rank, Snapshot, Step

_MOST = 64
_MOST_BYTES = 16 * 1024**2
_LONGEST = 1.0  # seconds; whoever asks slower than pages are read never comes near it
_SHORT = (
    4096  # bytes; challenges, notices of a firewall and error pages are rarely longer, pages rarely shorter
)
_SMALLER = 4  # times smaller than what the host mostly sends
_REMEMBERED = 30  # answers of a host: as many as the manners look at


class Unread(NamedTuple):
    """待读一页 `asked`: it was answered now, not carried over. `since`: when it came."""

    ticket: Ticket
    snapshot: Snapshot
    step: Step | PendingStep
    asked: bool
    since: float


class Backlog:
    """待读队列 `add` at the end, `take` from the front what is ready."""

    def __init__(self) -> None:
        self._line: deque[tuple[Unread, bool]] = deque()
        self._ranks: Counter[Rank] = Counter()
        self._weight = self._doubtful = 0
        self._usual: defaultdict[str, _Usual] = defaultdict(_Usual)

    def __len__(self) -> int:
        return len(self._line)

    def add(self, one: Unread) -> None:
        """加入 Its step comes after those of all that were added before."""
        doubtful = one.asked and self._usual[one.ticket.host].doubts(one.snapshot)
        self._line.append((one, doubtful))
        self._count(one, doubtful, 1)

    def take(self) -> Unread | None:
        """取出 The first, if its step is there or will be made without waiting."""
        if not self._line:
            return None
        one, doubtful = self._line[0]
        if not (isinstance(one.step, Step) or one.step.ready):
            return None
        self._line.popleft()
        self._count(one, doubtful, -1)
        return one

    def crowded(self, now: float) -> bool:
        """须先读 Whether nothing is to be asked before some of it is read: there is much of it, it takes long, or it
        holds what may be a refusal, of which the manners must hear first."""
        if not self._line:
            return False
        much = len(self._line) >= _MOST or self._weight > _MOST_BYTES
        return much or self._doubtful > 0 or now - self._line[0][0].since > _LONGEST

    def best(self) -> Rank:
        """最先 The best rank among its pages: what they lead to may be wanted as much, and before whatever is wanted less."""
        return min(self._ranks, default=Rank.EXTERNAL)

    def shed(self) -> list[Unread]:
        """放弃 Takes out all that is left, read or not."""
        left = [one for one, _ in self._line]
        self._line.clear()
        self._ranks.clear()
        self._weight = self._doubtful = 0
        return left

    def _count(self, one: Unread, doubtful: bool, by: int) -> None:
        rank = one.snapshot.rank
        self._ranks[rank] += by
        if not self._ranks[rank]:
            del self._ranks[rank]
        self._weight += by * one.snapshot.size
        self._doubtful += by * doubtful


class _Usual:
    """What a host answered last, and so whether the next answer may be no page of the site."""

    def __init__(self) -> None:
        self._seen: deque[tuple[str, str, int]] = deque(maxlen=_REMEMBERED)  # body, address, size
        self._bytes = 0

    def doubts(self, snapshot: Snapshot) -> bool:
        """存疑 Whether only reading can tell that it is no refusal: it is none of the good ones, or short, or was sent
        for another address. What has no body (a head that was asked for) tells nothing."""
        sha256, size = snapshot.sha256, snapshot.size
        if sha256 is None:
            return snapshot.outcome is not FetchOutcome.OK
        known, whole = len(self._seen), self._bytes
        alike = any(body == sha256 and url != snapshot.url for body, url, _ in self._seen)
        if known == _REMEMBERED:
            self._bytes -= self._seen[0][2]
        self._seen.append((sha256, snapshot.url, size))
        self._bytes += size
        small = size < _SHORT or size * _SMALLER * known < whole
        return snapshot.outcome is not FetchOutcome.OK or alike or small
