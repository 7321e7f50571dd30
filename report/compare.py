"""比较 Several packs side by side: their scores, then every difference with its reason, for a terminal and a sheet."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from model import ComparedPack, Comparison, Demand, Difference, Outcome, Severity, Side
from report.messages import Messages
from report.output import write_whole
from report.scheme import range_text
from report.sheet import cell_text
from report.text import label, number, plain, shorten

_PLACES = 3  # places of a difference that a terminal names
_LONGEST_PARAM = 60
_LONGEST_TITLE = 40


def compare_lines(comparison: Comparison, messages: Messages) -> Iterator[str]:
    """差异说明 What the packs differ in, reason by reason, and what they agree on."""
    titles = {pack.label: _title(pack, messages) for pack in comparison.packs}
    alike = Counter(titles.values())
    titles = {name: title if alike[title] == 1 else name for name, title in titles.items()}
    for pack in comparison.packs:
        for note in pack.notes:
            yield messages.text(f"compare.note.{note}", pack=plain(titles[pack.label]))
        if pack.idle:
            yield messages.text(
                "compare.idle", pack=plain(titles[pack.label]), count=pack.idle, rules=pack.rules
            )
    for difference in comparison.differences:
        yield ""
        yield f"{difference.check}{messages.text('why.colon')}{_places(difference, messages)}"
        for side in difference.sides:
            for said in _said(side, messages):
                yield f"  {plain(side.pack)}  {said}"
    yield ""
    count = sum(len(one.places) for one in comparison.differences)
    yield messages.text(
        "compare.total", kinds=len(comparison.differences), places=count, agreed=comparison.agreed
    )


def score_heads(messages: Messages) -> tuple[str, ...]:
    """得分表头 The heads of `score_rows`."""
    named = ("pack", "title", "score", "band", "vetoes")
    return (
        *(messages.text(f"col.{name}") for name in named),
        *(label(messages, "outcome_verdict", outcome) for outcome in Outcome),
    )


def score_rows(comparison: Comparison, messages: Messages) -> Iterator[tuple[str, ...]]:
    """得分并列 One row a pack: score range, band, suspected vetoes, how many verdicts came out each way."""
    for pack in comparison.packs:
        counts = (str(pack.counts.get(outcome, 0)) for outcome in Outcome)
        yield (pack.label, _title(pack, messages), *_scored(pack, messages), *counts)


def _scored(pack: ComparedPack, messages: Messages) -> tuple[str, str, str]:
    score = pack.score
    if score is None:
        return "–", "–", "–"
    vetoes = [veto for veto in score.vetoes if veto.suspected]
    titles = ((veto.title_en if messages.language == "en" else None) or veto.title for veto in vetoes)
    told = f"{len(vetoes)}: {messages.text('page.join').join(titles)}" if vetoes else "0"
    if not pack.scored:  # a full mark that nothing could have lowered is no praise
        return messages.text("compare.score.none"), "–", told
    figure = range_text(score.low, score.high, messages)
    if score.unscored:
        figure = messages.text("compare.score.partial", score=figure, unscored=score.unscored)
    band = (score.band_en if messages.language == "en" else None) or score.band
    return figure, band or "–", told


def _title(pack: ComparedPack, messages: Messages) -> str:
    return (pack.title_en if messages.language == "en" else None) or pack.title


def _places(difference: Difference, messages: Messages) -> str:
    named = [plain(place.name) or plain(place.locus) for place in difference.places[:_PLACES]]
    shown = messages.text("page.join").join(dict.fromkeys(shorten(name, 40) for name in named))
    if len(difference.places) > _PLACES:
        return messages.text("compare.places", shown=shown, count=len(difference.places))
    return shown


def _said(side: Side, messages: Messages) -> Iterator[str]:
    if side.absent:
        yield messages.text(f"compare.absent.{side.absent}")
    for demand in side.demands:
        yield _demand(demand, messages)


def _demand(demand: Demand, messages: Messages) -> str:
    title = (demand.title_en if messages.language == "en" else None) or demand.title
    parts = [demand.rule, shorten(title, _LONGEST_TITLE), label(messages, "outcome_verdict", demand.outcome), label(messages, "severity", demand.severity)]  # fmt: skip
    if demand.points is not None and demand.outcome is Outcome.FAIL:
        parts.append(messages.text("compare.points", points=number(demand.points)))
    elif demand.severity is Severity.DEDUCT and demand.outcome in (Outcome.FAIL, Outcome.UNSURE):
        parts.append(messages.text("points.unknown"))
    parts += [f"{name}={shorten(plain(value), _LONGEST_PARAM)}" for name, value in demand.params.items()]
    return plain(" ".join(parts))


def write_comparison(comparison: Comparison, path: Path, messages: Messages) -> None:
    """写比较表 A sheet with a column for each pack. Raises Fault when the file cannot be written."""
    write_whole(path, render_comparison(comparison, messages).encode("utf-8-sig"))


def render_comparison(comparison: Comparison, messages: Messages) -> str:
    """比较表文本 Scores first, then one row for every place of which the packs say different things."""
    text = io.StringIO(newline="")
    sheet = csv.writer(text, lineterminator="\r\n")
    sheet.writerows([cell_text(cell) for cell in row] for row in _sheet_rows(comparison, messages))
    return text.getvalue()


def _sheet_rows(comparison: Comparison, messages: Messages) -> Iterator[list[str]]:
    packs = comparison.packs
    heads = [messages.text(f"col.{name}") for name in ("check", "subject_name", "locus", "link")]
    yield [*heads, *(pack.label for pack in packs)]
    yield [messages.text("col.title"), "", "", "", *(_title(pack, messages) for pack in packs)]
    scored = [_scored(pack, messages) for pack in packs]
    for place, name in enumerate(("score", "band", "vetoes")):
        yield [messages.text(f"col.{name}"), "", "", "", *(one[place] for one in scored)]
    for outcome in Outcome:
        counts = (str(pack.counts.get(outcome, 0)) for pack in packs)
        yield [label(messages, "outcome_verdict", outcome), "", "", "", *counts]
    for difference in comparison.differences:
        cells = ["; ".join(_said(side, messages)) for side in difference.sides]
        for found in difference.places:
            yield [difference.check, found.name, found.locus, found.url, *cells]
