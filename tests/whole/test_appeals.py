"""Three applications over the national week of 2021, from a real audit to the answer: as a person types it.

The portal has a column for each of three offices. The draft is put up on Thursday 30 September; three working days later is
Monday 11 October, because the week is free and Saturday the 9th is worked.
"""

import csv
import sqlite3
from contextlib import closing
from pathlib import Path

import docx
import pytest
import yaml

from tests.whole.gate import Said, duwang
from tests.whole.small_site import Answer, small_site

MENU = "".join(f'<li><a href="/{key}/">{name}</a></li>' for key, name in (("cz", "政务动态"), ("sw", "部门动态"), ("mz", "乡镇动态")))  # fmt: skip
OFFICES = {"财政局": "/cz/", "水务局": "/sw/", "民政局": "/mz/"}
STALE, FRESH = "2021-08-02", "2021-09-18"
AUDIT = ("--pack", "own.yaml", "--allow-private", "--no-browser", "--as-of", "2021-09-20")


PACK = {
    "id": "own/news", "title": "栏目更新", "version": "1", "document": "青府办〔2021〕1号", "level": "county",
    "effective_from": "2021-01-01", "sections": [{"id": "A", "title": "栏目", "points": 20}],
    "scoring": {"mode": "deduct", "bands": [{"name": "优秀", "at_least": 90}, {"name": "合格", "at_least": 0}]},
    "rules": [{
        "id": "OWN-NEWS-01", "section": "A", "title": "动态类栏目两周内未更新", "check": "stale_column",
        "params": {"period": "P14D"}, "applies_to": {"column_kinds": ["news"]}, "severity": "deduct", "points": 5,
        "verified": True, "basis": [{"document": "青府办〔2021〕1号", "clause": "第二条", "grade": "S"}],
        "examples": ["stale_column/news_silent_for_twenty_four_days", "stale_column/exactly_two_weeks"],
    }],
}  # fmt: skip


def page(title: str, body: str) -> str:
    return (
        f'<html><head><meta charset="utf-8"><title>{title}</title></head><body><ul class="nav">'
        f'<li><a href="/">首页</a></li>{MENU}</ul><h1>{title}</h1>{body}</body></html>'
    )


def list_page(key: str, name: str, newest: str) -> str:
    rows = "".join(
        f'<li><a href="/{key}/{number}.html">{name}第{number}期工作情况报道</a><span>{day}</span></li>'
        for number, day in enumerate((newest, "2021-07-20", "2021-07-12", "2021-07-05", "2021-06-28"), 1)
    )
    return page(name, f'<ul class="list">{rows}</ul>')


def portal_pages() -> dict[str, Answer | str]:
    return {
        "/": page("青禾县人民政府", f"<p>{FRESH} 青禾要闻</p>"),
        **{f"/{key}/": list_page(key, name, STALE) for key, name in (("cz", "政务动态"), ("sw", "部门动态"), ("mz", "乡镇动态"))},
    }  # fmt: skip


def told(folder: Path, *words: str, **env: str) -> Said:
    said = duwang(*words, cwd=folder, **env)
    assert said.code == 0, said
    return said


def listed(folder: Path) -> list[tuple[int, str, str, bool, str]]:
    rows = told(folder, "appeal", "list", "--json").json()
    return [
        (one["number"], one["said"]["unit"], one["said"]["last_day"], one["said"]["late"], one["state"])
        for one in rows
    ]


