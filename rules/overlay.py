"""叠加 How a pack file and the pack it extends become one."""

import hashlib
from typing import Any

from model import Counted, Fault, Rule, RulePack
from rules.document import Document
from rules.entries import PackEntry, RuleOverride


def merge(entry: PackEntry, base: RulePack | None, document: Document, digest: str) -> RulePack:
    """叠加 The pack a file and its base make together, not yet looked at. Raises Fault fault.pack_unknown_override."""
    fields: dict[str, Any] = {
        name: getattr(entry, name)
        for name in RulePack.model_fields
        if hasattr(entry, name) and name not in ("digest", "counted")
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
        fields["implements"] = tuple(dict.fromkeys((*base.implements, *entry.implements)))
        for part in ("sections", "tallies", "manual", "features"):
            fields[part] = (*getattr(base, part), *getattr(entry, part))
        for part in ("scoring", "mend_days"):
            if part not in entry.model_fields_set:
                fields[part] = getattr(base, part)
        fields["digest"] = hashlib.sha256(f"{base.digest}{digest}".encode()).hexdigest()
    return RulePack(**fields)


def _overridden(rule: Rule, override: RuleOverride) -> Rule:
    """An overlay may change parameters, scope, severity and what it is worth, and say so in the title; what it rests
    on stands first, before what the base rests on. It never changes what a rule checks."""
    changes: dict[str, Any] = {}
    if override.title is not None:
        # the base's English words would tell of the base's demand
        changes |= {"title": override.title, "title_en": override.title_en}
    elif override.title_en is not None:
        changes["title_en"] = override.title_en
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
    for name in ("severity", "verified", "nights"):
        if getattr(override, name) is not None:
            changes[name] = getattr(override, name)
    changes["basis"] = (*override.basis, *rule.basis)
    changes["answers"] = (*rule.answers, *override.answers)
    return rule.model_copy(update=changes)


def counted_before(base: RulePack | None, rules: tuple[Rule, ...]) -> tuple[Counted, ...]:
    """原定指标 Rules of the base as its tallies were written for, where this pack looks for something else by them.

    Another severity or other points change nothing in what is found, so nothing has to be kept for them.
    """
    if base is None:
        return ()
    now = {rule.id: rule for rule in rules}
    kept = list(base.counted)
    held = {(tally, one.rule.id) for one in base.counted for tally in one.tallies}
    for rule in base.rules:
        other = now[rule.id]
        if (rule.params, rule.applies_to) == (other.params, other.applies_to):
            continue
        tallies = tuple(
            tally.id for tally in base.tallies if rule.id in tally.counts and (tally.id, rule.id) not in held
        )
        if tallies:
            kept.append(Counted(tallies=tallies, rule=rule))
    return tuple(kept)
