"""What the tests of the main hall take from those of the store: a place on each of the two databases."""

import uuid
from collections.abc import Iterator

import pytest

from storage import Store, open_store
from tests.audit import county
from tests.storage.conftest import SERVER, _schemas, pg_url, place, reused_url, server, store

__all__ = ["_schemas", "pg_url", "place", "reused_url", "store"]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.pg)])
def two_nights(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The county of `county` after two nights, built once for all tests of a module that only read it."""
    folder = tmp_path_factory.mktemp("county")
    if request.param == "sqlite":
        with open_store(f"sqlite:///{folder}/duwang.sqlite", folder / "archive") as kept:
            county.build(kept)
            yield kept
        return
    schema = f"duwang_test_{uuid.uuid4().hex[:12]}"
    with server() as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        try:
            with open_store(f"{SERVER}?options=-csearch_path%3D{schema}", folder / "archive") as kept:
                county.build(kept)
                yield kept
        finally:
            connection.execute(f"DROP SCHEMA {schema} CASCADE")
