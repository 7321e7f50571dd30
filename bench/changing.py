"""渐变网站 The generated portal over many nights: which pages change, which targets die and come back, and what was asked of it.

Seven of ten addresses carry an ETag or a Last-Modified that is true. Everything is told by size and seed.
"""

import asyncio
import random
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from typing import NamedTuple, cast
from zlib import crc32

from bench.answer import HTML, NOT_FOUND, Answer
from bench.portal import AS_OF, build

SMALLEST = 40
SHARE = 0.03  # of the pages that change in one night
SLEEPING = (
    "zcwj"  # a column that gets no new rows: half a year is allowed, and it falls due in the second night
)
FALLS_DUE = date(2026, 5, 20)  # the day of its newest row
_VALIDATED = 7  # of ten addresses
_REASONS = {200: b"OK", 301: b"Moved Permanently", 304: b"Not Modified", 404: b"Not Found", 410: b"Gone"}
_HEAD_ENDS = b"\r\n\r\n"
_EDIT = b'</div><div class="related">'
_ROWS = b'<div class="list"><ul>'
_ITS_DAYS = re.compile('(<span>|发布时间：|content=")(20\\d\\d-\\d\\d-\\d\\d)'.encode())
_ITS_ROWS = re.compile(
    b'(<a href="/%s/[^"]*"[^>]*>[^<]*</a><span>)(20\\d\\d-\\d\\d-\\d\\d)' % SLEEPING.encode()
)


class Asked(NamedTuple):
    """所答 What a server answered since it was last asked: requests, bytes sent with heads and bodies, and 304s."""

    requests: int
    sent: int
    unmodified: int


class ChangingPortal:
    """渐变网站 `answers` by path as they are tonight; `night()` lets a night pass and tells what it did."""

    def __init__(self, pages: int, seed: int = 1, share: float = SHARE) -> None:
        built = build(pages, seed, SMALLEST)
        self.answers = dict(built.answers)
        self.pages = built.truth.pages
        self._chance = random.Random(seed)
        self._share = share
        self._nights = 0
        self._changed: dict[str, datetime] = {}
        self._gone: dict[str, Answer] = {}
        self._begun = datetime(2026, 11, 1, 8, tzinfo=UTC)
        self._sleep()

    def night(self) -> list[str]:
        """过一夜 Of every hundred pages three change: edited, new with its row in two lists, removed, or back again."""
        self._nights += 1
        articles = [path for path in self.answers if self._is_article(path) and f"/{SLEEPING}/" not in path]
        edits = max(1, round(self.pages * self._share) - 5)
        told = []
        back = sorted(self._gone)[:1]
        for path in back:
            self._put(path, self._gone.pop(path))
            told.append(f"back {path}")
        columns = sorted({path.split("/")[1] for path in articles} - {SLEEPING, "tzgg"})
        for key in self._chance.sample(columns, 2):
            told.append(
                self._publish(
                    key, self._chance.choice([one for one in articles if one.startswith(f"/{key}/")])
                )
            )
        for path in self._chance.sample(articles, edits + 1):
            if path in back:
                continue
            body = self.answers[path].body
            if edits:
                words = f"<p>第{self._nights}夜补充说明。</p>".encode(
                    "gbk" if b"charset=gb2312" in body[:200] else "utf-8"
                )
                self._put(path, self.answers[path]._replace(body=body.replace(_EDIT, words + _EDIT, 1)))
                edits -= 1
                told.append(f"edited {path}")
            else:
                self._gone[path] = self.answers[path]
                self._put(path, NOT_FOUND)
                told.append(f"removed {path}")
        return told

    def validators(self, path: str) -> dict[str, str]:
        """验证头 True ones, for seven of ten addresses: an ETag, a date, or both."""
        kind = crc32(path.encode()) % 10
        if kind >= _VALIDATED or path not in self.answers:
            return {}
        told = {}
        if kind % 3 != 0:
            told["ETag"] = f'"{sha256(self.answers[path].body).hexdigest()[:16]}"'
        if kind % 3 != 1:
            told["Last-Modified"] = format_datetime(self._changed.get(path, self._begun), usegmt=True)
        return told

    def _is_article(self, path: str) -> bool:
        answer = self.answers[path]
        return (
            answer.status == 200 and answer.content_type == HTML and b"<h1>" in answer.body and "/t20" in path
        )

    def _put(self, path: str, answer: Answer) -> None:
        self.answers[path] = answer
        self._changed[path] = self._begun + timedelta(days=self._nights)

    def _publish(self, key: str, model: str) -> str:
        day = (AS_OF + timedelta(days=self._nights)).date()
        path = f"/{key}/{day:%Y%m}/t{day:%Y%m%d}_{800000 + self._nights}.html"
        body = self.answers[model].body
        old = body[body.index(b"<h1>") + 4 : body.index(b"</h1>")]
        new = f"关于第{self._nights}夜新发事项的通知（{key}）".encode()
        dated = body.replace(old, new)
        begin = dated.index("发布时间：".encode()) + len("发布时间：".encode())
        self._put(
            path, self.answers[model]._replace(body=dated[:begin] + f"{day}".encode() + dated[begin + 10 :])
        )
        row = (
            f'<li><a href="{path}" title="{new.decode()}">{new.decode()}</a><span>{day}</span></li>'.encode()
        )
        where = f"/{key}/"
        self._put(
            where, self.answers[where]._replace(body=self.answers[where].body.replace(_ROWS, _ROWS + row, 1))
        )
        return f"published {path}"

    def _sleep(self) -> None:
        """The rows of one column grow so old that it falls due in the second night, and not in the first."""
        shift = FALLS_DUE - (AS_OF.date() - timedelta(days=1))

        def older(found: re.Match[bytes]) -> bytes:
            return found[1] + f"{date.fromisoformat(found[2].decode()) + shift}".encode()

        for path, answer in self.answers.items():
            if answer.content_type == HTML and (path == "/" or path.startswith(f"/{SLEEPING}/")):
                places = _ITS_ROWS if path == "/" else _ITS_DAYS
                self.answers[path] = answer._replace(body=places.sub(older, answer.body))


