"""指标体系 A pack is accepted whole or refused with a sentence that names file, line, entry and the way to mend it."""

import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from model import Fault, Grade, Params, Period, Rule, RulePack
from rules.document import Document, read_document
from rules.duties import requirements
from rules.entries import PackEntry, RuleOverride
from rules.library import base_of, locate
from rules.refusal import refusal
from rules.scheme import check_scheme
from rules.tables import Tables

Where = tuple[str | int, ...]
PARTS = ("rules", "tallies", "manual", "features")  # entries of one pack, told apart by their ids


def load_pack(name_or_path: str | Path, checks: Mapping[str, type[Params]]) -> RulePack:
    """读入指标体系 The pack of that name, or of a user's own file, with every rule's parameters validated.

    `name_or_path`: an id such as `national/2019-check-indicators`, or a path to a .yaml file. `checks`: the
    parameters each known check takes. The digest is the SHA-256 of the file, of the tables it asks for, and of
    those it extends.
    Raises Fault `fault.pack_*` (exit 3) for anything that is not right: no pack is taken in part.
    """
    path, file = locate(name_or_path)
    return _load(path, file, checks, ())


def _load(path: Path, file: str, checks: Mapping[str, type[Params]], chain: tuple[Path, ...]) -> RulePack:
    document = read_document(path, file)
    try:
        entry = PackEntry.model_validate(document.values)
    except ValidationError as error:
        raise refusal(document, error) from error
    seen = (*chain, path.resolve())
    base: RulePack | None = None
    if entry.extends is not None:
        base_path, base_file = base_of(entry.extends, path, file, document.line_of(("extends",)))
        if base_path.resolve() in seen:
            names = " → ".join([*(found.name for found in seen), base_path.name])
            raise Fault(
                "fault.pack_extends_cycle", file=file, line=document.line_of(("extends",)), chain=names
            )
        base = _load(base_path, base_file, checks, seen)
    elif entry.overrides:
        raise Fault("fault.pack_override_without_base", file=file, line=document.line_of(("overrides",)))
    tables = Tables(document)
    entry = tables.laid(entry)
    _check_overrides(entry, document)
    pack = _merge(entry, base, document, tables.digest)
    _check_dates(entry, document)
    _check_answers(entry, document)
    rules = _check_rules(pack, entry, base, document, checks)
    check_scheme(pack, entry, document)
    return pack.model_copy(update={"rules": rules})


def _merge(entry: PackEntry, base: RulePack | None, document: Document, digest: str) -> RulePack:
    fields: dict[str, Any] = {
        name: getattr(entry, name)
        for name in RulePack.model_fields
        if hasattr(entry, name) and name != "digest"
    }
    fields["digest"] = digest
    if base is not None:
        changed = {override.id: (index, override) for index, override in enumerate(entry.overrides)}
        unknown = [name for name in changed if name not in {rule.id for rule in base.rules}]
        if unknown:
            place = ("overrides", changed[unknown[0]][0])
            raise Fault(
                "fault.pack_unknown_override",
                file=document.file,
                line=document.line_of(place),
                entry=unknown[0],
            )
        kept = tuple(
            _overridden(rule, changed[rule.id][1]) if rule.id in changed else rule for rule in base.rules
        )
        fields["rules"] = (*kept, *entry.rules)
        for part in ("sections", "tallies", "manual", "features"):
            fields[part] = (*getattr(base, part), *getattr(entry, part))
        if "scoring" not in entry.model_fields_set:
            fields["scoring"] = base.scoring
        fields["digest"] = hashlib.sha256(f"{base.digest}{digest}".encode()).hexdigest()
    return RulePack(**fields)


def _overridden(rule: Rule, override: RuleOverride) -> Rule:
    """An overlay may change parameters, scope, severity and what it is worth; it may add to what a rule rests on,
    never change what it checks."""
    changes: dict[str, Any] = {}
    if "params" in override.model_fields_set:
        changes["params"] = {**rule.params, **override.params}
    if "applies_to" in override.model_fields_set and override.applies_to is not None:
        scope = override.applies_to
        given = {name: getattr(scope, name) for name in scope.model_fields_set}
        changes["applies_to"] = rule.applies_to.model_copy(update=given)
    if "credit" in override.model_fields_set:
        changes["credit"] = {**rule.credit, **override.credit}
    for name in ("points", "cap", "worth", "weight", "ladder"):
        if name in override.model_fields_set:
            changes[name] = getattr(override, name)
    for name in ("severity", "verified"):
        if getattr(override, name) is not None:
            changes[name] = getattr(override, name)
    for name in ("basis", "answers"):
        if added := getattr(override, name):
            changes[name] = (*getattr(rule, name), *added)
    return rule.model_copy(update=changes)


