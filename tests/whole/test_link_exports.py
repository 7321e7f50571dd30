"""Sheets of links and the votes behind a verdict, through the gate, from one stored audit of the demo portal."""

import csv
import io
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.whole.demo_server import audited_demo
from tests.whole.gate import duwang

Rows = list[dict[str, str]]
FAULTS = {
    "目标不存在": "The target does not exist",
    "被转到“页面不存在”的页面": "Sent on to a page that says it does not exist",
}


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return audited_demo(tmp_path_factory, "links")


@pytest.fixture(scope="module")
def dead(audited: Path) -> list[dict[str, Any]]:
    """Verdicts of the dead links, of rules that count."""
    found = duwang("findings", "--json", cwd=audited).json()
    return [
        one["verdict"] for one in found
        if one["verdict"]["check"] == "dead_link" and one["verdict"]["outcome"] == "fail" and not one["verdict"]["preview"]
    ]  # fmt: skip


def sheet(folder: Path, form: str, *words: str) -> Rows:
    path = folder / f"{form}.csv"
    assert duwang("export", form, "--out", str(path), *words, cwd=folder).code == 0
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture(scope="module")
def links(audited: Path) -> Rows:
    return sheet(audited, "links")


def test_each_dead_link_stands_beside_each_page_that_carries_it(
    links: Rows, dead: list[dict[str, Any]]
) -> None:
    rows = links
    expected = {(one["url"], parent) for one in dead for parent in one["parents"]}
    assert {(row["不可用链接URL"], row["父页面URL"]) for row in rows} == expected
    assert len(rows) == len(expected) > 7
    assert [row["序号"] for row in rows] == [str(number) for number in range(1, len(rows) + 1)]
    for row in rows:
        assert row["父页面标题"] and row["错误描述"].partition("（")[0] in FAULTS
        assert row["连续不可用天数"] in ("1", "2")  # the audit may run over midnight
        assert row["快照"].startswith("R")
        assert row["时间"][:2] == "20"


def test_the_level_is_that_of_the_page_with_the_fewest_clicks(links: Rows) -> None:
    levels: dict[str, set[str]] = {}
    parents: dict[str, set[str]] = {}
    for row in links:
        levels.setdefault(row["不可用链接URL"], set()).add(row["监测层次"])
        parents.setdefault(row["不可用链接URL"], set()).add(urlsplit(row["父页面URL"]).path)
    assert all(len(one) == 1 for one in levels.values())
    home = {url for url, pages in parents.items() if "/" in pages}
    assert home and {url for url, one in levels.items() if one == {"首页"}} == home


def test_links_dead_for_a_day_are_not_long_dead_until_a_day_is_asked_for(
    audited: Path, dead: list[dict[str, Any]]
) -> None:
    assert sheet(audited, "long-dead") == []
    found = sheet(audited, "long-dead", "--days", "1")
    assert {row["不可用链接URL"] for row in found} == {one["url"] for one in dead}
    assert {row["范围"] for row in found} == {"站内"}


def test_who_refused_us_is_listed_once_with_what_to_let_pass(audited: Path) -> None:
    rows = sheet(audited, "blocked")
    assert {(urlsplit(row["链接（举例）"]).path, row["原因"], row["链接数"]) for row in rows} == {
        ("/nbxt/login.html", "robots.txt 不许采集", "1"),
        ("/wssb/index.jsp", "瑞数动态防护的验证", "1"),
    }
    assert all(
        "duwang/" in row["需要放行的内容"] and row["请求标识（User-Agent）"].startswith("duwang/")
        for row in rows
    )


def test_the_same_run_gives_the_same_rows_in_english(audited: Path, links: Rows) -> None:
    english = sheet(audited, "links", "--lang", "en")
    assert [list(row.values())[:3] for row in english] == [list(row.values())[:3] for row in links]
    assert [row["Error"] for row in english] == [in_english(row["错误描述"]) for row in links]
    assert {row["Level"] for row in english} <= {"Home page", "First-level column", "Other page"}


def in_english(fault: str) -> str:
    words, _, seen = fault.removesuffix("）").partition("（")
    return f"{FAULTS[words]} ({seen})"


def test_why_shows_the_votes_and_what_would_change_the_verdict(audited: Path) -> None:
    found = duwang("findings", "--json", cwd=audited).json()
    finding = next(one for one in found if one["verdict"]["message_id"] == "check.dead_link.missing")
    said = duwang("why", f"F-{finding['fingerprint'][:10]}", cwd=audited)
    lines = said.out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("表决（"))
    votes = [line for line in lines[at + 2 : at + 2 + len(finding["verdict"]["evidence"])] if "计入" in line]
    assert len(votes) == int(lines[at].partition("（")[2].partition(" ")[0]) >= 2
    assert all(" 404 " in line for line in votes)
    for words in ("怎样才会改变结论", "整改办法", *finding["verdict"]["parents"]):
        assert words in said.out


def test_an_audit_tells_the_totals_of_links_in_one_line(audited: Path, dead: list[dict[str, Any]]) -> None:
    (line,) = [one for one in (audited / "code").read_text("utf-8").splitlines() if one.startswith("链接：")]
    assert f"失效 {len({one['url'] for one in dead})}，" in line and "无法核验 2" in line
    report = (audited / "live" / "report.html").read_text("utf-8")
    assert line in report and 'id="links"' in report
