"""The workbook: what kind of cell everything becomes, and that none of them is ever a formula or a link."""

import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import Cell as Read
from openpyxl.worksheet.worksheet import Worksheet

from model import SHANGHAI, Fault
from report.book import Cell, Sheet, render_book, write_book
from report.messages import Messages
from report.sheet import render_csv, write_xlsx
from tests.report import sample
from tests.report.test_report_sheet import FORMULAS, HEADERS, rows
from tests.whole.hostile_site import PAYLOADS

ZH = Messages("zh_CN")


def sheets(content: bytes) -> dict[str, Worksheet]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {name: book[name] for name in book.sheetnames}


def cells(*values: Cell) -> list[Read]:
    (page,) = sheets(render_book([Sheet("s", ["h"], [[value] for value in values])])).values()
    return [row[0] for row in page.iter_rows(min_row=2)]


def test_every_value_is_the_kind_of_cell_it_is() -> None:
    moment = datetime(2026, 11, 21, 1, 5, tzinfo=SHANGHAI)
    read = cells("甲", "0012", 7, Decimal("1.50"), date(2026, 2, 3), moment, None, "", "true")
    assert [(one.value, one.data_type) for one in read] == [
        ("甲", "s"), ("0012", "s"), (7, "n"), (1.5, "n"), (datetime(2026, 2, 3), "d"),  # noqa: DTZ001
        (datetime(2026, 11, 21, 1, 5), "d"), (None, "n"), (None, "n"), ("true", "s"),  # noqa: DTZ001
    ]  # fmt: skip
    assert [one.number_format for one in read[4:6]] == ["yyyy-mm-dd", "yyyy-mm-dd hh:mm"]


def test_nothing_a_stranger_writes_computes_or_leads_outside() -> None:
    words = [
        *FORMULAS,
        *PAYLOADS,
        "https://evil.example/",
        "mailto:x@y",
        "internal:s!A1",
        "{=1+1}",
        "1-2",
        "12e5",
    ]
    content = render_book([Sheet("s", ["=1", *words[:3]], [[word] * 4 for word in words])])
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        text = {name: parts.read(name).decode() for name in parts.namelist()}
    assert not [name for name in text if re.search(r"<f[ >]|hyperlink|externalLink|TargetMode", text[name])]
    (page,) = sheets(content).values()
    assert {one.data_type for row in page.iter_rows() for one in row} <= {"s", "n"}  # n: an empty cell
    for word, read in zip(words, cells(*words), strict=True):
        shown = str(read.value or "")
        assert not set(shown) & set("\x00\x1b\t\r\n\u202e\u200b\ufeff"), word
        assert read.quotePrefix or not re.match(r"\s*[\"'“]*[=+\-@＝＋－＠−]|\d+-\d+$", shown), word


def test_heads_stay_filter_and_print_on_every_page() -> None:
    page = sheets(render_book([Sheet("清单", ["序号", "问题描述"], [[1, "长" * 90], [2, "短"]])]))["清单"]
    assert (page.freeze_panes, page.auto_filter.ref, page.print_title_rows) == ("A2", "A1:B3", "$1:$1")
    assert page["B2"].alignment.wrap_text and page["A1"].font.bold
    width = page.column_dimensions["B"].width
    assert 30 <= width <= 36 and page.column_dimensions["A"].width < 12


def test_names_of_sheets_are_made_possible_and_told_apart() -> None:
    names = ["a/b", "A_B", "", "'", "'", "长" * 40, "长" * 40, "History", "\U0001f4c4" * 20]
    found = list(sheets(render_book([Sheet(name, ["h"], []) for name in names])))
    assert found[:3] == ["a_b", "A_B~2", "Sheet"] and len(set(found)) == len(names)
    assert all(len(name.encode("utf-16-le")) <= 62 for name in found)


def test_a_long_cell_is_cut_and_rows_beyond_the_first_are_all_there() -> None:
    (read,) = cells("\U0001f4c4" * 40_000)
    assert len(str(read.value).encode("utf-16-le")) // 2 <= 32_000
    assert [one.value for one in cells(*range(1200))] == list(range(1200))


def test_findings_are_those_of_the_csv(tmp_path: Path) -> None:
    write_xlsx(sample.view(), tmp_path / "问题清单.xlsx", ZH)
    (page,) = sheets((tmp_path / "问题清单.xlsx").read_bytes()).values()
    head, *body = page.iter_rows(values_only=True)
    assert list(head) == HEADERS.split()
    told = rows(render_csv(sample.view(), ZH))
    assert len(body) == len(told) > 10
    for row, want in zip(body, told, strict=True):
        shown = {
            name: "" if value is None else f"{value:%Y-%m-%d}" if isinstance(value, datetime) else str(value)
            for name, value in zip(HEADERS.split(), row, strict=True)
        }
        assert shown == {name: re.sub(r"(^|[;；])'", r"\1", text) for name, text in want.items()}
    first = dict(zip(HEADERS.split(), next(page.iter_rows(min_row=2)), strict=True))
    assert [first[name].data_type for name in ("序号", "首次发现", "最近发现", "标识码")] == [
        "n",
        "d",
        "d",
        "s",
    ]
    assert {str(row[HEADERS.split().index("状态")]) for row in body} >= {"待整改", "需人工核实"}


def test_the_same_findings_give_the_same_bytes() -> None:
    made = [render_book([Sheet("s", ["h"], [["甲"], [1]])]) for _ in range(2)]
    assert made[0] == made[1]


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Fault) as caught:
        write_book([Sheet("s", ["h"], [])], tmp_path / "file" / "out.xlsx")
    assert (caught.value.message_id, caught.value.exit_code) == ("fault.report_not_written", 1)
