"""离线核验 Verifies an evidence zip or the folder it was unpacked into. Needs Python 3.8 or later and nothing else.

python3 verify.py            核验本文件所在的文件夹 / the folder this file lies in
python3 verify.py FILE.zip   核验压缩包 / a zip

Exit code 0: nothing is wrong; 1: something is, and it is named. What could not be looked at is told, too. Nothing is
written, nobody is asked.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
import zipfile
import zlib
from collections import Counter
from pathlib import Path
from typing import IO, Any, Dict, Iterator, List, Set, Tuple  # noqa: UP035 - Python 3.8 must read this

WORDS: Dict[str, Dict[str, str]] = {}  # noqa: UP006 - filled in when a zip is made
MANIFEST, INDEX, CHAIN = "manifest.sha256", "index.json", "chain.json"
_PIECE = 1 << 20
_LONGEST_TEXT = 1 << 28
_LONGEST_HEAD = 1 << 18
_MOST_MEMBERS, _MOST_UNPACKED = 200_000, 1 << 32  # records are packed once only and do not count
_MOST_NAMED = 5
_ROOMS = ("findings", "records", "runs")
_LITTER = re.compile(
    r"(?:.*/)?(?:\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini)", re.I
)  # what file managers leave behind
_FINDING = re.compile(r"findings/[^/]+/finding\.json")
_LINE = re.compile(r"([0-9a-f]{64})  ([^\\\0]+)")
Complaint = Tuple[str, Dict[str, str]]  # noqa: UP006


class Pack:
    """证据包 Members of a zip, or files of a folder, by name; those that cannot be read are told by `open`.

    `beside`: what lies in the folder and is none of ours, such as the zip itself and whatever else was downloaded there.
    """

    def __init__(self, place: Path) -> None:
        self.zip = zipfile.ZipFile(place) if place.is_file() else None
        self.folder = place
        self.beside: Set[str] = set()  # noqa: UP006
        if self.zip:
            members = [one for one in self.zip.infolist() if not one.is_dir()]
            unpacked = sum(one.file_size for one in members if one.compress_type != zipfile.ZIP_STORED)
            if len(members) > _MOST_MEMBERS or unpacked > _MOST_UNPACKED:
                raise ValueError("more than any evidence holds")
            self.names = [one.filename for one in members]
        else:
            top = list(place.iterdir())
            self.beside = {one.name for one in top if one.is_dir() and one.name not in _ROOMS}
            files = [one for one in top if one.is_file()]
            for room in _ROOMS:
                files += [one for one in (place / room).rglob("*") if one.is_file()]
            self.names = [one.relative_to(place).as_posix() for one in files]
        self.known = set(self.names)

    def forget(self, listed: Set[str]) -> None:  # noqa: UP006
        """Files of a folder that nobody listed are looked at only where nothing but ours should lie."""
        if not self.zip:
            stray = {
                one
                for one in self.known - listed - {MANIFEST, INDEX}
                if "/" not in one or _LITTER.fullmatch(one)
            }
            self.beside |= stray
            self.known -= stray
            self.names = [one for one in self.names if one in self.known]

    def open(self, name: str) -> IO[bytes]:
        if self.zip:
            return self.zip.open(name)
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise OSError(name)
        return (self.folder / name).open("rb")

    def pieces(self, name: str) -> Iterator[bytes]:
        with self.open(name) as stream:
            while True:
                piece = stream.read(_PIECE)
                if not piece:
                    return
                yield piece

    def content(self, name: str) -> bytes:
        """A member that is text, whole. Raises ValueError when it is too long to be."""
        with self.open(name) as stream:
            content = stream.read(_LONGEST_TEXT + 1)
        if len(content) > _LONGEST_TEXT:
            raise ValueError(name)
        return content

    def read(self, name: str) -> Any:
        """The JSON of a member. Raises ValueError."""
        return json.loads(self.content(name).decode("utf-8"))


BROKEN = (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, zipfile.BadZipFile, zlib.error, EOFError,
          NotImplementedError, RuntimeError, RecursionError)  # fmt: skip


class Looked:
    """核验了什么 How much was looked at; `unsealed`: rows of audits that have no seal, by audit; `without`: records not packed."""

    def __init__(self) -> None:
        self.files = self.records = self.findings = self.sealed = self.without = 0
        self.unsealed: Counter[str] = Counter()


def verify(place: Path, looked: Looked | None = None) -> Iterator[Complaint]:
    """核验 All that is wrong, as the name of a sentence and what it is about; nothing when all is as it was packed.

    Names that begin with `note_`: nothing is wrong with it, but it could not be looked at.
    """
    looked = looked or Looked()
    try:
        pack = Pack(place)
    except BROKEN:
        yield "unreadable", {"file": place.name}
        return
    broken: Set[str] = set()  # noqa: UP006
    for complaint in _files(pack):
        broken.add(complaint[1]["file"])
        yield complaint
    looked.files = len(pack.known - broken)
    if pack.beside:
        named = sorted(pack.beside)
        told = "、".join(named[:_MOST_NAMED]) + ("…" if len(named) > _MOST_NAMED else "")
        yield "note_beside", {"count": str(len(named)), "files": told}
    whole = {
        "findings/*/finding.json": any(_FINDING.fullmatch(one) for one in pack.known),
        CHAIN: CHAIN in pack.known,
    }
    for name, there in whole.items():  # sums alone would be right for a zip of anything
        if not there and name not in broken and not any(one.startswith("findings/") for one in broken):
            yield "missing", {"file": name}
    if CHAIN in broken or CHAIN not in pack.known:
        return
    try:
        seals = list(_chain(pack.read(CHAIN)))
        roots = {run: entry for kind, run, entry in seals if kind == "seal"}
        yield from ((name, params) for name, _, params in seals if name != "seal")
    except BROKEN:
        yield "damaged", {"file": CHAIN}
        return
    wanted: Dict[str, Set[str]] = {}  # noqa: UP006
    for name in sorted(pack.known):
        if (_FINDING.fullmatch(name) or re.fullmatch(r"runs/[^/]+\.json", name)) and name not in broken:
            try:
                yield from _told(pack.read(name), name, roots, wanted, looked)
                looked.findings += bool(_FINDING.fullmatch(name))
            except BROKEN:
                broken.add(name)
                yield "damaged", {"file": name}
    doubtful = any(one.startswith("findings/") for one in broken)
    for name in sorted(set(wanted) | {one for one in pack.known if one.startswith("records/")}):
        if name not in broken and name in pack.known:
            for complaint in _records(pack, name, wanted.get(name, set()), looked):
                if complaint[0] != "record_extra" or not doubtful:
                    yield complaint
        elif name not in broken:
            yield "missing", {"file": name}
    for run, count in sorted(looked.unsealed.items()):
        yield "note_unsealed", {"run": run, "count": str(count)}
    if looked.without:
        yield "note_without", {"count": str(looked.without)}


def _files(pack: Pack) -> Iterator[Complaint]:
    """Every file against the manifest and the index: whichever of the two was altered is told by the other."""
    listed, indexed = _manifest(pack), _index(pack)
    pack.forget({*listed, *indexed})
    times = Counter(pack.names)
    real = {name: _digest(pack, name) for name in pack.known - {MANIFEST, INDEX}}
    whole = {INDEX: indexed == real, MANIFEST: bool(listed)}
    for name in sorted({*real, *listed, *indexed} - {INDEX, MANIFEST}):
        told = (listed.get(name), indexed.get(name))
        if name not in real:
            if name in indexed or not indexed:
                yield "missing", {"file": name}
            else:
                whole[MANIFEST] = False
        elif told == (None, None) or times[name] > 1:
            yield "extra", {"file": name}
        elif real[name] is None or real[name] not in told:
            yield "altered", {"file": name}
            whole[INDEX] = bool(indexed)
        elif listed.get(name) != real[name]:
            whole[MANIFEST] = False
    if INDEX in pack.known and listed.get(INDEX) != _digest(pack, INDEX):
        whole[MANIFEST if whole[INDEX] and indexed == real else INDEX] = False
    elif indexed:
        whole[INDEX] = True
    for name, sound in whole.items():
        if name not in pack.known or not sound:
            yield ("altered" if name in pack.known else "missing"), {"file": name}


def _manifest(pack: Pack) -> Dict[str, str]:  # noqa: UP006
    """Digest by name; nothing when a line of it cannot be read."""
    try:
        lines = pack.content(MANIFEST).decode("utf-8").split("\n")
        found = [_LINE.fullmatch(line) for line in lines[:-1]]
        return {one.group(2): one.group(1) for one in found if one} if all(found) and not lines[-1] else {}
    except BROKEN:
        return {}


def _index(pack: Pack) -> Dict[str, str]:  # noqa: UP006
    """Digest by name; nothing when it is not written as it should be."""
    try:
        content = pack.content(INDEX)
        told: Dict[str, str] = json.loads(content.decode("utf-8"))  # noqa: UP006
        return told if content == _canonical(told, True) + b"\n" else {}
    except BROKEN:
        return {}


def _digest(pack: Pack, name: str) -> str | None:
    found = hashlib.sha256()
    try:
        for piece in pack.pieces(name):
            found.update(piece)
    except BROKEN:
        return None
    return found.hexdigest()


def _canonical(value: Any, ascii_only: bool) -> bytes:
    return json.dumps(value, ensure_ascii=ascii_only, sort_keys=True, separators=(",", ":")).encode()


def _chain(entries: List[Dict[str, Any]]) -> Iterator[Tuple[str, str, Any]]:  # noqa: UP006
    """Each entry against its own digest and the one before it; the seals among them, by run."""
    last: Dict[str, Dict[str, Any]] = {}  # noqa: UP006
    for entry in entries:
        where = {"dossier": str(entry["dossier"]), "number": str(entry["number"])}
        bare = {name: value for name, value in entry.items() if name != "digest"}
        if hashlib.sha256(_canonical(bare, False)).hexdigest() != entry["digest"]:
            yield "entry", "", where
        before = last.get(entry["dossier"])
        if before and before["number"] + 1 == entry["number"] and before["digest"] != entry["before"]:
            yield "unlinked", "", where
        last[entry["dossier"]] = entry
        if entry["kind"] == "sealed":
            yield "seal", str(entry["body"]["run_id"]), entry


def _told(
    told: Dict[str, Any], name: str, seals: Dict[str, Any], wanted: Dict[str, Set[str]], looked: Looked  # noqa: UP006
) -> Iterator[Complaint]:  # fmt: skip
    """What a file says of rows of the database, against the seals of their runs; which records it rests on."""
    cited = {one["snapshot_id"] for one in told["row"].get("evidence", []) if one.get("snapshot_id")}
    looked.without += len(cited - {one["row"]["id"] for one in told.get("snapshots", [])})
    for part in [told, *told.get("snapshots", [])]:
        proof, row = part["proof"], part["row"]
        if proof is None:
            looked.unsealed[str(part["run"])] += 1
        else:
            found = hashlib.sha256(b"\x00" + _canonical(row, True)).digest()
            for step in proof["path"]:
                beside = bytes.fromhex(step[1:])
                found = hashlib.sha256(
                    b"\x01" + (beside + found if step[0] == "L" else found + beside)
                ).digest()
            entry = seals.get(part["run"])
            if entry is None or entry["body"]["parts"][proof["part"]]["root"] != found.hex():
                yield (
                    "unsealed",
                    {
                        "file": name,
                        "row": str(row.get("id") or row.get("fingerprint")),
                        "run": str(part["run"]),
                    },
                )
            else:
                looked.sealed += 1
        if part.get("record"):
            wanted.setdefault(str(part["record"]), set()).add(str(row["sha256"]))
        elif part.get("without") not in (None, "no_body"):
            looked.without += 1


def _records(pack: Pack, name: str, wanted: Set[str], looked: Looked) -> Iterator[Complaint]:  # noqa: UP006
    """Every record of a WARC file: its payload against its own label, and against what the findings rest on."""
    seen: Set[str] = set()  # noqa: UP006
    number = 0
    try:
        for head, digest in _payloads(pack.pieces(name)):
            number += 1
            label = re.search(rb"\r\nWARC-Payload-Digest: sha256:([A-Z2-7=]+)", head)
            if not label or base64.b32decode(label.group(1)).hex() != digest:
                yield "record", {"file": name, "number": str(number)}
            elif digest not in wanted:
                yield "record_extra", {"file": name, "number": str(number)}
            else:
                looked.records += 1
            seen.add(digest)
    except BROKEN:
        yield "record", {"file": name, "number": str(number + 1)}
    for digest in sorted(wanted - seen):
        yield "record_missing", {"file": name, "sha256": digest}


def _payloads(pieces: Iterator[bytes]) -> Iterator[Tuple[bytes, str]]:  # noqa: UP006
    """WARC head and SHA-256 of the payload of each gzip member. Raises ValueError or zlib.error."""
    rest = b""
    for piece in pieces:
        rest += piece
        while rest:
            unpack = zlib.decompressobj(31)
            record = Record()
            while not unpack.eof:
                block = unpack.decompress(rest, _PIECE)
                rest = unpack.unconsumed_tail
                record.feed(block)
                if not (block or rest or unpack.eof):
                    rest = next(pieces, b"")
                    if not rest:
                        raise ValueError("cut off")
            rest = unpack.unused_data
            yield record.done()


class Record:
    """记录 One record as it comes: its head, then the digest of its payload, without keeping it."""

    def __init__(self) -> None:
        self.head, self.left, self.http, self.begun = b"", 0, False, False
        self.digest, self.kept = hashlib.sha256(), b""

    def feed(self, block: bytes) -> None:
        if not self.begun:
            self.kept += block
            head, found, block = self.kept.partition(b"\r\n\r\n")
            if not found:
                if len(self.kept) > _LONGEST_HEAD:
                    raise ValueError("head")
                return
            length = re.search(rb"\r\nContent-Length: (\d+)", head)
            if not head.startswith(b"WARC/1.") or not length:
                raise ValueError("head")
            self.head, self.left, self.begun, self.kept = head, int(length.group(1)), True, b""
            self.http = b"\r\nContent-Type: application/http" in head
        block, self.left = block[: self.left], max(self.left - len(block), 0)
        if self.http:
            self.kept += block
            _, found, block = self.kept.partition(b"\r\n\r\n")
            if not found:
                if len(self.kept) > _LONGEST_HEAD:
                    raise ValueError("head")
                return
            self.http, self.kept = False, b""
        self.digest.update(block)

    def done(self) -> Tuple[bytes, str]:  # noqa: UP006
        if not self.begun or self.left or self.http:
            raise ValueError("cut off")
        return self.head, self.digest.hexdigest()


def main(words: List[str]) -> int:  # noqa: UP006
    place = Path(words[0]) if words else Path(__file__).resolve().parent
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    languages = sorted(WORDS, reverse=True)
    count, notes, looked = 0, 0, Looked()

    def say(mark: str, name: str, **params: str) -> None:
        for language in languages:
            text = WORDS[language][name].format(**params)
            print(mark + "".join(char if char.isprintable() else "?" for char in text))

    for name, params in verify(place, looked):
        note = name.startswith("note_")
        count += not note
        notes += note
        say("! " if note else "✗ ", name, **params)
    for name, params in summary(place, looked):
        say("", name, **params)
    say("", "bad" if count else "done_partly" if notes else "done", count=str(count))
    return 1 if count else 0


def summary(place: Path, looked: Looked) -> Iterator[Complaint]:
    """小结 What was looked at, and what this program cannot know; the digest of a zip, to be compared with the letter's."""
    counts = {name: str(getattr(looked, name)) for name in ("files", "records", "findings", "sealed")}
    yield "looked", counts
    if place.is_file():
        digest = hashlib.sha256()
        with place.open("rb") as stream:
            for piece in iter(lambda: stream.read(_PIECE), b""):
                digest.update(piece)
        yield "digest", {"digest": digest.hexdigest()}
    yield "limits", {}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
