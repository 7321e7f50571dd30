"""What an earlier crawl saw spares requests and bytes, and never more than its host may be believed."""

import hashlib
import json
from typing import Any

import pytest

THEN = "2026-11-21T12:00:00Z"


def prior(url: str, body: str, **more: Any) -> dict[str, Any]:
    """What an earlier crawl saw there: `fresh`, and validators unless they are None."""
    told = {
        name: more.pop(name, default)
        for name, default in (("etag", '"v1"'), ("last_modified", None), ("fresh", False), ("by_head", False))
    }
    number = url.rpartition("/")[2]
    seen = {
        "id": f"r0/{number}", "run_id": "r0", "url": url, "final_url": url, "purpose": "article", "rank": 6, "fetched_at": THEN,
        "outcome": "ok", "status": 200, "headers": {"content-type": "text/html", "etag": '"v1"', "x-old": "1"}, "elapsed_ms": 7,
        "sha256": hashlib.sha256(body.encode()).hexdigest(), "size": len(body),
        "attempts": [{"at": THEN, "method": "GET", "outcome": "ok", "status": 200, "snapshot_id": f"r0/{number}"}],
    }  # fmt: skip
    return {"snapshot": seen | more, **told}


def page(body: str, etag: str = '"v1"'):
    """A page that keeps its word: 304 when, and only when, its validator is sent."""

    def serve(handler) -> None:
        if handler.headers.get("If-None-Match") == etag:
            handler.answer(304, ETag=etag, X_New="2")
        else:
            handler.answer(200, body.encode(), ETag=etag, Content_Type="text/html")

    return serve


@pytest.fixture
def again(crawl_of, tools):
    """Crawl these paths again, one at a time: `again(origin, {path: body seen before}, {path: how it is known})`."""

    def crawl(origin, before: dict[str, str], known: dict[str, dict[str, Any]] | None = None, **more: Any):
        urls = [origin.url(path) for path in before]
        told = {
            url: prior(url, body, **(known or {}).get(path, {}))
            for url, (path, body) in zip(urls, before.items(), strict=True)
        }
        bodies = more.pop("bodies", {f"r0/{path.rpartition('/')[2]}": body for path, body in before.items()})
        seeds = more.pop("seeds", None) or [tools.lead(url, rank=6) for url in urls]
        return crawl_of(seeds, known=told, bodies=bodies, pace={"concurrency": 1}, **more)

    return crawl


def sent(origin) -> list[tuple[str, str | None]]:
    return [(one.path, one.headers.get("if-none-match")) for one in origin.seen if one.path != "/robots.txt"]


def test_an_honest_host_is_tried_once_and_then_believed(origin_of, again):
    origin = origin_of({"/a": page("one"), "/b": page("two"), "/c": page("new", '"v2"')})
    got = again(origin, {"/a": "one", "/b": "two", "/c": "old"})
    assert sent(origin) == [("/a", '"duwang-never-was"'), ("/b", '"v1"'), ("/c", '"v1"')]
    a, b, c = (got.of(origin.url(path)) for path in ("/a", "/b", "/c"))
    assert (a["status"], a["body"], a["revisits"], a["unchanged"]) == (200, "one", "r0/a", 1)
    assert (b["status"], b["outcome"], b["body"], b["revisits"], b["unchanged"]) == (
        304,
        "ok",
        "two",
        "r0/b",
        1,
    )
    assert b["sha256"] == hashlib.sha256(b"two").hexdigest() and b["size"] == 3
    assert (b["headers"]["x-old"], b["headers"]["x-new"], b["headers"]["content-type"]) == (
        "1",
        "2",
        "text/html",
    )
    assert "content-length" not in b["headers"], "that of the answer says nothing of the page"
    assert (c["status"], c["body"], c["revisits"], c["unchanged"]) == (200, "new", None, 0)
    report = got.report
    assert (report["conditional"], report["unmodified"], report["carried"], report["distrusted"]) == (
        3,
        1,
        0,
        [],
    )


