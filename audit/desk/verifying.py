"""核验 Whether runs, entries and papers are still what they were when they were sealed or entered: what is not is named."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from audit.desk.desk import open_desk
from model import NOTHING_BEFORE, RUNS, DossierEntry, EntryKind, Fault, Paper, told_in
from model.seal import PARTS, Clearing, Flaw, Seal, SealedPart, changed_in, leaf_of
from storage import Store

_PAGE = 500
_MOST_NAMED = 20  # rows of one part of one run
_PAPER = frozenset(Paper.model_fields)
_ISSUED = (EntryKind.NOTICE, EntryKind.PUBLISHED)  # their files left the house: only their digests stay
Where = dict[str, str | int]
_NONE = SealedPart(count=0, size=0, root="")
_BODY = {"fault.archive_damaged": "body_altered", "fault.archive_missing": "body_missing"}


@dataclass
class Verified:
    """核验结果 How much was looked at, and the head of the chain: whoever notes it elsewhere can tell later that none was cut off."""

    entries: int = 0
    runs: int = 0
    cleared: int = 0
    bodies: int = 0
    papers: int = 0
    head: str = ""
    flaws: list[Flaw] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return all(one.note for one in self.flaws)

    def blame(self, name: str, /, **params: str | int) -> None:
        self.flaws.append(Flaw(message_id=f"verify.{name}", params=params))

    def mention(self, name: str, /, **params: str | int) -> None:
        self.flaws.append(Flaw(message_id=f"verify.{name}", params=params, note=True))


def verify_runs(
    store: Store,
    *,
    site_key: str | None = None,
    bodies: bool = True,
    noted: tuple[int, str] | None = None,
) -> Verified:
    """核验检查 The chain of all seals, and every run that is sealed (of one site): its rows and, with `bodies`, its pages.

    `noted`: number and digest of an entry that somebody wrote down earlier.
    """
    done, looked = Verified(), _Looked(store, bodies)
    gone: list[Seal] = []
    before = NOTHING_BEFORE
    allowed: datetime | None = None
    for page in _pages(store, RUNS, done):
        for entry in page:
            before = _linked(done, entry, before)
            if noted and entry.number == noted[0] and not entry.reckoned().startswith(noted[1]):
                done.blame(
                    "noted", dossier=RUNS, number=entry.number, noted=noted[1], now=entry.reckoned()[:16]
                )
            if entry.kind is EntryKind.CLEARED and (clearing := _told(done, entry, Clearing)):
                allowed = max(allowed or clearing.before, clearing.before)
            seal = _told(done, entry, Seal) if entry.kind is EntryKind.SEALED else None
            if seal and site_key in (None, seal.site_key) and not looked.run(done, seal, entry.number):
                gone.append(seal)
    if noted and noted[0] > done.entries:
        done.blame("cut_off", dossier=RUNS, number=noted[0], last=done.entries)
    for seal in gone:
        if allowed is not None and seal.started_at < allowed:
            done.cleared += 1
        else:
            done.blame("run_gone", run=seal.run_id, site=seal.site_key)
    unsealed = store.unsealed(site_key)
    if unsealed:
        done.mention("unsealed", count=len(unsealed), runs="、".join(unsealed[:_MOST_NAMED]))
    return done


def verify_assessment(store: Store, assessment_id: str | None) -> Verified:
    """核验考评 The chain of its dossier, every paper that came in with its entries, and every run they rest on. Raises Fault (exit 3)."""
    dossier = open_desk(store, assessment_id).assessment.dossier
    done, looked = Verified(), _Looked(store, bodies=True)
    before = NOTHING_BEFORE
    papers: dict[str, tuple[int, Paper]] = {}
    runs: dict[str, int] = {}
    for page in _pages(store, dossier, done):
        for entry in page:
            before = _linked(done, entry, before)
            for noun in _within(entry.body):
                kept = noun.keys() == _PAPER and entry.kind not in _ISSUED
                if kept and isinstance(noun["sha256"], str):
                    papers.setdefault(noun["sha256"], (entry.number, Paper.model_validate(noun)))
                if isinstance(noun.get("run_id"), str):
                    runs.setdefault(noun["run_id"], entry.number)
    for number, paper in papers.values():
        _look_at_paper(store, done, number, paper)
    for run_id, number in sorted(runs.items()):
        seals = store.entries(RUNS, [EntryKind.SEALED], run_id)
        if not seals:
            done.mention("run_unsealed", run=run_id, number=number)
        for entry in seals:
            if entry.digest != entry.reckoned():
                done.blame("entry_altered", dossier=RUNS, number=entry.number, kind=entry.kind.value)
            elif (seal := _told(done, entry, Seal)) and not looked.run(done, seal, entry.number):
                done.mention("run_kept_no_more", run=run_id, number=number)
    return done


class _Looked:
    """Runs looked at, each body only once however many runs rest on it."""

    def __init__(self, store: Store, bodies: bool) -> None:
        self._store, self._bodies = store, bodies
        self._read: set[bytes] = set()

    def run(self, done: Verified, seal: Seal, number: int) -> bool:
        """False: there is no such run any more."""
        try:
            self._store.run(seal.run_id)
        except Fault as fault:
            if fault.message_id != "fault.run_unknown":
                raise
            return False
        except ValidationError:  # somebody wrote into it what no program of ours writes; its rows tell what
            pass
        done.runs += 1
        for part in PARTS:
            try:
                leaves = {n: leaf_of(row) for n, row in self._store.sealed_rows(seal.run_id, part)}
                changed = changed_in(seal.parts.get(part, _NONE), leaves)
                if changed:
                    self._blame_rows(done, seal, part, changed, number)
                if part == "snapshots" and self._bodies:
                    for _, row in self._store.sealed_rows(seal.run_id, part):
                        self._look_at_body(done, row)
            except ValueError:  # a value that this program would never write
                done.blame("part_unread", run=seal.run_id, site=seal.site_key, number=number, part=part)
        return True

    def _blame_rows(self, done: Verified, seal: Seal, part: str, changed: list[int], number: int) -> None:
        there: dict[int, str] = {}
        wanted = set(changed)
        for n, row in self._store.sealed_rows(seal.run_id, part):
            if n in wanted:
                there[n] = f"{n} {_name(part, row)}"
        gone = [str(n) for n in changed if n not in there]
        for name, rows in (("rows" if len(there) > 1 else "row", list(there.values())), ("rows_gone", gone)):
            if rows:
                told = "；".join(rows[:_MOST_NAMED]) + ("；…" if len(rows) > _MOST_NAMED else "")
                where: Where = {"run": seal.run_id, "site": seal.site_key, "number": number, "part": part}
                done.blame(name, **where, count=len(rows), rows=told)

    def _look_at_body(self, done: Verified, row: dict[str, Any]) -> None:
        digest = str(row["sha256"] or "").encode()
        if not digest or digest in self._read:
            return
        self._read.add(digest)
        try:
            done.bodies += 1
            self._store.body(self._store.snapshot(row["id"]))
        except ValidationError:
            return  # nothing can be made of the row, which is named already
        except Fault as fault:
            name = _BODY.get(fault.message_id)
            if name is None:
                raise
            named = {"snapshot": row["id"], "url": row["url"], "sha256": row["sha256"]}
            done.blame(name, **named, **fault.params)


def _pages(store: Store, dossier: str, done: Verified) -> Iterator[list[DossierEntry]]:
    """Entries of a dossier, many at a time; one that cannot be read at all is named and passed over."""
    behind, most = 0, _PAGE
    while True:
        try:
            page = store.entries(dossier, behind=behind, most=most)
        except ValueError:
            if most == 1:
                behind += 1
                done.entries = behind
                done.blame("entry_altered", dossier=dossier, number=behind, kind="–")
            most = 1
            continue
        if not page:
            return
        yield page
        behind, most = page[-1].number, _PAGE


def _linked(done: Verified, entry: DossierEntry, before: str) -> str:
    """Whether an entry stands where it stood and says what it said; returns what the next one is to hold."""
    where: Where = {"dossier": entry.dossier, "number": entry.number}
    if entry.number != done.entries + 1:
        done.blame("entry_missing", dossier=entry.dossier, first=done.entries + 1, last=entry.number - 1)
    elif entry.before != before:
        done.blame("entry_unlinked", **where, kind=entry.kind.value)
    if entry.reckoned() != entry.digest:
        done.blame("entry_altered", **where, kind=entry.kind.value)
    done.entries = entry.number
    done.head = f"{entry.number}:{entry.digest}"
    return entry.digest


def _told(done: Verified, entry: DossierEntry, noun: Any) -> Any:
    try:
        return told_in(entry, noun)
    except ValidationError:
        if entry.reckoned() == entry.digest:  # else it is named already
            done.blame("entry_unread", dossier=entry.dossier, number=entry.number)
        return None


def _look_at_paper(store: Store, done: Verified, number: int, paper: Paper) -> None:
    done.papers += 1
    try:
        content = store.paper(paper.sha256)
    except TypeError:  # text where there should be bytes
        content = b""
    except Fault as fault:
        if fault.message_id != "fault.paper_unknown":
            raise
        done.blame("paper_missing", name=paper.name, number=number, sha256=paper.sha256)
        return
    if hashlib.sha256(content).hexdigest() != paper.sha256:
        done.blame("paper_altered", name=paper.name, number=number, sha256=paper.sha256)


def _name(part: str, row: dict[str, Any]) -> str:
    """What a row that is still there says of itself."""
    told = {"run": ("id",), "snapshots": ("url",)}.get(part, ("rule_id", "locus"))
    return " ".join(str(row[name]) for name in told)


def _within(value: Any) -> Iterator[dict[str, Any]]:
    """Every object within an entry's body, itself included."""
    if isinstance(value, dict):
        yield value
        for one in value.values():
            yield from _within(one)
    elif isinstance(value, list):
        for one in value:
            yield from _within(one)
