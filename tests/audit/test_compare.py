"""One crawl under several packs: what differs, why, and what is the same."""

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from audit import compare as comparing
from audit.compare import compare
from model import (
    Column,
    Comparison,
    Coverage,
    Fault,
    Hit,
    Observation,
    Outcome,
    Params,
    RulePack,
    StopReason,
    Subject,
    Unsure,
)
from report.compare import compare_lines, render_comparison, score_rows
from report.messages import LANGUAGES, Messages
from tests.audit.ground import CHECKS, CITED, check, column, observation, pack, run


class Groups(Params):
    groups: tuple[str, ...] = ()
    fault: str = "missing"
    lenient: bool = False


def _groups(seen: Observation, params: Groups, moment: Any) -> Iterator[Hit | Unsure]:
    names = {column.name for column in seen.columns}
    for group in params.groups:
        if group not in names and not params.lenient:
            yield Hit(message_id="x.group", locus=group, subject_name=group)


def _each(seen: Observation, params: Groups, moment: Any) -> Iterator[Hit | Unsure]:
    for one in seen.columns:
        if one.name in params.groups:
            yield Unsure(message_id="x.each", locus=one.key)


ITEMWISE = check(Subject.OBSERVATION, set(), Groups, _each)
ITEMWISE.ITEMWISE = True
ALL = {**CHECKS, "group": check(Subject.OBSERVATION, set(), Groups, _groups), "each": ITEMWISE}


def rule(name: str, check: str = "stale", **changes: Any) -> dict[str, Any]:
    return {
        "id": name, "section": "a", "title": "试", "basis": CITED, "check": check, "severity": "deduct", "points": "2",
    } | changes  # fmt: skip


def made(name: str, *rules: dict[str, Any], **changes: Any) -> RulePack:
    return pack(id=name, title=name, rules=list(rules), tallies=[], **changes)


def compared(
    monkeypatch: pytest.MonkeyPatch, *packs: RulePack, columns: tuple[Column, ...] = (), **seen: Any
) -> Comparison:
    facts = observation(*columns, **seen)
    monkeypatch.setattr(comparing, "restored", lambda store, run, moment: facts)
    store: Any = SimpleNamespace(run=lambda run_id: run(run_id), findings=lambda run_id: [])
    return compare(store, "R1", packs, ALL)


NEWS = column("/news/", "2026-10-05")  # seven days old
OLD = column("/old/", "2026-08-01")
WEEKLY = made("county/weekly", rule("W-COL-01", params={"days": 3}))
MONTHLY = made("county/monthly", rule("M-COL-01", params={"days": 30}))


def sides(found: Comparison, locus: str) -> dict[str, list[tuple[str, str]] | str | None]:
    """What each pack says of a place: rule and outcome, or why it says nothing."""
    (difference,) = [one for one in found.differences if locus in {place.locus for place in one.places}]
    return {
        side.pack: [(one.rule, one.outcome.value) for one in side.demands] or side.absent
        for side in difference.sides
    }


def test_a_shorter_period_explains_the_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    found = compared(monkeypatch, WEEKLY, MONTHLY, columns=(NEWS, OLD))
    assert sides(found, "/news/") == {
        "county/weekly": [("W-COL-01", "fail")],
        "county/monthly": [("M-COL-01", "pass")],
    }
    told = [
        one.params for difference in found.differences for side in difference.sides for one in side.demands
    ]
    assert {"days": "3"} in told and {"days": "30"} in told
    assert [one.score.low for one in found.packs if one.score] == [96, 98]


def test_places_with_one_reason_stand_together(monkeypatch: pytest.MonkeyPatch) -> None:
    more = (NEWS, column("/news2/", "2026-10-05"), OLD)
    found = compared(monkeypatch, WEEKLY, MONTHLY, columns=more)
    assert [[place.locus for place in one.places] for one in found.differences] == [
        ["/news/", "/news2/"],
        ["/old/"],
    ]


