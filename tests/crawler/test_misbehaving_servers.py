"""Servers that answer and yet misbehave: each fault by its own name, none of them read as dead, no redirect followed blindly."""

import gzip
import json
import socket
import ssl
import time
import zlib
from contextlib import suppress
from typing import Any

import pytest


def said(*lines: bytes, body: bytes = b"") -> Any:
    """A server that writes just this onto the socket, and hangs up."""

    def write(handler: Any) -> None:
        handler.wfile.write(b"\r\n".join(lines) + b"\r\n\r\n" + body)
        handler.close_connection = True

    return write


def endless_heads(handler: Any) -> None:
    with suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for n in range(40_000):
            handler.wfile.write(b"X-Line-%d: one more\r\n" % n)
    handler.close_connection = True


def dripping_heads(handler: Any) -> None:
    """A line now and then, without end."""
    with suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for n in range(200):
            handler.wfile.write(b"X-Line-%d: one more\r\n" % n)
            time.sleep(0.05)
    handler.close_connection = True


def dripping_body(status: int) -> Any:
    def drip(handler: Any) -> None:
        with suppress(OSError):
            handler.wfile.write(
                b"HTTP/1.1 %d Any\r\nContent-Type: text/html\r\nContent-Length: 4000\r\n\r\n" % status
            )
            for _ in range(200):
                handler.wfile.write(b"x")
                time.sleep(0.05)
        handler.close_connection = True

    return drip


OK, KIND = b"HTTP/1.1 200 OK", b"Content-Type: text/html"
PAGE = b"<html><title>page</title>"
FAULTS: dict[str, tuple[Any, tuple[str, str | None, int | None]]] = {
    # fault: what the server does, and what it is called, with the status that was seen
    "/endless-heads": (endless_heads, ("incomplete", "headers_too_large", 200)),
    "/dripping-heads": (dripping_heads, ("incomplete", "headers_too_large", 200)),
    "/one-long-header": (said(OK, b"X: " + b"y" * 300_000), ("incomplete", "headers_too_large", 200)),
    "/long-head-of-404": (said(b"HTTP/1.1 404 No", b"X: " + b"y" * 300_000), ("gone", "status_404", 404)),
    "/no-head-at-all": (said(b"y" * 300_000), ("unreachable", "protocol", None)),
    "/slow-body": (dripping_body(200), ("incomplete", "slow", 200)),
    "/slow-404": (dripping_body(404), ("gone", "status_404", 404)),
    "/cut-length": (said(OK, KIND, b"Content-Length: 4000", body=PAGE), ("incomplete", "cut_short", 200)),
    "/cut-chunks": (said(OK, KIND, b"Transfer-Encoding: chunked", body=b"19\r\n" + PAGE + b"\r\n40\r\nxx"), ("incomplete", "cut_short", 200)),
    "/cut-404": (said(b"HTTP/1.1 404 No", b"Content-Length: 4000", body=PAGE), ("gone", "status_404", 404)),
    "/not-gzip": (said(OK, b"Content-Encoding: gzip", body=PAGE), ("incomplete", "badly_packed", 200)),
    "/half-a-gzip": (said(OK, KIND, b"Content-Encoding: gzip", body=gzip.compress(bytes(range(256)) * 9)[:200]), ("incomplete", "badly_packed", 200)),
    "/two-gzips": (said(OK, KIND, b"Content-Encoding: gzip", body=gzip.compress(PAGE) + gzip.compress(PAGE)), ("ok", None, 200)),
    "/gzip-and-more": (said(OK, KIND, b"Content-Encoding: gzip", body=gzip.compress(PAGE) + b"\0\0\0\0\0"), ("ok", None, 200)),
    "/not-deflate": (said(OK, b"Content-Encoding: deflate", body=PAGE), ("incomplete", "badly_packed", 200)),
    "/not-gzip-404": (said(b"HTTP/1.1 404 No", b"Content-Encoding: gzip", body=PAGE), ("gone", "status_404", 404)),
    "/large": (said(OK, KIND, b"Content-Length: 400000", body=b"x" * 400_000), ("too_large", "too_large", 200)),
    "/bomb": (said(OK, b"Content-Encoding: gzip", body=gzip.compress(b"\0" * 9_000_000)), ("too_large", "too_large_unpacked", 200)),
    "/deflate-bomb": (said(OK, b"Content-Encoding: deflate", body=zlib.compress(b"\0" * 9_000_000)), ("too_large", "too_large_unpacked", 200)),
    # what every browser shrugs at
    "/until-the-end": (said(OK, KIND, body=PAGE), ("ok", None, 200)),
    "/length-is-no-number": (said(OK, KIND, b"Content-Length: many", body=PAGE), ("ok", None, 200)),
    "/length-below-zero": (said(OK, KIND, b"Content-Length: -5", body=PAGE), ("ok", None, 200)),
    "/twice-one-length": (said(OK, KIND, b"Content-Length: 25, 25", b"Content-Length: 25", body=PAGE), ("ok", None, 200)),
    "/two-lengths": (said(OK, KIND, b"Content-Length: 25", b"Content-Length: 7", body=PAGE), ("unreachable", "failed", None)),
    "/identity": (said(OK, KIND, b"Transfer-Encoding: identity", body=PAGE), ("ok", None, 200)),
    "/line-without-colon": (said(OK, KIND, b"what is this", body=PAGE), ("ok", None, 200)),
    "/no-reason": (said(b"HTTP/1.1 200", KIND, body=PAGE), ("ok", None, 200)),
    "/status-999": (said(b"HTTP/1.1 999 Denied", body=PAGE), ("blocked", "status_999", 999)),
    "/status-530": (said(b"HTTP/1.1 530 Origin", body=PAGE), ("server_error", "status_530", 530)),
    "/interim": (said(b"HTTP/1.1 103 Early", b"", OK, KIND, body=PAGE), ("ok", None, 200)),
}  # fmt: skip


