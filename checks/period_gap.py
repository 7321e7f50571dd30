"""周期性公开缺期 A month, quarter, half or year of a periodic publication is missing.

何为问题: …
怎样测量: …
反例: …
正例: …
局限: …
"""

from collections.abc import Iterator
from datetime import date
from typing import Literal

import model
from model import Hit, Moment, NoSubject, Observation, Period, Subject, Topic, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()


class Params(model.Params):
    """参数 One item for `every` month, quarter, half or year, `span` back from the moment; the last `lag` is still in time.

    `since`, `until`: first and last day of the duty. `ask`: evidence rule, always for a person.
    """

    topic: Topic
    every: Literal["month", "quarter", "half", "year"]
    span: Period = Period(months=12)
    lag: Period = Period(months=1)
    since: date | None = None
    until: date | None = None
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
