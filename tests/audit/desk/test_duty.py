"""Duty reading: what a signature keeps, which days are missed, what a sheet of signatures must be, and that nothing is half entered."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.desk.desk import Desk, open_desk
from audit.desk.duty import Asked, duty_log, duty_tallies, is_late, sign, signatures
from audit.desk.duty_sheet import DutySheet, sign_sheet
from audit.desk.minutes import minute_of, time_on
from model import (
    SHANGHAI,
    AssessedObject,
    AssessedUnit,
    Assessment,
    Draft,
    EntryKind,
    Fault,
    FetchOutcome,
    Visit,
    Window,
    WindowKind,
    body_of,
)
from report.duty import DutyState, days_text, duty_cells, duty_heads, seen_text
from report.messages import Messages
from report.table import write_table
from storage import Store, open_store
from tests.audit import county
from tests.audit.sheets import workbook

ZH = Messages("zh_CN")
MONTH = (date(2026, 11, 1), date(2026, 11, 30))
THURSDAY = date(2026, 11, 19)  # the second night of the county: audits at 22:00
HEADS = ["日期", "单位", "值班人", "签到时刻", "备注"]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


NOW = at("2026-11-23 10:00")  # a Monday


def unit(name: str, *keys: str) -> AssessedUnit:
    return AssessedUnit(
        name=name,
        pack="county/own",
        objects=tuple(AssessedObject(name=key, site_key=county.key(key)) for key in keys)
        or (AssessedObject(name="微信公众号"),),
    )


ASSESSMENT = Assessment(
    id="d2026",
    title="2026年评估",
    organiser="县政府办公室",
    starts=date(2026, 1, 1),
    ends=date(2026, 12, 31),
    windows=(Window(kind=WindowKind.MONITOR, starts=date(2026, 11, 16), ends=date(2026, 11, 30)),),
    units=(unit("甲局", "jia", "yi"), unit("乙局", "bing"), unit("丁镇")),
)


@pytest.fixture(scope="module")
def county_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    with open_store(f"sqlite:///{folder}/d.sqlite", folder / "archive") as kept:
        county.build(kept)
        opened = Draft(kind=EntryKind.OPENED, at=NOW, by="王芳", body=body_of(ASSESSMENT))
        kept.enter(ASSESSMENT.dossier, [opened], NOW)
    return folder / "d.sqlite"


@pytest.fixture
def store(county_file: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copy(county_file, tmp_path / "d.sqlite")
    with open_store(f"sqlite:///{tmp_path}/d.sqlite", tmp_path / "archive") as kept:
        yield kept


def desk(store: Store) -> Desk:
    return open_desk(store, "d2026")


def one(unit: str, on: date, signer: str = "李强", hour: str = "09:05", note: str = "") -> Asked:
    return Asked(unit, on, signer, at(f"{on} {hour}"), note)


def test_a_signature_keeps_what_was_seen_by_then_and_the_log_tells_what_came_after(store: Store) -> None:
    signed_at = at("2026-11-19 09:05")
    sign(store, "d2026", [one("甲 局", THURSDAY)], "李强", signed_at)
    ((entry, signature),) = signatures(desk(store))
    assert (signature.unit, entry.subject, entry.by) == ("甲局", "甲局", "李强") and not is_late(
        entry, signature
    )
    assert (signature.seen.until, signature.seen.new, signature.seen.standing) == (signed_at, 0, 3)
    (line,) = [row for row in duty_log(store, desk(store), MONTH, NOW, ["甲局"]) if row.on == THURSDAY]
    assert (line.state, line.signer, line.after) == (DutyState.SIGNED, "李强", 1)
    assert (line.seen.new, line.seen.mended, line.seen.standing, line.seen.overdue) == (1, 1, 3, 1)
    assert seen_text(line, ZH) == (
        "甲县人民政府 检查 1 次，得分 84～92；甲县某局 首页未能打开，没有得分；新增 1，反弹 0，已整改 1；逾期未改 1；签到后又出现 1"
    )


def test_visits_of_the_day_are_counted_as_the_availability_rule_counts_them(store: Store) -> None:
    key, began = county.key("jia"), at("2026-11-20 08:00")
    for hours, outcome, control in (
        (0, FetchOutcome.OK, None),
        (1, FetchOutcome.UNREACHABLE, True),
        (2, FetchOutcome.UNREACHABLE, False),  # our own network
        (30, FetchOutcome.OK, None),  # the next day
    ):
        moment = began + timedelta(hours=hours)
        store.keep_visits(
            [Visit(site_key=key, url="http://jia.example/", at=moment, outcome=outcome, control=control)]
        )
    (line,) = [
        row for row in duty_log(store, desk(store), MONTH, NOW, ["甲局"]) if row.on == date(2026, 11, 20)
    ]
    assert [(site.visits, site.failed, site.audits) for site in line.seen.sites] == [(2, 1, 0), (0, 0, 0)]
    assert "当日没有完成检查，访问 2 次、失败 1 次" in seen_text(line, ZH)


def test_missed_late_and_awaited_days(store: Store) -> None:
    monday = date(2026, 11, 16)
    sign(store, "d2026", [one("乙局", monday)], "李强", at("2026-11-16 23:59"))
    sign(store, "d2026", [one("乙局", monday + timedelta(days=1))], "李强", at("2026-11-18 00:00"))
    sign(store, "d2026", [Asked("乙局", monday, "王芳")], "王芳", NOW)  # a second reader, days later
    (tally,) = duty_tallies(desk(store), MONTH, NOW, ["乙局"])
    assert (tally.asked, tally.signed, tally.late) == (7, 1, 1)
    assert days_text(tally.missed, ZH) == "2026-11-18 至 2026-11-22"
    (tally,) = duty_tallies(desk(store), MONTH, NOW, ["乙局"], workdays=True)
    assert days_text(tally.missed, ZH) == "2026-11-18 至 2026-11-20"
    lines = duty_log(store, desk(store), MONTH, NOW, ["乙局"])
    assert [(row.on.day, row.signer, row.state.value) for row in lines] == [
        (16, "李强", "signed"), (16, "王芳", "late"), (17, "李强", "late"), (18, "", "missed"), (19, "", "missed"),
        (20, "", "missed"), (21, "", "missed"), (22, "", "missed"), (23, "", "waiting"),
    ]  # fmt: skip


def test_a_unit_without_sites_can_be_read_as_well(store: Store) -> None:
    sign(store, "d2026", [one("丁镇", THURSDAY)], "李强", NOW)
    (line,) = [row for row in duty_log(store, desk(store), MONTH, NOW, ["丁镇"]) if row.signer]
    assert seen_text(line, ZH) == "没有可检查的网站" and line.seen.standing == 0


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        (one("甲局", date(2026, 11, 15)), "fault.duty_outside"),
        (one("甲局", date(2026, 12, 1)), "fault.duty_outside"),
        (one("甲局", date(2026, 11, 24)), "fault.duty_future"),
        (one("甲局", date(2026, 11, 23), hour="10:01"), "fault.duty_future"),
        (Asked("甲局", THURSDAY, "李强", at("2026-11-18 23:00")), "fault.duty_before"),
        (one("丙局", THURSDAY), "fault.assessed_unit_unknown"),
        (one("甲局", THURSDAY, " "), "fault.duty_nobody"),
        (one("甲局", THURSDAY, "李" * 61), "fault.duty_long"),
        (one("甲局", THURSDAY, note="长" * 501), "fault.duty_long"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_entered(store: Store, asked: Asked, fault: str) -> None:
    with pytest.raises(Fault, match=fault):
        sign(store, "d2026", [one("乙局", THURSDAY), asked], "李强", NOW)
    assert not signatures(desk(store))


def test_somebody_else_may_sign_meanwhile_and_a_closed_assessment_takes_none(store: Store) -> None:
    sign(store, "d2026", [one("甲局", THURSDAY)], "李强", NOW)
    assert sign(store, "d2026", [one("甲局", THURSDAY), one("乙局", THURSDAY)], "李强", NOW).same == 1
    assert [signature.unit for _, signature in signatures(desk(store))] == ["甲局", "乙局"]
    store.enter(ASSESSMENT.dossier, [Draft(kind=EntryKind.CLOSED, at=NOW, by="王芳")], NOW)
    with pytest.raises(Fault, match=r"fault.assessment_closed"):
        sign(store, "d2026", [one("丁镇", THURSDAY)], "李强", NOW)


def read(store: Store, path: Path) -> DutySheet:
    return sign_sheet(store, desk(store), path, "王芳", NOW)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_log_that_was_written_is_read_again_and_changes_nothing(
    store: Store, tmp_path: Path, form: str
) -> None:
    sign(store, "d2026", [one("甲局", THURSDAY, note="=1+1"), Asked("乙局", THURSDAY, "王芳")], "李强", NOW)
    path = tmp_path / f"log.{form}"
    lines = duty_log(store, desk(store), MONTH, NOW)
    write_table(path, "值班读网记录表", duty_heads(ZH), duty_cells(lines, ZH))
    done = read(store, path)
    assert (done.wrong, done.unknown, done.signed.entered) == ((), (), ())
    assert (done.signed.same, done.blank) == (2, len(lines) - 2)
    assert len(signatures(desk(store))) == 2


def test_a_sheet_of_an_office_is_taken_whole(store: Store, tmp_path: Path) -> None:
    rows: list[Sequence[object]] = [
        ["2026年11月值班读网签到表"],
        ["日 期", "单位名称", "值班人员", "签到时间", "天气"],
        [datetime(2026, 11, 16), "甲局", "李强", "09:05", "晴"],  # noqa: DTZ001 - a cell has no zone
        ["2026/11/17", None, "李强", "8：30", ""],
        ["2026年11月18日", None, None, None, None],
        ["20261119", "乙局", "赵敏", "2026-11-20 08:00", ""],
    ]
    path = workbook(tmp_path / "s.xlsx", rows, lambda sheet: sheet.merge_cells("B3:B5"))
    done = read(store, path)
    assert done.wrong == () and done.unknown == ("天气",) and done.blank == 1
    told = [
        (one.unit, one.on.day, one.signer, f"{one.signed_at:%d %H:%M}") for _, one in signatures(desk(store))
    ]
    assert told == [
        ("甲局", 16, "李强", "16 09:05"),
        ("甲局", 17, "李强", "17 08:30"),
        ("乙局", 19, "赵敏", "20 08:00"),
    ]


def test_one_wrong_row_and_nothing_is_entered(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    rows = [
        ",".join(HEADS), "2026-11-16,甲局,李强,09:05,", "2026-11-31,甲局,李强,,", "2026-11-17,丙局,李强,,",
        "2026-10-01,甲局,李强,,", "2026-11-18,甲局,,09:00,", "2026-11-19,甲局,李强,早上,", "2026-11-20,#REF!,李强,,",
        "2026-11-24,甲局,李强,,",
    ]  # fmt: skip
    path.write_bytes("\r\n".join(rows).encode("gb18030"))
    done = read(store, path)
    assert [(bad.row, bad.head, bad.fault.message_id) for bad in done.wrong] == [
        (3, "日期", "fault.day_invalid"), (4, "单位", "fault.assessed_unit_unknown"), (5, "日期", "fault.duty_outside"),
        (6, "值班人", "fault.duty_nobody"), (7, "签到时刻", "fault.minute_invalid"), (8, None, "fault.cell_error"),
        (9, "日期", "fault.duty_future"),
    ]  # fmt: skip
    assert not signatures(desk(store))


def test_a_sheet_without_its_columns_is_refused_naming_them(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("日期,说明\n2026-11-16,x\n", "utf-8")
    with pytest.raises(Fault) as refused:
        read(store, path)
    assert (refused.value.message_id, refused.value.params["heads"]) == ("fault.sheet_lacks", "单位、值班人")


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001 - as people write them
@settings(max_examples=40, deadline=None)
def test_a_minute_is_read_however_it_is_written(moment: datetime) -> None:
    wanted = moment.replace(second=0, microsecond=0, tzinfo=SHANGHAI)
    for form in (
        "%Y-%m-%d %H:%M",
        "%Y/%m/%d %H：%M",
        "%Y年%m月%d日%H时%M分",
        "%Y.%m.%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%S",
    ):
        assert minute_of(moment.strftime(form)) == wanted
    assert minute_of(wanted.isoformat()) == wanted
    serial = (moment.replace(second=0, microsecond=0) - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001
    assert minute_of(f"{serial:.8f}") == wanted
    assert time_on(wanted.date(), f"{wanted:%H:%M}") == wanted


@pytest.mark.parametrize(
    "text", ["2026-11-19", "2026-11-19 25:00", "2026-13-01 09:00", "九点", "", "9", "2026-11-19 9"]
)
def test_what_is_no_minute_is_refused(text: str) -> None:
    with pytest.raises(Fault, match="minute_invalid"):
        minute_of(text)
