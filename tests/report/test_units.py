"""One file for each organiser: names that any system takes, rows that say what to do, and what nobody could check."""

import csv
import io
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from model import CaseState, Coverage, Finding, LeftOver, Outcome, Rank, Scope, Site, UnitForm
from report.messages import Messages
from report.text import plain
from report.units import COLUMNS, Unit, UnitSite, file_name, overdue_on, write_units
from tests.report import sample

ZH, EN = Messages("zh_CN"), Messages("en")
SITE = sample.SITE
OTHER = Site(home="http://other.example/", name="未查之站", organiser=SITE.organiser)


def found(**more: Any) -> tuple[Finding, ...]:
    return tuple(
        one.model_copy(update=more) for one in sample.view().findings if one.verdict.outcome is Outcome.FAIL
    )


def unit(rows: tuple[Finding, ...], name: str = "临溪县人民政府办公室") -> Unit:
    run = sample.view().run.model_copy(
        update={"score": sample.SCORE, "counts": {Outcome.UNSURE: 2, Outcome.BLOCKED: 1, Outcome.PASS: 9}}
    )
    left = LeftOver(rank=Rank.ARTICLE, reason="max_pages", count=7)
    quick = Coverage(scope=Scope.COLUMNS, left=(left,))
    return Unit(name, (UnitSite(SITE, run, quick), UnitSite(OTHER, None)), tuple((SITE, one) for one in rows))


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("甲县人民政府", "甲县人民政府"),
        ('a/b\\c:d*e?f"g<h>i|j', "a_b_c_d_e_f_g_h_i_j"),
        ("..", "_"),
        ("../../etc/passwd", "_.._etc_passwd"),
        (" .甲. ", "甲"),
        ("CON", "_CON"),
        ("nul.xlsx", "_nul.xlsx"),
        ("COM¹", "_COM¹"),
        ("-rf", "_-rf"),
        ("~root", "_~root"),
        ("@丙局/..\\x", "_@丙局_.._x"),
        ("＝甲", "_＝甲"),
        ("\x1b[2J甲\u202egpj", "甲gpj"),
        ("甲\n乙\t丙\x00", "甲 乙 丙"),
        ("", "_"),
    ],
)
def test_a_name_becomes_a_file_name(name: str, file: str) -> None:
    assert file_name(name, set()) == file


def test_no_two_units_share_a_file_and_none_is_too_long() -> None:
    taken = {"index"}
    names = [
        file_name(name, taken)
        for name in ("甲", "甲", "A", "a", "Index", "长" * 300, "长" * 301, "e\u0301", "é")
    ]
    assert names[:5] == ["甲", "甲~2", "A", "a~2", "Index~2"]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(len(f"{name}.xlsx".encode()) <= 200 for name in names)


