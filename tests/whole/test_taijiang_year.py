"""A year of 台江县 as the tour tells it: the commands of the page are run in their order, and what it shows is what they print.

docs/tour-taijiang.md is the script (tests/whole/taijiang_tour.py types it). Between the commands the year goes on: sites
change (tests/whole/taijiang.py), people fill in sheets (tests/whole/taijiang_papers.py).
"""

import os
import re
import subprocess
import sys
import zipfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import docx
import pytest

from audit.conclude import moment_of
from model import SHANGHAI, Draw, EntryKind, Filed, Outcome, Scanned, SelfScore, told_in
from tests.whole import taijiang_papers as papers
from tests.whole.gate import duwang
from tests.whole.made_once import made_once
from tests.whole.taijiang import HOUSED, OWN, PORTAL, part
from tests.whole.taijiang_tour import CHINESE, PAGES, WEBSITE, Year, blocks, spend_the_year

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    return Year(made_once(tmp_path_factory, "taijiang", spend_the_year))


@pytest.mark.parametrize("page", PAGES)
def test_the_tour_shows_what_is_printed(year: Year, page: str) -> None:
    for block, said in zip(blocks(page), year.said, strict=True):
        printed = "".join(chinese.out if page == CHINESE else english for _, chinese, english in said)
        lines = [" ".join(line.split()) for line in printed.splitlines()]
        for shown in block.shown:
            pattern = ".*".join(re.escape(piece) for piece in " ".join(shown.split()).split("…"))
            assert any(re.fullmatch(pattern, line) for line in lines), (shown, printed)


def test_every_command_ends_as_it_should(year: Year) -> None:
    ends = [(line, said.code) for block in year.said for line, said, _ in block]
    assert len(ends) > 60
    assert [end for end in ends if end[1] and not end[0].startswith("audit ")] == [
        (f"results compare {WEBSITE}zwgk/2021-wrong.html --at 2022-01-12", 2)
    ]
    audits = {tuple(line.split()[1::2]): code for line, code in ends if line.startswith("audit ")}
    tax = OWN["国家税务总局台江县税务局"]
    assert [at for at, code in audits.items() if code == 1] == [(tax, "2021-06-10T21:00")], (
        "its home did not open"
    )
    assert {code for (site, _), code in audits.items() if site == PORTAL} == {2}


# What the sites showed on 8 December and what people said of it, by unit: rule, and what it costs.
COSTS: dict[str, list[tuple[str, int]]] = {
    **{unit: [("TJ21-COLUMNS-02", 5)] for unit in ("台盘乡", "交通运输局", "司法局", "贵州台江经济开发区")},
    "水务局": [("TJ21-COLUMNS-02", 5), ("TJ21-COLUMNS-02", 3)],
    "方召镇": [("TJ21-COLUMNS-02", 2)],
    "审计局": [("TJ21-COLUMNS-05", 6)],
    "教育和科技局": [("TJ21-COLUMNS-07", 1), ("TJ21-COLUMNS-07", 1)],
    "老屯乡": [("TJ21-COLUMNS-07", 1)],
}  # fmt: skip
UPHELD = "民政局"


def test_the_final_figures_are_what_the_sites_showed_and_people_said(year: Year) -> None:
    draft, final = year.results()
    expected = {unit: Decimal(100 - sum(cost for _, cost in COSTS.get(unit, []))) for unit in (*HOUSED, *OWN)}
    expected[papers.MEDIA] = Decimal("0.8") * 100 + Decimal("0.2") * 90
    assert {one.unit: one.score for one in final.scores} == expected
    assert {one.unit: one.score for one in draft.scores} == expected | {UPHELD: Decimal(95)}
    assert {one.unit for one in final.scores if one.low != one.high} == {"施洞镇"}
    waiting = final.of("施洞镇")
    assert waiting and (waiting.low, waiting.high, waiting.band) == (94, 100, None), (
        "over two grades, so none"
    )
    for one in final.scores:
        least = next(name for name, least in papers.BANDS.items() if (one.low or 0) >= least)
        assert one.band in (least, None) and one.rescaled == one.score * Decimal("0.05")  # type: ignore[operator]
        better = [other for other in final.scores if other.group == one.group and other.score > one.score]  # type: ignore[operator]
        assert one.rank == 1 + len(better)


