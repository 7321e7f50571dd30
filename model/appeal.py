"""复核 What a unit objects to in a result put up for 公示, what is seen when it is looked at again, and what is decided."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import AwareDatetime, Field

from model.dossier import Paper, Text
from model.frozen import Frozen
from model.opinion import Reason
from model.verdict import Outcome, Verdict


class Appealed(Frozen):
    """复核申请 What one unit objects to, and by which rule it came in time or late.

    Either a finding (`fingerprint`, `finding`, and `run_id` of the run whose score the draft result took) or an `item`:
    the id of a rule, section or part of the unit's pack, or TOTAL. `all_day`: only the day of applying is known.
    `number` counts the applications of an assessment from 1. `version`: the draft result it is about, put up on `shown_on`; `last_day`: the last on which one may apply,
    `workdays` after that day (None: that is not told).
    """

    number: int = Field(ge=1)
    unit: str
    fingerprint: str | None = None
    finding: str | None = None
    run_id: str | None = None
    item: str | None = None
    title: str = ""
    reason: Reason
    demand: str = Field(default="", max_length=1000)  # 诉求
    applicant: str = Field(min_length=1)
    applied_at: AwareDatetime
    all_day: bool = False
    version: int
    shown_on: date
    last_day: date
    workdays: int | None = None
    late: bool
    paper: Paper | None = None


TOTAL = "total"  # 总分
_LOOKED = frozenset({Outcome.PASS, Outcome.FAIL, Outcome.UNSURE, Outcome.NOT_APPLICABLE})


class Look(Frozen):
    """一次所见 What was seen of the finding in one run. `verdict` None: nothing was judged there, and `why` is a message id.

    `digest` tells whether two looks saw the same (not when they were taken). `bodies`: SHA-256 of the pages the verdict
    rests on, by snapshot id. `requests` that were made for it. `partial`: only the pages that were named before were asked
    for, and the rule looks at more: what is not the same there proves nothing.
    """

    run_id: str
    as_of: AwareDatetime
    verdict: Verdict | None = None
    digest: str = ""
    bodies: dict[str, str] = Field(default_factory=dict)
    why: Text | None = None
    requests: int = 0
    partial: bool = False

    def same(self, other: "Look") -> bool | None:
        """情形相同 Whether both saw the same; None: one of them cannot tell, or was kept from looking."""
        if self.verdict is None or other.verdict is None:
            return None
        if not (self.verdict.outcome in _LOOKED and other.verdict.outcome in _LOOKED):
            return None
        if self.digest == other.digest and self.verdict.outcome is other.verdict.outcome:
            return True
        return None if self.partial or other.partial else False


class Recheck(Frozen):
    """复查 One finding three times: as it was recorded, judged anew on the archived bytes, and as it is now (None: nobody asked)."""

    appeal: int
    fingerprint: str
    recorded: Look
    archived: Look
    now: Look | None = None


class AppealResult(StrEnum):
    """复核结论"""

    ADMITTED = "admitted"  # 逾期准予受理: it is reviewed although it came late
    ACCEPTED = "accepted"  # 申请成立, 撤销或改分
    REFUSED = "refused"  # 申请不成立, 维持


class UnitFigure(Frozen):
    """单位得分数 The figures of a unit's score at one moment; see UnitScore."""

    score: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    band: str | None = None


class AppealRuled(Frozen):
    """复核决定 On appeal number `appeal`. `before` and `after`: the unit's score without and with the ruling (None: nothing
    was scored, `unscored` says why). `refers`: numbers of the entries that correct what the ruling is about.
    """

    appeal: int
    unit: str
    result: AppealResult
    reason: Reason
    fingerprint: str | None = None
    before: UnitFigure | None = None
    after: UnitFigure | None = None
    unscored: str | None = None
    refers: tuple[int, ...] = ()


class AppealState(StrEnum):
    """复核状态"""

    PENDING = "pending"  # 待复核
    RECHECKED = "rechecked"  # 已复查, 待决定
    REFUSED = "refused"  # 维持
    ACCEPTED = "accepted"  # 撤销, 改分
    NOT_ADMITTED = "not_admitted"  # 不予受理: it came late, and nobody admitted it

    @property
    def awaits(self) -> bool:
        """待决定"""
        return self in (AppealState.PENDING, AppealState.RECHECKED)


class Appeal(Frozen):
    """复核事项 One application with all that came of it.

    `entry`: number of its entry in the dossier, entered by `by`. `due`: by when it is to be decided; None: it is not
    reviewed, or was decided. `rechecked`, `admitted` and `ruled`: numbers of those entries with what they tell.
    """

    entry: int
    by: str
    entered_at: AwareDatetime
    said: Appealed
    rechecked: tuple[tuple[int, Recheck], ...] = ()
    admitted: tuple[int, AppealRuled] | None = None
    ruled: tuple[int, AppealRuled] | None = None
    ruled_at: AwareDatetime | None = None
    ruled_by: str | None = None
    due: date | None = None

    @property
    def number(self) -> int:
        return self.said.number

    @property
    def state(self) -> AppealState:
        if self.ruled is not None:
            accepted = self.ruled[1].result is AppealResult.ACCEPTED
            return AppealState.ACCEPTED if accepted else AppealState.REFUSED
        if self.said.late and self.admitted is None:
            return AppealState.NOT_ADMITTED
        return AppealState.RECHECKED if self.rechecked else AppealState.PENDING
