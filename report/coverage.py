"""要求覆盖 Which duty is answered by what, as rows of a table, totals and sentences."""

from collections.abc import Iterator

from model import AnsweredRequirement, AnswerKind, RequirementCoverage
from report.messages import Messages
from report.text import label, plain, shorten

HEADS = ("requirement", "document", "clause", "answered_by", "entry", "check", "failing", "passing", "test")
_LONGEST_CLAUSE = 30


def coverage_heads(messages: Messages) -> tuple[str, ...]:
    """表头 The heads of `coverage_rows`, in its order."""
    return tuple(messages.text(f"col.{name}") for name in HEADS)


def coverage_rows(coverage: RequirementCoverage, messages: Messages) -> Iterator[tuple[str, ...]]:
    """要求逐条 One row for every answer of a duty; a duty nothing answers has one as well."""
    for row in coverage.rows:
        begun = _begun(row, messages)
        for answer in row.answers:
            by = answer.check or answer.command or ""
            examples = (answer.failing, answer.passing, answer.test)
            yield (*begun, label(messages, "answer", answer.kind), f"{answer.pack} {answer.entry}", by,
                   *(example or "–" for example in examples))  # fmt: skip
        if not row.answers:
            yield (*begun, label(messages, "answer", row.kind), "–", "–", "–", "–", "–")


def _begun(row: AnsweredRequirement, messages: Messages) -> tuple[str, str, str]:
    told = row.requirement
    return (
        f"{told.id} {told.check_type}/{told.automation}",
        told.document,
        shorten(plain(told.clause), _LONGEST_CLAUSE),
    )


def total_heads(messages: Messages) -> tuple[str, ...]:
    """合计表头 The heads of `total_rows`."""
    kinds = (label(messages, "answer", kind) for kind in AnswerKind)
    return (messages.text("col.document"), *kinds, messages.text("coverage.total"))


def total_rows(coverage: RequirementCoverage, messages: Messages) -> list[tuple[str, ...]]:
    """合计 Duties of each document by kind of answer, and of all documents together."""
    totals = coverage.totals()
    sums = {kind: sum(found[kind] for found in totals.values()) for kind in AnswerKind}
    return [
        (name, *(str(found[kind]) for kind in AnswerKind), str(sum(found.values())))
        for name, found in [*totals.items(), (messages.text("coverage.all"), sums)]
    ]


def fault_lines(coverage: RequirementCoverage, messages: Messages) -> list[str]:
    """缺陷 One sentence for each thing that is wrong, and what could not be looked at."""
    lines = [
        plain(messages.text(f"coverage.fault.{fault.name}", **fault.params)) for fault in coverage.faults
    ]
    return lines if coverage.examples_seen else [*lines, messages.text("coverage.no_examples")]
