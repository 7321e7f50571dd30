"""可用性判定 What the kept visits to a site amount to by a pack's own rule, whether or not the site was ever crawled."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from audit.conclude import moment_of
from audit.judge import judge
from checks.unreachable_site import Params, standing
from model import CheckModule, Moment, Observation, Rule, RulePack, Site, Verdict
from report.visits import SeenVisit, VisitsView
from storage import Store

CHECK = "unreachable_site"


def judge_availability(
    store: Store, site: Site, pack: RulePack, checks: Mapping[str, CheckModule], moment: Moment
) -> tuple[Verdict, ...]:
    """判定可用性 The verdicts of the pack's rules on unreachable sites, on nothing but the kept visits to `site`.

    () when the pack has no such rule.
    """
    rules = availability_rules(pack)
    days = max((Params.model_validate(rule.params).days for rule in rules), default=0)
    visits = store.visits(site.key, moment.as_of - timedelta(days=days), moment.as_of) if rules else []
    seen = Observation(site=site, moment=moment, run_id="", visits=tuple(visits))
    return judge(seen, pack.model_copy(update={"rules": rules}), checks)


def availability_rules(pack: RulePack) -> tuple[Rule, ...]:
    """可用性指标 The rules of a pack that are about visits."""
    return tuple(rule for rule in pack.rules if rule.check == CHECK)


def visits_views(
    store: Store,
    sites: Iterable[Site],
    pack: RulePack,
    checks: Mapping[str, CheckModule],
    as_of: datetime | None = None,
    days: float = 7,
) -> list[VisitsView]:
    """可用性视图 The visits of the last `days` before `as_of` (None: now), as the pack's rule takes them, site by site."""
    moment = moment_of(as_of or datetime.now(UTC))
    return [_view(store, site, pack, checks, moment, days) for site in sites]


def _view(
    store: Store, site: Site, pack: RulePack, checks: Mapping[str, CheckModule], moment: Moment, days: float
) -> VisitsView:
    rules = availability_rules(pack)
    params = Params.model_validate(rules[0].params) if rules else Params()
    since = moment.as_of - timedelta(days=days)
    return VisitsView(
        site=site,
        since=since,
        until=moment.as_of,
        seen=tuple(
            SeenVisit(visit=visit, standing=standing(visit, params.seconds))
            for visit in store.visits(site.key, since, moment.as_of)
        ),
        rules=rules,
        verdicts=judge_availability(store, site, pack, checks, moment),
        pack_id=pack.id,
    )
