"""离线核验 Verifies an evidence zip or the folder it was unpacked into. Needs Python 3.8 or later and nothing else.

python3 verify.py            核验本文件所在的文件夹 / the folder this file lies in
python3 verify.py FILE.zip   核验压缩包 / a zip

Exit code 0: nothing is wrong; 1: something is, and it is named. Nothing is written, nobody is asked.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any, Dict, Iterator, List, Set, Tuple  # noqa: UP035 - Python 3.8 must read this

WORDS: Dict[str, Dict[str, str]] = {}  # noqa: UP006 - filled in when a zip is made
MANIFEST, INDEX, CHAIN = "manifest.sha256", "index.json", "chain.json"
_PIECE = 1 << 20
_LONGEST_TEXT = 1 << 28
_LONGEST_HEAD = 1 << 18
_LINE = re.compile(r"([0-9a-f]{64})  ([^\\\0]+)")
Complaint = Tuple[str, Dict[str, str]]  # noqa: UP006


class Pack:
    """证据包 Members of a zip, or files of a folder, by name; those that cannot be read are told by `open`."""

    def __init__(self, place: Path) -> None:
        self.zip = zipfile.ZipFile(place) if place.is_file() else None
        self.folder = place
        if self.zip:
            self.names = [one.filename for one in self.zip.infolist() if not one.is_dir()]
        else:
            self.names = [one.relative_to(place).as_posix() for one in place.rglob("*") if one.is_file()]

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


def verify(place: Path) -> Iterator[Complaint]:
    """核验 All that is wrong, as the name of a sentence and what it is about; nothing when all is as it was packed."""
    try:
        pack = Pack(place)
    except BROKEN:
        yield "unreadable", {"file": place.name}
        return
    broken: Set[str] = set()  # noqa: UP006
    for complaint in _files(pack):
        broken.add(complaint[1]["file"])
        yield complaint
    if CHAIN in broken or CHAIN not in pack.names:
        return
    try:
        seals = list(_chain(pack.read(CHAIN)))
        roots = {run: entry for kind, run, entry in seals if kind == "seal"}
        yield from ((name, params) for name, _, params in seals if name != "seal")
    except BROKEN:
        yield "damaged", {"file": CHAIN}
        return
    wanted: Dict[str, Set[str]] = {}  # noqa: UP006
    for name in sorted(pack.names):
        if re.fullmatch(r"(findings/[^/]+/finding|runs/[^/]+)\.json", name) and name not in broken:
            try:
                yield from _told(pack.read(name), name, roots, wanted)
            except BROKEN:
                broken.add(name)
                yield "damaged", {"file": name}
    for name in sorted(set(wanted) | {one for one in pack.names if one.startswith("records/")}):
        if name not in broken and name in pack.names:
            for complaint in _records(pack, name, wanted.get(name, set())):
                if complaint[0] != "record_extra" or not any(one.startswith("findings/") for one in broken):
                    yield complaint


def _files(pack: Pack) -> Iterator[Complaint]:
    """Every file against the manifest and the index: whichever of the two was altered is told by the other."""
    listed, indexed, plain = (
        _manifest(pack),
        _index(pack),
        [one for one in pack.names if one not in (MANIFEST, INDEX)],
    )
    real = {name: _digest(pack, name) for name in plain}
    whole = {INDEX: indexed == real, MANIFEST: bool(listed)}
    for name in sorted({*real, *listed, *indexed} - {INDEX, MANIFEST}):
        told = (listed.get(name), indexed.get(name))
        if name not in real:
            if name in indexed or not indexed:
                yield "missing", {"file": name}
            else:
                whole[MANIFEST] = False
        elif told == (None, None) or plain.count(name) > 1:
            yield "extra", {"file": name}
        elif real[name] is None or real[name] not in told:
            yield "altered", {"file": name}
            whole[INDEX] = bool(indexed)
        elif listed.get(name) != real[name]:
            whole[MANIFEST] = False
    if INDEX in pack.names and listed.get(INDEX) != _digest(pack, INDEX):
        whole[MANIFEST if whole[INDEX] and indexed == real else INDEX] = False
    elif indexed:
        whole[INDEX] = True
    for name, sound in whole.items():
        if name not in pack.names or not sound:
            yield ("altered" if name in pack.names else "missing"), {"file": name}


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
    told: Dict[str, Any], name: str, seals: Dict[str, Any], wanted: Dict[str, Set[str]]  # noqa: UP006
) -> Iterator[Complaint]:  # fmt: skip
    """What a file says of rows of the database, against the seals of their runs; which records it rests on."""
    for part in [told, *told.get("snapshots", [])]:
        proof, row = part["proof"], part["row"]
        if proof is None:
            yield "note_unsealed", {"file": name, "run": str(part["run"])}
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
        if part.get("record"):
            wanted.setdefault(str(part["record"]), set()).add(str(row["sha256"]))


def _records(pack: Pack, name: str, wanted: Set[str]) -> Iterator[Complaint]:  # noqa: UP006
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
    count = 0
    for name, params in verify(place):
        note = name.startswith("note_")
        count += not note
        for language in sorted(WORDS, reverse=True):
            text = WORDS[language][name].format(**params)
            print(("! " if note else "✗ ") + "".join(char if char.isprintable() else "?" for char in text))
    for language in sorted(WORDS, reverse=True):
        print(WORDS[language]["done" if not count else "bad"].format(count=count))
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
