"""What is asked about a host beside its pages, against real servers on loopback; and probes by first bytes."""

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler import host_facts
from crawler.certificates import covers, look
from crawler.guard import Guard
from crawler.host_facts import HostQuestions
from model import CrawlPlan, CrawlReport, HostFacts, Lead, Purpose, Rank, StopReason, TlsFacts
from tests.crawler.authority import LONG, NOW, Authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority


class Door:
    """A loopback port that shakes hands, and counts how often it was asked to."""

    def __init__(self, answer: Callable[[socket.socket], None]) -> None:
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.asked = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.asked += 1
                threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            self._answer(connection)

    def close(self) -> None:
        self._listener.close()


@contextmanager
def door(answer: ssl.SSLContext | Callable[[socket.socket], None]) -> Iterator[Door]:
    def shake(connection: socket.socket) -> None:
        assert isinstance(answer, ssl.SSLContext)
        with answer.wrap_socket(connection, server_side=True) as secure:
            secure.recv(1)

    opened = Door(shake if isinstance(answer, ssl.SSLContext) else answer)
    yield opened
    opened.close()


def seen(context: Any, name: str = "www.x.gov.cn", seconds: float = 5) -> tuple[TlsFacts | None, int]:
    with door(context) as opened:
        return look(name, "127.0.0.1", opened.port, time.monotonic() + seconds), opened.asked


def test_a_good_certificate_takes_one_look(trusted: Authority) -> None:
    tls, asked = seen(trusted.context("x.gov.cn", "*.x.gov.cn"))
    assert tls is not None and asked == 1
    assert (tls.fault, tls.names) == (None, ("x.gov.cn", "*.x.gov.cn"))
    assert tls.protocol == "TLSv1.3" and "测试签发机构" in tls.issuer
    assert tls.valid_to is not None and tls.valid_to.date() == LONG[1].date()


def test_each_fault_is_named_after_a_second_look(trusted: Authority, self_signed: Path) -> None:
    day = timedelta(days=1)
    old, young = (NOW - 40 * day, NOW - day), (NOW + day, NOW + 40 * day)
    stranger = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    stranger.load_cert_chain(self_signed)
    faults = {
        "expired": trusted.context("www.x.gov.cn", valid=old),
        "not_yet_valid": trusted.context("www.x.gov.cn", valid=young),
        "wrong_host": trusted.context("www.y.gov.cn"),
        "self_signed": trusted.context("www.x.gov.cn", itself=True),
    }
    for fault, context in faults.items():
        tls, asked = seen(context)
        assert tls is not None and (tls.fault, asked) == (fault, 2), fault
        assert tls.valid_to is not None
    tls, _ = seen(stranger)
    assert tls is not None and tls.fault == "expired", "the plainest of three reasons"
    assert tls.names == ("elsewhere.example",)


