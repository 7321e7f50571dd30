"""The migrations and the tables say the same, on both databases."""

import pytest
import sqlalchemy
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from storage import schema, tables
from storage.migrations import HEAD, VERSION_TABLE
from tests.storage.conftest import Place

pytestmark = pytest.mark.usefixtures("migrated")


@pytest.fixture
def reused_url(pg_url: str) -> str:
    """How the tables come there is the matter: each test begins with none."""
    return pg_url


def test_the_newest_migration_is_the_one_the_program_knows() -> None:
    script = ScriptDirectory.from_config(schema._config())
    assert script.get_heads() == [HEAD]
    assert schema._known_revisions() == {"0001", "0002", "0003", "0004", "0005"}


def test_migrating_gives_exactly_the_tables(place: Place) -> None:
    place.again()
    with create_engine(place.url).connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "compare_type": True}
        )
        assert compare_metadata(context, tables.metadata) == []
        found = inspect(connection)
        assert set(found.get_table_names()) == {*tables.metadata.tables, VERSION_TABLE}
        for table in tables.metadata.sorted_tables:
            assert {index["name"] for index in found.get_indexes(table.name)} == {
                index.name for index in table.indexes
            }
            assert {key["name"] for key in found.get_foreign_keys(table.name)} == {
                key.name for key in table.foreign_key_constraints
            }


def test_every_constraint_has_a_name() -> None:
    for table in tables.metadata.sorted_tables:
        for constraint in (*table.constraints, *table.indexes):
            assert constraint.name, f"{table.name}: {constraint!r}"


def test_going_back_leaves_nothing(place: Place) -> None:
    place.again().close()
    engine = create_engine(place.url)
    with engine.begin() as connection:
        config = schema._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert inspect(connection).get_table_names() == [VERSION_TABLE]
    engine.dispose()
    place.again()  # and up again
    with engine.connect() as connection:
        assert set(tables.metadata.tables) <= set(inspect(connection).get_table_names())
    engine.dispose()


def test_a_database_of_before_is_brought_up_with_what_it_holds(place: Place) -> None:
    from tests.storage import nouns

    kept = place.again().begin_run(nouns.run())
    engine = create_engine(place.url)
    with engine.begin() as connection:
        config = schema._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
        assert not {"votes", "visits", "targets", "turns"} & set(inspect(connection).get_table_names())
    engine.dispose()
    store = place.again()
    assert store.run(kept.id) == kept
    assert store.claim(["http://a.example/"], kept.id, nouns.NOW) == {"http://a.example/"}


def test_the_names_of_columns_are_the_names_of_fields() -> None:
    """A field that a table forgot would be lost without a word."""
    from model import Case, CaseEvent, Finding, Ruling, Run, Site, SiteProfile, Snapshot, Verdict, Visit

    elsewhere = {
        "sites": {"profile"},  # profiles, by host
        "snapshots": {"position"},  # found in bodies
        "findings": {"verdict"},  # its own fields
        "cases": {"history"},  # case_events
    }
    for kind, table in (
        (Site, tables.sites),
        (SiteProfile, tables.profiles),
        (Run, tables.runs),
        (Snapshot, tables.snapshots),
        (Verdict, tables.verdicts),
        (Verdict, tables.findings),
        (Finding, tables.findings),
        (Case, tables.cases),
        (CaseEvent, tables.case_events),
        (Ruling, tables.rulings),
        (Visit, tables.visits),
    ):
        missing = set(kind.model_fields) - set(table.columns.keys()) - elsewhere.get(table.name, set())
        assert missing == set(), f"{table.name} keeps no {missing} of {kind.__name__}"


def test_plain_text_is_stored_so_that_others_can_read_it(place: Place) -> None:
    from tests.storage import nouns

    place.again().begin_run(nouns.run())
    with create_engine(place.url).connect() as connection:
        site = connection.scalar(sqlalchemy.text("SELECT CAST(site AS TEXT) FROM runs"))
    assert '"name":"台江县人民政府"' in str(site)
