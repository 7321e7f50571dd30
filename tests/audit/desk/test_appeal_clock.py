"""Until when one may apply for review: working days over holidays and 调休, the day of 公示 not counted."""

from datetime import UTC, date, datetime, timedelta

import pytest

from audit.desk.appeal_sheet import Claim, moment_told
from audit.desk.appealing import apply_one
from audit.desk.appeals import Term, appeals, last_day_of, term, term_over, undecided
from audit.desk.desk import Desk, enter, open_desk
from model import (
    SHANGHAI,
    AppealState,
    Draft,
    EntryKind,
    Fault,
    Result,
    ResultKind,
    Window,
    WindowKind,
    body_of,
)
from report.appeal_answer import answer_lines
from report.messages import Messages
from storage import Store
from tests.audit.desk.appeal_ground import FINANCE, NOW, SHOWN, build, finding, published
from tests.audit.desk.year import store as here

__all__ = ["here"]


@pytest.mark.parametrize(
    ("shown", "last"),
    [
        ("2021-09-30", "2021-10-11"),  # Friday 8th, Saturday 9th (worked), Monday 11th
        ("2021-09-29", "2021-10-09"),  # the last day is a Saturday that is worked
        ("2021-10-08", "2021-10-12"),
        ("2021-09-17", "2021-09-23"),  # Saturday 18th worked, mid-autumn 19th to 21st free
        ("2021-12-28", "2021-12-31"),
        ("2021-12-29", "2022-01-04"),  # over New Year
        ("2020-01-22", "2020-02-04"),  # the Spring Festival that was made longer
    ],
)
def test_the_last_day(shown: str, last: str) -> None:
    assert last_day_of(date.fromisoformat(shown), 3) == (date.fromisoformat(last), True)


def test_the_last_day_is_an_estimate_where_no_notice_is_known() -> None:
    day, sure = last_day_of(date(2039, 6, 1), 3)
    assert day > date(2039, 6, 1) and not sure


@pytest.mark.parametrize(
    ("applied", "late"),
    [
        ("2021-09-30", False),  # at once
        ("2021-10-03T10:00", False),  # on a day that is free
        ("2021-10-11", False),
        ("2021-10-11T23:59:59", False),
        ("2021-10-11 24:00", False),
        ("2021-10-11T15:59:59+00:00", False),
        ("2021-10-12T00:00", True),
        ("2021-10-11T16:00:00+00:00", True),  # midnight in Beijing
        ("2021-10-12", True),
    ],
)
def test_in_time_until_the_last_day_is_over_in_beijing(applied: str, late: bool) -> None:
    result = Result(assessment="2021", version=1, kind=ResultKind.DRAFT, as_of=NOW, scores=())
    assert Term(result, SHOWN, *last_day_of(SHOWN, 3)).late(moment_told(applied)[0]) is late


def test_one_in_time_is_disputed_and_one_too_late_is_not(here: Store) -> None:
    desk = build(here)
    for key, day in (("/a/", 11), ("/b/", 12)):
        claim = Claim(
            "财政局", "已经更新", datetime(2021, 10, day, tzinfo=SHANGHAI), finding=finding(FINANCE, key)
        )
        apply_one(here, desk, claim, by="李四", now=NOW)
        desk = open_desk(here)
    assert [(one.number, one.said.last_day, one.said.late, one.state) for one in appeals(desk)] == [
        (1, date(2021, 10, 11), False, AppealState.PENDING),
        (2, date(2021, 10, 11), True, AppealState.NOT_ADMITTED),
    ]
    assert [one.number for one in undecided(desk)] == [1]
    assert [here.case_named(finding(FINANCE, key)).disputed for key in ("/a/", "/b/")] == [True, False]