class _Connection(asyncio.Protocol):
    """连接 Keep-alive GET and HEAD with conditions, nothing else."""

    def __init__(self, served: "Served") -> None:
        self._served, self._waiting = served, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        while _HEAD_ENDS in self._waiting:
            head, self._waiting = self._waiting.split(_HEAD_ENDS, 1)
            self._transport.write(self._served.answer(head))


class Served:
    """供站 Answers for a portal as it is at the moment, and counts."""

    def __init__(self, portal: ChangingPortal) -> None:
        self._portal = portal
        self._asked = Asked(0, 0, 0)
        self.home = ""

    def asked(self) -> Asked:
        """所答 Since the last time this was asked."""
        told, self._asked = self._asked, Asked(0, 0, 0)
        return told

    def answer(self, head: bytes) -> bytes:
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, *_ = first.split(" ")
        path = target.partition("?")[0]
        headers = {
            name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
        }
        found = self._portal.answers.get(path, NOT_FOUND)
        own = self._portal.validators(path) if found.status == 200 else {}
        tag, date = headers.get("if-none-match"), headers.get("if-modified-since")
        same = (tag == own.get("ETag")) if tag else bool(date) and date == own.get("Last-Modified")
        status = 304 if same and own else found.status
        told = [f"{name}: {value}".encode() for name, value in own.items()]
        if status != 304:
            told += [b"Content-Length: %d" % len(found.body), b"Content-Type: " + found.content_type.encode()]
        if found.location:
            told.append(b"Location: " + found.location.encode())
        body = b"" if status == 304 or method == "HEAD" else found.body
        whole = b"\r\n".join([b"HTTP/1.1 %d %s" % (status, _REASONS[status]), *told, b"", body])
        before = self._asked
        self._asked = Asked(
            before.requests + 1, before.sent + len(whole), before.unmodified + (status == 304)
        )
        return whole


@contextmanager
def serving(portal: ChangingPortal) -> Iterator[Served]:
    """起服务 The portal on a free loopback port, in a thread of its own, for as long as the block runs."""
    served, ready, loop = Served(portal), threading.Event(), asyncio.new_event_loop()

    def run() -> None:
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(loop.create_server(lambda: _Connection(served), "127.0.0.1", 0))
        served.home = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        ready.set()
        loop.run_forever()
        server.close()
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield served
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
