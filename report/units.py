"""按单位导出 One file for each organiser: what stands on all its sites, by when to mend it, how, and what it rests on.

A unit's name becomes a file name that any system takes; an index tells which file is whose.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from model import SHANGHAI, CaseState, Coverage, Finding, Moment, Outcome, Run, Severity, Site, UnitForm
from report.book import Cell, Sheet, render_book
from report.figures import extent_text, minute_text
from report.messages import Messages
from report.output import write_whole
from report.paper import environment
from report.sheet import cell_text, csv_text
from report.text import describe, label, number, plain, points_of, state_of, title_of
from report.view import place_of

COLUMNS = (
    "sheet.number", "sheet.site", "sheet.site_code", "sheet.column", "sheet.title", "sheet.description",
    "sheet.severity", "sheet.state", "sheet.first_seen", "unit.due", "unit.overdue", "unit.remedy", "sheet.points",
    "unit.evidence", "sheet.document", "sheet.clause", "sheet.link", "sheet.last_seen", "unit.id",
)  # fmt: skip
SITE_COLUMNS = (
    "sheet.site",
    "sheet.site_code",
    "unit.home",
    "unit.audited",
    "unit.score",
    "unit.count",
    "unit.unverified",
    "unit.extent",
)
INDEX_COLUMNS = (
    "unit.file",
    "sheet.organiser",
    "unit.sites",
    "unit.count",
    "unit.late",
    "unit.unaudited",
    "unit.unverified",
)
UNVERIFIED = (Outcome.UNSURE, Outcome.BLOCKED, Outcome.NOT_OBSERVED, Outcome.CRASHED)
_LONGEST_NAME = 180  # bytes of UTF-8, the ending not among them: most file systems take 255
_UNFIT = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_MOST_QUOTES = 3


class UnitSite(NamedTuple):
    """单位网站 `audit`: its last finished one; None: nobody has ever audited it to the end."""

    site: Site
    audit: Run | None
    coverage: Coverage | None = None  # of that audit

    @property
    def unverified(self) -> int:
        """未能核实 Verdicts of the last audit that nobody could settle."""
        return sum(self.audit.counts.get(outcome, 0) for outcome in UNVERIFIED) if self.audit else 0

    @property
    def unseen(self) -> bool:
        """未能检查 Whether nothing at all is known of it: never audited, or its home page would not open."""
        return self.audit is None or self.audit.score is None


class Unit(NamedTuple):
    """单位 An organiser with all its sites and what stands on them; a site without one is a unit by itself."""

    name: str
    sites: tuple[UnitSite, ...]
    rows: tuple[tuple[Site, Finding], ...]

    def overdue(self, today: date) -> int:
        return sum(overdue_on(finding, today) for _, finding in self.rows)


def overdue_on(finding: Finding, today: date) -> bool:
    """逾期未改 Whether it still stands after its due day."""
    return finding.state.stands and finding.due is not None and today > finding.due


def write_units(
    units: Iterable[Unit], folder: Path, form: UnitForm, moment: Moment, messages: Messages
) -> list[Path]:
    """写各单位清单 One file for each unit, and `index.…` last. Raises Fault when a file cannot be written."""
    taken = {"index"}
    written: list[Path] = []
    index: list[tuple[Cell, ...]] = []
    for unit in units:
        path = folder / f"{file_name(unit.name, taken)}.{form}"
        write_whole(path, _render(unit, form, moment, messages))
        written.append(path)
        index.append(_index_row(path.name, unit, moment))
    path = folder / f"index.{form}"
    write_whole(path, _render_index(index, form, moment, messages))
    return [*written, path]


def render_unit_book(unit: Unit, moment: Moment, messages: Messages) -> bytes:
    """单位工作簿 What stands on the first sheet, the unit's sites on the second."""
    findings = Sheet(messages.text("book.findings"), _heads(COLUMNS, messages), _rows(unit, moment, messages))
    sites = Sheet(
        messages.text("unit.sheet.sites"), _heads(SITE_COLUMNS, messages), _site_rows(unit, messages)
    )
    return render_book([findings, sites])


def file_name(name: str, taken: set[str]) -> str:
    """文件名 Without separators, dots at its ends, names some systems keep for themselves; none twice, in no case.

    Nor does it begin as a formula: the index would have to disarm it, and then name a file that is not there.
    """
    bare = unicodedata.normalize("NFC", _UNFIT.sub("_", plain(name))).strip(" .") or "_"
    if _RESERVED.fullmatch(bare) or bare.startswith("~") or cell_text(bare) != bare:
        bare = f"_{bare}"
    count = 1
    while True:
        suffix = f"~{count}" if count > 1 else ""
        room = _LONGEST_NAME - len(suffix)
        fit = bare.encode()[:room].decode("utf-8", "ignore").rstrip(" .") + suffix
        if fit.casefold() not in taken:
            taken.add(fit.casefold())
            return fit
        count += 1


