"""How the tests of storage make things go wrong, and how they read what is said about it."""

import os
import pickle
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from model import Fault
from report.messages import LANGUAGES, Messages

NOBODY = 65534


def told(action: Callable[[], object]) -> Fault:
    """The Fault that `action` raises; its sentence must be whole in every language."""
    with pytest.raises(Fault) as raised:
        action()
    fault = raised.value
    for language in LANGUAGES:
        assert Messages(language).has(fault.message_id), f"{fault.message_id} has no sentence in {language}"
        sentence = Messages(language).text(fault.message_id, **fault.params)
        assert "{" not in sentence
        assert "\n" not in sentence
    return fault


def as_ordinary_user(action: Callable[[], None]) -> tuple[str, int, dict[str, object]] | None:
    """Runs `action` without root's rights, in a child if need be; the Fault it raised, or None."""
    if os.getuid() != 0:
        return _fault_of(action)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            os.write(writer, pickle.dumps(_fault_of(action)))
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        answer = stream.read()
    os.waitpid(child, 0)
    assert answer, "the ordinary user's process broke down"
    return pickle.loads(answer)  # type: ignore[no-any-return]  # noqa: S301 - our own child


def _fault_of(action: Callable[[], None]) -> tuple[str, int, dict[str, object]] | None:
    try:
        action()
    except Fault as fault:
        return fault.message_id, fault.exit_code, fault.params
    return None


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter and write (pytest's own are closed to others)."""
    with tempfile.TemporaryDirectory(prefix="duwang-test-") as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder


@contextmanager
def small_disk(kilobytes: int) -> Iterator[Path]:
    """A file system of its own that is soon full; skips where none can be mounted."""
    with tempfile.TemporaryDirectory(prefix="duwang-disk-") as name:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "duwang-test", name]
        if os.getuid() != 0 or subprocess.run(mount, capture_output=True, timeout=20).returncode:
            pytest.skip("a small disk needs root and the right to mount")
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "-l", name], check=True, timeout=20)
