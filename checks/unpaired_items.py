"""事前事后不成对 Items that must come in pairs (draft and result, before and after) stand alone.

何为问题: …
怎样测量: …
反例: …
正例: …
局限: …
"""

from collections.abc import Iterator

import model
from model import Hit, Moment, NoSubject, Observation, Period, Subject, Topic, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ITEMWISE = True


class Params(model.Params):
    """参数 Every item of `first` needs one of `second` of the same matter, `within` after it, and not before it."""

    first: Topic
    second: Topic
    within: Period | None = None
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
