"""Checks of the whole site that accuse single pages: silence is a pass only for what was looked at."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from audit.conclude import conclude
from audit.judge import judge
from model import (
    Case,
    CaseState,
    Coverage,
    FetchOutcome,
    Hit,
    LeftOver,
    Moment,
    NoSubject,
    Observation,
    Outcome,
    PageFacts,
    PageKind,
    Params,
    Purpose,
    Rank,
    RulePack,
    SiteKind,
    StopReason,
    Subject,
)
from tests.audit.ground import AS_OF, CITED, SITE, home, observation, pack, run

U = SITE.home
CUT_SHORT = Coverage(
    left=(LeftOver(rank=Rank.ARTICLE, reason="max_pages", count=3),), stop=StopReason.MAX_PAGES
)


def _bare(seen: Observation, params: Params, moment: Moment) -> Iterator[Hit | NoSubject]:
    articles = [page for page in seen.pages if page.url != U and page.outcome.observed]
    if not articles:
        yield NoSubject()
    for page in articles:
        if not page.text:
            yield Hit(message_id="x.bare", locus=page.url)


def checks(**more: Any) -> Mapping[str, Any]:
    module = SimpleNamespace(
        SUBJECT=Subject.OBSERVATION, NEEDS=frozenset(), Params=Params, judge=_bare, __doc__="", **more
    )
    return {"bare": module}


ITEMWISE = checks(ITEMWISE=True)


def rules(**changes: Any) -> RulePack:
    rule = {
        "id": "T-PAGE-01", "section": "a", "title": "无正文", "basis": CITED, "check": "bare", "severity": "deduct",
        "points": 1,
    }  # fmt: skip
    return pack(rules=[rule | changes], tallies=[])


def article(number: int, text: str, **changes: Any) -> PageFacts:
    url = f"{U}t/{number}.html"
    fields: dict[str, Any] = {"purpose": Purpose.ARTICLE, "kind": PageKind.ARTICLE, **changes}
    return home(url=url, final_url=url, snapshot_id=f"R1/{number}", text=text, **fields)


def seen(*pages: PageFacts, **changes: Any) -> Observation:
    return observation(pages=(home(), *pages), **changes)


def outcomes(found: Observation, use: Mapping[str, Any] = ITEMWISE) -> list[tuple[str, Outcome, str]]:
    return [(one.locus, one.outcome, one.message_id) for one in judge(found, rules(), use)]


def test_a_site_read_whole_passes() -> None:
    assert outcomes(seen(article(1, "正文"))) == [("site", Outcome.PASS, "verdict.pass")]


def test_silence_on_a_site_cut_short_is_no_pass() -> None:
    assert outcomes(seen(article(1, "正文"), coverage=CUT_SHORT)) == [
        ("site", Outcome.NOT_OBSERVED, "verdict.not_observed.partly")
    ]
    assert outcomes(seen(article(1, "正文"), coverage=CUT_SHORT), checks()) == [
        ("site", Outcome.PASS, "verdict.pass")
    ]


def test_nothing_to_judge_is_neither_pass_nor_fault() -> None:
    assert outcomes(seen())[0][1:] == (Outcome.NOT_APPLICABLE, "verdict.not_applicable.no_subject")
    assert outcomes(seen(coverage=CUT_SHORT))[0][1:] == (
        Outcome.NOT_OBSERVED,
        "verdict.not_observed.no_subject",
    )


def states(*nights: Observation) -> dict[str, CaseState]:
    cases: dict[str, Case] = {}
    for number, found in enumerate(nights):
        record = run(f"R{number}", AS_OF + timedelta(days=number))
        result = conclude(record, found, rules(), ITEMWISE, cases)
        cases |= {case.fingerprint: case for case in result.cases}
    return {case.locus: case.state for case in cases.values()}


BOTH = seen(article(1, ""), article(2, ""))


def test_one_of_two_mended_is_fixed_while_the_other_stays() -> None:
    assert states(BOTH, seen(article(1, "正文"), article(2, ""))) == {
        "/t/1.html": CaseState.FIXED,
        "/t/2.html": CaseState.OPEN,
    }


@pytest.mark.parametrize(
    ("second", "state"),
    [
        (seen(article(2, ""), coverage=CUT_SHORT), CaseState.OPEN),  # not fetched this time
        (seen(article(1, "", outcome=FetchOutcome.BLOCKED), article(2, "")), CaseState.OPEN),
        (seen(article(1, "", outcome=FetchOutcome.UNREACHABLE), article(2, "正文")), CaseState.OPEN),
        (
            seen(article(1, "正文"), coverage=CUT_SHORT),
            CaseState.FIXED,
        ),  # read, though the crawl was cut short
        (seen(article(2, "")), CaseState.FIXED),  # the page is gone and everything was read
        (seen(), CaseState.OPEN),  # nothing to judge says nothing
    ],
)
def test_only_what_was_looked_at_is_fixed(second: Observation, state: CaseState) -> None:
    assert states(BOTH, second)["/t/1.html"] is state


@pytest.mark.parametrize(
    ("kind", "name", "title", "outcome"),
    [
        (SiteKind.DEPARTMENT, "青禾县财政局", "", Outcome.PASS),
        (SiteKind.DEPARTMENT, "青禾县教育局", "", Outcome.NOT_APPLICABLE),
        (SiteKind.DEPARTMENT, None, "青禾县财政局", Outcome.PASS),
        (SiteKind.DEPARTMENT, None, "", Outcome.NOT_OBSERVED),
        (SiteKind.PORTAL, "青禾县人民政府", "", Outcome.PASS),
        (None, None, "", Outcome.PASS),
    ],
)
def test_a_rule_for_one_kind_of_agency(
    kind: SiteKind | None, name: str | None, title: str, outcome: Outcome
) -> None:
    site = SITE.model_copy(update={"kind": kind, "name": name})
    found = observation(site=site, pages=(home(title=title), article(1, "正文")))
    verdicts = judge(found, rules(applies_to={"functions": ["财政"]}), ITEMWISE)
    assert [one.outcome for one in verdicts] == [outcome]


def test_last_years_case_is_not_settled_when_this_year_is_asked_for() -> None:
    def yearly(found: Observation, params: Params, moment: Moment) -> Iterator[Hit]:
        if not [page for page in found.pages if page.text == str(moment.today.year)]:
            yield Hit(message_id="x.year", locus=str(moment.today.year))

    module = SimpleNamespace(
        SUBJECT=Subject.OBSERVATION, NEEDS=frozenset(), Params=Params, judge=yearly, __doc__="",
        looked_at=lambda params, moment: frozenset({str(moment.today.year)}),
    )  # fmt: skip
    cases: dict[str, Case] = {}
    for years, text in ((0, "无"), (1, "2027"), (1, "无")):
        at = AS_OF + timedelta(days=366 * years)
        found = seen(article(1, text), moment=Moment(as_of=at))
        result = conclude(run("R", at), found, rules(), {"bare": module}, cases)
        cases |= {case.fingerprint: case for case in result.cases}
    assert {case.locus: case.state for case in cases.values()} == {
        "2026": CaseState.OPEN,
        "2027": CaseState.OPEN,
    }
    found = seen(article(1, "2027"), moment=Moment(as_of=AS_OF + timedelta(days=367)))
    result = conclude(run("R", AS_OF + timedelta(days=367)), found, rules(), {"bare": module}, cases)
    assert [(case.locus, case.state) for case in result.cases] == [("2027", CaseState.FIXED)]
