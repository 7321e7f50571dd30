"""A year of two offices, small enough to be reckoned by hand: an assessment, and runs of columns that are fresh, stale or undated."""

import shutil
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from audit.conclude import conclude, moment_of
from audit.desk.desk import Desk, open_desk
from audit.desk.seen import Seen
from audit.same_evidence import evidence_digest
from model import (
    SHANGHAI,
    AssessedObject,
    AssessedUnit,
    Assessment,
    Draft,
    EntryKind,
    Finding,
    Frozen,
    Opinion,
    OpinionResult,
    RulePack,
    Run,
    Site,
    VetoOpinion,
    Window,
    WindowKind,
    body_of,
)
from storage import Store, open_store
from tests.audit.ground import CHECKS, CITED, column, observation, pack, run

OPENED = datetime(2021, 1, 4, 9, tzinfo=SHANGHAI)
SAMPLED = datetime(2021, 12, 7, 22, tzinfo=SHANGHAI)
AFTER = datetime(2021, 12, 12, 9, tzinfo=SHANGHAI)
FRESH, STALE, UNDATED = "2021-12-06", "2021-10-01", None
SITES = {
    name: Site(home=f"http://{name}.example/", name=name)
    for name in ("caizheng", "jiaoyu", "shuiwu", "portal")
}
RULES: dict[str, Any] = {
    "digest": "a" * 64,
    "sections": [{"id": "a", "title": "栏目", "points": "60"}, {"id": "b", "title": "首页"}],
    "rules": [
        {"id": "T-COL-01", "section": "a", "title": "栏目不更新", "basis": CITED, "check": "stale", "severity": "deduct",
         "points": "5", "worth": "60"},
        {"id": "T-HOME-01", "section": "b", "title": "首页", "basis": CITED, "check": "home", "severity": "veto"},
    ],
    "tallies": [
        {"id": "T-VETO-01", "title": "不更新栏目3个以上", "counts": ["T-COL-01"], "at_least": 3, "basis": CITED}
    ],
}  # fmt: skip


@cache
def _empty() -> tuple[TemporaryDirectory[str], Path]:
    """A store with nothing in it, made once: what is reckoned does not depend on the database, and tables take a while."""
    folder = TemporaryDirectory()
    path = Path(folder.name) / "empty.sqlite"
    open_store(f"sqlite:///{path}", Path(folder.name)).close()
    return folder, path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with bare(tmp_path) as kept:
        yield kept


def bare(folder: Path) -> Store:
    """A store in that folder with nothing in it."""
    shutil.copy(_empty()[1], folder / "kept.sqlite")
    return open_store(f"sqlite:///{folder}/kept.sqlite", folder / "archive")


def rules(**scoring: Any) -> RulePack:
    """Five points for each stale column, sixty at most; three stale ones point to a veto."""
    bands = [
        {"name": "优秀", "at_least": "90"},
        {"name": "合格", "at_least": "60"},
        {"name": "不合格", "at_least": "0"},
    ]
    return pack(**RULES, scoring={"base": "100", "bands": bands} | scoring)


def unit(name: str, *held: AssessedObject, group: str = "县直") -> AssessedUnit:
    return AssessedUnit(name=name, group=group, pack="national/test", objects=held)


def site(name: str, **more: Any) -> AssessedObject:
    return AssessedObject(name="网站", site_key=SITES[name].key, **more)


TWO = (unit("县财政局", site("caizheng")), unit("县教育局", site("jiaoyu")))
WINDOWS = (
    Window(kind=WindowKind.MONITOR, starts=date(2021, 1, 1), ends=date(2021, 11, 30)),
    Window(kind=WindowKind.SELF_CHECK, ends=date(2021, 11, 30)),
    Window(kind=WindowKind.SAMPLING, starts=date(2021, 12, 1), ends=date(2021, 12, 10)),
    Window(kind=WindowKind.PUBLICITY, starts=date(2021, 12, 20), ends=date(2021, 12, 31)),
)


def assessment(*units: AssessedUnit, **more: Any) -> Assessment:
    given: dict[str, Any] = {
        "id": "tj2021", "title": "2021年政务公开评估", "organiser": "县政府办", "starts": date(2021, 1, 1),
        "ends": date(2021, 12, 31), "windows": WINDOWS, "units": units or TWO,
    }  # fmt: skip
    return Assessment(**given | more)


def opened(store: Store, what: Assessment | None = None) -> Desk:
    what = what or assessment()
    store.enter(
        what.dossier, [Draft(kind=EntryKind.OPENED, at=OPENED, by="王芳", body=body_of(what))], OPENED
    )
    return open_desk(store, what.id)


def entered(
    store: Store, desk: Desk, kind: EntryKind, noun: Frozen, subject: str, at: datetime = AFTER
) -> Desk:
    drafted = Draft(kind=kind, at=at, by="王芳", subject=subject, body=body_of(noun))
    store.enter(desk.assessment.dossier, [drafted], at)
    return open_desk(store, desk.assessment.id)


def audited(
    store: Store, name: str, newest: Iterable[str | None], at: datetime = SAMPLED, by: RulePack | None = None, **more: Any
) -> Run:  # fmt: skip
    """One run of a site with columns /a/, /b/ … whose newest row is of these days (None: undated, so that nobody is sure)."""
    by = by or rules()
    store.keep_pack(by)
    place = SITES[name]
    record = run(f"R-{name}-{at:%m%d%H}", at).model_copy(
        update={"pack_digest": by.digest, "pack_id": by.id, "site": place}
    )
    columns = [
        column(f"/{letter}/", day).model_copy(update={"url": f"{place.home}{letter}/"})
        for letter, day in zip("abcdefgh", newest, strict=False)
    ]
    seen = observation(*columns).model_copy(update={"moment": moment_of(at), "site": place, **more})
    result = conclude(record, seen, by, CHECKS, store.cases(place.key))
    store.begin_run(record)
    store.finish_run(result.run, result.verdicts, result.findings, result.cases)
    return result.run


def opinion(store: Store, record: Run, locus: str, result: OpinionResult) -> Opinion:
    found = finding(store, record, locus)
    return Opinion(
        fingerprint=found.fingerprint, finding=found.id, site_key=record.site.key, rule_id=found.verdict.rule_id,
        locus=locus, run_id=record.id, evidence=evidence_digest(found.verdict), result=result, reviewer="李强", on=AFTER.date(),
        reason="看过原页",
    )  # fmt: skip


def veto_said(
    store: Store, desk: Desk, name: str, confirmed: bool, at: datetime = AFTER, on: date | None = None
) -> VetoOpinion:
    """What a person says of the veto of three stale columns, as the unit's last audit until then counts it."""
    asked = Seen(store, desk, at, [name]).vetoes.values()
    one = next(found for found in asked if found.veto.id == "T-VETO-01")
    return VetoOpinion(
        unit=name, site_key=one.site.key, veto=one.veto.id, evidence=one.evidence, confirmed=confirmed,
        reviewer="李强", on=on or at.date(), reason="已核",
    )  # fmt: skip


def finding(store: Store, record: Run, locus: str) -> Finding:
    return next(one for one in store.findings(run_id=record.id) if one.verdict.locus == locus)


def later(days: float) -> datetime:
    return SAMPLED + timedelta(days=days)
