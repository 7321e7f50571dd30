"""Duty reading, grave events, states of sites and repeaters as a person types them: what is printed, written and refused."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from model import SHANGHAI, Assessment, Draft, EntryKind, FetchOutcome, Visit, Window, WindowKind, body_of
from storage import open_store
from tests.audit import county
from tests.audit.desk.test_duty import unit
from tests.whole.gate import Said, duwang

NOW = datetime.now(SHANGHAI)
TODAY = NOW.date()
BY = ("--by", "李强")


def day(back: int) -> str:
    return (TODAY - timedelta(days=back)).isoformat()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tmp_path = tmp_path_factory.mktemp("duty")
    data = tmp_path / "duwang-data"
    data.mkdir()
    first, last = TODAY - timedelta(days=3), TODAY + timedelta(days=3)
    made = Assessment(
        id="a1", title="评估", organiser="县政府办公室", starts=first, ends=last, units=(unit("甲局", "jia"), unit("乙局", "bing")),
        windows=(Window(kind=WindowKind.MONITOR, ends=last),),
    )  # fmt: skip
    with open_store(f"sqlite:///{data}/duwang.sqlite3", data / "archive") as store:
        county.build(store)
        store.enter(made.dossier, [Draft(kind=EntryKind.OPENED, at=NOW, by="王芳", body=body_of(made))], NOW)
        gone = county.SITES["gone"]
        store.keep_visits([Visit(site_key=gone.key, url=gone.home, at=NOW, outcome=FetchOutcome.OK)])
    return tmp_path


def told(folder: Path, *words: str, **env: str) -> Said:
    said = duwang(*words, cwd=folder, **env)
    assert said.code == 0, said
    return said


def test_a_day_is_signed_shown_missed_written_and_read_again(folder: Path) -> None:
    said = told(folder, "duty", "sign", "--unit", "甲局", *BY, "--note", "正\x1b[2J常")
    assert f"甲局 {day(0)} 李强 已签到" in said.out and "未了结问题 2" in said.out
    assert "补签" in told(folder, "duty", "sign", "--unit", "甲局", *BY, "--at", day(2)).out
    lines = [
        row.split("\t")
        for row in told(folder, "duty", "show", "--unit", "甲局", "--month", day(0)[:7]).out.splitlines()
    ]
    shown = {row[0]: (row[2], row[6], row[7]) for row in lines}
    assert shown[day(0)] == ("李强", "已签", "正常")
    in_month = {day(back) for back in range(4) if day(back)[:7] == day(0)[:7]}
    assert shown.keys() == in_month
    missed = told(folder, "duty", "missed", "--json").json()
    assert missed == [
        {"unit": "甲局", "asked": 4, "signed": 1, "late": 1, "missed": [day(3), day(1)]},
        {"unit": "乙局", "asked": 3, "signed": 0, "late": 0, "missed": [day(3), day(2), day(1)]},
    ]
    assert "Missed" in told(folder, "duty", "missed", DUWANG_LANG="en").out
    told(folder, "duty", "show", "--month", day(0)[:7], "--out", "log.xlsx")
    again = told(folder, "duty", "sign", "log.xlsx", *BY, DUWANG_LANG="en").out
    assert "Signatures entered: 0." in again and "left alone" in again


def test_a_sheet_with_wrong_rows_enters_nothing(folder: Path) -> None:
    rows = ["日期,单位,值班人", f"{day(1)},乙局,赵敏", f"{day(1)},丙局,赵敏", *[f"{day(9)},乙局,赵敏"] * 60]
    (folder / "bad.csv").write_bytes("\n".join(rows).encode("gb18030"))
    said = duwang("duty", "sign", "bad.csv", *BY, cwd=folder)
    assert said.code == 3 and said.out == ""
    complaints = said.err.splitlines()
    assert complaints[0].startswith("第 3 行：“单位”一列，") and complaints[1].startswith(
        "第 4 行：“日期”一列，"
    )
    assert (
        len(complaints) == 52
        and "另有 11 行" in complaints[50]
        and "有 61 行有误，整表未记入" in complaints[51]
    )
    assert told(folder, "duty", "missed", "--unit", "乙局", "--json").json()[0]["signed"] == 0


def test_events_are_entered_and_listed(folder: Path) -> None:
    happened = f"{day(2)}T08:00"
    words = ("event", "enter", "--unit", "甲局", "--title", "暴雨", *BY)
    told(folder, *words, "--happened-at", happened, "--first-release-at", f"{day(2)}T13:00")
    assert "更正" in told(folder, *words, "--first-release-at", f"{day(2)}T13:01").out
    (event,) = told(folder, "event", "list", "--json").json()
    assert (event["release"], event["release_minutes"], event["briefing"]) == ("late", 301, "unknown")
    heads, row, legend = told(folder, "event", "list").out.splitlines()
    assert (
        heads.split("\t")[5] == "5小时内发布"
        and row.split("\t")[4:6] == ["5 小时 1 分", "否"]
        and "不作认定" in legend
    )
    told(folder, "event", "list", "--out", "events.csv")
    assert "另有 1 条" in told(folder, "event", "enter", "events.csv", *BY).out


def test_the_roster_is_held_against_what_was_seen(folder: Path) -> None:
    said = told(folder, "sites", "states", "--out", "states.xlsx")
    assert "共 1 个网站需要核对" in said.out and "已写出 1 行" in said.out
    rows = told(folder, "sites", "states", "--all", "--json").json()
    assert {row["name"]: row["state"] for row in rows}["旧站"] == "retired_answers" and len(rows) == 6
    assert "still answered" in told(folder, "sites", "states", DUWANG_LANG="en").out


def test_repeaters_are_told_by_unit_and_period(folder: Path) -> None:
    span = ("--since", "2026-11-01", "--until", "2026-11-22")
    said = told(folder, "repeaters", *span, "--every", "week", "--periods", "1").out
    assert "2026-11-16 至 2026-11-22\t4\t1\t2\t5\t1" in said and "\n甲局\t1\t0\t0\t1\t1\tF-" in said
    told(folder, "repeaters", *span, "--out", "repeats.csv")
    assert (folder / "repeats.csv").read_text("utf-8-sig").splitlines()[1].startswith("乙局,乙县人民政府,F-")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["duty", "sign", *BY], "写 --unit 签一次，或写签到表的文件名"),
        (["duty", "sign", "x.csv", "--unit", "甲局", *BY], "写 --unit 签一次，或写签到表的文件名"),
        (["duty", "sign", "--unit", "甲局", *BY, "--at", day(9)], "不在日常监测阶段"),
        (["duty", "show", "--month", "11月"], "不是月份"),
        (["duty", "show", "--out", "x.pdf"], "以 .csv 或 .xlsx 结尾"),
        (["event", "enter", "--unit", "甲局", *BY], "写 --unit、--title 等选项报一件"),
        (["event", "enter", "--unit", "甲局", "--title", "火灾", "--happened-at", day(1), *BY], "请写到分钟"),
        (["repeaters", "--every", "year"], "可用：week、month、quarter"),
        (["repeaters", "--until", day(-1)], "还没有到"),
        (["repeaters", "--since", "2026-11-02", "--until", "2026-11-01"], "起止颠倒"),
    ],
)
def test_what_is_refused_is_told_in_one_sentence(folder: Path, words: Sequence[str], sentence: str) -> None:
    said = duwang(*words, cwd=folder)
    assert said.code == 3 and said.out == ""
    assert sentence in said.err and len(said.err.strip().splitlines()) == 1, said.err
