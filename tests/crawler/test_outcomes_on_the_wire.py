"""Every class of answer and failure, from real servers, in as few crawls as possible."""

import socket
import ssl

import pytest


@pytest.fixture
def refused_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def test_every_status_and_every_body(origin_of, crawl_of, tools):
    """Refusals stand between answers that are fine, so that the host is not given up: one at a time, in that order."""
    origin = origin_of({"/disallowed": "no", "/robots.txt": "User-agent: *\nDisallow: /disallowed"})
    wanted = {
        "/status/200": ("ok", None),
        "/status/404": ("gone", "status_404"),
        "/status/410": ("gone", "status_410"),
        "/status/401": ("login", "status_401"),
        "/status/403": ("blocked", "status_403"),
        "/status/412": ("blocked", "status_412"),
        "/status/521": ("blocked", "status_521"),
        "/status/512": ("blocked", "status_512"),
        "/status/491": ("blocked", "status_491"),
        "/status/405": ("blocked", "status_405"),
        "/status/501": ("server_error", "status_501"),
        "/empty/202": ("blocked", "status_202"),
        "/empty/200": ("ok", None),
        "/status/202": ("ok", None),
        "/status/304": ("ok", None),
        "/to-mail": ("blocked", "redirect_scheme"),
        "/loop": ("unreachable", "redirect_loop"),
        "/cookie-wall": ("ok", None),
        "/big": ("too_large", "too_large"),
        "/big-chunks": ("too_large", "too_large"),
        "/bomb": ("too_large", "too_large_unpacked"),
        "/gzip": ("ok", None),
        "/badly-packed": ("incomplete", "badly_packed"),
        "/long-header": ("ok", None),
        "/many-headers": ("ok", None),
        "/disallowed": ("skipped_robots", "robots"),
    }
    seeds = []
    for number, path in enumerate(wanted):
        seeds += [tools.lead(origin.url(path)), tools.lead(origin.url(f"/ok/{number}"))]
    big_probe = origin.url("/big?probe")
    got = crawl_of(
        [*seeds, tools.lead(big_probe, 7, "probe")], limits={"max_bytes": 300_000}, pace={"concurrency": 1}
    )

    assert {path: got.outcome(origin.url(path)) for path in wanted} == wanted
    assert got.report["stop"] == "finished" and not got.report["left"] and not got.report["host_stops"]
    assert got.outcome(big_probe) == ("ok", "too_large"), "a probe only asks whether it is there"
    assert len(got.followed) == len(got.snapshots) == len(seeds) + 1
    assert got.followed == [f"r1/{n:06d}" for n in range(1, len(seeds) + 2)]
    assert got.report["robots_refused"] == [origin.url("/disallowed")]
    assert got.report["outcomes"]["blocked"] == 8

    assert got.of(origin.url("/gzip"))["body"].encode("latin-1").decode() == "压缩的正文"
    for path in ("/big", "/big-chunks", "/bomb"):
        large = got.of(origin.url(path))
        assert (large["status"], large["length"], large["sha256"]) == (200, 0, None)
    loop = got.of(origin.url("/loop"))
    assert [hop["status"] for hop in loop["redirects"]] == [302] * 2
    assert got.of(origin.url("/cookie-wall"))["body"] == "behind the wall"
    long_header = got.of(origin.url("/long-header"))
    assert len(long_header["headers"]["x-long"]) == 2048
    assert long_header["headers"]["set-cookie"] == "JSESSIONID", "never a cookie's value"
    many = got.of(origin.url("/many-headers"))["headers"]
    assert len(many) == 40 and many["etag"] == '"e"'
    assert got.of(origin.url("/ok/1"))["ip"] == "127.0.0.1"
    assert got.stderr == ""
    assert origin.seen[0].headers["user-agent"] == "duwang/0.1 (+https://example.org/contact)"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1 is deprecated")
