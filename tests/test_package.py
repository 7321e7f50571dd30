"""What is installed: our import names, the demo portal as data, and nothing called fixtures."""

import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NAMES = ("model", "crawler", "reading", "rules", "checks", "audit", "storage", "report", "gate", "cli")


@pytest.mark.parametrize("name", NAMES)
def test_our_import_names_belong_to_nobody_else(name: str) -> None:
    owners = set(packages_distributions().get(name, ["duwang"]))
    assert owners == {"duwang"}, (
        f"{name} is also installed by {owners - {'duwang'}}: give duwang an environment of its own"
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True,
        capture_output=True,
    )  # fmt: skip
    return set(zipfile.ZipFile(next(folder.glob("*.whl"))).namelist())


@pytest.mark.parametrize(
    "path",
    [
        "cli.py",
        "audit/_demo_site/__init__.py",
        "audit/_demo_site/expected.csv",
        "rules/national/2019-check-indicators.yaml",
        "rules/directory/columns.yaml",
        "report/messages/zh_CN/cli.toml",
        "report/messages/en/cli.toml",
        "storage/migrations/env.py",
        "model/py.typed",
    ],
)
def test_the_wheel_carries_what_an_audit_needs(wheel: set[str], path: str) -> None:
    assert path in wheel


def test_the_wheel_installs_no_other_name(wheel: set[str]) -> None:
    tops = {path.split("/")[0] for path in wheel if ".dist-info/" not in path}
    assert tops == {name if name != "cli" else "cli.py" for name in NAMES}


def test_the_locks_name_no_host_and_hash_everything() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        lines = (ROOT / lock).read_text("utf-8").splitlines()
        assert not [
            line for line in lines if "://" in line or line.startswith(("--index", "--extra", "--find"))
        ]
        pinned = [line for line in lines if line and not line.startswith((" ", "#"))]
        assert pinned and all("==" in line and line.endswith("\\") for line in pinned)
