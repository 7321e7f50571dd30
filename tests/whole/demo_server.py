"""The bundled portal, served as the demo serves it, for tests that audit it through the gate."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from audit.demo import Demo, served_demo
from tests.whole.gate import duwang
from tests.whole.made_once import made_once


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

    The demo itself made it, without a browser, once for all tests; everyone copies what it kept.
    """
    folder = factory.mktemp(name)
    shutil.copytree(made_once(factory, "audited-demo", _demo), folder, dirs_exist_ok=True)
    return folder


def _demo(folder: Path) -> None:
    said = duwang("demo", "--no-browser", "--out", "duwang-data", cwd=folder)
    # Whether it found what it should is for the demo's own tests to say: they read the code.
    (folder / "code").write_text(f"{said.code} {said.out}", "utf-8")
    (folder / "live").mkdir()
    for report in ("findings.csv", "findings.jsonl", "report.html"):
        (folder / "duwang-data" / report).rename(folder / "live" / report)
