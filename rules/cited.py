"""出处 No figure costs a site points, and no fault brings it down, unless somebody read it in a document."""

from typing import Any

from model import Citation, Fault, Grade, Rule, RulePack, Severity
from rules.document import Document
from rules.entries import PackEntry, RuleOverride

_ORDER = (Severity.ADVISE, Severity.BONUS, Severity.DEDUCT, Severity.VETO)
_FIGURES = ("points", "cap", "worth", "weight", "ladder")
_NOTHING = ("points", "ladder")  # null takes the price away; a null cap takes the limit away


def check_overrides(entry: PackEntry, base: RulePack | None, document: Document) -> None:
    """核对覆盖 What is demanded more or priced anew cites what it rests on. Raises Fault `fault.pack_*` (exit 3)."""
    known = {rule.id: rule for rule in base.rules} if base else {}
    for index, override in enumerate(entry.overrides):
        where: dict[str, Any] = {"file": document.file, "entry": override.id}
        line = document.line_of(("overrides", index, "verified"))
        recalled = any(citation.grade is Grade.M for citation in override.basis)
        if override.verified is False:
            raise Fault(
                "fault.pack_not_allowed", line=line, field="verified", given="false", allowed="true", **where
            )
        if override.verified and (not override.basis or recalled):
            raise Fault("fault.pack_confirmed_unread", line=line, **where)
        rule = known.get(override.id)
        priced = _priced_anew(override, rule)
        sooner = rule is not None and override.nights is not None and override.nights < rule.nights
        stricter = [*(["params"] if override.params else []), *(["nights"] if sooner else [])]
        field = next(iter([*priced, *stricter]), None)
        if field is None:
            continue
        line = document.line_of(("overrides", index, field))
        if not override.basis:
            raise Fault("fault.pack_override_uncited", line=line, field=field, **where)
        if priced and recalled:
            raise Fault("fault.pack_override_recalled", line=line, field=field, **where)


def _priced_anew(override: RuleOverride, rule: Rule | None) -> list[str]:
    """Fields that make a finding cost what it did not cost."""
    found = [
        name
        for name in _FIGURES
        if name in override.model_fields_set and not (name in _NOTHING and getattr(override, name) is None)
    ]
    given = override.severity
    if rule is None or given is None or given is rule.severity:
        return found
    # a bonus gives points away: whoever grants one cites it too
    if given is Severity.BONUS or _ORDER.index(given) > _ORDER.index(rule.severity):
        found.append("severity")
    return found


def check_grades(pack: RulePack, entry: PackEntry, base: RulePack | None, document: Document) -> None:
    """核对可信度 A figure from memory costs nothing and suspects nobody. Raises Fault `fault.pack_recalled_*`."""
    before = {rule.id: rule for rule in base.rules} if base else {}
    changed = {override.id: (index, override) for index, override in enumerate(entry.overrides)}
    own = {rule.id: index for index, rule in enumerate(entry.rules)}
    for rule in pack.rules:
        if rule.id in own:
            place: tuple[str | int, ...] = ("rules", own[rule.id])
            doubted = asked = rule.basis
        elif rule.id in changed:
            place, asked = ("overrides", changed[rule.id][0]), rule.basis
            override = changed[rule.id][1]
            doubted = _doubted(override, before[rule.id])
            if (
                override.params
            ):  # what is asked now rests on what the overlay cites, whatever the base rests on
                asked = override.basis
        else:
            continue
        where: dict[str, Any] = {"file": document.file, "entry": rule.id, "field": "basis"}
        line = document.line_of((*place, "basis"))
        if rule.verified and _priced(rule) and any(one.grade is Grade.M for one in doubted):
            raise Fault("fault.pack_recalled_figure", line=line, **where)
        if rule.verified and rule.severity is Severity.VETO and _all_recalled(asked):
            raise Fault("fault.pack_recalled_veto", line=line, **where)
    for index, tally in enumerate(entry.tallies):
        if tally.verified and _all_recalled(tally.basis):
            line = document.line_of(("tallies", index, "basis"))
            raise Fault(
                "fault.pack_recalled_veto", file=document.file, line=line, entry=tally.id, field="basis"
            )


def _doubted(override: RuleOverride, rule: Rule) -> tuple[Citation, ...]:
    """Citations that still have to carry a figure: what is confirmed here, or was before, stands by itself."""
    confirmed = override.verified or (rule.verified and _priced(rule))
    return override.basis if confirmed else (*override.basis, *rule.basis)


def _priced(rule: Rule) -> bool:
    return rule.points is not None or rule.ladder is not None


def _all_recalled(basis: tuple[Citation, ...]) -> bool:
    return all(citation.grade is Grade.M for citation in basis)
