"""到期 Which sites of the roster are due tonight, those that have waited longest first."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from audit.arrange import EVERY_DAYS, arranged
from checks import load_checks, params_of, subjects_of
from model import SHANGHAI, Fault, Group, Hours, RosterEntry
from rules import load_pack

SLACK = timedelta(hours=12)  # what ended so shortly before the night begins was done for it
AHEAD = timedelta(minutes=5)  # a stamp further in the future was made by a clock that was wrong


def window_end(now: datetime, window: Hours | None) -> datetime | None:
    """时段之终 The next moment, after `now`, at which the hours end; None: they never do."""
    if window is None or window.starts == window.ends:
        return None
    here = now.astimezone(SHANGHAI)
    end = here.replace(hour=window.ends.hour, minute=window.ends.minute, second=0, microsecond=0)
    return end if end > here else end + timedelta(days=1)


def day_begins(now: datetime, window: Hours | None) -> datetime:
    """本夜之始 An audit that began after this moment was done for tonight.

    Tonight begins with its hours, less a slack that is never longer than half of the time they are closed: what was
    audited ten minutes before they closed last night is due again ten minutes before they close tonight, and earlier.
    """
    if window is None or window.starts == window.ends:
        return now - SLACK
    here = now.astimezone(SHANGHAI)
    begins = here.replace(hour=window.starts.hour, minute=window.starts.minute, second=0, microsecond=0)
    if begins > here:
        begins -= timedelta(days=1)
    end = window_end(begins, window)
    closed = timedelta(days=1) - ((end or begins) - begins)
    return begins - min(SLACK, closed / 2)


def due(
    entries: Iterable[RosterEntry],
    groups: Sequence[Group],
    last: Mapping[tuple[str, str], datetime],
    now: datetime,
    window: Hours | None,
) -> list[RosterEntry]:
    """到期网站 Not retired, and not audited lately enough under their first pack; never audited ones first.

    `last`: when the last finished audit of (site key, pack id) began. A stamp of the future makes no site done.
    """
    known = {group.name: group for group in groups}
    pack_ids: dict[str, str | None] = {}
    today = now.astimezone(SHANGHAI).date()
    begins = day_begins(now, window)
    found: list[tuple[datetime, RosterEntry]] = []
    never = datetime.min.replace(tzinfo=now.tzinfo)
    for entry in entries:
        if entry.retired(today):
            continue
        terms = arranged(entry, known)
        pack_id = _pack_id(terms.packs[0], pack_ids)
        at = last.get((entry.site.key, pack_id)) if pack_id else None
        if at is not None and at > now + AHEAD:
            at = None
        if at is None or at <= begins - timedelta(days=(terms.every_days or EVERY_DAYS) - 1):
            found.append((at or never, entry))
    return [entry for _, entry in sorted(found, key=lambda one: (one[0], one[1].site.key))]


def _pack_id(name: str, known: dict[str, str | None]) -> str | None:
    """None for a pack that cannot be loaded: its sites are due, and their errands will say why they come to nothing."""
    if name not in known:
        checks = load_checks()
        try:
            known[name] = load_pack(name, params_of(checks), subjects_of(checks)).id
        except Fault:
            known[name] = None
    return known[name]
