"""What becomes of a case night by night: suspicions, waivers, rulings, due days. Each night is one run of one column."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from audit.conclude import Result, conclude, moment_of
from model import (
    CLOCK,
    OURS,
    Case,
    CaseEvent,
    CaseState,
    Column,
    Deed,
    Dispute,
    FetchOutcome,
    Outcome,
    RulePack,
    Waiver,
    fingerprint_of,
)
from tests.audit.ground import AS_OF, CHECKS, SITE, column, observation, pack, run

STALE = column("/a/", "2026-08-01")
STALER = column("/a/", "2026-07-01")
FRESH = column("/a/", "2026-10-30")
UNSEEN = column("/a/", None, items=None, outcome=FetchOutcome.BLOCKED, unread="blocked")
MARK = fingerprint_of("T-COL-01", SITE.key, "/a/")
S, O, F, R, W, D, X = (  # noqa: E741
    CaseState.SUSPECTED, CaseState.OPEN, CaseState.FIXED, CaseState.REOPENED, CaseState.WAIVED,
    CaseState.DISPUTED, CaseState.WITHDRAWN,
)  # fmt: skip


def asking(nights: int) -> RulePack:
    rules = pack().model_dump()["rules"]
    rules[0]["nights"] = nights
    return pack(rules=rules)


class Site:
    """The site's cases, and what each night made of them."""

    def __init__(self, rules: RulePack | None = None, mend_days: int | None = None) -> None:
        self.rules, self.mend_days = rules or pack(), mend_days
        self.cases: dict[str, Case] = {}
        self.number = 0

    def night(self, day: int, *columns: Column, **more: Any) -> Result:
        self.number += 1
        at = AS_OF + timedelta(days=day)
        seen = observation(*columns).model_copy(update={"moment": moment_of(at)})
        record = run(f"R{self.number}", at)
        result = conclude(record, seen, self.rules, CHECKS, self.cases, mend_days=self.mend_days, **more)
        self.cases |= {case.fingerprint: case for case in result.cases}
        return result

    @property
    def case(self) -> Case:
        return self.cases[MARK]

    def change(self, state: CaseState, deed: Deed, **update: Any) -> None:
        """What a person decided."""
        event = CaseEvent(at=AS_OF, by="王芳", deed=deed, before=self.case.state, state=state)
        history = (*self.case.history, event)
        self.cases[MARK] = self.case.model_copy(update={**update, "state": state, "history": history})

    def waive(self, until: date) -> None:
        waiver = Waiver(by="王芳", at=AS_OF, reason="改版中", until=until, evidence=self.case.evidence)
        self.change(W, Deed.WAIVED, waiver=waiver, due=None)

    @property
    def deeds(self) -> list[Deed]:
        return [event.deed for event in self.case.history]


def lost(result: Result) -> tuple[str, str]:
    assert result.run.score is not None
    return str(result.run.score.low), str(result.run.score.high)


def shown(result: Result) -> list[tuple[Outcome, CaseState]]:
    return [(one.verdict.outcome, one.state) for one in result.findings if one.fingerprint == MARK]


# suspicion


def test_two_nights_in_a_row_are_asked_for_and_counted_by_days() -> None:
    site = Site(asking(2), mend_days=5)
    first = site.night(0, STALE)
    assert shown(first) == [(Outcome.UNSURE, S)]
    assert first.findings[0].verdict.params["nights_seen"] == 1 and not first.violated
    assert lost(first) == ("95", "100")
    assert (site.case.state, site.case.due) == (S, None)
    again = site.night(0, STALE)  # the same day: no other night
    assert (shown(again), site.case.nights) == ([(Outcome.UNSURE, S)], 1)
    assert site.night(1, UNSEEN).cases == ()  # adds nothing and resets nothing
    second = site.night(2, STALE)
    assert shown(second) == [(Outcome.FAIL, O)] and second.violated and lost(second) == ("95", "95")
    assert site.deeds == [Deed.SUSPECTED, Deed.CONFIRMED]
    assert site.case.due == date(2026, 10, 21)  # five working days after Wednesday 14 October
    assert site.case.first_seen == AS_OF


def test_what_is_suspected_brings_no_veto_of_the_base_either() -> None:
    rules = asking(2).model_dump()["rules"]
    before = [{"tallies": ["T-VETO-01"], "rule": pack().model_dump()["rules"][0]}]
    site = Site(pack(rules=rules, counted=before))
    lows = []
    for day in (0, 1):
        score = site.night(day, STALE, column("/b/", "2026-08-01")).run.score
        assert score is not None
        lows.append([(veto.low, veto.high) for veto in score.vetoes if veto.id == "T-VETO-01"])
    assert lows == [[(0, 2)], [(2, 2)]]


