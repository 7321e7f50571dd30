"""超过时限公开 A document came online later than so many working days after it was made.

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
from model import ColumnKind, Hit, Moment, NoSubject, Observation, Subject, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ITEMWISE = True


class Params(model.Params):
    """参数 `workdays` from 成文日期 to 发布日期, for documents in columns of `kinds` dated from `since` on."""

    workdays: int = Field(ge=1)
    kinds: tuple[ColumnKind, ...] = (ColumnKind.POLICIES,)
    since: date | None = None
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
