"""crawlee Its parsel crawler over one site, as its own guide shows it: every link enqueued, storage in memory.

`python crawlee_site.py HOME` prints {"broken": [...]} as JSON.
"""

import asyncio
import json
import sys

from crawlee import ConcurrencySettings
from crawlee.crawlers import ParselCrawler, ParselCrawlingContext
from crawlee.storage_clients import MemoryStorageClient

AT_ONCE = 16


async def crawl(home: str) -> list[str]:
    broken: list[str] = []
    crawler = ParselCrawler(
        storage_client=MemoryStorageClient(),
        concurrency_settings=ConcurrencySettings(desired_concurrency=AT_ONCE, max_concurrency=AT_ONCE),
        ignore_http_error_status_codes=range(400, 600),
        max_request_retries=0,
        configure_logging=False,
    )

    @crawler.router.default_handler
    async def look(context: ParselCrawlingContext) -> None:
        if context.http_response.status_code >= 400:
            broken.append(context.request.url)
            return
        await context.enqueue_links()
        await context.enqueue_links(selector="img", attribute="src")

    @crawler.failed_request_handler
    async def failed(context: ParselCrawlingContext, error: Exception) -> None:
        broken.append(context.request.url)

    await crawler.run([home])
    return broken


if __name__ == "__main__":
    print(json.dumps({"broken": asyncio.run(crawl(sys.argv[1]))}))
