"""Every named case of fixtures/checks: what each check answers, word for word where it matters."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

import checks
from model import Hit, Moment, NoSubject, Unsure, WorkCalendar
from report.messages import Messages
from report.text import label
from tests.checks.building import a_column, a_link, an_observation

FOLDER = Path(__file__).parents[2] / "fixtures" / "checks"


def load() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    for path in sorted(FOLDER.glob("*.yaml")):
        cases = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)  # eight times as fast
        for outcome in ("pass", "fail", "unsure", "none"):
            for name, case in cases.get(outcome, {}).items():
                yield cases["check"], outcome, name, case


CASES = list(load())
NEVER = {("turned_link", "fail")}  # words that are like something prove nothing: it only asks


def answers(check: str, case: dict[str, Any]) -> list[Hit | NoSubject]:
    module = checks.ALL[check]
    moment = Moment(
        as_of=datetime.fromisoformat(case.get("at", "2021-01-13")),
        calendar=WorkCalendar(**case.get("calendar", {})),
    )
    subject: Any
    if "column" in case:
        subject = a_column(case["column"])
    elif "link" in case:
        subject = a_link(case["link"])
    else:
        subject = an_observation(case, moment)
    return list(module.judge(subject, module.Params.model_validate(case.get("params", {})), moment))


def in_words(messages: Messages, message_id: str, params: dict[str, str | int]) -> str:
    return messages.text(message_id, **{name: label(messages, name, value) for name, value in params.items()})


@pytest.mark.parametrize(
    ("check", "outcome", "case"),
    [
        pytest.param(check, outcome, case, id=f"{check}-{outcome}-{name}")
        for check, outcome, name, case in CASES
    ],
)
def test_case(check: str, outcome: str, case: dict[str, Any]) -> None:
    found = answers(check, case)
    if outcome == "pass":
        assert found == []
        return
    if outcome == "none":
        (none,) = found
        assert isinstance(none, NoSubject)
        expected = case.get("says", {})
        assert none.message_id == (f"check.{check}.{expected['case']}" if expected else None)
        for language, words in (("zh_CN", expected.get("text_zh", "")), ("en", expected.get("text_en", ""))):
            if none.message_id:
                assert words in in_words(Messages(language), none.message_id, none.params)
        return
    assert len(found) == case.get("answers", 1)
    hit = found[0]
    assert isinstance(hit, Hit)
    assert isinstance(hit, Unsure) == (outcome == "unsure")
    said = {
        "case": hit.message_id.removeprefix(f"check.{check}."),
        "newest": hit.newest.isoformat() if hit.newest else None,
        "overdue_days": hit.overdue_days,
        "measured": hit.measured,
        "allowed": hit.allowed,
        "locus": hit.locus,
        "loci": [one.locus for one in found if isinstance(one, Hit)],
        "parents": list(hit.parents),
        "parent_count": len(hit.parents),
        "evidence_count": len(hit.evidence),
        "seen": hit.params.get("seen"),
        "shows": hit.evidence[0].shows if hit.evidence else None,
    }
    expected = dict(case["says"])
    quote = expected.pop("quote", None)
    words = {"zh_CN": expected.pop("text_zh", ""), "en": expected.pop("text_en", "")}
    assert {name: said[name] for name in expected} == expected
    if quote is not None:
        assert any(quote in evidence.quote for evidence in hit.evidence), [
            found.quote for found in hit.evidence
        ]
    for language in ("zh_CN", "en"):
        messages = Messages(language)
        text = in_words(messages, hit.message_id, hit.params)
        assert words[language] in text
        assert messages.has(hit.message_id)
        assert "{" not in text and "“”" not in text
        assert all(messages.has(f"evidence.{evidence.shows}") for evidence in hit.evidence)


@pytest.mark.parametrize("check", sorted(checks.ALL))
def test_every_check_has_cases_of_each_outcome(check: str) -> None:
    for outcome in ("pass", "fail", "unsure"):
        found = [1 for name, kind, _, _ in CASES if (name, kind) == (check, outcome)]
        assert (found == []) if (check, outcome) in NEVER else len(found) >= 3


def test_every_accusing_case_says_which_words_it_expects() -> None:
    assert not [
        name
        for _, outcome, name, case in CASES
        if outcome in ("fail", "unsure") and "case" not in case.get("says", {})
    ]


def test_every_message_of_a_check_is_reached_by_a_case() -> None:
    reached = {
        f"check.{check}.{case['says']['case']}"
        for check, outcome, _, case in CASES
        if outcome in ("fail", "unsure")
    }
    from report.messages import catalogue

    assert {name for name in catalogue("zh_CN") if name.startswith("check.")} == reached
