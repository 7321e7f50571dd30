"""所需 What a pack asks of the crawl: how far back lists must be read, whether all pages and other sites are to be looked at."""

import re
from typing import Any

from model import LinkRelation, Period, RulePack

# These look at the home page, at columns and their lists only.
_COLUMNS_ONLY = frozenset(
    {"stale_column", "zombie_column", "missing_column", "stale_home", "missing_site_mark"}
)
_BEYOND = frozenset({LinkRelation.EXTERNAL, LinkRelation.PLATFORM})
_OF_OTHERS = frozenset({"turned_link"})  # looks at other sites' pages by its nature
_OF_LINKS = frozenset({"dead_link", "missing_anchor"})  # of every kind, unless a rule says of which
_PERIOD = re.compile(r"P(?=\d)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?")
_PERIODS = frozenset({"period", "within", "span", "lag", "back"})  # the names checks give their periods


def longest_period(pack: RulePack) -> Period:
    """最长时限 How far back any rule looks: P0D when none asks about time."""
    return max(
        (_reach(rule.params) for rule in pack.rules), key=lambda period: period.about_days, default=Period()
    )


def needs_survey(pack: RulePack) -> bool:
    """要普查 Whether any rule looks at links, articles or whatever else stands beyond the columns."""
    return any(rule.check not in _COLUMNS_ONLY for rule in pack.rules)


def needs_external(pack: RulePack) -> bool:
    """要看站外 Whether any rule asks what has become of targets on other sites."""
    return any(
        rule.check in _OF_OTHERS
        or _BEYOND & {*rule.applies_to.relations}
        or (rule.check in _OF_LINKS and not rule.applies_to.relations)
        for rule in pack.rules
    )


def _reach(params: dict[str, Any]) -> Period:
    """A span ends its grace before the moment; every other period is a reach of its own."""
    found = {
        name: Period.model_validate(value)
        for name, value in params.items()
        if name in _PERIODS and isinstance(value, str) and _PERIOD.fullmatch(value)
    }
    lag, span = found.pop("lag", Period()), found.pop("span", None)
    if span is not None:
        found["span"] = Period(months=span.months + lag.months, days=span.days + lag.days)
    return max(found.values(), key=lambda period: period.about_days, default=Period())
