"""下限 The least a crawl of one site can cost in Python: aiohttp fetches, selectolax finds the links, nothing is kept.

`python floor.py HOME` prints {"broken": [...]} as JSON. No manners, no evidence, no second look.
"""

import asyncio
import json
import sys
from urllib.parse import urljoin, urlsplit

import aiohttp
from selectolax.lexbor import LexborHTMLParser

AT_ONCE = 16
_LINKS = "a[href], area[href], link[href], img[src], script[src], iframe[src]"


async def crawl(home: str) -> list[str]:
    host = urlsplit(home).netloc
    seen, broken = {home}, []
    waiting: asyncio.Queue[str] = asyncio.Queue()
    waiting.put_nowait(home)

    async def work(session: aiohttp.ClientSession) -> None:
        while True:
            url = await waiting.get()
            try:
                async with session.get(url) as response:
                    body = await response.read()
                    if response.status >= 400:
                        broken.append(url)
                    elif response.content_type == "text/html":
                        follow(str(response.url), body)
            except aiohttp.ClientError:
                broken.append(url)
            finally:
                waiting.task_done()

    def follow(base: str, body: bytes) -> None:
        for node in LexborHTMLParser(body).css(_LINKS):
            found = node.attributes.get("href") or node.attributes.get("src") or ""
            if not found or found.startswith(("javascript:", "mailto:", "#")):
                continue
            url = urljoin(base, found).partition("#")[0]
            if url not in seen and urlsplit(url).netloc == host:
                seen.add(url)
                waiting.put_nowait(url)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:
        workers = [asyncio.create_task(work(session)) for _ in range(AT_ONCE)]
        await waiting.join()
        for one in workers:
            one.cancel()
    return broken


if __name__ == "__main__":
    print(json.dumps({"broken": asyncio.run(crawl(sys.argv[1]))}))
