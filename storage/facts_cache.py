"""事实缓存 Facts of bodies that were read before, in a SQLite file beside the archive. It may be lost at any time.

Whatever goes wrong with it, it only remembers nothing. Many processes may use it at once. What was not asked for longest
goes first when it has grown to its size. Parts that many pages have in common are rows of their own, by the hash of their bytes.
"""

import contextlib
import logging
import shutil
import sqlite3
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    PoolProxiedConnection,
    Table,
    create_engine,
    delete,
    func,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError

log = logging.getLogger("duwang.storage")

MOST_BYTES = 4 * 1024**3
SPARE_BYTES = 256 * 1024**2
WAIT_SECONDS = 3.0  # for another process that writes
_EARLIER = (0x64574643,)  # this cache's own files in a form that nobody reads any more
_OURS = 0x64574644  # tells the file from a database of any other kind
_CHUNK = 400
_RENEWED_AFTER = 3  # days after which a row that is still asked for is marked as used again
_SHARE = 0.1  # of the rows that go when the file is full
_NOTHING: Mapping[bytes, bytes] = {}
_TODAY = literal_column("CAST(julianday('now') AS INTEGER)", Integer)

_GLANCE = "SELECT lasting, at, parts, glance FROM facts WHERE key = ? AND glance IS NOT NULL"