def test_every_way_not_to_answer(origin_of, crawl_of, tools, refused_port, self_signed):
    plain = origin_of()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed)
    secret = origin_of(context=context)
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    old.load_cert_chain(self_signed)
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1
    obsolete = origin_of(context=old)
    wanted = {
        "http://nowhere.invalid/": ("unreachable", "dns"),
        f"http://127.0.0.1:{refused_port}/": ("unreachable", "refused"),
        plain.url("/hang"): ("unreachable", "timeout"),
        plain.url("/reset"): ("unreachable", "reset"),
        plain.url("/reset-midway"): ("incomplete", "cut_short"),
        plain.url("/cut"): ("incomplete", "cut_short"),
        plain.url("/garbage"): ("unreachable", "protocol"),
        plain.url("/interim"): ("unreachable", "reset"),
        plain.url("/interim-long"): ("unreachable", "protocol"),
        plain.url("/huge-header"): ("incomplete", "headers_too_large"),
        secret.url("/ok/in-spite-of-its-certificate"): ("ok", None),
        obsolete.url("/ok/"): ("tls", "tls_version"),
        plain.url("/ok/").replace("http:", "https:"): ("tls", "tls"),
        "http://exa mple/": ("unreachable", "bad_url"),
        "http://[::1/": None,
        "ftp://127.0.0.1/file": None,
        "javascript:void(0)": None,
        "http://127.0.0.1:99999/": None,
    }
    got = crawl_of([tools.lead(url) for url in wanted], limits={"timeout_seconds": 1})

    fetched = {url: outcome for url, outcome in wanted.items() if outcome}
    assert {one["url"]: (one["outcome"], one["cause"]) for one in got.snapshots} == fetched
    assert got.report["stop"] == "finished"
    tries = {url: len(got.of(url)["attempts"]) for url in fetched}
    assert tries[plain.url("/hang")] == 3, "a timeout may pass: two more tries"
    assert tries[plain.url("/reset")] == 2
    assert tries[obsolete.url("/ok/")] == 1
    hang = got.of(plain.url("/hang"))
    assert hang["status"] is None and all(one["elapsed_ms"] >= 900 for one in hang["attempts"])
    assert len([path for path in plain.paths() if path == "/hang"]) == 3
    assert {one["snapshot_id"] for one in hang["attempts"]} == {hang["id"]}


def test_redirects_are_recorded_hop_by_hop(origin_of, crawl_of, tools):
    other = origin_of({"/end": "the end"})
    origin = origin_of()
    here = origin.url(f"/to?s=301&u=/to?s=307%26u={other.url('/end')}")
    gone = origin.url(f"/to?u={other.url('/status/404')}")
    down = origin.url("/to?u=http://nowhere.invalid/")
    got = crawl_of([tools.lead(here), tools.lead(gone), tools.lead(down)])

    one = got.of(here)
    assert one["final_url"] == other.url("/end") and one["body"] == "the end"
    assert [(hop["url"].partition("?s=")[2][:3], hop["status"]) for hop in one["redirects"]] == [
        ("301", 301),
        ("307", 307),
    ]
    assert got.outcome(gone) == ("gone", "status_404")
    assert got.outcome(down) == ("unreachable", "dns")
    assert got.of(down)["final_url"] == "http://nowhere.invalid/"
    assert got.report["requests"] == (1 + 2) + (1 + 1) + 2 * (1 + 1), (
        "every hop counts, and the second try at the last"
    )


def test_retries_are_attempts_and_a_named_wait_slows_the_host(origin_of, crawl_of, tools):
    turns = iter([503, 429])

    def sometimes(handler):
        status = next(turns, 200)
        handler.answer(status, b"at last", **({"Retry_After": "1"} if status != 200 else {}))

    origin = origin_of({"/sometimes": sometimes})
    got = crawl_of(
        [tools.lead(origin.url("/sometimes")), tools.lead(origin.url("/status/500?always"))],
        pace={"concurrency": 1},
    )
    one = got.of(origin.url("/sometimes"))
    assert [(a["outcome"], a["status"]) for a in one["attempts"]] == [
        ("server_error", 503),
        ("blocked", 429),
        ("ok", 200),
    ]
    times = [seen.at for seen in origin.seen if seen.path == "/sometimes"]
    assert times[1] - times[0] >= 1 and times[2] - times[1] >= 1
    always = got.of(origin.url("/status/500?always"))
    assert always["outcome"] == "server_error" and len(always["attempts"]) == 3
    assert got.report["requests"] == 6


