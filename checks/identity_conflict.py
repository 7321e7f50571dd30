"""网站标识不一致 The identity marks of a site contradict each other.

何为问题: …
怎样测量: …
反例: …
正例: …
局限: …
"""

from collections.abc import Iterator
from typing import Literal

import model
from model import Hit, Moment, NoSubject, Observation, Subject, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()


class Division(model.Params):
    """省级行政区 Its two-digit code, short name (黔), ICP letter and area codes of its phones."""

    code: str
    name: str
    also: tuple[str, ...] = ()
    short: str
    phones: tuple[str, ...] = ()


class Params(model.Params):
    """参数 `between`: which marks must agree."""

    between: Literal[
        "code_meta", "code_region", "icp_region", "police_region", "phone_region", "name_meta", "domain_meta"
    ]
    divisions: tuple[Division, ...] = ()


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
