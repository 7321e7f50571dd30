"""填报表一行 What one row of a sheet says once people have filled it in, and every cell that says what may not be."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from audit.desk.desk import unit_named
from audit.desk.form_rows import items_of, parts_of
from audit.desk.forms import SIGNS, FormKind
from audit.desk.rows import cell
from audit.desk.sampled import under
from audit.desk.seen import Seen, last_day
from audit.roster_row import BadCell, day_of, word_of
from audit.spreadsheet import Row
from model import Adjusted, AssessedUnit, Fault, Frozen, Opinion, Rated, Scanned, SelfScore, VetoOpinion
from model.opinion import LONGEST_REASON, OpinionResult
from reading.address import is_own

Read = TypeVar("Read")
_OPINIONS = {
    "属实": "confirmed", "确认属实": "confirmed", "成立": "confirmed", "不属实": "excluded", "误报": "excluded",
    "不成立": "excluded", "不适用": "not_applicable",
}  # fmt: skip
_SIGNS = {"减": "deduct", "扣": "deduct", "扣分": "deduct", "减分": "deduct", "加": "add", "加分": "add"}
_WHOLE = ("", "总分", "合计", "总体", "whole", "total")
_FIGURE = re.compile(r"(\d{1,7}(?:\.\d{1,17})?)\s*分?")
_CLOCK = re.compile(r"(?<=[\d日])[T\s]+\d{1,2}[:时]\d{1,2}分?(?::\d{1,2}(?:\.\d+)?)?$")
_LONGEST_NAME, _LONGEST_ADDRESS = 200, 2000
_PLACES, _MOST = Decimal("0.00000001"), Decimal(1_000_000)


class Cells:
    """一行单元格 Read one by one; whatever cannot be read is noted in `wrong` and is None. `seen` and `today`: what it is held against."""

    def __init__(self, row: Row, seen: Seen, today: date, units: dict[str, AssessedUnit | Fault]) -> None:
        self.row, self.seen, self.today, self._units = row, seen, today, units
        self.wrong: list[BadCell] = []

    def bad(self, field: str, message_id: str, **params: Any) -> None:
        self.wrong.append(BadCell(field, Fault(message_id, **params)))

    def blank(self, *fields: str) -> bool:
        """未填 Whether nobody wrote anything into these cells."""
        return not any((self.row.get(field) or "").strip() for field in fields)

    def read(self, field: str, parse: Callable[[str], Read], *, needed: bool = True) -> Read | None:
        try:
            text = cell(self.row.get(field))
            if text:
                return parse(text)
            if needed:
                self.bad(field, "fault.form_empty")
        except Fault as fault:
            self.wrong.append(BadCell(field, fault))
        return None

    def words(self, field: str, longest: int = _LONGEST_NAME, *, needed: bool = True) -> str:
        def within(text: str) -> str:
            if len(text) > longest:
                raise Fault("fault.cell_too_long", longest=longest)
            return text

        return self.read(field, within, needed=needed) or ""

    def unit(self, *, needed: bool = True) -> AssessedUnit | None:
        return self.read("unit", self._unit, needed=needed)

    def day(self, last: date | None = None) -> date | None:
        """The day in any usual form, with a time of day or without; within the assessment, and not in the future."""
        first = self.seen.desk.assessment.starts
        last = last or last_day(self.seen.desk.assessment)

        def within(text: str) -> date:
            day = day_of(_CLOCK.sub("", unicodedata.normalize("NFKC", text)))
            if day > self.today:
                raise Fault("fault.form_day_future", day=str(day), today=str(self.today))
            if not first <= day <= last:
                raise Fault("fault.form_day_outside", day=str(day), first=str(first), last=str(last))
            return day

        return self.read("on", within)

    def figure(self, field: str, most: Decimal | None) -> Decimal | None:
        def within(text: str) -> Decimal:
            found = _FIGURE.fullmatch(unicodedata.normalize("NFKC", text).strip())
            figure = Decimal(found.group(1)).quantize(_PLACES).normalize() if found else None
            if figure is None or figure > (most if most is not None else _MOST):
                raise Fault("fault.form_figure", text=text, most=f"{most if most is not None else _MOST:f}")
            return Decimal(f"{figure:f}")

        return self.read(field, within)

    def _unit(self, text: str) -> AssessedUnit:
        if text not in self._units:
            try:
                name = unit_named(self.seen.desk, text)
                self._units[text] = next(one for one in self.seen.desk.assessment.units if one.name == name)
            except Fault as fault:
                self._units[text] = fault
        found = self._units[text]
        if isinstance(found, Fault):
            raise found
        return found


def _opinion(cells: Cells) -> Opinion | None:
    if cells.blank("opinion", "reason"):
        return None
    name, code = cells.words("finding"), cells.words("code")
    result = cells.read("opinion", lambda text: _result(text, tuple(OpinionResult)))
    reason, reviewer, on = cells.words("reason", LONGEST_REASON), cells.words("reviewer"), cells.day()
    one = cells.seen.findings.get(name)
    if one is None:
        if name:
            gone = name in cells.seen.known_before
            cells.bad(
                "finding", "fault.form_finding_gone" if gone else "fault.form_finding_unknown", finding=name
            )
    elif code and code != one.code:
        cells.bad("code", "fault.form_changed", what=name)
    else:
        _same_unit(cells, one.unit, name)
    if cells.wrong or one is None or result is None or on is None:
        return None
    found = one.finding
    return Opinion(
        fingerprint=found.fingerprint, finding=found.id, site_key=one.site.key, rule_id=found.verdict.rule_id,
        locus=found.verdict.locus, run_id=found.run_id, evidence=one.evidence, result=result, reviewer=reviewer,
        on=on, reason=reason,
    )  # fmt: skip


def _veto(cells: Cells) -> VetoOpinion | None:
    if cells.blank("opinion", "reason"):
        return None
    name, code = cells.words("veto"), cells.words("code")
    result = cells.read(
        "opinion", lambda text: _result(text, (OpinionResult.CONFIRMED, OpinionResult.EXCLUDED))
    )
    reason, reviewer, on = cells.words("reason", LONGEST_REASON), cells.words("reviewer"), cells.day()
    one = cells.seen.vetoes.get((code, name))
    if one is None:
        if name and code:
            there = any(veto == name for _, veto in cells.seen.vetoes)
            told = "fault.form_changed" if there else "fault.form_veto_unknown"
            cells.bad("code" if there else "veto", told, what=name)
    else:
        _same_unit(cells, one.unit, name)
    if cells.wrong or one is None or result is None or on is None:
        return None
    return VetoOpinion(
        unit=one.unit, site_key=one.site.key, veto=name, evidence=one.evidence,
        confirmed=result is OpinionResult.CONFIRMED, reviewer=reviewer, on=on, reason=reason,
    )  # fmt: skip


def _self_score(cells: Cells) -> SelfScore | None:
    if cells.blank("own", "note"):
        return None
    unit, on = cells.unit(), cells.day()
    item, most = cells.words("item", needed=False), None
    if unit is not None:
        pack = cells.seen.pack(unit)
        full = {rule.id: worth for rule, worth in items_of(pack)}
        if item.lower() in _WHOLE:
            item, most = "", pack.scoring.base
        elif item in full:
            most = full[item]
        else:
            cells.bad("item", "fault.form_item_unknown", item=item, unit=unit.name, pack=unit.pack)
    score, note = cells.figure("own", most), cells.words("note", LONGEST_REASON, needed=False)
    if cells.wrong or unit is None or score is None or on is None:
        return None
    return SelfScore(unit=unit.name, rule_id=item or None, score=score, on=on, reason=note)


def _rated(cells: Cells) -> Rated | None:
    if cells.blank("score", "note"):
        return None
    unit, on, said = cells.unit(), cells.day(), cells.words("part")
    rater, note = cells.words("rater"), cells.words("note", LONGEST_REASON, needed=False)
    part, most = "", None
    if unit is not None and said:
        parts = parts_of(unit, cells.seen.pack(unit))
        part = next((name for name, (title, _) in parts.items() if said in (name, title)), "")
        most = parts[part][1] if part else None
        if not part:
            known = "、".join(parts) or "–"
            cells.bad("part", "fault.form_part_unknown", part=said, unit=unit.name, known=known)
    score = cells.figure("score", most)
    if cells.wrong or unit is None or score is None or on is None:
        return None
    return Rated(unit=unit.name, part=part, score=score, rater=rater, on=on, reason=note)


def _adjusted(cells: Cells) -> Adjusted | None:
    if cells.blank("item", "sign", "points", "reason"):
        return None
    unit, item, on = cells.unit(), cells.words("item"), cells.day(cells.seen.desk.assessment.ends)
    sign = cells.read("sign", lambda text: word_of(text, "adjust", SIGNS, _SIGNS, "fault.form_sign"))
    full = {rule.id: worth for rule, worth in items_of(cells.seen.pack(unit))} if unit is not None else {}
    points = cells.figure("points", full.get(item))
    recorder, reason = cells.words("recorder"), cells.words("reason", LONGEST_REASON)
    if unit is not None and item and item not in full:
        cells.bad("item", "fault.form_item_unknown", item=item, unit=unit.name, pack=unit.pack)
    if cells.wrong or unit is None or points is None or on is None:
        return None
    points = -points if sign == "deduct" and points else points
    return Adjusted(unit=unit.name, rule_id=item, points=points, on=on, recorder=recorder, reason=reason)


def _scanned(cells: Cells) -> Scanned | None:
    if cells.blank("source", "fault", "url", "note"):
        return None
    unit, on = cells.unit(needed=False), cells.day()
    source, kind = cells.words("source"), cells.words("fault")
    url = cells.words("url", _LONGEST_ADDRESS, needed=False)
    note = cells.words("note", LONGEST_REASON, needed=False)
    # scans of higher levels often tell addresses without http://
    address = url if "://" in url else f"http://{url}"
    key = _site_of(cells, unit, cells.words("site", needed=False), address if url else "")
    if unit is None and key is not None:
        unit = _unit_at(cells.seen, key, address)
    if unit is None and not cells.wrong:
        cells.bad("unit", "fault.form_scan_of_nobody")
    if cells.wrong or unit is None or on is None:
        return None
    return Scanned(unit=unit.name, site_key=key, source=source, on=on, kind=kind, url=url, detail=note)


def _unit_at(seen: Seen, key: str, url: str) -> AssessedUnit | None:
    """Whose page it is: of a site that units share, the one below whose columns it lies."""
    for unit in seen.desk.assessment.units:
        for held in unit.objects:
            if held.site_key == key and (
                not held.columns or any(under(url, one, seen.sites[key]) for one in held.columns)
            ):
                return unit
    return None


READERS: Mapping[FormKind, Callable[[Cells], Frozen | None]] = {
    FormKind.OPINIONS: _opinion,
    FormKind.VETOES: _veto,
    FormKind.SELF_SCORES: _self_score,
    FormKind.SCORES: _rated,
    FormKind.ADJUSTMENTS: _adjusted,
    FormKind.SCANS: _scanned,
}  # each answers None for a row nobody filled in, and for one that is wrong


def _result(text: str, values: tuple[OpinionResult, ...]) -> OpinionResult:
    more = {word: value for word, value in _OPINIONS.items() if value in values}
    return OpinionResult(word_of(text, "opinion", values, more, "fault.form_opinion"))


def _same_unit(cells: Cells, name: str, what: str) -> None:
    """A sheet that was sorted by some of its columns alone would hang one unit's opinion on another's finding."""
    unit = cells.unit(needed=False)
    if unit is not None and unit.name != name:
        cells.bad("unit", "fault.form_other_unit", what=what, unit=name)


def _site_of(cells: Cells, unit: AssessedUnit | None, named: str, url: str) -> str | None:
    """The site by its name, code or address, else the one on which the page lies; None: none of those that are assessed."""
    keys = (
        cells.seen.sites
        if unit is None
        else {key: cells.seen.sites[key] for key in unit.site_keys if key in cells.seen.sites}
    )
    if named:
        for key, site in keys.items():
            if named in (key, site.name, site.host, site.site_code, site.home, site.home.rstrip("/")):
                return key
        cells.bad("site", "fault.form_site_unknown", site=named)
        return None
    return next((key for key, site in keys.items() if url and is_own(url, site)), None)
