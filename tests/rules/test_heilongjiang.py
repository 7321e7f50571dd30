"""What the pack of Heilongjiang 2017 states: every duty of the document in its kind, and its explicit figures."""

import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import checks
import rules
from audit.judge import judge
from model import Outcome, Rule, RulePack, Severity, Verdict
from model.time import SHANGHAI, Moment, Period
from tests.checks.building import an_observation

PACK = "provincial/heilongjiang-2017"
PARAMS = checks.params_of(checks.ALL)
TABLE = Path(rules.__file__).parent / "directory" / "requirements.csv"
OWN = "本包参数（要点未作规定）"
TOO_GENERAL = {"信息", "公开", "工作", "通知", "结果", "情况", "公示", "公告", "政策", "标准", "程序"}
MONTHLY = "HLJ17-EXPECT-04"


@cache
def the_pack() -> RulePack:
    return rules.load_pack(PACK, PARAMS)


def rows() -> dict[str, dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return {row["id"]: row for row in csv.DictReader(stream) if row["id"].startswith("S4-")}


def answering(row: str) -> list[Rule]:
    return [rule for rule in the_pack().rules if row in rule.answers]


def asks(rule: Rule) -> bool:
    return rule.params.get("ask") is True


def topics(value: Any) -> Iterator[dict[str, Any]]:
    """Everything in a rule's parameters that has the shape of a topic."""
    if isinstance(value, dict):
        if "titles" in value:
            yield value
        for inner in value.values():
            yield from topics(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from topics(inner)


def test_all_hundred_and_forty_three_duties_are_answered_by_their_kind() -> None:
    pack, table = the_pack(), rows()
    assert len(table) == 143
    manual = {row for entry in pack.manual for row in entry.answers}
    done = {row for feature in pack.features for row in feature.answers}
    for row, duty in table.items():
        found = answering(row)
        if row in done:
            assert not found and duty["check_type"] in ("WFL", "SMP", "SCR"), row
        elif duty["automation"] == "M":
            assert row in manual and not found, row
        elif duty["automation"] == "S":
            assert found and all(asks(rule) for rule in found), row
        else:
            assert found and not any(asks(rule) for rule in found), row
    assert done == {"S4-122", *(f"S4-{one}" for one in (111, 112, 113, 114, 115, 116, 129, 136, 137))}
    assert manual == {row for row, duty in table.items() if duty["automation"] == "M"}
    ruled = {row for rule in pack.rules for row in rule.answers}
    assert ruled | manual | done == set(table)


def test_the_document_has_no_points() -> None:
    for rule in the_pack().rules:
        assert (rule.points, rule.worth, rule.weight, rule.ladder) == (None, None, None, None), rule.id
        assert rule.severity in (Severity.DEDUCT, Severity.ADVISE), rule.id
        assert not asks(rule) or rule.severity is Severity.ADVISE, rule.id


def test_a_figure_that_is_not_in_the_document_is_unverified_and_says_so() -> None:
    for rule in the_pack().rules:
        own = [citation for citation in rule.basis if citation.document == OWN]
        assert rule.verified is not bool(own), rule.id
        assert not own or rule.severity is Severity.ADVISE, rule.id
        assert any(citation.quote for citation in rule.basis), rule.id
    # marked as not stated in the table of duties, or a mere 及时, 定期, 适时
    for row in ("20", "31", "41", "45", "53", "57", "68", "71", "120", "130"):
        assert all(not rule.verified for rule in answering(f"S4-{row}")), row


def test_months_quarters_and_years_are_those_of_the_document() -> None:
    (fiscal,) = answering("S4-18")
    assert (fiscal.id, fiscal.check, fiscal.params["every"]) == (MONTHLY, "period_gap", "month")
    assert fiscal.params["span"] == "P12M" and fiscal.verified
    for row in ("61", "93", "110"):
        (quarterly,) = [rule for rule in answering(f"S4-{row}") if rule.check == "period_gap"]
        assert (quarterly.params["every"], quarterly.params["span"]) == ("quarter", "P12M"), row
        assert quarterly.verified, row
    assert {rule.params["every"] for row in ("31", "50", "75") for rule in answering(f"S4-{row}")} == {"year"}
    assert len(answering("S4-75")) == 3


def test_three_interpretations_a_year() -> None:
    (rule,) = answering("S4-127")
    assert (rule.params["at_least"], rule.params["within"]) == (3, str(Period(months=12)))
    assert rule.verified and asks(rule)


def test_thirty_working_days_end_on_the_ninth_of_june() -> None:
    (rule,) = answering("S4-139")
    issued, workdays = date.fromisoformat(rule.params["issued"]), rule.params["workdays"]
    calendar = rules.work_calendar(2017, 2017)
    assert (issued, workdays) == (date(2017, 4, 26), 30)
    assert calendar.knows(issued) and calendar.add_workdays(issued, workdays) == date(2017, 6, 9)


def test_what_the_duties_list_is_listed() -> None:
    def named(row: str, field: str) -> list[list[str]]:
        return [
            [one["name"] for one in rule.params[field]] for rule in answering(row) if field in rule.params
        ]

    assert [len(groups) for groups in named("S4-08", "groups")] == [6]
    assert [len(groups) for groups in named("S4-40", "groups")] == [5]
    assert [len(groups) for groups in named("S4-67", "groups")] == [4]
    assert named("S4-13", "elements") == [["抽查依据", "抽查主体", "抽查内容", "抽查方式"]]
    assert [len(elements) for elements in named("S4-64", "elements")] == [8]
    assert named("S4-95", "elements")[-1] == ["注意事项"]
    assert [len(elements) for elements in named("S4-95", "elements")] == [6, 1]


def test_only_what_the_year_demanded_ends_with_the_year() -> None:
    pack = the_pack()
    assert (pack.effective_from, pack.effective_to) == (date(2017, 4, 26), date(2017, 12, 31))
    ended = {row for rule in pack.rules if rule.effective_to for row in rule.answers}
    assert ended == {"S4-29", "S4-51", "S4-139"}  # what is gone years later may well have been there in time


def test_no_fragment_is_so_general_that_anything_would_do() -> None:
    for rule in the_pack().rules:
        for topic in topics(rule.params):
            bounded = topic.get("columns") or topic.get("kinds")
            for fragment in (*topic.get("columns", ()), *(() if bounded else topic["titles"])):
                assert fragment not in TOO_GENERAL and len(fragment) >= 2, (rule.id, fragment)


def verdicts(rule_id: str, months: range, site: dict[str, str]) -> list[Verdict]:
    """The rule on a site that published the months' figures (May 2017 is month 0), each ten days after its end."""
    items = []
    for number in reversed(months):
        year, month = divmod(2017 * 12 + 4 + number, 12)
        published = date(year + (month == 11), (month + 1) % 12 + 1, 1) + timedelta(days=9)
        items.append(f"{published} {year}年{month + 1}月财政收支情况")
    case = {
        "site": site,
        "columns": [
            "工作动态:news",
            "通知公告:notices",
            {"name": "财政数据", "complete": True, "items": items},
        ],
    }
    moment = Moment(as_of=datetime(2018, 6, 15, tzinfo=SHANGHAI), calendar=rules.work_calendar(2017, 2018))
    return list(judge(an_observation(case, moment), the_pack(), checks.ALL, only=rule_id))


FINANCE = {"kind": "department", "level": "provincial", "organiser": "黑龙江省财政厅"}


def test_twelve_months_of_revenue_pass_and_nine_fail() -> None:
    assert [one.outcome for one in verdicts(MONTHLY, range(12), FINANCE)] == [Outcome.PASS]
    (lacking,) = verdicts(MONTHLY, range(9), FINANCE)
    assert (lacking.outcome, lacking.measured) == (Outcome.FAIL, "3/12")


@pytest.mark.parametrize(
    "site",
    [
        FINANCE | {"level": "county"},
        FINANCE | {"organiser": "黑龙江省教育厅"},
        {"kind": "portal", "level": "provincial"},
    ],
)
def test_nobody_else_is_accused_of_the_finance_departments_duty(site: dict[str, str]) -> None:
    assert [one.outcome for one in verdicts(MONTHLY, range(0), site)] == [Outcome.NOT_APPLICABLE]
