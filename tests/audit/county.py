"""A small county over two nights, kept in a store: what came up, came back, was mended, and what nobody could look at.

| site | organiser | night one                 | night two                                                     |
|------|-----------|---------------------------|---------------------------------------------------------------|
| jia  | 甲局      | two faults, 90 to 92      | one mended, one stays (overdue), a veto comes up, 84 to 92     |
| yi   | 甲局      | one fault                 | its home page would not open                                  |
| bing | 乙局      | one fault, mended before  | comes back (due soon); a dispute over another awaits a ruling |
| ding | (none)    | clean                     | given up                                                      |
| wu   | 乙局      | (not due)                 | put off                                                       |
| gone | 丙局      | one fault                 | retired since                                                 |
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from model import (
    Arrangement,
    Case,
    CaseEvent,
    CaseState,
    Citation,
    Deed,
    Dispute,
    Errand,
    ErrandState,
    Evidence,
    Finding,
    Group,
    Night,
    Outcome,
    RosterEntry,
    Run,
    Score,
    Severity,
    Site,
    Verdict,
    fingerprint_of,
)
from storage import Store

ONE, TWO = datetime(2026, 11, 18, 14, tzinfo=UTC), datetime(2026, 11, 19, 14, tzinfo=UTC)  # 22:00 in Beijing
MORNING = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)  # a Friday
NAMES = {
    "jia": "甲县人民政府",
    "yi": "甲县某局",
    "bing": "乙县人民政府",
    "ding": "丁镇",
    "wu": "戊局",
    "gone": "旧站",
}
ORGANISERS = {"jia": "甲局", "yi": "甲局", "bing": "乙局", "wu": "乙局", "gone": "丙局"}
SITES = {
    key: Site(
        home=f"http://{key}.example/",
        site_code=f"00000000{place:02}",
        name=name,
        organiser=ORGANISERS.get(key),
    )
    for place, (key, name) in enumerate(NAMES.items())
}


def key(name: str) -> str:
    return SITES[name].key


def mark(name: str, locus: str, rule: str = "T-COL-01") -> str:
    return fingerprint_of(rule, key(name), locus)


def verdict(locus: str, rule: str = "T-COL-01", severity: Severity = Severity.DEDUCT, **more: Any) -> Verdict:
    given: dict[str, Any] = {
        "rule_id": rule, "check": "zombie_column", "section": "A", "severity": severity, "locus": locus,
        "subject_name": locus.strip("/"), "url": f"http://x.example{locus}", "outcome": Outcome.FAIL,
        "message_id": "check.zombie_column.blank", "params": {"column": locus.strip("/")},
        "evidence": (Evidence(snapshot_id="S/1", url="http://x.example/", quote="本栏目暂无内容"),),
    }  # fmt: skip
    return Verdict(**given | more)


def finding(name: str, run_id: str, of: Verdict, **more: Any) -> Finding:
    given: dict[str, Any] = {
        "fingerprint": fingerprint_of(of.rule_id, key(name), of.locus), "run_id": run_id, "verdict": of,
        "title": "空白栏目", "title_en": "Blank column", "section_title": "信息发布", "points": Decimal(2),
        "basis": (Citation(document="国办秘函〔2019〕19号", clause="空白栏目", grade="S"),),
        "state": CaseState.OPEN, "first_seen": ONE, "last_seen": TWO,
    }  # fmt: skip
    return Finding(**given | more)


def case(
    name: str,
    locus: str,
    *events: tuple[datetime, str | None, Deed, CaseState | None, CaseState],
    **more: Any,
) -> Case:
    given: dict[str, Any] = {
        "fingerprint": mark(name, locus, more.get("rule_id", "T-COL-01")), "rule_id": "T-COL-01", "site_key": key(name),
        "locus": locus, "state": events[-1][4], "first_seen": events[0][0], "last_seen": events[-1][0],
        "history": tuple(
            CaseEvent(at=at, run_id=run_id, deed=deed, before=before, state=state, by="duwang" if run_id else "赵六")
            for at, run_id, deed, before, state in events
        ),
    }  # fmt: skip
    return Case(**given | more)


def run(name: str, night: str, at: datetime, low: int | None, high: int | None, **counts: int) -> Run:
    score = Score(base=Decimal(100), low=Decimal(low), high=Decimal(high or low)) if low is not None else None
    return Run(
        id=f"R-{night}-{name}", site=SITES[name], pack_id="county/own", pack_version="1", pack_digest="d" * 64, as_of=at,
        started_at=at, ended_at=at + timedelta(minutes=5), version="0.1.0", night=night, score=score,
        counts={Outcome(outcome): count for outcome, count in counts.items()},
    )  # fmt: skip


def audited(store: Store, record: Run, findings: list[Finding] = [], cases: list[Case] = []) -> None:  # noqa: B006
    store.begin_run(record)
    store.finish_run(record, [one.verdict for one in findings], findings, cases)


def night(night_id: str, at: datetime) -> Night:
    return Night(id=night_id, begun_at=at - timedelta(hours=6), ended_at=at)


def errand(night: str, name: str, state: ErrandState, **more: Any) -> Errand:
    return Errand(
        night_id=night, site_key=key(name), lock=f"host:{name}", state=state, changed_at=TWO, **more
    )


def build(store: Store) -> None:
    """Everything of the table above. Channels: office for the group 甲组 (jia, yi), robot for bing itself."""
    arranged: dict[str, dict[str, Any]] = {
        "jia": {"group": "甲组"}, "yi": {"group": "甲组"}, "bing": {"channels": ("robot",)},
        "gone": {"retired_on": date(2026, 11, 19), "channels": ("office",)},
    }  # fmt: skip
    store.keep_roster(
        [
            RosterEntry(site=site, arrangement=Arrangement(site_key=site.key, **arranged.get(name, {})))
            for name, site in SITES.items()
        ]
    )
    store.keep_group(Group(name="甲组", channels=("office",)))
    _first(store)
    _second(store)


def _first(store: Store) -> None:
    opened = (ONE, "R-N1-jia", Deed.OPENED, None, CaseState.OPEN)
    store.keep_night(Night(id="N1", begun_at=ONE, ended_at=ONE + timedelta(hours=6)))
    record = run("jia", "N1", ONE, 90, 92, fail=2, **{"pass": 30})
    found = [finding("jia", record.id, verdict(one)) for one in ("/a/", "/b/")]
    audited(store, record, found, [
        case("jia", "/a/", opened, due=date(2026, 11, 18)), case("jia", "/b/", opened, due=date(2026, 12, 18)),
    ])  # fmt: skip
    for name, locus in (("yi", "/c/"), ("gone", "/x/")):
        record = run(name, "N1", ONE, 95, 95, fail=1)
        opened = (ONE, record.id, Deed.OPENED, None, CaseState.OPEN)
        audited(store, record, [finding(name, record.id, verdict(locus))], [case(name, locus, opened)])
    record = run("bing", "N1", ONE, 80, 80, fail=1)
    opened = (ONE - timedelta(days=9), "R-N0", Deed.OPENED, None, CaseState.OPEN)
    passed = (ONE, record.id, Deed.PASSED, CaseState.OPEN, CaseState.FIXED)
    found = [finding("bing", record.id, verdict(one)) for one in ("/d/", "/e/")]
    audited(store, record, found, [case("bing", "/d/", opened, passed), case("bing", "/e/", opened)])
    audited(store, run("ding", "N1", ONE, 100, 100))


def _second(store: Store) -> None:
    at = TWO
    store.keep_night(
        Night(id="N2", begun_at=at, ended_at=at + timedelta(hours=7)),
        [
            errand("N2", "jia", ErrandState.DONE), errand("N2", "yi", ErrandState.DONE), errand("N2", "bing", ErrandState.DONE),
            errand("N2", "ding", ErrandState.GIVEN_UP, reason="fault.host_busy",
                   params={"host": "ding.example", "machine": "m1", "run": "R9", "since": "23:00"}),
            errand("N2", "wu", ErrandState.PUT_OFF),
        ],
    )  # fmt: skip
    record = run("jia", "N2", at, 84, 92, fail=2, unsure=3, blocked=1, not_observed=4, **{"pass": 20})
    opened = (ONE, "R-N1-jia", Deed.OPENED, None, CaseState.OPEN)
    veto = (at, record.id, Deed.OPENED, None, CaseState.OPEN)
    passed = (at, record.id, Deed.PASSED, CaseState.OPEN, CaseState.FIXED)
    found = [
        finding("jia", record.id, verdict("/a/"), due=date(2026, 11, 18)),
        finding("jia", record.id, verdict("/v/", "T-VETO-01", Severity.VETO)),
        finding("jia", record.id, verdict("/doubt/", outcome=Outcome.UNSURE)),  # never filed
        finding("jia", record.id, verdict("/trial/", preview=True)),
    ]
    changed = [
        case("jia", "/b/", opened, passed),
        case("jia", "/v/", veto, rule_id="T-VETO-01", due=date(2026, 12, 25)),
    ]
    audited(store, record, found, changed)
    audited(store, run("yi", "N2", at, None, None, blocked=9))
    record = run("bing", "N2", at, 78, 78, fail=2)
    opened = (ONE - timedelta(days=9), "R-N0", Deed.OPENED, None, CaseState.OPEN)
    back = (at, record.id, Deed.FAILED_AGAIN, CaseState.FIXED, CaseState.REOPENED)
    said = (at + timedelta(hours=1), None, Deed.DISPUTED, CaseState.OPEN, CaseState.DISPUTED)
    dispute = Dispute(
        by="赵六", at=said[0], reason="该栏目已下线", due=date(2026, 11, 24), run_id=record.id, evidence="e"
    )
    passed = (ONE, "R-N1-bing", Deed.PASSED, CaseState.OPEN, CaseState.FIXED)
    found = [finding("bing", record.id, verdict(one)) for one in ("/d/", "/e/")]
    audited(store, record, found, [
        case("bing", "/d/", opened, passed, back, due=date(2026, 11, 23)),
        case("bing", "/e/", opened, said, dispute=dispute),
    ])  # fmt: skip