def _check_overrides(entry: PackEntry, document: Document) -> None:
    """A figure is confirmed by what somebody read, never by a wish."""
    for index, override in enumerate(entry.overrides):
        where: dict[str, Any] = {
            "file": document.file,
            "line": document.line_of(("overrides", index, "verified")),
            "entry": override.id,
        }
        if override.verified is False:
            raise Fault("fault.pack_not_allowed", field="verified", given="false", allowed="true", **where)
        if override.verified and (
            not override.basis or any(citation.grade is Grade.M for citation in override.basis)
        ):
            raise Fault("fault.pack_confirmed_unread", **where)


def _check_answers(entry: PackEntry, document: Document) -> None:
    known = {row.id for row in requirements()}
    for part in ("rules", "overrides", "manual", "features"):
        for index, found in enumerate(getattr(entry, part)):
            for number, answered in enumerate(found.answers):
                if answered not in known:
                    raise Fault(
                        "fault.pack_unknown_requirement",
                        file=document.file,
                        line=document.line_of((part, index, "answers", number)),
                        entry=found.id,
                        field="answers",
                        requirement=answered[:80],
                    )


def _check_dates(entry: PackEntry, document: Document) -> None:
    spans: list[tuple[Where, date | None, date | None, str]] = [
        ((), entry.effective_from, entry.effective_to, entry.id)
    ]
    for index, rule in enumerate(entry.rules):
        spans.append((("rules", index, "effective_to"), rule.effective_from, rule.effective_to, rule.id))
        for number, citation in enumerate(rule.basis):
            place = ("rules", index, "basis", number, "effective_to")
            spans.append((place, citation.effective_from, citation.effective_to, rule.id))
    for where, start, end, name in spans:
        if start and end and end < start:
            line = document.line_of(where or ("effective_to",))
            raise Fault(
                "fault.pack_dates_reversed",
                file=document.file,
                line=line,
                entry=name,
                start=start.isoformat(),
                end=end.isoformat(),
            )


def _check_rules(
    pack: RulePack,
    entry: PackEntry,
    base: RulePack | None,
    document: Document,
    checks: Mapping[str, type[Params]],
) -> tuple[Rule, ...]:
    _no_id_twice(pack, entry, base, document)
    sections = {section.id for section in pack.sections}
    for index, manual in enumerate(entry.manual):
        if manual.section not in sections:
            line = document.line_of(("manual", index, "section"))
            raise Fault(
                "fault.pack_unknown_section",
                file=document.file,
                line=line,
                entry=manual.id,
                section=manual.section,
            )
    places: dict[str, Where] = {rule.id: ("rules", index) for index, rule in enumerate(entry.rules)}
    places |= {override.id: ("overrides", index) for index, override in enumerate(entry.overrides)}
    checked = []
    for rule in pack.rules:
        place = places.get(rule.id)
        if place is None:  # untouched, validated with the pack it came from
            checked.append(rule)
            continue
        where: dict[str, Any] = {"file": document.file, "entry": rule.id}
        if rule.section not in sections:
            line = document.line_of((*place, "section"))
            raise Fault("fault.pack_unknown_section", line=line, section=rule.section, **where)
        if rule.check not in checks:
            line = document.line_of((*place, "check"))
            known = ", ".join(sorted(checks))
            raise Fault("fault.pack_unknown_check", line=line, check=rule.check, known=known, **where)
        try:
            params = checks[rule.check].model_validate(rule.params)
        except ValidationError as error:
            raise refusal(document, error, (*place, "params"), entry=rule.id, check=rule.check) from error
        for name in params.__class__.model_fields:
            if isinstance(found := getattr(params, name), Period) and found == Period():
                line = document.line_of((*place, "params", name))
                raise Fault(
                    "fault.pack_period_zero", line=line, field=f"params.{name}", given=str(found), **where
                )
        if _recalled(rule):
            raise Fault("fault.pack_recalled_figure", line=document.line_of((*place, "verified")), **where)
        checked.append(rule.model_copy(update={"params": params.model_dump(mode="json")}))
    known_rules = {rule.id for rule in pack.rules}
    for index, tally in enumerate(entry.tallies):
        for number, counted in enumerate(tally.counts):
            if counted not in known_rules:
                line = document.line_of(("tallies", index, "counts", number))
                raise Fault(
                    "fault.pack_unknown_counted",
                    file=document.file,
                    line=line,
                    entry=tally.id,
                    counted=counted,
                )
    return tuple(checked)


def _recalled(rule: Rule) -> bool:
    """Whether a rule would cost points by figures nobody read: every citation of it is from memory."""
    priced = rule.points is not None or rule.ladder is not None
    return rule.verified and priced and all(citation.grade is Grade.M for citation in rule.basis)


def _no_id_twice(pack: RulePack, entry: PackEntry, base: RulePack | None, document: Document) -> None:
    taken = {found.id for part in PARTS for found in getattr(base, part, ())}
    apart = {"sections": {found.id for found in base.sections} if base else set(), "overrides": set()}
    for part in ("sections", *PARTS, "overrides"):
        seen = apart.get(part, taken)
        for index, found in enumerate(getattr(entry, part)):
            if found.id in seen:
                line = document.line_of((part, index, "id"))
                raise Fault("fault.pack_id_twice", file=document.file, line=line, entry=found.id)
            seen.add(found.id)