def test_head_probes_fall_back_to_get(origin_of, crawl_of, tools, refused_port):
    origin = origin_of()
    paths = ["/ok/there", "/no-head", "/status/404", "/status/403"]
    seeds = [tools.lead(origin.url(path), 7, "probe", method="HEAD") for path in paths]
    nobody = f"http://127.0.0.1:{refused_port}/x"
    got = crawl_of([*seeds, tools.lead(nobody, 7, "probe", method="HEAD")])

    tries = {
        path: [(a["method"], a["outcome"]) for a in got.of(origin.url(path))["attempts"]] for path in paths
    }
    assert tries == {
        "/ok/there": [("HEAD", "ok")],
        "/no-head": [("HEAD", "blocked"), ("GET", "ok")],
        "/status/404": [("HEAD", "gone"), ("GET", "gone")],
        "/status/403": [("HEAD", "blocked"), ("GET", "blocked")],
    }
    assert [a["method"] for a in got.of(nobody)["attempts"]] == ["HEAD", "GET", "GET"]
    assert got.of(origin.url("/ok/there"))["sha256"] is None, "a HEAD has no body to speak of"
    assert got.of(origin.url("/no-head"))["body"] == "but GET is served"


def test_an_answer_longer_than_it_says_spoils_no_other(origin_of, crawl_of, tools):
    def too_long(handler):
        handler.answer(304)
        handler.wfile.write(b"what a 304 may not have")

    origin = origin_of({"/long/": too_long})
    seeds = [tools.lead(origin.url(f"/{kind}/{n}")) for n in range(6) for kind in ("long", "ok")]
    got = crawl_of(seeds, pace={"concurrency": 1})
    assert got.report["outcomes"] == {"ok": 12}


def test_posts_and_a_stumbling_reader(origin_of, crawl_of, tools):
    origin = origin_of({"/stumble": "STUMBLE"})
    post = tools.lead(origin.url("/post"), method="POST", headers=[["X-Requested-With", "XMLHttpRequest"]])
    got = crawl_of(
        [
            {**post, "body": "col=1"},
            {**post, "body": "col=2"},
            {**post, "body": "col=2"},
            tools.lead(origin.url("/stumble")),
        ],
    )
    posted = sorted(one["body"] for one in got.snapshots if one["method"] == "POST")
    assert posted == [f"posted col={n}application/x-www-form-urlencoded" for n in (1, 2)]
    assert any(seen.headers.get("x-requested-with") == "XMLHttpRequest" for seen in origin.seen)
    assert got.of(origin.url("/stumble"))["body"] == "STUMBLE", "reading's stumble loses no page"
    assert got.report["stop"] == "finished"


def test_a_lead_found_on_a_page_is_asked_for_as_a_click_would(origin_of, crawl_of, tools):
    origin = origin_of()
    page = origin.url("/page")
    crawl_of([tools.lead(origin.url("/ok/clicked"), found_on=page), tools.lead(origin.url("/ok/typed"))])
    sent = {seen.path: seen.headers.get("referer") for seen in origin.seen}
    assert (sent["/ok/clicked"], sent["/ok/typed"]) == (page, None)


def test_a_kept_connection_that_was_hung_up_on_is_made_anew(origin_of, crawl_of, tools):
    def once(handler):
        if getattr(handler, "served", False):
            handler.close_connection = True  # without a word, as servers do that tire of waiting
        else:
            handler.served = True
            handler.answer(200, b"served")

    origin = origin_of({"/robots.txt": lambda h: h.answer(404), "/a": once, "/b": once, "/c": once})
    got = crawl_of([tools.lead(origin.url(path)) for path in ("/a", "/b", "/c")], pace={"concurrency": 1})
    assert [got.outcome(origin.url(path)) for path in ("/a", "/b", "/c")] == [("ok", None)] * 3
    assert [len(one["attempts"]) for one in got.snapshots] == [1, 1, 1]
