"""现成爬虫 What Scrapy does with its own defaults: a CrawlSpider with LinkExtractor that notes 404 and 410.

`python -m bench.stock HOME` prints {"pages", "seconds", "dead"} as JSON. It keeps, reads and judges nothing.
"""

import json
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from scrapy.crawler import CrawlerProcess
from scrapy.http import Response
from scrapy.linkextractors import LinkExtractor
from scrapy.spiders import CrawlSpider, Rule

SETTINGS = {
    "LOG_ENABLED": False,
    "HTTPERROR_ALLOW_ALL": True,
    "ROBOTSTXT_OBEY": True,
    "TELNETCONSOLE_ENABLED": False,
}


class StockSpider(CrawlSpider):
    """现成爬虫"""

    name = "stock"
    rules = (Rule(LinkExtractor(), callback="note", follow=True),)

    def __init__(self, home: str, seen: dict[str, Any]) -> None:
        super().__init__()
        self.start_urls = [home]
        self.allowed_domains = [urlsplit(home).hostname]
        self.seen = seen

    def note(self, response: Response) -> Iterator[Any]:
        self.seen["pages"] += 1
        if response.status in (404, 410):
            self.seen["dead"].append(urlsplit(response.url).path)
        yield from ()


def main(home: str) -> None:
    seen: dict[str, Any] = {"pages": 0, "dead": []}
    process = CrawlerProcess(SETTINGS)
    process.crawl(StockSpider, home=home, seen=seen)
    began = time.perf_counter()
    process.start()
    print(json.dumps({**seen, "seconds": time.perf_counter() - began}))


if __name__ == "__main__":
    main(sys.argv[1])
