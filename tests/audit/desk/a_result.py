"""An assessment whose result was frozen twice, figures by hand: a draft put up for objections, and a final one after an appeal."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from audit.desk.desk import Desk
from model import (
    SHANGHAI,
    AssessedObject,
    AssessedUnit,
    Assessment,
    DossierEntry,
    Draft,
    EntryKind,
    ObjectScore,
    Result,
    ResultKind,
    Score,
    UnitScore,
    VetoSuspect,
    body_of,
    entered,
)
from storage import Store

FROZEN = datetime(2021, 9, 29, 10, 0, tzinfo=SHANGHAI)
RULED = datetime(2021, 10, 15, 10, 0, tzinfo=SHANGHAI)
BUREAUS, TOWNS = "县直部门", "乡镇"
UNITS = {"县财政局": BUREAUS, "县教育局": BUREAUS, "县水务局": BUREAUS, "革一镇": TOWNS, "施洞镇": TOWNS}


def assessment(**changes: Any) -> Assessment:
    fields: dict[str, Any] = {
        "id": "2021", "title": "台江县2021年政务公开评估", "organiser": "县政府政务信息中心", "contact": "张老师 0855-5321234",
        "document": "台府办函〔2021〕18号", "starts": date(2021, 1, 1), "ends": date(2021, 12, 31),
        "units": tuple(
            AssessedUnit(name=name, group=group, pack="county/taijiang-2021", objects=(AssessedObject(name="网站"),))
            for name, group in UNITS.items()
        ),
    }  # fmt: skip
    return Assessment.model_validate(fields | changes)


def scored(unit: str, score: str | None, rank: int | None, band: str | None = None, **more: Any) -> UnitScore:
    figure = None if score is None else Decimal(score)
    digest = more.pop("pack_digest", "a" * 64)
    seen = more.pop("vetoes_seen", ())
    whole = None if figure is None else Score(base=Decimal(100), low=figure, high=figure, vetoes=seen)
    told = ObjectScore(name="网站", pack_id="county/taijiang-2021", pack_digest=digest, score=whole)
    fields: dict[str, Any] = {
        "unit": unit, "group": UNITS.get(unit, ""), "score": figure, "low": figure, "high": figure, "band": band,
        "rank": rank, "objects": (told,),
    }  # fmt: skip
    return UnitScore.model_validate(fields | more)


VETO = VetoSuspect(id="T-VETO-01", title="空白栏目5个以上", low=5, high=5, at_least=5)
DRAFT = (
    scored("县财政局", "89.50", 1, "良好", low=Decimal("86.5"), undecided=3),
    scored("县教育局", "84", 2, "良好"),
    scored("县水务局", None, None, why="ranking.apart.new"),
    scored("革一镇", "91", 1, "优秀"),
    scored("施洞镇", "58", 2, "不合格", suspected=("T-VETO-01",), vetoes_seen=(VETO,)),
)
FINAL = (
    scored("县财政局", "89.50", 2, "良好", low=Decimal("86.5"), undecided=3),
    scored("县教育局", "90", 1, "优秀"),
    scored("县水务局", None, None, why="ranking.apart.new"),
    scored("革一镇", "91", 1, "优秀"),
    scored("施洞镇", "58", 2, "不合格", vetoes=("T-VETO-01",), vetoes_seen=(VETO,)),
)


def result(scores: tuple[UnitScore, ...] = DRAFT, version: int = 1, **more: Any) -> Result:
    digest = hashlib.sha256("".join(one.model_dump_json() for one in scores).encode()).hexdigest()
    fields: dict[str, Any] = {
        "assessment": "2021", "version": version, "kind": ResultKind.DRAFT, "as_of": FROZEN, "scores": scores,
        "digest": digest,
    }  # fmt: skip
    return Result.model_validate(fields | more)


def drafts(*results: Result, **changes: Any) -> list[Draft]:
    """The assessment, and each result frozen the moment it is of."""
    made = assessment(**changes)
    opening = Draft(kind=EntryKind.OPENED, at=FROZEN - timedelta(days=200), by="王芳", body=body_of(made))
    return [
        opening,
        *(Draft(kind=EntryKind.FROZEN, at=one.as_of, by="王芳", body=body_of(one)) for one in results),
    ]


def desk(*results: Result, more: Sequence[Draft] = (), **changes: Any) -> Desk:
    """A desk as a store would open it, and no store."""
    made = assessment(**changes)
    kept: list[DossierEntry] = []
    for draft in [*drafts(*results, **changes), *more]:
        kept.append(entered(draft, made.dossier, kept[-1] if kept else None, FROZEN))
    return Desk(made, tuple(kept))


def opened(store: Store, *results: Result, **changes: Any) -> None:
    store.enter(assessment(**changes).dossier, drafts(*results, **changes), FROZEN)


def final() -> Result:
    return result(FINAL, 2, kind=ResultKind.FINAL, as_of=RULED, because=(5,))
