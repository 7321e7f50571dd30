"""放行 What a page in the browser may ask for: what it is made of, and the rows of its list from its own host.

Nothing is sent off on anybody's behalf: no form, no beacon, no socket, no method but GET, HEAD and, since lists are
filled that way, the POST of a script to the host of its own page. Hosts of the site are asked for nothing that their
robots.txt forbids; those of others are where pages fetch their libraries from.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from crawler.ticket import name_of

_LOADED = {"document", "stylesheet", "script", "xhr", "fetch", "other"}
_READING = {"GET", "HEAD"}
_BY_SCRIPT = {"xhr", "fetch"}
_FILLING = {*_BY_SCRIPT, "document", "script", "eventsource", "websocket"}
# A form that sends itself would cost us the page: forms and windows are kept from trying. Those that find another way are
# stopped all the same. What goes out past all looks at requests is not to be had: a worker's sockets are not routed.
STAY = """HTMLFormElement.prototype.submit = HTMLFormElement.prototype.requestSubmit = function () {};
Navigator.prototype.sendBeacon = () => true;
for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'WebTransport']) delete window[name];
for (const name of ['Worker', 'SharedWorker']) window[name] = class extends EventTarget {
  constructor() { super(); this.port = this; keptBack(); }
  postMessage() {} start() {} close() {} terminate() {}
};
window.open = () => null;
addEventListener('submit', event => event.preventDefault(), true);"""


class Admission:
    """放行 One page's requests: `guard_page` before it is opened. `kept_back`: a script of it did not get what it asked for,
    so that what is missing on the page may be missing for our sake. `asked` is told of each request to a host of the site
    besides that for the page itself."""

    def __init__(
        self,
        page: Any,
        is_own: Callable[[str], bool],
        allowed: Callable[[str], Awaitable[bool]],
        asked: Callable[[], None],
    ) -> None:
        self.kept_back = False
        self._page = page
        self._is_own = is_own
        self._allowed = allowed
        self._asked = asked
        self._opened = False

    async def guard_page(self, context: Any) -> None:
        """看管 Every request and every socket of the page's context comes past here."""
        await context.expose_binding("keptBack", self._silent)
        await context.route("**/*", self._admit)
        await context.route_web_socket("**/*", self._silent)
        context.on("request", self._sent_on)

    async def _admit(self, route: Any) -> None:
        request = route.request
        own = self._is_own(name_of(request.url))
        if self._wanted(request) and (not own or await self._allowed(request.url)):
            itself = not self._opened and self._moves(request)
            self._opened |= itself
            if own and not itself:
                self._asked()
            await route.continue_()
            return
        self.kept_back |= request.resource_type in _FILLING and not _sent_off(request)
        await route.abort()

    def _sent_on(self, request: Any) -> None:
        """A redirect comes past no gate. Where the page itself is sent on to counts with the page."""
        own = request.redirected_from is not None and self._is_own(name_of(request.url))
        if own and not self._moves(request):
            self._asked()

    def _moves(self, request: Any) -> bool:
        return bool(
            request.is_navigation_request()
            and self._within(request)
            and request.frame == self._page.main_frame
        )

    def _wanted(self, request: Any) -> bool:
        """What is a page of its own, sent off or no web address is not."""
        if not request.url.startswith(("http://", "https://")) or request.resource_type not in _LOADED:
            return False
        if request.is_navigation_request():
            return request.method in _READING and self._within(request)
        if request.method == "POST":
            here = name_of(self._page.url)
            own = here == name_of(request.url) and self._is_own(here)
            return own and request.resource_type in _BY_SCRIPT
        return request.method in _READING

    def _within(self, request: Any) -> bool:
        try:
            return bool(request.frame.page == self._page)
        except Exception:  # a window so new that it has no frame yet
            return False

    def _silent(self, *_: Any) -> None:
        """A socket or a worker: the page talks to nobody, and hears nothing."""
        self.kept_back = True


def _sent_off(request: Any) -> bool:
    return request.is_navigation_request() and request.method not in _READING
