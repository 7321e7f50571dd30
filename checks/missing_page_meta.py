"""网页标签缺失 Pages lack a meta tag they must carry, or hold a wrong value in it.

何为问题: …
怎样测量: …
反例: …
正例: …
局限: …
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from pydantic import Field

import model
from model import Hit, Moment, NoSubject, Observation, Subject, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()


class Params(model.Params):
    """参数 `tag` on `pages` every, column or article; `values` it may hold, `pattern` its whole value must match."""

    tag: str
    pages: Literal["every", "column", "article"] = "every"
    values: tuple[str, ...] = ()
    pattern: str | None = None
    share: Decimal = Field(default=Decimal(0), ge=0, lt=1)  # of pages that may lack it


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