def test_a_host_that_says_so_to_everything_is_never_believed(origin_of, again):
    def always(handler) -> None:
        if handler.headers.get("If-None-Match") or handler.headers.get("If-Modified-Since"):
            handler.answer(304, ETag='"v1"')
        else:
            handler.answer(200, b"changed long ago", ETag='"v2"')

    origin = origin_of({"/a": always, "/b": always})
    got = again(
        origin, {"/a": "one", "/b": "two"}, {"/a": {"last_modified": "Sat, 21 Nov 2026 12:00:00 GMT"}}
    )
    assert sent(origin) == [("/a", '"duwang-never-was"'), ("/a", None), ("/b", None)]
    assert origin.seen[1].headers["if-modified-since"] == "Mon, 01 Jan 1990 00:00:00 GMT"
    a = got.of(origin.url("/a"))
    assert [(one["status"], one["outcome"], one["cause"]) for one in a["attempts"]] == [(304, "incomplete", "not_modified"), (200, "ok", None)]  # fmt: skip
    assert (a["body"], a["revisits"]) == ("changed long ago", None)
    assert got.report["distrusted"] == [origin.host]


def test_other_bytes_under_the_same_validators_undo_what_was_believed(origin_of, again):
    def template(handler) -> None:  # its file has not changed, its rows have
        if handler.headers.get("If-None-Match") == '"v1"' and handler.path == "/b":
            handler.answer(304, ETag='"v1"')
        else:
            handler.answer(200, f"rows of tonight {handler.path}".encode(), ETag='"v1"')

    origin = origin_of({"/a": page("one"), "/b": template, "/list": template, "/c": page("three")})
    got = again(
        origin,
        {"/a": "one", "/b": "two", "/list": "rows of yesterday", "/c": "three"},
        {"/list": {"etag": None}},
    )
    assert sent(origin)[1:] == [("/b", '"v1"'), ("/list", None), ("/b", None), ("/c", None)] or sent(origin)[1:] == [
        ("/b", '"v1"'), ("/list", None), ("/c", None), ("/b", None)]  # fmt: skip
    looks = [one for one in got.snapshots if one["url"] == origin.url("/b")]
    assert [(one["status"], one["body"]) for one in looks] == [(304, "two"), (200, "rows of tonight /b")]
    assert got.report["distrusted"] == [origin.host]


def lengthy(body: str, status: int = 200, **headers: str):
    """A page that tells its length to whoever asks for its head."""

    def serve(handler) -> None:
        handler.answer(status, body.encode(), Content_Type="text/html", **headers)

    return serve


def by_head(body: str) -> dict[str, Any]:
    told = {"content-type": "text/html", "content-length": str(len(body))}
    return {"by_head": True, "etag": None, "headers": told}


def test_a_page_of_which_only_its_length_tells_stands_when_it_has_not_changed(origin_of, again):
    def gone_for_heads(handler) -> None:
        handler.answer(404 if handler.command == "HEAD" else 200, b"there", Content_Type="text/html")

    def busy_once(handler) -> None:
        first = sum(one.path == "/busy" for one in origin.seen) == 1
        handler.answer(429 if first else 200, b"busy", Content_Type="text/html", Retry_After="0")

    before = {"/a": "same", "/b": "before", "/c": "there", "/busy": "busy"}
    origin = origin_of(
        {"/a": lengthy("same"), "/b": lengthy("longer now"), "/c": gone_for_heads, "/busy": busy_once}
    )
    leads = [{"url": origin.url("/on"), "rank": 6, "purpose": "article"}]
    before["/a"] += f"\nLEAD {json.dumps(leads[0])}"
    origin.pages |= {"/a": lengthy(before["/a"]), "/on": "read on"}
    got = again(origin, before, {path: by_head(body) for path, body in before.items()})
    asked = [(one.method, one.path) for one in origin.seen if one.path != "/robots.txt"]
    assert asked[:5] == [("HEAD", "/a"), ("HEAD", "/b"), ("GET", "/b"), ("HEAD", "/c"), ("GET", "/c")]
    assert sorted(asked[5:]) == [("GET", "/busy"), ("GET", "/on"), ("HEAD", "/busy")]
    a, b, c, busy = (got.of(origin.url(path)) for path in before)
    assert (a["carried"], a["revisits"], a["body"], a["fetched_at"]) == (True, "r0/a", before["/a"], THEN)
    assert (b["carried"], b["body"], b["revisits"]) == (False, "longer now", None)
    assert (c["status"], c["body"], c["carried"], c["unchanged"]) == (200, "there", False, 1)
    assert [(one["status"], one["method"]) for one in c["attempts"]] == [(200, "GET")]
    assert [(one["status"], one["method"]) for one in busy["attempts"]] == [(429, "HEAD"), (200, "GET")]
    assert (got.report["carried"], got.report["by_head"], got.report["requests"]) == (1, 1, 8)