def test_a_pass_ends_a_suspicion_and_counting_starts_anew() -> None:
    site = Site(asking(3))
    for day, seen in ((0, STALE), (1, STALE), (2, FRESH), (3, STALE), (4, STALE)):
        site.night(day, seen)
    assert (site.case.state, site.case.nights) == (S, 2)
    assert site.deeds == [Deed.SUSPECTED, Deed.CLEARED, Deed.SUSPECTED]
    site.night(5, STALE)
    assert site.case.state is O  # it never stood before, so it has not come back
    site.night(6, FRESH)
    site.night(7, STALE)
    assert site.case.state is S
    for day in (8, 9):
        site.night(day, STALE)
    assert site.case.state is R


def test_a_replay_knows_how_many_nights_its_run_had_seen() -> None:
    site = Site(asking(3))
    site.night(0, STALE)
    second = site.night(1, STALE)
    seen = observation(STALE).model_copy(update={"moment": moment_of(second.run.as_of)})
    again = conclude(second.run, seen, site.rules, CHECKS, {}, recorded=second.findings)
    assert again.findings == second.findings and again.run.score == second.run.score
    assert again.cases == ()
    fewer = conclude(second.run, seen, asking(2), CHECKS, {}, recorded=second.findings)
    assert shown(fewer) == [(Outcome.FAIL, O)]  # a pack that asks for two has had them
    strange = conclude(second.run, seen, asking(2), CHECKS, {}, recorded=())
    assert shown(strange) == [(Outcome.UNSURE, S)]


# due days


def test_due_in_working_days_from_opening_and_again_from_reopening() -> None:
    site = Site(mend_days=3)
    site.night(-14, STALE)  # Monday 28 September: national holidays follow
    site.night(-13, STALE)
    assert site.case.due == date(2026, 10, 8)
    assert not site.case.overdue(date(2026, 10, 8)) and site.case.overdue(date(2026, 10, 9))
    site.night(0, FRESH)
    assert site.case.due is None
    result = site.night(1, STALE)  # Tuesday 13 October
    assert (site.case.state, site.case.due) == (R, date(2026, 10, 16))
    assert result.findings[0].due == date(2026, 10, 16)
    assert site.case.history[-1].day == date(2026, 10, 16)


def test_without_a_number_nothing_is_due() -> None:
    site = Site()
    site.night(0, STALE)
    assert site.case.due is None
    own = Site(pack(mend_days=2))
    own.night(0, STALE)
    assert own.case.due == date(2026, 10, 14)


# waivers


def test_what_is_waived_is_listed_and_counts_nowhere() -> None:
    site = Site(mend_days=5)
    before = site.night(0, STALE, column("/b/", "2026-08-01"))
    assert before.violated and lost(before) == ("92", "92")  # the section holds eight points
    assert [veto.low for veto in before.run.score.vetoes if veto.id == "T-VETO-01"] == [2]  # type: ignore[union-attr]
    site.waive(date(2026, 10, 20))
    after = site.night(1, STALE, column("/b/", "2026-10-12"))
    assert shown(after) == [(Outcome.FAIL, W)] and not after.violated
    assert lost(after) == ("100", "100") and after.run.score is not None and not after.run.score.vetoes
    assert (after.run.counts[Outcome.FAIL], after.run.counts[Outcome.NOT_APPLICABLE]) == (0, 2)
    assert site.deeds == [Deed.OPENED, Deed.WAIVED]
    assert [one.outcome for one in after.verdicts if one.locus == "/a/"] == [Outcome.FAIL]  # as it was seen


@pytest.mark.parametrize("seen", [STALE, UNSEEN])
def test_a_waiver_ends_with_its_day_whether_or_not_anybody_looks(seen: Column) -> None:
    site = Site(mend_days=1)
    site.night(0, STALE)
    site.waive(date(2026, 10, 13))
    site.night(1, seen)
    assert site.case.state is W
    site.night(2, seen)
    assert (site.case.state, site.case.due) == (O, date(2026, 10, 15))
    assert (site.deeds[-1], site.case.history[-1].by) == (Deed.EXPIRED, CLOCK)


def test_a_waiver_ends_when_something_else_is_seen() -> None:
    site = Site()
    site.night(0, STALE)
    site.waive(date(2026, 12, 31))
    changed = site.night(1, STALER)
    assert shown(changed) == [(Outcome.FAIL, O)] and changed.violated
    assert (site.deeds[-1], site.case.history[-1].by) == (Deed.CHANGED, OURS)
    site.night(2, STALE)  # what was waived again: the waiver is good until its day
    assert (site.case.state, site.deeds[-1]) == (W, Deed.WAIVED_AGAIN)


