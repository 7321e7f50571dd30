"""A process of its own that reads mutated pages, so that a test can see what memory and time it took.

Arguments: the part, how many parts, the number of pages in all, and folders to take pages from. Prints one JSON line.
"""

import json
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from model import FetchOutcome, Moment, Period, Purpose, Rank, Site, Snapshot
from reading import Guide, read
from rules import column_directory

AT = datetime(2026, 11, 1, 2, tzinfo=UTC)
SITE = Site(home="http://rsj.example/")
ADDRESS_SPACE = 3 * 2**30
SMALL = 45_000  # bytes; larger pages are left to the test of speed
EVERY = 40  # one page in so many gets a shape that costs
PURPOSES = (Purpose.LIST, Purpose.COLUMN, Purpose.ARTICLE, Purpose.HOME)


def truncated(body: bytes, chance: random.Random) -> bytes:
    return body[: chance.randrange(len(body) + 1)]


def flipped(body: bytes, chance: random.Random) -> bytes:
    changed = bytearray(body)
    for _ in range(min(len(changed), chance.choice((1, 20, 400)))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def inserted(*pieces: bytes, most: int = 1) -> Callable[[bytes, random.Random], bytes]:
    def change(body: bytes, chance: random.Random) -> bytes:
        at = chance.randrange(len(body) + 1)
        return body[:at] + chance.choice(pieces) * chance.randint(1, most) + body[at:]

    return change


def noisy(body: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(body) + 1)
    return body[:at] + chance.randbytes(300) + body[at:]


def doubled(body: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(body) + 1)
    return body[:at] + body[: chance.randrange(min(len(body), 20_000) + 1)] + body[at:]


def recoded(body: bytes, chance: random.Random) -> bytes:
    text = body.decode("utf-8", "replace")
    made = text.encode(
        chance.choice(("gb18030", "big5", "utf-16", "utf-16-be", "utf-8-sig", "shift_jis")), "replace"
    )
    return made if chance.random() < 0.7 else made[1:]


def encoded_twice(body: bytes, chance: random.Random) -> bytes:
    return body.decode("latin-1").encode("utf-8")


def shuffled(body: bytes, chance: random.Random) -> bytes:
    pieces = body.split(b"<")
    for _ in range(10):
        one, other = chance.randrange(len(pieces)), chance.randrange(len(pieces))
        pieces[one], pieces[other] = pieces[other], pieces[one]
    return b"<".join(pieces)


def unquoted(body: bytes, chance: random.Random) -> bytes:
    return body.replace(chance.choice((b'"', b"'", b">", b"</", b"=")), b"", chance.randint(1, 200))


CHEAP = (
    truncated,
    flipped,
    noisy,
    doubled,
    recoded,
    encoded_twice,
    shuffled,
    unquoted,
    inserted(b"\0", most=2000),
    inserted(b"<!--", b"<script>", b"<style>", b"<textarea>", b"<title>", b"<noscript>", b"<![CDATA[", b"<?php "),
    inserted(b"-->", b"</body></html>", b"</div>", b"</table>", b"</ul>", most=40),
    inserted(b"<a href='", b"<div style=\"display:none", b"<input value='", most=50),
    inserted(b"<div><ul><li>", b"<table><tr><td>", b"<span><a href=x>", most=300),
    inserted("发布时间：".encode(), b"2020-01-01 ", b"createPageHTML(", b"{{", b"&#20844;", b"&", most=300),
)  # fmt: skip
COSTLY = (
    inserted(b"<div>" * 10_000, b"<ul><li><a href=x>" * 10_000, b"<b><i>" * 5_000),
    inserted(b"<div class='" + b"nav " * 260_000 + b"'>", b"<a href='/" + b"x" * 1_000_000 + b"'>y</a>"),
    inserted(b"<p style='" + b"display:none;" * 80_000 + b"'>", b"<meta name=keywords content='" + b"k," * 500_000 + b"'>"),
    inserted(b"<table>" + b"<tr><td><a href=/a/b.html>t</a><td>2020-01-01" * 4_000 + b"</table>"),
    inserted(b"<a href='/a/%d.html'>some title of a page</a> 2020-01-02<br>" * 6_000),
    inserted(b"<!--" * 100_000, b"<script>" + b"document.write('<a href=\"x" * 20_000, b"<" * 300_000),
    inserted(b"<div style='display:none'><a href='http://x.example/'>y" * 3_000),
    inserted(b"<p>" + "公开".encode() * 150_000, b" " * 1_000_000, b"1" * 1_000_000, b"\0" * 1_000_000),
)  # fmt: skip


def mutated(sources: list[bytes], number: int) -> bytes:
    """One page, always the same for the same number."""
    chance = random.Random(number)
    body = chance.choice(sources)
    for _ in range(chance.randint(1, 4)):
        body = chance.choice(CHEAP)(body, chance)
    return COSTLY[number // EVERY % len(COSTLY)](body, chance) if number % EVERY == 0 else body


def bodies(part: int, parts: int, pages: int) -> Iterator[tuple[str, bytes | int]]:
    """What to read: numbers of mutated pages, and in each part something of megabytes."""
    yield from ((str(number), number) for number in range(part, pages, parts))
    if part == 0:
        yield "fifty megabytes of text", b"<html><body><p>" + "公开".encode() * 8_300_000
    if part == 1:
        yield "fifty megabytes of GBK", b"<html><body><p>" + "公开".encode("gb18030") * 12_500_000
    if part == 2:
        yield "fifty megabytes of links", b"<a href='/a/b.html'>link text</a> " * 1_500_000
    if part == 3:  # what is kept in mind from page to page must not be what a page repeats a million times
        for number in range(30):
            long = b"%d" % number + b"x" * 480_000
            yield (
                f"long attributes, {number}",
                (b"<div style='%s' class='%s' id='%s'><a href='/%s'>z</a>" % (long, long, long, long)),
            )
            yield f"a long address, {number}", b"<a href='http://y.cn/%s%s'>y</a>" % (long, long * 3)


def main(part: int, parts: int, pages: int, folders: list[Path]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    sources = [
        path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*.html"))
        if path.stat().st_size <= SMALL
    ]
    directory = column_directory()
    slowest, slowest_name, links, count = 0.0, "", 0, 0
    for name, source in bodies(part, parts, pages):
        count += 1
        body = mutated(sources, source) if isinstance(source, int) else source
        purpose = PURPOSES[source % len(PURPOSES)] if isinstance(source, int) else Purpose.COLUMN
        url = (
            SITE.home if purpose is Purpose.HOME else f"http://rsj.example/{part}/t20200102_{len(name)}.html"
        )
        snapshot = Snapshot(
            id=f"r/{part}", run_id="r", url=url, final_url=url, purpose=purpose, rank=Rank.LIST, fetched_at=AT,
            outcome=FetchOutcome.OK, status=200, headers={"content-type": "text/html"},
        )  # fmt: skip
        started = time.process_time()
        try:
            Guide(SITE, directory, Moment(as_of=AT), Period(months=12)).step(snapshot, body)
            between = time.process_time()
            facts = read(snapshot, body, SITE, directory)
        except Exception as raised:
            raise AssertionError(f"page {name} made reading raise") from raised
        for spent in (between - started, time.process_time() - between):
            if spent > slowest:
                slowest, slowest_name = spent, name
        links += len(facts.links)
    told = {
        "pages": count,
        "sources": len(sources),
        "slowest": slowest,
        "slowest_name": slowest_name,
        "links": links,
        "cpu": time.process_time(),
        "peak_mb": peak_mb(),
    }
    print(json.dumps(told))


def peak_mb() -> float:
    """Of this program alone; what the kernel tells of a child also counts the parent it was forked from."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmHWM in /proc/self/status")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:4]), [Path(word) for word in sys.argv[4:]])
