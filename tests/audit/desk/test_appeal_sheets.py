"""A sheet of applications comes in whole or not at all, and every row that is wrong is told with its column."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from audit.desk.appeal_sheet import MOST_PAPER
from audit.desk.appealing import Applied, apply_sheet
from audit.desk.appeals import appeals
from audit.desk.desk import open_desk
from model import SHANGHAI, EntryKind, Fault
from storage import Store, open_store
from tests.audit.desk.appeal_ground import FINANCE, NOW, WATER, build, finding
from tests.audit.sheets import workbook

HEADS = ("单位", "问题编号", "指标/项目", "申请事项（理由）", "诉求", "申请人", "申请时间", "附件")
AT = datetime(2021, 10, 8, 9, tzinfo=SHANGHAI)
A, B, W = finding(FINANCE, "/a/"), finding(FINANCE, "/b/"), finding(WATER, "/a/")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Read only: what is refused, or only tried, leaves nothing behind."""
    folder = tmp_path_factory.mktemp("appeals")
    with open_store(f"sqlite:///{folder}/duwang.sqlite", folder / "archive") as kept:
        build(kept)
        yield kept


def sheet(folder: Path, *rows: Sequence[str], encoding: str = "utf-8-sig") -> Path:
    path = folder / "复核申请.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([HEADS, *rows])
    return path


def tried(store: Store, path: Path, **more: Any) -> Applied:
    told = {"by": "王五", "at": AT, "all_day": False, "now": NOW, "dry": True} | more
    return apply_sheet(store, open_desk(store), path, **told)


def told(done: Applied) -> list[tuple[int, str | None, str]]:
    return [(row, head, fault.message_id.removeprefix("fault.")) for row, head, fault in done.wrong]


GOOD = (
    ("财政局", A, "", "已经更新", "撤销该问题", "李四", "2021-10-09 16:30", "截图.png"),
    (" 财 政 局 ", "", "依申请公开办理", "台账齐全", "", "", "", ""),
    ("水务局", W.lower(), "", "'=1+1 不是公式", "", "", "2021年10月12日", ""),
)


def test_a_sheet_is_entered_with_its_papers(tmp_path: Path) -> None:
    (tmp_path / "截图.png").write_bytes(b"\x89PNG what was seen")
    with open_store(f"sqlite:///{tmp_path}/duwang.sqlite", tmp_path / "archive") as store:
        build(store)
        path = sheet(tmp_path, *GOOD, encoding="gb18030")
        done = tried(store, path, dry=False)
        assert not done.wrong and [one.number for one in done.taken] == [1, 2, 3]
        desk = open_desk(store)
        first, second, third = (one.said for one in appeals(desk))
        assert (first.finding, first.item, first.run_id, first.demand) == (A, "T-COL-01", "R0", "撤销该问题")
        assert first.paper and store.paper(first.paper.sha256) == b"\x89PNG what was seen"
        assert (second.unit, second.item, second.title, second.applicant) == (
            "财政局",
            "T-MAN-01",
            "依申请公开办理",
            "财政局",
        )
        assert second.applied_at == AT and not second.all_day
        assert (third.reason, third.all_day, third.late) == ("=1+1 不是公式", True, True)
        assert {one.by for one in desk.of(EntryKind.APPEALED)} == {"王五"}
        again = tried(store, path, dry=False, at=AT.replace(hour=11))
        assert not again.taken and again.known == ((2, 1), (3, 2), (4, 3))
        other = sheet(tmp_path, ("财政局", A, "", "另一个理由", "", "李四", "", ""), GOOD[1])
        assert told(tried(store, other, dry=False)) == [(2, None, "appeal_again")]
        assert len(open_desk(store).entries) == len(desk.entries)