_metadata = MetaData()
_facts = Table(
    "facts",
    _metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("lasting", Boolean, nullable=False),
    Column("at", Integer, nullable=False),
    Column("used", Integer, nullable=False, index=True),
    Column("facts", LargeBinary, nullable=False),
    Column("crc", Integer, nullable=False),  # of `facts`
    Column("parts", LargeBinary, nullable=False),
    Column("glance", LargeBinary),
)
_parts = Table(
    "parts",
    _metadata,
    Column("name", LargeBinary, primary_key=True),
    Column("used", Integer, nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
)


class Kept(NamedTuple):
    """存下的事实 As bytes, read at `at` (microseconds since 1970); `lasting`: they hold for later moments too.

    `parts`: names of the parts they are made of, one behind the other (see facts_form). `glance`: what a crawl asks of the page.
    """

    facts: bytes
    lasting: bool
    at: int
    parts: bytes = b""
    glance: bytes | None = None


class FactsCache:
    """事实缓存 `get` and `put`; neither ever raises. `most_bytes` is the size of the file, about.

    Nothing is put while the disk has less than `spare_bytes` left: that is for the archive, whose bytes nobody can make again.
    """

    def __init__(self, file: Path, most_bytes: int = MOST_BYTES, spare_bytes: int = SPARE_BYTES) -> None:
        self._file, self._most, self._spare = file, most_bytes, spare_bytes
        self._engine = create_engine(f"sqlite:///{file.as_posix()}", connect_args={"timeout": WAIT_SECONDS})
        self._open: bool | None = None
        self._at_hand: PoolProxiedConnection | None = None  # for glances, asked for one by one

    def close(self) -> None:
        if self._at_hand is not None:
            self._at_hand.close()
            self._at_hand = None
        self._engine.dispose()

    def get(self, keys: Collection[bytes]) -> dict[bytes, Kept]:
        """取 Those of the keys that are known."""
        wanted = (
            _facts.c.facts,
            _facts.c.lasting,
            _facts.c.at,
            _facts.c.parts,
            _facts.c.glance,
            _facts.c.crc,
        )
        rows = self._known(_facts, _facts.c.key, wanted, keys)
        return {key: Kept(*row[:-1]) for key, row in rows.items() if zlib.crc32(row[0]) == row[-1]}

    def glances(self, keys: Collection[bytes]) -> dict[bytes, Kept]:
        """取一瞥 Those of a few keys that are known with their glance; without the facts themselves, and quickly: a crawl waits."""
        if self._at_hand is None:
            with self._told("get"):
                with self._connected():
                    pass
                self._at_hand = self._engine.raw_connection()
        if self._at_hand is None:
            return {}
        driver: Any = self._at_hand.driver_connection
        found: dict[bytes, Kept] = {}
        try:
            for key in keys:
                for lasting, *rest in driver.execute(_GLANCE, (key,)).fetchall():
                    found[key] = Kept(b"", bool(lasting), *rest)
        except sqlite3.Error as error:
            self._stumbled(error)
        return found

    def _stumbled(self, error: sqlite3.Error) -> None:
        """Goes the way of every other error: locked now, or damaged for good."""
        if self._at_hand is not None:
            self._at_hand.close()
            self._at_hand = None
        damaged = type(error) is sqlite3.DatabaseError  # not what is derived from it: locked, full, closed
        with self._told("get"):
            raise (DatabaseError if damaged else OperationalError)(_GLANCE, (), error)

    def parts(self, names: Collection[bytes]) -> dict[bytes, bytes]:
        """取部件 Those of the names that are known."""
        return {
            name: body
            for name, (body,) in self._known(_parts, _parts.c.name, (_parts.c.body,), names).items()
        }

    def _known(
        self, table: Table, name: Column[bytes], wanted: Sequence[Column[Any]], keys: Collection[bytes]
    ) -> dict[bytes, tuple[Any, ...]]:
        """Marks what it finds as used, but not each time."""
        found: dict[bytes, tuple[Any, ...]] = {}
        if not keys:
            return found
        with self._told("get"), self._connected() as connection:
            stale: list[bytes] = []
            today = connection.scalar(select(_TODAY)) or 0
            for chunk in _chunks(sorted(set(keys))):
                query = select(name, table.c.used, *wanted).where(name.in_(chunk))
                for key, used, *row in connection.execute(query):
                    found[key] = tuple(row)
                    if used + _RENEWED_AFTER < today:
                        stale.append(key)
            for chunk in _chunks(stale):
                connection.execute(update(table).where(name.in_(chunk)).values(used=today))
        return found

    def put(self, entries: Mapping[bytes, Kept], parts: Mapping[bytes, bytes] = _NOTHING) -> None:
        """存 Replaces what was kept under these keys and names."""
        packed = [
            {**kept._asdict(), "key": key, "crc": zlib.crc32(kept.facts)}
            for key, kept in sorted(entries.items())
        ]
        shared = [{"name": name, "body": body} for name, body in sorted(parts.items())]
        if not packed or not self._has_room():
            return
        with self._told("put"), self._connected() as connection:
            today = connection.scalar(select(_TODAY)) or 0
            for table, made in ((_parts, shared), (_facts, packed)):
                statement = insert(table)
                (name,) = table.primary_key.columns.keys()
                taken = {one.name: statement.excluded[one.name] for one in table.columns if one.name != name}
                statement = statement.on_conflict_do_update(index_elements=[name], set_=taken)
                for rows in _chunks(made):
                    connection.execute(statement, [row | {"used": today} for row in rows])
            self._shed(connection)

    def _has_room(self) -> bool:
        try:
            return shutil.disk_usage(self._file.parent).free >= self._spare
        except OSError:
            return True  # what is wrong with the place is told when it is written to

    def _shed(self, connection: Connection) -> None:
        """What was used longest ago goes; the room it leaves is used again, so the file does not grow on."""
        told = [
            connection.scalar(text(f"PRAGMA {name}")) or 0
            for name in ("page_count", "freelist_count", "page_size")
        ]
        if (told[0] - told[1]) * told[2] <= self._most:
            return
        count = connection.scalar(select(func.count()).select_from(_facts)) or 0
        oldest = select(_facts.c.key).order_by(_facts.c.used, _facts.c.at).limit(max(1, int(count * _SHARE)))
        connection.execute(delete(_facts).where(_facts.c.key.in_(oldest.scalar_subquery())))
        # Pages and their parts are marked as used on days of their own, at most so many days late.
        least = select(func.min(_facts.c.used)).scalar_subquery() - _RENEWED_AFTER
        connection.execute(delete(_parts).where(_parts.c.used < least))

    def _remove(self) -> None:
        self.close()
        for name in (self._file.name, f"{self._file.name}-wal", f"{self._file.name}-shm"):
            with contextlib.suppress(OSError):
                self._file.with_name(name).unlink()
        self._open = None

    @contextlib.contextmanager
    def _connected(self) -> Iterator[Connection]:
        if self._open is False:
            raise OperationalError("", None, Exception("not opened"))
        with self._engine.begin() as connection:
            if self._open is None:
                self._open = _prepared(connection)
                if not self._open:
                    raise OperationalError("", None, Exception("a database of another kind"))
            yield connection

    @contextlib.contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:  # locked, full, not writable: next time perhaps
            log.debug("facts cache %s: %s (%s)", self._file, what, error.orig)
        except DatabaseError as error:
            log.warning("facts cache %s is damaged and begun anew (%s)", self._file, error.orig)
            self._remove()
        except SQLAlchemyError as error:
            log.debug("facts cache %s: %s (%s)", self._file, what, error)


def _prepared(connection: Connection) -> bool:
    """Whether the file is this cache's own; an empty one is made so."""
    mark = connection.scalar(text("PRAGMA application_id"))
    if (
        mark != _OURS
        and mark not in _EARLIER
        and connection.scalar(text("SELECT count(*) FROM sqlite_master"))
    ):
        return False
    connection.execute(text("PRAGMA synchronous=OFF"))
    if mark == _OURS:
        return True
    if mark in _EARLIER:
        connection.execute(text("DROP TABLE IF EXISTS facts"))
    connection.execute(text("PRAGMA journal_mode=WAL"))
    connection.execute(text(f"PRAGMA application_id={_OURS}"))
    _metadata.create_all(connection)
    return True


def _chunks(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK))
