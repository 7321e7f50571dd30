"""A finding's life over many runs: opened by a failure, closed only by observed-and-passed."""

from datetime import timedelta

from audit.conclude import conclude
from model import (
    AppliesTo,
    Attempt,
    Case,
    CaseState,
    FetchOutcome,
    FoundOn,
    LeftOver,
    LinkCheck,
    LinkRelation,
    Outcome,
    Rank,
    StopReason,
    Unread,
    fingerprint_of,
)
from tests.audit.ground import AS_OF, CHECKS, SITE, column, home, observation, pack, run

STALE = column("/a/", "2026-08-01")
FRESH = column("/a/", "2026-10-10")
UNSEEN = column("/a/", None, items=None, outcome=FetchOutcome.BLOCKED, unread="blocked")
DOUBTFUL = column("/a/", None)
MARK = fingerprint_of("T-COL-01", SITE.key, "/a/")


def nights(*columns) -> Case:
    """The column's case after one run a night over these states."""
    cases: dict[str, Case] = {}
    for number, one in enumerate(columns):
        record = run(f"R{number}", AS_OF + timedelta(days=number))
        result = conclude(record, observation(one), pack(), CHECKS, cases)
        cases |= {case.fingerprint: case for case in result.cases}
    return cases[MARK]


def test_first_failure_opens_a_case() -> None:
    case = nights(STALE)
    assert (case.state, case.first_seen, case.last_seen) == (CaseState.OPEN, AS_OF, AS_OF)
    assert [event.run_id for event in case.history] == ["R0"]


def test_still_failing_moves_only_last_seen() -> None:
    case = nights(STALE, STALE)
    assert (case.state, case.first_seen, case.last_seen) == (CaseState.OPEN, AS_OF, AS_OF + timedelta(days=1))
    assert len(case.history) == 1


def test_passing_fixes_it() -> None:
    assert nights(STALE, FRESH).state is CaseState.FIXED


def test_not_seen_or_doubtful_leaves_it_open() -> None:
    assert nights(STALE, UNSEEN).state is CaseState.OPEN
    assert nights(STALE, DOUBTFUL).state is CaseState.OPEN
    assert nights(STALE, UNSEEN).last_seen == AS_OF


def test_failing_again_reopens_and_keeps_first_seen() -> None:
    case = nights(STALE, FRESH, STALE)
    assert (case.state, case.first_seen) == (CaseState.REOPENED, AS_OF)
    assert [event.state for event in case.history] == [CaseState.OPEN, CaseState.FIXED, CaseState.REOPENED]


def test_doubt_is_a_finding_but_never_a_case() -> None:
    result = conclude(run(), observation(DOUBTFUL), pack(), CHECKS, {})
    assert [finding.verdict.message_id for finding in result.findings] == ["x.undated"]
    assert result.cases == ()


def test_whole_site_rule_settles_the_place_it_named() -> None:
    broken = conclude(run("R0"), observation(pages=(home(text=""),)), pack(), CHECKS, {})
    mark = fingerprint_of("T-HOME-01", SITE.key, "text")
    assert [case.fingerprint for case in broken.cases] == [mark]
    mended = conclude(run("R1"), observation(), pack(), CHECKS, {mark: broken.cases[0]})
    assert [(case.fingerprint, case.state) for case in mended.cases] == [(mark, CaseState.FIXED)]


def dead_link() -> LinkCheck:
    gone = Attempt(at=AS_OF, method="GET", outcome=FetchOutcome.GONE)
    return LinkCheck(
        url="http://www.qinghe.example/x.html",
        relation=LinkRelation.INTERNAL,
        found_on=(),
        attempts=(gone, gone),
    )


def test_a_removed_link_is_fixed_only_when_the_whole_site_was_read() -> None:
    broken = conclude(run("R0"), observation(links=(dead_link(),)), pack(), CHECKS, {})
    cases = {case.fingerprint: case for case in broken.cases}
    partly = observation()
    partly = partly.model_copy(
        update={"coverage": partly.coverage.model_copy(update={"stop": StopReason.MAX_PAGES})}
    )
    assert conclude(run("R1"), partly, pack(), CHECKS, cases).cases == ()
    whole = conclude(run("R2"), observation(), pack(), CHECKS, cases)
    assert [(case.rule_id, case.locus, case.state) for case in whole.cases] == [
        ("T-LINK-01", "/x.html", CaseState.FIXED)
    ]


