"""Sheets of links: their columns, one row a link and page that carries it, and that no cell is ever a formula."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from model import LinkRelation
from report.link_sheets import write_blocked, write_dead, write_long_dead
from report.links import LinksView, totals_line
from report.messages import Messages
from tests.report import sample

ZH, EN = Messages("zh_CN"), Messages("en")
Write = Callable[[LinksView, Path, Messages], None]
DEAD = "序号 时间 不可用链接URL 监测层次 链接标题 父页面URL 父页面标题 资源类型 错误描述 连续不可用天数 快照"
LONG = "序号 不可用链接URL 链接标题 资源类型 范围 连续不可用天数"
BLOCKED = "序号 主机 链接（举例） 原因 链接数 请求标识（User-Agent） 需要放行的内容"
_FORMULA = re.compile(r"""(?:^|[;；])[\s"'“”]*[=+\-@＝＋－＠]""")


def rows(
    write: Write, folder: Path, messages: Messages = ZH, view: LinksView = sample.LINKS
) -> list[list[str]]:
    path = folder / "sheet.csv"
    write(view, path, messages)
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == content.count(b"\r\n")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    ("write", "heads"), [(write_dead, DEAD), (write_long_dead, LONG), (write_blocked, BLOCKED)]
)
def test_the_columns_are_those_people_know(tmp_path: Path, write: Write, heads: str) -> None:
    assert rows(write, tmp_path)[0] == heads.split()


def test_english_headings(tmp_path: Path) -> None:
    assert rows(write_dead, tmp_path, EN)[0][:4] == ["No.", "Time", "Unavailable link URL", "Level"]


def test_a_dead_link_has_a_row_for_each_page_that_carries_it(tmp_path: Path) -> None:
    found = rows(write_dead, tmp_path)[1:]
    assert [row[0] for row in found] == [str(number) for number in range(1, len(found) + 1)]
    three = [row for row in found if row[2].endswith("/zwgk/0003.html")]
    assert [row[5].partition("?")[0] for row in three] == [
        f"https://www.linxi.gov.cn/zcwj/{n}.html" for n in range(3)
    ]
    assert three[1][1:2] + three[1][3:4] + three[1][7:] == [
        "2026-11-21 08:58", "一级栏目", "页面", "目标不存在（404, 404）", "3", "R-20261121-090000/3",
    ]  # fmt: skip


def test_a_dead_link_whose_pages_nobody_knows_still_has_a_row(tmp_path: Path) -> None:
    (row,) = [row for row in rows(write_dead, tmp_path) if row[2] == "javascript:alert(3)"]
    assert (row[3], row[5], row[6]) == ("其他页面", "", "")


def test_what_is_only_suspected_is_on_no_sheet_of_dead_links(tmp_path: Path) -> None:
    for write in (write_dead, write_long_dead):
        assert not [row for row in rows(write, tmp_path) if "0020.html" in "".join(row)]


def test_long_dead_links_are_those_of_a_week_or_more_the_longest_first(tmp_path: Path) -> None:
    found = rows(write_long_dead, tmp_path)[1:]
    assert [(row[1].rpartition("/")[2], row[3], row[4], row[5]) for row in found] == [
        ("0008.html", "附件", "站内", "31"),
        ("", "外部页面", "站外", "7"),
        ("javascript:alert(3)", "同平台页面", "同平台", "7"),
    ]
    path = tmp_path / "month.csv"
    write_long_dead(sample.LINKS, path, ZH, days=30)
    assert path.read_text("utf-8-sig").count("\n") == 2


def test_who_refused_us_is_told_what_to_let_pass(tmp_path: Path) -> None:
    own, other, robots = rows(write_blocked, tmp_path)[1:]
    assert own[1:6] == ["www.linxi.gov.cn", "https://www.linxi.gov.cn/a/", "状态码 412", "1",
                        "duwang/0.1.0 (government website compliance audit)"]  # fmt: skip
    assert "www.linxi.gov.cn" in own[6] and "“duwang/0.1.0”开头" in own[6] and "0.5 秒" in own[6]
    assert "2 秒" in other[6] and "瑞数" in other[3]
    assert "robots.txt" in robots[6]


@pytest.mark.parametrize("write", [write_dead, write_long_dead, write_blocked])
def test_no_cell_begins_a_formula_or_holds_what_cannot_be_seen(tmp_path: Path, write: Write) -> None:
    found = rows(write, tmp_path)
    armed = [cell for row in found for cell in row if "=cmd" in cell or "=1+1" in cell]
    assert armed or write is write_long_dead
    for cell in (cell for row in found for cell in row):
        assert not _FORMULA.match(cell) or cell.startswith("'"), cell
        assert not set(cell) & set("\t\r\n\x00\x1b\u200b\u202e\ufeff")


def test_totals_are_one_line_in_both_languages() -> None:
    assert totals_line(sample.LINKS, ZH) == "链接：已核验 812，失效 9，疑似 2，无法核验 3，未访问 42"
    assert totals_line(sample.LINKS, EN).startswith("Links: 812 checked, 9 dead, 2 suspected")


def test_kinds_of_the_dead_most_first() -> None:
    assert list(sample.LINKS.by_kind.items()) == [
        (LinkRelation.INTERNAL, 6), (LinkRelation.ATTACHMENT, 1), (LinkRelation.EXTERNAL, 1), (LinkRelation.PLATFORM, 1),
    ]  # fmt: skip
