"""留言答复长期未公开 The newest published answer to a letter is too old.

何为问题: …
怎样测量: …
反例: …
正例: …
局限: …
"""

from collections.abc import Iterator

import model
from model import ColumnKind, Hit, Moment, NoSubject, Observation, Period, Subject, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()


class Params(model.Params):
    """参数 `period`: how old the newest published answer may be."""

    period: Period
    kinds: tuple[ColumnKind, ...] = (ColumnKind.CONSULTATION,)
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
