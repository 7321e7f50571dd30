"""Targets that nobody saw: not observed or blocked with their reason, told together when many, never reckoned as passed."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

import checks
from audit.conclude import conclude
from audit.judge import judge
from audit.score import score
from model import (
    Attempt,
    CaseState,
    FetchOutcome,
    LinkCheck,
    LinkRelation,
    Outcome,
    RulePack,
    Turned,
    Verdict,
    Visit,
)
from tests.audit.ground import AS_OF, CITED, SITE, home, observation, run

ABROAD = "http://www.abroad.example/"


def pack(**changes: Any) -> RulePack:
    rule = {
        "id": "T-LINK-01",
        "section": "A",
        "title": "外部链接失效",
        "basis": CITED,
        "check": "dead_link",
        "applies_to": {"relations": ["external"]},
        "severity": "deduct",
        "points": 1,
    }
    return RulePack.model_validate(
        {
            "id": "t",
            "title": "t",
            "version": "1",
            "document": "t",
            "level": "county",
            "effective_from": "2020-01-01",
            "sections": [{"id": "A", "title": "甲"}],
            "rules": [rule | changes],
        }
    )


def link(number: int, *outcomes: FetchOutcome, **fields: Any) -> LinkCheck:
    tries = tuple(
        Attempt(at=AS_OF + timedelta(hours=hour), method="GET", outcome=one, snapshot_id=f"r/{hour}")
        for hour, one in enumerate(outcomes)
    )
    return LinkCheck(
        url=f"{ABROAD}{number:05}", relation=LinkRelation.EXTERNAL, found_on=(), attempts=tries, **fields
    )


def verdicts(links: list[LinkCheck], **changes: Any) -> tuple[Verdict, ...]:
    return judge(observation(links=tuple(links), pages=(home(),)), pack(**changes), checks.ALL)


@pytest.mark.parametrize(
    ("target", "outcome", "message", "params"),
    [
        (link(1), Outcome.NOT_OBSERVED, "link", {}),
        (link(1, not_asked="left_over"), Outcome.NOT_OBSERVED, "link_not_asked", {"not_asked": "left_over"}),
        (link(1, FetchOutcome.BLOCKED, FetchOutcome.LOGIN), Outcome.BLOCKED, "link_refused", {"outcome": "login"}),
        (link(1, FetchOutcome.SKIPPED_ROBOTS), Outcome.BLOCKED, "link_refused", {"outcome": "skipped_robots"}),
        (link(1, FetchOutcome.SKIPPED_PRIVATE), Outcome.BLOCKED, "link_refused", {"outcome": "skipped_private"}),
    ],
)  # fmt: skip
def test_a_target_that_was_not_seen_says_why(target, outcome, message, params) -> None:
    (found,) = verdicts([target])
    assert (found.outcome, found.message_id, found.params) == (
        outcome,
        f"verdict.{outcome}.{message}",
        params,
    )
    assert not found.set_aside and found.stands_for == 1


def test_what_our_own_network_kept_from_us_is_not_observed() -> None:
    one = link(1, FetchOutcome.UNREACHABLE)
    lost = one.attempts[0].model_copy(update={"withdrawn": "our_network"})
    (found,) = verdicts([one.model_copy(update={"attempts": (lost,)})])
    assert (found.outcome, found.params) == (Outcome.NOT_OBSERVED, {"withdrawn": "our_network"})


def test_a_faulty_certificate_is_a_question_and_no_refusal() -> None:
    (found,) = verdicts([link(1, FetchOutcome.TLS)])
    assert (found.outcome, found.message_id) == (Outcome.UNSURE, "check.dead_link.tls")


def test_thousands_that_nobody_asked_are_told_in_one_verdict_that_stands_for_all() -> None:
    many = [link(number, not_asked="max_external") for number in range(3000)]
    seen = [link(90001, FetchOutcome.OK), link(90002, FetchOutcome.GONE, FetchOutcome.GONE)]
    found = verdicts([*many, *seen])
    assert [(one.outcome, one.locus) for one in found] == [
        (Outcome.PASS, f"{ABROAD}90001"),
        (Outcome.FAIL, f"{ABROAD}90002"),
        (Outcome.NOT_OBSERVED, "site"),
    ]
    assert found[-1].params == {"count": 3000, "not_asked": "max_external"}
    assert [one.url for one in found[-1].evidence] == [one.url for one in many[:20]]
    assert found[-1].stands_for == 3000 and not found[-1].set_aside
    told = score(pack(points="0.01"), found)
    assert (told.low, told.high, told.provisional) == (Decimal("69.99"), Decimal("99.99"), True)


def test_a_few_that_nobody_asked_are_told_one_by_one() -> None:
    found = verdicts([link(number, not_asked="left_over") for number in range(20)])
    assert {one.outcome for one in found} == {Outcome.NOT_OBSERVED} and len(
        {one.locus for one in found}
    ) == 20


def test_probing_that_is_switched_off_is_told_and_neither_costs_nor_widens_anything() -> None:
    found = verdicts([link(number, not_asked="switched_off") for number in range(3)])
    assert [(one.outcome, one.locus, one.params) for one in found] == [
        (Outcome.NOT_OBSERVED, "site", {"count": 3, "not_asked": "switched_off"})
    ]
    assert found[0].set_aside
    told = score(pack(), found)
    assert (told.low, told.high, told.provisional) == (Decimal(100), Decimal(100), False)


def test_a_case_stays_open_while_its_target_is_linked_to_and_nobody_asks_it() -> None:
    rules = pack()
    dead = [link(number, FetchOutcome.GONE, FetchOutcome.GONE) for number in range(2)]
    broken = conclude(run("R0"), observation(links=tuple(dead)), rules, checks.ALL, {})
    cases = {case.fingerprint: case for case in broken.cases}
    assert {case.locus for case in cases.values()} == {f"{ABROAD}00000", f"{ABROAD}00001"}
    left = (link(0, not_asked="switched_off"),)
    later = conclude(run("R1"), observation(links=left), rules, checks.ALL, cases)
    assert [(case.locus, case.state) for case in later.cases] == [(f"{ABROAD}00001", CaseState.FIXED)]


TURNED = {"check": "turned_link", "severity": "veto", "points": None}


def test_a_veto_on_turned_links_is_possible_only_when_one_that_was_seen_looks_so() -> None:
    clean = [
        link(1, FetchOutcome.OK),
        link(2, FetchOutcome.BLOCKED),
        link(3, FetchOutcome.GONE, FetchOutcome.GONE),
        link(4, not_asked="max_external"),
    ]
    found = verdicts(clean, **TURNED)
    assert [(one.outcome, one.locus) for one in found] == [(Outcome.PASS, f"{ABROAD}00001")]
    assert score(pack(**TURNED), found).vetoes == ()
    one = link(5, FetchOutcome.OK)
    parked = one.attempts[0].model_copy(update={"turned": Turned(kind="parked", quote="域名停放")})
    doubtful = verdicts([*clean, one.model_copy(update={"attempts": (parked,)})], **TURNED)
    (veto,) = score(pack(**TURNED), doubtful).vetoes
    assert (veto.low, veto.high, veto.suspected) == (0, 1, False)


def test_turned_links_nobody_could_see_are_not_passed() -> None:
    found = verdicts([link(2, FetchOutcome.BLOCKED), link(4, not_asked="max_external")], **TURNED)
    assert [(one.outcome, one.params) for one in found] == [
        (Outcome.NOT_OBSERVED, {"count": 2, "not_asked": "unseen"})
    ]
    assert score(pack(**TURNED), found).vetoes == ()


REACH = {"check": "unreachable_site", "severity": "veto", "points": None, "applies_to": {}}


def visits(count: int, failed: int) -> tuple[Visit, ...]:
    made = []
    for number in range(count):
        lost = number < failed
        made.append(
            Visit(
                site_key=SITE.key,
                url=SITE.home,
                at=AS_OF - timedelta(days=7) * (number + 1) / (count + 1),
                outcome=FetchOutcome.UNREACHABLE if lost else FetchOutcome.OK,
                elapsed_ms=15000 if lost else 500,
            )
        )
    return tuple(sorted(made, key=lambda one: one.at))


@pytest.mark.parametrize(
    ("count", "failed", "outcome", "veto"),
    [
        (140, 7, Outcome.FAIL, (1, 1)),
        (143, 7, Outcome.PASS, None),
        (19, 1, Outcome.UNSURE, (0, 1)),
        (19, 0, Outcome.NOT_OBSERVED, None),
        (0, 0, Outcome.NOT_OBSERVED, None),
    ],
)
def test_availability_is_judged_by_visits_also_when_the_home_page_never_opened(
    count: int, failed: int, outcome: Outcome, veto: tuple[int, int] | None
) -> None:
    rules = pack(**REACH)
    for pages in ((home(),), (), (home(outcome=FetchOutcome.UNREACHABLE),)):
        (found,) = judge(observation(visits=visits(count, failed), pages=pages), rules, checks.ALL)
        assert (found.outcome, found.locus) == (outcome, "site")
        told = [(one.low, one.high) for one in score(rules, (found,)).vetoes]
        assert told == ([veto] if veto else [])
