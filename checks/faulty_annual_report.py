"""年报不合要求 An annual report on disclosure is missing, late, incomplete or copied.

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
from model import Hit, Moment, Named, NoSubject, Observation, Subject, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()


class Params(model.Params):
    """参数 `fault`: missing, late (after `due`, MM-DD of the next year), headings (lacks one of `headings`), copied."""

    fault: Literal["missing", "late", "headings", "copied"]
    due: str = Field(default="03-31", pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
    headings: tuple[Named, ...] = ()
    years: int = Field(default=1, ge=1)  # how many reported years back are looked at
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
