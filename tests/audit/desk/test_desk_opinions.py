"""What people entered, folded: the last word on a matter holds, and the words before it stay in the dossier."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from audit.desk.desk import Desk, open_desk
from audit.desk.opinions import adjusted, filed, opinions, rated, scanned, self_scores, standing, vetoes
from model import (
    SHANGHAI,
    Adjusted,
    AssessedObject,
    AssessedUnit,
    Assessment,
    Draft,
    EntryKind,
    Filed,
    Frozen,
    Opinion,
    OpinionResult,
    Paper,
    Rated,
    Scanned,
    SelfScore,
    VetoOpinion,
    body_of,
)
from storage import Store

AT = datetime(2021, 11, 20, 9, 0, tzinfo=SHANGHAI)
DAY = date(2021, 11, 19)
UNIT = AssessedUnit(name="县财政局", pack="county/taijiang-2021", objects=(AssessedObject(name="网站"),))
YEAR = Assessment(
    id="tj2021", title="考评", organiser="县政府办", starts=date(2021, 1, 1), ends=date(2021, 12, 31), units=(UNIT,)
)  # fmt: skip


def opinion(result: OpinionResult, reviewer: str = "王芳", **more: Any) -> Opinion:
    given: dict[str, Any] = {
        "fingerprint": "a" * 64, "finding": "F-aaaaaaaaaa", "site_key": "s", "rule_id": "R-A-01", "locus": "/x/",
        "run_id": "R1", "evidence": "e" * 64, "result": result, "reviewer": reviewer, "on": DAY, "reason": "看过原页",
    }  # fmt: skip
    return Opinion(**given | more)


def entered(store: Store, kind: EntryKind, *nouns: Frozen) -> Desk:
    if not store.entries(YEAR.dossier):
        opened = Draft(kind=EntryKind.OPENED, at=AT, by="王芳", body=body_of(YEAR))
        store.enter(YEAR.dossier, [opened], AT)
    drafts = [Draft(kind=kind, at=AT, by="王芳", subject="县财政局", body=body_of(one)) for one in nouns]
    store.enter(YEAR.dossier, drafts, AT)
    return open_desk(store, YEAR.id)


def test_the_last_opinion_holds_and_the_one_before_stays(store: Store) -> None:
    first = opinion(OpinionResult.CONFIRMED)
    later = opinion(OpinionResult.EXCLUDED, "李强", instead_of=2, because="原页已核对")
    other = opinion(OpinionResult.NOT_APPLICABLE, fingerprint="b" * 64, finding="F-bbbbbbbbbb")
    desk = entered(store, EntryKind.OPINION, first, other, later)
    assert opinions(desk) == {"a" * 64: later, "b" * 64: other}
    assert [entry.number for entry, _ in standing(desk, EntryKind.OPINION).values()] == [4, 3]
    assert [told for _, told in desk.told(EntryKind.OPINION, Opinion)] == [first, other, later]


def test_each_kind_has_its_own_matters(store: Store) -> None:
    veto = VetoOpinion(
        unit="县财政局", site_key="s", veto="V-01", confirmed=True, reviewer="王芳", on=DAY, reason="属实"
    )
    entered(store, EntryKind.VETO, veto, veto.model_copy(update={"site_key": "t", "confirmed": False}))
    score = Rated(unit="县财政局", part="DAILY", score=Decimal("88.5"), rater="专项组", on=DAY)
    entered(store, EntryKind.RATED, score, score.model_copy(update={"part": "TEAM"}))
    own = SelfScore(unit="县财政局", score=Decimal(95), on=DAY)
    entered(
        store, EntryKind.SELF_SCORE, own, own.model_copy(update={"rule_id": "R-A-01", "score": Decimal(5)})
    )
    scan = Scanned(unit="县财政局", source="州政府", on=DAY, kind="死链", url="http://a.gov.cn/1.html")
    entered(store, EntryKind.SCANNED, scan, scan)
    paper = Paper(sha256="d" * 64, name="自查报告.docx", size=3)
    desk = entered(store, EntryKind.FILED, Filed(unit="县财政局", purpose="自查报告", on=DAY, paper=paper))
    assert {key: one.confirmed for key, one in vetoes(desk).items()} == {
        ("s", "V-01"): True,
        ("t", "V-01"): False,
    }
    assert {part: one.score for (_, part), one in rated(desk).items()} == {
        "DAILY": Decimal("88.5"),
        "TEAM": Decimal("88.5"),
    }
    assert {rule: one.score for (_, rule), one in self_scores(desk).items()} == {
        None: Decimal(95),
        "R-A-01": Decimal(5),
    }
    assert scanned(desk) == [scan] and [one.paper for one in filed(desk)] == [paper]


@pytest.mark.parametrize("second", [Decimal(-1), Decimal(0)])
def test_an_adjustment_is_corrected_or_taken_back(store: Store, second: Decimal) -> None:
    first = Adjusted(
        unit="县财政局", rule_id="R-A-01", points=Decimal("-2"), on=DAY, recorder="王芳", reason="逾期未改"
    )
    other = first.model_copy(update={"reason": "迟报", "points": Decimal("-0.5")})
    changed = first.model_copy(update={"points": second, "instead_of": 2, "because": "记错"})
    desk = entered(store, EntryKind.ADJUSTED, first, other, changed)
    assert adjusted(desk) == ([changed, other] if second else [other])
