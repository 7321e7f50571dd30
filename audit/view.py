"""报告素材 What a report needs, gathered from a result."""

from audit.conclude import Result, moment_of
from audit.judge import subject_columns
from audit.link_view import links_view
from model import Period, RulePack
from report.view import Allowance, ReportView


def report_view(result: Result, pack: RulePack) -> ReportView:
    """报告视图 One result as a report tells it, with the update period each rule puts on each column."""
    allowances = (
        Allowance(column=column.key, rule_id=rule.id, period=Period.model_validate(rule.params["period"]))
        for rule in pack.rules
        if rule.check == "stale_column"
        and not rule.preview
        and rule.in_force(result.observation.moment.today)
        for column in subject_columns(rule.applies_to, result.observation)
    )
    return ReportView(
        run=result.run,
        moment=moment_of(result.run.as_of),
        pack_title=pack.title,
        pack_title_en=pack.title_en,
        pack_document=pack.document,
        findings=result.findings,
        verdicts=result.verdicts,
        columns=result.observation.columns,
        allowances=tuple(allowances),
        rules=pack.rules,
        manual=pack.manual,
        coverage=result.observation.coverage,
        score=result.run.score,
        links=links_view(result),
    )