def test_a_host_whose_heads_tell_nothing_is_soon_asked_for_pages(origin_of, again):
    names = [f"/{n}" for n in range(6)]
    origin = origin_of({path: lengthy(f"tonight {path}") for path in names})
    again(origin, {path: "before" for path in names}, {path: by_head("before") for path in names})
    asked = [one.method for one in origin.seen if one.path != "/robots.txt"]
    assert asked == ["HEAD", "GET"] * 3 + ["GET"] * 3


def test_a_page_that_leads_to_what_is_missing_is_read(origin_of, again):
    origin = origin_of({"/b": lengthy("same")})
    lead = {"url": origin.url("/gone"), "rank": 6, "purpose": "article", "found_on": origin.url("/a")}
    before = {"/a": f"\nLEAD {json.dumps(lead)}", "/b": "same"}
    origin.pages["/a"] = lengthy(before["/a"])
    got = again(origin, before, {path: by_head(body) for path, body in before.items()})
    asked = [(one.method, one.path) for one in origin.seen if one.path != "/robots.txt"]
    assert asked == [("HEAD", "/a"), ("HEAD", "/b"), ("GET", "/gone"), ("GET", "/a")]
    looks = [one for one in got.snapshots if one["url"] == origin.url("/a")]
    assert [(one["carried"], one["revisits"]) for one in looks] == [(True, "r0/a"), (False, None)]
    assert (got.report["carried"], got.report["by_head"]) == (2, 1)


def test_a_page_that_is_said_to_be_unchanged_and_leads_to_what_is_missing_is_read(origin_of, again):
    def template(handler) -> None:  # its file has not changed, its links have
        if handler.headers.get("If-None-Match") == '"v1"':
            handler.answer(304, ETag='"v1"')
        else:
            handler.answer(200, b"links to something else now", ETag='"v1"')

    origin = origin_of({"/a": page("one"), "/b": template, "/c": page("three")})
    lead = {"url": origin.url("/gone"), "rank": 6, "purpose": "article", "found_on": origin.url("/b")}
    got = again(origin, {"/a": "one", "/b": f"\nLEAD {json.dumps(lead)}", "/c": "three"})
    assert sent(origin)[:4] == [("/a", '"duwang-never-was"'), ("/b", '"v1"'), ("/c", '"v1"'), ("/gone", None)]
    assert ("/b", None) in sent(origin)[4:], "asked for whole before anybody is accused"
    looks = [one for one in got.snapshots if one["url"] == origin.url("/b")]
    assert [(one["status"], one["revisits"]) for one in looks] == [(304, "r0/b"), (200, None)]
    assert looks[1]["body"] == "links to something else now"


def test_what_stands_by_its_head_needs_its_body(origin_of, again):
    origin = origin_of({"/a": lengthy("same")})
    got = again(origin, {"/a": "same"}, {"/a": by_head("same")}, bodies={})
    a = got.of(origin.url("/a"))
    assert (a["carried"], a["body"], a["status"]) == (False, "same", 200)


def test_a_body_that_is_lost_is_asked_for(origin_of, again):
    origin = origin_of({"/a": page("one"), "/b": page("two")})
    got = again(origin, {"/a": "one", "/b": "two"}, bodies={"r0/a": "one"})
    assert sent(origin)[1:] == [("/b", '"v1"'), ("/b", None)]
    assert got.of(origin.url("/b"))["body"] == "two" and got.report["unmodified"] == 0


