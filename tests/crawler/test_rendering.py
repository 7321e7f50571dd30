"""Pages that a script fills, with a real Chromium; what it must not reach; and what happens without one."""

import asyncio
import itertools
import os
import shutil
import stat

import pytest

from crawler import find_browser
from crawler.gateway import Gateway
from crawler.guard import Guard

needs_browser = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium():
    state = find_browser()
    if state.path is None:
        pytest.skip("no Chromium on this machine: " + ", ".join(state.tried))
    return state.path


def rendered(tools, url, rank=2):
    return tools.lead(url, rank, "list", render=True)


SHELL = """<title>空壳</title><ul id=list></ul><img src="/picture.png"><link rel=icon href="/icon.png">
<script>
fetch('/api', {method: 'POST'}).then(r => r.json()).then(rows => {
  for (const row of rows) list.innerHTML += `<li><a href="${row.url}">${row.title}</a></li>`;
  list.innerHTML += `<li>${navigator.language} ${Intl.DateTimeFormat().resolvedOptions().timeZone} ${location.hash}</li>`;
});
</script>"""


@needs_browser
def test_a_shell_is_read_as_a_visitor_sees_it(origin_of, crawl_of, tools, chromium):
    rows = '[{"url": "/art/1", "title": "关于春节放假的通知"}]'
    private = origin_of({"/": "secret", "/hit": "secret"})
    attack = f"""<p id=out>before</p><script>
    const seen = [];
    const targets = ['http://127.0.0.1:{private.port}/hit', 'http://localhost:{private.port}/hit', '/bounce', 'file:///etc/passwd'];
    Promise.allSettled(targets.map(t => fetch(t, {{mode: 'no-cors'}}).then(() => seen.push(t)))).then(() => {{
      out.textContent = 'reached ' + seen.length;
    }});
    const frame = document.createElement('iframe'); frame.src = targets[0]; document.body.append(frame);
    const form = document.createElement('form'); form.method = 'POST'; form.action = '/submitted';
    document.body.append(form); form.submit();
    window.open('/popup');
    const link = Object.assign(document.createElement('a'), {{href: '/window', target: '_blank'}});
    document.body.append(link); link.click();
    </script>"""
    origin = origin_of(
        {
            "/shell": SHELL,
            "/api": lambda h: h.answer(200, rows.encode(), Content_Type="application/json"),
            "/attack": attack,
            "/bounce": lambda h: h.answer(302, Location=f"http://127.0.0.1:{private.port}/hit"),
            "/moved": lambda h: h.answer(301, Location="/shell"),
            "/away": f"<script>location.href = 'http://127.0.0.1:{private.port}/'</script>",
            "/lost": "<script>location.href = 'http://nowhere.invalid/'</script>",
            "/endless": "<p>first</p><script>while (true) {}</script>",
            "/file": lambda h: h.answer(200, b"PK", Content_Type="application/zip"),
            "/large": "<script>document.write('x'.repeat(600000))</script>",
        }
    )
    url = origin.url
    private_page = private.url("/?rendered")
    seeds = [tools.lead(url("/shell"), 2, "list"), rendered(tools, url("/shell"))]
    seeds += [
        rendered(tools, url(path)) for path in ("/shell#7", "/attack", "/moved", "/away", "/lost", "/endless")
    ]
    seeds += [rendered(tools, url(path)) for path in ("/file", "/status/404", "/large")]
    seeds += [rendered(tools, private_page), rendered(tools, "http://nowhere.invalid/")]
    got = crawl_of(
        seeds, exempt=[origin.host], browser="auto", limits={"render_seconds": 10, "max_bytes": 500_000}
    )

    plain, filled = [one for one in got.snapshots if one["url"] == url("/shell")]
    if plain["rendered"]:
        plain, filled = filled, plain
    text = filled["body"].encode("latin-1").decode()
    assert "关于春节放假的通知" not in plain["body"].encode("latin-1").decode() and not plain["rendered"]
    assert '<a href="/art/1">关于春节放假的通知</a>' in text and "zh-CN Asia/Shanghai" in text
    assert (filled["rendered"], filled["outcome"], filled["status"]) == (True, "ok", 200)
    assert filled["headers"]["content-type"] == "text/html; charset=utf-8"
    assert "Asia/Shanghai #7" in got.of(url("/shell#7"))["body"], "a hash route is a page of its own"

    assert private.seen == [], "nothing in the browser reached the private server"
    assert "reached 0" in got.of(url("/attack"))["body"]
    assert not {"/submitted", "/popup", "/window", "/picture.png", "/icon.png"} & set(origin.paths())
    moved = got.of(url("/moved"))
    assert moved["final_url"] == url("/shell")
    assert moved["redirects"] == [{"url": url("/moved"), "status": 301}]
    assert got.outcome(url("/away")) == ("skipped_private", "private_address")
    assert got.outcome(url("/lost")) == ("not_rendered", "render_failed"), (
        "never the browser's own error page"
    )
    assert got.outcome(private_page) == ("skipped_private", "private_address")
    assert got.outcome(url("/endless")) == ("not_rendered", "render_timeout")
    assert got.outcome(url("/file")) == ("not_rendered", "render_failed")
    assert got.outcome(url("/status/404")) == ("gone", "status_404")
    assert got.outcome(url("/large")) == ("too_large", "too_large")
    assert got.outcome("http://nowhere.invalid/") == ("not_rendered", "render_failed")
    browser = got.report["browser"]
    assert (
        browser["wanted"]
        and browser["path"]
        and browser["version"][0].isdigit()
        and browser["reason"] is None
    )


