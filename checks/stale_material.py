"""专题内容超期未更新 The newest material on a topic is older than its period allows.

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


class Params(model.Params):
    """参数 `topic`, and the `period` its newest row may be old. `ask`: evidence rule, always for a person."""

    topic: Topic
    period: Period
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
