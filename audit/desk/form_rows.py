"""填报表内容 The rows of a sheet before people fill it in: what is asked, and what was entered already."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal

from audit.desk.forms import LAYOUTS, FormKind
from audit.desk.opinions import adjusted, opinions, rated, scanned, self_scores, standing
from audit.desk.seen import Seen, Sighting
from model import AssessedUnit, Citation, EntryKind, Fault, Rule, RulePack
from report.book import Cell
from report.messages import Messages
from report.text import describe, label, title_of

Cells = Mapping[str, Cell]
_HUNDRED = Decimal(100)


def form_rows(
    kind: FormKind, seen: Seen, messages: Messages, *, certain: bool = False
) -> list[tuple[Cell, ...]]:
    """表格各行 The cells of the form's columns, for every unit of `seen`; `certain`: also what failed without a doubt.

    Raises Fault when there is nothing that could be asked of any of them.
    """
    makers: Mapping[FormKind, Callable[[], Iterable[Cells]]] = {
        FormKind.OPINIONS: lambda: _opinions(seen, messages, certain),
        FormKind.VETOES: lambda: _vetoes(seen, messages),
        FormKind.SELF_SCORES: lambda: _self_scores(seen, messages),
        FormKind.SCORES: lambda: _scores(seen),
        FormKind.ADJUSTMENTS: lambda: _adjustments(seen, messages),
        FormKind.SCANS: lambda: _scans(seen),
    }
    columns = LAYOUTS[kind].columns
    return [tuple(row.get(column) for column in columns) for row in makers[kind]()]


def items_of(pack: RulePack) -> Iterator[tuple[Rule, Decimal | None]]:
    """考核项目 Every item of the pack that points may be given to or taken from, and the most it can bring."""
    return (
        (rule, rule.worth if rule.worth is not None else rule.cap) for rule in pack.rules if not rule.preview
    )


def parts_of(unit: AssessedUnit, pack: RulePack) -> dict[str, tuple[str, Decimal]]:
    """评分部分 What others rate of a unit, each with its title and full mark: parts of the pack's blend, and what cannot be crawled."""
    blend = pack.scoring.blend
    parts = {one.id: (one.title, pack.scoring.base) for one in (blend.others if blend else ())}
    return parts | {one.name: (one.name, _HUNDRED) for one in unit.objects if one.site_key is None}


def item_rows(seen: Seen, messages: Messages) -> list[tuple[Cell, ...]]:
    """指标一览 Id, title, full mark and pack of every item, for a second sheet to look ids up in."""
    loaded = {one.id: one for one in map(seen.pack, seen.units)}
    return [
        (item.id, _titled(item, messages), full, pack.id)
        for pack in loaded.values()
        for item, full in items_of(pack)
    ]


def _opinions(seen: Seen, messages: Messages, certain: bool) -> Iterator[Cells]:
    held = opinions(seen.desk)
    asked: Iterable[Sighting] = seen.findings.values() if certain else seen.doubts
    for one in asked:
        verdict = one.finding.verdict
        row: dict[str, Cell] = {
            "unit": one.unit,
            "site": one.site.name or one.site.host,
            "finding": one.finding.id,
            "rule": title_of(one.finding, messages),
            "place": verdict.subject_name or verdict.locus,
            "link": verdict.url,
            "seen": describe(one.finding, messages),
            "basis": _basis(one.finding.basis),
            "outcome": label(messages, "outcome_verdict", verdict.outcome),
            "code": one.code,
        }
        said = held.get(one.finding.fingerprint)
        if said is not None and said.evidence == one.evidence:
            row |= {"opinion": label(messages, "opinion", said.result), "reason": said.reason}
            row |= {"reviewer": said.reviewer, "on": said.on}
        yield row


def _vetoes(seen: Seen, messages: Messages) -> Iterator[Cells]:
    held = standing(seen.desk, EntryKind.VETO)
    for one in seen.vetoes.values():
        veto = one.veto
        told = "form.veto_suspected" if veto.suspected else "form.veto_possible"
        row: dict[str, Cell] = {
            "unit": one.unit,
            "site": one.site.name or one.site.host,
            "veto": veto.id,
            "rule": (veto.title_en if messages.language == "en" else None) or veto.title,
            "seen": messages.text(told, sure=veto.low, doubtful=veto.high - veto.low, at_least=veto.at_least),
            "basis": _basis(veto.basis),
            "code": one.code,
        }
        _, said = held.get((one.site.key, veto.id, one.evidence), (None, None))
        if said is not None:
            word = "confirmed" if said.confirmed else "excluded"
            row |= {"opinion": label(messages, "opinion", word), "reason": said.reason}
            row |= {"reviewer": said.reviewer, "on": said.on}
        yield row


def _self_scores(seen: Seen, messages: Messages) -> Iterator[Cells]:
    held = self_scores(seen.desk)
    for unit in seen.units:
        pack = seen.pack(unit)
        whole: tuple[str | None, str, Decimal | None] = (None, messages.text("form.whole"), pack.scoring.base)
        items = [(item.id, _titled(item, messages), full) for item, full in items_of(pack) if full]
        for item, title, full in [whole, *items]:
            said = held.get((unit.name, item))
            row: dict[str, Cell] = {"unit": unit.name, "item": item, "rule": title, "full": full}
            yield row | ({"own": said.score, "note": said.reason, "on": said.on} if said else {})


def _scores(seen: Seen) -> Iterator[Cells]:
    held = rated(seen.desk)
    asked = [(unit, parts_of(unit, seen.pack(unit))) for unit in seen.units]
    if not any(parts for _, parts in asked):
        raise Fault("fault.form_no_parts", packs="、".join(dict.fromkeys(unit.pack for unit in seen.units)))
    for unit, parts in asked:
        for part, (title, full) in parts.items():
            row: dict[str, Cell] = {"unit": unit.name, "part": part, "part_title": title, "full": full}
            if said := held.get((unit.name, part)):
                row |= {"score": said.score, "rater": said.rater, "on": said.on, "note": said.reason}
            yield row


def _adjustments(seen: Seen, messages: Messages) -> Iterator[Cells]:
    held = adjusted(seen.desk)
    for unit in seen.units:
        titles = {item.id: _titled(item, messages) for item, _ in items_of(seen.pack(unit))}
        for one in held:
            if one.unit == unit.name:
                yield {
                    "unit": unit.name, "item": one.rule_id, "rule": titles.get(one.rule_id),
                    "sign": label(messages, "adjust", "deduct" if one.points < 0 else "add"), "points": abs(one.points),
                    "reason": one.reason, "recorder": one.recorder, "on": one.on,
                }  # fmt: skip
        yield {"unit": unit.name}


def _scans(seen: Seen) -> Iterator[Cells]:
    names = {unit.name for unit in seen.units}
    for one in scanned(seen.desk):
        if one.unit in names:
            site = seen.sites.get(one.site_key) if one.site_key else None
            yield {
                "unit": one.unit, "site": (site.name or site.host) if site else one.site_key, "source": one.source,
                "on": one.on, "fault": one.kind, "url": one.url, "note": one.detail,
                "ours": "; ".join(found.id for found in seen.also_seen(one)),
            }  # fmt: skip
    for unit in seen.units:
        yield {"unit": unit.name}


def _basis(basis: Iterable[Citation]) -> str:
    return "; ".join(dict.fromkeys(f"{one.document} {one.clause}" for one in basis))


def _titled(item: Rule, messages: Messages) -> str:
    return (item.title_en if messages.language == "en" else None) or item.title