@needs_browser
def test_rendering_has_a_budget_and_a_polite_pace(origin_of, crawl_of, tools, chromium):
    origin = origin_of(
        {f"/{n}": f"<p id=p></p><script>p.textContent = 'page {n}'</script>" for n in range(5)}
    )
    origin.pages["/robots.txt"] = "User-agent: *\nDisallow: /0\n"
    got = crawl_of(
        [rendered(tools, origin.url(f"/{n}")) for n in range(5)],
        browser="require",
        browser_path=chromium,
        limits={"max_renders": 3},
        pace={"delay": 0.5, "concurrency": 1},
    )
    assert got.outcome(origin.url("/0")) == ("skipped_robots", "robots")
    assert "page 1" in got.of(origin.url("/1"))["body"]
    assert got.left() == {(2, "max_renders"): 2}
    times = [seen.at for seen in origin.seen]
    assert all(later - earlier >= 0.33 for earlier, later in itertools.pairwise(times))


@needs_browser
def test_what_a_page_leaves_behind_is_seen_by_no_other_page(origin_of, crawl_of, tools, chromium):
    """Rows kept in localStorage by one column would be shown as those of the next, and a mode set by one page on all."""
    see = "<p id=p></p><script>p.textContent = 'seen:' + document.cookie + localStorage.getItem('k')</script>"
    leave = (
        "<script>document.cookie = 'left=here'; localStorage.setItem('k', 'kept'); open('/popup')</script>"
    )
    one = origin_of({"/leave": leave, "/see": see})
    seeds = [rendered(tools, url) for url in (one.url("/leave"), one.url("/see"))]
    got = crawl_of(seeds, exempt=[one.host], browser="auto", pace={"concurrency": 1})
    assert "seen:null" in got.of(one.url("/see"))["body"]
    assert "/popup" not in one.paths()


NOTHING = {"PATH": "/nonexistent", "PLAYWRIGHT_BROWSERS_PATH": "/nonexistent"}


def circle(handler):
    """Sends round and round whoever does not move as a browser does."""
    if handler.headers.get("Upgrade-Insecure-Requests"):
        handler.answer(200, "浏览器看得到的正文".encode(), Content_Type="text/html; charset=utf-8")
    else:
        handler.answer(302, Location=handler.path)


@needs_browser
def test_a_browser_is_asked_about_redirects_in_a_circle(origin_of, crawl_of, tools, chromium):
    origin = origin_of({"/circle": circle, "/loop": lambda h: h.answer(302, Location="/loop")})
    outside = tools.lead(origin.url("/circle?outside"), 9, "probe", external=True)
    got = crawl_of(
        [tools.lead(origin.url("/circle")), tools.lead(origin.url("/loop")), outside],
        browser="auto",
        browser_path=chromium,
        external_pace={"delay": 0},
        pace={"concurrency": 1},  # the first circle is the one a browser is asked about
    )
    seen = {}
    for one in got.snapshots:
        seen.setdefault(one["url"], []).append((one["outcome"], one["cause"], one["rendered"]))
    in_a_circle = ("unreachable", "redirect_loop", False)
    assert seen == {
        origin.url("/circle"): [in_a_circle, ("ok", None, True)],
        origin.url("/loop"): [in_a_circle],
        origin.url("/circle?outside"): [in_a_circle],
    }
    assert [attempt["rendered"] for one in got.snapshots for attempt in one["attempts"]].count(True) == 1
    assert got.report["stop"] == "finished" and not got.report["left"]