def test_the_term_runs_from_the_first_day_of_the_version_that_was_up(here: Store) -> None:
    desk = build(here)
    assert not term_over(desk, datetime(2021, 10, 11, 15, tzinfo=UTC))
    assert term_over(desk, datetime(2021, 10, 11, 16, tzinfo=UTC))
    first = next(Result.model_validate(one.body) for one in desk.entries if one.kind == "frozen")
    enter(here, desk, [published(first, SHOWN + timedelta(days=12))], NOW)  # the same page once more
    desk = open_desk(here)
    assert term(desk, date(2021, 10, 20)).shown_on == SHOWN
    second = first.model_copy(update={"version": 2})
    again = published(second, date(2021, 11, 1))
    frozen = Draft(kind=EntryKind.FROZEN, at=NOW, by="张三", body=body_of(second))
    enter(here, desk, [frozen, again], NOW)
    desk = open_desk(here)
    assert term(desk, date(2021, 10, 31))[1:4] == (SHOWN, date(2021, 10, 11), True)
    assert term(desk, date(2021, 11, 1))[1:4] == (date(2021, 11, 1), date(2021, 11, 4), True)
    assert not term_over(desk, datetime(2021, 11, 4, tzinfo=UTC))


def test_a_term_made_longer_holds_and_what_units_were_told_is_not_taken_back(here: Store) -> None:
    desk = build(here)

    def amended(workdays: int) -> Desk:
        plan = open_desk(here).assessment.model_copy(update={"appeal_workdays": workdays})
        draft = Draft(kind=EntryKind.AMENDED, at=NOW, by="张三", body=body_of(plan))
        enter(here, open_desk(here), [draft], NOW)
        return open_desk(here)

    desk = amended(5)
    assert term(desk, date(2021, 10, 12))[1:] == (SHOWN, date(2021, 10, 13), True, 5)
    first = next(Result.model_validate(one.body) for one in desk.entries if one.kind == "frozen")
    page = published(first, SHOWN)  # put up once more, with the new term
    told = page.model_copy(update={"body": {**page.body, "until": "2021-10-13"}})
    enter(here, desk, [told], NOW)
    desk = amended(1)
    assert term(desk, date(2021, 10, 12))[1:] == (SHOWN, date(2021, 10, 13), True, None)
    claim = Claim(
        "财政局", "已经更新", datetime(2021, 10, 14, tzinfo=SHANGHAI), finding=finding(FINANCE, "/a/")
    )
    apply_one(here, desk, claim, by="李四", now=NOW)
    (late,) = appeals(open_desk(here))
    letter = "\n".join(answer_lines(late, desk.assessment, date(2021, 10, 15), Messages("zh_CN")))
    assert "应当在公示的期限内申请复核" in letter and "1 个工作日" not in letter


def test_where_nobody_published_the_window_counts(here: Store) -> None:
    windows = (Window(kind=WindowKind.PUBLICITY, starts=date(2021, 12, 20), ends=date(2021, 12, 24)),)
    desk = build(here, shown=None, windows=windows)
    assert term(desk, date(2021, 12, 21))[1:3] == (date(2021, 12, 20), date(2021, 12, 23))
    with pytest.raises(Fault, match="appeal_too_early"):
        term(desk, date(2021, 12, 19))


def test_nothing_was_put_up(here: Store) -> None:
    desk = build(here, shown=None)
    assert not term_over(desk, NOW) and not appeals(desk)
    with pytest.raises(Fault, match="appeal_nothing_shown"):
        term(desk, date(2021, 12, 21))


@pytest.mark.parametrize(
    ("text", "told", "all_day"),
    [
        ("2021-10-11", "2021-10-11 00:00", True),
        ("2021/10/9", "2021-10-09 00:00", True),
        ("2021年10月11日", "2021-10-11 00:00", True),
        ("20211011", "2021-10-11 00:00", True),
        ("44480", "2021-10-11 00:00", True),
        ("44480.6875", "2021-10-11 16:30", False),
        ("2021-10-11 16:30", "2021-10-11 16:30", False),
        ("2021年10月11日16时30分", "2021-10-11 16:30", False),
        ("2021.10.11 下午4:30", "2021-10-11 16:30", False),
        ("２０２１－１０－１１ １６：３０：０５", "2021-10-11 16:30", False),
        ("2021-10-11 9时", "2021-10-11 09:00", False),
    ],
)
def test_times_as_people_write_them(text: str, told: str, all_day: bool) -> None:
    at, only_day = moment_told(text)
    assert (f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}", only_day) == (told, all_day)


@pytest.mark.parametrize("text", ["昨天", "2021-13-01", "2021-10-11 25:00", "10月11日", "99999", "-"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(Fault, match="appeal_time"):
        moment_told(text)
