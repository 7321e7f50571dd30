"""进展 How far an assessment has come: what is due, what every unit has done, what was amended, what changed in the results."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from model.assessment import UnitScore
from model.frozen import Frozen
from model.opinion import Scanned


class Span(Frozen):
    """日期段 Both days included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


class UnitProgress(Frozen):
    """单位进展 `audited`: days of the monitoring window on which all its sites had been audited in time, of `days` so far.

    `missed`: by site, the days without. `self_checked`: when its scores or report came, None: not yet. `sampled`: sites
    with a run that counts and saw them, of `sites`. `doubts`: ids of findings in these runs that nobody has settled.
    `scans`: what a higher level's scans reported of it.
    """

    unit: str
    days: int = 0
    audited: int = 0
    missed: dict[str, tuple[Span, ...]] = Field(default_factory=dict)
    self_checked: date | None = None
    sites: int = 0
    sampled: int = 0
    doubts: tuple[str, ...] = ()
    scans: tuple[Scanned, ...] = ()


class Standing(StrEnum):
    """进度 Each has a text `due.<name>`."""

    AHEAD = "ahead"  # 未开始
    DUE = "due"  # 进行中
    OVERDUE = "overdue"  # 逾期
    DONE = "done"  # 已完成
    DONE_LATE = "done_late"  # 逾期完成
    LACKING = "lacking"  # 已结束, 有缺漏: it cannot be made up for


class DueItem(Frozen):
    """应办事项 `what`: id of its text `due.what.<what>`. `workdays`: working days left until `due`, or gone by since.

    `done`, `of`: how many units have done their part; `lacking` names the others. `sure`: whether the holidays up to the
    day are known, so that the working days are no estimate. `number`: of an application for review.
    """

    what: str
    begins: date | None = None
    due: date
    standing: Standing
    workdays: int
    sure: bool
    done_on: date | None = None
    done: int | None = None
    of: int | None = None
    lacking: tuple[str, ...] = ()
    number: int | None = None


class Amendment(Frozen):
    """一处变更 `field` of `what` (a window or a unit; "": the assessment itself); before and after as written, None: not there."""

    what: str
    field: str
    before: str | None = None
    after: str | None = None


class ScoreChange(Frozen):
    """得分变动 What became of one unit from one version of the result to the next.

    `because`: numbers of the entries that came in or went out with it; `runs`: those that count now and did not before.
    """

    unit: str
    before: UnitScore | None = None
    after: UnitScore | None = None
    because: tuple[int, ...] = ()
    runs: tuple[str, ...] = ()
