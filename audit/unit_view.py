"""单位清单素材 What stands on all sites of each organiser, gathered from the ledger."""

from collections.abc import Iterator
from datetime import UTC, datetime

from audit.digest_view import seen_failing
from model import CaseState, Change, Finding, Moment, Run, Site
from report.messages import Messages
from report.units import Unit, UnitSite, file_name, render_unit_book
from storage import Span, Store

# What is fixed, withdrawn or not confirmed yet is nothing to send to anybody; what is waived is told as waived.
TOLD = (CaseState.OPEN, CaseState.REOPENED, CaseState.DISPUTED, CaseState.WAIVED)
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def units_of(
    store: Store, moment: Moment, site_keys: frozenset[str] | None = None, since: datetime | None = None
) -> Iterator[Unit]:
    """各单位 By name. With `since`: only what came up, came back or was mended since then. Retired sites are left out."""
    audits = store.audits_within(Span(_EVER, moment.as_of, site_keys=site_keys))
    roster = [entry for entry in store.roster() if not entry.retired(moment.today)]
    retired = {entry.site.key for entry in store.roster() if entry.retired(moment.today)}
    sites = {key: run.site for key, (run, _) in audits.items() if key not in retired}
    sites |= {
        entry.site.key: entry.site for entry in roster if site_keys is None or entry.site.key in site_keys
    }
    changed = _changed(store, since, moment.as_of, site_keys) if since else None
    by_unit: dict[str, list[Site]] = {}
    for key in sorted(sites):
        by_unit.setdefault(sites[key].organiser or sites[key].name or sites[key].host, []).append(sites[key])
    for name in sorted(by_unit):
        yield Unit(
            name,
            tuple(
                _seen(store, site, audits[site.key][0] if site.key in audits else None)
                for site in by_unit[name]
            ),
            tuple((site, one) for site in by_unit[name] for one in _told(store, site, changed)),
        )


def unit_books(
    store: Store, moment: Moment, site_keys: frozenset[str] | None, messages: Messages
) -> Iterator[tuple[str, bytes]]:
    """各单位工作簿 Names and contents of XLSX files, for a mail."""
    taken: set[str] = set()
    for unit in units_of(store, moment, site_keys):
        yield f"{file_name(unit.name, taken)}.xlsx", render_unit_book(unit, moment, messages)


def _seen(store: Store, site: Site, last: Run | None) -> UnitSite:
    return UnitSite(site, last, store.run(last.id).coverage if last else None)


def _told(store: Store, site: Site, changed: frozenset[str] | None) -> list[Finding]:
    """What the ledger holds, as it was last seen failing: a doubt that was never filed accuses nobody."""
    states = TOLD if changed is None else (*TOLD, CaseState.FIXED)
    filed = store.cases(site.key)
    return [
        seen_failing(store, one)
        for one in store.findings(site_key=site.key, states=states)
        if one.fingerprint in filed and (changed is None or one.fingerprint in changed)
    ]


def _changed(
    store: Store, since: datetime, until: datetime, site_keys: frozenset[str] | None
) -> frozenset[str]:
    happened = store.happenings(Span(since, until, site_keys=site_keys))
    return frozenset(one.fingerprint for one in happened if Change.of(one.deed, one.before, one.state))
