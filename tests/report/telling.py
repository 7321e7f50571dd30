"""Digests for the tests of their words and of the ways they are sent: a long one, with hostile words everywhere."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from model import (
    CaseState,
    Change,
    Channel,
    ChannelKind,
    Citation,
    Digest,
    DigestItem,
    DigestPart,
    Finding,
    Outcome,
    ScoreFigures,
    Severity,
    SiteLine,
    Unseen,
    Verdict,
    fingerprint_of,
)
from tests.report import sample

BEGUN, ENDED = datetime(2026, 11, 20, 14, tzinfo=UTC), datetime(2026, 11, 20, 22, tzinfo=UTC)
BAIT = "[点我](https://evil.example/x) <@all> **急** `rm` # <script>alert(1)</script> http://evil.example/"


def item(
    number: int,
    name: str = "甲县人民政府",
    severity: Severity = Severity.DEDUCT,
    column: str = "通知公告",
    **more: Any,
) -> DigestItem:
    verdict = Verdict(
        rule_id="T-1", check="zombie_column", section="A", severity=severity, locus=f"/{number}/", subject_name=column,
        url=f"http://a.example/{number}/", outcome=Outcome.FAIL, message_id="check.zombie_column.blank",
        params={"column": column},
    )  # fmt: skip
    finding = Finding(
        fingerprint=fingerprint_of("T-1", name, verdict.locus), run_id="R1", verdict=verdict, title="空白栏目",
        title_en="Blank column", section_title="信息发布", basis=(Citation(document="d", clause="c", grade="S"),),
        points=Decimal(1), state=CaseState.OPEN, first_seen=BEGUN, last_seen=BEGUN,
    )  # fmt: skip
    return DigestItem(finding=finding, site_name=name, **more)


def digest(items: int = 20, count: int = 300, name: str = "甲县人民政府", **more: Any) -> Digest:
    """Every chapter full."""
    due = {"due": date(2026, 11, 18), "days": 2}
    given: dict[str, Any] = {
        "night": "N20261120", "since": BEGUN, "until": ENDED, "asked": 40, "done": 37, "standing": 123,
        "parts": tuple(
            DigestPart(
                change=change, count=count, sites=3,
                items=tuple(item(number, name, **(due if change is not Change.NEW else {})) for number in range(items)),
            )
            for change in Change
        ),
        "lines": tuple(
            SiteLine(key=str(number), name=name, new=number, fixed=1, unverified=2,
                     before=ScoreFigures(low=Decimal(90), high=Decimal(92)), after=ScoreFigures(low=Decimal(85), high=Decimal(85)))
            for number in range(items)
        ),
        "lines_count": count,
        "unseen": tuple(Unseen(key=str(number), name=name, reason="digest.unseen.home") for number in range(items)),
        "unseen_count": count,
        "unverified": {Outcome.UNSURE: 3, Outcome.NOT_OBSERVED: 4},
    }  # fmt: skip
    return Digest(**given | more)


def hostile() -> Digest:
    words = [BAIT, *sample.HOSTILE]
    parts = (DigestPart(change=Change.NEW, count=len(words), sites=1,
                        items=tuple(item(n, word, column=word) for n, word in enumerate(words))),)  # fmt: skip
    unseen = tuple(Unseen(key=str(n), name=word, reason="fault.host_busy",
                          params={"host": word, "machine": word, "run": word, "since": word}) for n, word in enumerate(words))  # fmt: skip
    return digest(
        parts=parts, unseen=unseen, unseen_count=len(unseen), lines=(), lines_count=0, organiser=BAIT
    )


def channel(kind: ChannelKind = ChannelKind.JSON, **more: Any) -> Channel:
    return Channel(name="c", kind=kind, **{"insecure": True, "timeout": 1.0} | more)
