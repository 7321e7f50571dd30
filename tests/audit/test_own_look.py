"""Findings that rest on pages nobody looked at this time wait for the next look; all others stand as they are."""

from typing import Any

import pytest

from audit.own_look import UNSEEN, unless_looked_at
from checks import ALL
from model import (
    Case,
    CaseState,
    Column,
    Evidence,
    FetchOutcome,
    FoundOn,
    LinkCheck,
    LinkRelation,
    Outcome,
    PageFacts,
    PageKind,
    Purpose,
    Severity,
    Verdict,
    fingerprint_of,
)
from tests.audit.ground import AS_OF, SITE, observation

HOME = SITE.home
STYLE, STYLED = f"{HOME}style.css", f"{HOME}styled.png"  # a style sheet is no page, and has links


def page(number: int, path: str) -> PageFacts:
    url = HOME + path
    return PageFacts(
        snapshot_id=f"R1/{number}", url=url, final_url=url, purpose=Purpose.ARTICLE, outcome=FetchOutcome.OK, kind=PageKind.ARTICLE
    )  # fmt: skip


def column(key: str, *numbers: int) -> Column:
    return Column(key=key, name="甲", url=f"{HOME}{key}", snapshot_ids=tuple(f"R1/{one}" for one in numbers))


SEEN = observation(
    pages=(page(1, ""), page(2, "carried.html"), page(3, "same.html"), page(4, "asked.html")),
    links=(
        LinkCheck(
            url=STYLED, relation=LinkRelation.IMAGE, found_on=(FoundOn(url=STYLE, snapshot_id="R1/8"),)
        ),
    ),
    carried=("R1/2",),
    unmodified=("R1/3", "R1/8"),
    columns=(column("/asked/", 4, 5), column("/said/", 4, 3), column("/kept/", 2, 4)),
)


def verdict(check: str, *proofs: str, **more: Any) -> Verdict:
    given: dict[str, Any] = {
        "rule_id": "X", "check": check, "section": "A", "severity": Severity.DEDUCT, "locus": "/x", "url": f"{HOME}x", "outcome": Outcome.FAIL,
        "message_id": "x", "evidence": tuple(Evidence(url=HOME, snapshot_id=proof, shows="x") for proof in proofs),
    }  # fmt: skip
    return Verdict(**given | more)


CARRIED, SAME, ASKED = f"{HOME}carried.html", f"{HOME}same.html", f"{HOME}asked.html"


@pytest.mark.parametrize(
    ("one", "stands"),
    [
        (verdict("missing_annex", "R1/2"), False),
        (verdict("missing_annex", "R1/2", outcome=Outcome.UNSURE), False),
        (verdict("missing_annex", "R1/2", "R1/4"), True),
        (verdict("missing_annex", "R1/3"), True),  # the server said today that it is still so
        (verdict("missing_annex"), True),
        (verdict("stale_column", "R1/3"), False),  # of no column that it has not been updated
        (verdict("stale_column", "R1/1"), True),
        (verdict("stale_column", "R1/4", locus="/asked/"), True),
        (
            verdict("stale_column", "R1/4", locus="/said/"),
            False,
        ),  # its next page, says the server, is the same
        (verdict("zombie_column", "R1/4", locus="/kept/", outcome=Outcome.UNSURE), False),
        (verdict("stale_column", "R1/4", locus="/said/", outcome=Outcome.PASS), True),
        (
            verdict("dead_link", "R1/9", parents=(CARRIED,)),
            False,
        ),  # whether the link still stands there is not known
        (verdict("dead_link", "R1/9", "R1/3", parents=(SAME,)), False),  # a server may say so of other links
        (verdict("dead_link", "R1/9", "R1/2", "R1/3", parents=(CARRIED, SAME)), False),
        (verdict("dead_link", "R1/9", "R1/3", parents=(SAME, ASKED)), True),
        (verdict("dead_link", "R1/9", "R1/8", url=STYLED, parents=(STYLE,)), False),
        (verdict("dead_link", "R1/9", "R1/2", parents=(CARRIED, ASKED)), True),
        (verdict("dead_link", "R0/7", parents=(ASKED,)), True),
        (verdict("missing_annex", outcome=Outcome.PASS, url=CARRIED), True),  # nobody's case
        (verdict("missing_annex", outcome=Outcome.PASS, url=CARRIED, rule_id="CASE"), False),
        (verdict("missing_annex", outcome=Outcome.PASS, url=ASKED, rule_id="CASE"), True),
        (verdict("missing_annex", outcome=Outcome.BLOCKED, url=CARRIED), True),
    ],
)
def test_a_verdict(one: Verdict, stands: bool) -> None:
    mark = fingerprint_of("CASE", SITE.key, "/x")
    case = Case(
        fingerprint=mark,
        rule_id="CASE",
        site_key=SITE.key,
        locus="/x",
        state=CaseState.OPEN,
        first_seen=AS_OF,
        last_seen=AS_OF,
    )
    (told,) = unless_looked_at([one], SEEN, ALL, {mark: case})
    if stands:
        assert told == one
    else:
        assert (told.outcome, told.message_id) == (Outcome.NOT_OBSERVED, UNSEEN)
        assert (told.evidence, told.parents, told.url) == (one.evidence, one.parents, one.url), (
            "for the next crawl to ask"
        )
    assert unless_looked_at([one], observation(), ALL, {mark: case}) == (one,)
