"""途中 What happens to an answer between the wire and the spider: redirects, unpacking, cookies.

Each differs from Scrapy's own only in that nothing gets lost: where Scrapy drops the answer we keep it, marked.
"""

import re
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from scrapy.downloadermiddlewares import cookies
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from tldextract import TLDExtract

from crawler.ticket import bare

_SCHEME = re.compile(rb"([a-zA-Z][a-zA-Z0-9+.-]*):")
_MOVED = (301, 302, 303, 307, 308)
_MOST_LOOKED_AT = 16 * 1024 * 1024  # bytes unpacked to see whether a stream comes to its end
_TURNS = 3  # the same address as often, and no cookie with it that could change the answer: a circle


class Redirects(RedirectMiddleware):
    """跳转 Follows 3xx. One that cannot be followed is itself the answer, flagged `redirect_loop` (in a circle, or
    more than browsers follow), `redirect_nowhere` (no address) or `redirect_scheme` (no web address).
    """

    def handle_referer(self, request: Request, response: Response) -> None:
        request.headers.pop("Referer", None)

    def process_response(
        self, request: Request, response: Response, spider: Any = None
    ) -> Request | Response:
        if response.status not in _MOVED:
            return response
        location = (response.headers.get("Location") or b"").strip()
        try:
            if not location:
                return _marked(response, "redirect_nowhere")
            onward = super().process_response(request, response)
        except IgnoreRequest:
            return _marked(response, "redirect_loop")
        except ValueError:  # a Location that is no address
            scheme = _SCHEME.match(location)
            elsewhere = scheme is not None and scheme[1].lower() not in (b"http", b"https")
            return _marked(response, "redirect_scheme" if elsewhere else "redirect_nowhere")
        if isinstance(onward, Response):
            return _marked(response, "redirect_scheme")
        if not urlsplit(onward.url).hostname:
            return _marked(response, "redirect_nowhere")
        if not response.headers.getlist("Set-Cookie") and _in_a_circle(onward):
            return _marked(response, "redirect_loop")
        # should nobody be let on, this was the answer
        onward.meta["hop"] = (response.status, response.headers)
        turns = self.crawler.spider.turns  # type: ignore[union-attr]
        turns.mark_hop(request, onward)
        return onward


class Cookies(cookies.CookiesMiddleware):
    """会话标记 Cookies as the site sets them. Where none was set or is set nothing is looked up."""

    def process_request(self, request: Request, spider: Any = None) -> Request | Response | None:
        if not self.jars:
            request.headers.pop("Cookie", None)
            return None
        return super().process_request(request)

    def process_response(
        self, request: Request, response: Response, spider: Any = None
    ) -> Request | Response:
        if b"Set-Cookie" not in response.headers:
            return response
        return super().process_response(request, response)


class Unpacking(HttpCompressionMiddleware):
    """解压 Decompresses up to the limit. Beyond it the answer comes without a body, flagged `too_large_unpacked`;
    a body that is not what its Content-Encoding says, or ends too soon for it, comes as it is, flagged `badly_packed`.
    """

    def process_response(
        self, request: Request, response: Response, spider: Any = None
    ) -> Request | Response:
        if b"Content-Encoding" not in response.headers:
            return response
        packed_as = (response.headers.get("Content-Encoding") or b"").strip().lower()
        try:
            unpacked = super().process_response(request, response)
        except IgnoreRequest:
            flags = [*response.flags, "too_large_unpacked"]
        except Exception:  # each decompressor has its own errors
            return _marked(response, "badly_packed")
        else:
            if packed_as not in (b"gzip", b"x-gzip") or not isinstance(unpacked, Response):
                return unpacked
            cut_by_us = "download_stopped" in response.flags
            short = not cut_by_us and _ends_too_soon(response.body, unpacked.body)
            return _marked(response, "badly_packed") if short else unpacked
        return response.replace(body=b"", flags=flags)


def keep_suffixes_offline() -> None:
    """公共后缀离线 Scrapy's cookie code would fetch the public suffix list from the internet; ours rides along."""
    cookies._split_domain = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def _marked(response: Response, flag: str) -> Response:
    return response.replace(flags=[*response.flags, flag])


def _ends_too_soon(packed: bytes, unpacked: bytes) -> bool:
    """Whether a gzip stream stops before its end: what came of it unpacks without a word of complaint.

    Its last four bytes tell the length of the whole; only where they do not is the stream looked at again.
    """
    if not packed or packed[-4:] == (len(unpacked) & 0xFFFFFFFF).to_bytes(4, "little"):
        return False
    stream = zlib.decompressobj(wbits=31)
    try:
        stream.decompress(packed, _MOST_LOOKED_AT)
    except zlib.error:
        return False
    return not stream.eof and not stream.unconsumed_tail


def _in_a_circle(onward: Request) -> bool:
    return sum(url == bare(onward.url) for url in _passed(onward)) >= _TURNS


def _passed(onward: Request) -> Iterator[str]:
    yield from (bare(url) for url in onward.meta.get("redirect_urls", ()))
