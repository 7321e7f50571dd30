"""采样 Which run of a site counts in an assessment, and which of its verdicts are an object's own."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from types import MappingProxyType
from urllib.parse import urlsplit

from audit.judge import WHOLE_SITE, is_itemwise
from model import (
    SHANGHAI,
    AssessedObject,
    Assessment,
    CheckModule,
    Outcome,
    RulePack,
    Site,
    Subject,
    Verdict,
    WindowKind,
)

UNSEEN = frozenset({Outcome.NOT_OBSERVED, Outcome.BLOCKED, Outcome.CRASHED})
_SEEN = frozenset({Outcome.PASS, Outcome.FAIL, Outcome.UNSURE})


def span_at(assessment: Assessment, at: datetime) -> tuple[datetime, datetime]:
    """采样时段 From when to when a run must be of to count at that moment, both included, in Beijing time.

    The sampling window as soon as it has begun (台江2021 四（三）), until then all of the assessed period; never later than
    `at`. An assessment without such a window samples over all of its period.
    """
    window = assessment.window(WindowKind.SAMPLING)
    first, last = assessment.starts, assessment.ends
    if window is not None:
        first, last = window.starts or assessment.starts, window.ends
        if at.astimezone(SHANGHAI).date() < first:
            first = assessment.starts
    ends = datetime.combine(last, time.max, SHANGHAI)
    return datetime.combine(first, time.min, SHANGHAI), min(ends, at)


def own(
    verdicts: Iterable[Verdict],
    held: AssessedObject,
    site: Site,
    checks: Mapping[str, CheckModule] = MappingProxyType({}),
) -> list[Verdict]:
    """客体自身的判定 Of an object that is some columns of a site, what lies elsewhere or speaks of the whole site does not apply to it.

    What a rule about single things left unseen anywhere on the site may lie below the columns as well as elsewhere: it
    stays open. `checks`: by which such rules are known; without them nothing of the kind is.
    """
    if not held.columns:
        return list(verdicts)
    return [
        one
        if of_nowhere(one, checks) or _lies_in(one, held.columns, site)
        else one.model_copy(update={"outcome": Outcome.NOT_APPLICABLE})
        for one in verdicts
    ]


def of_nowhere(verdict: Verdict, checks: Mapping[str, CheckModule]) -> bool:
    """不知何处 Left unseen by a rule about single things, nobody knows where on the site."""
    check = checks.get(verdict.check)
    return (
        check is not None
        and verdict.outcome in UNSEEN
        and verdict.locus == WHOLE_SITE
        and (check.SUBJECT is not Subject.OBSERVATION or is_itemwise(check))
    )


def glimpsed(verdicts: Iterable[Verdict], held: AssessedObject, site: Site) -> bool:
    """有所见 Whether anything of an object was seen at all; of a whole site its own score tells that."""
    return not held.columns or any(
        one.outcome in _SEEN and _lies_in(one, held.columns, site) for one in verdicts
    )


def unseen(verdicts: Iterable[Verdict], pack: RulePack) -> bool:
    """均未核验 Whether of all that costs points nothing was seen, so that a full mark would be one for nothing."""
    priced = {rule.id for rule in pack.rules if rule.scored and not rule.preview}
    told = {one.outcome for one in verdicts if one.rule_id in priced and not one.set_aside}
    return bool(told & UNSEEN) and not told & _SEEN


def _lies_in(verdict: Verdict, columns: tuple[str, ...], site: Site) -> bool:
    """A link belongs to the pages it stands on, anything else to its own address."""
    addresses = verdict.parents or (verdict.url,)
    return any(under(address, column, site) for address in addresses for column in columns)


def under(address: str, column: str, site: Site) -> bool:
    """在其下 Whether an address is that column's, or lies below it. A column that is only a path is one of the site's own host."""
    found, wanted = urlsplit(address), urlsplit(column)
    if _host(found.netloc) != _host(wanted.netloc or site.host):
        return False
    here, place = _place(found), _place(wanted)
    if wanted.query:
        return here == place or here.startswith(f"{place}&")
    return f"{here}/".startswith(f"{place.rstrip('/')}/")


def _host(name: str) -> str:
    return name.lower().removeprefix("www.")


def _place(parts: object) -> str:
    path, query = getattr(parts, "path", "") or "/", getattr(parts, "query", "")
    return f"{path}?{query}" if query else path
