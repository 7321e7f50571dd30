"""Grave events: to the minute, completed and corrected beside what was told before, and from a sheet whole or not at all."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.desk.desk import Desk, open_desk
from audit.desk.event_sheet import enter_event_sheet
from audit.desk.events import Entered, Report, enter_events, event_lines
from model import SHANGHAI, Assessment, Draft, EntryKind, Fault, body_of
from model.event import BRIEFING_WITHIN, RELEASE_WITHIN
from report.events import Timing, change_line, event_cells, event_heads, event_rows, timing
from report.messages import Messages
from report.table import write_table
from storage import Store, open_store

_NUMBERS = count(1)
ZH, EN = Messages("zh_CN"), Messages("en")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


NOW, HAPPENED = at("2017-07-20 09:00"), at("2017-07-18 22:17")
ASSESSMENT = Assessment.model_validate(
    {
        "id": "h2017", "title": "2017年评估", "organiser": "省政府办公厅", "starts": "2017-01-01", "ends": "2017-12-31",
        "units": [{"name": name, "pack": "p", "objects": [{"name": "网站"}]} for name in ("应急局", "水务局")],
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("events")
    with open_store(f"sqlite:///{folder}/d.sqlite", folder / "archive") as kept:
        yield kept


@pytest.fixture
def desk_id(shared: Store) -> str:
    """An assessment of its own for each test."""
    made = ASSESSMENT.model_copy(update={"id": f"h2017-{next(_NUMBERS)}"})
    shared.enter(made.dossier, [Draft(kind=EntryKind.OPENED, at=NOW, by="王芳", body=body_of(made))], NOW)
    return made.id


def enter(store: Store, desk_id: str, **told: object) -> Entered:
    fields = {"unit": "应急局", "title": "暴雨"} | told
    return enter_events(store, desk_id, [Report(**fields)], "王芳", NOW)  # type: ignore[arg-type]


def desk(store: Store, desk_id: str) -> Desk:
    return open_desk(store, desk_id)


def test_hours_are_told_to_the_minute_and_what_is_missing_as_not_known(shared: Store, desk_id: str) -> None:
    enter(shared, desk_id, happened_at=HAPPENED, released_at=HAPPENED + timedelta(hours=5))
    enter(shared, desk_id, title="爆炸", happened_at=NOW - timedelta(hours=23), released_at=NOW)
    first, second = event_lines(desk(shared, desk_id), NOW)
    assert (first.release, first.briefing) == (Timing.IN_TIME, Timing.UNKNOWN)
    assert (second.release, second.briefing) == (Timing.LATE, Timing.PENDING)
    rows = list(event_rows([first, second], ZH))
    assert rows[0][:9] == (
        "2017-07-18 22:17", "应急局", "暴雨", "2017-07-19 03:17", "5 小时 0 分", "是", "", "", "未填报，情况不明",
    )  # fmt: skip
    assert rows[1][4:6] == ("23 小时 0 分", "否") and rows[1][8] == "未填报，时限未到"
    assert event_heads(ZH)[5] == "5小时内发布" and event_heads(EN)[8] == "Briefed within 24 h"


@given(st.integers(0, 30 * 60), st.sampled_from([RELEASE_WITHIN, BRIEFING_WITHIN]))
@settings(max_examples=60)
def test_the_last_minute_is_in_time(minutes: int, within: timedelta) -> None:
    told = timing(HAPPENED, HAPPENED + timedelta(minutes=minutes), within, NOW)
    assert (told is Timing.IN_TIME) == (minutes <= within.total_seconds() / 60)


def test_what_is_told_later_completes_and_corrects_and_nothing_is_lost(shared: Store, desk_id: str) -> None:
    enter(shared, desk_id, happened_at=HAPPENED, released_at=HAPPENED + timedelta(hours=6), note="初报")
    done = enter(
        shared, desk_id, briefed_at=HAPPENED + timedelta(hours=20), briefing_url="http://x.example/b"
    )
    assert done.changes == ()
    done = enter(shared, desk_id, released_at=HAPPENED + timedelta(hours=4))
    ((before, after),) = done.changes
    assert change_line(before, after, ZH) == "首次权威发布 2017-07-19 04:17 → 2017-07-19 02:17"
    assert enter(shared, desk_id, note="初报").same == 1
    (line,) = event_lines(desk(shared, desk_id), NOW)
    assert (line.release, line.briefing, line.corrected, len(line.entries)) == (
        Timing.IN_TIME,
        Timing.IN_TIME,
        1,
        3,
    )
    assert [entry.body["released_at"][:16] for entry in desk(shared, desk_id).of(EntryKind.EVENT)] == [
        "2017-07-19T04:17", "2017-07-19T04:17", "2017-07-19T02:17",
    ]  # fmt: skip


def test_the_same_words_on_another_day_are_another_event(shared: Store, desk_id: str) -> None:
    enter(shared, desk_id, happened_at=HAPPENED)
    enter(shared, desk_id, happened_at=HAPPENED - timedelta(days=30))
    with pytest.raises(Fault, match="event_several"):
        enter(shared, desk_id, released_at=NOW)
    enter(shared, desk_id, happened_at=HAPPENED - timedelta(minutes=7))  # the moment is corrected
    assert [f"{one.event.happened_at:%m-%d %H:%M}" for one in event_lines(desk(shared, desk_id), NOW)] == [
        "06-18 22:17", "07-18 22:10",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({}, "fault.event_when"),
        ({"title": " ", "happened_at": HAPPENED}, "fault.event_untitled"),
        ({"title": "暴" * 201, "happened_at": HAPPENED}, "fault.event_long"),
        ({"happened_at": HAPPENED, "released_at": HAPPENED - timedelta(minutes=1)}, "fault.event_before"),
        ({"happened_at": HAPPENED, "briefed_at": NOW + timedelta(minutes=1)}, "fault.event_future"),
        ({"happened_at": at("2016-12-31 23:59")}, "fault.event_outside"),
        ({"happened_at": HAPPENED, "release_url": "javascript:alert(1)"}, "fault.event_url"),
        ({"unit": "公安局", "happened_at": HAPPENED}, "fault.assessed_unit_unknown"),
    ],
)
def test_what_cannot_be_is_refused(shared: Store, desk_id: str, told: dict[str, object], fault: str) -> None:
    with pytest.raises(Fault, match=fault):
        enter(shared, desk_id, **told)
    assert not event_lines(desk(shared, desk_id), NOW)


def test_a_sheet_is_taken_whole_and_what_was_written_changes_nothing(
    shared: Store, desk_id: str, tmp_path: Path
) -> None:
    path = tmp_path / "e.csv"
    rows = [
        "责任单位,事件名称,事发时间,首次发布时间,备注", "应急局,暴雨,2017年7月18日22时17分,2017-07-19 02:00,",
        "水务局,=溃坝,2017/7/1 8:05,,-1",
    ]  # fmt: skip
    path.write_text("\n".join(rows), "utf-8-sig")
    assert len(enter_event_sheet(shared, desk(shared, desk_id), path, "王芳", NOW).entered.entered) == 2
    assert enter(shared, desk_id, released_at=at("2017-07-19 02:01")).changes
    for out in (tmp_path / "o.csv", tmp_path / "o.xlsx"):
        lines = event_lines(desk(shared, desk_id), NOW)
        write_table(out, "突发事件", event_heads(ZH), event_cells(lines, ZH))
        again = enter_event_sheet(shared, desk(shared, desk_id), out, "王芳", NOW)
        assert (again.wrong, again.unknown, again.entered) == ((), (), Entered(same=2))


def test_one_wrong_row_and_nothing_is_entered(shared: Store, desk_id: str, tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    rows = [
        "单位,事件,发生时间,首次权威发布,新闻发布会", "应急局,暴雨,2017-07-18 22:17,,", "应急局,暴雨,2017-07-18 22:30,,",
        "应急局,地震,2017-07-18,2017-07-18 23:00,晚上", "公安局,火灾,2017-07-18 22:17,,", "应急局,,2017-07-18 22:17,,",
    ]  # fmt: skip
    path.write_text("\n".join(rows), "utf-8")
    done = enter_event_sheet(shared, desk(shared, desk_id), path, "王芳", NOW)
    assert [(bad.row, bad.head, bad.fault.message_id) for bad in done.wrong] == [
        (3, None, "fault.event_twice"), (4, "发生时间", "fault.minute_invalid"), (4, "新闻发布会", "fault.minute_invalid"),
        (5, None, "fault.assessed_unit_unknown"), (6, None, "fault.event_untitled"),
    ]  # fmt: skip
    assert not event_lines(desk(shared, desk_id), NOW)
