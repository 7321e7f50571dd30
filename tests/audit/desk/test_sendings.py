"""Sent, acknowledged, or neither: in the order things happen, from a command or from a sheet that comes back."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from audit.desk.desk import Desk, open_desk
from audit.desk.receipts import receive_sheet
from audit.desk.sendings import gaps, lines_of, receipt_draft, sending_of, sendings, sent_draft, waiting
from model import SHANGHAI, Draft, EntryKind, Fault, Notice, NoticeKind
from report.messages import Messages
from report.notice.listing import listing_heads, listing_rows
from report.table import write_table
from storage import Store, open_store
from tests.audit.desk.noticed import YEAR, desk, kept, told

ZH = Messages("zh_CN")
MADE = datetime(2026, 11, 2, 9, tzinfo=SHANGHAI)
NOW = datetime(2026, 11, 30, 18, tzinfo=SHANGHAI)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


CALL = Notice(
    kind=NoticeKind.CALL, units=("甲局", "乙局", "丁镇"), dated=date(2026, 11, 12), begins=date(2026, 11, 30)
)
ORDERS = [  # entries 2 to 4: an order to 甲局 and to 乙局, and an announcement to all three
    *(
        told(EntryKind.NOTICE, Notice(kind=NoticeKind.MEND, units=(unit,), dated=MADE.date()), MADE, unit)
        for unit in ("甲局", "乙局")
    ),
    told(EntryKind.NOTICE, CALL, MADE + 10 * DAY, "call"),
]


def sent(unit: str, number: int, at: datetime) -> Draft:
    return sent_draft(sending_of(desk(*ORDERS), unit, number), at, "王芳", channel="公文系统")


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/desk.sqlite", tmp_path / "archive") as store:
        yield store


def test_each_notice_to_each_unit_has_its_state() -> None:
    done = [*ORDERS, sent("甲局", 2, MADE + HOUR), sent("丁镇", 4, MADE + 11 * DAY)]
    done.append(receipt_draft(sending_of(desk(*done), "甲局", 2), MADE + DAY, "王芳", "张三"))
    now = desk(*done)
    found = {(one.number, one.unit): one.state for one in sendings(now)}
    assert found == {
        (2, "甲局"): "received", (3, "乙局"): "made", (4, "甲局"): "made", (4, "乙局"): "made", (4, "丁镇"): "sent",
    }  # fmt: skip
    last = listing_rows(lines_of(sendings(now)), ZH)[-1]
    assert last[-1] == "未签收，提前 18 天"


@pytest.mark.parametrize(
    ("fault", "wrong"),
    [
        ("notice_not_sent", lambda desk: receipt_draft(sending_of(desk, "乙局", 3), NOW, "王芳", "李四")),
        (
            "notice_receipt_before",
            lambda desk: receipt_draft(sending_of(desk, "甲局", 2), MADE, "王芳", "张三"),
        ),
        ("notice_sent_before", lambda desk: sent_draft(sending_of(desk, "乙局", 3), MADE - HOUR, "王芳")),
        ("notice_number", lambda desk: sending_of(desk, "丁镇", 2)),
        ("assessed_unit_unknown", lambda desk: sending_of(desk, "丙厅")),
        (
            "notice_words_long",
            lambda desk: sent_draft(sending_of(desk, "乙局", 3), NOW, "王芳", channel="长" * 121),
        ),
    ],
)
def test_nothing_is_entered_out_of_its_order(fault: str, wrong: Callable[[Desk], object]) -> None:
    with pytest.raises(Fault) as caught:
        wrong(desk(*ORDERS, sent("甲局", 2, MADE + HOUR)))
    assert caught.value.message_id == f"fault.{fault}"
    assert ZH.has(caught.value.message_id)


def test_what_was_made_anew_is_not_taken_for_sent() -> None:
    """An order, a bulletin of the same months or an announcement made twice went out once; bulletins of other months each."""
    again = told(
        EntryKind.NOTICE, Notice(kind=NoticeKind.MEND, units=("甲局",), dated=MADE.date()), MADE, "甲局"
    )
    may = Notice(
        kind=NoticeKind.BULLETIN, units=("甲局",), dated=MADE.date(), since=MADE - 9 * DAY, until=MADE
    )
    june = may.model_copy(update={"since": MADE, "until": MADE + DAY})
    now = desk(*ORDERS, again, *(told(EntryKind.NOTICE, one, MADE, "bulletin") for one in (may, may, june)))
    unsent, anew = waiting(now)
    assert {(one.number, one.unit) for one in unsent} == {
        (3, "乙局"), (4, "甲局"), (4, "乙局"), (4, "丁镇"), (5, "甲局"), (7, "甲局"), (8, "甲局"),
    }  # fmt: skip
    assert [(one.number, one.unit) for one in anew] == [(2, "甲局"), (6, "甲局")]
    assert [one.number for one in waiting(now, 2)[0]] == [2] and waiting(now, 2)[1] == []


def test_an_announcement_on_the_very_day_is_not_nought_days_late() -> None:
    now = desk(told(EntryKind.NOTICE, CALL.model_copy(update={"begins": CALL.dated}), MADE, "call"))
    assert listing_rows(lines_of(sendings(now)), ZH)[0][-1] == "未送达，开始当日才发"


def test_a_bare_day_is_no_earlier_than_what_happened_on_it() -> None:
    midnight = MADE.replace(hour=0)
    assert sent_draft(sending_of(desk(*ORDERS), "甲局", 2), midnight, "王芳").at == MADE
    with pytest.raises(Fault):
        sent_draft(sending_of(desk(*ORDERS), "甲局", 2), midnight - DAY, "王芳")


def test_units_that_were_told_nothing_for_too_long() -> None:
    now = desk(*ORDERS, sent("甲局", 2, MADE + 8 * DAY))  # 11-10
    told = {one.unit: (one.first.day, one.last.day, one.days) for one in gaps(now, 9, NOW)}
    assert told == {"甲局": (11, 30, 20), "乙局": (1, 30, 30), "丁镇": (1, 30, 30)}
    assert [one.unit for one in gaps(now, 20, NOW)] == ["乙局", "丁镇"]
    assert gaps(now, 31, NOW) == []
    assert {one.last for one in gaps(now, 5, MADE + 12 * DAY) if one.unit == "乙局"} == {date(2026, 11, 14)}


def sheet(store: Store, path: Path, **cells: tuple[object, object]) -> Path:
    """The list as it is written, with who signed and when filled in, by `notice_unit`."""
    write_table(
        path, "送达", listing_heads(ZH), listing_rows(lines_of(sendings(open_desk(store, YEAR.id))), ZH)
    )
    book = openpyxl.load_workbook(path)
    page = book.active
    heads = {cell.value: cell.column for cell in page[1]}
    for row in range(2, page.max_row + 1):
        told = cells.get(f"n{page.cell(row, heads['编号']).value}_{page.cell(row, heads['单位']).value}")
        for head, value in zip(("签收人", "签收时间"), told or (), strict=False):
            page.cell(row, heads[head]).value = value
    book.save(path)
    return path


def test_a_sheet_is_taken_whole_or_not_at_all_and_once(local: Store, tmp_path: Path) -> None:
    now = kept(local, *ORDERS, sent("甲局", 2, MADE + HOUR))
    rows = "单位,签收人,签收时间,编号\n甲局,张三,2026-11-03,2\n丙厅,李四,2026-11-03,\n乙局,李四,2026-11-03,3\n甲局,张三,十一月,2\n甲局,张三,2027-01-01,2\n甲局,张三,2026-11-03,2\n"
    (tmp_path / "r.csv").write_bytes(rows.encode("gb18030"))
    read = receive_sheet(local, now, tmp_path / "r.csv", "王芳", NOW)
    assert [(one.row, one.head, one.fault.message_id) for one in read.wrong] == [
        (3, "单位", "fault.assessed_unit_unknown"),
        (4, None, "fault.notice_not_sent"),
        (5, "签收时间", "fault.minute_invalid"),
        (6, "签收时间", "fault.notice_receipt_future"),
        (7, None, "fault.notice_receipt_again"),
    ]
    assert read.entered == 0 and not open_desk(local, YEAR.id).of(EntryKind.RECEIPT)
    (tmp_path / "short.csv").write_text("单位,签收人\n甲局,张三\n", "utf-8")
    with pytest.raises(Fault) as caught:
        receive_sheet(local, now, tmp_path / "short.csv", "王芳", NOW)
    assert caught.value.message_id == "fault.sheet_lacks" and caught.value.params["heads"] == "签收时间"
    local.enter(YEAR.dossier, [sent("乙局", 3, MADE + HOUR)], NOW)
    now = open_desk(local, YEAR.id)
    filled = sheet(
        local,
        tmp_path / "a.xlsx",
        n2_甲局=("张三", "2026年11月3日"),
        n3_乙局=("李四", datetime(2026, 11, 4, 10, 30)),  # noqa: DTZ001
    )
    read = receive_sheet(local, now, filled, "王芳", NOW)
    assert (read.entered, read.blank, read.known, read.unknown, read.wrong) == (2, 3, 0, (), ())
    received = {one.unit: one.received[0] for one in sendings(open_desk(local, YEAR.id)) if one.received}
    assert {unit: (at.astimezone(SHANGHAI).isoformat(), told.signer) for unit, (at, told) in received.items()} == {
        "甲局": ("2026-11-03T00:00:00+08:00", "张三"), "乙局": ("2026-11-04T10:30:00+08:00", "李四"),
    }  # fmt: skip
    again = receive_sheet(local, open_desk(local, YEAR.id), sheet(local, tmp_path / "b.xlsx"), "王芳", NOW)
    assert (again.entered, again.blank, again.known) == (0, 3, 2)
