"""A county of two units whose draft result was put up on the last working day before the national week of 2021.

| unit   | site             | what its score rests on                                      |
|--------|------------------|--------------------------------------------------------------|
| 财政局 | czj.example      | two stale columns (/a/, /b/), 5 points each                    |
| 水务局 | swj.example      | one stale column (/a/), and one nobody can date (/c/)          |
"""

from datetime import UTC, date, datetime
from decimal import Decimal

from audit.conclude import conclude, moment_of
from audit.desk.desk import Desk, enter, open_desk
from model import (
    AssessedObject,
    AssessedUnit,
    Assessment,
    Draft,
    EntryKind,
    ObjectScore,
    Publication,
    Published,
    Result,
    ResultKind,
    Site,
    UnitScore,
    body_of,
    fingerprint_of,
)
from storage import Store
from tests.audit.ground import CHECKS, column, observation, pack, run

NOW = datetime(2021, 12, 31, 4, tzinfo=UTC)
SAMPLED = datetime(2021, 9, 20, 8, tzinfo=UTC)
SHOWN = date(2021, 9, 30)  # a Thursday; the week after it is free, Saturday 9 October is worked
FINANCE = Site(home="http://czj.example/", name="财政局网站", organiser="财政局")
WATER = Site(home="http://swj.example/", name="水务局网站", organiser="水务局")
OLD, NEW = "2021-01-04", "2021-09-19"
BASIS = [{"document": "国办秘函〔2019〕19号", "clause": "附件1", "grade": "S"}]
PACK = pack(
    digest="a" * 64,
    tallies=[{"id": "T-VETO-01", "title": "不更新栏目9个以上", "counts": ["T-COL-01"], "at_least": 9, "basis": BASIS}],
    manual=[{"id": "T-MAN-01", "section": "b", "title": "依申请公开办理", "basis": BASIS}],
)  # fmt: skip


def mark(site: Site, key: str) -> str:
    return fingerprint_of("T-COL-01", site.key, key)


def finding(site: Site, key: str) -> str:
    return f"F-{mark(site, key)[:10]}"


def plan(**more: object) -> Assessment:
    units = tuple(
        AssessedUnit(name=name, pack=PACK.id, objects=(AssessedObject(name="网站", site_key=site.key),))
        for name, site in (("财政局", FINANCE), ("水务局", WATER))
    )
    told = {
        "id": "2021", "title": "2021年政务公开工作评估", "organiser": "县政府政务信息中心", "units": units,
        "starts": date(2021, 1, 1), "ends": date(2021, 12, 31),
    }  # fmt: skip
    return Assessment.model_validate(told | more)


def build(store: Store, *, shown: date | None = SHOWN, filed: bool = True, **more: object) -> Desk:
    """Both sites audited, the scores frozen as a draft and, unless `shown` is None, published on that day. `filed`: whether the ledger heard of it."""
    store.keep_pack(PACK)
    scores = []
    for number, (site, columns) in enumerate(
        [(FINANCE, (("/a/", OLD), ("/b/", OLD), ("/c/", NEW))), (WATER, (("/a/", OLD), ("/c/", None)))]
    ):
        record = run(f"R{number}", SAMPLED).model_copy(update={"site": site, "pack_digest": PACK.digest})
        seen = observation(*(column(key, day) for key, day in columns), site=site, moment=moment_of(SAMPLED))
        result = conclude(record, seen, PACK, CHECKS, {})
        store.begin_run(record)
        ended = result.run.model_copy(update={"filed": filed})
        store.finish_runs([(ended, result.verdicts, result.findings, result.cases if filed else ())])
        got = ObjectScore(
            name="网站", site_key=site.key, run_id=record.id, as_of=SAMPLED, pack_id=PACK.id, pack_digest=PACK.digest,
            score=result.run.score,
        )  # fmt: skip
        assert result.run.score
        figure = result.run.score.high
        scores.append(UnitScore(unit=str(site.organiser), score=figure, high=figure, objects=(got,)))
    assert [one.score for one in scores] == [Decimal(92), Decimal(95)]
    assessment = plan(**more)
    store.enter(
        assessment.dossier,
        [Draft(kind=EntryKind.OPENED, at=SAMPLED, by="张三", body=body_of(assessment))],
        NOW,
    )
    frozen = Result(
        assessment="2021", version=1, kind=ResultKind.DRAFT, as_of=SAMPLED, scores=tuple(scores), digest="d" * 64
    )  # fmt: skip
    drafts = [Draft(kind=EntryKind.FROZEN, at=SAMPLED, by="张三", body=body_of(frozen))]
    if shown is not None:
        drafts.append(published(frozen, shown))
    enter(store, open_desk(store), drafts, NOW)
    return open_desk(store)


def published(result: Result, on: date) -> Draft:
    told = Publication(
        what=Published.RESULTS,
        version=result.version,
        kind=result.kind,
        digest=result.digest,
        on=on,
        files=(),
    )
    at = datetime(on.year, on.month, on.day, 1, tzinfo=UTC)
    return Draft(kind=EntryKind.PUBLISHED, at=at, by="张三", body=body_of(told))
