"""无咨询建言渠道 No working channel for questions and proposals.

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


class Params(model.Params):
    """参数 Columns of `kinds` or entries named `names`; those named `except_names` (网上信访, 纪检举报) do not count."""

    kinds: tuple[ColumnKind, ...] = (ColumnKind.CONSULTATION,)
    names: tuple[str, ...] = ("咨询", "信箱", "留言", "建言", "问政")
    except_names: tuple[str, ...] = ("信访", "举报", "访谈", "征集")
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
