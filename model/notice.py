"""发文 Notices to units: 整改通知单, 通报 and 考核通知; when each was sent, and who acknowledged it."""

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime, Field

from model.dossier import Paper
from model.frozen import Frozen

LONGEST_WORDS = 120


class NoticeKind(StrEnum):
    """文种 Each has a text `notice.kind.<name>`."""

    MEND = "mend"  # 整改通知单
    BULLETIN = "bulletin"  # 通报
    CALL = "call"  # 考核通知


class NoticedFinding(Frozen):
    """所列问题 One finding as a notice lists it. `earlier`: numbers of the notices that listed it before."""

    finding: str  # F-…
    fingerprint: str
    site_key: str
    rule_id: str
    run_id: str
    due: date | None = None
    earlier: tuple[int, ...] = ()


class Notice(Frozen):
    """通知 Body of a NOTICE entry, whose number is the number of the notice.

    `units`: whom it is addressed to. `papers`: the files that were made, by their SHA-256; what an office writes into
    them afterwards (文号, 印章) changes that. `since`, `until`: the period of a 通报. `begins`: the first day of what a
    考核通知 announces; it must be dated before (塔城2020 四（二）).
    """

    kind: NoticeKind
    units: tuple[str, ...] = Field(min_length=1)
    dated: date
    findings: tuple[NoticedFinding, ...] = ()
    due: date | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    begins: date | None = None
    criticised: tuple[str, ...] = ()  # 通报批评: a person named them
    papers: tuple[Paper, ...] = ()

    @property
    def late(self) -> bool:
        """迟发 Whether what it announces had begun by the day it is dated."""
        return self.begins is not None and self.dated >= self.begins


class Sent(Frozen):
    """送达 Body of a SENT entry: a notice went to a unit. `document`: the 文号 the office gave it."""

    notice: int = Field(ge=1)
    unit: str
    channel: str = Field(default="", max_length=LONGEST_WORDS)
    document: str = Field(default="", max_length=LONGEST_WORDS)
    paper: Paper | None = None  # the file as it was really sent


class Receipt(Frozen):
    """签收 Body of a RECEIPT entry: somebody of the unit acknowledged a notice."""

    notice: int = Field(ge=1)
    unit: str
    signer: str = Field(min_length=1, max_length=LONGEST_WORDS)
    paper: Paper | None = None
