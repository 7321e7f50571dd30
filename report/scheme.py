"""计分说明 How a score came about, step by step, and what a rule weighs in its pack's scheme, in words."""

from collections.abc import Iterator
from decimal import Decimal

from model import LadderBy, Rule, RulePack, Score, ScoringMode, Section
from report.messages import Messages
from report.text import label, number, plain


def step_lines(score: Score, messages: Messages) -> tuple[str, ...]:
    """计分步骤 One sentence a step, in the order the score was reckoned."""
    return tuple(
        plain(messages.text(f"score.step.{step.name}", score=range_text(step.low, step.high, messages), **step.params))
        for step in score.steps
    )  # fmt: skip


def range_text(low: Decimal, high: Decimal, messages: Messages) -> str:
    """得分区间 One figure, or the two ends."""
    if low == high:
        return number(high)
    return messages.text("page.score.range", low=number(low), high=number(high))


def depth_of(section_id: str, score: Score) -> int:
    """层级 How many sections a section stands in."""
    within = {section.id: section.within for section in score.sections}
    depth, around = 0, within.get(section_id)
    while around is not None and depth < len(within):
        depth, around = depth + 1, within.get(around)
    return depth


def scheme_lines(rule: Rule, pack: RulePack, messages: Messages) -> Iterator[str]:
    """指标计分 How the pack scores, the sections around the rule, and what the rule has of its own."""
    scoring = pack.scoring
    yield _said(messages, "mode", mode=label(messages, "score.mode", scoring.mode), base=number(scoring.base))
    path = _path(rule, pack)
    if len(path) > 1 or scoring.mode is ScoringMode.WEIGHTS:
        yield _said(messages, "path", path=" → ".join(_share(section, messages) for section in path))
    for name in ("worth", "weight"):
        if (figure := getattr(rule, name)) is not None:
            yield _said(messages, name, figure=number(figure))
    if rule.uncapped:
        yield _said(messages, "uncapped")
    if rule.ladder is not None:
        steps = messages.text("page.join").join(
            _said(messages, "ladder.rest" if step.at_most is None else f"ladder.{rule.ladder.by}",
                  at_most=number(_shown(step.at_most, rule.ladder.by)), keeps=number(step.keeps * 100))
            for step in rule.ladder.steps
        )  # fmt: skip
        yield _said(messages, "ladder", steps=steps)
    for name, share in sorted((scoring.credit | rule.credit).items()):
        yield _said(
            messages, "credit", name=plain(label(messages, "credit", name)), share=number(share * 100)
        )
    if rule.effective_from is not None:
        yield _said(messages, "from", day=rule.effective_from.isoformat())
    if rule.effective_to is not None:
        yield _said(messages, "to", day=rule.effective_to.isoformat())


def _said(messages: Messages, line: str, **params: str) -> str:
    return messages.text(f"why.scheme.{line}", **params)


def _shown(at_most: Decimal | None, by: LadderBy) -> Decimal:
    return (at_most or Decimal(0)) * (100 if by is LadderBy.SHARE else 1)


def _path(rule: Rule, pack: RulePack) -> list[Section]:
    known = {section.id: section for section in pack.sections}
    path: list[Section] = []
    section = known.get(rule.section)
    while section is not None and section not in path:
        path.insert(0, section)
        section = known.get(section.within) if section.within else None
    return path


def _share(section: Section, messages: Messages) -> str:
    title = plain((section.title_en if messages.language == "en" else None) or section.title)
    if section.weight is not None:
        return f"{title} {number(section.weight * 100)} %"
    return title if section.points is None else f"{title} {number(section.points)}"
