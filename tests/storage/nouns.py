"""Nouns for the tests of storage: plain ones by hand, and every possible one for hypothesis."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, get_args

from hypothesis import strategies as st

from model import (
    SHANGHAI,
    Attempt,
    Case,
    CaseEvent,
    CaseState,
    Citation,
    Deed,
    Evidence,
    FetchOutcome,
    Finding,
    Frozen,
    Outcome,
    Purpose,
    Rank,
    RulePack,
    Run,
    Severity,
    Site,
    Snapshot,
    Verdict,
    fingerprint_of,
)

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=SHANGHAI)
SITE = Site(home="http://www.taijiang.example/", name="台江县人民政府")
PACK = RulePack.model_validate(
    {
        "id": "county/own", "title": "自编", "version": "1", "document": "自编〔2026〕1号", "level": "county",
        "effective_from": "2026-01-01", "digest": "e" * 64, "sections": [{"id": "A", "title": "甲", "points": "8"}],
        "rules": [
            {
                "id": "OWN-A-01", "section": "A", "title": "动态", "check": "stale_column", "severity": "deduct",
                "points": "0.5", "params": {"period": "P14D"},
                "basis": [{"document": "自编〔2026〕1号", "clause": "第一条", "grade": "S"}],
            }
        ],
    }
)  # fmt: skip


def run(run_id: str = "R1", *, site: Site = SITE, started_at: datetime = NOW, **more: Any) -> Run:
    return Run(
        id=run_id, site=site, pack_id="national/2019", pack_version="1", pack_digest="d" * 64,
        as_of=NOW, started_at=started_at, version="0.1.0", **more,
    )  # fmt: skip


def snapshot(number: int, run_id: str = "R1", **more: Any) -> Snapshot:
    url = f"http://www.taijiang.example/{number}.html"
    given: dict[str, Any] = {
        "id": f"{run_id}/{number}", "run_id": run_id, "url": url, "final_url": url, "purpose": Purpose.ARTICLE,
        "rank": Rank.ARTICLE, "fetched_at": NOW + timedelta(milliseconds=number), "outcome": FetchOutcome.OK,
        "status": 200, "headers": {"content-type": "text/html; charset=gb2312", "server": "nginx"},
        "ip": "127.0.0.1", "elapsed_ms": 12,
        "attempts": (Attempt(at=NOW, method="GET", outcome=FetchOutcome.OK, status=200),),
    }  # fmt: skip
    return Snapshot(**given | more)


def verdict(locus: str = "/zwgk/tzgg/", outcome: Outcome = Outcome.FAIL, **more: Any) -> Verdict:
    given: dict[str, Any] = {
        "rule_id": "N19-UPDATE-02", "check": "stale_column", "section": "update", "severity": Severity.DEDUCT,
        "locus": locus, "subject_name": "通知公告", "url": f"http://www.taijiang.example{locus}", "outcome": outcome,
        "message_id": "stale_column", "params": {"days": 221, "column": "通知公告"},
        "evidence": (Evidence(snapshot_id="R1/1", url="http://www.taijiang.example/", quote="2026-04-14"),),
        "measured": "221", "allowed": "P6M", "newest": NOW.date(), "overdue_days": 38,
        "parents": ("http://www.taijiang.example/",),
    }  # fmt: skip
    return Verdict(**given | more)


def finding(of: Verdict, run_id: str = "R1", site: Site = SITE, state: CaseState = CaseState.OPEN) -> Finding:
    return Finding(
        fingerprint=fingerprint_of(of.rule_id, site.key, of.locus), run_id=run_id, verdict=of, title="栏目超期未更新",
        section_title="信息更新", points=Decimal("5.50"), state=state, first_seen=NOW, last_seen=NOW,
        basis=(Citation(document="国办秘函〔2019〕19号", clause="附件1", grade="S"),),
    )  # fmt: skip


def case(of: Finding, site: Site = SITE, state: CaseState = CaseState.OPEN) -> Case:
    return Case(
        fingerprint=of.fingerprint, rule_id=of.verdict.rule_id, site_key=site.key, locus=of.verdict.locus, state=state,
        first_seen=NOW, last_seen=NOW, history=(CaseEvent(at=NOW, run_id=of.run_id, deed=Deed.OPENED, state=state),),
    )  # fmt: skip


_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


def any_of(kind: type[Frozen], **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Any value of a model type, every field of it drawn; `given` replaces single fields."""
    fields = {
        name: given.get(name, st.from_type(field.annotation or str))
        for name, field in kind.model_fields.items()
    }
    return st.builds(kind, **fields)


def _register(kind: type[Frozen], seen: set[type]) -> None:
    if kind in seen:
        return
    seen.add(kind)
    for field in kind.model_fields.values():
        for inner in _kinds_in(field.annotation):
            _register(inner, seen)
    st.register_type_strategy(kind, lambda wanted: any_of(wanted))


def _kinds_in(annotation: Any) -> list[type[Frozen]]:
    if isinstance(annotation, type) and issubclass(annotation, Frozen):
        return [annotation]
    return [kind for part in get_args(annotation) for kind in _kinds_in(part)]


st.register_type_strategy(str, _TEXT)
st.register_type_strategy(int, st.integers(-(2**31), 2**31 - 1))
st.register_type_strategy(
    datetime,
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.sampled_from([UTC, SHANGHAI])),  # noqa: DTZ001
)
st.register_type_strategy(Decimal, st.decimals(allow_nan=False, allow_infinity=False))
_SEEN: set[type] = set()
for _kind in (Snapshot, Verdict, Finding, Case, Run):
    _register(_kind, _SEEN)
st.register_type_strategy(Site, any_of(Site, home=st.just("http://www.taijiang.example/")))
