"""首页访问 One visit to a home page, as a visitor makes it: looked up, connected, redirects followed, taken whole.

Everything is recorded and nothing concluded. A visit that takes longer than the limit is given up a second after
it, so that a page which opens late shows as late. Nothing is sent but GET; robots.txt is obeyed.
"""

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from threading import Lock
from time import monotonic
from typing import NamedTuple
from urllib.parse import urlsplit

import ada_url

from crawler.certificates import look
from crawler.guard import Guard
from crawler.visit_answer import MOST_KEPT, Refine, classed, unpacked
from crawler.visit_connection import MOST_BYTES, Hop, Resolve, ask, opens
from crawler.visit_robots import VisitRobots
from crawler.visit_way import PAUSE, Way
from model import FetchOutcome, Visit

CONTROL = "http://www.gov.cn/"
LIMIT = 15.0  # Fact: a page not open after 15 seconds counts as not opened (check indicators of 2019)
MARGIN = 1.0  # seconds beyond the limit before a visit is given up
_ROBOTS_REDIRECTS = 5  # Fact: RFC 9309 wants at least five followed
_BESIDE = 5.0  # seconds for what is asked beside the page: robots.txt, the other family, the certificate
_CONTROL_SECONDS = 10.0
_LONGEST_PAGE = 4 * MOST_BYTES
_LONGEST_ROBOTS = 500 * 1024  # Fact: RFC 9309 lets a reader stop at 500 KiB
_NOT_ASKED = frozenset({FetchOutcome.SKIPPED_ROBOTS, FetchOutcome.SKIPPED_PRIVATE})
_OPEN = Guard(allow_private=True)
_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
    "Accept-Encoding": "gzip, deflate",
    "Connection": "close",
}


@dataclass
class _Course:
    """The course of one visit: the last hop, the way to it, and what a browser would have warned of."""

    hop: Hop
    way: Way
    seconds: float = 0.0
    warning: str | None = None


def answers(control: str, user_agent: str, *, resolve: Resolve | None = None) -> bool:
    """应答否 Whether anything at all comes back from an address of a person's own choice: does our network work?"""
    headers = _HEADERS | {"User-Agent": user_agent}
    hop = ask(control, headers, guard=_OPEN, seconds=_CONTROL_SECONDS, verify=False, most=1, resolve=resolve)
    return hop.status is not None


class Page(NamedTuple):
    """一页 What one address gave in the end. `body` None: nothing that could be read, for that `cause`."""

    url: str
    outcome: FetchOutcome
    cause: str | None
    content_type: str | None
    body: bytes | None


