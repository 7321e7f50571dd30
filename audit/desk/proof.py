"""取证 The evidence of findings in one zip: verdicts with the way to their seal, records of the archive, texts, pictures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from audit.desk.depicting import Depicting, Page
from audit.desk.desk import Desk, unit_named
from audit.desk.proven import Proven, ProvenRows
from audit.evidence import explain_finding
from model import DossierEntry, Fault, Finding, RulePack, Run
from model.seal import Flaw
from report.evidence_zip import PROGRAM, README, EvidenceZip, json_of, program, readme
from report.messages import Messages
from report.text import describe
from report.units import file_name
from report.votes import votes_of
from report.why import explain_rule
from storage import Store

MOST = 5_000  # findings in one zip
MOST_BYTES = 4 * 1024**3  # of records in one zip
_LOST = {"fault.archive_damaged": "damaged", "fault.archive_missing": "missing"}


@dataclass
class Packed:
    """取证结果 What went into the zip, its SHA-256, and what could not be had or is not as it was sealed."""

    path: Path
    findings: int
    records: int = 0
    pictures: int = 0
    size: int = 0
    digest: str = ""
    flaws: list[Flaw] = field(default_factory=list)


class Exhibit(NamedTuple):
    """证物 A finding with its run, the folder it is put in and the snapshots it cites, those of its page among them."""

    folder: str
    finding: Finding
    run: Run
    page: Page | None
    cites: tuple[str, ...]


def pack_evidence(
    store: Store, findings: Sequence[Finding], what: str, path: Path, messages: Messages, *,
    desk: Desk | None = None, unit: str | None = None, pictures: int = 50, browser: str | None = None,
) -> Packed:  # fmt: skip
    """打包取证 One zip for all of them. `desk`: the dossier of that assessment goes in, too; with `unit`, what it says of
    that unit and these findings, for what was said of the others is not for this unit to read. `pictures`: pages drawn at most.

    Raises Fault (exit 3) when there is no finding, or more than `MOST`; (exit 1) when the zip cannot be written.
    """
    if not findings:
        raise Fault("fault.evidence_none", what=what)
    if len(findings) > MOST:
        raise Fault("fault.evidence_many", what=what, count=len(findings), most=MOST)
    depicting = Depicting(store, messages, pictures, browser)
    exhibits = _exhibits(store, findings, depicting)
    done, rows = Packed(path, len(exhibits)), ProvenRows(store)
    proven = rows.findings((one.run.id, one.finding.fingerprint) for one in exhibits)
    snapshots = rows.snapshots({name for one in exhibits for name in one.cites})
    runs = rows.runs({one.run.id for one in exhibits} | {one.run_id for one in snapshots.values()})
    with EvidenceZip(path) as into:
        into.add(README, readme(what))
        into.add(PROGRAM, program())
        told_of = _told_of(desk, unit, exhibits) if desk else []
        into.add("chain.json", json_of([_entry(one) for one in (*rows.seals, *told_of)]))
        for run_id, one in runs.items():
            into.add(f"runs/{run_id}.json", json_of(one.told()))
        records = _Records(store, into, done, snapshots)
        records.pour(exhibits)
        depicting.depict({one.folder: (one.finding, one.page) for one in exhibits}, into.add)
        packs: dict[str, RulePack | None] = {}
        for exhibit in exhibits:
            digest = exhibit.run.pack_digest
            if digest not in packs:
                packs[digest] = _pack(store, digest)
            told = _told(store, exhibit, proven.get((exhibit.run.id, exhibit.finding.fingerprint)))
            told["snapshots"] = [
                snapshots[name].told() | records.of(exhibit, name)
                for name in exhibit.cites
                if name in snapshots
            ]
            into.add(f"{exhibit.folder}/finding.json", json_of(told))
            into.add(
                f"{exhibit.folder}/finding.txt", _text(explain_finding(store, exhibit.finding, messages))
            )
            rule = _rule_lines(exhibit, packs[digest], messages)
            if rule:
                into.add(f"{exhibit.folder}/rule.txt", _text(rule))
    done.size, done.digest, done.pictures = into.size, into.digest, depicting.drawn
    done.flaws += rows.flaws
    return done


def _exhibits(store: Store, findings: Sequence[Finding], depicting: Depicting) -> list[Exhibit]:
    """Each finding of each run once; a finding that comes from several runs has a folder for each."""
    once = {(one.fingerprint, one.run_id): one for one in findings}
    runs = {run_id: store.run(run_id) for run_id in sorted({one.run_id for one in findings})}
    taken: set[str] = set()
    found = []
    for _, one in sorted(once.items()):
        cites = dict.fromkeys(proof.snapshot_id for proof in one.verdict.evidence if proof.snapshot_id)
        page = depicting.page_of(one, runs[one.run_id])
        if page:
            cites.setdefault(page.snapshot.id)
        found.append(
            Exhibit(f"findings/{file_name(one.id, taken)}", one, runs[one.run_id], page, tuple(cites))
        )
    return found


def _told_of(desk: Desk, unit: str | None, exhibits: Sequence[Exhibit]) -> list[DossierEntry]:
    if unit is None:
        return list(desk.entries)
    subjects = {unit_named(desk, unit)} | {one.finding.fingerprint for one in exhibits}
    return [one for one in desk.entries if one.subject in subjects]


class _Records:
    """Records of the archive, one file a site, each record in it once however many findings rest on it."""

    def __init__(
        self, store: Store, into: EvidenceZip, done: Packed, snapshots: Mapping[str, Proven]
    ) -> None:
        self._store, self._into, self._done, self._snapshots = store, into, done, snapshots
        self._files: dict[str, str] = {}
        self._kept: dict[tuple[str, str], str | None] = {}  # why a body is not in a site's file; None: it is

    def pour(self, exhibits: Sequence[Exhibit]) -> None:
        taken: set[str] = set()
        sites = sorted({one.run.site.key for one in exhibits})
        for site in sites:
            self._files[site] = f"records/{file_name(site, taken)}.warc.gz"
            cited = sorted({name for one in exhibits if one.run.site.key == site for name in one.cites})
            members = self._members(site, [name for name in cited if name in self._snapshots])
            first = next(members, None)
            if first is not None:
                self._into.pour(self._files[site], chain([first], members), packed=True)

    def of(self, exhibit: Exhibit, snapshot_id: str) -> dict[str, str | None]:
        """Where the record of a snapshot is, or why it is not there (`no_body`: nothing came)."""
        site, sha256 = exhibit.run.site.key, self._snapshots[snapshot_id].row["sha256"]
        lost = self._kept.get((site, sha256), "no_body") if sha256 else "no_body"
        return {"record": None if lost else self._files[site], "without": lost}

    def _members(self, site: str, names: Sequence[str]) -> Iterator[bytes]:
        poured = 0
        for name in names:
            sha256 = self._snapshots[name].row["sha256"]
            if not sha256 or (site, sha256) in self._kept:
                continue
            member, lost = self._member(name)
            if member and poured + len(member) > MOST_BYTES:
                member, lost = b"", "too_much"
            self._kept[site, sha256] = lost
            if lost:
                url = str(self._snapshots[name].row["url"])
                self._done.flaws.append(
                    Flaw(message_id=f"evidence.record_{lost}", params={"snapshot": name, "url": url}, note=lost != "damaged")
                )  # fmt: skip
            else:
                poured += len(member)
                self._done.records += 1
                yield member

    def _member(self, name: str) -> tuple[bytes, str | None]:
        """A record, looked at before it leaves the house, or why there is none."""
        try:
            snapshot = self._store.snapshot(name)
            self._store.body(snapshot)
            return self._store.record(snapshot), None
        except Fault as fault:
            if fault.message_id not in _LOST:
                raise
            return b"", _LOST[fault.message_id]


def _told(store: Store, exhibit: Exhibit, proven: Proven | None) -> dict[str, Any]:
    finding, run = exhibit.finding, exhibit.run
    case = store.case(finding.fingerprint)
    told = proven.told() if proven else {"run": run.id, "row": finding.model_dump(mode="json"), "proof": None}
    return told | {
        "id": finding.id,
        "site": run.site.model_dump(mode="json"),
        "text": {language: describe(finding, Messages(language)) for language in ("zh_CN", "en")},
        "pack": {"id": run.pack_id, "version": run.pack_version, "digest": run.pack_digest},
        "votes": [one._asdict() for one in votes_of(finding.verdict)],
        "case": case.model_dump(mode="json") if case else None,
    }


def _rule_lines(exhibit: Exhibit, pack: RulePack | None, messages: Messages) -> Sequence[str]:
    wanted = exhibit.finding.verdict.rule_id
    rule = next((one for one in pack.rules if one.id == wanted), None) if pack else None
    return explain_rule(rule, pack, messages) if rule and pack else ()


def _pack(store: Store, digest: str) -> RulePack | None:
    try:
        return store.pack(digest)
    except Fault as fault:
        if fault.message_id != "fault.pack_not_kept":
            raise
        return None


def _entry(entry: DossierEntry) -> dict[str, Any]:
    return entry.chained() | {"digest": entry.digest}


def _text(lines: Sequence[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode(errors="replace")
