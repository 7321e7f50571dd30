"""Single visits to a home page, against real servers on loopback: what opens, what fails, and whose fault it may be."""

import gzip
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest

from crawler.guard import Guard
from crawler.visit_race import has_route, in_turn
from crawler.visits import Visitor
from model import FetchOutcome, Visit
from tests.crawler.authority import LONG, NOW, Authority

OPEN = Guard(allow_private=True)
AGENT = "duwang/0.1 (government website compliance audit)"


def visitor(**more: Any) -> Visitor:
    return Visitor(AGENT, **{"guard": OPEN, "controls": (), **more})


def visited(url: str, **more: Any) -> Visit:
    return visitor(**more).visit("site", url)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def served(answer: Callable[[socket.socket], None], ip: str = "127.0.0.1", port: int = 0) -> Iterator[int]:
    """A listener that hands every connection to `answer`; gives its port."""
    family = socket.AF_INET6 if ":" in ip else socket.AF_INET
    listener = socket.create_server((ip, port), family=family)

    def one(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            answer(connection)

    def serve() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=one, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


def saying(text: bytes) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        connection.recv(4000)
        connection.sendall(text)

    return answer


HOME = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhome"


def test_a_home_page_that_opens_is_timed_step_by_step(origin_of: Any) -> None:
    origin = origin_of({"/": "<p>首页</p>"})
    one = visited(origin.url("/"))
    assert (one.outcome, one.cause, one.status) == (FetchOutcome.OK, None, 200)
    assert (one.site_key, one.url, one.final_url) == ("site", origin.url("/"), origin.url("/"))
    assert (one.ip, one.family, one.other_family, one.certificate_days) == ("127.0.0.1", 4, None, None)
    assert one.size == len("<p>首页</p>".encode())
    assert (one.timings.dns, one.timings.tls) == (None, None), "an address is not looked up"
    steps = [one.timings.tcp, one.timings.first_byte, one.timings.complete]
    assert None not in steps and sum(step or 0 for step in steps) <= one.elapsed_ms + 3
    assert one.control is None and abs((one.at - NOW).total_seconds()) < 600 and one.machine
    (seen,) = [one for one in origin.seen if one.path == "/"]
    assert seen.method == "GET" and seen.headers["user-agent"] == AGENT


def test_a_name_is_looked_up_and_the_time_told(origin_of: Any) -> None:
    origin = origin_of({"/": "home"})

    def slow(_name: str, _port: int) -> list[str]:
        time.sleep(0.05)
        return ["127.0.0.1"]

    one = visited(f"http://www.x.gov.cn:{origin.port}/", resolve=slow)
    assert one.outcome is FetchOutcome.OK and (one.timings.dns or 0) >= 50
    assert origin.seen[-1].headers["host"] == f"www.x.gov.cn:{origin.port}"


def test_whatever_keeps_a_page_from_opening_has_its_name(origin_of: Any) -> None:
    origin = origin_of({"/to": lambda h: h.answer(302, Location="file:///etc/passwd"), "/gone": lambda h: h.answer(404),
                        "/nowhere": lambda h: h.answer(302)})  # fmt: skip
    expected = {
        f"http://127.0.0.1:{free_port()}/": (FetchOutcome.UNREACHABLE, "refused", None),
        origin.url("/status/503"): (FetchOutcome.SERVER_ERROR, "status_503", 503),
        origin.url("/status/412"): (FetchOutcome.BLOCKED, "status_412", 412),
        origin.url("/empty/202"): (FetchOutcome.BLOCKED, "status_202", 202),
        origin.url("/gone"): (FetchOutcome.GONE, "status_404", 404),
        origin.url("/reset"): (FetchOutcome.UNREACHABLE, "reset", None),
        origin.url("/garbage"): (FetchOutcome.UNREACHABLE, "protocol", None),
        origin.url("/cut"): (FetchOutcome.INCOMPLETE, "cut_short", 200),
        origin.url("/reset-midway"): (FetchOutcome.INCOMPLETE, "cut_short", 200),
        origin.url("/huge-header"): (FetchOutcome.INCOMPLETE, "headers_too_large", 200),
        origin.url("/loop"): (FetchOutcome.UNREACHABLE, "redirect_loop", 302),
        origin.url("/to"): (FetchOutcome.UNREACHABLE, "redirect_scheme", 302),
        origin.url("/nowhere"): (FetchOutcome.UNREACHABLE, "redirect_nowhere", 302),
        "http://[::1/": (FetchOutcome.UNREACHABLE, "bad_url", None),
    }
    one_visitor = visitor(pause=0.01)
    got = {url: one_visitor.visit("site", url) for url in expected}
    assert {url: (one.outcome, one.cause, one.status) for url, one in got.items()} == expected


def test_pages_that_are_only_odd_open(origin_of: Any) -> None:
    origin = origin_of(
        {
            "/gzip": lambda h: h.answer(200, gzip.compress(b"x" * 9000), Content_Encoding="gzip"),
            "/many": lambda h: h.answer(200, b"ok", **{f"X_{n}": "v" for n in range(80)}),
        }
    )
    for path in ("/gzip", "/many", "/cookie-wall"):
        assert visited(origin.url(path)).outcome is FetchOutcome.OK, path
    big = visited(origin.url("/big-chunks"))
    assert (big.outcome, big.size) == (FetchOutcome.OK, 2 * 1024 * 1024), "taken up to a size, and there"
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + HOME
    unending = b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 100
    for text in (early, unending):
        with served(saying(text)) as port:
            assert visited(f"http://127.0.0.1:{port}/").outcome is FetchOutcome.OK


def test_redirects_are_followed_and_kept(origin_of: Any) -> None:
    last = origin_of({"/中文/": "there"})
    raw = "/中文/".encode().decode("latin-1")  # bytes as some servers write them, unescaped
    first = origin_of(
        {
            "/": lambda h: h.answer(301, Location="/a b"),
            "/a%20b": lambda h: h.answer(302, Location=f"http://{last.host}{raw}#top"),
            "/%E4%B8%AD%E6%96%87/": "wrong host",
        }
    )
    last.pages["/%E4%B8%AD%E6%96%87/"] = "there"
    one = visited(first.url("/"))
    assert (one.outcome, one.status) == (FetchOutcome.OK, 200)
    assert one.final_url == last.url("/%E4%B8%AD%E6%96%87/")
    assert [(hop.url, hop.status) for hop in one.redirects] == [
        (first.url("/"), 301),
        (first.url("/a%20b"), 302),
    ]


def turning(cookie: Callable[[int], str | None] = lambda _number: None, ever_new: bool = False) -> Any:
    """A page that sends its visitor to itself, or to ever new addresses, with a cookie or without."""
    numbers = count(1)

    def page(handler: Any) -> None:
        number = next(numbers)
        told = cookie(number)
        more = {"Set_Cookie": told} if told else {}
        handler.answer(302, Location=f"/?{number}" if ever_new else "/", **more)

    return page


WAYS_WITHOUT_END: dict[str, tuple[Any, int]] = {  # what the page does, how often it is asked
    "to itself": (turning(), 3),
    "to itself, with one cookie": (turning(lambda _number: "a=b"), 4),
    "to itself, with ever new cookies": (turning(lambda number: f"a={number}"), 21),
    "to ever new addresses": (turning(ever_new=True), 21),
}


@pytest.mark.parametrize("name", WAYS_WITHOUT_END)
def test_a_way_without_end_is_left_soon_and_gone_slowly(origin_of: Any, name: str) -> None:
    page, asked = WAYS_WITHOUT_END[name]
    origin = origin_of({"/": page})
    one = visited(origin.url("/"), pause=0.03)
    assert (one.outcome, one.cause, one.status) == (FetchOutcome.UNREACHABLE, "redirect_loop", 302)
    times = [seen.at for seen in origin.seen if seen.path != "/robots.txt"]
    assert len(times) == asked and len(one.redirects) == asked - 1
    assert all(later - sooner >= 0.03 for sooner, later in pairwise(times[1:])), "a rest before each but two"


def test_rests_on_the_way_are_not_the_time_of_the_host(origin_of: Any) -> None:
    origin = origin_of({"/": turning()})
    began = time.monotonic()
    one = visited(origin.url("/"), pause=0.5)
    assert one.cause == "redirect_loop" and one.elapsed_ms <= (time.monotonic() - began - 0.5) * 1000


def test_two_hosts_that_send_a_visitor_to_and_fro_are_both_spared(origin_of: Any) -> None:
    here_, there = origin_of({}), origin_of({})
    here_.pages["/"] = lambda h: h.answer(302, Location=there.url("/"))
    there.pages["/"] = lambda h: h.answer(302, Location=here_.url("/"))
    one = visited(here_.url("/"), pause=0.03)
    assert one.cause == "redirect_loop" and len(here_.paths()) == len(there.paths()) == 3
    for origin in (here_, there):
        times = [seen.at for seen in origin.seen if seen.path == "/"]
        assert times[2] - times[1] >= 0.03


def test_robots_txt_in_a_circle_is_asked_for_three_times(origin_of: Any) -> None:
    origin = origin_of({"/": "home"}, robots=lambda h: h.answer(302, Location="/robots.txt"))
    one = visited(origin.url("/"), pause=0.03)
    assert one.outcome is FetchOutcome.OK
    assert [seen.path for seen in origin.seen] == ["/robots.txt"] * 3 + ["/"]
    assert origin.seen[2].at - origin.seen[1].at >= 0.03


Given = list[tuple[Any, bytes]]


def taking(into: Given, *answer: Any) -> Any:
    """Notes what it is given to judge by, and says `answer`, else what the wire said."""

    def refine(snapshot: Any, body: bytes) -> tuple[FetchOutcome, str | None]:
        into.append((snapshot, body))
        return answer or (snapshot.outcome, None)

    return refine


def test_what_an_answer_was_is_judged_by_its_heads_and_the_beginning_of_its_body(origin_of: Any) -> None:
    wall = b"<title>403</title>" * 9000
    origin = origin_of(
        {
            "/": lambda h: h.answer(302, Location="/wall"),
            "/wall": lambda h: h.answer(503, gzip.compress(wall), Content_Encoding="gzip", X_Ray="7"),
        }
    )
    control = origin_of({"/": "home"})
    given: Given = []
    one = visitor(controls=(f"http://localhost:{control.port}/",)).visit(
        "site", origin.url("/"), taking(given, FetchOutcome.BLOCKED, "some_wall")
    )
    assert (one.outcome, one.cause, one.status) == (FetchOutcome.BLOCKED, "some_wall", 503)
    ((snapshot, body),) = given
    assert body == wall[: 64 * 1024], "unpacked, and no more of it than that"
    assert (snapshot.url, snapshot.final_url) == (origin.url("/"), origin.url("/wall"))
    assert (snapshot.outcome, snapshot.cause, snapshot.status) == (
        FetchOutcome.SERVER_ERROR,
        "status_503",
        503,
    )
    assert snapshot.header("x-ray") == "7" and len(snapshot.redirects) == 1


PAGE = "<p>首页</p>".encode()
PACKED: dict[str, tuple[bytes, str, bytes]] = {  # what is sent, as what, and what is seen
    "as it is": (PAGE, "", PAGE),
    "gzip": (gzip.compress(PAGE), "gzip", PAGE),
    "deflate": (zlib.compress(PAGE), "deflate", PAGE),
    "bare deflate": (zlib.compress(PAGE)[2:-4], "deflate", PAGE),
    "half a gzip stream": (gzip.compress(bytes(range(256)))[:100], "gzip", bytes(range(40))),
    "nothing": (b"", "gzip", b""),
}


@pytest.mark.parametrize("name", PACKED)
def test_what_is_packed_is_judged_unpacked(origin_of: Any, name: str) -> None:
    sent, coding, seen = PACKED[name]
    origin = origin_of({"/": lambda h: h.answer(200, sent, Content_Encoding=coding)})
    given: Given = []
    one = visitor().visit("site", origin.url("/"), taking(given))
    ((snapshot, body),) = given
    assert one.outcome is FetchOutcome.OK and snapshot.cause is None
    assert body.startswith(seen) and (body == seen or name == "half a gzip stream")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_what_nobody_can_unpack_is_there(origin_of: Any, coding: str) -> None:
    origin = origin_of({"/": lambda h: h.answer(200, PAGE, Content_Encoding=coding)})
    given: Given = []
    one = visitor().visit("site", origin.url("/"), taking(given, FetchOutcome.BLOCKED, "x"))
    assert (one.outcome, one.cause, given) == (FetchOutcome.INCOMPLETE, "badly_packed", [])


def test_of_a_long_page_the_beginning_is_judged_and_marked_as_such(origin_of: Any) -> None:
    origin = origin_of({"/": "x" * 65537, "/no": lambda h: h.answer(500, b"x" * 65537)})
    given: Given = []
    for path in ("/", "/no"):
        visitor().visit("site", origin.url(path), taking(given))
    assert [(one.cause, len(body)) for one, body in given] == [("cut_here", 65536), ("status_500", 65536)]


def test_who_gave_no_answer_is_not_judged_by_one(origin_of: Any) -> None:
    given: Given = []
    origin = origin_of({"/nowhere": lambda h: h.answer(302)})
    for url in (f"http://127.0.0.1:{free_port()}/", origin.url("/nowhere")):
        visitor().visit("site", url, taking(given))
    assert given == []


def test_a_way_into_a_private_network_is_named_and_not_taken(origin_of: Any) -> None:
    inside = origin_of({"/": "secret"})
    outside = origin_of({"/": lambda h: h.answer(302, Location=inside.url("/"))})
    one = visited(outside.url("/"), guard=Guard(exempt=frozenset({outside.host})))
    assert (one.outcome, one.cause) == (FetchOutcome.SKIPPED_PRIVATE, "private_address")
    assert [hop.url for hop in one.redirects] == [outside.url("/")] and inside.seen == []
    assert one.control is None


def drip(head: bytes) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        if b"/robots.txt" in connection.recv(4000):
            connection.sendall(b"HTTP/1.1 404 None\r\n\r\n")
            return
        connection.sendall(head)
        for _ in range(1000):
            connection.sendall(b"x")
            time.sleep(0.02)

    return answer


def test_no_server_outlasts_the_limit() -> None:
    """Twenty seconds of dripping each; the visits end when a visitor has long gone."""
    began = time.monotonic()
    whole = b"HTTP/1.1 200 OK\r\n"
    expected = {
        "no answer at all": (b"", FetchOutcome.UNREACHABLE, "timeout"),
        "a status line without end": (b"HTTP/1.1 200 ", FetchOutcome.UNREACHABLE, "timeout"),
        "heads without end": (whole + b"X-A: ", FetchOutcome.INCOMPLETE, "slow"),
        "a page without end": (whole + b"Content-Length: 5000\r\n\r\n", FetchOutcome.INCOMPLETE, "slow"),
    }
    one = visitor(limit=1.5, margin=0.1, controls=(f"http://localhost:{free_port()}/",))

    def visit(head: bytes) -> Visit:
        with served(drip(head)) as port:
            return one.visit("site", f"http://127.0.0.1:{port}/")

    with ThreadPoolExecutor() as pool:
        found = dict(zip(expected, pool.map(visit, (head for head, _, _ in expected.values())), strict=True))
    for name, (_, outcome, cause) in expected.items():
        assert (found[name].outcome, found[name].cause, found[name].control) == (outcome, cause, False), name
        assert found[name].elapsed_ms >= 1600, name
    assert time.monotonic() - began < 15


def test_a_page_that_opens_late_is_measured_as_late(origin_of: Any) -> None:
    origin = origin_of({"/late": lambda h: (time.sleep(0.35), h.answer(200, b"late"))})
    control = origin_of({"/": lambda h: h.answer(403)})
    one = visited(
        origin.url("/late"), limit=0.3, margin=20.0, controls=(f"http://localhost:{control.port}/",)
    )
    assert one.outcome is FetchOutcome.OK and one.elapsed_ms >= 350
    assert one.timings.first_byte is not None and one.timings.first_byte >= 340
    assert one.control is True, "late is a failure too: whose is it?"


OK, TO = b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 302 Found\r\nLocation: "
ODD_ANSWERS: list[tuple[bytes, str, str | None]] = [
    (b"", "unreachable", "reset"),
    (b"\0" * 1000, "unreachable", "protocol"),
    (b"HTTP/9.9 200 OK\r\n\r\n", "unreachable", "protocol"),
    (b"HTTP/1.1 1000 OK\r\n\r\n", "unreachable", "protocol"),
    (b"HTTP/1.1 -1 OK\r\n\r\n", "unreachable", "protocol"),
    (b"HTTP/1.1 999 \r\n\r\n", "blocked", "status_999"),
    (b"HTTP/1.1 100 Continue\r\n\r\n" * 50, "unreachable", "reset"),
    (OK + b"Content-Length: many\r\n\r\nx", "ok", None),
    (OK + b"Content-Length: -5\r\n\r\nx", "ok", None),
    (OK + b"Transfer-Encoding: chunked\r\n\r\nzzz\r\n", "incomplete", "cut_short"),
    (OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\nx", "incomplete", "cut_short"),
    (OK + b"no colon here\r\n\xff\xfe: x\r\n\r\nx", "ok", None),
    (OK + b"Set-Cookie: \xff\x01=\xfe; Domain=..; Expires=never\r\n\r\nx", "ok", None),
    (TO + b"/\r\nSet-Cookie: a=\xe4\xb8\xad\x0b; Path=/\r\n\r\n", "unreachable", "redirect_loop"),
    (TO + b"http://[::1\r\n\r\n", "unreachable", "redirect_nowhere"),
    (TO + b"http://x:99999/\r\n\r\n", "unreachable", "redirect_nowhere"),
    (TO + b"http://\xff\xfe\x00/\r\n\r\n", "unreachable", "redirect_nowhere"),
    (TO + b"//\r\n\r\n", "unreachable", "redirect_nowhere"),
    (TO + b"weixin://dl\r\n\r\n", "blocked", "redirect_scheme"),
    (TO + b"http://" + b"a" * 70 + b".gov.cn/\r\n\r\n", "unreachable", "dns"),
]


@pytest.mark.parametrize(("text", "outcome", "cause"), ODD_ANSWERS, ids=range(len(ODD_ANSWERS)))
def test_whatever_a_server_says_no_visit_breaks(text: bytes, outcome: str, cause: str | None) -> None:
    def answer(connection: socket.socket) -> None:
        asked = connection.recv(4000)
        connection.sendall(b"HTTP/1.1 404 None\r\n\r\n" if b"/robots.txt" in asked else text)

    with served(answer) as port:
        one = visited(f"http://127.0.0.1:{port}/", pause=0.01)
    assert (str(one.outcome), one.cause) == (outcome, cause)


def test_names_that_do_not_resolve_or_never_answer() -> None:
    asked: list[str] = []

    def unknown(name: str, _port: int) -> list[str]:
        asked.append(name)
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    def silent(name: str, port: int) -> list[str]:
        if not asked:  # robots.txt is asked for first
            unknown(name, port)
        time.sleep(3)
        return ["127.0.0.1"]

    one = visited("http://www.x.gov.cn/", resolve=unknown)
    assert (one.outcome, one.cause) == (FetchOutcome.UNREACHABLE, "dns")
    asked.clear()
    one = visited("http://www.x.gov.cn/", resolve=silent, limit=0.2, margin=0.1)
    assert (one.outcome, one.cause) == (FetchOutcome.UNREACHABLE, "dns") and 300 <= one.elapsed_ms < 3000


def test_after_a_failure_a_control_target_tells_whether_our_network_works(origin_of: Any) -> None:
    down = f"http://127.0.0.1:{free_port()}/"
    refusing = origin_of({"/": lambda h: h.answer(500)})
    dead = f"http://127.0.0.1:{free_port()}/"
    assert visited(down, controls=(refusing.url("/"),)).control is None, "one host is no witness of itself"
    there = f"http://localhost:{refusing.port}/"
    dead_too = dead.replace("127.0.0.1", "localhost")
    assert visited(down, controls=(there,)).control is True, "any answer will do"
    assert visited(down, controls=(dead_too, there)).control is True
    assert visited(down, controls=(dead_too,)).control is False
    assert visited(down).control is None
    fine = origin_of({"/": "home"})
    asked = len(refusing.seen)
    assert visited(fine.url("/"), controls=(there,)).control is None
    assert len(refusing.seen) == asked, "nobody is asked while all is well"


def test_many_failures_at_once_ask_the_control_target_few_times(origin_of: Any) -> None:
    control = origin_of({"/": lambda h: (time.sleep(0.2), h.answer(200, b"ok"))})
    one = visitor(controls=(f"http://localhost:{control.port}/",))
    down = f"http://127.0.0.1:{free_port()}/"
    found: list[Visit] = []
    threads = [threading.Thread(target=lambda: found.append(one.visit("site", down))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [visit.control for visit in found] == [True] * 12
    assert len(control.paths()) < 12


def test_robots_are_asked_once_and_obeyed(origin_of: Any) -> None:
    closed = origin_of({"/": "home"}, robots="User-agent: *\nDisallow: /")
    open_ = origin_of({"/": "home"}, robots="User-agent: other\nDisallow: /")
    sent = origin_of({"/": lambda h: h.answer(302, Location=closed.url("/"))})
    failing = origin_of({"/": "home"}, robots=lambda h: h.answer(500))
    one = visitor(controls=("http://localhost:1/",))
    for _ in range(2):
        refused = one.visit("site", closed.url("/"))
        assert (refused.outcome, refused.cause) == (FetchOutcome.SKIPPED_ROBOTS, "robots")
        assert (refused.status, refused.control) == (None, None)
        assert one.visit("site", open_.url("/")).outcome is FetchOutcome.OK
        assert one.visit("site", sent.url("/")).outcome is FetchOutcome.SKIPPED_ROBOTS
        assert one.visit("site", failing.url("/")).outcome is FetchOutcome.OK
    assert [one.path for one in closed.seen] == ["/robots.txt"]
    assert [one.path for one in open_.seen] == ["/robots.txt", "/", "/"]
    assert [one.path for one in failing.seen] == ["/robots.txt", "/"] * 2, "what failed is asked again"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority


def here(_name: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


def test_a_good_certificate_and_its_days(origin_of: Any, trusted: Authority) -> None:
    origin = origin_of({"/": "home"}, context=trusted.context("www.x.gov.cn"))
    one = visited(f"https://www.x.gov.cn:{origin.port}/", resolve=here)
    assert (one.outcome, one.cause) == (FetchOutcome.OK, None)
    assert one.certificate_days == (LONG[1] - one.at).days and one.timings.tls is not None


def test_a_certificate_fault_is_named_and_the_page_behind_it_seen(
    origin_of: Any, trusted: Authority, self_signed: Path
) -> None:
    day = timedelta(days=1)
    expired = trusted.context("www.x.gov.cn", valid=(NOW - 40 * day, NOW - 2 * day))
    other = trusted.context("www.y.gov.cn")
    itself = trusted.context("www.x.gov.cn", itself=True)
    for fault, context in {
        "tls_expired": expired,
        "tls_wrong_host": other,
        "tls_self_signed": itself,
    }.items():
        origin = origin_of({"/": "home", "/down": lambda h: h.answer(503)}, context=context)
        base = f"https://www.x.gov.cn:{origin.port}"
        one = visited(f"{base}/", resolve=here)
        assert (one.outcome, one.cause, one.status) == (FetchOutcome.TLS, fault, 200)
        assert one.control is None and one.certificate_days is not None
        assert (one.certificate_days < 0) is (fault == "tls_expired")
        worse = visited(f"{base}/down", resolve=here)
        assert (worse.outcome, worse.cause) == (FetchOutcome.SERVER_ERROR, "status_503"), (
            "down behind the warning"
        )


def test_no_encrypted_connection_at_all(origin_of: Any) -> None:
    plain = origin_of({"/": "home"})
    one = visited(f"https://127.0.0.1:{plain.port}/")
    assert (one.outcome, one.cause, one.status) == (FetchOutcome.TLS, "tls_no_service", None)
    with served(lambda connection: None) as port:
        one = visited(f"https://127.0.0.1:{port}/")
    assert (one.outcome, one.cause, one.status) == (FetchOutcome.TLS, "tls", None), (
        "perhaps a wall, not an outage"
    )


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1 is deprecated")
def test_an_obsolete_protocol_is_a_warning_too(origin_of: Any, trusted: Authority) -> None:
    context = trusted.context("www.x.gov.cn")
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    origin = origin_of({"/": "home"}, context=context)
    one = visited(f"https://www.x.gov.cn:{origin.port}/", resolve=here)
    assert (one.outcome, one.cause, one.status) == (FetchOutcome.TLS, "tls_obsolete", 200)


needs_ipv6 = pytest.mark.skipif(not has_route("::1", 80), reason="this machine has no IPv6 at all")


@needs_ipv6
def test_ipv6_is_used_first_and_the_other_family_tried(origin_of: Any) -> None:
    def both(_name: str, _port: int) -> list[str]:
        return ["127.0.0.1", "::1"]

    four = origin_of({"/": "home"})
    url = f"http://www.x.gov.cn:{four.port}/"
    one = visited(url, resolve=both)
    assert (one.outcome, one.family, one.ip, one.other_family) == (FetchOutcome.OK, 4, "127.0.0.1", False)
    with served(saying(HOME), "::1", four.port):
        seen = len(four.paths())
        one = visited(url, resolve=both)
        assert (one.outcome, one.family, one.ip, one.other_family) == (FetchOutcome.OK, 6, "::1", True)
        assert len(four.paths()) == seen, "the other family is only knocked at"
        alone = visited(f"http://[::1]:{four.port}/")
        assert (alone.outcome, alone.family, alone.other_family) == (FetchOutcome.OK, 6, None)


NO_WAY = "255.255.255.255"  # no machine opens connections to everybody


@needs_ipv6
def test_a_family_this_machine_lacks_says_nothing_about_the_host() -> None:
    with served(saying(HOME), "::1") as port:
        one = visited(f"http://www.x.gov.cn:{port}/", resolve=lambda _name, _port: [NO_WAY, "::1"])
    assert (one.outcome, one.family, one.other_family) == (FetchOutcome.OK, 6, None)


def test_no_way_from_here_is_our_own_failure(origin_of: Any) -> None:
    control = origin_of({"/": "home"})
    one = visited("http://www.x.gov.cn/", resolve=lambda _name, _port: [NO_WAY], controls=(control.url("/"),))
    assert (one.outcome, one.cause) == (FetchOutcome.UNREACHABLE, "no_route")
    assert one.control is False and control.seen == [], "whatever the control target would say"


def test_addresses_are_tried_by_turns() -> None:
    assert in_turn(["1.1.1.1", "1.1.1.2", "::1", "::2", "::3"]) == ["::1", "1.1.1.1", "::2", "1.1.1.2", "::3"]
    assert len(in_turn([f"1.1.1.{n}" for n in range(20)])) == 6