def opened(folder: Path, home: str) -> dict[str, str]:
    """An audit, an assessment of it, its draft put up; each office's finding."""
    (folder / "own.yaml").write_text(yaml.safe_dump(PACK, allow_unicode=True), "utf-8")
    told(folder, "sites", "add", home, "--name", "青禾县人民政府", "--organiser", "县政府办公室")
    said = duwang("audit", home, *AUDIT, "--delay", "0", "--confirm-after", "1", "--json", cwd=folder)
    assert said.code == 2, said
    found = {one["verdict"]["locus"]: f"F-{one['fingerprint'][:10]}" for one in said.json()["findings"]}
    plan = {
        "id": "2021", "title": "2021年政务公开工作评估", "organiser": "县政府政务信息中心", "contact": "张老师",
        "document": "台府办函〔2021〕12号", "starts": "2021-01-01", "ends": "2021-12-31",
        "windows": [
            {"kind": "publicity", "starts": "2021-09-30", "ends": "2021-10-12"},
            {"kind": "review", "starts": "2021-09-30", "ends": "2021-10-20"},
        ],
        "units": [
            {"name": name, "group": "县直", "pack": "own.yaml", "objects": [
                {"name": "专题栏目", "site_key": said.json()["run"]["site"]["home"].split("/")[2], "columns": [path]}]}
            for name, path in OFFICES.items()
        ],
    }  # fmt: skip
    (folder / "plan.yaml").write_text(yaml.safe_dump(plan, allow_unicode=True), "utf-8")
    told(folder, "assess", "new", "plan.yaml", "--by", "张三", "--at", "2021-01-04")
    told(folder, "assess", "freeze", "--draft", "--by", "张三", "--at", "2021-09-29")
    told(folder, "results", "publish", "--out", "public", "--by", "张三", "--at", "2021-09-30")
    return {name: found[path] for name, path in OFFICES.items()}


