"""The bundled portal, served as the demo serves it, for tests that audit it through the gate."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from audit.demo import Demo, served_demo
from tests.whole.gate import duwang


@contextmanager
def demo_portal() -> Iterator[tuple[Demo, list[str]]]:
    """The demo and the words that audit it as the demo would."""
    with served_demo() as portal:
        words = [
            "audit", portal.site.home, "--allow-private", "--no-browser", "--delay", "0", "--confirm-after", "1",
            "--as-of", portal.as_of.isoformat(),
        ]  # fmt: skip
        yield portal, words


def audited_demo(factory: pytest.TempPathFactory, name: str) -> Path:
    """A folder of one's own with a finished audit of the portal, which is gone by now; reports lie in `live`.

    The portal is audited once for all tests, whichever process comes first; everyone else copies what it kept.
    """
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "audited-demo"
    with (shared.parent / "audited-demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "live" / "report.html").is_file():
            shutil.rmtree(shared, ignore_errors=True)
            shared.mkdir()
            with demo_portal() as (_, words):
                assert duwang(*words, "--out", "live", cwd=shared).code == 2
    folder = factory.mktemp(name)
    shutil.copytree(shared, folder, dirs_exist_ok=True)
    return folder
