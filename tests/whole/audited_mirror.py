"""A saved real site audited once for all tests that only read what the audit found and kept."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.whole.gate import duwang
from tests.whole.made_once import made_once
from tests.whole.saved_site import SavedSite, real_sites, served

AS_OF = "2021-01-13"


def audit_saved(site: SavedSite, folder: Path, *words: str) -> str:
    """The machine output of an audit of the site, which keeps its database and reports in `folder`."""
    with served(site) as home:
        said = duwang(
            "audit", home, "--allow-private", "--no-browser", "--delay", "0", "--confirm-after", "1", "--as-of", AS_OF, "--json",
            "--out", "out", *words, cwd=folder, seconds=280,
        )  # fmt: skip
    assert said.code in (0, 2), said
    return said.out


def audited_mirror(factory: pytest.TempPathFactory, name: str) -> Path:
    """Where `found.json` is what an audit of the saved site said, and `duwang-data` what it kept. To be read only."""
    real_sites()
    make: Callable[[Path], None] = partial(_audit, name)
    return made_once(factory, f"audited-{name}", make)


def _audit(name: str, folder: Path) -> None:
    site = SavedSite(real_sites() / "mirrors" / name)
    (folder / "found.json").write_text(audit_saved(site, folder), "utf-8")
