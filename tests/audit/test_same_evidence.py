"""What a person would call the same evidence, and what not."""

from datetime import date
from typing import Any

import pytest

from audit.same_evidence import evidence_digest
from model import Evidence, Outcome, Severity, Verdict

PAGE = "http://www.qinghe.example/a/"
ROW = Evidence(snapshot_id="R1/7", url=PAGE, quote="关于青禾的通知 2026-08-01", shows="newest_row")
LOOK = Evidence(snapshot_id="R1/9", url=PAGE, quote="2026-10-12 01:00:00 GET 404 80 ms", shows="attempt_gone")
PARENT = Evidence(snapshot_id="R1/3", url="http://www.qinghe.example/", quote="通知", shows="parent_page")


def digest(*evidence: Evidence, **changes: Any) -> str:
    fields: dict[str, Any] = {
        "rule_id": "T-COL-01", "check": "stale_column", "section": "a", "severity": Severity.DEDUCT, "locus": "/a/",
        "outcome": Outcome.FAIL, "message_id": "x.stale", "evidence": evidence, "newest": date(2026, 8, 1),
    }  # fmt: skip
    return evidence_digest(Verdict(**fields | changes))


def again(one: Evidence, **changes: Any) -> Evidence:
    return one.model_copy(update=changes)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (digest(ROW), digest(again(ROW, snapshot_id="R2/5"))),
        (
            digest(ROW),
            digest(ROW, overdue_days=90, measured="120", params={"days": 120, "today": "2026-12-01"}),
        ),
        (digest(ROW), digest(ROW, outcome=Outcome.UNSURE)),
        (digest(LOOK), digest(again(LOOK, quote="2026-10-13 02:00:00 HEAD 404 8 ms"))),
        (digest(LOOK), digest(LOOK, again(LOOK, quote="2026-10-14 GET 404 9 ms"))),  # one look more
        (digest(LOOK, PARENT), digest(LOOK, again(PARENT, url=PAGE, quote="更多"))),
        (digest(LOOK), digest(LOOK, PARENT)),
    ],
)
def test_the_same(first: str, second: str) -> None:
    assert first == second


@pytest.mark.parametrize(
    "other",
    [
        digest(ROW, newest=date(2026, 8, 2)),
        digest(ROW, message_id="x.blank"),
        digest(again(ROW, quote="另一条 2026-08-01")),
        digest(again(ROW, url=PAGE + "b/")),
        digest(ROW, params={"credit": "explanatory_note"}),
        digest(LOOK),
        digest(PARENT),
        digest(),
    ],
)
def test_something_else(other: str) -> None:
    assert other != digest(ROW)


def test_another_kind_of_look_is_something_else() -> None:
    assert digest(LOOK) != digest(again(LOOK, shows="attempt_server_error"))


def test_pages_around_a_thing_tell_when_there_is_nothing_else() -> None:
    assert digest(PARENT) != digest(again(PARENT, url=PAGE))
