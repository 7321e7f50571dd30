"""说明理由 The whole story of one finding, or of one rule, as plain lines for a terminal.

Every line goes through `plain`: what a page wrote cannot move a terminal's cursor.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from model import (
    SHANGHAI,
    Case,
    CaseState,
    Evidence,
    Feature,
    Finding,
    ManualEntry,
    Requirement,
    Rule,
    RulePack,
    Ruling,
    Run,
    Snapshot,
)
from report.demand import demand_lines
from report.figures import day_text, days_text, figure_text, measured_text, second_text
from report.ledger import decision_lines, event_text, state_text
from report.messages import Messages
from report.scheme import scheme_lines
from report.text import (
    cause_text,
    describe,
    label,
    number,
    plain,
    points_of,
    run_state_of,
    state_of,
    title_of,
)
from report.votes import change_text, vote_lines

_INDENT = "  "


class _Lines:
    """Lines of `label: value`, indented by depth."""

    def __init__(self, messages: Messages) -> None:
        self.messages = messages
        self.lines: list[str] = []

    def say(self, text: str, depth: int = 0) -> None:
        self.lines.append(_INDENT * depth + plain(text))

    def table(self, text: str) -> None:
        """A line whose spaces align it with those around it: its cells have been through `plain` one by one."""
        self.lines.append(text)

    def tell(self, name: str, value: object | None, depth: int = 0, **params: object) -> None:
        """`value` None or empty leaves the line out."""
        if value is not None and value != "":
            colon = self.messages.text("why.colon")
            self.lines.append(
                _INDENT * depth
                + plain(self.messages.text(f"why.{name}", **params))
                + colon
                + plain(str(value))
            )


def explain(
    finding: Finding,
    run: Run,
    case: Case | None,
    snapshots: tuple[Snapshot, ...],
    messages: Messages,
    rulings: Sequence[Ruling] = (),
    on: date | None = None,
) -> tuple[str, ...]:
    """说明问题 All that stands behind a finding: rule, clause, figures, quotes, fetches with attempts, history.

    `snapshots` are those the finding's evidence names, as far as they are stored. `on`: the day of asking, on which it
    may be overdue; None: the day it was last seen.
    """
    lines = _Lines(messages)
    verdict = finding.verdict
    lines.say(messages.text("why.finding", id=finding.id, fingerprint=finding.fingerprint))
    lines.say(describe(finding, messages))
    lines.tell("outcome", label(messages, "outcome_verdict", verdict.outcome))
    lines.tell("rule", f"{verdict.rule_id} {title_of(finding, messages)}")
    if verdict.preview:
        lines.say(messages.text("why.preview"), 1)
    lines.tell("check", verdict.check)
    english = messages.language == "en"
    lines.tell("section", (finding.section_title_en if english else None) or finding.section_title)
    lines.tell("severity", label(messages, "severity", verdict.severity))
    lines.tell("points", points_of(finding, messages))
    _tell_basis(lines, finding)
    lines.tell("site", " ".join(filter(None, (run.site.name, run.site.site_code, run.site.home))))
    _tell_run(lines, run)
    lines.tell("subject", verdict.subject_name)
    lines.tell("locus", verdict.locus)
    lines.tell("link", verdict.url)
    lines.tell("measured", measured_text(verdict, messages))
    lines.tell("allowed", figure_text(verdict.allowed, messages) if verdict.allowed else None)
    lines.tell("newest", verdict.newest)
    if verdict.overdue_days is not None:
        lines.tell("overdue", days_text(verdict.overdue_days, messages))
    lines.tell("values", "; ".join(f"{name}={value}" for name, value in sorted(verdict.params.items())))
    for line in vote_lines(verdict, messages):
        lines.table(line)
    lines.tell("change", change_text(verdict, messages))
    if messages.has(f"remedy.{verdict.check}"):
        lines.tell("remedy", messages.text(f"remedy.{verdict.check}"))
    stored = {snapshot.id: snapshot for snapshot in snapshots}
    for place, proof in enumerate(verdict.evidence, start=1):
        _tell_evidence(lines, place, proof, stored)
    if verdict.parents:
        lines.say(messages.text("why.parents", n=len(verdict.parents)))
        for parent in verdict.parents:
            lines.say(parent, 1)
    _tell_ledger(lines, finding, case, rulings, on or finding.last_seen.astimezone(SHANGHAI).date())
    return tuple(lines.lines)


def _tell_basis(lines: _Lines, told: Finding | Rule | ManualEntry | Feature) -> None:
    for citation in told.basis:
        grade = label(lines.messages, "grade", citation.grade)
        lines.tell(
            "basis",
            lines.messages.text(
                "why.basis.line", document=citation.document, clause=citation.clause, grade=grade
            ),
        )
        if citation.effective_from:
            lines.say(lines.messages.text("why.effective", day=citation.effective_from), 1)
        if citation.effective_to:
            lines.say(lines.messages.text("why.effective_to", day=citation.effective_to), 1)
        lines.tell("quote", citation.quote, 1)


def _tell_run(lines: _Lines, run: Run) -> None:
    text = lines.messages.text
    state = run_state_of(run, lines.messages)
    lines.tell("run", text("why.run.line", run=run.id, as_of=second_text(run.as_of), state=state))
    if run.replays:
        lines.say(text("why.replays", run=run.replays), 1)
    lines.tell(
        "pack",
        text("why.pack.line", pack=run.pack_id, version=run.pack_version, digest=run.pack_digest),
    )
    lines.tell("made_by", text("why.made_by.line", version=run.version, reader=run.reader or "—"))


def _tell_evidence(lines: _Lines, place: int, proof: Evidence, stored: dict[str, Snapshot]) -> None:
    lines.say(lines.messages.text("why.evidence", n=place))
    if proof.shows:
        lines.tell("evidence.shows", label(lines.messages, "evidence", proof.shows), 1)
    lines.tell("evidence.quote", proof.quote, 1)
    lines.tell("evidence.url", proof.url, 1)
    if proof.snapshot_id is None:
        return
    lines.say(lines.messages.text("why.snapshot", id=proof.snapshot_id), 1)
    snapshot = stored.get(proof.snapshot_id)
    if snapshot:
        _tell_snapshot(lines, snapshot)


def _tell_snapshot(lines: _Lines, snapshot: Snapshot) -> None:
    text = lines.messages.text
    lines.say(
        text(
            "why.snapshot.fetched",
            at=second_text(snapshot.fetched_at),
            outcome=cause_text(snapshot.outcome, lines.messages),
            status=snapshot.status or "—",
            size=snapshot.size,
            elapsed=snapshot.elapsed_ms,
        ),
        2,
    )
    if snapshot.carried:
        lines.say(text("why.snapshot.carried", origin=snapshot.revisits or "—"), 2)
    elif snapshot.status == 304 and snapshot.revisits:
        lines.say(text("why.snapshot.unmodified", origin=snapshot.revisits), 2)
    if snapshot.rendered:
        lines.say(text("why.snapshot.rendered"), 2)
    for hop in snapshot.redirects:
        lines.tell("snapshot.redirect", f"{hop.status} {hop.url}", 2)
    if snapshot.final_url != snapshot.url:
        lines.tell("snapshot.final", snapshot.final_url, 2)
    lines.tell("snapshot.digest", snapshot.sha256, 2)
    if snapshot.position:
        where = text("why.snapshot.stored.line", file=snapshot.position.file, offset=snapshot.position.offset)
        lines.tell("snapshot.stored", where, 2)
    for attempt in snapshot.attempts:
        finer = attempt.cause if attempt.cause and not attempt.cause.startswith("status_") else None
        cause = f" ({cause_text(finer, lines.messages)})" if finer else ""
        line = text(
            "why.attempt.line",
            at=second_text(attempt.at),
            method=attempt.method,
            outcome=cause_text(attempt.outcome, lines.messages) + cause,
            status=attempt.status or "—",
            elapsed=attempt.elapsed_ms,
        )
        lines.tell("attempt", line, 2)


def explain_case(case: Case, rulings: Sequence[Ruling], messages: Messages) -> tuple[str, ...]:
    """说明台账条目 What the ledger still knows of a finding whose evidence is kept no longer."""
    lines = _Lines(messages)
    state = state_text(case, messages)
    lines.say(
        messages.text(
            "why.evidence_gone", finding=case.id, rule=case.rule_id, site=case.site_key, locus=case.locus, state=state,
            first=day_text(case.first_seen), last=day_text(case.last_seen),
        )
    )  # fmt: skip
    _tell_case(lines, case, rulings)
    return tuple(lines.lines)


def _tell_ledger(
    lines: _Lines, finding: Finding, case: Case | None, rulings: Sequence[Ruling], on: date
) -> None:
    messages = lines.messages
    state = state_of(finding, messages)
    line = messages.text(
        "why.ledger.line", state=state, first=day_text(finding.first_seen), last=day_text(finding.last_seen)
    )
    lines.tell("ledger", line)
    told = finding.verdict.params
    if finding.state is CaseState.SUSPECTED and "nights_seen" in told:
        lines.say(messages.text("why.nights", n=told["nights_seen"], of=told["nights_asked"]), 1)
    if case:
        _tell_case(lines, case, rulings, on)


def _tell_case(lines: _Lines, case: Case, rulings: Sequence[Ruling], on: date | None = None) -> None:
    for text in decision_lines(case, rulings, lines.messages, on):
        lines.say(text, 1)
    for event in case.history:
        lines.tell("history", event_text(event, lines.messages), 1)


def explain_rule(
    rule: Rule,
    pack: RulePack,
    messages: Messages,
    duties: Mapping[str, Requirement] | None = None,
    cases: Mapping[str, str] | None = None,
) -> tuple[str, ...]:
    """说明指标 What a rule demands, of whom, by which document, what a hit costs and how it is mended.

    `duties` by id tell which demands of the documents it answers; `cases` on which side each named case stands.
    """
    lines = _Lines(messages)
    _tell_entry(lines, rule, pack)
    lines.tell("severity", label(messages, "severity", rule.severity))
    if rule.ladder is None:
        unknown = messages.text("points.unknown")
        lines.tell("points", number(rule.points) if rule.points is not None else unknown)
    lines.tell("cap", number(rule.cap) if rule.cap is not None else None)
    if rule.preview:
        lines.say(messages.text("why.preview"), 1)
    if not rule.verified:
        lines.say(messages.text("why.unverified"), 1)
    for line in scheme_lines(rule, pack, messages):
        lines.tell("scheme", line)
    _tell_basis(lines, rule)
    lines.tell("check", rule.check)
    for line in demand_lines(rule, messages):
        lines.tell("params", line)
    lines.tell("applies", _scope(rule, messages))
    if messages.has(f"remedy.{rule.check}"):
        lines.tell("remedy", messages.text(f"remedy.{rule.check}"))
    for example in rule.examples:
        side = (cases or {}).get(example)
        if side is None:
            lines.tell("examples", example)
        else:
            lines.tell("example", example, side=messages.text(f"why.example.{side}"))
    _tell_answers(lines, rule, duties or {})
    _tell_pack(lines, pack)
    return tuple(lines.lines)


def explain_entry(
    entry: ManualEntry | Feature,
    pack: RulePack,
    messages: Messages,
    duties: Mapping[str, Requirement] | None = None,
) -> tuple[str, ...]:
    """说明条目 What a person must judge, or what the program itself does, and by which document."""
    lines = _Lines(messages)
    _tell_entry(lines, entry, pack)
    if isinstance(entry, Feature):
        lines.tell("feature", entry.command)
    else:
        lines.tell("severity", label(messages, "severity", entry.severity))
        lines.say(messages.text("why.manual"))
    _tell_basis(lines, entry)
    _tell_answers(lines, entry, duties or {})
    _tell_pack(lines, pack)
    return tuple(lines.lines)


def _tell_entry(lines: _Lines, entry: Rule | ManualEntry | Feature, pack: RulePack) -> None:
    english = lines.messages.language == "en"
    lines.say(f"{entry.id} {(entry.title_en if english else None) or entry.title}")
    named = None if isinstance(entry, Feature) else entry.section
    section = next((found for found in pack.sections if found.id == named), None)
    if section:
        lines.tell("section", (section.title_en if english else None) or section.title)


def _tell_answers(
    lines: _Lines, entry: Rule | ManualEntry | Feature, duties: Mapping[str, Requirement]
) -> None:
    for name in entry.answers:
        duty = duties.get(name)
        told = lines.messages.text(
            "why.answers.line",
            id=name,
            document=duty.document if duty else "",
            clause=duty.clause if duty else "",
        )
        lines.tell("answers", told)


def _tell_pack(lines: _Lines, pack: RulePack) -> None:
    english = lines.messages.language == "en"
    lines.tell("pack", f"{pack.id} {(pack.title_en if english else None) or pack.title} {pack.version}")


def _scope(rule: Rule, messages: Messages) -> str:
    scope = rule.applies_to
    parts = [
        messages.text("page.join").join(label(messages, family, value) for value in values)
        for family, values in (
            ("site_kind", scope.site_kinds),
            ("level", scope.levels),
            ("kind", scope.column_kinds),
            ("relation", scope.relations),
        )
        if values
    ]
    if scope.except_kinds:
        kinds = messages.text("page.join").join(label(messages, "kind", kind) for kind in scope.except_kinds)
        parts.append(messages.text("why.applies.except", kinds=kinds))
    if scope.max_level is not None:
        parts.append(messages.text("why.applies.max_level", n=scope.max_level))
    if scope.on_home is not None:
        parts.append(messages.text("why.applies.on_home" if scope.on_home else "why.applies.not_home"))
    return "; ".join(parts) or messages.text("why.applies.all")
