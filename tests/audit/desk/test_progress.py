"""How far an assessment has come: days nobody looked, self-checks, samples, doubts; and what is due, by working days."""

from datetime import date, datetime
from typing import Any

import pytest

from audit.desk.desk import Desk, open_desk
from audit.desk.due_days import due_items
from audit.desk.freezing import freeze
from audit.desk.progress import missed_days, progress
from model import (
    SHANGHAI,
    Appealed,
    Arrangement,
    DueItem,
    EntryKind,
    Filed,
    Notice,
    NoticeKind,
    OpinionResult,
    Paper,
    Publication,
    Published,
    ResultKind,
    RosterEntry,
    Scanned,
    SelfScore,
    Span,
    Standing,
    Window,
    WindowKind,
)
from report.assessment import scan_lines
from report.messages import Messages
from storage import Store
from tests.audit.desk import year
from tests.audit.desk.year import FRESH, SITES, STALE, UNDATED, audited, entered, opened, opinion, store
from tests.audit.ground import CHECKS

__all__ = ["store"]
CAIZHENG, JIAOYU = SITES["caizheng"].key, SITES["jiaoyu"].key
MARCH = (Window(kind=WindowKind.MONITOR, starts=date(2021, 3, 1), ends=date(2021, 3, 10)),)


def on(month: int, day: int, hour: int = 22) -> datetime:
    return datetime(2021, month, day, hour, tzinfo=SHANGHAI)


def span(first: int, last: int) -> Span:
    return Span(first=date(2021, 3, first), last=date(2021, 3, last))


def items(store: Store, desk: Desk, at: datetime) -> dict[str, DueItem]:
    return {one.what: one for one in due_items(desk, at, progress(store, desk, at))}


def test_days_without_an_audit_are_named_and_a_day_under_way_is_not_missed(store: Store) -> None:
    desk = opened(store, year.assessment(windows=MARCH))
    for day in (1, 2, 5, 6, 9):
        audited(store, "caizheng", [FRESH], on(3, day))
    audited(store, "jiaoyu", [FRESH], datetime(2021, 3, 1, 16, 30, tzinfo=SHANGHAI).replace(hour=0))
    assert missed_days(store, desk, on(3, 9, 8)) == {
        CAIZHENG: (span(3, 4), span(7, 8)),
        JIAOYU: (span(2, 8),),
    }
    found = missed_days(store, desk, on(12, 1))
    assert found == {CAIZHENG: (span(3, 4), span(7, 8), span(10, 10)), JIAOYU: (span(2, 10),)}
    first, second = progress(store, desk, on(12, 1))
    assert (first.audited, first.days, second.audited, second.days) == (5, 10, 1, 10)
    (item,) = due_items(desk, on(12, 1), [first, second])
    assert (item.standing, item.done, item.of, item.lacking) == (
        Standing.LACKING,
        0,
        2,
        ("县财政局", "县教育局"),
    )


def test_before_monitoring_begins_nothing_is_missed(store: Store) -> None:
    desk = opened(store, year.assessment(windows=MARCH))
    assert missed_days(store, desk, on(2, 1)) == {CAIZHENG: (), JIAOYU: ()}
    assert progress(store, desk, on(2, 1))[0].days == 0


def test_a_site_that_is_audited_every_few_days_misses_no_day_in_between(store: Store) -> None:
    weekly = Arrangement(site_key=CAIZHENG, every_days=3)
    store.keep_roster([RosterEntry(site=SITES["caizheng"], arrangement=weekly)])
    desk = opened(store, year.assessment(windows=MARCH))
    audited(store, "caizheng", [FRESH], on(2, 27))  # covers the first of March, too
    audited(store, "caizheng", [FRESH], on(3, 3))
    audited(store, "caizheng", [FRESH], on(3, 8))
    assert missed_days(store, desk, on(12, 1))[CAIZHENG] == (span(2, 2), span(6, 7))


def test_self_checks_samples_and_doubts(store: Store) -> None:
    desk = opened(store)
    record = audited(store, "caizheng", [STALE, UNDATED, UNDATED])
    report = Filed(
        unit="县财政局",
        purpose="自查报告",
        on=date(2021, 11, 29),
        paper=Paper(sha256="a" * 64, name="a.docx", size=1),
    )
    other = report.model_copy(update={"unit": "县教育局", "purpose": "会议纪要"})
    desk = entered(store, desk, EntryKind.FILED, report, "县财政局", on(11, 29))
    desk = entered(store, desk, EntryKind.FILED, other, "县教育局", on(11, 29))
    desk = entered(
        store,
        desk,
        EntryKind.OPINION,
        opinion(store, record, "/b/", OpinionResult.EXCLUDED),
        "县财政局",
        on(12, 9),
    )
    first, second = progress(store, desk, on(12, 10))
    assert (first.self_checked, first.sampled, first.sites) == (date(2021, 11, 29), 1, 1)
    assert first.doubts == (year.finding(store, record, "/c/").id,)
    assert (second.self_checked, second.sampled, second.doubts) == (None, 0, ())
    assert len(progress(store, desk, on(12, 8))[0].doubts) == 2  # before the opinion
    due = items(store, desk, on(12, 10))["self_check"]
    assert (due.standing, due.done, due.lacking, due.workdays) == (Standing.OVERDUE, 1, ("县教育局",), 8)
    score = SelfScore(unit="县教育局", score=90, on=date(2021, 12, 1))
    desk = entered(store, desk, EntryKind.SELF_SCORE, score, "县教育局", on(12, 1))
    late = items(store, desk, on(12, 10))["self_check"]
    assert (late.standing, late.done_on) == (Standing.DONE_LATE, date(2021, 12, 1))


