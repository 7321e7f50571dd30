"""Rows of CSV and XLSX sheets as staff save them, and what is no sheet."""

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from audit.spreadsheet import MAX_ROWS, Sheet, bare_cell, read_sheet
from audit.workbook import LAST_ROW, MAX_PARTS, MAX_UNPACKED, NOT_COMPUTED, cell_of
from model import Fault
from report.sheet import cell_text
from tests.audit.sheets import rewritten, workbook

HEADS = {
    "home": ("网址", "首页地址"),
    "name": ("网站名称", "名称"),
    "organiser": ("主办单位",),
    "day": ("日期",),
}
FIRST = "xl/worksheets/sheet1.xml"


def read(path: Path) -> Sheet:
    return read_sheet(path, HEADS, needed="home")


def csv(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "名单.csv"
    path.write_bytes(text.encode(encoding))
    return path


def fault(path: Path) -> str:
    with pytest.raises(Fault) as caught:
        read(path)
    assert caught.value.exit_code == 3
    return caught.value.message_id


# --- CSV --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_text_in_any_usual_form(tmp_path: Path, encoding: str, mark: str) -> None:
    text = "网站 名称,网址,备 注\r\n清溪县政府网,www.a.gov.cn,无\r\n,,\r\n乙,www.b.gov.cn,\r\n".replace(
        ",", mark
    )
    sheet = read(csv(tmp_path, text, encoding))
    assert sheet.heads == {"name": "网站 名称", "home": "网址"}
    assert sheet.unknown == ("备 注",)
    assert sheet.rows == [
        (2, {"name": "清溪县政府网", "home": "www.a.gov.cn"}),
        (4, {"name": "乙", "home": "www.b.gov.cn"}),
    ]


def test_titles_above_repeated_heads_and_lines_in_cells(tmp_path: Path) -> None:
    text = '清溪县网站名单,,\n填报：2026年11月,,\n名称,首页地址,网址\n"甲\n乙",a.gov.cn,不算\n名称,首页地址,网址\n丙,b.gov.cn,\n'
    sheet = read(csv(tmp_path, text))
    assert sheet.unknown == ("网址",)  # the second column for the same field
    assert sheet.rows == [
        (4, {"name": "甲\n乙", "home": "a.gov.cn"}),
        (6, {"name": "丙", "home": "b.gov.cn"}),
    ]


def test_heads_too_far_down_or_nowhere(tmp_path: Path) -> None:
    assert read(csv(tmp_path, "\n" * 10 + "网址\na.gov.cn\n")) == Sheet({}, (), [])
    assert read(csv(tmp_path, "名称\n甲\n")) == Sheet({}, (), [])
    assert read(csv(tmp_path, "")) == Sheet({}, (), [])
    assert read(csv(tmp_path, "\n" * 9 + "网址\na.gov.cn\n")).rows == [(11, {"home": "a.gov.cn"})]


def test_what_is_no_text_of_cells(tmp_path: Path) -> None:
    assert fault(csv(tmp_path, "网址\na\0b\n")) == "fault.sheet_not_csv"
    assert fault(csv(tmp_path, "<html><table><tr><td>网址</td></tr></table>")) == "fault.sheet_not_csv"
    assert fault(csv(tmp_path, f'网址\n"{"a" * 200_000}"\n')) == "fault.sheet_not_csv"
    assert fault(tmp_path / "nowhere.csv") == "fault.sheet_unreadable"
    assert fault(csv(tmp_path, "网址\n" + "a.gov.cn\n" * (MAX_ROWS + 1))) == "fault.sheet_too_long"
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert fault(tmp_path / "old.xls") == "fault.sheet_old_format"


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "'=1",
        " '\"=1",
        "a;=b",
        "a；'@b；+c",
        "-1",
        "＝1",
        "'quoted'",
        "a;'b",
        "甲；“=x",
        "''=x",
        "；=",
        "a;\"'=b",
    ],
)
def test_what_our_sheets_disarm_comes_back(text: str) -> None:
    once = bare_cell(text.strip())
    assert bare_cell(cell_text(once)) == bare_cell(cell_text(text)) == once
    assert once == text.strip() or "'" in text


