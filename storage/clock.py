"""时钟 The clock that all programs of one database go by: the server's, or this machine's where there is no server."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

SETTLING = timedelta(seconds=90)  # after the server began anew nobody has had the time to be heard of again


def clock(connection: Connection) -> datetime:
    """此刻 Now, as the database tells it; on SQLite, whose programs all run on one machine, as this machine does."""
    if connection.dialect.name != "postgresql":
        return datetime.now(UTC)
    told: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return told.astimezone(UTC)


def silent_since(connection: Connection, seconds: float) -> datetime | None:
    """静默界限 Who was heard of last before then, on another machine, is taken for gone. None: nobody can be yet.

    On SQLite all are on this machine, where it is known who lives.
    """
    if connection.dialect.name != "postgresql":
        return None
    now, began = connection.execute(text("SELECT clock_timestamp(), pg_postmaster_start_time()")).one()
    return None if now - began < SETTLING else now - timedelta(seconds=seconds)
