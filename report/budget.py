"""预算与判定 What the requests of a crawl brought about, and what a smaller budget, or a quick look, leaves undecided."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from model import Coverage, Outcome, Rank, Rule, Scope, Verdict
from report.messages import Messages
from report.output import write_whole
from report.sheet import cell_text
from report.text import describe, label
from report.view import ReportView

UNDECIDED = ("rule", "title", "severity", "outcome", "place", "url", "reason")
_REACHED = (Outcome.PASS, Outcome.FAIL, Outcome.UNSURE)
_OPEN = (Outcome.NOT_OBSERVED, Outcome.BLOCKED, Outcome.CRASHED)
# how the reason of a verdict ends that more requests would settle
_LEFT_OVER = (".left_over", ".unopened_page", ".unopened_address", ".unopened_names", ".blank_unopened")
_MOST_NAMED = 8


def budget_lines(
    rules: Sequence[Rule], verdicts: Sequence[Verdict], coverage: Coverage, messages: Messages
) -> list[str]:
    """预算各行 Requests per verdict; and, unless the site was seen whole, what waits and which rules are open."""
    told = []
    reached = sum(one.outcome in _REACHED and not one.preview for one in verdicts)
    if coverage.requests and reached:
        each = f"{coverage.requests / reached:.2f}"
        told.append(messages.text("budget.requests", requests=coverage.requests, each=each, verdicts=reached))
    if coverage.needed:
        told.append(messages.text("budget.needed", needed=coverage.needed, requests=coverage.requests))
    waiting = Counter[Rank]()
    for left in coverage.left:
        waiting[left.rank] += left.count * (left.rank is not Rank.EXTERNAL)
    if +waiting:
        parts = [
            messages.text("budget.part", rank=label(messages, "rank", rank.name.lower()), count=count)
            for rank, count in sorted((+waiting).items())
        ]
        join = messages.text("budget.join")
        told.append(messages.text("budget.waiting", count=waiting.total(), parts=join.join(parts)))
    quick = coverage.scope is Scope.COLUMNS
    if quick or +waiting:
        key = "budget.quick" if quick else "budget.open"
        unsettled = list(dict.fromkeys(one.rule_id for one in undecided(verdicts)))
        named = messages.text("budget.join").join(unsettled[:_MOST_NAMED])
        more = "…" if len(unsettled) > _MOST_NAMED else ""
        told.append(messages.text(key, count=len(unsettled), rules=len(rules), named=named + more))
    return told


def undecided(verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    """未判定 Verdicts that say nothing because something was not seen; rules on trial are left out."""
    for one in verdicts:
        late = one.outcome is Outcome.UNSURE and one.message_id.endswith(_LEFT_OVER)
        if (late or one.outcome in _OPEN) and not one.preview:
            yield one


def write_undecided(view: ReportView, path: Path, messages: Messages) -> None:
    """写未判定清单 One row a rule and place that nobody could decide. Raises Fault when it cannot write."""
    titles = {rule.id: rule.title_en if messages.language == "en" else rule.title for rule in view.rules}
    text = io.StringIO(newline="")
    sheet = csv.writer(text, lineterminator="\r\n")
    sheet.writerow(cell_text(messages.text(f"budget.head.{head}")) for head in UNDECIDED)
    for one in undecided(view.verdicts):
        sheet.writerow(
            cell_text(cell)
            for cell in (
                one.rule_id,
                titles.get(one.rule_id) or "",
                label(messages, "severity", one.severity),
                label(messages, "outcome_verdict", one.outcome),
                one.subject_name or one.locus,
                one.url,
                describe(one, messages),
            )
        )
    write_whole(path, text.getvalue().encode("utf-8-sig"))
