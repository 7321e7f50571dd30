"""Every rule of every bundled pack, with its own parameters: it passes what it demands, and fails what lacks it."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path

import pytest
import yaml

import checks
import rules
from audit.judge import judge
from audit.score import score
from checks.material import Material, find
from model import (
    SHANGHAI,
    Moment,
    Observation,
    Outcome,
    Rule,
    RulePack,
    Subject,
    Topic,
    Verdict,
    WorkCalendar,
)
from model.site import ColumnKind
from rules.columns import column_directory
from rules.library import packs
from rules.workdays import work_calendar
from tests.checks.building import an_observation
from tests.rules.worlds import BORROWED, MAKERS, Case, is_ripe, place_of, site_for, whole, worlds_of

PARAMS = checks.params_of(checks.ALL)
PACKS = tuple(card.id for card in packs())
# Moments to choose from: the newest at which both the pack and the rule are in force.
DAYS = (
    date(2021, 11, 16),
    date(2022, 11, 16),
    date(2018, 6, 15),
    date(2017, 12, 20),
    date(2017, 7, 3),
    date(2024, 11, 15),
)
# Faults of which their checks are never sure: another domain may be another site, area codes change, a list of the
# site's own need not use the words of its columns, many rows of one day may be a day of much news, and words that are
# like those of a parked domain prove nothing.
ONLY_ASKED = {
    ("fault", "foreign_service"),
    ("fault", "crowded"),
    ("between", "phone_region"),
    ("source", ""),
    ("turned", ""),
}


@cache
def pack_of(name: str) -> RulePack:
    return rules.load_pack(name, PARAMS)


def today_for(pack: RulePack, rule: Rule) -> date:
    """The first day at hand within the pack's own dates; a duty that only begins later is judged when it does."""
    params = checks.ALL[rule.check].Params.model_validate(rule.params)
    ripe = [day for day in DAYS if rule.in_force(day) and is_ripe(rule, params, day)]
    own = [
        day
        for day in ripe
        if pack.effective_from <= day and (pack.effective_to is None or day <= pack.effective_to)
    ]
    return (own or ripe)[0]


def is_only_asked(rule: Rule) -> bool:
    return any(rule.params.get(name) and value in ("", rule.params[name]) for name, value in ONLY_ASKED)


def moment_of(case: Case, at: str) -> Moment:
    if at:
        return Moment(
            as_of=datetime.fromisoformat(at).replace(hour=12, tzinfo=SHANGHAI),
            calendar=work_calendar(2004, 2022),
        )
    return Moment(
        as_of=datetime.fromisoformat(case.get("at", "2021-01-13")),
        calendar=WorkCalendar(**case.get("calendar", {})),
    )


def observed(case: Case, at: str) -> Observation:
    given = dict(case)
    if "link" in given:
        given["checked_links"] = [given.pop("link")]
    if "column" in given:
        given["columns"] = [given.pop("column")]
    return an_observation(given, moment_of(case, at))


def verdicts_on(pack: RulePack, rule: Rule, case: Case, at: str) -> tuple[Verdict, ...]:
    # A borrowed site has its own day; the days of the rule are shown by its own sites and by the pack tests.
    free = rule.model_copy(update={"effective_from": None, "effective_to": None}) if not at else rule
    return judge(observed(case, at), pack.model_copy(update={"rules": (free,)}), checks.ALL, only=rule.id)


def outcomes(verdicts: tuple[Verdict, ...]) -> list[str]:
    return [f"{one.outcome} {one.locus[:40]} {one.message_id} {one.params}"[:260] for one in verdicts]


def accusing(pack: RulePack) -> Iterator[Rule]:
    for rule in pack.rules:
        if not rule.params.get("ask") and not rule.preview:
            yield rule


def faults_of(pack: RulePack, rule: Rule) -> Iterator[str]:
    check = checks.ALL[rule.check]
    made = worlds_of(rule, check, today_for(pack, rule))
    good = [verdicts_on(pack, rule, case, made.at) for case in made.has]
    bad = [verdicts_on(pack, rule, case, made.at) for case in made.lacks]
    right = [bool(found) and all(one.outcome is Outcome.PASS for one in found) for found in good]
    hit = [any(one.outcome is Outcome.FAIL for one in found) for found in bad]
    # Of the borrowed sites some are about other parameters; of its own each must do.
    every = any if rule.check in BORROWED else all
    if not right or not every(right):
        yield f"{rule.id} {rule.title}: does not pass: {outcomes(good[right.index(False)]) if right else 'no site'}"
    if is_only_asked(rule):
        if any(hit) or not any(one.outcome is Outcome.UNSURE for found in bad for one in found):
            yield f"{rule.id} {rule.title}: should ask"
    elif not hit or not every(hit):
        yield f"{rule.id} {rule.title}: does not fail: {outcomes(bad[hit.index(False)]) if hit else 'no site'}"