def test_each_final_figure_is_traced_to_findings_and_entries(year: Year) -> None:
    """Reckoned once more from the rows of the store alone: what failed below a unit's columns, and what people entered."""
    _, final = year.results()
    with year.kept() as (store, desk):
        said = {entry.number: entry for entry in store.entries(desk.assessment.dossier)}
        for score in final.scores:
            (place, *others) = score.objects
            run = store.run(place.run_id or "")
            assert run.as_of == datetime(2021, 12, 8, 21, tzinfo=SHANGHAI)
            entered = [said[number].body for number in place.entries]
            opinions = {one["finding"]: one["result"] for one in entered if "finding" in one}
            withdrawn = {
                one.fingerprint for one in store.rulings(run_ids=[run.id]) if one.result == "withdrawn"
            }
            lost: dict[str, int] = {}
            for one in store.findings(run_id=run.id):
                verdict = one.verdict
                home = f"{run.site.home[:-1]}{part(score.unit)}"
                mine = (verdict.parents or (verdict.url,))[0].startswith(home)
                fails = verdict.outcome is Outcome.FAIL or opinions.get(one.id) == "confirmed"
                if mine and fails and verdict.rule_id in papers.COSTS and one.fingerprint not in withdrawn:
                    lost[verdict.rule_id] = lost.get(verdict.rule_id, 0) + papers.COSTS[verdict.rule_id][0]
            for one in entered:
                if "points" in one:
                    lost[one["rule_id"]] = lost.get(one["rule_id"], 0) - int(one["points"])
            left = Decimal(100 - sum(min(points, papers.COSTS[rule][1]) for rule, points in lost.items()))
            for other in others:
                (number,) = other.entries
                left = Decimal("0.8") * left + Decimal("0.2") * Decimal(said[number].body["score"])
            assert left == score.score, (score.unit, lost)
            ours: dict[str, int] = {}
            for rule, cost in COSTS.get(score.unit, []):
                ours[rule] = ours.get(rule, 0) + cost
            assert lost == ours, score.unit


def test_notices_list_what_stood_and_who_signed(year: Year) -> None:
    told = {path.name: docx.Document(str(path)) for path in (year.folder / "通知").glob("整改通知单-*.docx")}
    first = {name.split("-")[1] for name in told if int(name.split("-")[2].removesuffix(".docx")) < 7}
    assert first == {"台盘乡", "老屯乡", "财政局", "自然资源局", "教育和科技局"}
    (again,) = [
        one for name, one in told.items() if name.startswith("整改通知单-财政局") and "-4." not in name
    ]
    assert "最近一次通知为2021年4月1日" in "".join(one.text for one in again.paragraphs)
    assert "（整改后再次出现）" in "".join(cell.text for cell in again.tables[0].rows[1].cells)
    listed = duwang("notice", "list", "--json", "--assessment", "tj2021", cwd=year.folder).json()
    signed = [(one["notice"]["units"], one["receipt"]["signer"]) for one in listed if one["receipt"]]
    assert sorted(signed) == [(["台盘乡"], "杨洋"), (["财政局"], "李强")]


def test_what_came_and_went_in_the_year(year: Year) -> None:
    """财政局 was mended and came back; the tax office's night without an answer moved nothing."""
    with year.kept() as (store, _):
        case = next(one for one in store.cases(PORTAL).values() if one.id == papers.stale("财政局"))
        path = [(f"{one.at:%m-%d}", one.state.value) for one in case.history]
        assert path == [("03-30", "open"), ("06-10", "fixed"), ("08-20", "reopened"), ("11-01", "fixed")]
        tax = [one for one in store.runs(OWN["国家税务总局台江县税务局"]) if one.score is None]
        assert [one.as_of.date() for one in tax] == [date(2021, 6, 10)]
        assert not store.cases(OWN["国家税务总局台江县税务局"])


