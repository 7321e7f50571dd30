"""Many sites on loopback addresses at one port: each request is answered as the test says, when it says so, and logged."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

PACK = """
id: county/links-only
title: 只看链接
version: "1"
document: 青府办〔2026〕8号
level: county
effective_from: "2026-01-01"
sections:
  - {id: LINKS, title: 链接}
rules:
  - id: LO-LINKS-01
    section: LINKS
    title: 站内死链
    basis: [{document: 青府办〔2026〕8号, clause: 第一条, grade: M}]
    check: dead_link
    applies_to: {relations: [internal]}
    severity: advise
  - id: LO-LINKS-02
    section: LINKS
    title: 站外死链
    basis: [{document: 青府办〔2026〕8号, clause: 第二条, grade: M}]
    check: dead_link
    applies_to: {relations: [external]}
    severity: advise
"""


class Reply(NamedTuple):
    body: str = ""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    after: Callable[[], bool] = lambda: True  # it is held back until then


class Asked(NamedTuple):
    at: float
    host: str
    path: str
    agent: str


CLOSED = None  # the connection is closed without a word
Answers = Callable[[str, str], Reply | str | None]


@contextmanager
def other_sites(hosts: Sequence[str], answers: Answers) -> Iterator[tuple[int, list[Asked]]]:
    """Serve all `hosts` at one port; yields the port and what was asked for, robots.txt (404) included."""
    asked: list[Asked] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        try:
            while True:
                lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                method, target, _ = lines[0].split(" ", 2)
                fields = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
                split = urlsplit(target)
                path = f"{split.path}?{split.query}" if split.query else split.path
                asked.append(Asked(time.monotonic(), host, path, fields.get("user-agent", "")))
                told = Reply(status=404) if path == "/robots.txt" else answers(host, path)
                if told is CLOSED:
                    writer.transport.abort()
                    return
                reply = told if isinstance(told, Reply) else Reply(told)
                while not reply.after():  # noqa: ASYNC110 - what it waits for happens in the log
                    await asyncio.sleep(0.02)
                body = reply.body.encode()
                head = [f"HTTP/1.1 {reply.status} as told", "Content-Type: text/html; charset=utf-8"]
                head += [f"{name}: {value}" for name, value in reply.headers]
                head += [f"Content-Length: {len(body)}", "", ""]
                writer.write("\r\n".join(head).encode() + (b"" if method == "HEAD" else body))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    loop = asyncio.new_event_loop()

    async def start() -> tuple[asyncio.Server, int]:
        first = await asyncio.start_server(talk, hosts[0], 0)
        port = first.sockets[0].getsockname()[1]
        for host in hosts[1:]:
            await asyncio.start_server(talk, host, port)
        return first, port

    _, port = loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield port, asked
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


def page(title: str, links: Sequence[tuple[str, str]], text: str = "") -> str:
    rows = "".join(f'<li><a href="{url}">{anchor}</a></li>' for url, anchor in links)
    return (
        f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title></head><body><h1>{title}</h1>"
        f"<p>{text or title}，本页为测试用页面，内容完整可读，供核对链接之用。</p><ul>{rows}</ul></body></html>"
    )