def test_every_check_has_its_sites() -> None:
    used = {rule.check for name in PACKS for rule in pack_of(name).rules}
    assert used - (MAKERS.keys() | BORROWED.keys()) == set()


@pytest.mark.parametrize("name", PACKS)
def test_every_rule_passes_what_it_demands_and_fails_what_lacks_it(name: str) -> None:
    pack = pack_of(name)
    assert [fault for rule in accusing(pack) for fault in faults_of(pack, rule)] == []


@pytest.mark.parametrize("name", PACKS)
def test_evidence_rules_ask_a_person_whatever_they_find(name: str) -> None:
    pack = pack_of(name)
    faults = []
    for rule in (rule for rule in pack.rules if rule.params.get("ask")):
        made = worlds_of(rule, checks.ALL[rule.check], today_for(pack, rule))
        single = checks.ALL[rule.check].SUBJECT is not Subject.OBSERVATION
        for number, case in enumerate((*made.has, *made.lacks)):
            found = verdicts_on(pack, rule, case, made.at)
            # A single link that is right needs no person.
            wanted = Outcome.PASS if single and number < len(made.has) else Outcome.UNSURE
            wrong = [one.outcome for one in found] != [wanted]
            alone = pack.model_copy(update={"rules": (rule,), "tallies": ()})
            lost = sum(section.lost_low for section in score(alone, found).sections)
            if wrong or lost or rule.scored:
                faults.append(f"{rule.id} {rule.title}: {outcomes(found)} lost {lost}")
    assert faults == []


@pytest.mark.parametrize("name", PACKS)
@pytest.mark.parametrize("outcome", ["ok", "blocked"])
def test_where_nothing_was_read_no_rule_accuses(name: str, outcome: str) -> None:
    pack = pack_of(name)
    home: Case = {"outcome": outcome, "scripts": 3, "shell": "script" if outcome == "ok" else None}
    faults = []
    for rule in pack.rules:
        case = site_for(rule, {"home": home, "left": "column"})
        at = today_for(pack, rule).isoformat()
        found = verdicts_on(pack, rule, case, at)
        faults += [
            line
            for one, line in zip(found, outcomes(found), strict=True)
            if one.outcome in (Outcome.FAIL, Outcome.CRASHED)
        ]
    assert faults == []


def topics_of(rule: Rule) -> Iterator[Topic]:
    """All topics in the parameters of a rule."""
    params = checks.ALL[rule.check].Params.model_validate(rule.params)
    for _, value in params:
        yield from (
            one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, Topic)
        )


def material_of(topic: Topic, *columns: Case) -> Material:
    return find(an_observation(whole(*columns), moment_of({}, "2021-11-16")), topic)


@pytest.mark.parametrize("name", PACKS)
def test_every_word_of_a_topic_finds_something(name: str) -> None:
    idle = []
    for rule in pack_of(name).rules:
        for topic in topics_of(rule):
            place = place_of(topic)
            for word in topic.titles:
                rows = [f"2021-11-10 某县{word}一览"]
                if not material_of(topic, {**place, "items": rows}).amount:
                    idle.append(f"{rule.id} {topic.name}: title {word}")
            for word in topic.columns:
                rows = [f"2021-11-10 某县{title}一览" for title in topic.titles] or ["2021-11-10 某县情况"]
                if not material_of(topic, {"name": word, "items": rows}).amount:
                    idle.append(f"{rule.id} {topic.name}: column {word}")
    assert idle == []


def as_written(text: str) -> Case:
    """`栏目 > 条目标题`, or a column alone, of the kind that its name is known for."""
    column, _, title = text.partition(" > ")
    kind = column_directory().kind_of(column) or ColumnKind.OTHER
    return {"name": column, "kind": str(kind), "items": [f"2021-11-10 {title or '第1期'}"]}


