"""连接串 What a library with connections of its own is told, to reach the database that a URL names."""

from storage.engine import CONNECT_SECONDS, read_address


def conninfo(db_url: str) -> str | None:
    """连接串 As libpq reads it, password and options included, so never to be shown; None for SQLite. Raises Fault."""
    address = read_address(db_url)
    if address.file:
        return None
    from psycopg.conninfo import make_conninfo

    _, told = address.url.get_dialect()().create_connect_args(address.url)
    return make_conninfo("", **{"connect_timeout": CONNECT_SECONDS, "application_name": "duwang", **told})


def database_of(db_url: str) -> tuple[str, str | None]:
    """库名 The database as it may be shown, and the password that may not."""
    address = read_address(db_url)
    return address.shown, address.password
