"""What the national packs state: figures as they were read, nothing scored that was only recalled."""

from decimal import Decimal
from functools import cache

import pytest

import checks
import rules
from model import Grade, RulePack, Severity

PARAMS = checks.params_of(checks.ALL)
PACKS = (
    "national/2015-census",
    "national/2017-guideline",
    "national/2019-check-indicators",
    "national/2019-disclosure-platform",
    "national/grassroots-26-fields",
)
SCORED = {
    "national/2015-census": {
        "N15-LINK-01": "1",
        "N15-LINK-02": "0.1",
        "N15-LINK-03": "1",
        "N15-LINK-04": "0.1",
        "N15-UPDATE-01": "5",
        "N15-UPDATE-02": "3",
        "N15-UPDATE-03": "4",
        "N15-UPDATE-04": "5",
        "N15-CONSULT-01": "5",
        "N15-CONSULT-02": "5",
        "N15-SURVEY-01": "5",
        "N15-SURVEY-02": "5",
        "N15-SURVEY-03": "3",
        "N15-INTERVIEW-01": "5",
    },
    "national/2019-check-indicators": {"N19-UPDATE-03": "5", "N19-SERVICE-01": "2", "N19-REPLY-01": "3"},
}
FIELDS = 26
ONLY_ASKED = {  # faults of which the check is never sure
    "N17-DOMAIN-04",
    "N17-DOMAIN-11",
    "N17-PAGE-08",
    "N19-TURNED-01",
    "N19-TURNED-02",
}


@cache
def pack_of(name: str) -> RulePack:
    return rules.load_pack(name, PARAMS)


@pytest.mark.parametrize("name", PACKS)
def test_only_these_figures_cost_points(name: str) -> None:
    found = {rule.id: rule.points for rule in pack_of(name).rules if rule.points is not None}
    assert found == {rule_id: Decimal(points) for rule_id, points in SCORED.get(name, {}).items()}
    assert all(pack_of(name).rule(rule_id).scored for rule_id in found)


@pytest.mark.parametrize("name", PACKS)
def test_what_was_only_recalled_is_not_verified(name: str) -> None:
    for rule in pack_of(name).rules:
        if all(citation.grade is Grade.M for citation in rule.basis):
            assert not rule.verified and rule.severity is Severity.ADVISE, rule.id
        if rule.verified:
            assert any(citation.grade in (Grade.S, Grade.C) for citation in rule.basis), rule.id


def test_figures_of_a_working_monitor_say_so() -> None:
    for rule in pack_of("national/2015-census").rules:
        if rule.scored:
            assert any("行业默认值" in one.clause for one in rule.basis if one.grade is Grade.C), rule.id


@pytest.mark.parametrize("name", PACKS)
def test_every_rule_names_a_case_that_accuses_and_one_that_passes(name: str) -> None:
    known = rules.named_cases()
    assert known
    for rule in pack_of(name).rules:
        assert all(example.startswith(f"{rule.check}/") for example in rule.examples), rule.id
        asks = rule.params.get("ask") or rule.id in ONLY_ASKED
        sides = {known.get(example) for example in rule.examples}
        assert sides == {"unsure" if asks else "fail", "pass"}, rule.id


def test_the_census_is_superseded_by_the_indicators() -> None:
    census, indicators = pack_of("national/2015-census"), pack_of("national/2019-check-indicators")
    assert census.effective_to is not None
    assert (indicators.effective_from - census.effective_to).days == 1
    assert all(rule.effective_to is None for rule in census.rules)  # so that it can still be compared
    assert {band.name: band.at_least for band in census.scoring.bands} == {"合格": 60, "不合格": 0}


def test_the_six_vetoes_of_2019_are_all_there() -> None:
    pack = pack_of("national/2019-check-indicators")
    vetoes = {rule.id for rule in pack.rules if rule.severity is Severity.VETO}
    by_hand = {
        entry.id for entry in pack.manual if entry.severity is Severity.VETO and entry.section == "VETO"
    }
    tallies = {tally.id for tally in pack.tallies}
    # what links to harmful pages is a part of the first veto, and is only ever asked about
    assert vetoes == {
        "N19-TURNED-01", "N19-VETO-02", "N19-VETO-03", "N19-VETO-05", "N19-VETO-06", "N19-VETO-07"
    }  # fmt: skip
    assert by_hand == {"N19-VETO-01", "N19-VETO-08"}
    assert tallies == {"N19-TALLY-4A", "N19-TALLY-4B", "N19-TALLY-4C", "N19-TALLY-6B"}


def test_deductions_of_2019_that_are_new_fall_on_portals_only() -> None:
    pack = pack_of("national/2019-check-indicators")
    for rule_id in ("N19-SERVICE-01", "N19-REPLY-01", "N19-SEARCH-01", "N19-IPV6-01", "N19-GUIDE-02"):
        assert pack.rule(rule_id).applies_to.site_kinds == ("portal",)


@pytest.mark.parametrize(
    ("rule_id", "count"), [("01", 14 + 7), ("02", 14 + 7), ("03", 14 + 7), ("04", 14)], ids=str
)
def test_statutory_items_are_those_of_the_level(rule_id: str, count: int) -> None:
    rule = pack_of("national/2019-disclosure-platform").rule(f"NP19-STATUTORY-{rule_id}")
    assert len(rule.params["expected"]) == count
    assert rule.params["ask"] is True  # the regulation names information, not columns


def test_reports_are_due_by_kind_of_unit_and_have_six_parts() -> None:
    pack = pack_of("national/2019-disclosure-platform")
    due = {
        rule.params["due"]: rule.applies_to.site_kinds
        for rule in pack.rules
        if "missing" in rule.params.values()
    }
    assert due == {"03-31": ("portal",), "01-31": ("department",)}
    assert len(pack.rule("NP19-REPORT-05").params["headings"]) == 6


def test_the_list_of_fields_only_asks() -> None:
    rule = pack_of("national/grassroots-26-fields").rule("NG26-FIELD-01")
    assert len(rule.params["expected"]) == FIELDS
    assert rule.params["ask"] is True
    assert not rule.verified


def test_required_labels_of_each_class_of_pages_are_asked_for() -> None:
    found: dict[str, list[str]] = {}
    for rule in pack_of("national/2017-guideline").rules:
        if rule.check == "missing_page_meta":
            found.setdefault(rule.params["pages"], []).append(rule.params["tag"])
    assert found == {
        "every": ["SiteName", "SiteDomain", "SiteIDCode"],
        "column": ["ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"],
        "article": ["ArticleTitle", "PubDate", "ContentSource"],
    }
