"""所需 What a pack asks of the crawl: how far back lists must be read, and whether all pages are to be looked at."""

import re
from collections.abc import Iterator
from typing import Any

from model import Period, RulePack

# These look at the home page, at columns and their lists only.
_COLUMNS_ONLY = frozenset(
    {"stale_column", "zombie_column", "missing_column", "stale_home", "missing_site_mark"}
)
_PERIOD = re.compile(r"P(?=\d)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?")
_PERIODS = frozenset({"period", "within", "span", "lag", "back"})  # the names checks give their periods


def longest_period(pack: RulePack) -> Period:
    """最长时限 How far back any rule looks: its periods, one after the other; P0D when none asks about time."""
    return max(
        (_reach(rule.params) for rule in pack.rules), key=lambda period: period.about_days, default=Period()
    )


def needs_survey(pack: RulePack) -> bool:
    """要普查 Whether any rule looks at links, articles or whatever else stands beyond the columns."""
    return any(rule.check not in _COLUMNS_ONLY for rule in pack.rules)


def _reach(params: dict[str, Any]) -> Period:
    found = list(_periods(params))
    return Period(months=sum(one.months for one in found), days=sum(one.days for one in found))


def _periods(params: dict[str, Any]) -> Iterator[Period]:
    for name, value in params.items():
        if name in _PERIODS and isinstance(value, str) and _PERIOD.fullmatch(value):
            yield Period.model_validate(value)
