"""日期失实 A date in the future, a list date other than the article's, or a crowd of rows dated on one day.

何为问题: …
怎样测量: …
反例: …
正例: …
局限: …
"""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

import model
from model import Hit, Moment, NoSubject, Observation, Subject, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ITEMWISE = True


class Params(model.Params):
    """参数 `fault`: future, list_article (more than `days` apart) or crowded (`crowd` or more rows of one column on one day)."""

    fault: Literal["future", "list_article", "crowded"]
    days: int = Field(default=1, ge=0)
    crowd: int = Field(default=30, ge=2)


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