def test_each_fault_of_an_answer_has_its_own_name(origin_of, crawl_of, tools):
    origin = origin_of({path: behave for path, (behave, _) in FAULTS.items()})
    seeds = [tools.lead(origin.url(path)) for path in FAULTS]
    got = crawl_of(seeds, limits={"max_bytes": 300_000, "timeout_seconds": 2}, pace={"concurrency": 12})
    seen = {path: got.of(origin.url(path)) for path in FAULTS}
    assert {path: (one["outcome"], one["cause"], one["status"]) for path, one in seen.items()} == {
        path: wanted for path, (_, wanted) in FAULTS.items()
    }
    assert not got.report["host_stops"] and got.stderr == ""
    for path in ("/slow-body", "/cut-length", "/cut-chunks"):
        assert len(seen[path]["attempts"]) == 2, "such a thing may pass"
        assert seen[path]["headers"]["content-type"] == "text/html"
    assert seen["/cut-length"]["body"] == PAGE.decode(), "kept as far as it came"
    assert seen["/cut-chunks"]["body"] == PAGE.decode() + "xx"
    for path in ("/bomb", "/large", "/endless-heads", "/slow-body"):
        assert (seen[path]["length"], seen[path]["sha256"]) == (0, None)
    for one in seen.values():
        assert one["attempts"][-1]["sha256"] == one["sha256"]
        assert {attempt["rendered"] for attempt in one["attempts"]} == {False}


def location(raw: bytes, status: int = 302, *more: bytes) -> Any:
    return said(b"HTTP/1.1 %d Found" % status, b"Location: " + raw, b"Content-Length: 0", *more)