def test_an_issuer_nobody_here_knows_is_told_apart(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    tls, _ = seen(authority.context("www.x.gov.cn"))
    assert tls is not None and tls.fault == "unknown_issuer"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1 is deprecated")
def test_an_obsolete_protocol(trusted: Authority) -> None:
    context = trusted.context("www.x.gov.cn")
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    tls, _ = seen(context)
    assert tls is not None and (tls.fault, tls.protocol) == ("obsolete", "TLSv1")


def test_no_service_is_told_from_what_cannot_be_known(trusted: Authority) -> None:
    def speak_http(connection: socket.socket) -> None:
        connection.recv(100)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    def say_nothing(connection: socket.socket) -> None:
        connection.recv(1000)
        time.sleep(3)

    assert seen(speak_http)[0] == TlsFacts(fault="no_service")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        free = one.getsockname()[1]
    assert look("x.gov.cn", "127.0.0.1", free, time.monotonic() + 5) == TlsFacts(fault="no_service")
    began = time.monotonic()
    assert seen(say_nothing, seconds=0.5)[0] is None
    assert seen(lambda connection: None)[0] is None, "a door that closes at once may be a wall of ours"
    assert time.monotonic() - began < 2.5


@pytest.mark.parametrize(
    ("names", "host", "expected"),
    [
        (("*.x.gov.cn",), "www.x.gov.cn", True),
        (("*.x.gov.cn",), "x.gov.cn", False),
        (("*.x.gov.cn",), "a.b.x.gov.cn", False),
        (("WWW.X.GOV.CN.",), "www.x.gov.cn", True),
        (("127.0.0.1",), "127.0.0.1", True),
        (("www.x.gov.cn",), "10.0.0.1", False),
        (("xn--fiq228c.xn--zfr164b",), "中文.政务", True),
        ((), "www.x.gov.cn", False),
    ],
)
def test_which_names_a_certificate_covers(names: tuple[str, ...], host: str, expected: bool) -> None:
    assert covers(names, host) is expected


def plan(*hosts: str, home: str = "http://127.0.0.1/", allow: bool = True) -> CrawlPlan:
    seed = Lead(url=home, purpose=Purpose.HOME, rank=Rank.HOME)
    return CrawlPlan(run_id="r1", hosts=hosts, seeds=(seed,), user_agent="t/1", allow_private=allow)


def resolver(table: dict[tuple[str, int], Any]) -> Callable[[str, int], list[str]]:
    def resolve(name: str, family: int) -> list[str]:
        found = table.get((name, family), socket.EAI_NODATA)
        if isinstance(found, int):
            raise socket.gaierror(found, "as the table says")
        return list(found)

    return resolve


V4, V6 = socket.AF_INET, socket.AF_INET6
CONTROL = {(host_facts._HAS_IPV6, V6): ["2001:503:ba3e::2:30"]}


def asked(table: dict[tuple[str, int], Any], host: str = "www.x.gov.cn", **more: Any) -> HostFacts:
    async def ask() -> tuple[HostFacts, ...]:
        crawl = plan(host, **more)
        questions = HostQuestions(crawl, Guard(allow_private=crawl.allow_private), resolver(table))
        questions.ask(host)
        questions.ask(host.upper())
        return await questions.answers(wait=True)

    (facts,) = asyncio.run(ask())
    return facts


@pytest.mark.parametrize(
    ("name", "table", "ipv4", "ipv6"),
    [
        ("both", {("www.x.gov.cn", V4): ["127.0.0.9"], ("www.x.gov.cn", V6): ["2001:da8::1"]}, ("127.0.0.9",), ("2001:da8::1",)),
        ("no ipv6", {("www.x.gov.cn", V4): ["127.0.0.9"], **CONTROL}, ("127.0.0.9",), ()),
        ("a resolver that hides ipv6", {("www.x.gov.cn", V4): ["127.0.0.9"]}, ("127.0.0.9",), None),
        ("asking failed", {("www.x.gov.cn", V4): ["127.0.0.9"], ("www.x.gov.cn", V6): socket.EAI_AGAIN, **CONTROL}, ("127.0.0.9",), None),
        ("no such name", {**CONTROL}, (), None),
        ("made up on the way", {("www.x.gov.cn", V4): ["127.0.0.9"], ("www.x.gov.cn", V6): ["64:ff9b::7f00:9", "::ffff:127.0.0.9"], **CONTROL}, ("127.0.0.9",), ()),
    ],
)  # fmt: skip
def test_addresses_are_known_or_they_are_not(
    name: str, table: dict[tuple[str, int], Any], ipv4: tuple[str, ...], ipv6: tuple[str, ...] | None
) -> None:
    facts = asked(table)
    assert (facts.host, facts.ipv4, facts.ipv6) == ("www.x.gov.cn", ipv4, ipv6)


def test_a_private_address_is_not_looked_at_unless_the_plan_allows_it(trusted: Authority) -> None:
    with door(trusted.context("127.0.0.1")) as opened:
        host = f"127.0.0.1:{opened.port}"
        home = f"https://{host}/"
        refused = asked({}, host, home=home, allow=False)
        assert (refused.tls, opened.asked) == (None, 0)
        allowed = asked({}, host, home=home)
        assert allowed.tls is not None and (allowed.tls.fault, opened.asked) == (None, 1)
        assert (allowed.ipv4, allowed.ipv6) == (("127.0.0.1",), None)


def test_nothing_waits_longer_than_the_box(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host_facts, "BOX", 0.4)

    def never(_name: str, _family: int) -> list[str]:
        time.sleep(5)
        return []

    async def ask(wait: bool) -> float:
        questions = HostQuestions(plan("www.x.gov.cn"), Guard(), never)
        questions.ask("www.x.gov.cn")
        began = time.monotonic()
        assert await questions.answers(wait=wait) == ()
        return time.monotonic() - began

    assert asyncio.run(ask(True)) < 2
    assert asyncio.run(ask(False)) < 0.2


def test_whatever_goes_wrong_in_asking_the_crawl_goes_on() -> None:
    def broken(_name: str, _family: int) -> list[str]:
        raise RuntimeError("a resolver of stones")

    async def ask() -> tuple[HostFacts, ...]:
        questions = HostQuestions(plan(), Guard(), broken)
        for host in ("www.x.gov.cn", "[::1", "x:99999999"):
            questions.ask(host)
        return await questions.answers(wait=True)

    (facts,) = asyncio.run(ask())
    assert (facts.ipv4, facts.ipv6, facts.tls) == (None, None, None)


def test_a_crawl_reports_its_hosts_and_where_its_home_sends_on(origin_of, crawl_of, tools, self_signed):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed)
    secret = origin_of({"/": "home"}, context=context)
    plain = origin_of({"/": lambda h: h.answer(301, Location=secret.url("/"))})
    got = crawl_of([tools.lead(plain.url("/"), 0, "home")], hosts=[plain.host])
    hosts = {one["host"]: one for one in got.report["hosts"]}
    assert list(hosts) == [plain.host, secret.host]
    assert hosts[secret.host]["tls"]["fault"] == "expired"
    assert hosts[secret.host]["ipv4"] == ["127.0.0.1"] and hosts[secret.host]["ipv6"] is None
    report = CrawlReport.model_validate(got.report)
    assert report.hosts[1].tls is not None and report.hosts[1].tls.names == ("elsewhere.example",)
    assert got.seconds < 8


