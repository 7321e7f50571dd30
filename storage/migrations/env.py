"""升级环境 Runs inside the transaction and on the connection that storage.schema opened."""

from alembic import context

from storage.migrations import VERSION_TABLE
from storage.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=connection.dialect.name == "sqlite",  # SQLite alters a table only by rebuilding it
)
with context.begin_transaction():
    context.run_migrations()
