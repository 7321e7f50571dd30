"""到期未公开 A thing due by a day is not there, or came later.

何为问题: …
怎样测量: …
反例: …
正例: …
局限: …
"""

from collections.abc import Iterator
from datetime import date

from pydantic import Field

import model
from model import Hit, Moment, NoSubject, Observation, Subject, Topic, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()


class Params(model.Params):
    """参数 Exactly one of `due` (a day), `workdays` after `issued`, `yearly` (MM-DD of the year after the reported one)."""

    topic: Topic
    due: date | None = None
    issued: date | None = None
    workdays: int | None = Field(default=None, ge=1)
    yearly: str | None = Field(default=None, pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
