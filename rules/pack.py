"""指标体系 A pack is accepted whole or refused with a sentence that names file, line, entry and the way to mend it."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from model import Fault, Params, Rule, RulePack, Subject
from rules.cited import check_grades, check_overrides
from rules.document import Document, read_document
from rules.duties import requirements
from rules.entries import PackEntry
from rules.fitting import check_fit, is_verb
from rules.library import base_of, is_taken, locate
from rules.overlay import counted_before, merge
from rules.refusal import refusal
from rules.scheme import check_scheme
from rules.tables import Tables
from rules.wording import check_numbers, check_wording

Where = tuple[str | int, ...]
PARTS = ("rules", "tallies", "manual", "features")  # entries of one pack, told apart by their ids


class _Known(NamedTuple):
    """What the program has: parameters of its checks, what each looks at, its verbs. None: not at hand."""

    checks: Mapping[str, type[Params]]
    subjects: Mapping[str, Subject] | None
    commands: Mapping[str, frozenset[str]] | None


def load_pack(
    name_or_path: str | Path,
    checks: Mapping[str, type[Params]],
    subjects: Mapping[str, Subject] | None = None,
    commands: Mapping[str, frozenset[str]] | None = None,
) -> RulePack:
    """读入指标体系 The pack of that name, or of a user's own file, with every rule's parameters validated.

    `name_or_path`: an id such as `national/2019-check-indicators`, or a path to a .yaml file. `checks`: the
    parameters each known check takes. `subjects`, `commands`: what each check looks at, and every verb with its
    options; without them neither the scope of rules nor the commands of features are looked at. The digest is the SHA-256 of the file, of the tables it asks for, and of
    those it extends.
    Raises Fault `fault.pack_*` (exit 3) for anything that is not right: no pack is taken in part.
    """
    path, file = locate(name_or_path)
    return _load(path, file, _Known(checks, subjects, commands), ())


def _load(path: Path, file: str, known: _Known, chain: tuple[Path, ...]) -> RulePack:
    document = read_document(path, file)
    check_wording(document)
    try:
        entry = PackEntry.model_validate(document.values)
    except ValidationError as error:
        raise refusal(document, error) from error
    check_numbers(document.values, entry, document)
    if is_taken(entry.id, path):
        raise Fault("fault.pack_taken", file=file, line=document.line_of(("id",)), entry=entry.id, field="id")
    seen = (*chain, path.resolve())
    base: RulePack | None = None
    if entry.extends is not None:
        base_path, base_file = base_of(entry.extends, path, file, document.line_of(("extends",)))
        if base_path.resolve() in seen:
            names = " → ".join([*(found.name for found in seen), base_path.name])
            raise Fault(
                "fault.pack_extends_cycle", file=file, line=document.line_of(("extends",)), chain=names
            )
        base = _load(base_path, base_file, known, seen)
    elif entry.overrides:
        raise Fault("fault.pack_override_without_base", file=file, line=document.line_of(("overrides",)))
    tables = Tables(document)
    entry = tables.laid(entry)
    check_overrides(entry, base, document)
    pack = merge(entry, base, document, tables.digest)
    _check_dates(entry, document)
    _check_answers(entry, document)
    rules = _check_rules(pack, entry, base, document, known)
    check_grades(pack, entry, base, document)
    _check_commands(entry, document, known)
    check_scheme(pack, entry, document)
    return pack.model_copy(update={"rules": rules, "counted": counted_before(base, rules)})


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
    known: _Known,
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
        if rule.check not in known.checks:
            line = document.line_of((*place, "check"))
            names = ", ".join(sorted(known.checks))
            raise Fault("fault.pack_unknown_check", line=line, check=rule.check, known=names, **where)
        try:
            params = known.checks[rule.check].model_validate(rule.params)
        except ValidationError as error:
            raise refusal(document, error, (*place, "params"), entry=rule.id, check=rule.check) from error
        check_numbers(rule.params, params, document, (*place, "params"), rule.id)
        check_fit(rule, params, known.subjects, document, place)
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


def _check_commands(entry: PackEntry, document: Document, known: _Known) -> None:
    for index, feature in enumerate(entry.features if known.commands is not None else ()):
        if not is_verb(feature.command, known.commands or {}):
            line = document.line_of(("features", index, "command"))
            given = feature.command[:80]
            raise Fault(
                "fault.pack_unknown_command", file=document.file, line=line, entry=feature.id, field="command", given=given
            )  # fmt: skip


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
