"""评估报告 What came of an assessment as one document, made from the frozen result alone: Markdown, HTML and Word."""

from collections import Counter
from collections.abc import Iterator

from model import Appeal, Frozen, ResultKind, UnitFigure
from report.appeals import what_text
from report.document import Block, Heading, Line, Points, Table, as_markdown, as_page, as_word
from report.figures import minute_text
from report.messages import Messages
from report.publicity import PublicityView, day_words
from report.ranking import figure, ranking_table, score_range
from report.text import label
from report.typical import Typical, typical_blocks


class ReportContent(Frozen):
    """报告内容 `view`: who, when, how and the ranking. `entry` and `digest`: number and digest of the dossier's entry that
    froze the result, by which everything before it can be checked.
    """

    view: PublicityView
    typical: Typical
    appeals: tuple[Appeal, ...] = ()
    entry: int
    digest: str


def report_title(content: ReportContent, messages: Messages) -> str:
    return messages.text("assessed.title", title=content.view.ranking.title)


def report_files(content: ReportContent, messages: Messages) -> dict[str, bytes]:
    """报告各格式 By ending: .md, .html, .docx."""
    title, blocks = report_title(content, messages), list(report_blocks(content, messages))
    seal = messages.text(
        "assessed.seal", version=content.view.ranking.version, digest=content.view.ranking.digest
    )
    return {
        ".md": as_markdown(title, blocks).encode(),
        ".html": as_page(title, blocks, seal, messages),
        ".docx": as_word(title, blocks),
    }


def report_blocks(content: ReportContent, messages: Messages) -> Iterator[Block]:
    """报告正文 In six parts: what was done, the result, typical problems, what is not known, reviews, and what it rests on."""
    parts = (_done, _result, _typical, _open, _reviews, _rests_on)
    for place, part in enumerate(parts, start=1):
        name = part.__name__.removeprefix("_")
        yield Heading(2, messages.text(f"assessed.part.{name}", n=messages.text(f"assessed.n.{place}")))
        yield from part(content, messages)


def _done(content: ReportContent, messages: Messages) -> Iterator[Block]:
    view, say = content.view, messages.text
    intro = "publicity.intro.document" if view.document else "publicity.intro"
    yield Line(
        say(
            intro, document=view.document, organiser=view.organiser, title=view.ranking.title,
            starts=day_words(messages, view.starts), ends=day_words(messages, view.ends),
        )
    )  # fmt: skip
    yield Line(
        say("publicity.method.text", units=len(view.ranking.rows), as_of=minute_text(view.ranking.as_of))
        + say("publicity.method.undecided")
    )
    yield Points([say("publicity.pack", pack=pack, units=units) for pack, units in view.packs])
    if view.rescaled:
        yield Line(say("publicity.rescaled", to=view.rescaled[0], base=view.rescaled[1]))


def _result(content: ReportContent, messages: Messages) -> Iterator[Block]:
    ranking, say = content.view.ranking, messages.text
    kind = label(messages, "result_kind", ranking.kind)
    yield Line(say("assessed.version", version=ranking.version, kind=kind, as_of=minute_text(ranking.as_of)))
    heads, groups = ranking_table(ranking, messages)
    for name, rows in groups.items():
        yield Heading(3, name or say("publicity.table"))
        yield Table(heads, rows)
    names = [group.name for group in ranking.groups]
    best = {row.now.band: row.now.score for row in sorted(ranking.rows, key=lambda row: row.now.score or 0)}
    bands = sorted((band for band in best if band), key=lambda band: -(best[band] or 0))
    if bands:
        yield Heading(3, say("assessed.bands"))
        counts = Counter((row.now.group, row.now.band) for row in ranking.rows)
        yield Table(
            [say("ranking.col.group"), *bands, say("assessed.no_band")],
            [
                [name or say("publicity.table"), *(str(counts[name, band]) for band in [*bands, None])]
                for name in names
            ],
        )


def _typical(content: ReportContent, messages: Messages) -> Iterator[Block]:
    yield from typical_blocks(content.typical, messages)


def _open(content: ReportContent, messages: Messages) -> Iterator[Block]:
    say, rows = messages.text, content.view.ranking.rows
    open_ones = [row.now for row in rows if row.now.undecided or row.now.score is None]
    count = sum(row.now.undecided for row in rows)
    yield Line(say("publicity.note.undecided", count=count) if count else say("assessed.none_open"))
    if content.view.suspected:
        yield Line(say("publicity.note.suspected", count=content.view.suspected))
    if open_ones:
        yield Table(
            [say(f"ranking.col.{name}") for name in ("unit", "undecided", "range", "note")],
            [
                [one.unit, figure(one.unverified) or "–", score_range(one.low, one.high, messages), say(one.why) if one.why else ""]
                for one in open_ones
            ],
        )  # fmt: skip


def _reviews(content: ReportContent, messages: Messages) -> Iterator[Block]:
    say = messages.text
    if content.view.ranking.kind is ResultKind.DRAFT and not content.appeals:
        yield Line(say("assessed.reviews.not_yet"))
        return
    yield Line(say("assessed.reviews", count=len(content.appeals)))
    if content.appeals:
        yield Table(
            [say(f"appeal.col.{name}") for name in ("number", "unit", "what", "state", "before", "after")],
            [
                [
                    str(one.number), one.said.unit, what_text(one.said, messages), label(messages, "appeal_state", one.state),
                    *(figure(told.score) if told else "" for told in _ends(one)),
                ]
                for one in content.appeals
            ],
        )  # fmt: skip
    changed = [row for row in content.view.ranking.rows if row.changed and row.first]
    yield Points(
        [
            say(
                "publicity.changed.unit", unit=row.now.unit, before=figure(row.first.score) or "–", after=figure(row.now.score) or "–",
                rank_before=row.first.rank or "–", rank_after=row.now.rank or "–",
            )
            for row in changed
            if row.first
        ]
    )  # fmt: skip


def _ends(one: Appeal) -> tuple[UnitFigure | None, UnitFigure | None]:
    ruled = one.ruled[1] if one.ruled else None
    return (ruled.before, ruled.after) if ruled else (None, None)


def _rests_on(content: ReportContent, messages: Messages) -> Iterator[Block]:
    say, ranking = messages.text, content.view.ranking
    objects = [(row.now.unit, one) for row in ranking.rows for one in row.now.objects]
    packs = sorted({(one.pack_id, one.pack_digest) for _, one in objects if one.pack_id and one.pack_digest})
    yield Points(
        [
            say("assessed.digest", digest=ranking.digest),
            say("assessed.entry", entry=content.entry, digest=content.digest),
            *(say("assessed.pack", pack=pack, digest=digest) for pack, digest in packs),
        ]
    )
    yield Table(
        [say(f"ranking.col.{name}") for name in ("unit", "object", "run", "as_of", "pack")],
        [
            [unit, one.name, one.run_id or "", minute_text(one.as_of) if one.as_of else "", one.pack_id or ""]
            for unit, one in objects
        ],
    )
