"""Only what was observed and failed costs points; doubt widens the range; a veto is only suspected."""

from decimal import Decimal

from audit.judge import judge
from audit.score import score
from model import FetchOutcome, Score
from tests.audit.ground import CHECKS, column, home, observation, pack

STALE, FRESH = "2026-08-01", "2026-10-10"


def scored(*columns, changes=None, **observed) -> Score:
    rules = pack(**(changes or {}))
    return score(rules, judge(observation(*columns, **observed), rules, CHECKS))


def test_clean_site_keeps_all_points_in_one_band() -> None:
    found = scored(column("/a/", FRESH))
    assert (found.low, found.high, found.band, found.vetoes) == (100, 100, "合格", ())
    assert not found.provisional


def test_one_failure_costs_its_points() -> None:
    found = scored(column("/a/", STALE), column("/b/", FRESH))
    assert (found.low, found.high) == (95, 95)


def test_a_section_never_loses_more_than_it_holds() -> None:
    found = scored(column("/a/", STALE), column("/b/", STALE), column("/c/", STALE))
    assert (found.low, found.high) == (92, 92)
    assert [(part.id, part.lost_low) for part in found.sections] == [("a", Decimal(8)), ("b", Decimal(0))]


def test_a_rule_cap_binds_before_the_section() -> None:
    rules = pack().model_dump()["rules"]
    rules[0]["cap"] = "6"
    found = scored(column("/a/", STALE), column("/b/", STALE), changes={"rules": rules})
    assert found.high == 94


def test_doubt_makes_a_range_and_a_provisional_score() -> None:
    found = scored(column("/a/", None), column("/b/", None, items=None, outcome=FetchOutcome.BLOCKED))
    assert (found.low, found.high, found.provisional) == (92, 100, True)


def test_unverified_figures_cost_nothing_and_are_counted() -> None:
    rules = pack().model_dump()["rules"]
    rules[0]["verified"] = False
    found = scored(column("/a/", STALE), changes={"rules": rules})
    assert (found.low, found.high, found.unscored) == (100, 100, 1)


def test_preview_rules_touch_neither_score_nor_veto() -> None:
    rules = pack().model_dump()["rules"]
    for rule in rules:
        rule["preview"] = True
    found = scored(
        column("/a/", STALE), column("/b/", STALE), changes={"rules": rules}, pages=(home(text=""),)
    )
    assert (found.low, found.high, found.vetoes, found.provisional) == (100, 100, (), False)


def test_veto_rule_is_suspected_and_leaves_no_band() -> None:
    found = scored(column("/a/", FRESH), pages=(home(text=""),))
    assert [(veto.id, veto.low, veto.suspected) for veto in found.vetoes] == [("T-HOME-01", 1, True)]
    assert found.band is None and found.provisional


def test_tally_counts_certain_and_possible_failures() -> None:
    sure = scored(column("/a/", STALE), column("/b/", STALE)).vetoes
    assert [(veto.id, veto.low, veto.high, veto.suspected) for veto in sure] == [("T-VETO-01", 2, 2, True)]
    perhaps = scored(column("/a/", STALE), column("/b/", None)).vetoes
    assert [(veto.id, veto.low, veto.high, veto.suspected) for veto in perhaps] == [
        ("T-VETO-01", 1, 2, False)
    ]
    assert scored(column("/a/", STALE), column("/b/", FRESH)).vetoes == ()


def test_a_pack_without_a_single_price_gives_no_grade() -> None:
    unpriced = [rule | {"points": None} for rule in pack().model_dump()["rules"]]
    found = scored(column("/a/", FRESH), changes={"rules": unpriced})
    assert (found.low, found.high, found.priced, found.band) == (100, 100, False, None)
    assert scored(column("/a/", FRESH)).priced


def test_a_tally_nobody_has_read_suspects_nobody() -> None:
    tally = pack().model_dump()["tallies"][0] | {"verified": False}
    stale = (column("/a/", STALE), column("/b/", STALE))
    assert scored(*stale, changes={"tallies": [tally]}).vetoes == ()
    assert [veto.id for veto in scored(*stale).vetoes] == ["T-VETO-01"]


def test_no_grade_in_any_language_while_a_veto_is_suspected() -> None:
    bands = [
        {"name": "合格", "name_en": "Pass", "at_least": 60},
        {"name": "不合格", "name_en": "Fail", "at_least": 0},
    ]
    scoring = {"scoring": {"base": "100", "bands": bands}}
    clean = scored(column("/a/", FRESH), changes=scoring)
    assert (clean.band, clean.band_en) == ("合格", "Pass")
    vetoed = scored(column("/a/", STALE), column("/b/", STALE), changes=scoring)
    assert vetoed.vetoes and (vetoed.band, vetoed.band_en) == (None, None)
