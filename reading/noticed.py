"""察时 A moment that notices whether what was read depends on it, or holds whenever the same bytes are fetched later.

What a page says is nearly always the same whenever it was fetched; not so where it counts back (昨天), leaves out the year,
or names days that had not come yet. Facts kept for later may be used again only as far as nobody looked at the clock.
"""

from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Self

from model import Snapshot
from model.frozen import made


class Notice:
    """察觉 Whether anything was told by one moment that another would not tell."""

    def __init__(self) -> None:
        self.used = False


def watched(snapshot: Snapshot) -> tuple[Snapshot, Notice]:
    """受察的快照 The same snapshot with a moment that tells the notice what is made of it."""
    notice = Notice()
    at = NoticedMoment.of(snapshot.fetched_at, notice)
    return made(Snapshot, {**snapshot.__dict__, "fetched_at": at}), notice


class NoticedDay(date):
    """受察之日 Compared with a day before that of fetching (`today`) it tells nothing that a later day would not tell."""

    _day: date
    _today: date
    _notice: Notice

    @classmethod
    def of(cls, day: date, today: date, notice: Notice) -> Self:
        made = cls(day.year, day.month, day.day)
        made._day, made._today, made._notice = day, today, notice
        return made

    def _met(self, other: object) -> date:
        if not isinstance(other, date) or other >= self._today:
            self._notice.used = True
        return self._day

    @property
    def year(self) -> int:
        self._notice.used = True
        return self._day.year

    @property
    def month(self) -> int:
        self._notice.used = True
        return self._day.month

    @property
    def day(self) -> int:
        self._notice.used = True
        return self._day.day

    def __eq__(self, other: object) -> bool:
        if isinstance(
            other, NoticedDay
        ):  # two notices: what was remembered for one says nothing to the other
            return self is other
        return self._met(other) == other

    def __lt__(self, other: date) -> bool:
        return self._met(other) < other

    def __le__(self, other: date) -> bool:
        return self._met(other) <= other

    def __gt__(self, other: date) -> bool:
        return self._met(other) > other

    def __ge__(self, other: date) -> bool:
        return self._met(other) >= other

    def __hash__(self) -> int:
        return object.__hash__(self)

    def __add__(self, other: timedelta) -> "NoticedDay":
        return NoticedDay.of(self._day + other, self._today, self._notice)

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, timedelta):
            return NoticedDay.of(self._day - other, self._today, self._notice)
        self._notice.used = True
        return self._day - other

    def __rsub__(self, other: Any) -> Any:
        self._notice.used = True
        return other - self._day

    def __reduce__(self) -> Any:
        return self._day.__reduce__()


class NoticedMoment(datetime):
    """受察之刻 Gives its day as one that is watched too; to count back from it, or to compare with it, is noticed."""

    _at: datetime
    _notice: Notice

    @classmethod
    def of(cls, at: datetime, notice: Notice) -> Self:
        made = cls.combine(at.date(), at.timetz())
        made._at, made._notice = at, notice
        return made

    def astimezone(self, tz: tzinfo | None = None) -> "NoticedMoment":
        return NoticedMoment.of(self._at.astimezone(tz), self._notice)

    def date(self) -> NoticedDay:
        return NoticedDay.of(self._at.date(), self._at.date(), self._notice)

    def _used(self) -> datetime:
        self._notice.used = True
        return self._at

    def __sub__(self, other: Any) -> Any:
        return self._used() - other

    def __rsub__(self, other: Any) -> Any:
        return other - self._used()

    def __add__(self, other: Any) -> Any:
        return self._used() + other

    def __lt__(self, other: Any) -> bool:
        return bool(self._used() < other)

    def __le__(self, other: Any) -> bool:
        return bool(self._used() <= other)

    def __gt__(self, other: Any) -> bool:
        return bool(self._used() > other)

    def __ge__(self, other: Any) -> bool:
        return bool(self._used() >= other)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self._at.__reduce_ex__(protocol)
