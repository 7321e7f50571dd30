"""访问守约 robots.txt for availability visits: asked once a day of every host, and obeyed.

A host that gives no readable robots.txt allows everything, as in a crawl: one that is down must not look as if it
had sent us away. Such a host is asked again before the next visit.
"""

from collections.abc import Callable
from threading import Lock
from time import monotonic
from urllib.parse import urlsplit

from protego import Protego

_A_DAY = 24 * 3600.0

Fetch = Callable[[str], str | None]  # the text of a robots.txt; None: there is none to be read just now


class VisitRobots:
    """守约 `allows` may be asked by several threads at once."""

    def __init__(self, user_agent: str, fetch: Fetch) -> None:
        self._user_agent, self._fetch = user_agent, fetch
        self._kept: dict[str, tuple[float, Protego]] = {}
        self._lock = Lock()

    def allows(self, url: str) -> bool:
        """可否访问 Whether the host of `url` lets us ask for it."""
        parts = urlsplit(url)
        host = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        with self._lock:
            kept = self._kept.get(host)
        if kept is None or monotonic() - kept[0] > _A_DAY:
            text = self._fetch(f"{host}/robots.txt")
            if text is None:
                return True
            kept = (monotonic(), Protego.parse(text))
            with self._lock:
                self._kept[host] = kept
        return bool(kept[1].can_fetch(url, self._user_agent))