def test_a_waived_fault_may_be_mended_and_the_waiver_is_remembered() -> None:
    site = Site()
    site.night(0, STALE)
    site.waive(date(2026, 10, 20))
    site.night(1, FRESH)
    assert (site.case.state, site.deeds[-1]) == (F, Deed.PASSED)
    site.night(2, STALE)
    assert (site.case.state, site.deeds[-1]) == (W, Deed.WAIVED_AGAIN)
    site.night(3, FRESH)
    site.night(30, STALE)
    assert (site.case.state, site.case.first_seen) == (R, AS_OF)


# disputes and rulings


def test_a_disputed_fault_still_counts_and_may_be_mended() -> None:
    site = Site()
    site.night(0, STALE)
    said = Dispute(
        by="李强", at=AS_OF, reason="已更新", due=date(2026, 10, 15), run_id="R1", evidence=site.case.evidence
    )
    site.change(D, Deed.DISPUTED, dispute=said)
    seen = site.night(1, STALE)
    assert shown(seen) == [(Outcome.FAIL, D)] and seen.violated and lost(seen) == ("95", "95")
    site.night(2, FRESH)
    assert (site.case.state, site.case.disputed) == (F, True)  # the ruling is still owed


def test_what_a_ruling_withdrew_is_not_held_against_the_site_again() -> None:
    site = Site()
    site.night(0, STALE)
    site.change(X, Deed.WITHDRAWN, withdrawn=(site.case.evidence,))
    same = site.night(1, STALE)
    assert shown(same) == [(Outcome.FAIL, X)] and not same.violated and lost(same) == ("100", "100")
    assert same.run.counts[Outcome.FAIL] == 0
    assert (site.case.state, len(site.deeds)) == (X, 2)
    site.night(2, FRESH)
    assert site.case.state is X  # there was no fault that could be mended
    other = site.night(3, STALER)
    assert shown(other) == [(Outcome.FAIL, O)] and site.deeds[-1] is Deed.CHANGED
    site.night(4, STALE)
    assert (site.case.state, site.deeds[-1]) == (X, Deed.WITHDRAWN_AGAIN)


def test_withdrawn_evidence_that_changes_is_suspected_first_where_nights_are_asked_for() -> None:
    site = Site(asking(2))
    site.night(0, STALE)
    site.night(1, STALE)
    site.change(X, Deed.WITHDRAWN, withdrawn=(site.case.evidence,))
    assert shown(site.night(2, STALER)) == [(Outcome.UNSURE, S)]
    assert shown(site.night(3, STALER)) == [(Outcome.FAIL, O)]


def test_a_replay_waives_and_withdraws_as_its_run_did() -> None:
    for state in (W, X):
        site = Site()
        site.night(0, STALE)
        if state is W:
            site.waive(date(2026, 12, 31))
        else:
            site.change(X, Deed.WITHDRAWN, withdrawn=(site.case.evidence,))
        result = site.night(1, STALE)
        seen = observation(STALE).model_copy(update={"moment": moment_of(result.run.as_of)})
        again = conclude(result.run, seen, site.rules, CHECKS, {}, recorded=result.findings)
        assert (again.findings, again.run.score) == (result.findings, result.run.score)
        other = observation(STALER).model_copy(update={"moment": moment_of(result.run.as_of)})
        changed = conclude(result.run, other, site.rules, CHECKS, {}, recorded=result.findings)
        assert shown(changed) == [(Outcome.FAIL, O)]


# several packs a night


def test_a_rule_of_two_packs_is_filed_by_the_first() -> None:
    stricter = pack().model_dump()["rules"]
    stricter[0]["params"] = {"days": 1}
    overlay = pack(id="county/own", rules=stricter)
    site = Site()
    site.night(0, FRESH.model_copy(update={"key": "/z/"}), STALE)
    theirs = frozenset(rule.id for rule in pack().rules)
    at = datetime.fromisoformat("2026-11-03T09:00:00+08:00")
    seen = observation(FRESH).model_copy(update={"moment": moment_of(at)})  # four days old
    first = conclude(run("R8", at), seen, pack(), CHECKS, site.cases)
    assert [(case.fingerprint, case.state) for case in first.cases] == [(MARK, F)]
    after = site.cases | {case.fingerprint: case for case in first.cases}
    second = conclude(run("R8-1", at), seen, overlay, CHECKS, after, theirs=theirs)
    assert second.cases == ()
    assert shown(second) == [(Outcome.FAIL, O)] and second.violated  # told under its own pack, filed nowhere


def test_a_second_pack_heeds_what_was_waived_for_the_same_evidence() -> None:
    site = Site()
    site.night(0, STALE)
    site.waive(date(2026, 12, 31))
    theirs = frozenset(rule.id for rule in pack().rules)
    for seen, state in ((STALE, W), (STALER, O)):
        result = conclude(
            run("R2-1"), observation(seen), pack(id="county/own"), CHECKS, site.cases, theirs=theirs
        )
        assert shown(result) == [(Outcome.FAIL, state)] and result.cases == ()
