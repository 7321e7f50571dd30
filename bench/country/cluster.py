"""数据库 A PostgreSQL of its own in a folder of its own, because the proof stops it; never the machine's shared one."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

_WAIT = "120"  # seconds for a start or a stop
SHARED = "postgresql://postgres@127.0.0.1:5432/postgres"


def programs() -> Path | None:
    """程序 The folder of initdb and pg_ctl; None when there is none."""
    found = shutil.which("pg_ctl")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((one for one in folders if (one / "initdb").exists() and (one / "pg_ctl").exists()), None)


class Cluster:
    """集群 `stop` and `start` as a person would; `url` over TCP, `socket_url` over a socket in the file system."""

    def __init__(self, folder: Path) -> None:
        found = programs()
        if found is None:
            raise RuntimeError("no initdb and pg_ctl on this machine")
        self._programs = found
        self._folder = folder
        self._data = folder / "data"
        self._port = _free_port()
        self._user = _other_user()
        folder.mkdir(parents=True)
        if self._user:
            shutil.chown(folder, self._user)
        folder.chmod(0o755)
        self._run(
            "initdb", "-D", str(self._data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale"
        )
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(
                f"port = {self._port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{folder}'\n"
                "max_connections = 200\nshared_buffers = 128MB\n"
            )
        self.start()
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE duwang")
            self.version = connection.info.server_version

    @property
    def url(self) -> str:
        return self._address("duwang")

    @property
    def socket_url(self) -> str:
        return f"postgresql://postgres@/duwang?host={self._folder}&port={self._port}"

    def start(self) -> None:
        """启动"""
        self._run(
            "pg_ctl", "-D", str(self._data), "-w", "-t", _WAIT, "-l", str(self._folder / "log"), "start"
        )

    def stop(self) -> None:
        """停止 At once: sessions are cut off."""
        self._run("pg_ctl", "-D", str(self._data), "-w", "-t", _WAIT, "-m", "fast", "stop")

    def close(self) -> None:
        """收起 As `stop`; it may have been stopped before."""
        if (self._data / "postmaster.pid").exists():
            self.stop()

    def _address(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self._port}/{database}"

    def _run(self, name: str, *words: str) -> None:
        before = (
            ["setpriv", f"--reuid={self._user}", f"--regid={self._user}", "--clear-groups"]
            if self._user
            else []
        )
        told = subprocess.run(
            [*before, str(self._programs / name), *words],
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if told.returncode:
            raise RuntimeError(f"{name}: {told.stderr.strip()[-500:]}")


@contextmanager
def own_cluster(folder: Path) -> Iterator[Cluster]:
    """自带集群 For as long as the block runs."""
    cluster = Cluster(folder)
    try:
        yield cluster
    finally:
        cluster.close()


@contextmanager
def shared_database(server: str = SHARED) -> Iterator[str]:
    """共用集群中的库 A database of its own on a server that runs already, for as long as the block runs."""
    name = f"duwang_country_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True, connect_timeout=3) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield f"{server.rpartition('/')[0]}/{name}"
    finally:
        with psycopg.connect(server, autocommit=True, connect_timeout=3) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _other_user() -> str | None:
    """PostgreSQL refuses to run as root: then as `postgres`, else as nobody in particular."""
    if os.geteuid() != 0:
        return None
    known = {one.pw_name for one in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
