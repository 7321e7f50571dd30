"""Versions of the result: what stands in their way, what each says, and because of which entries the next one differs."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from audit.desk.desk import Desk, open_desk
from audit.desk.freezing import changes, digest_of, freeze, hindrances, last_result, results
from audit.desk.opening import amend, close
from audit.desk.scoring import unit_scores
from model import (
    SHANGHAI,
    Appealed,
    AppealResult,
    AppealRuled,
    EntryKind,
    Fault,
    OpinionResult,
    Publication,
    Published,
    Rated,
    Result,
    ResultKind,
)
from storage import Store
from tests.audit.desk import year
from tests.audit.desk.year import FRESH, STALE, UNDATED, audited, entered, opened, opinion, store
from tests.audit.ground import CHECKS

__all__ = ["store"]
DRAFT, FINAL = ResultKind.DRAFT, ResultKind.FINAL
UP = date(2021, 12, 21)  # a Tuesday: the third working day after it is Friday the 24th


def on(day: int, hour: int = 9) -> datetime:
    return datetime(2021, 12, day, hour, tzinfo=SHANGHAI)


def again(store: Store, desk: Desk) -> Desk:
    return open_desk(store, desk.assessment.id)


def frozen(store: Store, desk: Desk, kind: ResultKind, at: datetime) -> tuple[Desk, Result]:
    _, result = freeze(store, desk, kind, at, "王芳", at, CHECKS)
    return again(store, desk), result


def names(store: Store, desk: Desk, at: datetime) -> list[tuple[str, object]]:
    told = hindrances(desk, FINAL, unit_scores(store, desk, at, CHECKS), at)
    return [(one.message_id, next(iter(one.params.values()), None)) for one in told]


def shown(store: Store, desk: Desk, result: Result) -> Desk:
    told = Publication(
        what=Published.RESULTS, version=result.version, kind=DRAFT, digest=result.digest, on=UP, files=()
    )
    return entered(store, desk, EntryKind.PUBLISHED, told, "results", on(UP.day))


def objection(version: int) -> Appealed:
    return Appealed(
        number=1, unit="县财政局", item="total", reason="该栏目已更新", applicant="县财政局", applied_at=on(22), version=version,
        shown_on=UP, last_day=date(2021, 12, 24), late=False,
    )  # fmt: skip


def test_a_draft_an_objection_and_the_final_result(store: Store) -> None:
    """县财政局: 100 − 5 − 5 = 90; the objection takes one of the two fives back: 95. 县教育局 keeps 95 and shares rank 1."""
    desk = opened(store)
    record = audited(store, "caizheng", [STALE, STALE])
    audited(store, "jiaoyu", [STALE, UNDATED])
    assert names(store, desk, on(20)) == [("fault.final_not_shown", None)]
    desk, first = frozen(store, desk, DRAFT, on(20))
    assert [(one.unit, one.score, one.rank) for one in first.scores] == [
        ("县财政局", 90, 2),
        ("县教育局", 95, 1),
    ]
    assert (first.version, first.because, first.digest) == (1, (), digest_of(first.scores))
    desk = shown(store, desk, first)
    assert names(store, desk, on(24, 23)) == [("fault.final_term_open", "2021-12-24")]
    assert names(store, desk, on(25, 0)) == []
    desk = entered(store, desk, EntryKind.APPEALED, objection(1), "县财政局", on(22))
    assert names(store, desk, on(27)) == [("fault.final_appeal_open", 1)]
    with pytest.raises(Fault, match="final_appeal_open"):
        frozen(store, desk, FINAL, on(27))
    told = opinion(store, record, "/a/", OpinionResult.EXCLUDED)
    desk = entered(store, desk, EntryKind.OPINION, told, "县财政局", on(26))
    ruled = AppealRuled(appeal=1, unit="县财政局", result=AppealResult.ACCEPTED, reason="属实", refers=(5,))
    desk = entered(store, desk, EntryKind.RULED, ruled, "县财政局", on(26, 10))
    desk, final = frozen(store, desk, FINAL, on(27))
    assert [(one.unit, one.score, one.rank) for one in final.scores] == [
        ("县财政局", 95, 1),
        ("县教育局", 95, 1),
    ]
    assert (final.version, final.because) == (2, (5, 6))
    (changed,) = changes(desk, first, final)
    assert (changed.unit, changed.because, changed.runs) == ("县财政局", (5, 6), ())
    assert [one.version for _, one in results(desk)] == [1, 2]
    assert last_result(desk, DRAFT) == first and last_result(desk) == final
    with pytest.raises(Fault, match="freeze_draft_late"):
        frozen(store, desk, DRAFT, on(28))


def test_nothing_is_frozen_twice_and_a_newer_run_is_told(store: Store) -> None:
    desk = opened(store)
    audited(store, "caizheng", [STALE])
    desk, first = frozen(store, desk, DRAFT, on(8))
    with pytest.raises(Fault, match="freeze_same"):
        frozen(store, desk, DRAFT, on(8, 12))
    with pytest.raises(Fault, match="freeze_earlier"):
        frozen(store, desk, DRAFT, on(7))
    newer = audited(store, "caizheng", [FRESH], on(9))
    desk, second = frozen(store, desk, DRAFT, on(9, 12))
    (changed,) = changes(desk, first, second)
    assert (changed.because, changed.runs) == ((), (newer.id,)) and second.because == ()


def test_what_is_suspected_or_not_rated_stands_in_the_way_of_the_final_result(store: Store) -> None:
    blend = {"audit": "0.5", "others": [{"id": "DAILY", "title": "日常", "weight": "0.5"}]}
    desk = opened(store, year.assessment(windows=()))  # nothing is put up, so nobody can object
    audited(store, "caizheng", [STALE] * 3, by=year.rules(blend=blend))
    found = names(store, desk, on(10))
    assert found == [("fault.final_veto_open", "县财政局"), ("fault.final_unrated", "县财政局")]
    with pytest.raises(Fault, match="freeze_hindered"):
        frozen(store, desk, FINAL, on(10))
    said = year.veto_said(store, desk, "县财政局", False, on(10), on=date(2021, 12, 9))
    desk = entered(store, desk, EntryKind.VETO, said, "县财政局", on(9))
    rating = Rated(unit="县财政局", part="DAILY", score=Decimal(70), rater="督查室", on=date(2021, 12, 9))
    desk = entered(store, desk, EntryKind.RATED, rating, "县财政局", on(9))
    desk, final = frozen(store, desk, FINAL, on(10))
    assert final.scores[0].score == Decimal("77.5")  # half of 85 and half of 70
    assert final.scores[1].why == "unit_score.not_audited"


def test_after_the_final_result_the_plan_stays_unless_it_is_opened_again(store: Store) -> None:
    desk = opened(store, year.assessment(windows=()))
    audited(store, "caizheng", [STALE])
    desk, _ = frozen(store, desk, FINAL, on(10))
    alone = desk.assessment.model_copy(update={"units": desk.assessment.units[:1]})
    with pytest.raises(Fault, match="amend_final"):
        amend(store, desk, alone, "并入", on(11), "王芳", on(11))
    with pytest.raises(Fault, match="freeze_same"):
        frozen(store, desk, FINAL, on(11))
    amend(store, desk, alone, "机构改革并入", on(11), "王芳", on(11), reopen=True)
    desk = again(store, desk)
    with pytest.raises(Fault, match="close_unfinished"):
        close(store, desk, "", on(11), "王芳", on(11))
    desk, second = frozen(store, desk, FINAL, on(12))
    assert [one.unit for one in second.scores] == ["县财政局"] and second.because == (3,)
    close(store, desk, "", on(13), "王芳", on(13))
    with pytest.raises(Fault, match="assessment_closed"):
        frozen(store, again(store, desk), FINAL, on(14))


def test_a_final_result_that_was_not_amended_is_closed_without_a_reason(store: Store) -> None:
    desk = opened(store, year.assessment(windows=()))
    with pytest.raises(Fault, match="close_unfinished"):
        close(store, desk, "", on(10), "王芳", on(10))
    close(store, desk, "机构撤销，不再评估", on(10), "王芳", on(10))
    assert again(store, desk).closed