def test_without_a_browser_nobody_is_asked_about_a_circle(origin_of, crawl_of, tools):
    origin = origin_of({"/circle": circle})
    for more in ({"browser": "no"}, {"browser": "auto", "browser_path": "/nowhere/chromium"}):
        got = crawl_of([tools.lead(origin.url("/circle"))], **more)
        assert [(one["outcome"], one["cause"]) for one in got.snapshots] == [("unreachable", "redirect_loop")]
        assert got.report["stop"] == "finished" and not got.report["left"]


def test_without_a_browser_the_crawl_goes_on(origin_of, crawl_of, tools):
    origin = origin_of()
    seeds = [rendered(tools, origin.url(f"/ok/{n}")) for n in range(2)] + [
        tools.lead(origin.url("/ok/plain"))
    ]
    got = crawl_of(seeds, env=NOTHING, browser="auto")
    assert (
        got.outcome(origin.url("/ok/0")) == got.outcome(origin.url("/ok/1")) == ("not_rendered", "no_browser")
    )
    assert got.outcome(origin.url("/ok/plain")) == ("ok", None)
    assert origin.paths() == ["/ok/plain"] and got.report["requests"] == 1
    assert got.report["browser"]["reason"] == "not_found"
    assert got.report["browser"]["tried"][:2] == ["playwright", "chromium"]

    got = crawl_of(seeds, browser="no")
    assert got.outcome(origin.url("/ok/0")) == ("not_rendered", "no_browser")
    assert got.report["browser"] == {
        "wanted": True,
        "path": None,
        "version": None,
        "tried": [],
        "reason": "switched_off",
    }


def test_a_required_browser_that_is_missing_is_a_fault_before_any_request(origin_of, crawl_of, tools):
    origin = origin_of()
    got = crawl_of([tools.lead(origin.url("/ok/"))], env=NOTHING, browser="require")
    assert got.fault and got.fault["id"] == "fault.browser_required" and got.fault["exit_code"] == 3
    assert "chromium" in got.fault["params"]["tried"] and origin.seen == []


def test_an_explicit_choice_never_falls_through(monkeypatch, tmp_path):
    fake = tmp_path / "no-browser"
    fake.write_text("#!/bin/sh\nexit 1\n")
    fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("CHROMIUM", "/usr/bin/env")
    monkeypatch.setenv("DUWANG_BROWSER", str(tmp_path / "missing"))
    state = find_browser()
    assert (state.path, state.reason, state.tried) == (
        None,
        "not_found",
        (f"DUWANG_BROWSER={tmp_path}/missing",),
    )
    monkeypatch.setenv("DUWANG_BROWSER", str(fake))
    state = find_browser()
    assert (state.path, state.reason, state.tried) == (None, "not_launched", (f"DUWANG_BROWSER={fake}",))
    state = find_browser(str(tmp_path))
    assert (state.path, state.reason, state.tried) == (None, "not_found", (str(tmp_path),))


@needs_browser
def test_a_browser_on_path_is_found_by_launching_it(monkeypatch, chromium):
    for name in ("DUWANG_BROWSER", "PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH", "CHROMIUM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH", chromium)
    state = find_browser()
    assert state.path == chromium and state.reason is None and (state.version or "")[0].isdigit()
    assert state.tried == (f"PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH={chromium}",)
    assert os.access(chromium, os.X_OK) and shutil.which(chromium)


