"""要求清单 The testable duties of the documents, one row each, as packs answer them by id."""

import csv
from functools import cache
from pathlib import Path

from model import Requirement

FILE = Path(__file__).parent / "directory" / "requirements.csv"


@cache
def requirements() -> tuple[Requirement, ...]:
    """全部要求 Every row of the list, in its own order."""
    with FILE.open(encoding="utf-8-sig", newline="") as stream:
        return tuple(Requirement.model_validate(row) for row in csv.DictReader(stream, strict=True))
