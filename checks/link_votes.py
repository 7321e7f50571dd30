"""链接表决 What all looks at one target amount to: there, gone, down, only suspected, or nobody can say.

A look is one fetch with its retries and counts once, by what it saw last; only looks at different times agree. A
vote that was withdrawn never counts. Whatever was seen before the target was last there is history, and so is what
was seen before nobody looked for long.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from model import SHANGHAI, Attempt, FetchOutcome

DAY = timedelta(hours=24)
STALE = timedelta(hours=12)  # what was seen this long before looks that do not count tells nothing of tonight
OTHER_HOUR = timedelta(hours=3)  # looks of one hour of the clock may all meet the same nightly pause
REST = timedelta(days=8)  # nobody looked for longer than that: what was seen before is history
SHORT_REST = timedelta(
    days=3
)  # a server may fail twice a week and be well between: only closer looks are one failure
RETRY = timedelta(seconds=20)  # tries of one fetch that are closer than this are one look
REFUSED = frozenset(
    {
        FetchOutcome.BLOCKED,
        FetchOutcome.LOGIN,
        FetchOutcome.SKIPPED_ROBOTS,
        FetchOutcome.SKIPPED_PRIVATE,
    }
)
ONLY_WORDS = "only_words"  # the cause of a 200 that says it is gone on a host that answers with honest 404s
HOME_HABIT = "home_habit"  # the cause of a way home that this host is known to send every missing page
TO_404 = "redirected_to_404"
ODD_REDIRECTS = "redirect_"  # how causes of redirects begin that lead nowhere a browser would go by itself


class Standing(StrEnum):
    """核验结果 What the votes say of a target. Only GONE and DOWN say that it is dead."""

    ALIVE = "alive"
    GONE = "gone"  # not there, seen at enough different times
    GONE_ONCE = "gone_once"
    ONLY_WORDS = "only_words"
    REDIRECTED_HOME = "redirected_home"
    DOWN = "down"  # no look brought anything for a day or more, at different hours, none between was good
    SUSPECTED = "suspected"  # the same, for less than a day or always around one hour
    INTERMITTENT = "intermittent"  # fails now, was there between earlier failures or just before
    MIXED = "mixed"
    REDIRECT = "redirect"  # redirects in a circle, without an address, to another scheme
    TLS = "tls"
    BLOCKED = "blocked"
    WITHDRAWN = "withdrawn"  # what was seen lately does not count
    NOT_ASKED = "not_asked"

    @property
    def dead(self) -> bool:
        return self in (Standing.GONE, Standing.DOWN)


class Ballot(NamedTuple):
    """表决 `tries`: attempts behind the standing, in order of time. `since`, `until`: the first and the last of them."""

    standing: Standing
    tries: tuple[Attempt, ...] = ()
    since: datetime | None = None
    until: datetime | None = None

    @property
    def days(self) -> int:
        """连续天数 Calendar days in Beijing from the first to the last, both counted; 0 when there is none."""
        if self.since is None or self.until is None:
            return 0
        return (self.until.astimezone(SHANGHAI).date() - self.since.astimezone(SHANGHAI).date()).days + 1

    @property
    def one_hour(self) -> bool:
        """同一时段 Whether all looks fell around the same hour of the clock in Beijing."""
        return not _other_hours([one.at for one in self.tries])

    @property
    def hours(self) -> int:
        """历时 Whole hours between the first and the last."""
        if self.since is None or self.until is None:
            return 0
        return int((self.until - self.since).total_seconds() // 3600)


class _Look(NamedTuple):
    tries: tuple[Attempt, ...]
    kind: str  # alive, missing, down, home, redirect, tls, refused

    @property
    def at(self) -> datetime:
        return self.tries[-1].at

    @property
    def last(self) -> Attempt:
        return self.tries[-1]

    @property
    def run(self) -> str:
        return (self.last.snapshot_id or "").rpartition("/")[0]


def tally(
    attempts: Sequence[Attempt], min_attempts: int = 2, apart_seconds: int = 0, down_hours: int = 24
) -> Ballot:
    """计票 Pure; attempts in any order.

    `min_attempts` looks, each `apart_seconds` or more after the one before, must miss a target that is gone; one
    that is down failed at two looks or more over `down_hours`, at hours of the clock that lie apart: a site that is
    shut every night, and always looked at then, is open by day.
    """
    if not attempts:
        return Ballot(Standing.NOT_ASKED)
    if len(attempts) == 1 and attempts[0].outcome.there:
        return Ballot(Standing.ALIVE, tuple(attempts))
    # of looks at one instant the one that found it there is believed
    made = sorted(attempts, key=lambda one: (one.at, one.outcome.there, one.outcome.value))
    counted = [one for one in made if one.withdrawn is None]
    if not counted or (made[-1].withdrawn is not None and made[-1].at - counted[-1].at > STALE):
        refused = made[-1].outcome in REFUSED  # whoever asks us to wait refuses us
        return Ballot(Standing.BLOCKED if refused else Standing.WITHDRAWN, tuple(made[-1:]))
    looks = _believed([_Look(tuple(tries), _kind(tries[-1])) for tries in _looks(counted)])
    if looks[-1].kind == "alive":
        return Ballot(Standing.ALIVE, looks[-1].tries)
    alive = max((place for place, look in enumerate(looks) if look.kind == "alive"), default=-1)
    bad = _unbroken(looks[alive + 1 :], REST)
    if alive >= 0 and {look.kind for look in bad} == {"refused"} and bad[-1].at - looks[alive].at <= DAY:
        return Ballot(Standing.ALIVE, looks[alive].tries)  # it was there; who refuses says nothing else
    standing, behind = _standing(bad, min_attempts, apart_seconds, timedelta(hours=down_hours))
    if alive >= 0:
        before = looks[alive]
        same_run = before.run != "" and all(look.run == before.run for look in behind)
        flaps = any(look.kind == "down" for look in looks[:alive])
        if same_run or (flaps and standing is Standing.SUSPECTED):
            standing, behind = Standing.INTERMITTENT, looks
    tries = tuple(one for look in behind for one in look.tries)
    return Ballot(standing, tries, behind[0].at, behind[-1].at)


def _standing(bad: list[_Look], least: int, apart: int, down: timedelta) -> tuple[Standing, list[_Look]]:
    """What looks none of which was good amount to, and those that say so."""
    last = bad[-1]
    lately = [look for look in bad if last.at - look.at <= DAY]
    if last.kind in ("refused", "tls", "redirect", "home"):
        allowed = {"refused": {"refused", "tls"}, "tls": {"refused", "tls"}}.get(last.kind, {last.kind})
        behind = _tail(bad, allowed)
        if not {look.kind for look in lately} <= allowed:
            return Standing.MIXED, lately
        standing = {
            "refused": Standing.BLOCKED,
            "tls": Standing.TLS,
            "redirect": Standing.REDIRECT,
            "home": Standing.REDIRECTED_HOME,
        }[last.kind]
        return standing, behind
    streak = _tail(bad, {"missing", "down"})
    gone = _tail(bad, {"missing"})
    if any(look not in streak for look in lately):
        return Standing.MIXED, lately
    if any(look.last.cause == ONLY_WORDS for look in gone):
        return Standing.ONLY_WORDS, gone
    if _times(gone, apart) >= least:
        return Standing.GONE, streak
    failing = _unbroken(streak, SHORT_REST)
    long = last.at - failing[0].at >= down
    if long and _other_hours([look.at for look in failing]):
        return Standing.DOWN, failing
    if gone:
        return (Standing.GONE_ONCE if len(gone) == len(streak) else Standing.MIXED), streak
    if all(look.kind == "down" for look in streak):
        return Standing.SUSPECTED, failing
    return Standing.MIXED, streak


def _other_hours(times: list[datetime]) -> bool:
    """Whether two of these lie at hours of the clock in Beijing that are well apart, midnight being no border."""
    day = int(DAY.total_seconds())
    clock = sorted(
        {one.hour * 3600 + one.minute * 60 + one.second for one in (at.astimezone(SHANGHAI) for at in times)}
    )
    # the widest arc that no look falls into: the rest of the clock holds them all
    gaps = [after - before for before, after in pairwise([*clock, clock[0] + day])] if clock else []
    return bool(gaps) and day - max(gaps) >= OTHER_HOUR.total_seconds()


def _looks(counted: list[Attempt]) -> list[list[Attempt]]:
    """Tries put together: those of one fetch are one look."""
    looks: list[list[Attempt]] = []
    for one in counted:
        before = looks[-1][-1] if looks else None
        if before and one.snapshot_id == before.snapshot_id and one.at - before.at < RETRY:
            looks[-1].append(one)
        else:
            looks.append([one])
    return looks


def _kind(one: Attempt) -> str:
    outcome = one.outcome
    if outcome.there:
        return "alive"
    if outcome.missing:
        return "missing"
    if outcome in REFUSED:
        return "refused"
    if outcome is FetchOutcome.TLS:
        return "tls"
    if outcome is FetchOutcome.REDIRECTED_HOME:
        return "home"
    return "redirect" if (one.cause or "").startswith(ODD_REDIRECTS) else "down"


def _believed(looks: list[_Look]) -> list[_Look]:
    """Where a browser saw whether the target is there, plain looks of the same run that say otherwise are left out.

    A browser that saw nothing takes nothing away from a plain look that did.
    """
    drawn = [look for look in looks if look.last.rendered]
    if not drawn:
        return looks
    seen = {look.run: look.kind for look in drawn if look.kind in ("alive", "missing")}
    plain = {look.run for look in looks if not look.last.rendered}
    return [
        look
        for look in looks
        if (
            look.kind == seen[look.run]
            if look.run in seen
            else not (look.last.rendered and look.run in plain)
        )
    ]


def _tail(looks: list[_Look], kinds: set[str]) -> list[_Look]:
    """The last looks in a row that are of these kinds."""
    found: list[_Look] = []
    for look in reversed(looks):
        if look.kind not in kinds:
            break
        found.insert(0, look)
    return found


def _unbroken(looks: list[_Look], rest: timedelta) -> list[_Look]:
    """The last looks in a row none of which came longer than `rest` after the one before."""
    begin = len(looks) - 1
    while begin > 0 and looks[begin].at - looks[begin - 1].at <= rest:
        begin -= 1
    return looks[max(begin, 0) :]


def _times(looks: list[_Look], apart: int) -> int:
    """How many of them are each so many seconds after the one before that counts."""
    times = 0
    last: datetime | None = None
    for look in looks:
        if last is None or (look.at > last and (look.at - last).total_seconds() >= apart):
            times, last = times + 1, look.at
    return times