def test_two_draws_of_a_quarter_share_nobody(year: Year) -> None:
    with year.kept() as (_, desk):
        first, second = (told_in(one, Draw) for one in desk.of(EntryKind.DRAWN))
    assert (len(first.chosen), len(second.chosen)) == (6, 6) and not set(first.chosen) & set(second.chosen)
    again = duwang("draw", "check", "抽查/2021Q2-1.json", cwd=year.folder)
    assert again.code == 0 and {*first.chosen, *second.chosen} <= {*HOUSED, *OWN}


def test_who_checked_itself_and_what_the_prefecture_saw(year: Year) -> None:
    with year.kept() as (_, desk):
        claimed = {told_in(one, SelfScore).unit: one.at.date() for one in desk.of(EntryKind.SELF_SCORE)}
        (filed,) = [told_in(one, Filed) for one in desk.of(EntryKind.FILED)]
        scans = [told_in(one, Scanned) for one in desk.of(EntryKind.SCANNED)]
    assert {*HOUSED, *OWN} - set(claimed) == {papers.SILENT}
    assert [unit for unit, day in claimed.items() if day > date(2021, 11, 30)] == [papers.LATE]
    assert (filed.unit, filed.purpose) == ("财政局", "自查报告")
    assert [(one.unit, one.kind) for one in scans] == [("水务局", "栏目不更新"), ("革一镇", "错别字")]


def test_three_working_days_over_new_year(year: Year) -> None:
    """Of the days from 29 December on the first is not counted and three are free; who came after the last is late."""
    calendar = moment_of(datetime(2022, 1, 5, tzinfo=SHANGHAI)).calendar
    days = [date(2021, 12, 29) + timedelta(days=n) for n in range(7)]
    assert [f"{day:%m-%d}" for day in days[1:] if calendar.is_workday(day)] == ["12-30", "12-31", "01-04"]
    rows = duwang("appeal", "list", "--json", "--assessment", "tj2021", cwd=year.folder).json()
    assert [
        (one["said"]["unit"], one["said"]["last_day"], one["said"]["late"], one["state"]) for one in rows
    ] == [
        ("民政局", "2022-01-04", False, "accepted"),
        ("交通运输局", "2022-01-04", False, "refused"),
        ("司法局", "2022-01-04", True, "not_admitted"),
    ]
    answer = (year.folder / "答复" / "3.txt").read_text("utf-8")
    assert "申请截止日为2022年1月4日" in answer and "已经逾期" in answer


def test_the_evidence_holds_without_duwang_and_a_changed_byte_is_named(year: Year, tmp_path: Path) -> None:
    with zipfile.ZipFile(year.folder / "证据.zip") as pack:
        pack.extractall(tmp_path)
    number = papers.stale("交通运输局")
    assert {path.name for path in (tmp_path / "findings").iterdir()} == {number}, "nobody else's"
    assert verified(tmp_path).returncode == 0
    place = tmp_path / "findings" / number / "finding.txt"
    text = bytearray(place.read_bytes())
    text[100] ^= 1
    place.write_bytes(text)
    said = verified(tmp_path)
    assert said.returncode == 1 and f"findings/{number}/finding.txt" in said.stdout


def verified(folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys._base_executable, "-I", "-S", "verify.py"], cwd=folder, env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1"},
        capture_output=True, encoding="utf-8", timeout=60, check=False,
    )  # type: ignore[attr-defined]  # fmt: skip


def test_after_the_end_nothing_is_entered(year: Year) -> None:
    said = duwang("assess", "freeze", "--final", "--by", "王芳", "--assessment", "tj2021", cwd=year.folder)
    assert said.code == 3 and "已结项" in said.err