@pytest.mark.parametrize(
    ("at", "standing", "workdays"),
    [
        (
            on(9, 26),
            Standing.AHEAD,
            7,
        ),  # a Sunday that is worked; the holiday 10-01 to 10-07, 10-09 is worked
        (on(9, 30), Standing.DUE, 3),
        (on(10, 7), Standing.DUE, 3),
        (on(10, 11), Standing.DUE, 0),
        (on(10, 12), Standing.OVERDUE, 1),
    ],
)
def test_working_days_go_over_holidays(store: Store, at: datetime, standing: Standing, workdays: int) -> None:
    window = Window(kind=WindowKind.SAMPLING, starts=date(2021, 9, 28), ends=date(2021, 10, 11))
    desk = opened(store, year.assessment(windows=(window,)))
    (item,) = due_items(desk, at, [])
    assert (item.standing, item.workdays, item.sure) == (standing, workdays, True)


def test_what_is_published_and_objected_to_is_told(store: Store) -> None:
    """公示 2021-12-30: the three working days run over New Year to 2022-01-05."""
    desk = opened(store)
    audited(store, "caizheng", [STALE])
    assert items(store, desk, on(12, 30, 8))["publicity"].standing is Standing.DUE
    freeze(store, desk, ResultKind.DRAFT, on(12, 20), "王芳", on(12, 20), CHECKS)
    shown = Publication(
        what=Published.RESULTS, version=1, kind=ResultKind.DRAFT, digest="d", on=date(2021, 12, 30), files=()
    )
    desk = entered(store, open_desk(store), EntryKind.PUBLISHED, shown, "results", on(12, 30, 9))
    found = items(store, desk, on(12, 31))
    assert (found["publicity"].standing, found["publicity"].done_on) == (Standing.DONE, date(2021, 12, 30))
    assert found["sampling"].standing is Standing.DONE_LATE
    assert (found["appeal_term"].due, found["appeal_term"].workdays) == (date(2022, 1, 5), 2)
    told = Appealed(
        number=1,
        unit="县财政局", item="total", reason="已更新", applicant="县财政局", applied_at=on(12, 31), version=1,
        shown_on=date(2021, 12, 30), last_day=date(2022, 1, 5), late=False,
    )  # fmt: skip
    desk = entered(store, desk, EntryKind.APPEALED, told, "县财政局", on(12, 31))
    due = items(store, desk, datetime(2022, 1, 4, 9, tzinfo=SHANGHAI))["appeal"]
    assert (due.number, due.lacking, due.due) == (1, ("县财政局",), date(2022, 1, 6))
    over = items(store, desk, datetime(2022, 1, 6, 9, tzinfo=SHANGHAI))["appeal_term"]
    assert over.standing is Standing.DONE


@pytest.mark.parametrize(("dated", "standing"), [(30, Standing.DONE), (31, Standing.DONE_LATE)])
def test_the_notice_of_an_assessment_comes_before_it(store: Store, dated: int, standing: Standing) -> None:
    """塔城2020 四（二）: 提前下发考核通知."""
    told: dict[str, Any] = {
        "units": ("县财政局",),
        "begins": date(2021, 10, 31),
        "dated": date(2021, 10, dated),
    }
    desk = entered(
        store, opened(store), EntryKind.NOTICE, Notice(kind=NoticeKind.CALL, **told), "", on(10, dated)
    )
    assert items(store, desk, on(12, 10))["call"].standing is standing


def test_the_sample_is_worked_up_by_what_was_frozen_from_it_and_the_report_by_what_was_written(
    store: Store,
) -> None:
    windows = (
        Window(kind=WindowKind.SAMPLING, starts=date(2021, 12, 1), ends=date(2021, 12, 10)),
        Window(kind=WindowKind.REPORT, ends=date(2021, 12, 20)),
    )
    desk = opened(store, year.assessment(windows=windows))
    audited(store, "caizheng", [STALE], on(6, 1))
    freeze(store, desk, ResultKind.DRAFT, on(6, 2), "王芳", on(6, 2), CHECKS)  # a trial, half a year before
    desk = open_desk(store)
    early = items(store, desk, on(6, 3))
    assert (early["sampling"].standing, early["sampling"].of) == (Standing.AHEAD, None)
    assert items(store, desk, on(12, 10))["sampling"].standing is Standing.DUE
    assert items(store, desk, on(12, 20))["report"].standing is Standing.DUE
    assert items(store, desk, on(12, 21))["report"].standing is Standing.OVERDUE
    for day, what in ((16, Published.RESULTS), (17, Published.REPORT)):
        written = Publication(
            what=what, version=1, kind=ResultKind.DRAFT, digest="d", on=date(2021, 12, day), files=()
        )
        desk = entered(store, desk, EntryKind.PUBLISHED, written, what, on(12, day))
    found = items(store, desk, on(12, 22))["report"]
    assert (found.standing, found.done_on) == (Standing.DONE, date(2021, 12, 17))


def test_a_site_that_would_not_open_was_not_sampled_and_scans_of_others_are_told(store: Store) -> None:
    desk = opened(store)
    audited(store, "caizheng", [], pages=())
    scan = Scanned(
        unit="县财政局", source="州政府办", on=date(2021, 12, 3), kind="死链", url="http://a.example/1"
    )
    desk = entered(store, desk, EntryKind.SCANNED, scan, "县财政局", on(12, 3))
    first, second = progress(store, desk, on(12, 8))
    assert (first.sampled, first.sites, first.scans, second.scans) == (0, 1, (scan,), ())
    assert items(store, desk, on(12, 8))["sampling"].lacking == ("县财政局", "县教育局")
    assert [*scan_lines([first, second], Messages("zh_CN"), whole=False)] == [
        "县财政局：州政府办 2021-12-03 死链 http://a.example/1"
    ]
