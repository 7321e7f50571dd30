"""一问一答 One request and its answer over a connection of the pool: what Scrapy's own agent does, with nothing done twice.

Scrapy makes an agent for every request, turns each head into headers of its own three times, and tells of head and body
by signals that the size limit alone would hear.
"""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Any

from scrapy.core.downloader.handlers import http11
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Headers, Request, Response
from twisted.internet.defer import Deferred
from twisted.internet.protocol import Protocol
from twisted.python.failure import Failure
from twisted.web.client import ResponseDone
from twisted.web.http import PotentialDataLoss
from twisted.web.iweb import UNKNOWN_LENGTH

from crawler.asking import Asker
from crawler.connection import Connections
from crawler.size import SizeLimit
from crawler.ticket import bare


class Exchanges(http11.HTTP11DownloadHandler):
    """问答 Over one pool of connections. `alone`: every request gets a connection of its own."""

    def __init__(self, crawler: Any, *, alone: bool = False) -> None:
        super().__init__(crawler)
        self.pool: Any = self._pool
        self.pool._factory = Connections
        self.pool.persistent = not alone
        self._reactor, self.pool._reactor = self.pool._reactor, _Timers
        self.limit = SizeLimit(crawler.settings)
        self._agents: dict[float, Asker] = {}

    def begin(self, request: Request) -> "Deferred[Response]":
        """发问 The answer, or one of Twisted's errors. What has to be resolved is resolved from here."""
        seconds: float = request.meta["download_timeout"]
        agent = self._agents.get(seconds) or self._agent(seconds)
        return _Exchange(request, self.limit, seconds).begin(agent)

    def _agent(self, seconds: float) -> Asker:
        agent = self._agents[seconds] = Asker(
            reactor=self._reactor,
            contextFactory=self._contextFactory,
            connectTimeout=seconds,
            pool=self._pool,
        )
        return agent


class _Exchange(Protocol):
    """Takes the body. Notes status and headers as `head` in the request's meta once they are there, before any body is."""

    def __init__(self, request: Request, limit: SizeLimit, seconds: float) -> None:
        self._request, self._limit, self._seconds = request, limit, seconds
        self._most = limit.most_of(request)
        self._url = bare(request.url)
        self._taken: Deferred[list[str] | None] = Deferred(self._abort)
        self._chunks: list[bytes] = []
        self._received = 0
        self._head: Any = None  # Twisted's response, without its body
        self._headers = Headers()
        self._ip: Any = None
        self._timer: asyncio.TimerHandle
        self._late = False
        self._began = monotonic()

    def begin(self, agent: Asker) -> "Deferred[Response]":
        request = self._request
        body: Any = http11._RequestBodyProducer(request.body) if request.body else None
        headers = dict(dict.items(request.headers))  # past what Scrapy does to each name once more
        told = agent.ask(request.method.encode(), self._url, headers, body)
        told.addCallback(self._answered)
        told.addCallback(self._response)
        self._timer = _Timers.callLater(self._seconds, self._give_up, told)
        return told.addBoth(self._end)

    def _answered(self, head: Any) -> Any:
        request, length = self._request, head.length
        request.meta["download_latency"] = monotonic() - self._began  # what AutoThrottle goes by
        self._head, self._headers = head, _headers_of(head)
        request.meta["head"] = (int(head.code), self._headers)
        if length != UNKNOWN_LENGTH and self._limit.refuses(length, request):
            head._transport.stopProducing()
            head._transport.loseConnection()
            return ["download_stopped"]
        self._ip = head.ip
        if length == 0:
            return None
        head.deliverBody(self)
        return self._taken

    def dataReceived(self, data: bytes) -> None:
        if self._taken.called:
            return
        self._chunks.append(data)
        self._received += len(data)
        if self._received > self._most:
            self._head._transport.stopProducing()
            self._head._transport.loseConnection()
            self._taken.callback(["download_stopped"])

    def connectionLost(self, reason: Any = None) -> None:
        if self._taken.called:
            return
        if reason.check(ResponseDone):
            self._taken.callback(None)
        else:  # what came of it is told, flagged
            self._taken.callback(["partial" if reason.check(PotentialDataLoss) else "dataloss"])

    def _response(self, flags: list[str] | None) -> Response:
        response = Response(
            self._url,
            status=int(self._head.code),
            body=b"".join(self._chunks),
            flags=flags,
            ip_address=self._ip,
        )
        response.headers = self._headers
        return response

    def _abort(self, _: Any) -> None:
        self._head._transport._producer.abortConnection()

    def _give_up(self, told: "Deferred[Any]") -> None:
        self._late = True
        told.cancel()

    def _end(self, result: Any) -> Any:
        if not self._late:
            self._timer.cancel()
            return result
        if self._head is not None:
            self._head._transport.stopProducing()  # else what is encrypted would not hear of it
        late = DownloadTimeoutError(f"Getting {self._url} took longer than {self._seconds} seconds.")
        if isinstance(result, Failure):
            raise late from result.value  # tells whether a head had begun
        raise late


class _Timers:
    """The loop's own: Twisted's make it look anew, for each of them, when the first of all is due."""

    @staticmethod
    def callLater(seconds: float, call: Callable[..., Any], *args: Any) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(seconds, call, *args)


def _headers_of(head: Any) -> Headers:
    """As Scrapy has them: the length is the connection's to know, and told all the same."""
    headers = Headers()
    if head.length != UNKNOWN_LENGTH:
        dict.__setitem__(headers, b"Content-Length", [b"%d" % head.length])
    for name, values in head.headers.getAllRawHeaders():
        dict.__setitem__(headers, name.title(), list(values))
    return headers
