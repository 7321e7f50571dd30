"""应公开内容缺失 Material that must be published is nowhere on the site.

何为问题: …
怎样测量: …
反例: …
正例: …
局限: …
"""

from collections.abc import Iterator
from datetime import date

from pydantic import Field

import model
from model import Hit, Moment, NoSubject, Observation, Period, Subject, Topic, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()


class Params(model.Params):
    """参数 Each of `groups` must have `at_least` rows (or a single page with text), dated within `within` if given.

    `since`: before this day nothing is demanded. `ask`: evidence rule, the outcome is unsure with what was found.
    """

    groups: tuple[Topic, ...] = Field(min_length=1)
    at_least: int = Field(default=1, ge=1)
    within: Period | None = None
    since: date | None = None
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
