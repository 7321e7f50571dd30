"""工具 PostgreSQL's own programs for copying a database. The password goes by the environment, never by a command line."""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL

from model import Fault
from storage.engine import Address


def dump(address: Address, file: Path) -> None:
    """导出 The whole database into one file that `restore` reads. Raises Fault."""
    _run("pg_dump", address, "--format=custom", "--file", str(file), "--dbname", _place(address))


def restore(address: Address, file: Path) -> None:
    """导入 All of a dump, or nothing of it, into an empty database. Raises Fault."""
    words = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
    _run("pg_restore", address, *words, "--dbname", _place(address), str(file))


def _run(tool: str, address: Address, *words: str) -> None:
    program = shutil.which(tool)
    if program is None:
        raise Fault("fault.backup_tool_missing", tool=tool)
    env = os.environ | ({"PGPASSWORD": address.password} if address.password else {})
    done = subprocess.run(  # noqa: S603 - no shell; the words are ours
        [program, *words], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        told = [line.strip() for line in done.stderr.splitlines() if line.strip()] or [str(done.returncode)]
        reason = next((line for line in told if "error" in line.lower()), told[-1])
        if address.password:
            reason = reason.replace(address.password, "***")
        raise Fault("fault.backup_tool", exit_code=1, tool=tool, database=address.shown, reason=reason)


def _place(address: Address) -> str:
    url = address.url
    bare = URL.create(
        "postgresql",
        username=url.username,
        host=url.host,
        port=url.port,
        database=url.database,
        query=url.query,
    )
    return bare.render_as_string(hide_password=False)
