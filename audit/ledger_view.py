"""台账查看 Which cases a person asks for, over all sites: what is new, mended, come back, overdue, since when."""

from collections.abc import Collection, Iterable
from datetime import datetime

from audit.arrange import groups_of
from model import SHANGHAI, Case, CaseEvent, CaseState, Deed, Fault, Frozen, Site
from report.ledger import LedgerRow
from storage import CaseQuery, Store

_FILED = (Deed.OPENED, Deed.CONFIRMED)
_BACK = (Deed.FAILED_AGAIN, Deed.CHANGED, Deed.EXPIRED, Deed.CONFIRMED, Deed.OPENED)


class LedgerAsk(Frozen):
    """台账所问 `new`, `fixed`, `reopened`: to which one of these happened after `since` and not after `until`.

    `overdue`: not mended although the due day is over. `disputed`: a dispute awaits its ruling. `states`: as it stands
    now. What is asked of one kind is any of it; of several kinds all must hold. `site_keys` None: every site.
    """

    site_keys: frozenset[str] | None = None
    new: bool = False
    fixed: bool = False
    reopened: bool = False
    overdue: bool = False
    disputed: bool = False
    states: frozenset[CaseState] = frozenset()
    since: datetime | None = None
    until: datetime | None = None

    @property
    def about_changes(self) -> bool:
        return self.new or self.fixed or self.reopened


def ledger_rows(store: Store, ask: LedgerAsk, now: datetime) -> list[LedgerRow]:
    """查台账 The cases asked for, by site, then the oldest first. Changes without `since`: see `last_change`."""
    since = ask.since
    if since is None and ask.about_changes:
        since = last_change(store, ask.site_keys)
    today = now.astimezone(SHANGHAI).date()
    timed = ask.about_changes or ask.since is not None or ask.until is not None
    found = store.find_cases(
        CaseQuery(
            site_keys=ask.site_keys,
            states=ask.states or None,
            deeds=frozenset(Deed) if timed else None,
            since=since,
            until=ask.until,
            overdue_on=today if ask.overdue else None,
            disputed=ask.disputed,
        )
    )
    picked: list[tuple[Case, tuple[CaseEvent, ...]]] = []
    for case in found:
        events = tuple(_asked(case.history, ask, since)) if timed else ()
        if events or not timed:
            picked.append((case, events))
    newest = store.newest_findings([case.fingerprint for case, _ in picked])
    sites = named_sites(store, {case.site_key for case, _ in picked})
    return [
        LedgerRow(
            case=case, finding=newest.get(case.fingerprint), site=sites.get(case.site_key), events=events,
            overdue=case.overdue(today),
        )
        for case, events in picked
    ]  # fmt: skip


def named_sites(store: Store, keys: Collection[str]) -> dict[str, Site]:
    """网站 As the roster knows them; one that is on no roster as it was last audited."""
    known = {one.key: one for one in store.sites()} if keys else {}
    for key in [one for one in keys if one not in known]:
        for run in store.finished_runs(key, limit=1):
            known[key] = run.site
    return known


def is_new(event: CaseEvent) -> bool:
    """新增 Held against the site for the first time."""
    return event.deed in _FILED and event.state is CaseState.OPEN


def is_fixed(event: CaseEvent) -> bool:
    """已整改 Seen to be mended; a suspicion that came to nothing is none."""
    return event.deed is Deed.PASSED


def is_back(event: CaseEvent) -> bool:
    """反弹 Held against the site again: failed again, waived no longer, or not the same any more."""
    back = event.state is CaseState.REOPENED or event.deed in (Deed.CHANGED, Deed.EXPIRED)
    return event.deed in _BACK and back


def _asked(history: Iterable[CaseEvent], ask: LedgerAsk, since: datetime | None) -> Iterable[CaseEvent]:
    for event in history:
        if (since is not None and event.at <= since) or (ask.until is not None and event.at > ask.until):
            continue
        if (
            not ask.about_changes
            or (ask.new and is_new(event))
            or (ask.fixed and is_fixed(event))
            or (ask.reopened and is_back(event))
        ):
            yield event


def last_change(store: Store, site_keys: Collection[str] | None) -> datetime | None:
    """上次之后 The moment after which the newest night, or the newest audit that a person asked for, changed anything.

    None when there was nothing before it.
    """
    only = next(iter(site_keys)) if site_keys is not None and len(site_keys) == 1 else None
    newest = next(iter(store.finished_runs(only, limit=1)), None)
    if newest is None:
        return None
    if newest.night is not None:
        return store.night(newest.night).begun_at
    crawl = newest.replays or newest.id
    for run in store.finished_runs(only, limit=50):
        if crawl not in (run.id, run.replays):
            return run.as_of
    return None


def keys_in_group(store: Store, name: str) -> frozenset[str]:
    """组内网站 Sites of the roster that take a group's terms. Raises Fault `fault.ledger_group_empty` when there are none."""
    found = frozenset(entry.site.key for entry in store.roster() if name in groups_of(entry))
    if not found:
        raise Fault("fault.ledger_group_empty", group=name)
    return found
