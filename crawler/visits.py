"""首页访问 One visit to a home page, as a visitor makes it: looked up, connected, redirects followed, taken whole.

Everything is recorded and nothing concluded. A visit that takes longer than the limit is given up a second after
it, so that a page which opens late shows as late. Nothing is sent but GET; robots.txt is obeyed.
"""

import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from threading import Lock
from time import monotonic
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.request import Request

import ada_url

from crawler.certificates import look
from crawler.guard import Guard
from crawler.visit_connection import REDIRECTS, Hop, Resolve, ask, opens
from crawler.visit_robots import VisitRobots
from model import FetchOutcome, Redirect, Visit

CONTROL = "http://www.gov.cn/"
LIMIT = 15.0  # Fact: a page not open after 15 seconds counts as not opened (check indicators of 2019)
MARGIN = 1.0  # seconds beyond the limit before a visit is given up
_MOST_REDIRECTS = 20
_BESIDE = 5.0  # seconds for what is asked beside the page: robots.txt, the other family, the certificate
_CONTROL_SECONDS = 10.0
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
    """The course of one visit: the hops so far, and what a browser would have warned of on the way."""

    hop: Hop
    redirects: list[Redirect] = field(default_factory=list)
    seconds: float = 0.0
    warning: str | None = None


class Visitor:
    """访问者 Makes visits; one may serve many threads.

    `limit`: seconds a visitor waits. `controls`: addresses asked after a failed visit; that one of them answers
    anything at all shows that our own network works.
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
    ) -> None:
        self._headers = _HEADERS | {"User-Agent": user_agent}
        self._guard, self._resolve = guard, resolve
        self._limit, self._margin, self._controls = limit, margin, tuple(controls)
        self._robots = VisitRobots(user_agent, self._robots_text)
        self._control_lock = Lock()
        self._control_asked: dict[str, tuple[float, bool]] = {}

    def visit(self, site_key: str, url: str) -> Visit:
        """访问一次 Visits `url`; after a failure asks a control target.

        Takes the limit at most, and what is asked beside it: robots.txt of each host, the other family, the control.
        """
        at = datetime.now(UTC)
        course = self._course(url)
        hop, outcome, cause = course.hop, course.hop.outcome, course.hop.cause
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
            redirects=tuple(course.redirects),
            elapsed_ms=int(course.seconds * 1000),
            timings=hop.timings,
            size=hop.size,
            ip=hop.ip,
            family=hop.family,
            other_family=opens(hop.url, hop.others, _BESIDE) if hop.others else None,
            certificate_days=hop.certificate_days,
            control=self._control(hop, course.seconds, ended),
            machine=platform.node() or None,
        )

    def _course(self, url: str) -> _Course:
        jar = CookieJar()
        course = _Course(Hop(url, cause="bad_url"))
        if not _is_web(url):
            return course
        while True:
            if not self._robots.allows(url):
                course.hop = Hop(url, FetchOutcome.SKIPPED_ROBOTS, "robots")
                return course
            left = max(0.0, self._limit + self._margin - course.seconds)
            course.hop = self._ask(url, jar, left, course)
            course.seconds += course.hop.seconds
            _learn(jar, course.hop)
            following = self._following(course)
            if following is None:
                return course
            course.redirects.append(Redirect(url=url, status=course.hop.status or 0))
            url = following

    def _ask(self, url: str, jar: CookieJar, left: float, course: _Course) -> Hop:
        headers = self._headers | _cookies(jar, url)
        hop = ask(url, headers, guard=self._guard, seconds=left, resolve=self._resolve)
        if hop.handshake is None:
            return hop
        # A browser would warn here and let its user go on: what is behind the warning?
        behind = ask(url, headers, guard=self._guard, seconds=left, verify=False, resolve=self._resolve)
        if behind.handshake is not None:
            hop.cause = self._fault(hop)
            return hop
        course.warning = course.warning or self._fault(hop)
        return behind

    def _fault(self, hop: Hop) -> str:
        parts = urlsplit(hop.url)
        facts = look(parts.hostname or "", hop.ip or "", parts.port or 443, monotonic() + _BESIDE)
        return f"tls_{facts.fault}" if facts is not None and facts.fault else "tls"

    def _following(self, course: _Course) -> str | None:
        """Where the last answer sends a visitor on to; a way that is not taken is named in the answer."""
        hop = course.hop
        if hop.status not in REDIRECTS or hop.outcome is FetchOutcome.UNREACHABLE:
            return None
        hop.outcome = FetchOutcome.BLOCKED
        told = hop.headers.get("Location", "").strip()
        if not told:
            hop.cause = "redirect_nowhere"
            return None
        try:
            # as they came: bytes beyond ASCII are sent back the way the server wrote them
            raw = quote(told.encode("latin-1", "replace"), safe=_ASCII)
            url = str(ada_url.join_url(hop.url, raw)).partition("#")[0]
        except ValueError:
            hop.cause = "redirect_nowhere"
            return None
        if urlsplit(url).scheme not in ("http", "https"):
            hop.cause = "redirect_scheme"
            return None
        if len(course.redirects) >= _MOST_REDIRECTS:
            hop.cause = "redirect_loop"
            return None
        return url

    def _robots_text(self, url: str) -> str | None:
        headers = {name: value for name, value in self._headers.items() if name != "Accept-Encoding"}
        for _ in range(5):
            hop = ask(
                url, headers, guard=self._guard, seconds=_BESIDE, verify=False, most=_LONGEST_ROBOTS,
                keep=True, resolve=self._resolve,
            )  # fmt: skip
            following = self._following(_Course(hop))
            if following is None:
                break
            url = following
        if hop.outcome is FetchOutcome.GONE:
            return ""
        whole = (
            hop.body
            if hop.whole and len(hop.body) < _LONGEST_ROBOTS
            else hop.body[: hop.body.rfind(b"\n") + 1]
        )
        return whole.decode("utf-8", "replace") if hop.outcome is FetchOutcome.OK else None

    def _control(self, hop: Hop, seconds: float, ended: float) -> bool | None:
        """Whether our own network worked after a failure; None when nothing failed, or nobody else can be asked."""
        opened = hop.outcome.there and hop.outcome is not FetchOutcome.INCOMPLETE and seconds < self._limit
        if opened or hop.outcome in _NOT_ASKED or hop.cause == "bad_url":
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
                hop = ask(control, self._headers, guard=_OPEN, seconds=_CONTROL_SECONDS, verify=False,
                          most=1, resolve=self._resolve)  # fmt: skip
                answered = hop.status is not None
                self._control_asked[control] = (asked_at, answered)
            return answered


_ASCII = "".join(map(chr, range(33, 127)))


def _is_web(url: str) -> bool:
    try:
        return bool(ada_url.URL(url).hostname) and urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return False


class _Told:
    """An answer as a cookie jar wants it."""

    def __init__(self, hop: Hop) -> None:
        self.info: Callable[[], Any] = lambda: hop.headers


def _learn(jar: CookieJar, hop: Hop) -> None:
    """A page that sends its visitor round once more with a cookie must not look like a circle."""
    if hop.headers.get("Set-Cookie"):
        jar.extract_cookies(_Told(hop), Request(hop.url))  # type: ignore[arg-type]  # noqa: S310 - never opened


def _cookies(jar: CookieJar, url: str) -> dict[str, str]:
    asking = Request(url)  # noqa: S310 - never opened
    jar.add_cookie_header(asking)
    told = asking.get_header("Cookie")
    return {"Cookie": told} if told else {}
