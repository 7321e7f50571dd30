"""The whole job on PostgreSQL: audit, replay from another folder, the same findings as on SQLite."""

import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.whole.demo_server import audited_demo, demo_portal
from tests.whole.gate import duwang

SERVER = os.environ.get("DUWANG_TEST_PG", "postgresql://postgres@127.0.0.1:5432")


@pytest.fixture
def database() -> Iterator[str]:
    psycopg = pytest.importorskip("psycopg")
    name = f"duwang_whole_{secrets.token_hex(4)}"
    try:
        with psycopg.connect(f"{SERVER}/postgres", autocommit=True, connect_timeout=3) as server:
            server.execute(f'CREATE DATABASE "{name}"')
    except psycopg.OperationalError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no PostgreSQL here: {error}")
    yield f"{SERVER}/{name}"
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def accused(folder: Path) -> list[tuple[str, str, str]]:
    lines = (folder / "findings.jsonl").read_text("utf-8").splitlines()
    found = [json.loads(line)["verdict"] for line in lines]
    return sorted((one["rule_id"], one["locus"], one["outcome"]) for one in found)


@pytest.mark.pg
def test_both_databases_tell_the_same(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, database: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    there = {"DUWANG_DB": database, "DUWANG_ARCHIVE": str(tmp_path / "bodies")}
    with demo_portal() as (_, words):
        assert duwang(*words, "--out", "pg", cwd=tmp_path, **there).code == 2
    sqlite = audited_demo(tmp_path_factory, "sqlite") / "live"
    assert accused(tmp_path / "pg") == accused(sqlite) != []
    assert duwang("judge", "--out", "again", cwd=elsewhere, alone=True, **there).code == 2
    again = (elsewhere / "again" / "findings.jsonl").read_bytes()
    assert again == (tmp_path / "pg" / "findings.jsonl").read_bytes()
    assert not (tmp_path / "duwang-data" / "archive" / "bodies").exists()
