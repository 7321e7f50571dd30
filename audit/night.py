"""夜巡 A night is opened, or the one that is under way goes on: one errand for every site that is due."""

import secrets
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

from audit.arrange import groups_of
from audit.due import AHEAD, day_begins, due, window_end
from audit.waivers import end_waivers
from model import SHANGHAI, Errand, ErrandState, Fault, Hours, Night, RosterEntry
from storage import Store

SAME_NIGHT = timedelta(hours=20)  # without hours, a night that was begun so lately goes on
_OVER = (ErrandState.DONE, ErrandState.GIVEN_UP)
_LEFT = (ErrandState.WAITING, ErrandState.PUT_OFF)


def open_night(
    store: Store, entries: Sequence[RosterEntry], now: datetime, window: Hours | None, full: bool
) -> Night | None:
    """开夜 The night under way with whatever has become due since, or a new one; None: nothing is due.

    Errands of workers that are gone wait again, and so does what was put off, unless the site was audited by hand
    meanwhile. Nights of earlier evenings are over: what they left is due in the new one, and comes first there.
    Waivers whose last day is over end now, also of sites that nobody can look at tonight.
    """
    store.recover_errands(now)
    end_waivers(store, now)
    while True:
        under_way = store.nights(open_only=True)
        night = next((one for one in under_way if _goes_on(one, now, window)), None)
        had = (
            store.errands(night.id) if night else []
        )  # read before what is due: what is done since is not done again
        wanted = due(entries, store.groups(), store.last_audits_by(), now, window)
        if night is None and not wanted:
            return None
        night = (
            night.model_copy(update={"full": night.full or full})
            if night
            else Night(id=_new_id(now), begun_at=now, full=full)
        )
        night = night.model_copy(update={"ends_at": window_end(now, window)})
        added = [
            Errand(night_id=night.id, site_key=entry.site.key, lock=entry.lock, changed_at=now)
            for entry in wanted
        ]
        closed = [one.id for one in under_way if one.id != night.id]
        begins = day_begins(now, window)
        again = _due_again(had, wanted, begins)
        spared = _spared(store, had, entries, wanted, begins)
        if store.open_night(night, added, closed, now, again, spared):
            return night


def _goes_on(night: Night, now: datetime, window: Hours | None) -> bool:
    """Whether it was begun in the hours that are now: one begun at 02:00 is over when they come round in the evening."""
    if night.begun_at > now + AHEAD:
        return False
    if window is None or window.starts == window.ends:
        return night.begun_at > now - SAME_NIGHT
    return night.begun_at > day_begins(now, window)


def _due_again(had: Sequence[Errand], wanted: Sequence[RosterEntry], begins: datetime) -> list[Errand]:
    """Errands that were over and whose site is due all the same; what was given up tonight stays so."""
    keys = {entry.site.key for entry in wanted}
    return [
        one
        for one in had
        if one.site_key in keys
        and one.state in _OVER
        and (one.state is ErrandState.DONE or one.changed_at <= begins)
    ]


def _spared(
    store: Store,
    had: Sequence[Errand],
    entries: Sequence[RosterEntry],
    wanted: Sequence[RosterEntry],
    begins: datetime,
) -> list[Errand]:
    """Errands that are still to be done and whose site somebody has audited for tonight already."""
    keys = {entry.site.key for entry in entries} - {entry.site.key for entry in wanted}
    audited = {key for (key, _), at in store.last_audits_by().items() if at > begins}
    return [one for one in had if one.site_key in keys & audited and one.state in _LEFT]


def waiting_errands(store: Store, night: Night) -> list[Errand]:
    """待巡差事 What of the night still waits, the sites that were audited longest ago, or never, first."""
    last: dict[str, datetime] = {}
    for (key, _), at in store.last_audits_by().items():
        last[key] = max(at, last.get(key, at))
    never = datetime.min.replace(tzinfo=UTC)
    waiting = store.errands(night.id, ErrandState.WAITING)
    return sorted(waiting, key=lambda one: (last.get(one.site_key, never), one.site_key))


def chosen(entries: Sequence[RosterEntry], names: Collection[str]) -> list[RosterEntry]:
    """所选 The entries of these groups, whether a group is people's own or all of one organiser, region or level."""
    if not names:
        return list(entries)
    found = [entry for entry in entries if set(names) & set(groups_of(entry))]
    missing = sorted(name for name in names if not any(name in groups_of(entry) for entry in entries))
    if missing:
        raise Fault("fault.group_empty", groups=", ".join(missing))
    return found


def refuse_wrong_clock(store: Store, now: datetime) -> None:
    """查钟 Raises Fault when what is kept was stamped later than this machine's clock says it is now."""
    newest = store.newest_start()
    if newest is not None and newest > now + AHEAD:
        raise Fault(
            "fault.clock_behind", now=f"{now.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
            newest=f"{newest.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        )  # fmt: skip


def _new_id(now: datetime) -> str:
    return f"N{now.astimezone(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