def test_the_same_demand_under_another_name_is_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    again = made("county/again", rule("A-COL-09", params={"days": 3}))
    found = compared(monkeypatch, WEEKLY, again, columns=(NEWS, OLD))
    assert (found.differences, found.agreed) == ((), 2)


def test_two_demands_of_one_place_in_every_pack_are_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    first = made(
        "county/first", *WEEKLY.model_dump(mode="json")["rules"], rule("W-COL-02", params={"days": 30})
    )
    second = made("county/second", *first.model_dump(mode="json")["rules"])
    found = compared(monkeypatch, first, second, columns=(NEWS, OLD))
    assert (found.differences, found.agreed) == ((), 2)
    looser = made(
        "county/looser", *WEEKLY.model_dump(mode="json")["rules"], rule("W-COL-02", params={"days": 60})
    )
    (difference, _) = compared(monkeypatch, first, looser, columns=(NEWS, OLD)).differences
    assert [[one.params["days"] for one in side.demands] for side in difference.sides] == [
        ["3", "30"],
        ["3", "60"],
    ]


def test_other_points_are_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    dearer = made("county/dearer", rule("D-COL-01", params={"days": 3}, points="5"))
    (difference,) = compared(monkeypatch, WEEKLY, dearer, columns=(OLD,)).differences
    assert [str(side.demands[0].points) for side in difference.sides] == ["2", "5"]


def test_why_a_pack_says_nothing_of_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    packs = (
        WEEKLY,
        made("county/links", rule("L-LINK-01", "dead")),
        made(
            "county/policies", rule("P-COL-01", params={"days": 3}, applies_to={"column_kinds": ["policies"]})
        ),
        made(
            "county/offices", rule("O-COL-01", params={"days": 3}, applies_to={"site_kinds": ["department"]})
        ),
        made("county/later", rule("F-COL-01", params={"days": 3}, effective_from=date(2027, 1, 1))),
    )
    assert sides(compared(monkeypatch, *packs, columns=(NEWS,)), "/news/") == {
        "county/weekly": [("W-COL-01", "fail")],
        "county/links": "no_rule",
        "county/policies": "elsewhere",
        "county/offices": "idle",
        "county/later": "idle",
    }


def test_packs_that_are_not_meant_for_the_day_or_the_site_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    late = made("county/late", rule("L-COL-01"), effective_from=date(2027, 1, 1))
    gone = made("county/gone", rule("G-COL-01"), effective_to=date(2020, 1, 1))
    other = made("county/other", rule("O-COL-01", applies_to={"levels": ["township"]}))
    found = compared(monkeypatch, late, gone, other, columns=(NEWS,))
    assert [one.notes for one in found.packs] == [("not_yet",), ("no_longer",), ("nothing_applies",)]
    assert [one.idle for one in found.packs] == [0, 0, 1]


def group(name: str, *names: str, check: str = "group", **params: Any) -> RulePack:
    return made(
        f"county/{name}", rule(f"{name.upper()}-G-01", check, params={"groups": list(names), **params})
    )


def test_a_check_of_the_site_is_silent_about_what_it_finds_right(monkeypatch: pytest.MonkeyPatch) -> None:
    packs = (group("one", "预算"), group("two", "预算", lenient=True), group("three", "决算", lenient=True))
    assert sides(compared(monkeypatch, *packs, columns=(NEWS,)), "预算") == {
        "county/one": [("ONE-G-01", "fail")],
        "county/two": [("TWO-G-01", "pass")],
        "county/three": "elsewhere",
    }


def test_another_fault_of_the_same_check_is_another_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    found = compared(monkeypatch, group("one", "预算"), group("two", "预算", fault="late"), columns=(NEWS,))
    assert [(side.pack, side.absent) for one in found.differences for side in one.sides if side.absent] == [
        ("county/two", "no_rule"),
        ("county/one", "no_rule"),
    ]


