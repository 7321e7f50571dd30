"""报告页 One self-contained HTML page: no script, no outside file, for the screen and for paper.

Everything a stranger wrote is cleaned by `plain` (see `_clean`) and escaped by Jinja; only http and https
addresses become links.
"""

import re
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from model import Column, Coverage, Grade, Outcome, Rank, Unread
from report.budget import budget_lines
from report.chapters import Chapter, chapters, parents_of
from report.conclusion import conclude
from report.figures import day_text, days_text, figure_text, measured_text, minute_text, period_text
from report.freshness import freshness, strictest
from report.links import LinksView, fault_text, refusal_text, totals_line, whitelist_text
from report.messages import Messages
from report.output import write_whole
from report.scheme import depth_of, step_lines
from report.text import (
    cause_text,
    describe,
    label,
    link_target,
    number,
    plain,
    points_of,
    remedy_text,
    shorten,
    state_of,
    title_of,
)
from report.view import ReportView

_TEMPLATES = Path(__file__).parent / "templates"
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b", re.ASCII)


def write_page(view: ReportView, path: Path, messages: Messages) -> None:
    """写报告页 Raises Fault when the file cannot be written."""
    write_whole(path, render_page(view, messages).encode())


def render_page(view: ReportView, messages: Messages) -> str:
    """报告页文本 The whole HTML page."""
    page = _environment(view, messages).get_template("page.html.j2")
    return page.render(
        view=view,
        run=view.run,
        site=view.site,
        score=view.score,
        steps=step_lines(view.score, messages) if view.score and view.score.priced else (),
        coverage=view.coverage,
        budget=budget_lines(view.rules, view.verdicts, view.coverage, messages),
        language="zh-CN" if messages.language == "zh_CN" else "en",
        english=messages.language == "en",
        counts=view.counts(),
        conclusion=conclude(view),
        priced=_priced(view),
        chapters=chapters(view),
        freshness=freshness(view),
        results=_results(view),
        rule_counts=_rule_counts(view),
        unread=_by_cause(view.coverage),
        outcomes=list(Outcome),
        grades=list(Grade),
    )


def _priced(view: ReportView) -> frozenset[str]:
    """Sections that could lose anything, with those around them: where nothing has a price, nothing lost is no praise."""
    within = {section.id: section.within for section in view.score.sections} if view.score else {}
    found: set[str] = set()
    for rule in view.rules:
        section: str | None = rule.section if rule.scored else None
        while section is not None and section not in found:
            found.add(section)
            section = within.get(section)
    return frozenset(found)


def _environment(view: ReportView, messages: Messages) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_clean,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["t"] = messages.text
    environment.globals["label"] = partial(label, messages)
    environment.globals["parents_of"] = parents_of
    environment.globals["depth_of"] = depth_of
    for name, words in {
        "describe": describe,
        "title": title_of,
        "state": state_of,
        "points": points_of,
        "period": period_text,
        "days": days_text,
        "figure": figure_text,
        "measured": measured_text,
        "cause": cause_text,
        "remedy": remedy_text,
        "left_reason": _left_text,
        "totals": totals_line,
        "fault": fault_text,
        "refusal": refusal_text,
    }.items():
        environment.filters[name] = partial(_speak, words, messages)
    environment.filters |= {
        "href": lambda url: link_target(plain(url)),
        "shorten": lambda text, longest=160: shorten(plain(text), longest),
        "whole_days": _whole_days,
        "number": number,
        "day": day_text,
        "minute": minute_text,
        "section_title": partial(_section_title, _english_sections(view, messages)),
        "whitelist": lambda refusal: whitelist_text(refusal, view.links or LinksView(), messages),
        "rank": lambda rank: label(messages, "rank", Rank(rank).name.lower()),
    }
    return environment


def _speak(words: Any, messages: Messages, value: Any) -> Any:
    return words(value, messages)


def _clean(value: Any) -> Any:
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _whole_days(text: str) -> Markup:
    """Dates in a sentence never break at their hyphens."""
    return Markup(_DAY.sub(r'<span class="day">\g<0></span>', str(escape(text))))  # noqa: S704 - escaped first


def _left_text(reason: str, messages: Messages) -> str:
    return label(messages, "left" if messages.has(f"left.{reason}") else "unread", reason)


def _english_sections(view: ReportView, messages: Messages) -> dict[str, str]:
    if messages.language != "en" or view.score is None:
        return {}
    return {section.id: section.title_en for section in view.score.sections if section.title_en}


def _section_title(english: dict[str, str], chapter: Chapter) -> str:
    return english.get(chapter.section, chapter.title)


def _by_cause(coverage: Coverage) -> dict[str, list[Unread]]:
    causes: dict[str, list[Unread]] = {}
    for unread in coverage.unread:
        causes.setdefault(unread.cause, []).append(unread)
    return dict(sorted(causes.items(), key=lambda found: (-len(found[1]), found[0])))


def _rule_counts(view: ReportView) -> list[tuple[str, Counter[Outcome]]]:
    counts: dict[str, Counter[Outcome]] = {rule.id: Counter() for rule in view.rules}
    for verdict in view.verdicts:
        counts.setdefault(verdict.rule_id, Counter())[verdict.outcome] += 1
    return list(counts.items())


def _results(view: ReportView) -> list[dict[str, Any]]:
    """One row a column: what it is allowed, and the outcomes of all rules judged on it, gravest first."""
    verdicts = {(verdict.rule_id, verdict.locus): verdict for verdict in view.verdicts}
    allowed = strictest(view, verdicts)
    outcomes: dict[str, set[Outcome]] = {}
    for verdict in view.verdicts:
        if not verdict.preview:
            outcomes.setdefault(verdict.locus, set()).add(verdict.outcome)
    gravity = (
        Outcome.FAIL,
        Outcome.UNSURE,
        Outcome.CRASHED,
        Outcome.BLOCKED,
        Outcome.NOT_OBSERVED,
        Outcome.PASS,
    )

    def result(column: Column) -> list[Outcome]:
        found = outcomes.get(column.key, set())
        grave = [outcome for outcome in gravity[:-1] if outcome in found]
        return grave or [outcome for outcome in (Outcome.PASS,) if outcome in found]

    return [
        {
            "column": column,
            "period": allowed[column.key].period if column.key in allowed else None,
            "outcomes": result(column),
        }
        for column in view.columns
    ]
