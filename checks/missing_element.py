"""内容要素缺失 A page or column lacks an element its content must hold.

何为问题: …
怎样测量: …
反例: …
正例: …
局限: …
"""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

import model
from model import Hit, Moment, Named, NoSubject, Observation, Subject, Topic, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ITEMWISE = True


class Element(Named):
    """要素 Its name, other words for it, and optionally what its value must look like."""

    value: Literal["any", "phone", "email", "address", "hours"] = "any"


class Params(model.Params):
    """参数 `elements` that each page on the topic (`per` page) or all of them together (`per` topic) must hold.

    `newest`: only so many newest pages are looked at. `ask`: evidence rule, always for a person.
    """

    topic: Topic
    elements: tuple[Element, ...] = Field(min_length=1)
    per: Literal["page", "topic"] = "topic"
    newest: int = Field(default=20, ge=1)
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
