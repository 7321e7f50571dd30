"""途中 What happens to an answer between the wire and the spider: redirects, unpacking, cookies.

Each differs from Scrapy's own only in that nothing gets lost: where Scrapy drops the answer we keep it, marked.
"""

from typing import Any

from scrapy.downloadermiddlewares import cookies
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from tldextract import TLDExtract


class Redirects(RedirectMiddleware):
    """跳转 Follows 3xx. When there are too many, the last 3xx itself is the answer, flagged `redirect_loop`."""

    def handle_referer(self, request: Request, response: Response) -> None:
        request.headers.pop("Referer", None)

    def process_response(
        self, request: Request, response: Response, spider: Any = None
    ) -> Request | Response:
        try:
            return super().process_response(request, response)
        except IgnoreRequest:
            return response.replace(flags=[*response.flags, "redirect_loop"])
        except ValueError:  # a Location that is no address
            return response


class Unpacking(HttpCompressionMiddleware):
    """解压 Decompresses up to the limit. Beyond it the answer comes without a body, flagged `too_large`;
    a body that is not what its Content-Encoding says comes as it is."""

    def process_response(
        self, request: Request, response: Response, spider: Any = None
    ) -> Request | Response:
        try:
            return super().process_response(request, response)
        except IgnoreRequest:
            flags = [*response.flags, "too_large"]
        except Exception:  # each decompressor has its own errors
            flags = [*response.flags, "badly_packed"]
            return response.replace(flags=flags)
        return response.replace(body=b"", flags=flags)


def keep_suffixes_offline() -> None:
    """公共后缀离线 Scrapy's cookie code would fetch the public suffix list from the internet; ours rides along."""
    cookies._split_domain = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