def _render(unit: Unit, form: UnitForm, moment: Moment, messages: Messages) -> bytes:
    if form is UnitForm.XLSX:
        return render_unit_book(unit, moment, messages)
    if form is UnitForm.CSV:
        return csv_text(_heads(COLUMNS, messages), _rows(unit, moment, messages)).encode("utf-8-sig")
    page = environment(messages).get_template("unit.html.j2")
    return page.render(
        name=unit.name, moment=minute_text(moment.as_of), unseen=[one for one in unit.sites if one.unseen],
        sites=_site_rows(unit, messages), site_heads=_heads(SITE_COLUMNS, messages), late=unit.overdue(moment.today),
        findings=[
            dict(zip(COLUMNS, row, strict=True)) | {"late": overdue_on(finding, moment.today)}
            for row, (_, finding) in zip(_rows(unit, moment, messages), _ordered(unit), strict=True)
        ],
    ).encode()  # fmt: skip


def _render_index(
    rows: Sequence[tuple[Cell, ...]], form: UnitForm, moment: Moment, messages: Messages
) -> bytes:
    heads = _heads(INDEX_COLUMNS, messages)
    if form is UnitForm.XLSX:
        return render_book([Sheet(messages.text("unit.sheet.index"), heads, rows)])
    if form is UnitForm.CSV:
        return csv_text(heads, rows).encode("utf-8-sig")
    page = environment(messages).get_template("units.html.j2")
    return page.render(heads=heads, rows=rows, moment=minute_text(moment.as_of)).encode()


def _heads(columns: Iterable[str], messages: Messages) -> list[str]:
    return [messages.text(name) for name in columns]


def _ordered(unit: Unit) -> list[tuple[Site, Finding]]:
    return sorted(unit.rows, key=lambda row: (row[0].key, place_of(row[1])))


def _rows(unit: Unit, moment: Moment, messages: Messages) -> Iterator[tuple[Cell, ...]]:
    for place, (site, finding) in enumerate(_ordered(unit), start=1):
        verdict = finding.verdict
        late = overdue_on(finding, moment.today)
        quotes = dict.fromkeys(proof.quote for proof in verdict.evidence if proof.quote)
        remedy = f"remedy.{verdict.check}"
        yield (
            place,
            site.name or site.host,
            site.site_code,
            verdict.subject_name or verdict.locus,
            title_of(finding, messages),
            describe(finding, messages),
            _severity(verdict.severity, messages),
            label(messages, "state", finding.state)
            if finding.state is CaseState.FIXED
            else state_of(finding, messages),
            _day(finding.first_seen),
            finding.due,
            moment.calendar.workdays_between(finding.due, moment.today) if late and finding.due else None,
            messages.text(remedy) if messages.has(remedy) else None,
            points_of(finding, messages),
            " / ".join(list(quotes)[:_MOST_QUOTES]) or None,
            "; ".join(dict.fromkeys(citation.document for citation in finding.basis)),
            "; ".join(dict.fromkeys(citation.clause for citation in finding.basis)),
            verdict.url,
            _day(finding.last_seen),
            finding.id,
        )


def _severity(severity: Severity, messages: Messages) -> str:
    """A veto is suspected until a person confirms it, and whoever is written to must read so."""
    return messages.text("unit.veto") if severity is Severity.VETO else label(messages, "severity", severity)


def _site_rows(unit: Unit, messages: Messages) -> list[tuple[Cell, ...]]:
    counts: Mapping[str, int] = {
        one.site.key: sum(site.key == one.site.key and found.state.stands for site, found in unit.rows)
        for one in unit.sites
    }
    return [
        (
            one.site.name or one.site.host,
            one.site.site_code,
            one.site.home,
            one.audit.as_of if one.audit else messages.text("unit.never"),
            _score(one, messages),
            counts[one.site.key],
            messages.text("unit.unseen") if one.unseen else one.unverified,
            extent_text(one.coverage, messages),
        )
        for one in unit.sites
    ]


def _score(one: UnitSite, messages: Messages) -> str | None:
    score = one.audit.score if one.audit else None
    if score is None or not score.priced:
        return None
    if score.low == score.high:
        return number(score.high)
    return messages.text("score.range", low=number(score.low), high=number(score.high))


def _index_row(file: str, unit: Unit, moment: Moment) -> tuple[Cell, ...]:
    return (
        file,
        unit.name,
        len(unit.sites),
        sum(found.state.stands for _, found in unit.rows),  # what is waived is listed, and not counted
        unit.overdue(moment.today),
        sum(one.unseen for one in unit.sites),
        sum(one.unverified for one in unit.sites),
    )


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()
