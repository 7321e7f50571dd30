"""功能入口缺失 An entry or form that visitors need is not offered.

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
from model import Hit, Moment, NoSubject, Observation, Subject, Topic, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()


class Params(model.Params):
    """参数 An entry whose anchor or address holds one of `names` or `addresses`, or a form of use `form`, on the home
    page or anywhere (`on`), in columns of `where` if given, at most `clicks` from the home page, answering when tried."""

    name: str
    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    form: Literal["search", "letter", "application"] | None = None
    on: Literal["home", "site"] = "site"
    where: Topic | None = None
    clicks: int | None = Field(default=None, ge=0)
    since: date | None = None
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
