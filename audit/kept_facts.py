"""存下的事实 Which facts of bodies read before may be used again, and what that depends on.

The same bytes give the same facts as long as everything else the reading looks at is the same: the reader itself, with
the adapters that other packages bring; the address, how it was asked for and what came with the body; what is known of
the site; and, only where the page makes it matter, the moment.
"""

import hashlib
import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.metadata import entry_points, version
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from model import ColumnDirectory, PageFacts, Purpose, Site, Snapshot
from model.frozen import made
from reading import READER_VERSION, Glance, charset_family, glance_in
from storage import FACTS_FORM, FactsCache, Kept, Packer, Unpacker

log = logging.getLogger("duwang.audit")

FILE = "facts.sqlite3"  # beside the archive folder
# what the reading asks of an answer's headers
HEADERS = ("content-type", "set-cookie", "server", "cf-mitigated", "wzws-ray")
_ROOMS = ("reading", "model")
_AT_ONCE = 250  # snapshots looked up at a time
# before a glance, so that the facts need not be asked: no other charset was ever thought of; or the page is in
# the one that it declares, and what its host is known for comes after that
_PLAIN, _DECLARED = b" ", b"\n"
_MARKS = frozenset({_PLAIN, _DECLARED})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Read(NamedTuple):
    """读过一张 A snapshot with its facts. `lasting`: they hold whenever the same bytes come later; None: not to be kept.

    `glance`: what a crawl asks of the page, as bytes.
    """

    snapshot: Snapshot
    facts: PageFacts
    lasting: bool | None
    glance: bytes | None = None


_Entry = tuple[Snapshot, bytes, Kept, dict[bytes, bytes]]  # with its key, and parts not told before


