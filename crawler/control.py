"""对照 Whether a host that misses one thing after another still answers for what it showed before. Pure.

A firewall may answer whoever it has banned with a plain "not found", whatever is asked for. So a page that was there is
asked for once more: if it is there, what is missing is missing; if it is not, the host answers nobody.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from crawler.ticket import bare, web_host
from model import FetchOutcome, Lead, Purpose, Rank, Snapshot

_ROW = 10  # missing answers in a row after which the host is doubted at once, and then after twice as many
_MISSED = frozenset(
    {FetchOutcome.GONE, FetchOutcome.SOFT404, FetchOutcome.SERVER_ERROR, FetchOutcome.UNREACHABLE}
)
_PAGES = (Purpose.HOME, Purpose.COLUMN, Purpose.LIST)


@dataclass(slots=True)
class _Host:
    page: str | None = None  # known to be there: the home page, or else the first page that leads on
    home: bool = False
    row: int = 0  # missing answers since a page was there
    most: int = _ROW
    doubted: bool = False  # one of them came after the last control look


class Control:
    """对照 `note` every answer of the site's own hosts; it hands out the control look when one is due."""

    def __init__(self) -> None:
        self._hosts: dict[str, _Host] = {}

    def note(self, snapshot: Snapshot, lead: Lead, outcome: FetchOutcome, minded: bool) -> Lead | None:
        """记一笔 The control look to make at once, if any. Answers for made-up addresses say nothing.

        `minded`: what is missing may be held against the site, so that it is worth a look at the end.
        """
        host = web_host(snapshot.final_url)
        if host is None or lead.purpose in (Purpose.SIBLING, Purpose.CONTROL):
            return None
        seen = self._hosts.setdefault(host, _Host())
        if is_there(snapshot, outcome):
            if lead.purpose is not Purpose.PROBE:  # files may be let through where pages are not
                seen.row, seen.most, seen.doubted = 0, _ROW, False
            _choose(seen, snapshot, lead)
        elif outcome in _MISSED:
            seen.row += 1
            seen.doubted |= minded
            if seen.page is not None and seen.row >= seen.most:
                seen.most *= 2
                return _look(seen.page, seen)
        return None

    def at_end(self) -> Iterator[Lead]:
        """收尾对照 The control looks that are due once nothing else is left to ask, each told once."""
        for seen in self._hosts.values():
            if seen.page is not None and seen.doubted:
                yield _look(seen.page, seen)


def is_there(snapshot: Snapshot, outcome: FetchOutcome) -> bool:
    """答得上 Whether the host itself answered, and well."""
    return outcome.there and snapshot.status is not None and snapshot.status < 400


def still_there(snapshot: Snapshot, outcome: FetchOutcome) -> bool:
    """仍在 Whether a control look found its page where it was."""
    return is_there(snapshot, outcome) and web_host(snapshot.final_url) == web_host(snapshot.url)


def _choose(seen: _Host, snapshot: Snapshot, lead: Lead) -> None:
    home = lead.purpose is Purpose.HOME
    plain = lead.method == "GET" and not lead.render
    if plain and lead.purpose in _PAGES and (seen.page is None or (home and not seen.home)):
        seen.page, seen.home = bare(snapshot.final_url), home


def _look(url: str, seen: _Host) -> Lead:
    seen.doubted = False
    return Lead(url=url, purpose=Purpose.CONTROL, rank=Rank.HOME)
