"""卷宗 What people did in the course of an assessment, entry by entry: added, never changed, each chained to the one before."""

import hashlib
import json
import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, AwareDatetime, Field

from model.frozen import Frozen

NOTHING_BEFORE = "0" * 64
RUNS = "runs"  # the dossier in which every finished run is sealed

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def _storable(value: Any) -> Any:
    """No database text holds NUL or half of a character: what is chained must be what is read back."""
    if isinstance(value, str):
        # most texts can be printed as they are, and that is told sooner
        return value if value.isprintable() else _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_storable(key): _storable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(one) for one in value]
    return value


Text = Annotated[str, AfterValidator(_storable)]


class EntryKind(StrEnum):
    """事项 What an entry tells of; each has a text `entry.<name>`."""

    OPENED = "opened"  # 立项: an Assessment
    AMENDED = "amended"  # 变更: the Assessment as it is from now on, and why
    CLOSED = "closed"  # 结项
    FROZEN = "frozen"  # 结果定稿: a Result, first for 公示, later as it is announced
    PUBLISHED = "published"  # 公示, 公布
    COMPARED = "compared"  # 比对: a published page against the frozen figures
    DRAWN = "drawn"  # 抽样
    OPINION = "opinion"  # 人工核查: 确认, 排除, 不涉及
    VETO = "veto"  # 单项否决认定
    SELF_SCORE = "self_score"  # 自评分
    RATED = "rated"  # 他方评分
    ADJUSTED = "adjusted"  # 日常记录: 核减, 核加
    SCANNED = "scanned"  # 上级扫描监测反馈的问题
    FILED = "filed"  # 材料报备
    NOTICE = "notice"  # 发文: 整改通知单, 通报, 考核通知
    SENT = "sent"  # 反馈送达
    RECEIPT = "receipt"  # 签收
    SIGNED = "signed"  # 值班读网
    EVENT = "event"  # 突发事件及发布时间
    APPEALED = "appealed"  # 复核申请
    RECHECKED = "rechecked"  # 复查
    RULED = "ruled"  # 复核决定
    SEALED = "sealed"  # 检查封存: what a finished run was, in the dossier RUNS
    CLEARED = "cleared"  # 过期清理: before which moment audits may be gone from then on, in the dossier RUNS


class Draft(Frozen):
    """待记 What is to be entered. `at`: when it happened, as whoever enters it says. `subject`: whom or what it is about
    (a unit, a site key, a fingerprint, a paper). `body`: a noun as JSON.
    """

    kind: EntryKind
    at: AwareDatetime
    by: Text = Field(min_length=1)
    subject: Text = ""
    body: Annotated[dict[str, Any], AfterValidator(_storable)] = Field(default_factory=dict)


class DossierEntry(Draft):
    """卷宗记录 `number` counts from 1 within its dossier. `entered_at`: when it was entered, by the clock of the machine.

    `digest` covers all of it and `before`, the digest of the entry before.
    """

    dossier: str
    number: int = Field(ge=1)
    entered_at: AwareDatetime
    before: str
    digest: str = ""

    def reckoned(self) -> str:
        """重算 The digest that this entry must have: SHA-256 of its canonical JSON without `digest`, 64 hex digits."""
        text = json.dumps(self.chained(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def chained(self) -> dict[str, Any]:
        """入链内容 All that the digest covers, as plain JSON values."""
        told = self.model_dump(mode="json", exclude={"digest", "at", "entered_at"})
        told["at"] = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        told["entered_at"] = self.entered_at.astimezone(UTC).isoformat(timespec="microseconds")
        return told


def entered(draft: Draft, dossier: str, last: DossierEntry | None, entered_at: datetime) -> DossierEntry:
    """入卷 The entry that follows `last`."""
    entry = DossierEntry(
        **dict(draft), dossier=dossier, number=last.number + 1 if last else 1, entered_at=entered_at,
        before=last.digest if last else NOTHING_BEFORE,
    )  # fmt: skip
    return entry.model_copy(update={"digest": entry.reckoned()})


class Paper(Frozen):
    """材料 A file somebody handed in, known by the SHA-256 of its bytes."""

    sha256: str
    name: Text
    size: int = Field(ge=0)


Noun = TypeVar("Noun", bound=Frozen)


def body_of(noun: Frozen) -> dict[str, Any]:
    """入卷内容 A noun as the body of an entry. Raises ValidationError for one that could never be read from it again."""
    body = noun.model_dump(mode="json")
    type(noun).model_validate(body)  # a copy with other fields (model_copy) was never looked at
    return body


def told_in(entry: DossierEntry, kind: type[Noun]) -> Noun:
    """卷中内容 The noun an entry tells of. Raises ValidationError when it tells of another one."""
    return kind.model_validate(entry.body)