def test_redirects_that_lead_nowhere_are_named_and_not_followed(origin_of, crawl_of, tools):
    origin = origin_of(
        {
            "/nowhere": said(b"HTTP/1.1 302 Found", b"Content-Length: 0"),
            "/empty": location(b""),
            "/no-address": location(b"http://[half"),
            "/file": location(b"file:///etc/passwd"),
            "/script": location(b"javascript:history.back()"),
            "/data": location(b"data:text/html,hello"),
            "/mail": location(b"mailto:someone@example.org"),
            "/app": location(b"weixin://dl/business"),
            "/round": location(b"/about"),
            "/about": location(b"/round", 301),
            "/choices": said(b"HTTP/1.1 300 Choose", b"Content-Length: 0"),
        }
    )
    wanted = {
        "/nowhere": ("unreachable", "redirect_nowhere"),
        "/empty": ("unreachable", "redirect_nowhere"),
        "/no-address": ("unreachable", "redirect_nowhere"),
        "/file": ("unreachable", "redirect_scheme"),
        "/script": ("unreachable", "redirect_scheme"),
        "/data": ("unreachable", "redirect_scheme"),
        "/mail": ("blocked", "redirect_scheme"),
        "/app": ("blocked", "redirect_scheme"),
        "/round": ("unreachable", "redirect_loop"),
        "/choices": ("blocked", "status_300"),
    }
    got = crawl_of([tools.lead(origin.url(path)) for path in wanted])
    assert {path: got.outcome(origin.url(path)) for path in wanted} == wanted
    file = got.of(origin.url("/file"))
    assert (file["status"], file["headers"]["location"]) == (302, "file:///etc/passwd")
    assert file["final_url"] == origin.url("/file") and not file["redirects"]
    assert len(got.of(origin.url("/round"))["redirects"]) <= 6, "a circle is not walked twenty times"
    assert got.report["stop"] == "finished" and not got.report["host_stops"]
    assert {len(one["attempts"]) for one in got.snapshots} == {1}


def test_as_many_redirects_as_browsers_follow(origin_of, crawl_of, tools):
    def step(handler: Any) -> None:
        left = int(handler.path.rpartition("/")[2])
        handler.answer(302, Location=f"/step/{left - 1}") if left else handler.answer(200, b"there")

    origin = origin_of({"/step/": step})
    got = crawl_of([tools.lead(origin.url(f"/step/{n}")) for n in (20, 21)])
    assert got.outcome(origin.url("/step/20")) == ("ok", None)
    assert got.of(origin.url("/step/20"))["body"] == "there"
    assert got.outcome(origin.url("/step/21")) == ("unreachable", "redirect_loop")
    assert len(got.of(origin.url("/step/21"))["redirects"]) == 20


def test_what_only_sets_a_cookie_is_gone_through(origin_of, crawl_of, tools):
    """By redirect, in two rounds, and by a page that sends to itself; a page that sets one each time is left alone."""

    def rounds(handler: Any) -> None:
        sent = handler.headers.get("Cookie", "")
        if "second=2" in sent:
            handler.answer(200, b"after two rounds")
        else:
            handler.answer(
                302, Location=handler.path, Set_Cookie="second=2" if "first=1" in sent else "first=1"
            )

    def reload(handler: Any) -> None:
        if "reload=yes" in handler.headers.get("Cookie", ""):
            handler.answer(200, b"after the reload", Set_Cookie="reload=yes")
        else:
            again = json.dumps(tools.lead(origin.url("/reload"), found_on=origin.url("/reload")))
            handler.answer(200, b"wait\nLEAD " + again.encode(), Set_Cookie="reload=yes; Path=/")

    def forever(handler: Any) -> None:
        again = json.dumps(tools.lead(origin.url("/forever")))
        handler.answer(200, b"wait\nLEAD " + again.encode(), Set_Cookie="n=1")

    origin = origin_of({"/rounds": rounds, "/reload": reload, "/forever": forever})
    origin.pages["/plain"] = "wait\nLEAD " + json.dumps(tools.lead(origin.url("/plain")))
    paths = ("/cookie-wall", "/rounds", "/reload", "/forever", "/plain")
    got = crawl_of([tools.lead(origin.url(path)) for path in paths])
    bodies = [(one["url"], one["body"]) for one in got.snapshots]
    assert (origin.url("/cookie-wall"), "behind the wall") in bodies
    assert (origin.url("/rounds"), "after two rounds") in bodies
    assert [body.partition("\n")[0] for url, body in bodies if url == origin.url("/reload")] == [
        "wait",
        "after the reload",
    ]
    asked = origin.paths()
    assert (asked.count("/forever"), asked.count("/plain")) == (2, 1)


