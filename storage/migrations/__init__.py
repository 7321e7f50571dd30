"""库结构沿革 The schema's history, run by Alembic from inside the package."""

HEAD = "0005"  # the newest revision of versions/; a test holds them together
VERSION_TABLE = "duwang_version"  # of our own name, so that a database may be shared with another program
