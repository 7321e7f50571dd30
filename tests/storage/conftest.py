"""Every test of the store runs on SQLite and on PostgreSQL, each time in a database of its own."""

import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from storage import Store, open_store, schema
from tests.storage import laid
from tests.storage.reused import Reused

SERVER = os.environ.get("DUWANG_TEST_PG", "postgresql://postgres@127.0.0.1:5432/postgres")


@dataclass(frozen=True)
class Place:
    """Where a test keeps things: `again()` opens one more store on the same place."""

    url: str
    archive: Path
    again: Callable[[], Store]


def server() -> psycopg.Connection:
    try:
        return psycopg.connect(SERVER, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        if os.environ.get("CI") or os.environ.get("DUWANG_CI"):
            raise
        pytest.skip(f"no PostgreSQL server (DUWANG_TEST_PG names one): {error}")


@pytest.fixture
def pg_url() -> Iterator[str]:
    """A PostgreSQL URL whose tables lie in a schema that ends with the test."""
    schema = f"duwang_test_{uuid.uuid4().hex[:12]}"
    with server() as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        try:
            yield f"{SERVER}?options=-csearch_path%3D{schema}"
        finally:
            connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture(scope="session")
def _schemas() -> Iterator[list[Reused]]:
    kept: list[Reused] = []
    yield kept
    for one in kept:
        one.drop()


@pytest.fixture
def reused_url(_schemas: list[Reused], tmp_path: Path) -> Iterator[str]:
    """A PostgreSQL URL whose tables are there and empty. A module that wants none there overrides it by `pg_url`."""
    if _schemas:
        one = _schemas.pop()
    else:
        name = f"duwang_test_{uuid.uuid4().hex[:12]}"
        one = Reused(server(), name, f"{SERVER}?options=-csearch_path%3D{name}", tmp_path / "none")
    yield one.url
    if one.emptied():
        _schemas.append(one)
    else:
        one.drop()


@pytest.fixture
def migrated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every new database is brought up by the migrations themselves."""
    monkeypatch.setattr(schema, "_upgrade", laid.migrated)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.pg)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    url = (
        f"sqlite:///{tmp_path}/duwang.sqlite"
        if request.param == "sqlite"
        else request.getfixturevalue("reused_url")
    )
    opened: list[Store] = []

    def again() -> Store:
        opened.append(open_store(url, tmp_path / "archive"))
        return opened[-1]

    yield Place(url, tmp_path / "archive", again)
    for store in opened:
        store.close()


@pytest.fixture
def store(place: Place) -> Store:
    return place.again()
