"""不计入到期 Waivers whose last day is over end by the calendar alone, whether or not anybody can look at the site."""

from collections.abc import Mapping
from datetime import date, datetime

from audit.arrange import arranged
from audit.conclude import moment_of
from checks import load_checks, params_of, subjects_of
from model import (
    CLOCK,
    SHANGHAI,
    Arrangement,
    Case,
    CaseEvent,
    CaseState,
    Deed,
    Fault,
    Group,
    RosterEntry,
    RulePack,
)
from rules import load_pack
from storage import CaseQuery, Store


def end_waivers(store: Store, now: datetime) -> list[Case]:
    """不计入到期 Every case whose waiver is over by now is held against its site again and due anew; returns them.

    One that somebody changes at the same moment is left to him, and to the next time.
    """
    today = now.astimezone(SHANGHAI).date()
    waived = store.find_cases(CaseQuery(states=frozenset((CaseState.WAIVED,))))
    over = [case for case in waived if case.waiver is None or today > case.waiver.until]
    if not over:
        return []
    entries = {entry.site.key: entry for entry in store.roster()}
    groups = {group.name: group for group in store.groups()}
    packs: dict[str, RulePack | None] = {}
    ended = []
    for case in over:
        entry = entries.get(case.site_key) or _by_hand(store, case.site_key)
        if entry is None or entry.retired(today):
            continue
        held = _held(case, now, _mend_days(case, entry, groups, packs))
        try:
            store.keep_case(held, case)
        except Fault as fault:
            if fault.message_id != "fault.case_overtaken":
                raise
            continue
        ended.append(held)
    return ended


def _by_hand(store: Store, site_key: str) -> RosterEntry | None:
    """A site that is on no roster, as its last audit knew it."""
    last = store.last_finished_run(site_key)
    return RosterEntry(site=last.site, arrangement=Arrangement(site_key=site_key)) if last else None


def _held(case: Case, now: datetime, mend_days: int | None) -> Case:
    moment = moment_of(now)
    due: date | None = None
    if mend_days is not None:
        due = moment.calendar.add_workdays(moment.today, mend_days)
    event = CaseEvent(at=now, by=CLOCK, deed=Deed.EXPIRED, before=case.state, state=case.standing, day=due)
    told = {"state": case.standing, "due": due, "nights": 0, "counted_on": None}
    return case.model_copy(update={**told, "history": (*case.history, event)})


def _mend_days(
    case: Case, entry: RosterEntry, groups: Mapping[str, Group], packs: dict[str, RulePack | None]
) -> int | None:
    """As arranged for the site, else as the pack says that files the rule."""
    terms = arranged(entry, groups)
    if terms.mend_days is not None:
        return terms.mend_days
    for name in terms.packs:
        if name not in packs:
            checks = load_checks()
            try:
                packs[name] = load_pack(name, params_of(checks), subjects_of(checks))
            except Fault:  # the site's errand says so
                packs[name] = None
        pack = packs[name]
        if pack is not None and any(rule.id == case.rule_id and not rule.preview for rule in pack.rules):
            return pack.mend_days
    return None
