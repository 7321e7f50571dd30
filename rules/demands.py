"""所需 What packs ask of the crawl: how far back lists must be read, whether all pages and other sites are to be looked at."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from model import ColumnKind, Freshness, LinkRelation, Period, Reach, RulePack, Scope, Wanted, Wants

# How far each of our checks looks. One that is said to look no further than the columns is judged by a crawl that
# reads nothing else, so whatever leans on content pages or links, or wants the whole site seen, is of the survey.
REACH: Mapping[str, Reach] = {
    "unreachable_site": Reach.NOTHING,
    **dict.fromkeys(("identity_conflict", "missing_site_mark", "no_ipv6", "weak_tls"), Reach.HOME),
    **dict.fromkeys(("missing_column", "stale_column", "stale_home", "zombie_column"), Reach.COLUMNS),
    **dict.fromkeys(
        (
            "duplicate_item", "faulty_annual_report", "faulty_attachment", "implausible_date", "imprecise_page_time",
            "irregular_domain", "late_document", "list_mismatch", "missing_annex", "missing_channel",
            "missing_document_attribute", "missing_element", "missing_entry", "missing_guide_element", "missing_material",
            "missing_page_meta", "missing_site_report", "overdue_duty", "period_gap", "slow_page", "stale_material",
            "stale_reply", "template_mismatch", "unannounced_exit", "unanswered_letter", "unmarked_repeal",
            "unpaired_interpretation", "unpaired_items",
        ),
        Reach.SURVEY,
    ),
    **dict.fromkeys(("dead_link", "missing_anchor", "turned_link"), Reach.EXTERNAL),
}  # fmt: skip
_FRESHNESS = frozenset({"stale_column", "zombie_column"})
_BEYOND = frozenset({LinkRelation.EXTERNAL, LinkRelation.PLATFORM})
_OF_OTHERS = frozenset({"turned_link"})  # looks at other sites' pages by its nature
_OF_LINKS = frozenset({"dead_link", "missing_anchor"})  # of every kind, unless a rule says of which
_PERIOD = re.compile(r"P(?=\d)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?")
_PERIODS = frozenset({"period", "within", "span", "lag", "back"})  # the names checks give their periods


def longest_period(pack: RulePack) -> Period:
    """最长时限 How far back any rule looks: P0D when none asks about time."""
    return wants_of([pack]).longest


def reach_of(check: str) -> Reach:
    """所及 How far a check looks; a stranger's may look at everything."""
    return REACH.get(check, Reach.EXTERNAL)


def wants_of(packs: Iterable[RulePack], scope: Scope = Scope.WHOLE) -> Wants:
    """所需 What the packs together want to be read; of the columns alone, what their rules on columns do."""
    rules = [rule for pack in packs for rule in pack.rules]
    if scope is Scope.COLUMNS:
        rules = [rule for rule in rules if reach_of(rule.check) <= Reach.COLUMNS]
    asked = (
        Freshness(
            period=_reach(rule.params), kinds=rule.applies_to.column_kinds, except_kinds=rule.applies_to.except_kinds
        )
        for rule in rules
        if rule.check in _FRESHNESS and _reach(rule.params) != Period()
    )  # fmt: skip
    return Wants(
        scope=scope,
        longest=max(
            (_reach(rule.params) for rule in rules), key=lambda period: period.about_days, default=Period()
        ),
        survey=any(reach_of(rule.check) > Reach.COLUMNS for rule in rules),
        freshness=tuple(dict.fromkeys(asked)),
        columns=tuple(
            dict.fromkeys(_wanted(rule.params) for rule in rules if rule.check == "missing_column")
        ),
    )


def _wanted(params: Mapping[str, Any]) -> Wanted:
    return Wanted(
        kind=ColumnKind(params["kind"]),
        name=params["name"],
        like=(*params.get("like", ()), *params.get("like_any_kind", ())),
    )


def needs_survey(pack: RulePack) -> bool:
    """要普查 Whether any rule looks at links, articles or whatever else stands beyond the columns."""
    return wants_of([pack]).survey


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
