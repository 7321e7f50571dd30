"""典型问题 What many units have in common: by rule, how many units and sites, with the worst examples."""

from collections.abc import Iterator, Sequence

from model import Finding, Frozen
from report.book import Cell, Sheet, render_book
from report.document import Block, Heading, Line, Points, Table, as_markdown
from report.messages import Messages
from report.sheet import csv_text
from report.text import describe, label, plain, title_of

MOST_EXAMPLES = 3


class Example(Frozen):
    """一例"""

    unit: str
    site: str
    finding: Finding


class TypicalRule(Frozen):
    """一类问题 All that failed one rule. `first`: any of its findings, for its title and basis.

    `units_before`, `count_before`: in the earlier assessment; None: nothing to compare with. `apart`: the rule did not
    ask for the same then.
    """

    rule_id: str
    first: Finding
    units: tuple[str, ...]
    sites: int
    count: int
    examples: tuple[Example, ...]
    units_before: int | None = None
    count_before: int | None = None
    apart: bool = False


class Typical(Frozen):
    """典型问题汇总 The commonest first. `of`: how many units were seen; `against`: title of the earlier assessment."""

    title: str
    version: int
    of: int
    rules: tuple[TypicalRule, ...]
    against: str | None = None


COLUMNS = (
    "rule", "title", "severity", "units", "of", "sites", "count", "units_before", "count_before", "basis", "which",
    "examples",
)  # fmt: skip


def typical_rows(typical: Typical, messages: Messages) -> Iterator[tuple[Cell, ...]]:
    """汇总行 The cells of COLUMNS; a rule that asked for something else last time has no figures of then."""
    for one in typical.rules:
        basis = dict.fromkeys(f"{cited.document} {cited.clause}" for cited in one.first.basis)
        yield (
            one.rule_id, title_of(one.first, messages), label(messages, "severity", one.first.verdict.severity),
            len(one.units), typical.of, one.sites, one.count,
            None if one.apart else one.units_before, None if one.apart else one.count_before,
            "; ".join(basis), messages.text("ranking.join").join(one.units),
            "; ".join(f"{each.finding.id} {each.unit}" for each in one.examples) or None,
        )  # fmt: skip


def typical_blocks(typical: Typical, messages: Messages) -> list[Block]:
    """汇总内容 A table of all, then each with its examples."""
    say = messages.text
    found = [one for one in typical.rules if one.count]
    blocks: list[Block] = [Line(say("typical.intro", of=typical.of, rules=len(found)))]
    if typical.against:
        blocks.append(Line(say("typical.against", against=typical.against)))
    if not typical.rules:
        return [*blocks, Line(say("typical.none"))]
    names = ["title", "units", "sites", "count"] + (
        ["units_before", "count_before"] if typical.against else []
    )
    blocks.append(Table([say(f"typical.col.{name}") for name in names], _table(typical, messages)))
    for place, one in enumerate(found, start=1):
        blocks.append(Heading(3, say("typical.rule", place=place, title=title_of(one.first, messages))))
        units = say("ranking.join").join(one.units)
        blocks.append(
            Line(
                say("typical.rule.extent", units=len(one.units), of=typical.of, count=one.count, which=units)
            )
        )
        blocks.append(Points([_example(each, messages) for each in one.examples]))
    return blocks


def _table(typical: Typical, messages: Messages) -> list[list[str]]:
    rows = []
    for one in typical.rules:
        row = [title_of(one.first, messages), str(len(one.units)), str(one.sites), str(one.count)]
        if typical.against:
            before = (one.units_before, one.count_before)
            row += (
                [messages.text("typical.apart")] * 2 if one.apart else [str(figure or 0) for figure in before]
            )
        rows.append(row)
    return rows


def _example(one: Example, messages: Messages) -> str:
    verdict = one.finding.verdict
    return messages.text(
        "typical.example", unit=one.unit, site=one.site, place=plain(verdict.subject_name or verdict.locus),
        said=describe(one.finding, messages), id=one.finding.id,
    )  # fmt: skip


def typical_title(typical: Typical, messages: Messages) -> str:
    return messages.text("typical.title", title=typical.title)


def typical_markdown(typical: Typical, messages: Messages) -> bytes:
    """汇总 Markdown"""
    return as_markdown(typical_title(typical, messages), typical_blocks(typical, messages)).encode()


def typical_csv(typical: Typical, messages: Messages) -> bytes:
    """汇总 CSV"""
    return csv_text(_heads(messages), typical_rows(typical, messages)).encode("utf-8-sig")


def typical_book(typical: Typical, messages: Messages) -> bytes:
    """汇总工作簿"""
    return render_book(
        [Sheet(messages.text("typical.sheet"), _heads(messages), typical_rows(typical, messages))]
    )


def _heads(messages: Messages) -> Sequence[str]:
    return [messages.text(f"typical.col.{name}") for name in COLUMNS]