def test_what_stood_on_a_page_that_would_not_open_is_not_mended() -> None:
    broken = conclude(run("R0"), observation(links=(dead_link(),)), pack(), CHECKS, {})
    cases = {case.fingerprint: case for case in broken.cases}
    shut = home().model_copy(update={"outcome": FetchOutcome.SERVER_ERROR})
    down = conclude(run("R1"), observation(pages=(shut,)), pack(), CHECKS, cases)
    assert down.cases == ()  # the whole host answered 503: nothing moves
    page = Unread(what="page", name="x", url="http://www.qinghe.example/list/", cause="server_error")
    seen = observation()
    seen = seen.model_copy(update={"coverage": seen.coverage.model_copy(update={"unread": (page,)})})
    assert conclude(run("R2"), seen, pack(), CHECKS, cases).cases == ()
    refused = seen.coverage.model_copy(
        update={"unread": (page.model_copy(update={"cause": "skipped_robots"}),)}
    )
    seen = seen.model_copy(update={"coverage": refused})  # nor could it be seen there the first time
    after = conclude(run("R3"), seen, pack(), CHECKS, cases)
    assert [case.state for case in after.cases] == [CaseState.FIXED]


def external_link(url: str = "http://elsewhere.example/a?b=1", **more: object) -> LinkCheck:
    gone = Attempt(at=AS_OF, method="GET", outcome=FetchOutcome.GONE)
    given = {"url": url, "relation": LinkRelation.EXTERNAL, "found_on": (), "attempts": (gone, gone)}
    return LinkCheck.model_validate(given | more)


def test_an_external_target_nobody_asked_this_time_leaves_its_case_as_it_is() -> None:
    broken = conclude(run("R0"), observation(links=(external_link(),)), pack(), CHECKS, {})
    assert [(case.rule_id, case.locus, case.state) for case in broken.cases] == [
        ("T-LINK-01", "http://elsewhere.example/a?b=1", CaseState.OPEN)
    ]
    cases = {case.fingerprint: case for case in broken.cases}
    for not_asked in ("asked_elsewhere", "max_external", "switched_off", "left_over"):
        unasked = external_link(attempts=(), not_asked=not_asked)
        again = conclude(run("R1"), observation(links=(unasked,)), pack(), CHECKS, cases)
        assert [one for one in again.cases if one.state is not CaseState.OPEN] == [], not_asked
        assert [
            one for one in again.verdicts if one.outcome is Outcome.PASS and one.rule_id == "T-LINK-01"
        ] == []
    gone = conclude(run("R2"), observation(links=()), pack(), CHECKS, cases)
    assert [(case.rule_id, case.state) for case in gone.cases] == [("T-LINK-01", CaseState.FIXED)]


def test_what_was_left_abroad_does_not_keep_a_removed_link_open() -> None:
    broken = conclude(run("R0"), observation(links=(dead_link(),)), pack(), CHECKS, {})
    cases = {case.fingerprint: case for case in broken.cases}
    left = (LeftOver(rank=Rank.EXTERNAL, reason="max_external", count=7),)
    seen = observation()
    seen = seen.model_copy(update={"coverage": seen.coverage.model_copy(update={"left": left})})
    after = conclude(run("R1"), seen, pack(), CHECKS, cases)
    assert [(case.rule_id, case.state) for case in after.cases] == [("T-LINK-01", CaseState.FIXED)]


def test_a_link_that_left_the_home_page_is_fixed_there() -> None:
    rules = pack().rules
    on_home = rules[2].model_copy(update={"applies_to": AppliesTo(on_home=True)})
    of_home = pack().model_copy(update={"rules": (*rules[:2], on_home)})
    parent = FoundOn(url=SITE.home, snapshot_id="R0/1", home=True)
    shown = dead_link().model_copy(update={"found_on": (parent,)})
    broken = conclude(run("R0"), observation(links=(shown,)), of_home, CHECKS, {})
    cases = {case.fingerprint: case for case in broken.cases}
    moved = dead_link().model_copy(update={"found_on": (parent.model_copy(update={"home": False}),)})
    after = conclude(run("R1"), observation(links=(moved,)), of_home, CHECKS, cases)
    assert [(case.rule_id, case.state) for case in after.cases] == [("T-LINK-01", CaseState.FIXED)]


def test_fingerprint_never_depends_on_wording_or_dates() -> None:
    first = conclude(run("R0"), observation(STALE), pack(), CHECKS, {})
    renamed = column("/a/", "2026-07-01", name="新名称")
    later = conclude(run("R9", AS_OF + timedelta(days=30)), observation(renamed), pack(), CHECKS, {})
    assert first.findings[0].fingerprint == later.findings[0].fingerprint == MARK


def test_a_rule_on_trial_is_shown_and_files_nothing() -> None:
    rules = pack().model_dump()["rules"]
    rules[0]["preview"] = True
    result = conclude(run(), observation(STALE), pack(rules=rules), CHECKS, {})
    assert [(one.verdict.rule_id, one.verdict.preview) for one in result.findings] == [("T-COL-01", True)]
    assert result.cases == () and not result.violated
    assert sum(result.run.counts.values()) == len([one for one in result.verdicts if not one.preview])
