"""发布时间格式不符 Articles show no publication time of day, or none at all.

何为问题: …
怎样测量: …
反例: …
正例: …
局限: …
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from pydantic import Field

import model
from model import Hit, Moment, NoSubject, Observation, Subject, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()


class Params(model.Params):
    """参数 `need`: date or time (YYYY-MM-DD HH:MM); `share` of articles that may lack it."""

    need: Literal["date", "time"] = "time"
    share: Decimal = Field(default=Decimal(0), ge=0, lt=1)


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