def test_a_report_from_before_has_no_hosts() -> None:
    old = CrawlReport(started_at=NOW, ended_at=NOW, stop=StopReason.FINISHED).model_dump(mode="json")
    del old["hosts"]
    assert CrawlReport.model_validate(old).hosts == ()


PDF = b"%PDF-1.7\n" + b"x" * 400_000


def ranged(body: bytes, kind: str) -> Callable[[Any], None]:
    def send(handler: Any) -> None:
        asked_for = handler.headers.get("Range")
        if not asked_for:
            handler.answer(200, body, Content_Type=kind)
        elif not body:
            handler.answer(416, Content_Range="bytes */0")
        else:
            last = min(int(asked_for.rpartition("-")[2]), len(body) - 1)
            whole = f"bytes 0-{last}/{len(body)}"
            handler.answer(206, body[: last + 1], Content_Type=kind, Content_Range=whole)

    return send


def test_files_are_probed_by_their_first_bytes(origin_of, crawl_of, tools):
    page = b"<!DOCTYPE html><p>no such file"
    office = b'<html xmlns:o="urn:schemas-microsoft-com:office:office"><p>' + b"x" * 3000
    sent: list[int] = []

    def endless(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/msword; charset=x")
        handler.send_header("Content-Length", str(60_000_000))
        handler.end_headers()
        with suppress(OSError):
            for _ in range(900):
                handler.wfile.write(b"\xd0\xcf\x11\xe0" * 16384)
                sent.append(65536)

    origin = origin_of(
        {
            "/a.pdf": ranged(PDF, "application/pdf"),
            "/b.doc": endless,
            "/c.doc": ranged(page, "text/html; charset=utf-8"),
            "/d.xls": ranged(office, "application/vnd.ms-excel"),
            "/e.zip": ranged(b"", "application/zip"),
            "/f.doc": lambda h: h.answer(403) if h.headers.get("Range") else h.answer(200, b"PK\3\4"),
        }
    )
    taste = [["Range", "bytes=0-1023"]]
    paths = [*origin.pages, "/gone.doc", "/gzip"]
    paths.remove("/robots.txt")
    probes = [tools.lead(origin.url(p), 7, "probe", method="HEAD", headers=taste) for p in paths]
    got = crawl_of(probes, limits={"max_bytes": 300_000})

    def tries(path: str) -> list[tuple[Any, ...]]:
        names = ("method", "status", "outcome", "content_type", "size", "leading")
        return [tuple(one[name] for name in names) for one in got.of(origin.url(path))["attempts"]]

    assert tries("/a.pdf") == [("GET", 206, "ok", "application/pdf", len(PDF), PDF[:16].hex())]
    assert tries("/b.doc") == [("GET", 200, "ok", "application/msword", 60_000_000, "d0cf11e0" * 4)]
    assert sum(sent) < 20_000_000, "cut off, whatever the server goes on to send"
    html = page[:16].hex()
    assert [one[1:] for one in tries("/c.doc")] == [
        (206, "ok", "text/html", 30, html),
        (200, "ok", "text/html", 30, html),
    ]
    assert got.of(origin.url("/c.doc"))["length"] == 30, "what is no file is looked at whole, and kept"
    assert [one[5] for one in tries("/d.xls")] == [office[:16].hex()], "Excel opens its own pages"
    assert [one[1:] for one in tries("/e.zip")] == [
        (416, "blocked", None, None, ""),
        (200, "ok", "application/zip", 0, ""),
    ]
    assert [one[1:3] for one in tries("/f.doc")] == [(403, "blocked"), (200, "ok")]
    assert tries("/f.doc")[1][5] == b"PK\3\4".hex()
    assert [one[1:3] for one in tries("/gone.doc")] == [(404, "gone"), (404, "gone")]
    first = got.of(origin.url("/a.pdf"))
    assert (first["sha256"], first["length"], first["size"], first["cause"]) == (None, 0, 0, None)
    ranges = {one.path: one.headers.get("range") for one in origin.seen if one.path == "/a.pdf"}
    assert ranges == {"/a.pdf": "bytes=0-1023"}
    assert all(one.headers["accept-encoding"] == "identity" for one in origin.seen if one.path == "/a.pdf")
    assert "HEAD" not in {one.method for one in origin.seen}
    assert got.report["stop"] == "finished" and got.stderr == ""
