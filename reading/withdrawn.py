"""不计之次 Which attempts do not count: made while a host was throttling us, or while our own network was down.

Pure, and told by the attempts alone. What is withdrawn stays in sight; it only weighs nothing. What accuses
nobody is left as it is: a target seen to be there was there however busy the host was, and a refusal names itself.
"Not found", or the home page, is what hosts say while they throttle only once they have begun to: what came before
stands.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from model import Attempt, FetchOutcome
from reading.address import host_of

THROTTLED = "throttled"
OUR_NETWORK = "our_network"
BEFORE = timedelta(seconds=120)  # a host slows down before it says so
AFTER = timedelta(seconds=120)
LONGEST = timedelta(
    hours=1
)  # a good answer later than that ends nothing: the host had calmed down long before
ENOUGH_HOSTS = 3  # of others that were asked, not one of which answered
ENOUGH_IN_A_ROW = 5  # of others that did not answer one after the other, while nobody else answered either …
ROW_LASTS = timedelta(seconds=120)  # … for so long, unless the site itself was among the silent
_ANSWERED = frozenset({FetchOutcome.GONE, FetchOutcome.SOFT404, FetchOutcome.REDIRECTED_HOME})
_SAID = frozenset({"status_429", "status_503_wait"})
_NOT_SENT = frozenset({FetchOutcome.SKIPPED_ROBOTS, FetchOutcome.SKIPPED_PRIVATE})
ACCUSING = frozenset(
    {
        FetchOutcome.GONE,
        FetchOutcome.SOFT404,
        FetchOutcome.REDIRECTED_HOME,
        FetchOutcome.SERVER_ERROR,
        FetchOutcome.UNREACHABLE,
    }
)
_NO_ANSWER = frozenset({"dns", "timeout", "refused", "reset", "network", "failed"})

Votes = Mapping[str, tuple[Attempt, ...]]


class Window(NamedTuple):
    """限流时段 When a host first told us to wait, and when that had passed."""

    said: datetime
    end: datetime


def withdrawn(votes: Votes, foreign: frozenset[str]) -> dict[str, tuple[Attempt, ...]]:
    """撤回 The same attempts by URL, those that do not count marked so. `foreign`: URLs on hosts of others."""
    windows = _windows(votes)
    silent = _silent_crawls({url: votes[url] for url in foreign if url in votes})
    outages = _outages(votes, foreign)

    def ours(url: str, one: Attempt) -> bool:
        whole = url in foreign and _crawl(one) in silent
        return whole or any(begin <= one.at <= end for begin, end in outages.get(_crawl(one), ()))

    return {
        url: tuple(_marked(one, windows.get(_answering(url, one), ()), ours(url, one)) for one in made)
        for url, made in votes.items()
    }


def _answering(url: str, attempt: Attempt) -> str:
    """The host that said what came: after a redirect not the one that was asked."""
    return host_of(attempt.final_url or url)


def _marked(attempt: Attempt, windows: Sequence[Window], ours: bool) -> Attempt:
    if attempt.withdrawn or attempt.outcome not in ACCUSING:
        return attempt
    early = timedelta() if attempt.outcome in _ANSWERED else BEFORE
    if any(window.said - early <= attempt.at <= window.end for window in windows):
        return attempt.model_copy(update={"withdrawn": THROTTLED})
    if ours and unanswered(attempt):
        return attempt.model_copy(update={"withdrawn": OUR_NETWORK})
    return attempt


def _windows(votes: Votes) -> dict[str, tuple[Window, ...]]:
    """By host: from when it asked us to wait until it answered well again, or shortly after."""
    hosts: defaultdict[str, list[Attempt]] = defaultdict(list)
    for url, made in votes.items():
        for one in made:
            hosts[_answering(url, one)].append(one)
    return {host: tuple(_of_host(made)) for host, made in hosts.items() if any(map(_waits, made))}


def _of_host(made: list[Attempt]) -> Iterator[Window]:
    well = sorted(one.at for one in made if one.outcome is FetchOutcome.OK)
    for one in made:
        if _waits(one):
            later = next((at for at in well if one.at < at <= one.at + LONGEST), None)
            yield Window(one.at, later if later is not None else one.at + AFTER)


def _waits(attempt: Attempt) -> bool:
    return attempt.cause in _SAID or attempt.status == 429


def _silent_crawls(votes: Votes) -> frozenset[str]:
    """Crawls that asked several hosts of others and heard from none: more likely our line than all of theirs."""
    asked: defaultdict[str, set[str]] = defaultdict(set)
    answered: set[str] = set()
    for url, made in votes.items():
        for one in made:
            if one.outcome in _NOT_SENT:
                continue
            asked[_crawl(one)].add(host_of(url))
            if not unanswered(one):
                answered.add(_crawl(one))
    return frozenset(run for run, hosts in asked.items() if len(hosts) >= ENOUGH_HOSTS) - answered


def _outages(votes: Votes, foreign: frozenset[str]) -> dict[str, list[tuple[datetime, datetime]]]:
    """By crawl: stretches in which nobody at all answered, while several hosts of others and the site were asked."""
    made = sorted(
        ((one.at, url, one) for url, tries in votes.items() for one in tries if one.outcome not in _NOT_SENT),
        key=lambda entry: entry[:2],
    )
    rows: defaultdict[str, list[tuple[str, Attempt]]] = defaultdict(list)
    found: defaultdict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for _, url, one in made:
        row = rows[_crawl(one)]
        if unanswered(one):
            row.append((url, one))
        elif row:
            _file(row, foreign, found[_crawl(one)])
            row.clear()
    for run, row in rows.items():
        _file(row, foreign, found[run])
    return {run: stretches for run, stretches in found.items() if stretches}


def _file(
    row: list[tuple[str, Attempt]], foreign: frozenset[str], found: list[tuple[datetime, datetime]]
) -> None:
    others = {host_of(url) for url, _ in row if url in foreign}
    if len(others) < ENOUGH_IN_A_ROW:
        return
    begin, end = row[0][1].at, row[-1][1].at
    if end - begin >= ROW_LASTS or any(url not in foreign for url, _ in row):
        found.append((begin, end))


def unanswered(attempt: Attempt) -> bool:
    """无应答 Nothing at all came back from the host."""
    return (
        attempt.outcome is FetchOutcome.UNREACHABLE and attempt.status is None and attempt.cause in _NO_ANSWER
    )


def _crawl(attempt: Attempt) -> str:
    return (attempt.snapshot_id or "").rpartition("/")[0]