@pytest.mark.parametrize("other", [False, True])
def test_each_host_has_cookies_of_its_own(origin_of, crawl_of, tools, other):
    first = origin_of({"/set": lambda h: h.answer(200, b"set", Set_Cookie="session=s3cret; Path=/")})
    second = origin_of(address="127.0.0.2") if other else first
    got = crawl_of(
        [tools.lead(first.url("/set"), 1), tools.lead(second.url("/ok/1"), 9, "probe", external=other)],
        pace={"concurrency": 1},
        external_pace={"delay": 1 if other else 0},
    )
    (seen,) = [one for one in second.seen if one.path == "/ok/1"]
    assert seen.headers.get("cookie") == (None if other else "session=s3cret") and len(got.snapshots) == 2


def test_addresses_in_a_location_are_read_as_browsers_read_them(origin_of, crawl_of, tools):
    origin = origin_of(
        {
            "/gbk": location("/ok/政务".encode("gbk")),
            "/utf8": location("/ok/政务?问=答".encode()),
            "/space": location(b"/ok/a b"),
            "/padded": location(b"   /ok/padded  "),
            "/part": location(b"/ok/part#section"),
            "/query": location(b"?turned=1"),
            "/dots": location(b"../../ok/./dots"),
            "/host": lambda h: location(b"//" + origin.host.encode() + b"/ok/host")(h),
        }
    )
    wanted = {
        "/gbk": "/ok/%D5%FE%CE%F1",
        "/utf8": "/ok/%E6%94%BF%E5%8A%A1?%E9%97%AE=%E7%AD%94",
        "/space": "/ok/a%20b",
        "/padded": "/ok/padded",
        "/part": "/ok/part",
        "/dots": "/ok/dots",
        "/host": "/ok/host",
    }
    got = crawl_of([tools.lead(origin.url(path)) for path in wanted])
    assert {path: got.of(origin.url(path))["final_url"] for path in wanted} == {
        path: origin.url(end) for path, end in wanted.items()
    }
    assert {one["outcome"] for one in got.snapshots} == {"ok"}
    assert set(wanted.values()) <= set(origin.paths())


def busy(answers: list[tuple[int, dict[str, str]]]) -> Any:
    left = iter(answers)

    def answer(handler: Any) -> None:
        status, headers = next(left, (200, {}))
        handler.answer(status, b"busy" if status != 200 else b"fine", **headers)

    return answer


def test_a_busy_host_is_left_alone_for_as_long_as_it_asks(origin_of, crawl_of, tools):
    """The whole host, not the one address; and a 503 that names a wait is told from one that does not."""
    origin = origin_of({"/busy": busy([(503, {"Retry_After": "1"}), (429, {})])})
    seeds = [tools.lead(origin.url("/busy"), 1), *(tools.lead(origin.url(f"/ok/{n}")) for n in range(3))]
    got = crawl_of([*seeds], pace={"concurrency": 1}, back_off=[1.2, 1.2, 1.2])
    asked = [(seen.path, seen.at) for seen in origin.seen if seen.path != "/robots.txt"]
    assert [path for path, _ in asked][:3] == ["/busy"] * 3
    assert asked[1][1] - asked[0][1] >= 1.0 and asked[2][1] - asked[1][1] >= 1.2
    assert [(a["status"], a["outcome"], a["cause"]) for a in got.of(origin.url("/busy"))["attempts"]] == [
        (503, "server_error", "status_503_wait"),
        (429, "blocked", "status_429"),
        (200, "ok", None),
    ]
    assert len(got.snapshots) == 4 and not got.report["host_stops"]


