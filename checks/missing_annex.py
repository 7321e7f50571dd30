"""附件缺失 A page names annexes and offers fewer files.

何为问题: …
怎样测量: …
反例: …
正例: …
局限: …
"""

from collections.abc import Iterator

import model
from model import ColumnKind, Hit, Moment, NoSubject, Observation, Subject, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ITEMWISE = True


class Params(model.Params):
    """参数 Pages in columns of `kinds` (all when empty)."""

    kinds: tuple[ColumnKind, ...] = ()
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
