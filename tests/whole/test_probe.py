"""duwang probe and duwang visits as a person uses them, against home pages on loopback."""

import csv
import json
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from audit.visit_slots import slots
from model import SHANGHAI, FetchOutcome, Site, Visit
from storage import open_store
from tests.whole.gate import duwang, environment
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
    shut = f"http://127.0.0.1:{free_port()}/"
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "probe", shut, "--days", "2", "--allow-private"], cwd=tmp_path,
        env=environment({}) | {"PYTHONPATH": str(Path(__file__).parents[2])}, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert "监测 1 个网站，每天各 24 次" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, (process.returncode, out, err)
    assert "已按要求停止" in out and err == ""


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
