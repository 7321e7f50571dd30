"""办事指南要素缺失 A service guide lacks elements it must hold.

何为问题: …
怎样测量: …
反例: …
正例: …
局限: …
"""

from collections.abc import Iterator

from pydantic import Field

import model
from model import Hit, Moment, Named, NoSubject, Observation, Subject, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ITEMWISE = True


class Params(model.Params):
    """参数 A guide that lacks `lacking` or more of `elements` (standard names and synonyms) is a fault."""

    elements: tuple[Named, ...] = Field(min_length=1)
    lacking: int = Field(default=1, ge=1)
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
