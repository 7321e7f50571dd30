"""案例名录 The named cases of every check, in the source tree only: an installed package does not carry them."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[1] / "fixtures" / "checks"
SIDES = ("pass", "fail", "unsure", "none")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def named_cases(folder: Path = FOLDER) -> dict[str, str] | None:
    """案例 `CHECK/case` and the side it stands on, or None where there is no source tree."""
    if not folder.is_dir():
        return None
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        # Our own files, read by the safe loader like any other.
        cases = yaml.load(path.read_text("utf-8"), Loader=_Loader)  # noqa: S506
        found |= {f"{path.stem}/{name}": side for side in SIDES for name in cases.get(side) or {}}
    return found
