"""摘要 What changed over a night or a span of time, and what nobody could look at."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from model.frozen import Frozen
from model.ledger import CaseState, Deed
from model.verdict import Finding, Outcome


class Change(StrEnum):
    """变化 What a part of a digest tells of, in the order it is told."""

    NEW = "new"  # 新增
    REOPENED = "reopened"  # 反弹: come back, or held against the site again
    OVERDUE = "overdue"  # 逾期未改
    DUE_SOON = "due_soon"  # 即将到期
    DISPUTED = "disputed"  # 异议待复核
    FIXED = "fixed"  # 已整改

    @classmethod
    def of(cls, deed: Deed, before: CaseState | None, after: CaseState) -> "Change | None":
        """归类 What a deed is to the reader of a digest; None: nothing he is told of one by one."""
        if deed is Deed.PASSED:
            return cls.FIXED if before is None or before.stands else None
        if not after.stands or (before is not None and before.stands):
            return None
        return cls.NEW if deed in (Deed.OPENED, Deed.CONFIRMED) else cls.REOPENED


class DigestItem(Frozen):
    """摘要条目 One finding. `due`: by when to mend it, or, of a dispute, to rule on it; `days` working days to or since."""

    finding: Finding
    site_name: str
    due: date | None = None
    days: int | None = None


class DigestPart(Frozen):
    """摘要部分 All changes of one kind: how many, on how many sites, and the gravest of them."""

    change: Change
    count: int
    sites: int
    items: tuple[DigestItem, ...] = ()


class ScoreFigures(Frozen):
    """得分区间"""

    low: Decimal
    high: Decimal


class SiteLine(Frozen):
    """网站变化 What changed on one site. Scores None: there was none; never compared over different packs.

    `unverified`: what its last audit could not verify.
    """

    key: str
    name: str
    organiser: str | None = None
    new: int = 0
    reopened: int = 0
    fixed: int = 0
    before: ScoreFigures | None = None
    after: ScoreFigures | None = None
    unverified: int = 0

    @property
    def moved(self) -> bool:
        """有变化 Whether anything is to be told."""
        return bool(self.new or self.reopened or self.fixed) or bool(
            self.before and self.after and self.before != self.after
        )


class Unseen(Frozen):
    """未能检查 A site nobody could look at. `reason` is a message id with its `params`."""

    key: str
    name: str
    reason: str
    params: dict[str, str | int] = Field(default_factory=dict)


class Digest(Frozen):
    """摘要 What is told about a night, or about everything since a moment, to those who ask about some sites.

    `asked` sites were to be audited, `done` were; `unseen_count` of them nobody could look at, `unseen` names some.
    `unverified`: what the audits that were done could not settle, by outcome. `standing`: faults that stand now.
    """

    night: str | None = None
    since: datetime
    until: datetime
    group: str | None = None
    organiser: str | None = None
    channel: str | None = None  # of the sites whose digests go there
    asked: int
    done: int
    standing: int = 0
    parts: tuple[DigestPart, ...] = ()
    lines: tuple[SiteLine, ...] = ()
    lines_count: int = 0
    unseen: tuple[Unseen, ...] = ()
    unseen_count: int = 0
    unverified: dict[Outcome, int] = Field(default_factory=dict)

    def count(self, change: Change) -> int:
        return next((part.count for part in self.parts if part.change is change), 0)
