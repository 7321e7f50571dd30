"""The queue's own tables, and lines that outlast a database that is away."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

pytest.importorskip("procrastinate")

from procrastinate.exceptions import ConnectorException
from procrastinate.schema import SchemaManager

from audit.queue_ground import lay_queue, told_faults
from audit.queue_line import PatientLine
from model import Fault
from storage import conninfo, database_of, open_store
from tests.audit.queued import database

MARK = "SELECT obj_description(to_regclass('procrastinate_jobs'))"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with database() as url:
        open_store(url, tmp_path_factory.mktemp("ground")).close()
        yield url


@pytest.fixture
def sql(url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest.mark.pg
def test_programs_that_begin_together_lay_it_once(url: str, sql: psycopg.Connection) -> None:
    with ThreadPoolExecutor(3) as many:
        list(many.map(lay_queue, [url] * 3))
    [(mark,)] = sql.execute(MARK).fetchall()
    assert mark.startswith("duwang 0")
    lay_queue(url)
    assert sql.execute(MARK).fetchall() == [(mark,)]


@pytest.mark.pg
def test_a_queue_that_an_older_library_laid_is_brought_up_to_date(url: str, sql: psycopg.Connection) -> None:
    steps = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    older = [step for step in steps if step.name < "03.02.00_50"]
    sql.execute("CREATE SCHEMA older")
    sql.execute("SET search_path TO older")
    for step in older:
        sql.execute(step.read_text("utf-8"))
    sql.execute("COMMENT ON TABLE procrastinate_jobs IS 'duwang 03.02.00_01'")
    lay_queue(f"{url}?options=-csearch_path%3Dolder")
    newest = "_".join(steps[-1].stem.split("_")[:2])
    assert sql.execute(MARK).fetchall() == [(f"duwang {newest}",)]
    functions = "SELECT proname::text FROM pg_proc WHERE pronamespace = to_regnamespace(%s) ORDER BY proname"
    laid = sql.execute(functions, ["older"]).fetchall()
    lay_queue(url)
    assert laid == sql.execute(functions, ["public"]).fetchall()


@pytest.mark.pg
@pytest.mark.parametrize(
    ("comment", "fault"), [("NULL", "fault.queue_taken"), ("'duwang 99.00.00_01'", "fault.queue_newer")]
)
def test_tables_of_others_and_of_newer_versions_are_refused(
    url: str, sql: psycopg.Connection, comment: str, fault: str
) -> None:
    lay_queue(url)
    [(mark,)] = sql.execute(MARK).fetchall()
    sql.execute(f"COMMENT ON TABLE procrastinate_jobs IS {comment}")
    try:
        with pytest.raises(Fault, match=fault):
            lay_queue(url)
    finally:
        sql.execute(f"COMMENT ON TABLE procrastinate_jobs IS '{mark}'")


@pytest.mark.pg
def test_our_own_migrations_do_not_mind_the_queue(url: str, tmp_path: Path) -> None:
    lay_queue(url)
    open_store(url, tmp_path).close()


def test_sqlite_has_no_queue(tmp_path: Path) -> None:
    with pytest.raises(Fault, match=r"queue_needs_postgresql") as told:
        lay_queue(f"sqlite:///{tmp_path}/x.sqlite3")
    assert told.value.exit_code == 3


def test_what_the_driver_says_is_told_without_the_password() -> None:
    url = "postgresql://me:g3heim@127.0.0.1:1/none"
    assert "g3heim" in (conninfo(url) or "")
    assert database_of(url) == ("postgresql://me:***@127.0.0.1:1/none", "g3heim")
    with pytest.raises(Fault, match="queue_unreachable") as told, told_faults(url):
        raise ConnectorException from psycopg.OperationalError("no line for password=g3heim\nor so")
    assert (told.value.exit_code, told.value.params["reason"]) == (1, "no line for password=***")
    with pytest.raises(Fault, match="queue_unreachable"), told_faults(url):
        raise psycopg.OperationalError("pool initialization incomplete")
    with pytest.raises(KeyError), told_faults(url):
        raise KeyError("a bug of ours")


@pytest.mark.pg
def test_a_question_waits_until_the_database_is_back(url: str) -> None:
    name = url.rpartition("/")[2]

    async def ask() -> int:
        line = PatientLine(conninfo(url) or "", patience=30)
        await line.open_async()
        assert await line.execute_query_one_async("SELECT 1 AS one") == {"one": 1}
        with psycopg.connect(url.replace(name, "postgres"), autocommit=True) as server:
            server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            asked = asyncio.create_task(line.execute_query_one_async("SELECT 2 AS two"))
            while line.away_since is None:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        answer = (await asked)["two"]
        assert line.away_since is None
        await line.close_async()
        return int(answer)

    assert asyncio.run(ask()) == 2


@pytest.mark.pg
def test_what_is_no_matter_of_the_line_is_told_at_once(url: str) -> None:
    lost: list[bool] = []

    async def ask() -> None:
        line = PatientLine(conninfo(url) or "", patience=30, lost=lambda: lost.append(True))
        await line.open_async()
        try:
            with pytest.raises(ConnectorException):
                await line.execute_query_async("SELECT no_such_thing()")
        finally:
            await line.close_async()

    asyncio.run(ask())
    assert lost == []


def test_patience_ends() -> None:
    lost: list[bool] = []

    async def ask() -> None:
        line = PatientLine(
            "host=127.0.0.1 port=1 connect_timeout=1", patience=0.2, lost=lambda: lost.append(True)
        )
        line._pool_args["timeout"] = 0.1
        line._async_pool = await line._create_pool(line._pool_args)
        await line._async_pool.open(wait=False)
        with pytest.raises(ConnectorException):
            await line.execute_query_all_async("SELECT 1")
        await line.close_async()

    asyncio.run(ask())
    assert lost == [True]
