"""清单缺项 Things one list names are not in another.

何为问题: …
怎样测量: …
反例: …
正例: …
局限: …
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

import model
from model import Hit, Moment, Named, NoSubject, Observation, Subject, Topic, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()


class Params(model.Params):
    """参数 Exactly one of `expected` (names) and `source` (a list on the site) against `among` columns, rows, links or all.

    `where`: only there. `share`: how much of it must be there. `extra`: what is there and not expected is told as well.
    """

    expected: tuple[Named, ...] = ()
    source: Topic | None = None
    where: Topic | None = None
    among: Literal["columns", "rows", "links", "all"] = "all"
    share: Decimal = Field(default=Decimal(1), gt=0, le=1)
    extra: bool = False
    since: date | None = None
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