def test_csv_says_what_to_do_and_by_when(tmp_path: Path) -> None:
    rows = found(due=date(2026, 11, 18))
    *_, index = write_units([unit(rows)], tmp_path, UnitForm.CSV, sample.MOMENT, ZH)
    content = (tmp_path / "临溪县人民政府办公室.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    told = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(told) == len(rows) and list(told[0]) == [ZH.text(name) for name in COLUMNS]
    (row,) = [row for row in told if row["栏目"] == "部门动态"]
    assert (row["整改期限"], row["逾期工作日"], row["状态"]) == ("2026-11-18", "2", "待整改")
    assert row["整改建议"].startswith("发布新的内容") and row["条款"] == "发布解读·动态要闻"
    (line,) = csv.DictReader(io.StringIO(index.read_text("utf-8-sig")))
    assert line == {
        "文件": "临溪县人民政府办公室.csv", "单位": "临溪县人民政府办公室", "网站数": "2", "现存问题": str(len(rows)),
        "逾期未改": str(len(rows)), "未能检查的网站": "1", "未能核实": "3",
    }  # fmt: skip


def test_xlsx_has_findings_and_sites_as_they_are(tmp_path: Path) -> None:
    write_units([unit(found(due=date(2026, 12, 18)))], tmp_path, UnitForm.XLSX, sample.MOMENT, ZH)
    book = openpyxl.load_workbook(tmp_path / "临溪县人民政府办公室.xlsx")
    assert book.sheetnames == ["问题清单", "网站"]
    heads = [cell.value for cell in book["问题清单"][1]]
    cells = dict(zip(heads, book["问题清单"][2], strict=True))
    assert cells["整改期限"].value == datetime(2026, 12, 18) and cells["逾期工作日"].value is None  # noqa: DTZ001
    assert not [cell for page in book for row in page.iter_rows() for cell in row if cell.data_type == "f"]
    sites = [[cell.value for cell in row] for row in book["网站"].iter_rows(min_row=2)]
    assert [row[7] for row in sites] == ["快速检查，只看栏目，7 个地址待访问", None]
    assert [(row[0], row[3], row[6]) for row in sites] == [
        ("临溪县人民政府门户网站", datetime(2026, 11, 21, 9, 0), 3),  # noqa: DTZ001
        ("未查之站", "从未完成检查", "未能检查"),
    ]


def test_html_is_one_page_that_says_what_was_not_checked_and_runs_nothing(tmp_path: Path) -> None:
    write_units(
        [unit(found(due=date(2026, 11, 18)), sample.SCRIPT)], tmp_path, UnitForm.HTML, sample.MOMENT, ZH
    )
    (page,) = [path.read_text("utf-8") for path in tmp_path.glob("*script*.html")]
    tags = "".join(re.findall(r"<[^>]+>", page))
    assert (
        "<script" not in tags and "<img" not in tags and not re.search(r"\bon\w+\s*=|javascript:|url\(", tags)
    )
    assert set(re.findall(r'href="([a-z]+):', tags)) <= {"https", "http"}
    assert "有 1 个网站未能检查，其清单不代表现状合格。" in page and "未能核实" in page
    assert "逾期工作日" in page and 'class="late"' in tags
    assert plain(page.replace("\n", "")) and "\x1b" not in page and "\u202e" not in page
    index = (tmp_path / "index.html").read_text("utf-8")
    (target,) = re.findall(r'href="\./([^"]+)"', index)
    assert "%3C" not in target and not re.search(r"[<>\"' ]", target)


def test_a_unit_without_findings_gets_its_file_too(tmp_path: Path) -> None:
    for form in UnitForm:
        written = write_units([unit(())], tmp_path, form, sample.MOMENT, EN)
        assert [path.exists() for path in written] == [True, True]
    assert "Nothing stands in the ledger." in (tmp_path / "临溪县人民政府办公室.html").read_text("utf-8")


def test_what_is_overdue() -> None:
    one = found()[0].model_copy(update={"due": date(2026, 11, 18)})
    assert overdue_on(one, date(2026, 11, 19)) and not overdue_on(one, date(2026, 11, 18))
    for state in (CaseState.FIXED, CaseState.WAIVED, CaseState.WITHDRAWN, CaseState.SUSPECTED):
        assert not overdue_on(one.model_copy(update={"state": state}), date(2026, 11, 19))
    assert not overdue_on(one.model_copy(update={"due": None}), date(2026, 11, 19))


def test_what_is_waived_is_listed_and_not_counted(tmp_path: Path) -> None:
    standing, waived = found(state=CaseState.OPEN), found(state=CaseState.WAIVED)
    write_units([unit((*standing, waived[0]))], tmp_path, UnitForm.XLSX, sample.view().moment, ZH)
    book = openpyxl.load_workbook(tmp_path / "临溪县人民政府办公室.xlsx")
    told, sites = book.worksheets
    assert told.max_row - 1 == len(standing) + 1
    place = [cell.value for cell in sites[1]].index("现存问题")
    assert sites[2][place].value == len(standing)
