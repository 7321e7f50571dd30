"""What is worked out once for a host is sent as if it had been worked out for each request."""

import random
import string
from typing import Any

import pytest
from scrapy.http import Request
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.web.client import BrowserLikePolicyForHTTPS
from twisted.web.http_headers import Headers

from crawler.asking import _PLAIN, Asker, PlainRequest, sent
from crawler.ticket import name_of, web_host

ORIGINS = ("http://a.gov.cn", "https://a.gov.cn", "http://a-b.gov.cn:8080", "https://10.0.0.1:443", "http://x:80", "http://x:65000",
           "http://A.gov.cn", "http://a..cn", "http://a.cn.", "http://u:p@a.cn", "http://[::1]:8080", "http://政府.cn", "http://a_b.cn", "ftp://a.cn")  # fmt: skip
PATHS = ("/", "", "/a/b.html", "/a//b", "//a", "/a/?b=c&d=%E4%B8%AD", "/a;b=c", "/a?", "?a", "/a?b?c", "/a b", "/中文", "/%zz", "/a'b", "/a#b", "/../a/./b",
         "/a\nb", "/a\\b", "/a[1]", "/~u/index_2.html?x=1=2", "/a=b&c")  # fmt: skip
HEADERS = {
    b"User-Agent": [b"duwang"],
    b"Accept": [b"a", b"b"],
    b"If-None-Match": [b'"x"\r\ny'],
    b"Dnt": [b""],
    b"Referer": [b"\xe4\t"],
}


class Pool:
    """Keeps what would be written instead of connecting."""

    persistent = True

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def getConnection(self, key: Any, endpoint: Any) -> Deferred[Any]:
        pool, told = self, Deferred[Any]()

        class Connection:
            def request(self, request: Any) -> None:
                request.writeTo(self)

            def writeSequence(self, lines: list[bytes]) -> None:
                pool.asked.append((key, b"".join(lines)))

        told.callback(Connection())
        return told


@pytest.fixture
def asker() -> Asker:
    return Asker(reactor=reactor, contextFactory=BrowserLikePolicyForHTTPS(), connectTimeout=1, pool=Pool())


@pytest.mark.parametrize("origin", ORIGINS)
def test_the_same_bytes_go_to_the_same_place(asker: Asker, origin: str) -> None:
    pool: Any = asker._pool
    for path in PATHS:
        try:
            url = Request(origin + path).url.partition("#")[0]
        except ValueError:
            with pytest.raises(ValueError, match=r"."):
                PlainRequest(origin + path)
            continue
        assert PlainRequest(origin + path).url == Request(origin + path).url
        pool.asked.clear()
        for told in (
            asker.request(b"GET", url.encode("ascii"), Headers(HEADERS), None),
            asker.ask(b"GET", url, HEADERS, None),
            asker.ask(b"GET", url, HEADERS, None),
        ):
            told.addErrback(lambda failure: pool.asked.append((failure.type, str(failure.value))))
        assert len(pool.asked) == 3 and pool.asked[0] == pool.asked[1] == pool.asked[2], url


def test_a_plain_address_is_one_that_nothing_would_change() -> None:
    chance, plain = random.Random(7), 0
    letters = string.printable + "政é%%%///???&&==..--"
    for _ in range(4000):
        url = chance.choice(ORIGINS[:6]) + "/" + "".join(chance.choices(letters, k=chance.randint(0, 6)))
        plain += _PLAIN.fullmatch(url) is not None
        assert PlainRequest(url).url == Request(url).url
    assert plain > 300


def test_a_host_that_is_named_already_is_not_named_twice() -> None:
    assert sent({b"Host": [b"b"]}, b"a").getRawHeaders(b"host") == [b"b"]
    assert sent({}, b"a").getRawHeaders(b"host") == [b"a"]


@pytest.mark.parametrize(
    ("port", "host"),
    [
        ("", "a.cn"),
        (":8080", "a.cn:8080"),
        (":59999", "a.cn:59999"),
        (":65535", "a.cn:65535"),
        (":65536", None),
    ],
)
def test_a_host_is_told_with_its_port(port: str, host: str | None) -> None:
    assert web_host(f"http://a.cn{port}/x") == host and name_of(f"http://a.cn{port}/x") == "a.cn"
