"""据 The law as data: rule packs, the column directory, the working-day calendar."""

from rules.columns import column_directory
from rules.demands import longest_period, needs_survey
from rules.library import DEFAULT_PACK, PackCard, packs
from rules.pack import load_pack
from rules.workdays import FIRST_YEAR, work_calendar

__all__ = [
    "DEFAULT_PACK",
    "FIRST_YEAR",
    "PackCard",
    "column_directory",
    "load_pack",
    "longest_period",
    "needs_survey",
    "packs",
    "work_calendar",
]
