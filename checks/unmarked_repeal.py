"""废止失效未标注 A document that a list of repealed documents names is shown without a mark.

何为问题: …
怎样测量: …
反例: …
正例: …
局限: …
"""

from collections.abc import Iterator

import model
from model import Hit, Moment, NoSubject, Observation, Subject, Topic, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ITEMWISE = True


class Params(model.Params):
    """参数 `lists`: where the repealed ones are named; `marks`: words one of which the document's page must show."""

    lists: Topic
    marks: tuple[str, ...] = ("废止", "失效", "已修改", "停止执行")
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
