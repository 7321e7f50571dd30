"""所需 What has to be read to decide what is asked: of which columns how far back, and what lies beyond them."""

from collections.abc import Sequence
from datetime import date
from enum import IntEnum
from itertools import pairwise

from model.crawl import Scope
from model.frozen import Frozen
from model.site import ColumnKind
from model.time import Period


class Reach(IntEnum):
    """所及 How far a check looks; each sees what those before it see."""

    NOTHING = 0  # no page at all: visits, names, certificates
    HOME = 1
    COLUMNS = 2  # the columns, their lists and the menus that lead to them
    SURVEY = 3  # content pages, links, whatever else there is
    EXTERNAL = 4  # other sites


class Freshness(Frozen):
    """更新要求 How long columns of some kinds may be silent. No `kinds`: all but `except_kinds`."""

    period: Period
    kinds: tuple[ColumnKind, ...] = ()
    except_kinds: tuple[ColumnKind, ...] = ()

    def asks(self, kind: ColumnKind | None) -> bool:
        """是否适用 Whether it asks this of a column of that kind; None: nobody knows its kind yet."""
        if kind is None:
            return True
        return kind not in self.except_kinds and (not self.kinds or kind in self.kinds)


class Wanted(Frozen):
    """应设栏目 A column that some rule requires, its standard name, and fragments of names that may be it."""

    kind: ColumnKind
    name: str
    like: tuple[str, ...] = ()


class Wants(Frozen):
    """所需 What one or more packs ask of a crawl. `longest`: how far back any of their rules looks."""

    scope: Scope = Scope.WHOLE
    longest: Period = Period()
    survey: bool = True
    freshness: tuple[Freshness, ...] = ()
    columns: tuple[Wanted, ...] = ()

    def soonest(self, kind: ColumnKind | None) -> Period | None:
        """最短时限 A column of that kind whose newest row is within it is in time by every rule. None: no rule asks."""
        asked = [one.period for one in self.freshness if one.asks(kind)]
        return min(asked, key=lambda period: period.about_days, default=None)


def runs_down(days: Sequence[date]) -> bool:
    """自新而旧 Whether the rows of a list, from its newest one on, run down in time: then what follows is older still.

    A newest row at the very end of older ones promises nothing.
    """
    if not days:
        return False
    start = days.index(max(days))
    return not (start > 0 and start == len(days) - 1) and all(
        one >= other for one, other in pairwise(days[start:])
    )
