"""据 The law as data: rule packs, the column directory, the working-day calendar."""

from rules.cases import named_cases
from rules.columns import column_directory
from rules.coverage import cover
from rules.demands import longest_period, needs_external, needs_survey, reach_of, wants_of
from rules.duties import requirements
from rules.library import DEFAULT_PACK, PackCard, packs
from rules.pack import load_pack
from rules.proofs import named_tests, proofs
from rules.workdays import FIRST_YEAR, work_calendar

__all__ = [
    "DEFAULT_PACK",
    "FIRST_YEAR",
    "PackCard",
    "column_directory",
    "cover",
    "load_pack",
    "longest_period",
    "named_cases",
    "named_tests",
    "needs_external",
    "needs_survey",
    "packs",
    "proofs",
    "reach_of",
    "requirements",
    "wants_of",
    "work_calendar",
]
