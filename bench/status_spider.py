"""状态码爬虫 What Scrapy alone can say of links: whatever does not answer, or answers 400 and more, is broken.

`python -m bench.status_spider HOME` prints {"broken": [...]} as JSON. Links to other hosts are asked and not followed.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import HtmlResponse, Response
from scrapy.linkextractors import LinkExtractor

SETTINGS = {
    "LOG_ENABLED": False,
    "HTTPERROR_ALLOW_ALL": True,
    "ROBOTSTXT_OBEY": True,
    "TELNETCONSOLE_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "DOWNLOAD_MAXSIZE": 64 * 1024 * 1024,
}


class StatusSpider(Spider):
    """状态码爬虫"""

    name = "status"

    def __init__(self, home: str, broken: list[str]) -> None:
        super().__init__()
        self.start_urls = [home]
        self._host = urlsplit(home).netloc
        self._broken = broken
        self._links = LinkExtractor(
            tags=("a", "area", "img", "iframe", "link", "script", "source", "embed"),
            attrs=("href", "src"),
            deny_extensions=(),
        )

    def parse(self, response: Response) -> Iterator[Any]:
        if response.status >= 400:
            self._broken.append(response.meta.get("asked", response.url))
        elif isinstance(response, HtmlResponse) and urlsplit(response.url).netloc == self._host:
            for link in self._links.extract_links(response):
                yield Request(link.url, meta={"asked": link.url}, errback=self.failed)

    def failed(self, failure: Any) -> None:
        if "IgnoreRequest" not in failure.type.__name__:
            self._broken.append(failure.request.meta["asked"])


def main(home: str) -> None:
    broken: list[str] = []
    process = CrawlerProcess(SETTINGS)
    process.crawl(StatusSpider, home=home, broken=broken)
    process.start()
    print(json.dumps({"broken": broken}))


if __name__ == "__main__":
    main(sys.argv[1])
