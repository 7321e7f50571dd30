"""报告视图 All that the report of one run needs, and nothing that has to be looked up."""

from collections.abc import Iterable

from model import (
    Column,
    Coverage,
    Finding,
    Frozen,
    ManualEntry,
    Moment,
    Outcome,
    Period,
    Rule,
    Run,
    Score,
    Severity,
    Site,
    Verdict,
)
from report.links import LinksView


class Allowance(Frozen):
    """更新期限 How old the newest item of a column may be, by one rule. `column` is the column's key."""

    column: str
    rule_id: str
    period: Period


class ReportView(Frozen):
    """报告视图 One run as a report tells it.

    `columns` are all columns of the site, `allowances` the update periods that rules put on some of them,
    `rules` the rules that were judged (for the table of all rules), `manual` what the pack leaves to a person,
    `score` None when none was reached, `links` None when links are not told of by themselves.
    """

    run: Run
    moment: Moment
    pack_title: str
    pack_title_en: str | None = None
    pack_document: str
    findings: tuple[Finding, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    columns: tuple[Column, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    rules: tuple[Rule, ...] = ()
    manual: tuple[ManualEntry, ...] = ()
    coverage: Coverage = Coverage()
    score: Score | None = None
    links: LinksView | None = None

    @property
    def site(self) -> Site:
        return self.run.site

    def counts(self) -> dict[Outcome, int]:
        """判定计数 How many verdicts came out each way; rules on trial are not counted, nor what was waived or withdrawn."""
        counts = dict.fromkeys(Outcome, 0)
        for verdict in self.verdicts:
            counts[verdict.outcome] += not verdict.preview
        for finding in self.findings:
            if finding.counts_as is not finding.verdict.outcome and not finding.verdict.preview:
                counts[finding.verdict.outcome] -= 1
                counts[finding.counts_as] += 1
        return counts


_GRAVITY = {severity: place for place, severity in enumerate(Severity)}


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """排序 Certain before unsure, grave before light, then by rule and place: the same order in every form."""
    return tuple(sorted(findings, key=place_of))


def place_of(finding: Finding) -> tuple[bool, bool, int, str, str, str]:
    """位次 The sorting key of `in_order`."""
    verdict = finding.verdict
    return (
        verdict.preview,
        not finding.accuses,
        _GRAVITY[verdict.severity],
        verdict.rule_id,
        verdict.locus,
        finding.fingerprint,
    )
