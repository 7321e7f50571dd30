"""留言超期未答复 A published letter had no answer in time.

何为问题: …
怎样测量: …
反例: …
正例: …
局限: …
"""

from collections.abc import Iterator

from pydantic import Field

import model
from model import ColumnKind, Hit, Moment, NoSubject, Observation, Period, Subject, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ITEMWISE = True


class Params(model.Params):
    """参数 Exactly one of `period` (calendar) and `workdays`; only letters asked within `back` of the moment."""

    period: Period | None = None
    workdays: int | None = Field(default=None, ge=1)
    back: Period = Period(months=12)
    kinds: tuple[ColumnKind, ...] = (ColumnKind.CONSULTATION,)
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
