"""队列地基 The job queue's own tables, laid beside ours in a PostgreSQL database: once, and brought up to date."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from procrastinate import SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.schema import SchemaManager

from model import Fault
from storage import conninfo, database_of

_ONE_AT_A_TIME = (
    0x64757771  # key of the lock that keeps two programs from laying or filling the queue at once
)
_DRIVER = ("psycopg", "psycopg_pool")
_MARK = "duwang "  # the comment on the queue's table: the last of the library's migrations that stands
_STANDING = """
SELECT to_regclass('procrastinate_jobs') IS NOT NULL AS laid,
       obj_description(to_regclass('procrastinate_jobs')) AS comment
"""


def lay_queue(db_url: str) -> None:
    """铺队列 Makes the queue's tables where there are none, and adds what a newer library wants. Raises Fault.

    For a database that `open_store` has opened before. Nothing is written when all stands already.
    """
    with connected(db_url) as connector:
        shipped = _shipped()
        newest = max(shipped)
        if _standing(connector, db_url, newest) == newest:
            return
        connector.execute_query(_laying(shipped, newest))
        _standing(connector, db_url, newest)


@contextmanager
def connected(db_url: str) -> Iterator[SyncPsycopgConnector]:
    """连上 One connection for a short piece of work. Raises Fault when the URL is not of PostgreSQL, or nobody answers."""
    told = conninfo(db_url)
    if told is None:
        raise Fault("fault.queue_needs_postgresql", database=database_of(db_url)[0])
    connector = SyncPsycopgConnector(conninfo=told, min_size=1, max_size=1, timeout=10)
    with told_faults(db_url), closing(connector):
        connector.open()
        yield connector


@contextmanager
def told_faults(db_url: str) -> Iterator[None]:
    """说清 What the queue's library says of its database, as a Fault without a password."""
    try:
        yield
    except Exception as error:
        # What its pool of connections says when it is opened, the library does not make its own.
        if (
            not isinstance(error, ConnectorException)
            and type(error).__module__.partition(".")[0] not in _DRIVER
        ):
            raise
        shown, password = database_of(db_url)
        reason = next(iter(str(error.__cause__ or error).strip().splitlines()), "?")
        if password:
            reason = reason.replace(password, "***")
        raise Fault("fault.queue_unreachable", exit_code=1, database=shown, reason=reason) from error


def _standing(connector: SyncPsycopgConnector, db_url: str, newest: str) -> str | None:
    """The last migration that stands. Raises Fault for tables of others, and of a newer library."""
    row = connector.execute_query_one(_STANDING)
    if not row["laid"]:
        return None
    comment: str = row["comment"] or ""
    shown = database_of(db_url)[0]
    if not comment.startswith(_MARK):
        raise Fault("fault.queue_taken", database=shown)
    found = comment.removeprefix(_MARK)
    if found > newest:
        raise Fault("fault.queue_newer", database=shown, found=found, known=newest)
    return found


def _shipped() -> dict[str, Path]:
    """The library's migrations by the number they are named by, `03.04.00_50`: its version, and their order within it."""
    files = Path(SchemaManager.get_migrations_path()).glob("*.sql")
    return {"_".join(file.stem.split("_")[:2]): file for file in files}


def _laying(shipped: dict[str, Path], newest: str) -> str:
    """One statement, so one transaction: whoever has waited for the lock finds what another program laid meanwhile (in
    pg_class: to_regclass may still answer from before it waited).

    The index is ours: with 2,000 sites behind one lock a fetch takes 40 ms with it, and without it up to 5 s.
    """
    fresh = _quoted(SchemaManager.get_schema())
    steps = "".join(
        f"IF stands < '{number}' THEN EXECUTE {_quoted(file.read_text('utf-8'))}; END IF;\n"
        for number, file in sorted(shipped.items())
    )
    text = f"""
DO $laying$
DECLARE stands text;
BEGIN
PERFORM pg_advisory_xact_lock({_ONE_AT_A_TIME});
PERFORM FROM pg_class WHERE relname = 'procrastinate_jobs' AND pg_table_is_visible(oid);
IF NOT FOUND THEN
EXECUTE {fresh};
ELSE
stands := substr(obj_description(to_regclass('procrastinate_jobs')), {len(_MARK) + 1});
{steps}
END IF;
COMMENT ON TABLE procrastinate_jobs IS '{_MARK}{newest}';
CREATE INDEX IF NOT EXISTS duwang_queue_lock ON procrastinate_jobs (lock) WHERE status IN ('todo', 'doing');
END
$laying$
"""
    return text.replace("%", "%%")


def _quoted(script: str) -> str:
    assert "$script$" not in script  # noqa: S101 - no script of the library quotes itself so
    return f"$script$\n{script}\n$script$"
