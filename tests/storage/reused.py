"""One PostgreSQL schema for many tests: emptied after each is quicker than made and dropped, half a second of a core."""

from pathlib import Path

import psycopg

from storage import open_store, tables
from storage.migrations import HEAD, VERSION_TABLE

_TOO_MANY = 5000  # rows that were deleted stay on the disk until somebody sweeps
_SHAPE = """
    SELECT md5(string_agg(one, ' ' ORDER BY one)) FROM (
        SELECT concat_ws('/', oid, relname, relkind, relacl, reloptions) FROM pg_class WHERE relnamespace = %(n)s::regnamespace
        UNION ALL SELECT concat_ws('/', attrelid, attname, atttypid, attnotnull, attisdropped) FROM pg_attribute
            JOIN pg_class ON attrelid = pg_class.oid WHERE attnum > 0 AND relnamespace = %(n)s::regnamespace
        UNION ALL SELECT concat_ws('/', pg_trigger.oid, tgenabled) FROM pg_trigger
            JOIN pg_class ON tgrelid = pg_class.oid WHERE relnamespace = %(n)s::regnamespace
        UNION ALL SELECT concat_ws('/', oid, convalidated) FROM pg_constraint WHERE connamespace = %(n)s::regnamespace
        UNION ALL SELECT concat_ws('/', oid) FROM pg_proc WHERE pronamespace = %(n)s::regnamespace
        UNION ALL SELECT nspacl::text FROM pg_namespace WHERE oid = %(n)s::regnamespace
    ) AS every(one)"""


class Reused:
    """A schema with our tables and nothing in them."""

    def __init__(self, connection: psycopg.Connection, name: str, url: str, folder: Path) -> None:
        self._connection, self.name, self.url = connection, name, url
        connection.execute(f"CREATE SCHEMA {name}")
        open_store(url, folder).close()
        self._shape = self._now()

    def emptied(self) -> bool:
        """Take out what a test left. False: the test changed more than rows, or left too many to carry along."""
        with self._connection.transaction():
            every = [f"{self.name}.{table}" for table in (*tables.metadata.tables, VERSION_TABLE)]
            if self._now() != self._shape or self._ask(f"SELECT version_num FROM {every[-1]}") != [(HEAD,)]:  # noqa: S608
                return False
            # whoever was killed in the middle of writing is waited for
            self._connection.execute(f"LOCK TABLE {', '.join(every)} IN ACCESS EXCLUSIVE MODE")
            self._connection.execute("SET LOCAL session_replication_role = replica")  # in any order
            left = [self._connection.execute(f"DELETE FROM {table}").rowcount for table in every[:-1]]  # noqa: S608
        return sum(left) < _TOO_MANY

    def drop(self) -> None:
        self._connection.execute(f"DROP SCHEMA {self.name} CASCADE")
        self._connection.close()

    def _now(self) -> list[tuple[object, ...]]:
        return self._ask(_SHAPE, n=self.name)

    def _ask(self, question: str, **told: str) -> list[tuple[object, ...]]:
        return self._connection.execute(question, told).fetchall()
