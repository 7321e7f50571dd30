"""问题清单 Findings as CSV for Excel, WPS and LibreOffice. No cell is ever a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from model import SHANGHAI, Finding, Severity, Site
from report.book import Cell, Sheet, write_book
from report.messages import Messages
from report.output import write_whole
from report.text import describe, label, plain, points_of, state_of, title_of
from report.view import ReportView, place_of

COLUMNS = (
    "number",
    "organiser",
    "site",
    "site_code",
    "column",
    "title",
    "description",
    "document",
    "clause",
    "severity",
    "points",
    "link",
    "parents",
    "newest",
    "overdue_days",
    "first_seen",
    "last_seen",
    "state",
    "snapshot",
    "fingerprint",
)
_LONGEST_CELL = 32_000  # a spreadsheet cell holds 32,767 UTF-16 units
# A program that parts cells by semicolons (many European Excels do) sees a beginning after each of them.
_FORMULA = re.compile(r"((?:^|[;；])[\s\"'“”‘’＂＇`]*)(?=[=+\-@＝＋－＠−﹢﹣﹦﹫])")


def write_csv(rows: ReportView | Iterable[tuple[Site, Finding]], path: Path, messages: Messages) -> None:
    """写问题清单 One finding a row: utf-8 with mark, CRLF, the columns of COLUMNS. Raises Fault when it cannot write."""
    write_whole(path, render_csv(rows, messages).encode("utf-8-sig"))


def render_csv(rows: ReportView | Iterable[tuple[Site, Finding]], messages: Messages) -> str:
    """问题清单文本 The text of the sheet, without the mark."""
    return csv_text(_heads(messages), _rows(rows, messages))


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """CSV 文本 Heads and rows with CRLF, every cell by `cell_text`."""
    text = io.StringIO(newline="")
    sheet = csv.writer(text, lineterminator="\r\n")
    sheet.writerow(heads)
    sheet.writerows([cell_text(value) for value in row] for row in rows)
    return text.getvalue()


def write_xlsx(rows: ReportView | Iterable[tuple[Site, Finding]], path: Path, messages: Messages) -> None:
    """写工作簿清单 The same columns and rows as the CSV, as XLSX: days are days, figures are figures."""
    sheet = Sheet(messages.text("book.findings"), _heads(messages), _rows(rows, messages))
    write_book([sheet], path)


def _heads(messages: Messages) -> list[str]:
    return [messages.text(f"sheet.{name}") for name in COLUMNS]


def _rows(
    rows: ReportView | Iterable[tuple[Site, Finding]], messages: Messages
) -> Iterator[tuple[Cell, ...]]:
    if isinstance(rows, ReportView):
        rows = [(rows.site, finding) for finding in rows.findings]
    ordered = sorted(rows, key=lambda row: (row[0].key, place_of(row[1])))
    for number, (site, finding) in enumerate(ordered, start=1):
        yield finding_row(number, site, finding, messages)


def finding_row(number: int, site: Site, finding: Finding, messages: Messages) -> tuple[Cell, ...]:
    """一行 The cells of COLUMNS for one finding."""
    verdict = finding.verdict
    snapshots = dict.fromkeys(proof.snapshot_id for proof in verdict.evidence if proof.snapshot_id)
    return (
        number,
        site.organiser,
        site.name or site.host,
        site.site_code,
        verdict.subject_name,
        title_of(finding, messages),
        describe(finding, messages),
        "; ".join(dict.fromkeys(citation.document for citation in finding.basis)),
        "; ".join(dict.fromkeys(citation.clause for citation in finding.basis)),
        label(messages, "severity", verdict.severity),
        _points(finding, messages),
        verdict.url,
        "; ".join(verdict.parents),
        verdict.newest,
        verdict.overdue_days,
        finding.first_seen.astimezone(SHANGHAI).date(),
        finding.last_seen.astimezone(SHANGHAI).date(),
        state_of(finding, messages),
        "; ".join(snapshots),
        finding.fingerprint,
    )


def _points(finding: Finding, messages: Messages) -> str | Decimal:
    """A bare figure when points are really lost, so that a spreadsheet can add the column up."""
    verdict = finding.verdict
    lost = finding.accuses and verdict.severity is Severity.DEDUCT
    return finding.points if lost and finding.points is not None else points_of(finding, messages)


def cell_text(value: Cell) -> str:
    """单元格文字 What a cell may hold: plain, never a formula, never longer than a cell."""
    if value is None:
        return ""
    if isinstance(value, date):  # a moment is a day, too: in Beijing time, to the minute
        return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)
    if isinstance(value, int | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    text = plain(value)
    text = _FORMULA.sub(_disarmed, text)
    units = text.encode("utf-16-le")[: _LONGEST_CELL * 2]
    return units.decode("utf-16-le", "ignore")


def _disarmed(found: re.Match[str]) -> str:
    """An apostrophe where a formula would begin: before all of a cell, and after a semicolon."""
    before = found.group(1)
    return f"{before}'" if before[:1] in (";", "；") else f"'{before}"
