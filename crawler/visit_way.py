"""访问途中 The way of one visit from redirect to redirect: what is carried along, how fast, and where it ends.

A way that is not taken is named in the answer that showed it. No host is asked many times at full speed: from the
third request to one host on, a visitor rests before each.
"""

from collections import Counter
from collections.abc import Callable
from http.cookiejar import CookieJar
from time import sleep
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.request import Request

import ada_url

from crawler.outcome import of_redirect
from crawler.visit_connection import REDIRECTS, Hop
from model import FetchOutcome, Redirect

PAUSE = 0.3  # seconds
_MOST_REDIRECTS = 20
_TURNS = 3  # the same address as often with the same cookies: a circle
_AT_ONCE = 2  # requests to one host without a rest: an address and where it sends everybody
_ASCII = "".join(map(chr, range(33, 127)))


class Way:
    """途中 `redirects`: those taken so far. The time of resting is no time of the host's: it is not to be counted."""

    def __init__(self, pause: float = PAUSE, most: int = _MOST_REDIRECTS) -> None:
        self._pause, self._most = pause, most
        self._jar = CookieJar()
        self._asked: Counter[tuple[str, str]] = Counter()
        self._hosts: Counter[str] = Counter()
        self.redirects: list[Redirect] = []

    def set_off(self, url: str) -> dict[str, str]:
        """启程 Rests if it has to, and gives the cookies to be sent along."""
        host = urlsplit(url).netloc.rpartition("@")[2]
        if self._hosts[host] >= _AT_ONCE:
            sleep(self._pause)
        self._hosts[host] += 1
        told = self._cookies(url)
        self._asked[url, told] += 1
        return {"Cookie": told} if told else {}

    def onward(self, hop: Hop) -> str | None:
        """去处 Where an answer sends a visitor on to; None: it does not, or there is no going."""
        self._learn(hop)
        if hop.status not in REDIRECTS or hop.outcome is FetchOutcome.UNREACHABLE:
            return None
        told = hop.headers.get("Location", "").strip()
        url = _joined(hop.url, told)
        if url is None:
            flag = "redirect_nowhere"
        elif urlsplit(url).scheme not in ("http", "https"):
            flag = "redirect_scheme"
        elif len(self.redirects) >= self._most or self._asked[url, self._cookies(url)] >= _TURNS:
            flag = "redirect_loop"
        else:
            self.redirects.append(Redirect(url=hop.url, status=hop.status or 0))
            return url
        hop.outcome, hop.cause = of_redirect(flag, told.encode("latin-1", "replace"))
        return None

    def _learn(self, hop: Hop) -> None:
        """A page that sends its visitor round once more with a cookie must not look like a circle."""
        if hop.headers.get("Set-Cookie"):
            self._jar.extract_cookies(_Told(hop), Request(hop.url))  # type: ignore[arg-type]  # noqa: S310 - never opened

    def _cookies(self, url: str) -> str:
        asking = Request(url)  # noqa: S310 - never opened
        self._jar.add_cookie_header(asking)
        return asking.get_header("Cookie") or ""


def _joined(base: str, told: str) -> str | None:
    """None: nothing is told, or no address. As it came: bytes beyond ASCII go back the way the server wrote them."""
    if not told:
        return None
    try:
        raw = quote(told.encode("latin-1", "replace"), safe=_ASCII)
        return str(ada_url.join_url(base, raw)).partition("#")[0]
    except ValueError:
        return None


class _Told:
    """An answer as a cookie jar wants it."""

    def __init__(self, hop: Hop) -> None:
        self.info: Callable[[], Any] = lambda: hop.headers