class Visitor:
    """访问者 Makes visits; one may serve many threads.

    `limit`: seconds a visitor waits. `controls`: addresses asked after a failed visit; that one of them answers
    anything at all shows that our own network works. `pause`: seconds between redirects within one host.
    """

    def __init__(
        self,
        user_agent: str,
        *,
        limit: float = LIMIT,
        margin: float = MARGIN,
        guard: Guard = Guard(),  # noqa: B008 - frozen
        controls: Sequence[str] = (CONTROL,),
        resolve: Resolve | None = None,
        pause: float = PAUSE,
    ) -> None:
        self._headers = _HEADERS | {"User-Agent": user_agent}
        self._guard, self._resolve = guard, resolve
        self._limit, self._margin, self._controls = limit, margin, tuple(controls)
        self._pause = pause
        self._robots = VisitRobots(user_agent, self._robots_text)
        self._control_lock = Lock()
        self._control_asked: dict[str, tuple[float, bool]] = {}

    def visit(self, site_key: str, url: str, refine: Refine | None = None) -> Visit:
        """访问一次 Visits `url`; after a failure asks a control target. `refine` says what the answer was by its bytes.

        Takes the limit at most, and what is asked beside it: robots.txt of each host, the other family, the control,
        rests on a way of many redirects.
        """
        at = datetime.now(UTC)
        course = self._course(url)
        hop = course.hop
        outcome, cause = classed(hop, url, course.way.redirects, at, refine)
        if course.warning and outcome.there:
            outcome, cause = FetchOutcome.TLS, course.warning
        ended = monotonic()
        return Visit(
            site_key=site_key,
            url=url,
            at=at,
            outcome=outcome,
            cause=cause,
            status=hop.status,
            final_url=hop.url,
            redirects=tuple(course.way.redirects),
            elapsed_ms=int(course.seconds * 1000),
            timings=hop.timings,
            size=hop.size,
            ip=hop.ip,
            family=hop.family,
            other_family=opens(hop.url, hop.others, _BESIDE) if hop.others else None,
            certificate_days=hop.certificate_days,
            control=self._control(hop, outcome, course.seconds, ended),
            machine=platform.node() or None,
        )

    def page(self, url: str) -> Page:
        """取一页 One page whole, at most 2 MiB as sent and four times that unpacked, with the manners of a visit."""
        hop = self._course(url, MOST_BYTES).hop
        outcome, cause, body = hop.outcome, hop.cause, None
        if outcome is FetchOutcome.OK:
            packed = (hop.headers.get("Content-Encoding") or "").strip().lower()
            body = unpacked(hop.body, packed, _LONGEST_PAGE)
            if len(hop.body) >= MOST_BYTES or (body is not None and len(body) >= _LONGEST_PAGE):
                outcome, cause, body = FetchOutcome.TOO_LARGE, "too_large", None
            elif body is None:
                outcome, cause = FetchOutcome.INCOMPLETE, "badly_packed"
        return Page(hop.url, outcome, cause, hop.headers.get("Content-Type"), body)

    def _course(self, url: str, keep: int = MOST_KEPT) -> _Course:
        course = _Course(Hop(url, cause="bad_url"), Way(self._pause))
        if not _is_web(url):
            return course
        following: str | None = url
        while following is not None:
            if not self._robots.allows(following):
                course.hop = Hop(following, FetchOutcome.SKIPPED_ROBOTS, "robots")
                return course
            left = max(0.0, self._limit + self._margin - course.seconds)
            course.hop = self._ask(following, left, course, keep)
            course.seconds += course.hop.seconds
            following = course.way.onward(course.hop)
        return course

    def _ask(self, url: str, left: float, course: _Course, keep: int) -> Hop:
        headers = self._headers | course.way.set_off(url)
        get = partial(ask, url, headers, guard=self._guard, seconds=left, keep=keep, resolve=self._resolve)
        hop = get()
        if hop.handshake is None:
            return hop
        # A browser would warn here and let its user go on: what is behind the warning?
        behind = get(verify=False)
        if behind.handshake is not None:
            hop.cause = self._fault(hop)
            return hop
        course.warning = course.warning or self._fault(hop)
        return behind

    def _fault(self, hop: Hop) -> str:
        parts = urlsplit(hop.url)
        facts = look(parts.hostname or "", hop.ip or "", parts.port or 443, monotonic() + _BESIDE)
        return f"tls_{facts.fault}" if facts is not None and facts.fault else "tls"

    def _robots_text(self, url: str) -> str | None:
        headers = {name: value for name, value in self._headers.items() if name != "Accept-Encoding"}
        way = Way(self._pause, _ROBOTS_REDIRECTS)
        following: str | None = url
        while following is not None:
            hop = ask(
                following, headers | way.set_off(following), guard=self._guard, seconds=_BESIDE, verify=False,
                most=_LONGEST_ROBOTS, keep=_LONGEST_ROBOTS, resolve=self._resolve,
            )  # fmt: skip
            following = way.onward(hop)
        if hop.outcome is FetchOutcome.GONE:
            return ""
        whole = (
            hop.body
            if hop.whole and len(hop.body) < _LONGEST_ROBOTS
            else hop.body[: hop.body.rfind(b"\n") + 1]
        )
        return whole.decode("utf-8", "replace") if hop.outcome is FetchOutcome.OK else None

    def _control(self, hop: Hop, outcome: FetchOutcome, seconds: float, ended: float) -> bool | None:
        """Whether our own network worked after a failure; None when nothing failed, or nobody else can be asked."""
        opened = outcome.there and outcome is not FetchOutcome.INCOMPLETE and seconds < self._limit
        if opened or outcome in _NOT_ASKED or hop.cause == "bad_url":
            return None
        if hop.cause == "no_route":
            return False
        host = urlsplit(hop.url).hostname
        asked = [one for one in self._controls if urlsplit(one).hostname != host]
        return any(self._answers(one, ended) for one in asked) if asked else None

    def _answers(self, control: str, since: float) -> bool:
        """One question at a time; an answer asked for after `since` does for all who wait for it."""
        with self._control_lock:
            asked_at, answered = self._control_asked.get(control, (0.0, False))
            if asked_at < since:
                asked_at = monotonic()
                answered = answers(control, self._headers["User-Agent"], resolve=self._resolve)
                self._control_asked[control] = (asked_at, answered)
            return answered


def _is_web(url: str) -> bool:
    try:
        return bool(ada_url.URL(url).hostname) and urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return False
