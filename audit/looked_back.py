"""所据各次 Which of a site's last crawls the next one goes by. A quick look, or one cut short, spoils nothing. Pure.

What such a crawl did not look at stands as the crawls before it saw it; and it neither begins a new week nor clears a
host that was found to lie.
"""

from collections.abc import Iterable, Sequence
from urllib.parse import urldefrag

from model import CrawlReport, Purpose, Run, Scope, Snapshot, StopReason

LOOKS = 4  # crawls whose looks are taken together at most, when the last ones saw but a part of the site
BESIDE = (Purpose.SIBLING, Purpose.CONTROL)


def looked_back_at(crawls: Sequence[tuple[Run, CrawlReport]]) -> list[Run]:
    """所据各次 The crawls, the latest first, down to one that saw the site as a whole: a quick look is no night."""
    broad = _broad(crawls)
    down_to = next((n for n, (run, _) in enumerate(crawls) if run.id in broad), len(crawls))
    return [run for run, _ in crawls[: min(down_to + 1, LOOKS)]]


def newest_looks(crawls: Iterable[Iterable[Snapshot]]) -> list[Snapshot]:
    """各址最近所见 Of crawls, the latest first, all snapshots of each address by the first that looked there. Pure."""
    found: list[Snapshot] = []
    known: set[str] = set()
    for snapshots in crawls:
        new = [one for one in snapshots if urldefrag(one.url)[0] not in known] if known else list(snapshots)
        known.update(urldefrag(one.url)[0] for one in new if one.purpose not in BESIDE)
        found += new
    return found


def _broad(crawls: Sequence[tuple[Run, CrawlReport]]) -> frozenset[str]:
    """Ids of those that saw all of the site; where none did, of those that came as far as its crawls do come."""
    wide = [(run.id, report) for run, report in crawls if report.scope is Scope.WHOLE]
    ended = frozenset(name for name, report in wide if report.stop is StopReason.FINISHED)
    if ended:
        return ended
    came = {name: sum(report.outcomes.values()) for name, report in wide}
    most = max(came.values(), default=0)
    return frozenset(name for name, count in came.items() if 2 * count >= most)


def asked_anew(crawls: Sequence[tuple[Run, CrawlReport]]) -> list[Run]:
    """全部重访 Those that asked everything anew, the latest first; one that was cut short did not, unless all are."""
    full = [one for one in crawls if one[1].full]
    broad = _broad(full)
    return [run for run, _ in full if run.id in broad]


def distrusted_since(crawls: Sequence[tuple[Run, CrawlReport]]) -> frozenset[str]:
    """不可信 Hosts that were found to lie since everything was last asked anew."""
    anew = {run.id for run in asked_anew(crawls)[:1]}
    last = next((n for n, (run, _) in enumerate(crawls) if run.id in anew), len(crawls))
    return frozenset(host for _, report in crawls[: last + 1] for host in report.distrusted)
