"""取证 What stands behind one finding: told in full, or cut out as a test case."""

import json
import re
from datetime import date
from pathlib import Path

from model import Fault, Finding, Outcome, Purpose, Snapshot
from report.messages import Messages
from report.why import explain, explain_case
from storage import Store


def explain_finding(store: Store, finding: Finding, messages: Messages, on: date | None = None) -> list[str]:
    """说明理由 Everything `duwang why` prints: rule, clause, figures, quotes, snapshots, history; overdue or not on a day."""
    run = store.run(finding.run_id)
    case = store.case(finding.fingerprint)
    rulings = store.rulings(fingerprints=[finding.fingerprint])
    return list(explain(finding, run, case, tuple(_snapshots(store, finding)), messages, rulings, on))


def explain_forgotten(store: Store, finding: str, messages: Messages) -> list[str]:
    """说明台账条目 What the ledger knows of a finding whose runs are kept no longer. Raises Fault when it knows none."""
    case = store.case_named(finding)
    return list(explain_case(case, store.rulings(fingerprints=[case.fingerprint]), messages))


def write_case(store: Store, finding: Finding, expect: Outcome, folder: Path) -> Path:
    """写成用例 Write the stored pages a finding rests on, and what they ought to give, as a test case.

    The folder `<folder>/<check>-<finding>/` holds `case.json` and one file a page; `tests/test_cases.py`
    reads it back. Returns the path of case.json.
    """
    run = store.run(finding.run_id)
    place = folder / f"{finding.verdict.check}-{re.sub(r'[^0-9A-Za-z]', '', finding.id[2:])}"
    pages = []
    try:
        place.mkdir(parents=True, exist_ok=True)
        for number, snapshot in enumerate(_with_askers(store, finding), start=1):
            name = f"page{number}.html"
            (place / name).write_bytes(store.body(snapshot) if snapshot.sha256 else b"")
            # Where the body lay in our archive means nothing elsewhere.
            pages.append(
                {
                    "body": name,
                    "snapshot": snapshot.model_copy(update={"position": None}).model_dump(mode="json"),
                }
            )
        case = {
            "expect": str(expect),
            "rule": finding.verdict.rule_id,
            "pack": run.pack_id,
            "locus": finding.verdict.locus,
            "as_of": run.as_of.isoformat(),
            "site": run.site.model_dump(mode="json"),
            "pages": pages,
        }
        path = place / "case.json"
        path.write_text(json.dumps(case, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    except OSError as error:
        raise Fault("fault.out_not_writable", path=str(place), reason=error.strerror or str(error)) from None
    return path


def _with_askers(store: Store, finding: Finding) -> list[Snapshot]:
    """The snapshots, and the page for which a list API (or a frame) was asked, without which its answer says nothing."""
    found = _snapshots(store, finding)
    urls = {one.url for one in finding.verdict.evidence} - {snapshot.url for snapshot in found}
    asking = {snapshot.found_on for snapshot in found if snapshot.purpose is Purpose.LIST}
    if not urls or asking == {None}:
        return found
    for snapshot in store.snapshots(finding.run_id):
        if snapshot.url in urls and snapshot.final_url in asking and snapshot.method == "GET":
            found.append(snapshot)
            urls.discard(snapshot.url)
    return found


def _snapshots(store: Store, finding: Finding) -> list[Snapshot]:
    """Those that are still kept: evidence may cite what another site's audit saw long ago."""
    wanted = {one.snapshot_id for one in finding.verdict.evidence if one.snapshot_id}
    found = []
    for snapshot_id in sorted(wanted):
        try:
            found.append(store.snapshot(snapshot_id))
        except Fault as fault:
            if fault.message_id != "fault.snapshot_unknown":
                raise
    return found
