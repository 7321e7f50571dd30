"""进程 Which process on which machine a run belongs to, and whether it still lives."""

import os
import socket
from pathlib import Path

_START = 19  # start time: field 22


def this_machine() -> str:
    """本机本次 `host/boot/start`: host name, boot id and start tick of this process; the last two empty where
    the system does not tell them. A process number alone comes back after a reboot or in a new container.
    """
    stat = _stat(os.getpid())
    return "/".join((socket.gethostname(), _boot(), stat[_START] if stat else ""))


def this_worker() -> str:
    """本进程 `machine/boot/start/pid`: this process as a WorkerSign names it."""
    return f"{this_machine()}/{os.getpid()}"


def is_gone(pid: int | None, machine: str | None) -> bool:
    """已消失 True only when that process surely no longer runs: it was on this host and is not there now."""
    if pid is None or machine is None:
        return False
    host, boot, start = (*machine.split("/"), "", "")[:3]
    if host != socket.gethostname():
        return False
    if boot and boot != _boot():
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # it lives, under another user
    stat = _stat(pid)
    return bool(stat) and (stat[0] == "Z" or (bool(start) and stat[_START] != start))


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


def _stat(pid: int) -> list[str]:
    """Fields 3 and on of proc(5)'s stat, those after the program's name in brackets; empty where there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return []
