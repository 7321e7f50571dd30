"""栏目设置与模板不符 A column tree differs from its template in names, place or order (三统一).

何为问题: …
怎样测量: …
反例: …
正例: …
局限: …
"""

from collections.abc import Iterator

import model
from model import ColumnKind, Hit, Moment, Named, NoSubject, Observation, Subject, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()


class Params(model.Params):
    """参数 The column `root` must bear exactly its name, `on_home` be linked from the home page, and hold `children`.

    `order`: they must stand in this order. `exact`: names must be the template's own, not only synonyms.
    """

    root: Named
    root_kinds: tuple[ColumnKind, ...] = ()
    children: tuple[Named, ...] = ()
    on_home: bool = False
    order: bool = False
    exact: bool = False
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
