"""页面加载过慢 Pages take longer to come than they may.

何为问题: …
怎样测量: …
反例: …
正例: …
局限: …
"""

from collections.abc import Iterator
from decimal import Decimal

from pydantic import Field

import model
from model import Hit, Moment, NoSubject, Observation, Subject, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()


class Params(model.Params):
    """参数 `ms` of one page, `share` of pages that may take longer; `home_only`."""

    ms: int = Field(default=3000, ge=1)
    share: Decimal = Field(default=Decimal(0), ge=0, lt=1)
    home_only: bool = True


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
