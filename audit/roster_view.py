"""名单一览 The roster as a table: what state each site is in, when it was audited last and when it is due."""

from datetime import date, datetime, timedelta

from audit.arrange import EVERY_DAYS, arranged
from audit.due import AHEAD
from model import SHANGHAI, Arrangement, Frozen, RosterEntry
from storage import Store

_NOON = timedelta(hours=12)


class Listed(Frozen):
    """一览一行 `told` is the arrangement with every term told; `due_on` None for a site that is out of service."""

    entry: RosterEntry
    told: Arrangement
    retired: bool
    last_audit: datetime | None = None
    due_on: date | None = None


def listed(store: Store, now: datetime) -> list[Listed]:
    """列出名单 By key."""
    groups = {one.name: one for one in store.groups()}
    last = store.last_audits()
    today = now.astimezone(SHANGHAI).date()
    found = []
    for entry in store.roster():
        told = arranged(entry, groups)
        at = last.get(entry.site.key)
        retired = entry.retired(today)
        believed = at if at is not None and at <= now + AHEAD else None  # as the nights believe it
        due = None if retired else due_on(believed, told.every_days or EVERY_DAYS, today)
        found.append(Listed(entry=entry, told=told, retired=retired, last_audit=at, due_on=due))
    return found


def due_on(last: datetime | None, every_days: int, today: date) -> date:
    """应检日 The day whose evening a site is due in. A night runs from noon to noon: 05:00 is still the evening before's."""
    if last is None:
        return today
    evening = (last.astimezone(SHANGHAI) - _NOON).date()
    return max(today, evening + timedelta(days=every_days))
