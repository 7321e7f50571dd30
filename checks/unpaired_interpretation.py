"""政策文件与解读未关联 A document and its interpretation do not link to each other, or lie too many days apart.

何为问题: …
怎样测量: …
反例: …
正例: …
局限: …
"""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from pydantic import Field

import model
from model import Hit, Moment, NoSubject, Observation, Subject, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ITEMWISE = True


class Params(model.Params):
    """参数 `fault`: no_way_to_interpretation (document shows no link), no_way_to_document (interpretation shows none),
    late (interpretation more than `workdays` after its document), not_interpreted (a document without any)."""

    fault: Literal["no_way_to_interpretation", "no_way_to_document", "late", "not_interpreted"]
    workdays: int = Field(default=3, ge=0)
    since: date | None = None
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
