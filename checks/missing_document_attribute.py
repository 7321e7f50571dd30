"""公文要素缺失 A published document lacks an attribute its head table must show.

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
from model import ColumnKind, Hit, Moment, NoSubject, Observation, Subject, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ITEMWISE = True


class Params(model.Params):
    """参数 `attributes` that documents in columns of `kinds` (or named `columns`) must show; `since`: only documents dated from then on."""

    attributes: tuple[
        Literal[
            "index_number",
            "document_number",
            "issuer",
            "topic",
            "validity",
            "made_on",
            "published_on",
            "effective_on",
            "openness",
        ],
        ...,
    ] = Field(min_length=1)
    kinds: tuple[ColumnKind, ...] = (ColumnKind.POLICIES,)
    columns: tuple[str, ...] = ()
    since: date | None = None
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