def test_rows_that_are_wrong_are_told_and_none_is_taken(built: Store, tmp_path: Path) -> None:
    (tmp_path / "大.bin").touch()
    with (tmp_path / "大.bin").open("r+b") as file:
        file.truncate(MOST_PAPER + 1)
    (tmp_path / "连接.txt").symlink_to("/etc/hostname")
    reason, finding_head, item, applied, paper = HEADS[3], HEADS[1], HEADS[2], HEADS[6], HEADS[7]
    rows = (
        (("财政局", A, "", "对的一行", "", "", "", ""), None, None),
        (("", A, "", "没有单位", "", "", "", ""), "单位", "appeal_row_unit"),
        (("教育局", A, "", "没有这个单位", "", "", "", ""), "单位", "assessed_unit_unknown"),
        (("财政局", B, "", "", "", "", "", ""), reason, "appeal_row_reason"),
        (("财政局", "", "", "没有事项", "", "", "", ""), finding_head, "appeal_row_what"),
        (("财政局", "F-0000000000", "", "没有这个问题", "", "", "", ""), finding_head, "appeal_finding_unknown"),
        (("财政局", W, "", "别人的问题", "", "", "", ""), finding_head, "appeal_finding_of_other"),
        (("财政局", "F-", "", "太短", "", "", "", ""), finding_head, "appeal_finding_unknown"),
        (("财政局", "", "没有这项", "没有这项", "", "", "", ""), item, "appeal_item_unknown"),
        (("财政局", B, "", "时间不对", "", "", "昨天", ""), applied, "appeal_time"),
        (("财政局", B, "", "还没公示", "", "", "2021-09-29", ""), applied, "appeal_too_early"),
        (("财政局", B, "", "还没有到", "", "", "2022-01-05", ""), applied, "appeal_future"),
        (("财政局", B, "", "没有附件", "", "", "", "没有.txt"), paper, "appeal_paper_none"),
        (("财政局", B, "", "目录之外", "", "", "", "../x.txt"), paper, "appeal_paper_elsewhere"),
        (("财政局", B, "", "绝对路径", "", "", "", "/etc/hostname"), paper, "appeal_paper_elsewhere"),
        (("财政局", B, "", "反斜杠", "", "", "", "..\\x.txt"), paper, "appeal_paper_elsewhere"),
        (("财政局", B, "", "符号连接", "", "", "", "连接.txt"), paper, "appeal_paper_none"),
        (("财政局", B, "", "太大", "", "", "", "大.bin"), paper, "appeal_paper_large"),
        (("财政局", B, "", "#REF!", "", "", "", ""), reason, "cell_error"),
        (("财政局", B, "", "长" * 1001, "", "", "", ""), reason, "cell_too_long"),
        (("财政局", A, "", "同一问题又说一遍", "", "", "", ""), None, "appeal_again"),
    )  # fmt: skip
    done = tried(built, sheet(tmp_path, *(row for row, _, _ in rows)), dry=False)
    assert told(done) == [
        (number, head, fault) for number, (_, head, fault) in enumerate(rows, start=2) if fault
    ]
    assert not done.taken and not appeals(open_desk(built))
    assert not built.case_named(A).disputed


def test_the_same_row_twice_is_one_application(built: Store, tmp_path: Path) -> None:
    row = ("财政局", A, "", "已经更新", "", "", "", "")
    done = tried(built, sheet(tmp_path, row, row))
    assert [one.number for one in done.taken] == [1] and done.known == ((3, 1),)


def test_a_workbook_with_real_dates_and_merged_title(built: Store, tmp_path: Path) -> None:
    rows = [
        ["2021年复核申请汇总表"],
        [*HEADS, "备注"],
        ["财政局", A, None, "已经更新", None, "李四", datetime(2021, 10, 11, 23, 59), None, "x"],  # noqa: DTZ001
        ["水务局", W, None, "已经更新", None, "赵六", date(2021, 10, 11), None, None],
    ]
    done = tried(built, workbook(tmp_path / "b.xlsx", rows, lambda page: page.merge_cells("A1:I1")))
    assert done.unknown == ("备注",) and not done.wrong
    assert [(one.said.all_day, one.said.late) for one in done.taken] == [(False, False), (True, False)]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("单位,问题编号\n财政局,F-1\n", "appeal_sheet_heads"),
        ("名称,分数\n财政局,90\n", "appeal_sheet_heads"),
        ("单位,问题编号,理由\n", "appeal_sheet_empty"),
    ],
)
def test_a_sheet_that_is_none_is_refused(built: Store, tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(Fault, match=fault):
        tried(built, path)
