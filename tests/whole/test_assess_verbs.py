"""duwang assess as a person types it: opened from a plan, followed, scored, frozen, amended, closed, and refused in words."""

import csv
import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from audit.conclude import conclude, moment_of
from checks import ALL, params_of
from model import SHANGHAI, Arrangement, RosterEntry, Site
from rules import load_pack
from storage import open_store
from tests.audit.ground import column, observation, run
from tests.audit.marking import BANDS, fields
from tests.whole.gate import Said, duwang

BY = ("--by", "王芳")
STALE, FRESH = "2021-10-01", "2021-12-06"
PLAN = """id: tj2021
title: 2021年政务公开评估
organiser: 县政府办
starts: 2021-01-01
ends: 2021-12-31
weight_in_host: 0.03
windows:
  - {kind: monitor, starts: 2021-12-01, ends: 2021-12-05}
  - {kind: self_check, ends: 2021-11-30}
  - {kind: sampling, starts: 2021-12-01, ends: 2021-12-20}
units:
  - {name: 县财政局, group: 县直, pack: own.yaml, objects: [{name: 网站, site_key: caizheng.example}]}
  - {name: 县教育局, group: 县直, pack: own.yaml, objects: [{name: 网站, site_key: jiaoyu.example}]}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sites on the roster, each audited once on 12-07: two stale columns of three, and none."""
    folder = tmp_path_factory.mktemp("assess")
    scheme = fields(
        {"mode": "deduct", "bands": BANDS, "rescale_to": 4},
        [{"id": "A", "points": 60}],
        [{"id": "T-COL-01", "section": "A", "points": 5}],
        id="own/columns",
    )
    (folder / "own.yaml").write_text(json.dumps(scheme, ensure_ascii=False), "utf-8")
    (folder / "plan.yaml").write_text(PLAN, "utf-8")
    pack = load_pack(folder / "own.yaml", params_of(ALL))
    at = datetime(2021, 12, 7, 22, tzinfo=SHANGHAI)
    (folder / "duwang-data").mkdir()
    with open_store(
        f"sqlite:///{folder}/duwang-data/duwang.sqlite3", folder / "duwang-data/archive"
    ) as store:
        store.keep_pack(pack)
        for name, days in (("caizheng", (STALE, STALE, FRESH)), ("jiaoyu", (FRESH,))):
            site = Site(home=f"http://{name}.example/", name=name)
            store.keep_roster([RosterEntry(site=site, arrangement=Arrangement(site_key=site.key))])
            told = {"pack_digest": pack.digest, "pack_id": pack.id, "site": site}
            record = run(f"R-{name}", at).model_copy(update=told)
            columns = [column(f"/{letter}/", day) for letter, day in zip("abc", days, strict=False)]
            seen = observation(*columns).model_copy(update={"moment": moment_of(at), "site": site})
            result = conclude(record, seen, pack, ALL, {})
            store.begin_run(record)
            store.finish_run(result.run, result.verdicts, result.findings, result.cases)
    said = duwang("assess", "new", "plan.yaml", "--at", "2021-01-04", *BY, cwd=folder)
    assert said.code == 0 and "评估对象 2 个" in said.out and "低于 4%" in said.err, said
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "own"))


def told(folder: Path, *words: str, **env: str) -> Said:
    said = duwang("assess", *words, cwd=folder, **env)
    assert said.code == 0, said
    return said


def rows(said: Said) -> list[list[str]]:
    return [line.split("\t") for line in said.out.splitlines() if "\t" in line]


def test_an_assessment_is_followed(made: Path) -> None:
    assert rows(told(made, "list"))[0][-2:] == ["0 版", "进行中"]
    assert rows(told(made, "units"))[0] == ["县财政局", "县直", "own/columns", "网站 caizheng.example"]
    said = told(made, "status", "--at", "2021-12-08")
    assert "县财政局\t0/5\t5\t未报\t1/1\t0" in said.out
    assert "caizheng.example 缺 5 天：2021-12-01 至 2021-12-05" in said.out
    status = told(made, "status", "--at", "2021-12-08", "--unit", "县财政局", "--json").json()
    assert status["units"][0]["missed"] == {
        "caizheng.example": [{"first": "2021-12-01", "last": "2021-12-05"}]
    }
    calendar = told(made, "calendar", "--at", "2021-12-03", "--out", "due.ics", DUWANG_LANG="en")
    assert "Self-check\t2021-11-30\t3 working days overdue\t0/2\t县财政局, 县教育局" in calendar.out
    lines = (made / "due.ics").read_bytes().decode().split("\r\n")
    assert "DTSTART;VALUE=DATE:20211220" in lines and lines[0] == "BEGIN:VCALENDAR"
    assert all(len(line.encode()) <= 75 for line in lines)