def test_what_is_fresh_is_not_asked_and_leads_on(origin_of, again, tools):
    origin = origin_of({"/lost": "still here", "/next": "led to"})
    lead = "LEAD " + json.dumps(tools.lead(origin.url("/next"), rank=6))
    fresh = {"/a": {"fresh": True, "unchanged": 3}, "/lost": {"fresh": True}}
    got = again(
        origin,
        {"/a": lead, "/lost": "gone from the disk"},
        fresh,
        bodies={"r0/a": lead},
        limits={"max_pages": 2},
    )
    assert sent(origin) == [("/lost", None), ("/next", None)], "what is carried takes nothing of the budget"
    a = got.of(origin.url("/a"))
    assert (a["carried"], a["fetched_at"], a["revisits"], a["unchanged"], a["elapsed_ms"]) == (
        True,
        THEN,
        "r0/a",
        3,
        7,
    )
    assert [(one["at"], one["snapshot_id"]) for one in a["attempts"]] == [(THEN, "r0/a")], (
        "a look of then, not of now"
    )
    assert (a["id"].partition("/")[0], a["run_id"]) == ("r1", "r1")
    assert got.report["carried"] == 1 and got.report["requests"] == 2
    assert not got.of(origin.url("/lost"))["carried"]


def test_a_probe_is_compared_by_its_head(origin_of, again, tools):
    def file(handler) -> None:
        handler.answer(200, b"x" * 9, Content_Type="image/png", Last_Modified="Sat, 21 Nov 2026 12:00:00 GMT")

    origin = origin_of({"/same.png": file, "/longer.png": file})
    attempt = {"at": THEN, "method": "HEAD", "outcome": "ok", "status": 200, "content_type": "image/png"}
    bare = {
        "purpose": "probe", "method": "HEAD", "sha256": None, "size": 0,
        "headers": {"last-modified": "Sat, 21 Nov 2026 12:00:00 GMT"}, "etag": None,
    }  # fmt: skip
    known = {
        "/same.png": bare | {"attempts": [attempt | {"size": 9}]},
        "/longer.png": bare | {"attempts": [attempt | {"size": 8}]},
    }
    seeds = [tools.lead(origin.url(path), rank=7, purpose="probe", method="HEAD") for path in known]
    got = again(origin, dict.fromkeys(known, ""), known, seeds=seeds)
    same, longer = (got.of(origin.url(path)) for path in known)
    assert (same["revisits"], same["unchanged"]) == ("r0/same.png", 1)
    assert (longer["revisits"], longer["unchanged"]) == (None, 0)


@pytest.mark.parametrize(
    "lead", [{"rank": 8}, {"purpose": "control", "rank": 0}, {"purpose": "sibling"}, {"method": "POST", "body": "a=1"}, {"purpose": "probe"}],
    ids=["second look", "control look", "made-up address", "list API", "known as a page, now probed"],
)  # fmt: skip
def test_what_is_there_to_be_asked_is_asked(origin_of, again, tools, lead):
    origin = origin_of({"/a": page("one")})
    seeds = [tools.lead(origin.url("/a"), **({"rank": 6} | lead))]
    got = again(origin, {"/a": "one"}, {"/a": {"fresh": True}}, seeds=seeds)
    assert {header for _, header in sent(origin)} == {None}
    assert not any(one["carried"] or one["revisits"] for one in got.snapshots)


def test_validators_that_a_redirect_took_along_prove_nothing(origin_of, again):
    def moved(handler) -> None:
        handler.answer(302, Location="/elsewhere")

    origin = origin_of({"/a": page("one"), "/b": moved, "/elsewhere": page("another page")})
    got = again(origin, {"/a": "one", "/b": "two"})
    b = got.of(origin.url("/b"))
    assert (b["status"], b["body"], b["revisits"]) == (200, "another page", None)