SENDS = """<ul id=list></ul><script src="{other}/library.js"></script><script>
const tell = (url, how) => fetch(url, {{mode: 'no-cors', ...how}}).catch(() => 0);
tell('/api/rows', {{method: 'POST', body: 'page=1'}}).then(r => r.text()).then(rows => list.innerHTML = rows);
tell('/api/more.json'); tell('/secret/y.json'); tell('/secret/z', {{method: 'POST'}});
tell('/put', {{method: 'PUT'}}); tell('/delete', {{method: 'DELETE'}});
tell('{other}/data.json'); tell('{other}/collect', {{method: 'POST', body: 'x'}});
tell('{other}/kept', {{method: 'POST', body: 'x', keepalive: true}});
navigator.sendBeacon('/beacon', 'z'); navigator.sendBeacon('{other}/beacon', 'z');
new EventSource('/events'); new WebSocket('ws://{host}/socket'); new WebSocket('ws://{abroad}/socket');
const link = Object.assign(document.createElement('a'), {{href: '#there', ping: '/ping'}});
document.body.append(link); link.click();
const frame = document.createElement('iframe'); frame.name = 'inner'; document.body.append(frame);
const form = Object.assign(document.createElement('form'), {{method: 'POST', action: '/form', target: 'inner'}});
document.body.append(form); HTMLElement.prototype.click.call(form.appendChild(
  Object.assign(document.createElement('button'), {{type: 'submit'}})));
const closed = document.createElement('iframe'); closed.src = '/secret/frame'; document.body.append(closed);
const worker = new Worker(URL.createObjectURL(new Blob([`
  fetch('http://{host}/secret/by-worker'); fetch('http://{host}/worker-put', {{method: 'PUT'}});
  new WebSocket('ws://{host}/worker-socket');`])));
</script>"""


@needs_browser
def test_a_page_asks_for_its_list_and_sends_nothing_off(origin_of, crawl_of, tools, chromium):
    other = origin_of({"/library.js": "", "/data.json": "{}"}, address="127.0.0.2")
    origin = origin_of(robots="User-agent: *\nDisallow: /secret/\n")
    origin.pages |= {
        "/list": SENDS.format(other=other.url(""), host=origin.host, abroad=other.host),
        "/plain": "<ul id=list></ul><script>fetch('/api/rows', {method: 'POST'})</script>",
        "/api/rows": lambda h: h.answer(
            200, "<li>填好的条目".encode(), Content_Type="text/html; charset=utf-8"
        ),
        "/api/more.json": lambda h: h.answer(302, Location="/api/rest.json"),
        "/api/rest.json": "{}",
    }
    seeds = [rendered(tools, origin.url("/list")), rendered(tools, origin.url("/plain"))]
    got = crawl_of(seeds, browser="require", browser_path=chromium, limits={"render_seconds": 20})
    assert {(seen.method, seen.path) for seen in origin.seen} == {
        ("GET", "/robots.txt"),
        ("GET", "/list"),
        ("GET", "/plain"),
        ("GET", "/api/more.json"),
        ("GET", "/api/rest.json"),
        ("POST", "/api/rows"),
    }
    told = [got.report[name] for name in ("requests", "robots_requests", "page_requests")]
    assert sum(told) == len(origin.seen) and told[:2] == [2, 1]
    assert {(seen.method, seen.path) for seen in other.seen} == {
        ("GET", "/library.js"),
        ("GET", "/data.json"),
    }
    assert got.outcome(origin.url("/list")) == ("ok", "kept_back"), "an empty list on it would prove nothing"
    assert "填好的条目" in got.of(origin.url("/list"))["body"].encode("latin-1").decode()
    assert got.outcome(origin.url("/plain")) == ("ok", None)


def test_only_tls_goes_through_a_tunnel_of_the_browser(origin_of):
    """A socket without TLS would be a way to say anything to anybody, past all looks at requests."""
    origin = origin_of()

    async def said(first):
        gateway = Gateway(Guard(allow_private=True))
        reader, writer = await asyncio.open_connection("127.0.0.1", await gateway.open())
        writer.write(f"CONNECT {origin.host} HTTP/1.1\r\n\r\n".encode())
        assert b"200" in await reader.readuntil(b"\r\n\r\n")
        writer.write(first)
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        await gateway.close()
        return answer

    assert asyncio.run(said(b"GET /ok/1 HTTP/1.1\r\nHost: x\r\n\r\n")) == b"" and origin.seen == []
    hello = b"\x16\x03\x01 is no request\r\n\r\n"
    assert asyncio.run(said(hello)).startswith((b"HTTP/1", b"<!DOCTYPE")), (
        "it reaches the server, which knows no TLS"
    )