@pytest.mark.parametrize("complete", [True, False])
def test_silence_about_single_things_passes_only_a_site_read_whole(
    monkeypatch: pytest.MonkeyPatch, complete: bool
) -> None:
    stop = StopReason.FINISHED if complete else StopReason.INTERRUPTED
    packs = (group("one", "news", check="each"), group("two", "old", check="each"))
    found = compared(monkeypatch, *packs, columns=(NEWS,), coverage=Coverage(stop=stop))
    assert sides(found, "/news/")["county/two"] == [("TWO-G-01", "pass" if complete else "not_observed")]


def test_a_rule_on_trial_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    trial = made("county/trial", rule("T-COL-01", params={"days": 3}, preview=True))
    assert sides(compared(monkeypatch, WEEKLY, trial, columns=(NEWS,)), "/news/")["county/trial"] == "no_rule"


def test_one_pack_is_no_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    for packs, name in (((WEEKLY,), "needs_two"), ((WEEKLY, WEEKLY), "same")):
        with pytest.raises(Fault) as found:
            compared(monkeypatch, *packs)
        assert (found.value.message_id, found.value.exit_code) == (f"fault.compare_{name}", 3)
    assert found.value.params == {"pack": "county/weekly", "version": "1"}


def test_two_files_of_one_pack_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """A county tries a stricter draft of its own pack: same id, other content."""
    old, new = (WEEKLY.model_copy(update={"digest": digest * 8}) for digest in "ab")
    new = new.model_copy(update={"rules": MONTHLY.rules})
    found = compared(monkeypatch, old, new, columns=(NEWS,))
    assert [one.label for one in found.packs] == ["county/weekly 1 aaaaaaaa", "county/weekly 1 bbbbbbbb"]
    assert [one.id for one in found.packs] == ["county/weekly"] * 2
    found = compared(monkeypatch, old, new.model_copy(update={"version": "2"}), columns=(NEWS,))
    assert [one.label for one in found.packs] == ["county/weekly 1", "county/weekly 2"]
    assert sides(found, "/news/") == {
        "county/weekly 1": [("W-COL-01", "fail")],
        "county/weekly 2": [("M-COL-01", "pass")],
    }
    head = render_comparison(found, Messages("en")).split("\r\n")[0]
    assert head.endswith("county/weekly 1,county/weekly 2")


def test_a_site_nobody_could_open_has_no_score_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    found = compared(monkeypatch, WEEKLY, MONTHLY, pages=())
    assert not found.home_seen
    assert [one.score for one in found.packs] == [None, None]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_told_in_lines_and_as_a_sheet(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    messages = Messages(language)
    formula = made("county/=evil", rule("E-LINK-01", "dead"), effective_from=date(2027, 1, 1))
    formula = formula.model_copy(update={"title": "=1+1"})
    many = tuple(column(f"/c{n}/", "2026-10-05") for n in range(5))
    found = compared(monkeypatch, WEEKLY, MONTHLY, formula, columns=(*many, OLD))
    lines = "\n".join(compare_lines(found, messages))
    for part in ("W-COL-01", "M-COL-01", "days=3", "days=30", "5"):
        assert part in lines
    assert "compare." not in lines and "{" not in lines
    sheet = render_comparison(found, messages).split("\r\n")
    assert sheet[0].endswith("county/weekly,county/monthly,county/=evil")
    assert sheet[1].endswith(",'=1+1")
    assert sum(1 for line in sheet if "W-COL-01" in line) == 6
    rows = list(score_rows(found, messages))
    assert [one[0] for one in rows] == ["county/weekly", "county/monthly", "county/=evil"]
    assert {len(one) for one in rows} == {5 + len(Outcome)}


def test_a_pack_without_figures_shows_no_full_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    free = made("county/free", rule("F-COL-01", params={"days": 3}, points=None))
    part = made(
        "county/part",
        rule("P-COL-01", params={"days": 3}, points=None),
        rule("P-COL-02", params={"days": 30}),
    )
    found = compared(monkeypatch, free, part, columns=(NEWS,))
    shown = [row[2] for row in score_rows(found, Messages("en"))]
    assert shown == ["no figures, no score", "100 (findings without a figure: 1)"]
