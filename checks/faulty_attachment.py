"""附件失实 A file offered for download is not what its name says.

何为问题: …
怎样测量: …
反例: …
正例: …
局限: …
"""

from collections.abc import Iterator

import model
from model import Hit, LinkCheck, Moment, NoSubject, Subject, Unsure

SUBJECT = Subject.LINK
NEEDS: frozenset[str] = frozenset()


class Params(model.Params):
    """参数 None: empty files, error pages under a file's name, and files of another type are faults."""


def judge(subject: LinkCheck, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 …"""
    raise NotImplementedError
