"""年度报告期限 The day by which a yearly report is due, and the last year whose report was."""

from datetime import date


def due_on(year: int, due: str) -> date:
    """规定日期 The last day in time for the report of `year`: MM-DD of the year after it; 02-29 may be 02-28."""
    month, day = (int(part) for part in due.split("-"))
    while True:
        try:
            return date(year + 1, month, day)
        except ValueError:
            day -= 1


def due_year(due: str, today: date) -> int:
    """到期年度 The last year whose report had to be there before `today`."""
    return today.year - 1 if due_on(today.year - 1, due) < today else today.year - 2