# --- XLSX -------------------------------------------------------------------------------------------------


def test_the_visible_sheet_with_addresses_is_read_and_named(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["说明", "请勿改动"])
    hidden = book.create_sheet("旧")
    hidden.append(["网址"])
    hidden.append(["old.gov.cn"])
    hidden.sheet_state = "hidden"
    for name, home in (("填表说明", "必填"), ("名单", "a.gov.cn"), ("样表", None)):
        sheet = book.create_sheet(name)
        sheet.append(["某县网站名单"])
        sheet.append([])
        sheet.append(["名称", "网址"])
        sheet.append(["甲", home])
    book.save(tmp_path / "a.xlsx")
    found = read(tmp_path / "a.xlsx")
    assert (found.title, found.rows) == ("名单", [(4, {"name": "甲", "home": "a.gov.cn"})])


def test_two_visible_sheets_of_addresses_are_refused_and_both_named(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "封面"
    for name, home in (("县级", "www.p1.gov.cn"), ("乡镇", "www.p2.gov.cn")):
        sheet = book.create_sheet(name)
        sheet.append(["网址"])
        sheet.append([home])
    book.save(tmp_path / "two.xlsx")
    with pytest.raises(Fault) as caught:
        read(tmp_path / "two.xlsx")
    assert (caught.value.message_id, caught.value.params["names"]) == ("fault.sheet_several", "县级、乡镇")
    book["乡镇"].sheet_state = "hidden"
    book.save(tmp_path / "two.xlsx")
    assert read(tmp_path / "two.xlsx").title == "县级"


def test_hidden_rows_are_rows(tmp_path: Path) -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["A"].hidden = True

    path = workbook(tmp_path / "a.xlsx", [["网址", "名称"], ["a.gov.cn", "甲"], ["b.gov.cn", "乙"]], hide)
    assert [number for number, _ in read(path).rows] == [2, 3]
    assert read(path).rows[0][1]["home"] == "a.gov.cn"


def test_merged_cells_say_the_same_for_all(tmp_path: Path) -> None:
    def merge(sheet: Worksheet) -> None:
        for cells in ("A1:C1", "A3:A5", "B6:C6", "A2:A2"):
            sheet.merge_cells(cells)

    rows = [
        ["网站名单"], ["主办单位", "网址", "名称"], ["县政府办", "a.gov.cn", "甲"], [None, "b.gov.cn", "乙"],
        [None, "c.gov.cn", None], [None, "d.gov.cn", None],
    ]  # fmt: skip
    found = read(workbook(tmp_path / "a.xlsx", rows, merge)).rows
    assert [row["organiser"] for _, row in found] == ["县政府办", "县政府办", "县政府办", ""]
    assert [row["name"] for _, row in found] == ["甲", "乙", "", "d.gov.cn"]


def test_heads_merged_over_two_rows(tmp_path: Path) -> None:
    def merge(sheet: Worksheet) -> None:
        for cells in ("A1:A2", "B1:C1"):
            sheet.merge_cells(cells)

    rows = [["网址", "网站", None], [None, "名称", "主办单位"], ["a.gov.cn", "甲", "县政府办"]]
    sheet = read(workbook(tmp_path / "a.xlsx", rows, merge))
    assert sheet.rows == [(3, {"home": "a.gov.cn", "name": "甲", "organiser": "县政府办"})]


def test_values_as_people_would_type_them(tmp_path: Path) -> None:
    days = [
        date(2026, 11, 22),
        datetime.fromisoformat("2026-11-22T08:30"),
        46348,
        "2026年11月22日",
        5203990001,
        0.5,
        True,
    ]
    path = workbook(tmp_path / "a.xlsx", [["网址", "日期"], *(["a.gov.cn", day] for day in days)])
    assert [row["day"] for _, row in read(path).rows] == [
        "2026-11-22", "2026-11-22 08:30", "46348", "2026年11月22日", "5203990001", "0.5", "True",
    ]  # fmt: skip
    assert cell_of(time(8, 5)) == "08:05" and cell_of(timedelta(hours=30, minutes=5)) == "30:05"
    assert cell_of(2.0) == "2" and cell_of(1e20) == "1e+20" and cell_of(None) == ""


def test_formulas_give_the_value_that_was_kept_and_are_never_worked_out(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        [["网址", "名称"], ["a.gov.cn", "=T(A3)"], ["b.gov.cn", "=1/0"], ["c.gov.cn", "=A1"]],
    )
    assert [row["name"] for _, row in read(path).rows] == [NOT_COMPUTED] * 3  # as openpyxl leaves them
    empty = b"<v />" if b"<v />" in zipfile.ZipFile(path).read(FIRST) else b"<v></v>"
    for before, after in (
        (b'<c r="B2"><f>T(A3)</f>' + empty, '<c r="B2" t="str"><f>T(A3)</f><v>甲乙</v>'.encode()),
        (b'<c r="B3"><f>1/0</f>' + empty, b'<c r="B3" t="e"><f>1/0</f><v>#DIV/0!</v>'),
        (b'<c r="B4"><f>A1</f>' + empty, b'<c r="B4" t="str"><f>A1</f><v></v>'),
    ):
        rewritten(path, FIRST, before, after)
    assert [row["name"] for _, row in read(path).rows] == ["甲乙", "#DIV/0!", ""]


def test_a_size_that_is_told_wrong_cuts_nothing_off(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["网址", "名称"], ["a.gov.cn", "甲"], ["b.gov.cn", "乙"]])
    rewritten(path, FIRST, b'<dimension ref="A1:B3"', b'<dimension ref="A1:A1"')
    assert len(read(path).rows) == 2


