"""篇章 Findings grouped as a report tells them: by section, then by rule, long groups folded."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from model import Finding, Outcome
from report.view import ReportView, in_order

_OPEN_FINDINGS = 12  # of one rule shown unfolded
_PARENTS_IN_ALL = 4000  # of a whole page, so that it stays small with thousands of findings
_OPEN_PARENTS = 5
_MOST_PARENTS = 300  # of one finding


@dataclass(frozen=True)
class Group:
    """一项指标的问题 Findings of one rule: the first ones, and those to be folded."""

    first: Finding
    shown: tuple[Finding, ...]
    folded: tuple[Finding, ...]

    @property
    def count(self) -> int:
        return len(self.shown) + len(self.folded)


@dataclass(frozen=True)
class Chapter:
    """一部分 The groups of one section."""

    section: str
    title: str
    groups: tuple[Group, ...]

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)


@dataclass(frozen=True)
class Chapters:
    """全部问题 What is certain, what a person must look at, what is not counted, and what rules on trial say."""

    problems: tuple[Chapter, ...]
    unsure: tuple[Chapter, ...]
    excused: tuple[Chapter, ...]
    trial: tuple[Chapter, ...]


def chapters(view: ReportView) -> Chapters:
    """分篇 Sections in the pack's order (as the score lists them), vetoes and strange sections by name."""
    order = [section.id for section in view.score.sections] if view.score else []
    counted = [finding for finding in view.findings if not finding.verdict.preview]
    return Chapters(
        problems=_chapters((f for f in counted if f.accuses), order),
        unsure=_chapters((f for f in counted if f.verdict.outcome is not Outcome.FAIL), order),
        excused=_chapters((f for f in counted if f.counts_as is not f.verdict.outcome), order),
        trial=_chapters((f for f in view.findings if f.verdict.preview), order),
    )


def _chapters(findings: Iterable[Finding], order: list[str]) -> tuple[Chapter, ...]:
    def section_of(finding: Finding) -> tuple[int, str]:
        section = finding.verdict.section
        return (order.index(section) if section in order else -1, section)

    return tuple(
        Chapter(section=found[0].verdict.section, title=found[0].section_title, groups=_groups(found))
        for found in (
            list(same) for _, same in groupby(sorted(in_order(findings), key=section_of), key=section_of)
        )
    )


def _groups(findings: list[Finding]) -> tuple[Group, ...]:
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.verdict.rule_id, []).append(finding)
    return tuple(
        Group(first=found[0], shown=tuple(found[:_OPEN_FINDINGS]), folded=tuple(found[_OPEN_FINDINGS:]))
        for found in by_rule.values()
    )


@dataclass(frozen=True)
class Parents:
    """父页面 The pages that carry a link: at once, when unfolded, and how many only the sheet lists."""

    shown: tuple[str, ...]
    folded: tuple[str, ...]
    rest: int


def parents_of(finding: Finding, findings_in_all: int) -> Parents:
    """父页面分列 Few findings may list many parents each; thousands of findings list five."""
    parents = finding.verdict.parents
    most = min(_MOST_PARENTS, max(_OPEN_PARENTS, _PARENTS_IN_ALL // max(1, findings_in_all)))
    return Parents(parents[:_OPEN_PARENTS], parents[_OPEN_PARENTS:most], max(0, len(parents) - most))