@pytest.mark.timeout(120)
def test_three_applications_from_the_draft_to_the_answers(tmp_path: Path) -> None:
    folder = tmp_path
    pages = portal_pages()
    with small_site(pages, lambda path: Answer(b"<h1>404</h1>", 404)) as (home, asked):
        findings = opened(folder, home)
        with (folder / "复核.csv").open("w", encoding="gb18030", newline="") as file:
            csv.writer(file).writerows(
                [
                    ["单位", "问题编号", "申请事项", "诉求", "申请人", "申请时间", "附件"],
                    ["财政局", findings["财政局"], "栏目按季度更新，公示前已说明", "撤销", "李四", "2021-10-11 16:30", "说明.txt"],
                    ["水务局", findings["水务局"], "人手不足", "", "周七", "2021-10-09", ""],
                    ["民政局", findings["民政局"], "系统故障", "", "吴八", "2021-10-12 00:10", ""],
                ]
            )  # fmt: skip
        (folder / "说明.txt").write_text("说明", "utf-8")
        said = told(folder, "appeal", "enter", "复核.csv", "--by", "王五")
        assert "申请截止日 2021-10-11，逾期" in said.out and "公示当日不计" in said.out
        assert listed(folder) == [
            (1, "财政局", "2021-10-11", False, "pending"),
            (2, "水务局", "2021-10-11", False, "pending"),
            (3, "民政局", "2021-10-11", True, "not_admitted"),
        ]
        assert listed_disputed(folder) == {findings["财政局"], findings["水务局"]}

        theirs = (
            "--unit",
            "财政局",
            "--finding",
            findings["水务局"],
            "--reason",
            "弄错了",
            "--by",
            "王五",
            "--at",
            "2021-10-09",
        )
        refused = duwang("appeal", "enter", *theirs, cwd=folder)
        assert refused.code == 3 and "是水务局的，不是财政局的" in refused.err
        before, kept = runs(folder), rows_kept(folder)
        pages["/cz/"] = list_page("cz", "政务动态", FRESH)  # mended since
        asked.clear()
        seen = told(
            folder, "appeal", "recheck", "1", "--by", "赵敏", "--no-browser", "--allow-private", "--confirm-after", "1", "--at", "2021-10-12",
        ).out  # fmt: skip
        assert "存档重判与检查时相同" in seen and "现状与检查时不同" in seen
        assert {path for path in asked if not path.startswith("/duwang")} <= {"/robots.txt", "/", "/cz/"}
        now = rows_kept(folder)
        assert {table for table in kept if now[table] != kept[table]} == {"runs", "packs", "snapshots", "bodies", "entries"}  # fmt: skip
        assert all(kept[table] <= now[table] for table in kept)  # and nothing that was there is another
        assert "单项复查" in (shown := told(folder, "runs").out) and "已中断" not in shown
        assert runs(folder) == before and listed_disputed(folder) == set(findings.values()) - {findings["民政局"]}  # fmt: skip
        asked.clear()
        seen = told(
            folder,
            "appeal",
            "recheck",
            "2",
            "--by",
            "赵敏",
            "--no-network",
            "--at",
            "2021-10-12",
            DUWANG_LANG="en",
        ).out
        assert "The archive says what was recorded" in seen and "not asked" in seen and not asked

    for words, sentence in (
        (("rule", "3", "--accepted"), "--admit"),
        (("rule", "1", "--accepted", "--admit"), "--accepted"),
        (("answer", "1"), "还没有决定"),
    ):
        extra = ("--by", "赵敏", "--reason", "经核实") if words[0] == "rule" else ()
        refused = duwang("appeal", *words, *extra, cwd=folder)
        assert (refused.code, refused.out) == (3, "") and sentence in refused.err
    own = duwang("appeal", "rule", "1", "--accepted", "--by", "王五", "--reason", "经核实", cwd=folder)
    assert own.code == 3 and "回避" in own.err

    ruling = ("--by", "赵敏", "--at", "2021-10-13T10:00")
    said = told(folder, "appeal", "rule", "1", "--accepted", *ruling, "--reason", "该栏目按季度更新")
    assert "财政局得分 95 → 100" in said.out  # its one column cost 5
    said = told(folder, "appeal", "rule", "2", "--refused", *ruling, "--reason", "未更新属实")
    assert "水务局得分 95 → 95" in said.out
    assert [one[4] for one in listed(folder)] == ["accepted", "refused", "not_admitted"]
    assert listed_disputed(folder) == set()

    answers = {}
    for number in (1, 2, 3):
        told(folder, "appeal", "answer", str(number), "--out", f"{number}.txt", "--at", "2021-10-13")
        answers[number] = (folder / f"{number}.txt").read_text("utf-8")
    told(folder, "appeal", "answer", "1", "--out", "1.docx", "--at", "2021-10-13")
    assert "申请成立" in "".join(one.text for one in docx.Document(str(folder / "1.docx")).paragraphs)
    assert (
        "申请成立" in answers[1]
        and f"撤销问题 {findings['财政局']}" in answers[1]
        and "2021年10月13日" in answers[1]
    )
    assert "由 95 分调整为 100 分" in answers[1] and "仍为 95 分" in answers[2]
    assert "申请不成立" in answers[2] and f"维持对问题 {findings['水务局']} 的认定" in answers[2]
    assert answers[3].startswith("复核申请不予受理告知书") and "申请截止日为2021年10月11日" in answers[3]

    told(folder, "appeal", "list", "--out", "list.csv")
    rows = list(csv.DictReader((folder / "list.csv").open(encoding="utf-8-sig", newline="")))
    assert [(row["状态"], row["附件"]) for row in rows] == [
        ("成立，撤销或改分", "说明.txt"), ("不成立，维持", ""), ("逾期，不予受理", ""),
    ]  # fmt: skip
    told(folder, "appeal", "list", "--out", "list.xlsx")
    told(folder, "assess", "freeze", "--final", "--by", "张三", "--at", "2021-10-14")
    final = told(folder, "results", "show", "--json").json()
    rows = {one["now"]["unit"]: one for group in final["groups"] for one in group["rows"]}
    assert {unit: (one["first"]["score"], one["now"]["score"]) for unit, one in rows.items()} == {
        "财政局": ("95", "100"), "水务局": ("95", "95"), "民政局": ("95", "95"),
    }  # fmt: skip


def rows_kept(folder: Path) -> dict[str, set[str]]:
    """Every row of every table."""
    with closing(sqlite3.connect(folder / "duwang-data" / "duwang.sqlite3")) as base:
        tables = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: {repr(row) for row in base.execute(f'SELECT * FROM "{name}"')} for name in tables}  # noqa: S608


def runs(folder: Path) -> list[tuple[str, str]]:
    """Finished ones: a recheck is none."""
    found = told(folder, "runs", "--json").json()
    return [(one["id"], one["site"]["home"]) for one in found if one["state"] == "finished"]


def listed_disputed(folder: Path) -> set[str]:
    return {
        f"F-{one['case']['fingerprint'][:10]}"
        for one in told(folder, "findings", "--disputed", "--json").json()
    }
