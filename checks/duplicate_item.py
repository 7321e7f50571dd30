"""旧稿新发 An article repeats an older one of the site under a new date.

何为问题: …
怎样测量: …
反例: …
正例: …
局限: …
"""

from collections.abc import Iterator

from pydantic import Field

import model
from model import ColumnKind, Hit, Moment, NoSubject, Observation, Subject, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ITEMWISE = True


class Params(model.Params):
    """参数 At most `distance` of 64 simhash bits apart, at least `length` characters long, `days` or more between their dates."""

    distance: int = Field(default=3, ge=0, le=8)
    length: int = Field(default=300, ge=100)
    days: int = Field(default=30, ge=1)
    kinds: tuple[ColumnKind, ...] = ()


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
