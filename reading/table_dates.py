"""表格日期列 Which cell of a table row is its publish date, told by the heading of its column."""

from datetime import date

from reading.dates import Found, full_dates, plain
from reading.rows import Group
from reading.tree import Node, beginning, squeeze

_WANTED = (
    "发布日期",
    "发布时间",
    "公开日期",
    "公开时间",
    "公布日期",
    "上网时间",
    "更新日期",
    "更新时间",
    "发布",
    "日期",
    "时间",
)
_MAX_CELLS = 20
_SCANNED = 5  # first rows of a table that may be its heading


def date_cells(group: Group, latest: date) -> dict[int, Found]:
    """按列取日期 For rows with dates in several cells: index of the row → the date under the wanted heading.

    {} when the rows are no table rows, have one date each, or no heading tells the columns apart.
    """
    if len(group.rows) < 2 or group.rows[0].node.tag != "tr":
        return {}
    dated = [_dated(row.node, latest) for row in group.rows]
    if not any(len(cells) > 1 for cells in dated):
        return {}
    column = _column(group)
    return {index: cells[column] for index, cells in enumerate(dated) if column in cells}


def _dated(row: Node, latest: date) -> dict[int, Found]:
    """Cells that hold one date and little else."""
    found: dict[int, Found] = {}
    for index, cell in enumerate(row.iterchildren("td", "th")):
        if index >= _MAX_CELLS:
            break
        dates = full_dates(plain(squeeze(beginning(cell))[:60]), latest)
        if len(dates) == 1:
            found[index] = dates[0]
    return found


def _column(group: Group) -> int:
    """The column whose heading tells a publish date best; -1 when none does."""
    own = {id(row.node) for row in group.rows}
    table, above = group.parent, group.parent.getparent()
    if table.tag != "table" and above is not None and above.tag == "table":
        table = above  # the heading may stand in a part of its own
    for position, row in enumerate(table.iter("tr")):
        if position >= _SCANNED:
            break
        if id(row) in own:
            continue
        names = ["".join(beginning(cell).split())[:12] for cell in row.iterchildren("td", "th")]
        for wanted in _WANTED:
            for index, name in enumerate(names):
                if name.startswith(wanted) or name == wanted:
                    return index
    return -1
