"""duwang probe and duwang visits as a person uses them, against home pages on loopback."""

import csv
import json
import socket
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from audit.visit_slots import slots
from model import SHANGHAI, FetchOutcome, Site, Visit
from storage import open_store
from tests.whole.gate import duwang
from tests.whole.small_site import Answer, small_site


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_visits_are_made_told_and_kept(tmp_path: Path) -> None:
    shut = f"http://127.0.0.1:{free_port()}/"
    with (
        small_site({"/": "<p>首页</p>"}, lambda _path: Answer(b"", 404)) as (fine, asked),
        small_site({"/": Answer(b"busy", 503)}, lambda _path: Answer(b"", 404)) as (busy, _),
    ):
        control = f"http://localhost:{fine.split(':')[2]}"
        words = ("probe", "--once", "--allow-private", "--control", control)
        said = duwang(*words, fine, busy, shut, cwd=tmp_path)
        assert (said.code, said.err) == (0, "")
        lines = {line.split("  ")[1]: line for line in said.out.splitlines() if "  " in line}
        assert "  打开  " in lines[fine] and "毫秒  127.0.0.1" in lines[fine]
        assert "未打开：状态码 503" in lines[busy] and "未打开：连接被拒绝" in lines[shut]
        assert "已访问 3 次" in said.out and asked[:2] == ["/robots.txt", "/"]

        again = duwang(*words, "--json", fine, cwd=tmp_path)
        (one,) = [json.loads(line) for line in again.out.splitlines()]
        assert one["standing"] == "opened" and one["visit"]["status"] == 200
        assert one["visit"]["timings"]["first_byte"] is not None

    told = duwang("visits", fine, cwd=tmp_path)
    assert told.code == 0 and "访问 2 次，计入 2 次，其中失败 0 次，失败率 0%" in told.out
    told = duwang("visits", busy, "--out", "busy.csv", "--lang", "en", cwd=tmp_path)
    assert told.code == 0, "one failed visit is a sample, no violation"
    assert "Visits: 1, counted 1, of them failed 1, which is 100%." in told.out
    assert "N19-VETO-02" in told.out and "Sampled only" in told.out and "not opened: status 503" in told.out
    with (tmp_path / "busy.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["result"], row["error"], row["status"], row["counted"]) == (
        "failed",
        "status 503",
        "503",
        "yes",
    )


HOME = (
    "<title>某县人民政府</title>"
    + "<a href='/a.html'>政务公开</a><p>某县要闻：全县经济工作会议召开。</p>" * 40
)
CHALLENGE = (
    "<title>Just a moment...</title><h1>Checking your browser</h1><script>window._cf_chl_opt={};</script>"
)
TOO_OFTEN = "<title>频繁</title><p>您的访问过于频繁，请求已被防火墙拦截</p>"
NOT_THERE = "<title>提示</title><p>对不起，您访问的页面不存在</p>"
ANSWERS: dict[str, tuple[Answer | str, str, str | None]] = {  # what a home page answers, its standing, the cause
    "fine": (HOME, "opened", None),
    "503 challenge": (
        Answer(CHALLENGE.encode(), 503, headers=(("cf-mitigated", "challenge"),)), "blocked", "cloudflare"
    ),
    "504 told off": (Answer(TOO_OFTEN.encode(), 504), "blocked", "waf"),
    "404 empty wzws": (Answer(b"", 404, headers=(("wzws-ray", "1"),)), "blocked", "wzws"),
    "200 challenge": (CHALLENGE, "blocked", "cloudflare"),
    "403 named": (Answer("<title>403</title><p>创宇盾</p>".encode(), 403), "blocked", "chuangyu"),
    "200 empty": (Answer(b""), "empty", "tiny_body"),
    "200 not there": (NOT_THERE, "doubtful", "访问的页面不存在"),
    "to 404 page": (Answer(b"", 302, headers=(("Location", "/404.html"),)), "doubtful", "redirected_to_404"),
    "circle": (Answer(b"", 302, headers=(("Location", "/"),)), "doubtful", "redirect_loop"),
    "nowhere": (Answer(b"", 302), "doubtful", "redirect_nowhere"),
    "cut": (Answer(HOME.encode()[:500], promised=5000), "opened", "cut_short"),
    "503 broken": (Answer(b"<h1>503 Service Unavailable</h1>", 503), "failed", "status_503"),
    "502 in repair": (Answer("<title>维护</title><p>系统维护中</p>".encode(), 502), "failed", "status_502"),
    "404 honest": (
        Answer(NOT_THERE.encode(), 404, headers=(("wzws-ray", "1"),)), "failed", "status_404"
    ),
}  # fmt: skip