def test_what_is_posted_never_rides_on_a_connection_that_was_hung_up_on(origin_of, crawl_of, tools):
    """A server that hangs up after each answer and does not say so: a GET is sent once more, a POST would be lost."""

    def hangs_up(handler: Any) -> None:
        handler.answer(200, b"fine", Content_Type="text/html")
        handler.close_connection = True

    origin = origin_of({"/list": hangs_up})
    seeds = [
        one
        for n in range(20)
        for one in (
            tools.lead(origin.url(f"/list?{n}")),
            tools.lead(origin.url(f"/list?post{n}"), method="POST", body=f"page={n}"),
        )
    ]
    got = crawl_of(seeds, pace={"delay": 0, "concurrency": 1, "autothrottle": False}, back_off=[])
    assert {one["outcome"] for one in got.snapshots} == {"ok"} and len(got.snapshots) == 40
    assert sorted(origin.paths("POST")) == sorted(f"/list?post{n}" for n in range(20))


def test_who_asks_for_too_long_a_wait_is_asked_no_more(origin_of, crawl_of, tools):
    closing = origin_of({"/busy": busy([(503, {"Retry_After": "86400"})])})
    tired = origin_of({"/busy": lambda h: h.answer(429)})
    fine = origin_of()
    seeds = [tools.lead(closing.url("/busy"), 1), *(tools.lead(closing.url(f"/ok/{n}")) for n in range(3))]
    seeds += [tools.lead(tired.url(f"/busy?{n}"), 1) for n in range(4)]
    seeds += [tools.lead(fine.url("/ok/1"))]
    got = crawl_of(seeds, pace={"concurrency": 1}, back_off=[0.1, 0.1], hosts=[fine.host])
    assert closing.paths() == ["/busy"] and got.outcome(fine.url("/ok/1")) == ("ok", None)
    assert got.outcome(closing.url("/busy")) == ("server_error", "status_503_wait")
    stops = {one["host"]: (one["reason"], one["after_requests"]) for one in got.report["host_stops"]}
    assert stops == {closing.host: ("asked_to_wait", 1), tired.host: ("asked_to_wait", 3)}
    assert sum(len(one["attempts"]) for one in got.snapshots if tired.host in one["url"]) == 3
    assert got.left()[5, "host_stopped"] == 3
    assert got.report["stop"] == "finished", "it is not the site itself"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1 is deprecated")
def test_why_an_encrypted_connection_failed_is_asked_once(origin_of, crawl_of, tools, self_signed):
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    old.load_cert_chain(self_signed)
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1
    own = origin_of(context=old)
    other = origin_of(context=old, address="127.0.0.2")
    plain = origin_of()
    seeds = [tools.lead(own.url("/ok/1")), tools.lead(plain.url("/ok/1").replace("http:", "https:"))]
    seeds += [tools.lead(other.url(f"/ok/{n}"), 9, "probe", external=True) for n in range(2)]
    got = crawl_of(seeds, hosts=[own.host], external_pace={"delay": 0.1})
    for url in (own.url("/ok/1"), other.url("/ok/0"), other.url("/ok/1")):
        assert got.outcome(url) == ("tls", "tls_version")
    assert got.outcome(plain.url("/ok/1").replace("http:", "https:")) == ("tls", "tls")
    hosts = {one["host"]: one["tls"] for one in got.report["hosts"]}
    assert set(hosts) == {own.host, other.host, plain.host}
    assert [hosts[one.host]["protocol"] for one in (own, other)] == ["TLSv1"] * 2
    assert hosts[plain.host]["fault"] == "no_service" and hosts[own.host]["fault"] is not None


def test_a_port_nobody_answers_at_is_not_asked_for_its_certificate(crawl_of, tools):
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    got = crawl_of([tools.lead(f"https://127.0.0.1:{port}/")], hosts=[])
    assert (
        got.outcome(f"https://127.0.0.1:{port}/") == ("unreachable", "refused") and got.report["hosts"] == []
    )