def test_a_row_far_down_is_reached_and_one_beyond_the_last_is_not_gone_to(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["网址"], ["a.gov.cn"], ["b.gov.cn"]])
    rewritten(path, FIRST, b'<row r="3"', b'<row r="40000"')
    rewritten(path, FIRST, b'r="A3"', b'r="A40000"')
    assert [number for number, _ in read(path).rows] == [2, 40000]
    rewritten(path, FIRST, b'<row r="40000"', f'<row r="{LAST_ROW}00"'.encode())
    assert [number for number, _ in read(path).rows] == [2]


def test_what_is_no_sound_workbook(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["网址"], ["a.gov.cn"]])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert fault(path) == "fault.sheet_not_workbook"
    path.write_bytes(whole)
    assert fault(rewritten(path, FIRST, b"</sheetData>", b"<oops>")) == "fault.sheet_not_workbook"
    path.write_bytes(whole)
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet '
    assert fault(rewritten(path, FIRST, b"<worksheet ", entity)) == "fault.sheet_not_workbook"
    with zipfile.ZipFile(path, "w") as other:
        other.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert fault(path) == "fault.sheet_not_workbook"


def test_what_unpacks_to_too_much_is_not_unpacked(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["网址"], ["a.gov.cn"]])
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as more,
        more.open("xl/media/a.bin", "w") as file,
    ):
        for _ in range(MAX_UNPACKED // 2**24 + 1):
            file.write(bytes(2**24))
    assert path.stat().st_size < 2**20
    assert fault(path) == "fault.sheet_unpacks_large"
    workbook(path, [["网址"]])
    with zipfile.ZipFile(path, "a") as more:
        for number in range(MAX_PARTS):
            more.writestr(f"x/{number}", b"")
    assert fault(path) == "fault.sheet_unpacks_large"


def test_shared_texts_lose_their_looks_and_how_they_are_pronounced(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet()
    for column, head in enumerate(("网址", "名称", "主办单位")):
        sheet.write(0, column, head)
    sheet.write(1, 0, "a.gov.cn")
    sheet.write_rich_string(
        1, 1, book.add_format({"bold": True}), "青禾", "县 ", book.add_format({"italic": True}), "政府网"
    )
    sheet.write(1, 2, "县政府办")
    book.close()
    spoken = '<t>县政府办</t><rPh sb="0" eb="1"><t>xian</t></rPh>'
    path = rewritten(tmp_path / "a.xlsx", "xl/sharedStrings.xml", "<t>县政府办</t>".encode(), spoken.encode())
    assert read(path).rows == [(2, {"home": "a.gov.cn", "name": "青禾县 政府网", "organiser": "县政府办"})]
