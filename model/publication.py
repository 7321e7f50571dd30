"""公示与公布 What was published of an assessment, in which files, until when one may object, and how it compares with what is frozen."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from model.assessment import ResultKind
from model.dossier import Paper, Text
from model.frozen import Frozen


class Published(StrEnum):
    """发布内容 Each has a text `published.<name>`."""

    RESULTS = "results"  # 评估结果: put up for 公示, or announced 公布
    REPORT = "report"  # 评估报告


class Publication(Frozen):
    """发布记录 The files of one version of the result, as they were written.

    `digest`: of the frozen result. `on`: the first day they are up. `until`: the last day on which units may object
    (台江2021 四（四）), only of a draft.
    """

    what: Published
    version: int = Field(ge=1)
    kind: ResultKind
    digest: str
    on: date
    until: date | None = None
    files: tuple[Paper, ...]


class ToldFigure(StrEnum):
    """所比项目 Each has a text `figure.<name>`."""

    SCORE = "score"
    BAND = "band"
    RANK = "rank"


class Differing(Frozen):
    """不符 One figure of a unit, as it stands there and as it was frozen; "" when there is none."""

    unit: str
    figure: ToldFigure
    published: Text
    frozen: Text


class Collation(Frozen):
    """比对 What was published, held against the frozen figures of one version.

    `sources`: what was read, as it was, by the addresses or names of the files. `compared`: which figures were found
    there. `equal`: units of which all of these agree. `missing`: units that are not there; `extra`: names there that
    are of no unit. `digest`: the one a page of ours carries, if it does.
    """

    version: int
    frozen: str
    sources: tuple[Paper, ...]
    compared: tuple[ToldFigure, ...]
    equal: tuple[str, ...] = ()
    differing: tuple[Differing, ...] = ()
    missing: tuple[str, ...] = ()
    extra: tuple[Text, ...] = ()
    digest: Text | None = None

    @property
    def agrees(self) -> bool:
        """一致 Every unit is there once or more, always with the frozen figures, and nobody else."""
        return not (self.differing or self.missing or self.extra)