def test_topics_know_the_wordings_of_real_sites() -> None:
    wordings = yaml.safe_load((Path(__file__).parent / "wordings.yaml").read_text("utf-8"))
    topics = {
        f"{rule.id} {topic.name}": topic
        for name in PACKS
        for rule in pack_of(name).rules
        for topic in topics_of(rule)
    }
    missed = [
        f"{key}: {text}"
        for key, told in wordings.items()
        for text in told["seen"]
        if not material_of(topics[key], as_written(text)).amount
    ]
    missed += [
        f"{key}: {text}"
        for key, told in wordings.items()
        for text in told.get("near", ())
        if not material_of(topics[key], as_written(text)).near
    ]
    misled = [
        f"{key}: {text}"
        for key, told in wordings.items()
        for text in told["other"]
        if material_of(topics[key], as_written(text)).amount
    ]
    assert (missed, misled) == ([], [])
    assert len(wordings) >= 40


# Checks that say that something is nowhere on the site.
OF_ABSENCE = frozenset(
    {
        "faulty_annual_report",
        "list_mismatch",
        "missing_column",
        "missing_entry",
        "missing_material",
        "overdue_duty",
        "period_gap",
        "stale_material",
        "template_mismatch",
        "unpaired_items",
    }
)
UNREAD = {
    "name": "其他栏目",
    "level": 1,
    "in_disclosure": True,
    "unread": "skipped_robots",
    "outcome": "skipped_robots",
}


@pytest.mark.parametrize("name", PACKS)
@pytest.mark.parametrize("hole", ["left", "unread_column", "home_unread"])
def test_what_may_stand_where_nobody_looked_is_not_called_absent(name: str, hole: str) -> None:
    pack = pack_of(name)
    faults = []
    for rule in accusing(pack):
        # What a read page itself shows (an old report, a report without its parts) needs no other page.
        if rule.check not in OF_ABSENCE or rule.params.get("fault") in ("late", "headings", "copied"):
            continue
        made = worlds_of(rule, checks.ALL[rule.check], today_for(pack, rule))
        for case in made.lacks:
            holes: dict[str, Case] = {
                "left": {"left": "list"},
                "unread_column": {"columns": [*case["columns"], UNREAD]},
                "home_unread": {"home": {"outcome": "unreachable"}},
            }
            found = verdicts_on(pack, rule, {**case, **holes[hole]}, made.at)
            faults += [
                line for one, line in zip(found, outcomes(found), strict=True) if one.outcome is Outcome.FAIL
            ]
    assert faults == []


def test_entries_are_known_by_the_words_of_real_sites() -> None:
    wordings = yaml.safe_load((Path(__file__).parent / "entries.yaml").read_text("utf-8"))
    found = {rule.id: (pack_of(name), rule) for name in PACKS for rule in pack_of(name).rules}
    wrong = []
    for rule_id, told in wordings.items():
        pack, rule = found[rule_id]
        for text in (*told["seen"], *told["other"]):
            link = {"url": "http://x.gov.cn/go/", "raw": "/go/", "anchor": text, "relation": "internal"}
            case = site_for(rule, {**whole(), "home": {"rendered": True, "links": [link]}})
            verdicts = verdicts_on(pack, rule, case, today_for(pack, rule).isoformat())
            passed = all(one.outcome is Outcome.PASS for one in verdicts)
            if passed is not (text in told["seen"]):
                wrong.append(f"{rule_id}: {text}: {outcomes(verdicts)}")
    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("name", PACKS)
def test_a_column_of_the_very_name_is_never_called_absent(name: str) -> None:
    pack = pack_of(name)
    wrong = []
    for rule in accusing(pack):
        at = today_for(pack, rule).isoformat()
        # A list is about the names in a place, not about the place.
        if rule.check in OF_ABSENCE - {"list_mismatch"}:
            for topic in topics_of(rule):
                kind = column_directory().kind_of(topic.name) or ColumnKind.OTHER
                column = {"name": topic.name, "kind": str(kind), "complete": True, "items": [f"{at} 第一期"]}
                found = verdicts_on(pack, rule, site_for(rule, whole(column)), at)
                wrong += [
                    f"{rule.id} {topic.name}: {one.message_id}"
                    for one in found
                    if one.outcome is Outcome.FAIL
                    and one.locus == topic.name
                    and one.message_id.endswith(".absent")
                ]
    assert "\n".join(wrong) == ""
