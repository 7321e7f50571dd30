"""年份 The year of rows that show month and day only: from headings and addresses, their order and the rows beside them."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import islice, pairwise

from model import Dated, DateSource
from reading.dates import with_year
from reading.rows import Group, Row
from reading.tree import Node, beginning, squeeze

_ADDRESS_DAY = re.compile(
    r"(?:/t|/|=)((?:19|20)\d\d)[-/]?(0[1-9]|1[0-2]|[1-9](?=/))(?:[-/]?(3[01]|[12]\d|0[1-9]|[1-9](?=/))(?=[_/.])|(?=/))"
)
_YEAR = re.compile(r"\W{0,2}((?:19|20)\d\d)\s?(年)?(?:度|\s?\d{1,2}\s?月)?\W{0,2}")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt", "th"})
_NAMED = re.compile(r"year|nian", re.I)
_LEVELS, _NEIGHBOURS = 3, 4  # around the rows' parent in which a heading may stand
_SLACK = timedelta(days=31)  # a misplaced row may be so much newer than those above it and keep its year
_HALF, _WHOLE = 183, 366
_UP = 31  # days of a step that goes up; a longer one may as well be a long step down
_SET_APART = 3  # rows that may be pinned on top without saying so
_FEWEST = 3  # rows below them, to tell what is usual
_WIDE, _WIDER = 62, 2  # days of a gap that is odd, and how many times the widest below it

Short = tuple[int, int, str]


def infer_years(group: Group, shorts: Mapping[int, Short], latest: date) -> None:
    """补年 Years for rows with a month and a day: told by a heading or the address of that very day, else inferred.

    An inferred year is the last one that keeps the list in order. Pinned rows stand outside the order.
    """
    headings = _headings(group)
    known: dict[int, date] = {}
    for index, row in enumerate(group.rows):
        if row.dated.value:
            known[index] = row.dated.value
        elif index in shorts:
            month, day, raw = shorts[index]
            told = _address_year(row, month, day, latest) or _made(headings.get(index), month, day, latest)
            if told:
                row.dated = Dated(value=told, source=DateSource.ROW, raw=raw)
                known[index] = told
    placed = [index for index in range(len(group.rows)) if index in known or index in shorts]
    order = [index for index in placed if not group.rows[index].pinned] or placed
    ordered = set(order)
    aside = [index for index in placed if index not in ordered]
    found = _of_this_year(group, shorts, known, order, aside, latest)
    if found is None:
        if _rises(order, shorts, known):
            order = order[::-1]
        else:
            odd = _odd_heads(order, shorts, known, latest)
            aside, order = aside + order[:odd], order[odd:]
        found = _down(order, shorts, known, latest)
        newest = max(found.values(), default=latest)
        for index in aside:
            ceiling = min(
                latest, newest + timedelta(days=_HALF)
            )  # the year that brings it closest to the list
            found |= _down([index], shorts, known, ceiling)
    for index, made in found.items():
        if index not in known:
            raw = shorts[index][2]
            group.rows[index].dated = Dated(value=made, source=DateSource.ROW, raw=raw, inferred_year=True)


def _down(
    order: Sequence[int], shorts: Mapping[int, Short], known: Mapping[int, date], latest: date
) -> dict[int, date]:
    """Days of rows that run down from `latest`."""
    found: dict[int, date] = {}
    ceiling: date | None = None
    for index in order:
        day = known.get(index)
        if day is None:
            month, of_month, _ = shorts[index]
            day = with_year(month, of_month, min(latest, ceiling + _SLACK) if ceiling else latest)
            if day is None:
                continue
            ceiling = min(ceiling, day) if ceiling else day
        else:
            ceiling = day
        found[index] = day
    return found


def _of_this_year(
    group: Group,
    shorts: Mapping[int, Short],
    known: Mapping[int, date],
    order: Sequence[int],
    aside: Sequence[int],
    latest: date,
) -> dict[int, date] | None:
    """A template that writes older years in full says by leaving the year out that it is this one.

    None unless a row of an older year is written in full below a short one (or pinned), and every short day
    can have been this year.
    """
    bare = [index for index in (*order, *aside) if index not in known]
    first = min((index for index in order if index not in known), default=None)
    written = [
        index
        for index in known
        if index not in shorts and not group.rows[index].dated.relative and group.rows[index].dated.value
    ]
    pinned = set(aside)
    older = [index for index in written if index in pinned or (first is not None and index > first)]
    if not older or any(known[index].year >= latest.year for index in written):
        return None
    if any(known[index].year != latest.year for index in known if index in shorts):
        return None
    found = {index: _made(latest.year, *shorts[index][:2], latest) for index in bare}
    made = {index: day for index, day in found.items() if day is not None}
    return made if len(made) == len(found) else None


def _rises(order: Sequence[int], shorts: Mapping[int, Short], known: Mapping[int, date]) -> bool:
    """Whether the oldest row comes first: each step goes the shorter way round the year, and more of them go up."""
    ups = downs = 0
    for one, other in pairwise(order):
        if one in known and other in known:
            step = (known[other] - known[one]).days
        else:
            step = (_day_of_year(other, shorts, known) - _day_of_year(one, shorts, known)) % _WHOLE
            step -= _WHOLE if step > _HALF else 0
        ups += 0 < step <= _UP
        downs += step < 0
    return ups > max(downs, 1)


def _day_of_year(index: int, shorts: Mapping[int, Short], known: Mapping[int, date]) -> int:
    if index in known:
        return known[index].replace(year=2000).timetuple().tm_yday
    return date(2000, *shorts[index][:2]).timetuple().tm_yday


def _odd_heads(
    order: Sequence[int], shorts: Mapping[int, Short], known: Mapping[int, date], latest: date
) -> int:
    """How many rows on top, written in full, break the order of all below: without them the rest stands close together, and later."""
    count = 0
    while count < _SET_APART and len(order) - count > _FEWEST:
        head, rest = order[count], order[count + 1 :]
        if head not in known or rest[0] in known:
            break  # of heads without a year nobody can say
        kept = _down((head, *rest), shorts, known, latest)
        free = _down(rest, shorts, known, latest)
        if head not in kept or rest[0] not in kept or free[rest[0]] <= kept[rest[0]]:
            break
        steps = [
            (free[one] - free[other]).days for one, other in pairwise(rest) if one in free and other in free
        ]
        if (kept[head] - kept[rest[0]]).days <= max(_WIDE, _WIDER * max(steps, default=0)):
            break
        count += 1
    return count


def _made(year: int | None, month: int, day: int, latest: date) -> date | None:
    try:
        made = date(year, month, day) if year else None
    except ValueError:
        return None
    return made if made is not None and made <= latest else None


def _address_year(row: Row, month: int, day: int, latest: date) -> date | None:
    """The shown day in the year its address was made in: `/t20191122_21957317.html`, `/2020/1/3/`, `/201911/`.

    None unless the address was made in that very month (and on that day, when it tells one): a migrated page
    carries another.
    """
    for found in _ADDRESS_DAY.finditer((row.anchor.get("href") or "")[:500]):
        if int(found[2]) != month or (found[3] and int(found[3]) != day):
            continue
        value = _made(int(found[1]), month, day, latest)
        if value:
            return value
    return None


def _headings(group: Group) -> dict[int, int]:
    """Index of each row → the year of the heading it stands under."""
    found: dict[int, int] = {}
    rows = {row.node: index for index, row in enumerate(group.rows)}
    for parent in dict.fromkeys(row.node.getparent() for row in group.rows):
        year = _year_above(parent)
        for child in () if parent is None else parent:
            if child in rows:
                if year:
                    found[rows[child]] = year
            else:
                year = _year_of(child) or year
    return found


def _year_above(node: Node | None) -> int | None:
    """The year that is all the text right above an element, or above what it stands in."""
    for _ in range(_LEVELS):
        if node is None or node.tag in ("body", "html"):
            return None
        for before in islice(node.itersiblings(preceding=True), _NEIGHBOURS):
            if (
                isinstance(before.tag, str)
                and before.tag not in ("script", "style")
                and squeeze(beginning(before))
            ):
                return _year_of(before)
        node = node.getparent()
    return None


def _year_of(node: Node) -> int | None:
    """`2018年` alone in an element; `2018` in a heading or in an element named after it."""
    if not isinstance(node.tag, str) or node.tag in ("script", "style"):
        return None
    text = squeeze(beginning(node))
    found = _YEAR.fullmatch(text) if 4 <= len(text) <= 14 else None
    if found is None:
        return None
    own = [node, *islice(node.iterdescendants(), _LEVELS)]
    named = any(one.tag in _HEADINGS or _NAMED.search((one.get("class") or "")[:80]) for one in own)
    return int(found[1]) if found[2] or named else None