class KeptFacts:
    """存下的事实 For the snapshots of one run. Never raises; what it does not have is read.

    Facts it gives share in memory what is the same on many pages, and leave lying on the disk what few ask for.
    """

    def __init__(self, archive: Path, site: Site, directory: ColumnDirectory) -> None:
        self._cache = FactsCache(archive.parent / FILE)
        self._packer, self._unpacker = Packer(), Unpacker(archive.parent)
        self._ground = hashlib.sha256(_ground_of(site, directory)).digest()
        self._charset = site.profile.charset if site.profile else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._cache.close()

    def of(self, snapshots: Sequence[Snapshot]) -> dict[str, PageFacts]:
        """取 By snapshot id, those that hold for these very snapshots."""
        found: dict[str, PageFacts] = {}
        for start in range(0, len(snapshots), _AT_ONCE):
            self._look_up(snapshots[start : start + _AT_ONCE], found)
        return found

    def _look_up(self, snapshots: Sequence[Snapshot], found: dict[str, PageFacts]) -> None:
        keys = {one.id: self._keys(one) for one in snapshots if may_keep(one)}
        kept = self._cache.get({key for pair in keys.values() for key in pair})
        lacking = {name for one in kept.values() for name in self._unpacker.lacks(one.parts)}
        self._unpacker.learn(self._cache.parts(lacking))
        for one in snapshots:
            for hinted, key in enumerate(keys.get(one.id, ())):
                entry = kept.get(key)
                facts = self._facts_in(entry, one) if entry and holds(entry, one.fetched_at) else None
                if facts is not None and (hinted or not self._decides(facts)):
                    found[one.id] = facts

    def glance(self, snapshot: Snapshot) -> Glance | None:
        """取一瞥 What a crawl asks of this page, when it was kept with facts that hold."""
        if not may_keep(snapshot):
            return None
        keys = self._keys(snapshot)
        for hinted, key in enumerate(keys if self._charset is not None else keys[:1]):
            entry = self._cache.glances([key]).get(key)
            if entry is None or entry.glance is None or not holds(entry, snapshot.fetched_at):
                continue
            if hinted or self._is_sure(entry.glance) or self._fits(key, snapshot):
                with suppress(ValueError):
                    return glance_in(entry.glance[1:] if entry.glance[:1] in _MARKS else entry.glance)
        return None

    def _is_sure(self, glance: bytes) -> bool:
        known = self._charset
        return known is None or glance.startswith(_PLAIN if _is_wide(known) else (_PLAIN, _DECLARED))

    def _fits(self, key: bytes, snapshot: Snapshot) -> bool:
        """Whether what the host is known for makes no other text of the bytes, by the facts themselves."""
        (entry,) = self._cache.get([key]).values() or [None]
        if entry is None:
            return False
        self._unpacker.learn(self._cache.parts(self._unpacker.lacks(entry.parts)))
        facts = self._facts_in(entry, snapshot)
        return facts is not None and not self._decides(facts)

    def keep(self, read: Iterable[Read]) -> None:
        """存 What was read now."""
        self._put(self._entries(read))

    def take(self, read: Sequence[Read]) -> dict[str, PageFacts]:
        """收下 Keeps what was read now, and gives it back by snapshot id as `of` would."""
        found = {one.snapshot.id: told_of(one.facts, one.snapshot) for one in read}
        entries = list(self._entries(read))
        for one, _, entry, new in entries:
            self._unpacker.learn(new)
            facts = self._facts_in(entry, one)
            if facts is not None:
                found[one.id] = facts
        self._put(entries)
        return found

    def _entries(self, read: Iterable[Read]) -> Iterator[_Entry]:
        for one in read:
            if one.lasting is None or not may_keep(one.snapshot):
                continue
            plain, hinted = self._keys(one.snapshot)
            key = plain if self._charset is None or _is_plain(one.facts) else hinted
            body, names, new = self._packer.pack(one.facts)
            moment = _microseconds(one.snapshot.fetched_at)
            glance = one.glance
            if glance is not None:
                glance = _mark_of(one.facts) + glance
            yield one.snapshot, key, Kept(body, one.lasting, moment, names, glance), new

    def _put(self, entries: Iterable[_Entry]) -> None:
        kept: dict[bytes, Kept] = {}
        parts: dict[bytes, bytes] = {}
        for _, key, entry, new in entries:
            kept[key] = entry
            parts |= new
        self._cache.put(kept, parts)

    def _facts_in(self, kept: Kept, snapshot: Snapshot) -> PageFacts | None:
        try:
            return self._unpacker.unpack(kept.facts, kept.parts, snapshot)
        except Exception:  # not whole, or a part of it went: it is read again, whatever is wrong with it
            log.debug("kept facts of %s cannot be used", snapshot.url, exc_info=True)
            return None

    def _decides(self, facts: PageFacts) -> bool:
        """Whether what the host is known for may make other text of the bytes than was made without knowing it."""
        known = self._charset
        if known in (None, facts.charset.actual) or _is_plain(facts):
            return False
        return _is_wide(known) or not _is_declared(facts)

    def _keys(self, snapshot: Snapshot) -> tuple[bytes, bytes]:
        """For facts that any knowledge of the host's charset gives, and for those that this one gives."""
        plain = self._key(snapshot)
        return plain, hashlib.sha256(plain + (self._charset or "").encode()).digest()

    def _key(self, snapshot: Snapshot) -> bytes:
        seen = (
            snapshot.url,
            snapshot.final_url,
            [(hop.url, hop.status) for hop in snapshot.redirects],
            snapshot.purpose,
            snapshot.found_on if snapshot.purpose is Purpose.LIST else None,
            snapshot.method,
            snapshot.outcome,
            snapshot.cause,
            200 if snapshot.status == 304 else snapshot.status,
            [snapshot.header(name) for name in HEADERS],
            snapshot.rendered,
            snapshot.sent,
            snapshot.sha256,
        )
        told = json.dumps(seen, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return hashlib.sha256(self._ground + told).digest()


def may_keep(snapshot: Snapshot) -> bool:
    """可存 Whether there are bytes that take time to read."""
    return snapshot.sha256 is not None and snapshot.size > 0


def holds(kept: Kept, at: datetime) -> bool:
    """适用 Whether facts read at one moment hold for the same bytes fetched at another. Those of an earlier one never do."""
    moment = _microseconds(at)
    return moment == kept.at or (kept.lasting and moment > kept.at)


def _is_plain(facts: PageFacts) -> bool:
    """UTF-8 without a flaw: no other charset was ever thought of."""
    return facts.charset.actual == "utf-8" and not facts.charset.replaced


def _is_declared(facts: PageFacts) -> bool:
    """In the charset that header or page names: of several that fit as well, the first named is taken, the host's last."""
    told = facts.charset
    return not _is_wide(told.actual) and told.actual in (
        charset_family(told.header),
        charset_family(told.meta),
    )


def _is_wide(charset: str) -> bool:
    """UTF-16, of which the mere name makes the bytes be looked at otherwise."""
    return charset.startswith("utf-16")


def _mark_of(facts: PageFacts) -> bytes:
    if _is_plain(facts):
        return _PLAIN
    return _DECLARED if _is_declared(facts) else b""


def timeless(snapshot: Snapshot) -> Snapshot:
    """读前 The snapshot as it is read for keeping: with a time that stands for any."""
    return made(Snapshot, {**snapshot.__dict__, "elapsed_ms": 1})


def told_of(facts: PageFacts, snapshot: Snapshot) -> PageFacts:
    """认领 Facts of a body as those of this very snapshot."""
    elapsed = facts.elapsed_ms if facts.elapsed_ms is None else snapshot.elapsed_ms or None
    return facts.model_copy(update={"snapshot_id": snapshot.id, "elapsed_ms": elapsed})


def _ground_of(site: Site, directory: ColumnDirectory) -> bytes:
    known = site.profile
    about = (
        FACTS_FORM,
        READER_VERSION,
        _reader_mark(),
        site.model_dump_json(exclude={"profile"}),
        known.cms if known and "cms" in known.pinned else None,
        directory.model_dump_json(),
    )
    return json.dumps(about, ensure_ascii=False).encode("utf-8", "surrogatepass")


@lru_cache(maxsize=1)
def _reader_mark() -> str:
    """Tells one state of the reading's own code from another, so that whoever works on it sees what it reads now."""
    told: list[object] = [version("duwang")]
    for room in _ROOMS:
        spec = find_spec(room)
        for folder in spec.submodule_search_locations or () if spec else ():
            for file in sorted(Path(folder).rglob("*.py")):
                stat = file.stat()
                told.append((file.name, stat.st_size, stat.st_mtime_ns))
    told += [
        (one.name, one.value, one.dist.version if one.dist else "")
        for one in entry_points(group="duwang.adapters")
    ]
    return repr(told)


def _microseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND
