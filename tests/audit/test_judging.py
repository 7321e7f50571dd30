"""Seven outcomes: what was not seen neither accuses nor passes, and our own crash accuses nobody."""

import pytest

from audit.judge import judge
from model import Attempt, ColumnForm, FetchOutcome, LinkCheck, LinkRelation, Outcome, StopReason, Verdict
from tests.audit.ground import AS_OF, CHECKS, column, home, observation, pack


def verdicts(*columns, rule="T-COL-01", **changes) -> dict[str, Verdict]:
    return {one.locus: one for one in judge(observation(*columns, **changes), pack(), CHECKS, rule)}


@pytest.mark.parametrize(
    ("subject", "outcome", "message"),
    [
        (column("/a/", "2026-10-10"), Outcome.PASS, "verdict.pass"),
        (column("/a/", "2026-08-01"), Outcome.FAIL, "x.stale"),
        (column("/a/", None), Outcome.UNSURE, "x.undated"),
        (column("/a/", None, items=None, outcome=FetchOutcome.BLOCKED, unread="blocked"), Outcome.BLOCKED, "verdict.blocked.refused"),
        (column("/a/", None, items=None, outcome=FetchOutcome.SKIPPED_ROBOTS, unread="robots"), Outcome.BLOCKED, "verdict.blocked.refused"),
        (column("/a/", None, items=None, outcome=FetchOutcome.NOT_RENDERED, unread="not_rendered"), Outcome.NOT_OBSERVED, "verdict.not_observed.unread"),
        (column("/a/", None, items=None, outcome=FetchOutcome.UNREACHABLE), Outcome.NOT_OBSERVED, "verdict.not_observed.unread"),
        (column("/a/", None, items=None, unread="left_over"), Outcome.NOT_OBSERVED, "verdict.not_observed.column"),
        (column("/a/", None, items=None, form=ColumnForm.LANDING), Outcome.NOT_APPLICABLE, "verdict.not_applicable.landing"),
        (column("/a/", None, items=None, form=ColumnForm.LINK_OUT), Outcome.NOT_APPLICABLE, "verdict.not_applicable.link_out"),
        (column("/a/", "2026-10-10", name="崩溃"), Outcome.CRASHED, "verdict.crashed"),
    ],
)  # fmt: skip
def test_each_outcome_of_a_column(subject, outcome, message) -> None:
    found = verdicts(subject)["/a/"]
    assert (found.outcome, found.message_id) == (outcome, message)


def test_a_crash_stops_nothing_else_and_is_named(caplog) -> None:
    found = verdicts(column("/a/", "2026-10-10", name="崩溃"), column("/b/", "2026-08-01"))
    assert found["/a/"].params == {"error": "ZeroDivisionError"}
    assert found["/b/"].outcome is Outcome.FAIL
    assert "stale crashed on /a/" in caplog.text


def test_no_such_column_is_not_applicable_only_when_the_whole_site_was_seen() -> None:
    assert verdicts()["site"].outcome is Outcome.NOT_APPLICABLE
    cut_short = observation().coverage.model_copy(update={"stop": StopReason.MAX_PAGES})
    assert verdicts(coverage=cut_short)["site"].outcome is Outcome.NOT_OBSERVED


@pytest.mark.parametrize(
    ("pages", "outcome"),
    [
        ((home(),), Outcome.PASS),
        ((home(text=""),), Outcome.FAIL),
        ((home(outcome=FetchOutcome.BLOCKED),), Outcome.BLOCKED),
        ((home(outcome=FetchOutcome.NOT_RENDERED),), Outcome.NOT_OBSERVED),
        ((), Outcome.NOT_OBSERVED),
    ],
)
def test_a_rule_about_the_whole_site_needs_the_home_page(pages, outcome) -> None:
    assert [one.outcome for one in verdicts(rule="T-HOME-01", pages=pages).values()] == [outcome]


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([], Outcome.NOT_OBSERVED),
        ([FetchOutcome.BLOCKED, FetchOutcome.LOGIN], Outcome.BLOCKED),
        ([FetchOutcome.GONE, FetchOutcome.GONE], Outcome.FAIL),
        ([FetchOutcome.GONE, FetchOutcome.OK], Outcome.PASS),
    ],
)
def test_a_link_is_judged_by_its_attempts_alone(outcomes, expected) -> None:
    link = LinkCheck(
        url="http://www.qinghe.example/x.html", relation=LinkRelation.INTERNAL, found_on=(),
        attempts=tuple(Attempt(at=AS_OF, method="GET", outcome=one) for one in outcomes),
    )  # fmt: skip
    found = verdicts(rule="T-LINK-01", links=(link,))
    assert {locus: one.outcome for locus, one in found.items()} == {"/x.html": expected}


def test_a_malformed_link_is_judged_as_it_is_written() -> None:
    link = LinkCheck(url="http:/x", relation=LinkRelation.MALFORMED, found_on=())
    assert [one.outcome for one in verdicts(rule="T-LINK-01", links=(link,)).values()] == [Outcome.FAIL]