def test_scores_are_told_with_where_they_come_from(made: Path) -> None:
    assert rows(told(made, "score", "--at", "2021-12-10"))[1:] == [
        ["县教育局", "县直", "1", "100", "–", "优秀", "4", "0", "–", "–"],
        ["县财政局", "县直", "2", "90", "–", "优秀", "3.6", "0", "–", "–"],
    ]
    lines = told(made, "score", "--at", "2021-12-10", "--unit", "县财政局").out.splitlines()
    assert lines[0] == "县财政局：90" and any("检查 R-caizheng，2021-12-07 22:00" in line for line in lines)
    told(made, "score", "--at", "2021-12-10", "--out", "scores.csv")
    with (made / "scores.csv").open(encoding="utf-8-sig", newline="") as stream:
        found = list(csv.DictReader(stream))
    assert [(one["单位"], one["得分"], one["名次"]) for one in found] == [
        ("县教育局", "100", "1"),
        ("县财政局", "90", "2"),
    ]
    told(made, "score", "--at", "2021-12-10", "--out", "scores.xlsx")
    book = openpyxl.load_workbook(made / "scores.xlsx")
    assert [row[3].value for row in book["得分"].iter_rows(min_row=2)] == [100, 90]
    assert [row[7].value for row in book["评估客体"].iter_rows(min_row=2)] == ["R-jiaoyu", "R-caizheng"]


def test_a_result_is_frozen_amended_and_closed(folder: Path) -> None:
    first = told(folder, "freeze", "--draft", "--at", "2021-12-10", *BY)
    assert "第 1 版结果已定稿（初步结果），第 2 号记录" in first.out
    final = told(folder, "freeze", "--final", "--at", "2021-12-11", *BY)
    assert "与第 1 版相比，各单位得分没有变动。" in final.out
    alone = PLAN.replace(PLAN.splitlines()[-1] + "\n", "")
    (folder / "plan.yaml").write_text(alone, "utf-8")
    words = ("amend", "plan.yaml", "--reason", "机构改革", "--at", "2021-12-12", *BY)
    endless = duwang("assess", "amend", "plan.yaml", "--reason", "长" * 1001, *words[4:], cwd=folder)
    assert endless.code == 3 and "最多 1000 个" in endless.err
    refused = duwang("assess", *words, cwd=folder)
    assert refused.code == 3 and "已有正式结果" in refused.err
    assert "县教育局 评估对象：网站 jiaoyu.example → （无）" in told(folder, *words, "--reopen").out
    again = told(folder, "freeze", "--final", "--at", "2021-12-13", "--json", *BY).json()
    assert (again["version"], again["because"], [one["unit"] for one in again["scores"]]) == (
        3,
        [4],
        ["县财政局"],
    )
    told(folder, "close", *BY, "--at", "2021-12-14")
    assert [row[3] for row in rows(told(folder, "log", "--assessment", "tj2021"))] == [
        "立项", "结果定稿", "结果定稿", "方案变更", "结果定稿", "结项",
    ]  # fmt: skip
    kinds = [one["kind"] for one in told(folder, "log", "--assessment", "tj2021", "--json").json()]
    assert kinds == ["opened", "frozen", "frozen", "amended", "frozen", "closed"]
    assert rows(told(folder, "list"))[0][-1] == "已结项"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["new", "plan.yaml", *BY], "There is an assessment “tj2021” already"),
        (["new", "none.yaml", *BY], "The plan none.yaml cannot be read"),
        (["freeze", *BY], "Say --draft or --final"),
        (["score", "--unit", "财政"], "names like it: 县财政局"),
        (["score", "--out", "scores.pdf"], "not to “scores.pdf”"),
        (["amend", "plan.yaml", "--reason", "x", *BY], "there is nothing to amend"),
    ],
)
def test_what_is_refused_is_told(made: Path, words: list[str], sentence: str) -> None:
    said = duwang("assess", *words, cwd=made, DUWANG_LANG="en")
    assert said.code == 3 and said.out == "" and sentence in said.err, said


def test_every_mistake_of_a_plan_is_told_and_nothing_is_taken(made: Path, tmp_path: Path) -> None:
    wrong: dict[str, Any] = {
        "caizheng.example": "nowhere.example",
        "tj2021": "tj2022",
        "kind: sampling": "kind: monitor",
    }
    text = PLAN
    for old, new in wrong.items():
        text = text.replace(old, new)
    (tmp_path / "wrong.yaml").write_text(text, "utf-8")
    said = duwang("assess", "new", str(tmp_path / "wrong.yaml"), *BY, cwd=made)
    assert said.code == 3
    lines = said.err.splitlines()
    assert lines[0].startswith("第 10 行：") and lines[-1].startswith("方案文件 wrong.yaml 有 ")
    assert any(line.startswith("第 12 行：单位“县财政局”的网站 nowhere.example 不在名单上") for line in lines)
    assert len(rows(told(made, "list"))) == 1
