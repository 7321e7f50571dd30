"""What people decide about findings is kept whole, with both scores, and nobody's change is lost; on both databases."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from alembic import command
from sqlalchemy import create_engine

from audit.conclude import Result, conclude, moment_of
from audit.ledger_view import LedgerAsk, keys_in_group, ledger_rows
from audit.rulings import dispute, resolve, waive
from audit.trend import trend
from model import (
    Arrangement,
    Case,
    CaseState,
    Column,
    Deed,
    Fault,
    RosterEntry,
    RulePack,
    RulingResult,
    Run,
    fingerprint_of,
)
from storage import CaseQuery, Store, schema
from tests.audit.ground import AS_OF, CHECKS, SITE, column, observation, pack, run
from tests.storage.conftest import Place

A, B = (fingerprint_of("T-COL-01", SITE.key, locus) for locus in ("/a/", "/b/"))
STALE = {name: column(f"/{name}/", "2026-08-01") for name in "ab"}
FRESH = {name: column(f"/{name}/", "2026-11-01") for name in "ab"}
LATER = AS_OF + timedelta(hours=3)
OTHER = SITE.model_copy(update={"home": "http://www.shibing.example/", "site_code": None, "name": "施秉县"})


def kept(store: Store, number: int, *columns: Column, rules: RulePack | None = None, **more: Any) -> Result:
    """One finished night, `number` days after the first."""
    rules = rules or pack(digest="a" * 64)
    at = AS_OF + timedelta(days=number)
    record = run(f"R{number}", at).model_copy(update={"pack_digest": rules.digest, **more})
    seen = observation(*columns).model_copy(update={"moment": moment_of(at), "site": record.site})
    read = store.cases(record.site.key)
    result = conclude(record, seen, rules, CHECKS, read, mend_days=2)
    store.keep_pack(rules)
    store.begin_run(record)
    store.finish_runs([(result.run, result.verdicts, result.findings, result.cases)], read=read)
    return result


def ruled(store: Store, name: str, result: RulingResult, at: datetime = LATER, **more: Any) -> Any:
    return resolve(store, name, result, by="赵敏", reason="已核实", at=at, checks=CHECKS, **more)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Fault) as told:
        act()
    assert told.value.exit_code == 3
    return told.value.message_id


def test_a_withdrawn_finding_is_scored_out_and_both_scores_are_kept(store: Store) -> None:
    first = kept(store, 0, STALE["a"], STALE["b"])
    assert first.run.score is not None and first.run.score.low == 92  # the section holds eight points
    said = dispute(store, f"F-{A[:10]}", by=" 李强 ", reason="系统\n误判", at=LATER)
    assert said.dispute is not None and (said.state, said.dispute.by) == (CaseState.DISPUTED, "李强")
    assert (said.dispute.due, said.dispute.reason, said.dispute.run_id) == (
        date(2026, 10, 15),
        "系统 误判",
        "R0",
    )
    case, rulings = ruled(store, A[:8], RulingResult.WITHDRAWN)
    assert (case.state, case.due, case.disputed) == (CaseState.WITHDRAWN, None, False)
    assert [
        (one.run_id, one.low_before, one.high_before, one.low_after, one.high_after) for one in rulings
    ] == [("R0", 92, 92, 95, 95)]
    dispute(store, B, by="李强", reason="也是", at=LATER)
    _, second = ruled(store, B, RulingResult.WITHDRAWN, LATER + timedelta(minutes=1))
    assert [(one.low_before, one.low_after) for one in second] == [(95, 100)]  # without what went before
    assert store.rulings(run_ids=["R0"]) == [*rulings, *second]
    assert store.rulings(fingerprints=[A]) == list(rulings)
    assert store.run("R0").score == first.run.score  # as it was published
    (point,) = trend(store, SITE.key, AS_OF - timedelta(days=1))
    assert (point.low, point.low_after, point.high_after) == (92, 100, 100)
    assert not kept(store, 1, STALE["a"], STALE["b"]).violated


def test_what_is_upheld_stands_as_before_or_is_due_later(store: Store) -> None:
    kept(store, 0, STALE["a"], STALE["b"])
    for name, extend, due in ((A, None, date(2026, 10, 14)), (B, 6, date(2026, 10, 20))):
        dispute(store, name, by="李强", reason="误判", at=LATER)
        case, (ruling,) = ruled(store, name, RulingResult.UPHELD, extend=extend)
        assert (case.state, case.due) == (CaseState.OPEN, due)
        assert (ruling.low_before, ruling.low_after) == (92, 92)
    kept(store, 1, FRESH["a"], FRESH["b"])
    kept(store, 2, STALE["a"], FRESH["b"])
    dispute(store, A, by="李强", reason="误判", at=LATER + timedelta(days=2))
    assert ruled(store, A, RulingResult.UPHELD, LATER + timedelta(days=2))[0].state is CaseState.REOPENED


def test_a_ruling_on_what_has_changed_since_withdraws_only_what_was_disputed(store: Store) -> None:
    kept(store, 0, STALE["a"])
    dispute(store, A, by="李强", reason="误判", at=LATER)
    kept(store, 1, column("/a/", "2026-07-01"))
    case, _ = ruled(store, A, RulingResult.WITHDRAWN, LATER + timedelta(days=1))
    assert (case.state, len(case.withdrawn)) == (CaseState.OPEN, 1)
    kept(store, 2, STALE["a"])
    assert store.cases(SITE.key)[A].state is CaseState.WITHDRAWN


def test_a_mended_finding_may_still_be_disputed(store: Store) -> None:
    kept(store, 0, STALE["a"])
    kept(store, 1, FRESH["a"])
    said = dispute(store, A, by="李强", reason="当时就没有问题", at=LATER + timedelta(days=1))
    assert (said.state, said.disputed) == (CaseState.FIXED, True)
    case, (ruling,) = ruled(store, A, RulingResult.WITHDRAWN, LATER + timedelta(days=1))
    assert (case.state, ruling.run_id, ruling.low_after) == (CaseState.WITHDRAWN, "R0", 100)


def test_every_pack_of_the_disputed_crawl_is_scored_again(store: Store) -> None:
    kept(store, 0, STALE["a"])
    cheap = pack(
        id="county/own",
        digest="b" * 64,
        rules=[{**pack().model_dump()["rules"][0], "points": "2"}],
        tallies=[],
    )
    kept(store, 0, STALE["a"], rules=cheap, id="R0-1", replays="R0", pack_id="county/own")
    dispute(store, A, by="李强", reason="误判", at=LATER)
    _, rulings = ruled(store, A, RulingResult.WITHDRAWN)
    assert sorted((one.run_id, one.low_before, one.low_after) for one in rulings) == [
        ("R0", 95, 100),
        ("R0-1", 98, 100),
    ]


def test_a_score_that_cannot_be_computed_again_is_said_and_the_ruling_stands(store: Store) -> None:
    changed = pack().model_dump()["rules"]
    kept_before = [{"tallies": ["T-VETO-01"], "rule": changed[0]}]
    overlay = pack(
        digest="c" * 64, counted=kept_before
    )  # its tally needs the stored pages, and there are none
    kept(store, 0, STALE["a"], rules=overlay)
    dispute(store, A, by="李强", reason="误判", at=LATER)
    case, (ruling,) = ruled(store, A, RulingResult.WITHDRAWN)
    assert case.state is CaseState.WITHDRAWN
    assert (ruling.unscored, ruling.low_after) == ("ruling.unscored.pages_gone", None)


def test_what_cannot_be_decided_is_told(store: Store) -> None:
    kept(store, 0, STALE["a"], column("/c/", None))
    doubt = fingerprint_of("T-COL-01", SITE.key, "/c/")
    said: dict[str, Any] = {"by": "王芳", "reason": "改版", "at": LATER}

    def waiving(name: str = A, until: date = date(2026, 12, 31), **more: Any) -> str:
        return refused(lambda: waive(store, name, until=until, **(said | more)))

    assert waiving("F-0000000000") == "fault.finding_unknown"
    assert waiving(doubt) == "fault.case_none"
    assert waiving(until=date(2026, 10, 11)) == "fault.waiver_day"
    assert waiving(until=date(2027, 10, 14)) == "fault.waiver_day"
    assert waiving(by=" \n ") == "fault.case_text_empty"
    assert waiving(reason="长" * 2001) == "fault.case_text_long"
    assert refused(lambda: ruled(store, A, RulingResult.UPHELD)) == "fault.dispute_none"
    waive(store, A, until=date(2026, 10, 12), **said)
    assert refused(lambda: dispute(store, A, **said)) == "fault.dispute_nothing"
    kept(store, 1, STALE["a"])  # the waiver is over
    dispute(store, A, **said)
    assert refused(lambda: dispute(store, A, **said)) == "fault.dispute_open"
    assert waiving() == "fault.waive_disputed"
    ruled(store, A, RulingResult.WITHDRAWN)
    assert waiving() == "fault.waive_withdrawn"
    kept(store, 2, STALE["b"])
    kept(store, 3, FRESH["b"])
    assert waiving(B) == "fault.waive_fixed"
    rules = pack().model_dump()["rules"]
    rules[0]["nights"] = 2
    kept(store, 4, column("/d/", "2026-08-01"), rules=pack(rules=rules, digest="e" * 64))
    assert waiving(fingerprint_of("T-COL-01", SITE.key, "/d/")) == "fault.waive_suspected"


def test_nobody_overwrites_what_somebody_else_changed_meanwhile(store: Store) -> None:
    kept(store, 0, STALE["a"])
    read = store.cases(SITE.key)
    waive(store, A, by="王芳", reason="改版", until=date(2026, 12, 31), at=LATER)
    late = run("R1", AS_OF + timedelta(days=1))
    result = conclude(late, observation(STALE["a"]), pack(), CHECKS, read)
    store.begin_run(late)
    ended = [(result.run, result.verdicts, result.findings, result.cases)]
    with pytest.raises(Fault) as told:
        store.finish_runs(ended, read=read)
    assert (told.value.message_id, told.value.exit_code) == ("fault.case_overtaken", 1)
    assert store.run("R1").ended_at is None and store.verdicts("R1") == []
    assert store.cases(SITE.key)[A].state is CaseState.WAIVED
    again = conclude(late, observation(STALE["a"]), pack(), CHECKS, store.cases(SITE.key))
    store.finish_runs([(again.run, again.verdicts, again.findings, again.cases)], read=store.cases(SITE.key))
    case = store.cases(SITE.key)[A]
    assert [event.deed for event in case.history] == [Deed.OPENED, Deed.WAIVED]
    with pytest.raises(Fault, match="case_overtaken"):  # nor does a person overwrite an audit
        store.keep_case(case, read[A])


def test_the_ledger_is_asked_over_all_sites(store: Store) -> None:
    store.keep_roster(
        [
            RosterEntry(site=one, arrangement=Arrangement(site_key=one.key, group="县直"))
            for one in (SITE, OTHER)
        ]
    )
    kept(store, 0, STALE["a"], STALE["b"])
    kept(store, 0, STALE["a"], id="X0", site=OTHER)
    kept(store, 1, FRESH["a"], STALE["b"])
    kept(store, 2, STALE["a"], STALE["b"])
    now = AS_OF + timedelta(days=2)

    def told(at: datetime = now, **asked: Any) -> list[tuple[str, str, str]]:
        rows = ledger_rows(store, LedgerAsk(**asked), at)
        assert all(row.finding and row.finding.fingerprint == row.case.fingerprint for row in rows)
        return [((row.site and row.site.name) or "", row.case.locus, row.case.state) for row in rows]

    a, b, x = (
        ("青禾县人民政府", "/a/", "reopened"),
        ("青禾县人民政府", "/b/", "open"),
        ("施秉县", "/a/", "open"),
    )
    assert sorted(told()) == sorted([a, b, x])
    assert told(site_keys=frozenset({OTHER.key})) == [x]
    assert told(states=frozenset({CaseState.REOPENED})) == [a]
    assert told(reopened=True) == [a]  # what the newest run brought
    assert told(new=True) == []
    assert told(fixed=True, since=AS_OF) == [a]
    assert sorted(told(new=True, since=AS_OF - timedelta(seconds=1))) == sorted([a, b, x])
    assert told(fixed=True, reopened=True, since=AS_OF, until=AS_OF + timedelta(days=1)) == [a]
    assert told(overdue=True) == []
    assert sorted(told(now + timedelta(days=1), overdue=True)) == sorted([b, x])  # due on Wednesday
    dispute(store, B, by="李强", reason="误判", at=now)
    assert told(disputed=True) == [("青禾县人民政府", "/b/", "disputed")]
    assert keys_in_group(store, "县直") == {SITE.key, OTHER.key}
    assert refused(lambda: keys_in_group(store, "无")) == "fault.ledger_group_empty"


def test_trend_tells_what_each_run_brought_and_where_figures_do_not_compare(store: Store) -> None:
    kept(store, 0, STALE["a"], STALE["b"])
    kept(store, 1, FRESH["a"], STALE["b"])
    stricter = pack(version="2", digest="d" * 64)
    kept(store, 2, STALE["a"], STALE["b"], rules=stricter, pack_version="2")
    points = trend(store, SITE.key, AS_OF - timedelta(days=1))
    assert [(one.run_id, one.open, one.new, one.fixed, one.reopened, one.breaks) for one in points] == [
        ("R0", 2, 2, 0, 0, False),
        ("R1", 1, 0, 1, 0, False),
        ("R2", 2, 0, 0, 1, True),
    ]
    assert refused(lambda: trend(store, "nowhere.example", AS_OF)) == "fault.no_finished_run_of"
    assert refused(lambda: trend(store, SITE.key, AS_OF, "county/none")) == "fault.no_finished_run_of"


def test_a_case_outlives_the_runs_it_tells_of(store: Store) -> None:
    kept(store, 0, STALE["a"])
    case = store.case_named(f"F-{A[:10]}")
    assert isinstance(case, Case) and case == store.case(A) == store.find_cases(CaseQuery())[0]
    assert store.case("0" * 64) is None
    assert refused(lambda: store.case_named("F-12")) == "fault.finding_unknown"
    assert isinstance(store.run("R0"), Run) and store.run("R0").as_of == AS_OF.astimezone(UTC)


def test_cases_of_an_older_database_live_on(place: Place) -> None:
    store = place.again()
    for number, seen in enumerate((STALE["a"], FRESH["a"], STALE["a"])):
        kept(store, number, seen)
    before = store.cases(SITE.key)[A]
    store.close()
    engine = create_engine(place.url)
    with engine.begin() as connection:
        config = schema._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")
    engine.dispose()
    store = place.again()
    case = store.cases(SITE.key)[A]
    assert [(one.at, one.by, one.deed, one.state) for one in case.history] == [
        (one.at, one.by, one.deed, one.state) for one in before.history
    ]
    assert (case.state, case.first_seen, case.evidence) == (CaseState.REOPENED, before.first_seen, "")
    waived = waive(store, A, by="王芳", reason="改版", until=date(2026, 12, 31), at=LATER)
    assert waived.waiver is not None and waived.waiver.evidence == before.evidence  # from the newest finding
    assert not kept(store, 3, STALE["a"]).violated
