"""域名不规范 The site's host name is not of the form its kind must have.

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


class Params(model.Params):
    """参数 `fault`: suffix (not .gov.cn or .政务), portal_www (a portal not at www), bare_ip, foreign_service (a part of the
    site on another domain)."""

    fault: Literal["suffix", "portal_www", "bare_ip", "foreign_service"]
    suffixes: tuple[str, ...] = (".gov.cn", ".政务")


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
