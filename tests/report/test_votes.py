"""The table of votes: read from the very evidence the check writes, counted and withdrawn alike."""

import unicodedata
from datetime import timedelta

import pytest

from checks.dead_link import Params, judge
from model import Attempt, FetchOutcome, FoundOn, Hit, LinkCheck, LinkRelation
from report.messages import LANGUAGES, Messages
from report.votes import change_text, vote_lines, votes_of
from report.why import explain
from tests.report import sample
from tests.report.sample import MOMENT

ZH = Messages("zh_CN")
URL = "http://www.linxi.gov.cn/a.html"


def attempt(minutes: int, outcome: FetchOutcome, **fields: object) -> Attempt:
    told = {"method": "GET", "elapsed_ms": minutes, "snapshot_id": f"R1/{minutes}"} | fields
    return Attempt(at=MOMENT.as_of - timedelta(minutes=minutes), outcome=outcome, **told)


ATTEMPTS = (
    attempt(90, FetchOutcome.UNREACHABLE, cause="timeout", withdrawn="our_network"),
    attempt(60, FetchOutcome.GONE, status=404, sha256="ab" * 32, method="HEAD"),
    attempt(
        30,
        FetchOutcome.SOFT404,
        status=200,
        final_url=URL + "?" + sample.ESCAPE.replace(" ", ""),
        rendered=True,
    ),
)


def answered() -> Hit:
    link = LinkCheck(
        url=URL, relation=LinkRelation.INTERNAL, found_on=(FoundOn(url=sample.HOME, snapshot_id="R1/1"),), attempts=ATTEMPTS
    )  # fmt: skip
    (hit,) = judge(link, Params(), MOMENT)
    return hit


def verdict_of(hit: Hit):
    return sample.dead(1).model_copy(
        update={"message_id": hit.message_id, "params": hit.params, "evidence": hit.evidence, "url": URL}
    )


def test_votes_are_read_from_what_the_check_wrote() -> None:
    votes = votes_of(verdict_of(answered()))
    assert [(one.at, one.way, one.saw, one.ms, one.withdrawn, one.snapshot) for one in votes] == [
        ("2026-11-21 07:30:00", "GET", "timeout", 90, "our_network", "R1/90"),
        ("2026-11-21 08:00:00", "HEAD", "404", 60, None, "R1/60"),
        ("2026-11-21 08:30:00", "browser", "200", 30, None, "R1/30"),
    ]
    assert [one.body for one in votes] == [None, "abababababab", None]
    assert votes[0].final is None and votes[2].final is not None


def test_the_table_names_each_vote_and_why_it_does_not_count() -> None:
    head, heads, *rows = vote_lines(verdict_of(answered()), ZH)
    assert head == "表决（3 票）" and heads.split()[:4] == ["时间", "方式", "结果", "毫秒"]
    assert len(rows) == 3
    assert "不计（本机断网）" in rows[0] and "超时" in rows[0]
    assert "计入" in rows[1] and "abababababab" in rows[1]
    assert "浏览器" in rows[2]
    assert not [c for row in rows for c in row if unicodedata.category(c) in ("Cc", "Cf", "Cs")]


def test_a_verdict_without_votes_has_no_table() -> None:
    assert list(vote_lines(sample.dead(1), ZH)) == []
    assert change_text(sample.dead(1), ZH) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_tells_votes_parents_remedy_and_what_would_change_the_verdict(language: str) -> None:
    messages = sample.SampleMessages(language)
    (found,) = sample.findings_of((verdict_of(answered()),))
    text = "\n".join(explain(found, sample.run(), None, (), messages))
    for words in (
        messages.text("why.votes", n=3),
        messages.text("why.change.dead_link.missing"),
        messages.text("remedy.dead_link"),
        messages.text("why.parents", n=1),
    ):
        assert words in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_of_a_link_check_says_what_is_wrong_and_what_would_change_it(language: str) -> None:
    """Every sentence that dead_link and turned_link can say about a target, but those that say nothing of it."""
    messages = Messages(language)
    said = [
        one.removeprefix("check.")
        for one in messages._texts
        if one.startswith(("check.dead_link.", "check.turned_link."))
    ]
    silent = {f"dead_link.{one}" for one in ("blocked", "withdrawn", "not_asked", "commented")}
    assert len(said) > 15
    for case in set(said) - silent:
        assert messages.has(f"link_fault.{case}"), case
        assert messages.has(f"why.change.{case}"), case
