"""台账 The life of a finding over many nights: its case, what happened to it, and what people decided about it."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from model.frozen import Frozen

OURS = "duwang"  # who changed a case when no person did: an audit
CLOCK = "clock"  # a day was over


class CaseState(StrEnum):
    """台账状态"""

    SUSPECTED = "suspected"  # 待确认: seen on fewer nights than its rule asks for; accuses nobody yet
    OPEN = "open"  # 待整改
    FIXED = "fixed"  # 已整改
    REOPENED = "reopened"  # 反弹
    WAIVED = "waived"  # 不计入
    DISPUTED = "disputed"  # 异议中: still held against the site until somebody rules
    WITHDRAWN = "withdrawn"  # 复核撤销

    @property
    def stands(self) -> bool:
        """仍成立 Whether the fault is held against the site."""
        return self in (CaseState.OPEN, CaseState.REOPENED, CaseState.DISPUTED)

    @property
    def awaits(self) -> bool:
        """待观察 Whether an observed pass changes anything: all but what is fixed or was withdrawn."""
        return self not in (CaseState.FIXED, CaseState.WITHDRAWN)


class Deed(StrEnum):
    """事由 What happened to a case; each has a text `deed.<name>`."""

    OPENED = "opened"  # 立案
    SUSPECTED = "suspected"  # 初见
    CONFIRMED = "confirmed"  # 连续多夜见到, 认定
    CLEARED = "cleared"  # 未获认定: it passed before it was confirmed
    PASSED = "passed"  # 已整改
    FAILED_AGAIN = "failed_again"  # 反弹
    WAIVED = "waived"  # 不计入
    WAIVED_AGAIN = "waived_again"  # 同一情形再现, 不计入仍有效
    EXPIRED = "expired"  # 不计入到期
    CHANGED = "changed"  # 情形有变: what was waived or withdrawn is no longer what is seen
    DISPUTED = "disputed"  # 提出异议
    UPHELD = "upheld"  # 复核维持
    WITHDRAWN = "withdrawn"  # 复核撤销
    WITHDRAWN_AGAIN = "withdrawn_again"  # 同一情形再现, 撤销仍有效


class CaseEvent(Frozen):
    """台账记录 What happened to a case, when, by whom, in which run, and why. Never rewritten.

    `before` None: nothing was filed yet. `day` is the day this sets: by when to mend it, until when it is waived, by
    when to rule on it. `note` is a person's own words.
    """

    at: datetime
    by: str = OURS
    run_id: str | None = None
    deed: Deed
    before: CaseState | None = None
    state: CaseState
    day: date | None = None
    note: str | None = None


class Waiver(Frozen):
    """不计入 Somebody answers for not counting a fault until a day, as long as what is seen stays the same.

    `evidence` is the digest of what was seen when it was approved.
    """

    by: str
    at: datetime
    reason: str
    until: date
    evidence: str

    def holds(self, day: date, evidence: str) -> bool:
        """有效 Whether it covers that evidence on that day; `until` is the last day."""
        return day <= self.until and evidence == self.evidence


class RulingResult(StrEnum):
    """复核结果"""

    UPHELD = "upheld"  # 维持
    WITHDRAWN = "withdrawn"  # 撤销


class Dispute(Frozen):
    """异议 Somebody says that a finding is wrong. To be ruled on by `due`; `result` None: nobody has yet.

    `run_id` is the run whose finding it is about, `evidence` the digest of what that run saw.
    """

    by: str
    at: datetime
    reason: str
    due: date
    run_id: str
    evidence: str
    result: RulingResult | None = None
    ruled_at: datetime | None = None


class Ruling(Frozen):
    """复核决定 What was decided on a dispute, with the score of the disputed run before and after.

    The scores are the lowest and highest figures. After an upheld finding they are the same. `unscored` is a message
    id: why no score could be computed without the finding; the ruling stands all the same.
    """

    fingerprint: str
    run_id: str
    at: datetime
    by: str
    result: RulingResult
    reason: str
    low_before: Decimal | None = None
    high_before: Decimal | None = None
    low_after: Decimal | None = None
    high_after: Decimal | None = None
    unscored: str | None = None


class Case(Frozen):
    """台账条目 A finding's life over many runs. Fixed only by observed-and-passed.

    `due`: the day by which it is to be mended; None: nobody set a number of days, or nothing is to be mended.
    `evidence`: digest of what was seen when it last failed. `nights`: on how many nights in a row it has failed while
    it was suspected, the last of them `counted_on`. `withdrawn`: digests of evidence that a ruling called no fault.
    """

    fingerprint: str
    rule_id: str
    site_key: str
    locus: str
    state: CaseState
    first_seen: datetime
    last_seen: datetime
    due: date | None = None
    evidence: str = ""
    nights: int = 0
    counted_on: date | None = None
    waiver: Waiver | None = None
    dispute: Dispute | None = None
    withdrawn: tuple[str, ...] = ()
    history: tuple[CaseEvent, ...] = Field(default=())

    @property
    def id(self) -> str:
        return f"F-{self.fingerprint[:10]}"

    @property
    def was_open(self) -> bool:
        """曾立案 Whether it was ever held against the site."""
        return any(event.state in (CaseState.OPEN, CaseState.REOPENED) for event in self.history)

    @property
    def was_fixed(self) -> bool:
        """曾整改 Whether it was ever mended after it had been held against the site."""
        return any(event.deed is Deed.PASSED for event in self.history)

    @property
    def standing(self) -> CaseState:
        """应处状态 What it is when it is held against the site: come back once it was mended."""
        return CaseState.REOPENED if self.was_fixed else CaseState.OPEN

    @property
    def disputed(self) -> bool:
        """待复核 Whether a dispute awaits a ruling, whatever has become of the fault meanwhile."""
        return self.dispute is not None and self.dispute.result is None

    def overdue(self, day: date) -> bool:
        """逾期未改 Whether it still stands after its due day."""
        return self.state.stands and self.due is not None and day > self.due

    def state_at(self, at: datetime) -> CaseState | None:
        """当时状态 What it was at that moment; None: not filed yet."""
        found = [event.state for event in self.history if event.at <= at]
        return found[-1] if found else None

    def due_at(self, at: datetime) -> date | None:
        """当时期限 The day by which it was to be mended, as it was set at that moment; None: it did not stand, or had none."""
        told = [event for event in self.history if event.at <= at]
        if not told or not told[-1].state.stands:
            return None
        if len(told) == len(self.history):
            return self.due
        return next((event.day for event in reversed(told) if event.deed is not Deed.DISPUTED), None)
