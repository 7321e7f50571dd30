"""据 The duties that documents put down, row by row, and what answers each."""

from collections import Counter
from enum import StrEnum

from pydantic import Field

from model.frozen import Frozen


class Automation(StrEnum):
    """自动化程度 Who can tell: a machine alone, a machine that gathers what a person judges, a person alone."""

    ALONE = "A"
    EVIDENCE = "S"
    PERSON = "M"


class Requirement(Frozen):
    """要求 One testable duty of a document, with the figures it names and what proves it."""

    id: str = Field(min_length=1)
    document: str
    clause: str
    check_type: str
    automation: Automation
    parameters: str = ""
    evidence: str = ""


class AnswerKind(StrEnum):
    """应答方式 What answers a duty, from the strongest to nothing."""

    RULE = "rule"  # 自动判定
    EVIDENCE = "evidence"  # 自动取证，人工判定
    FEATURE = "feature"  # 由功能实现
    MANUAL = "manual"  # 人工评定
    UNANSWERED = "unanswered"


class Answer(Frozen):
    """应答 An entry of a pack that answers a duty. `failing` and `passing` are named cases of its check, `test` shows the command at work."""

    kind: AnswerKind
    pack: str
    entry: str
    title: str
    title_en: str | None = None
    check: str | None = None
    failing: str | None = None
    passing: str | None = None
    command: str | None = None
    test: str | None = None


class AnsweredRequirement(Frozen):
    """要求与应答 A duty, everything that answers it, and the strongest kind of answer."""

    requirement: Requirement
    kind: AnswerKind
    answers: tuple[Answer, ...] = ()


class CoverageFault(Frozen):
    """覆盖缺陷 What is wrong between duties and packs: a message id suffix `coverage.fault.<name>` and its values."""

    name: str
    params: dict[str, str] = Field(default_factory=dict)


class RequirementCoverage(Frozen):
    """要求覆盖 Every duty with its answers, and what is wrong. `examples_seen`: whether named cases were at hand."""

    rows: tuple[AnsweredRequirement, ...]
    faults: tuple[CoverageFault, ...] = ()
    examples_seen: bool = True

    def totals(self) -> dict[str, dict[AnswerKind, int]]:
        """合计 How many duties of each document are answered in which way, in order of appearance."""
        found: dict[str, Counter[AnswerKind]] = {}
        for row in self.rows:
            found.setdefault(row.requirement.document, Counter())[row.kind] += 1
        return {document: {kind: counts[kind] for kind in AnswerKind} for document, counts in found.items()}