def test_walls_and_what_proves_nothing_are_no_failures(tmp_path: Path) -> None:
    """The same marks as for links tell a wall from a broken server, whatever the status."""
    missing = {"/404.html": Answer(NOT_THERE.encode())}
    with ExitStack() as open_:
        sites = {
            name: open_.enter_context(
                small_site({"/": answer}, lambda path: missing.get(path, Answer(b"", 404)))
            )
            for name, (answer, _, _) in ANSWERS.items()
        }
        homes = {name: home for name, (home, _) in sites.items()}
        there = f"http://localhost:{homes['fine'].split(':')[2]}"
        options = ("--once", "--json", "--allow-private", "--control", there)
        said = duwang("probe", *options, *homes.values(), cwd=tmp_path)
    assert (said.code, said.err) == (0, "")
    told = {one["visit"]["url"]: one for one in map(json.loads, said.out.splitlines())}
    found = {name: (told[home]["standing"], told[home]["visit"]["cause"]) for name, home in homes.items()}
    assert found == {name: (standing, cause) for name, (_, standing, cause) in ANSWERS.items()}
    assert sites["circle"][1].count("/") == 3
    words = duwang("visits", homes["503 challenge"], cwd=tmp_path).out
    assert "未计入 1 次：被拦截，无法核验（Cloudflare 的验证） 1 次" in words and "放行" in words
    words = duwang("visits", homes["circle"], "--lang", "en", cwd=tmp_path).out
    assert (
        "doubtful: redirects in a circle" in words and "If all of them were, 100% would have failed." in words
    )


def test_a_failure_that_may_be_ours_is_told_as_ours(tmp_path: Path) -> None:
    shut, control = (f"http://{name}:{free_port()}/" for name in ("127.0.0.1", "localhost"))
    said = duwang("probe", "--once", "--allow-private", shut, cwd=tmp_path, DUWANG_CONTROL=control)
    assert said.code == 1 and "不能说明网站打不开" in said.out
    told = duwang("visits", shut, "--json", cwd=tmp_path).json()
    assert [(one["counted"], one["failed"], one["suspected"]) for one in told] == [(0, 0, False)]
    assert told[0]["seen"][0]["visit"]["control"] is False
    assert told[0]["verdicts"][0]["outcome"] == "not_observed"


def test_private_addresses_are_not_visited_unless_allowed(tmp_path: Path) -> None:
    with small_site({"/": "home"}, lambda _path: Answer(b"", 404)) as (home, asked):
        said = duwang("probe", "--once", home, cwd=tmp_path)
    assert said.code == 0 and "不计入（内网地址）" in said.out and asked == []


def test_a_bad_week_ends_in_a_suspected_veto(tmp_path: Path) -> None:
    """All visits of one day failed: `visits` says so by words and exit code, and so does the next audit."""
    with small_site({"/": "<title>某县人民政府</title><p>首页</p>"}, lambda _path: Answer(b"", 404)) as (
        home,
        _,
    ):
        site, now = Site(home=home, name="某县人民政府"), datetime.now(UTC)
        today = now.astimezone(SHANGHAI).date()
        bad = today - timedelta(days=3)
        moments = [slot.at for days in range(9) for slot in slots(site.key, today - timedelta(days=days), 24)]
        (tmp_path / "duwang-data").mkdir()
        with open_store(f"sqlite:///{tmp_path / 'duwang-data' / 'duwang.sqlite3'}") as store:
            store.add_sites(site)
            store.keep_visits([_visit(site, at, at.date() != bad) for at in sorted(moments) if at <= now])
        told = duwang("visits", cwd=tmp_path)
        words = ("--allow-private", "--no-browser", "--no-external", "--delay", "0", "--json")
        audited = duwang("audit", home, *words, cwd=tmp_path)
    assert told.code == 2 and "疑似单项否决，待人工确认" in told.out
    assert "失败的访问（24 次）" in told.out and "24 次；" in told.out
    (veto,) = [one for one in audited.json()["run"]["score"]["vetoes"] if one["id"] == "N19-VETO-02"]
    assert veto["low"] >= veto["at_least"], "suspected, and not only possible"
    (found,) = [one for one in audited.json()["findings"] if one["verdict"]["rule_id"] == "N19-VETO-02"]
    assert found["verdict"]["message_id"] == "check.unreachable_site.down"
    assert len(found["verdict"]["evidence"]) == 24


def _visit(site: Site, at: datetime, opened: bool) -> Visit:
    if opened:
        return Visit(
            site_key=site.key, url=site.home, at=at, outcome=FetchOutcome.OK, status=200, elapsed_ms=250
        )
    return Visit(
        site_key=site.key, url=site.home, at=at, outcome=FetchOutcome.UNREACHABLE, cause="timeout", elapsed_ms=16001,
        control=True,
    )  # fmt: skip


def test_a_watch_that_a_person_stops_ends_well(tmp_path: Path) -> None:
    """Its first visit may be due at once, or within the hour: it ends alike, before, in the midst of and after a visit."""
    with small_site({"/": HOME}, lambda _path: Answer(b"", 404)) as (home, _):
        words = ("probe", home, "--days", "2", "--allow-private")
        said = duwang(*words, cwd=tmp_path, stop_at="监测 1 个网站")
    assert (said.code, said.err) == (0, "")
    assert "每天各 24 次" in said.out and "已按要求停止" in said.out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("probe", "--once"), "名单上还没有网站"),
        (("probe", "http://x.gov.cn/", "--once", "--days", "2"), "只能选一个"),
        (("probe", "http://x.gov.cn/", "--once", "--control", "ftp://y/"), "ftp://y/"),
    ],
)
def test_bad_input_is_told(tmp_path: Path, words: tuple[str, ...], sentence: str) -> None:
    said = duwang(*words, cwd=tmp_path)
    assert said.code == 3 and sentence in said.err and said.out == ""
