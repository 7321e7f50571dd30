"""做到的证明 The test that shows a feature of a pack at work, and the tests there are; an installed package carries none."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

TABLE = Path(__file__).parent / "directory" / "proofs.yaml"
FOLDER = Path(__file__).parents[1] / "tests"
_TEST = re.compile(r"^def (test_\w+)\(", re.M)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def proofs() -> dict[str, str]:
    """证明 By id of a feature, `tests/…/test_….py::test_…`."""
    found: dict[str, str] = yaml.load(TABLE.read_text("utf-8"), Loader=_Loader)  # noqa: S506 - our own file, safely read
    return found


@cache
def named_tests(folder: Path = FOLDER) -> frozenset[str] | None:
    """测试 All tests by name, or None where there is no source tree."""
    if not folder.is_dir():
        return None
    return frozenset(
        f"{path.relative_to(folder.parent).as_posix()}::{name}"
        for path in folder.rglob("test_*.py")
        for name in _TEST.findall(path.read_text("utf-8"))
    )
