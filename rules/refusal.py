"""拒收 Turns the first validation error into one sentence's parameters: file, line, entry, field, what was given."""

from typing import Any

from pydantic import ValidationError

from model import Fault
from rules.document import Document

LONGEST_SHOWN = 80


def refusal(
    document: Document,
    error: ValidationError,
    place: tuple[str | int, ...] = (),
    entry: str | None = None,
    check: str | None = None,
) -> Fault:
    """拒收原因 `place` is where the validated part stands in the file; `entry` the id of the rule around it."""
    found_errors = error.errors(include_url=False)
    # A misspelt name is both unknown and missing: the unknown one tells the person more.
    first = next((one for one in found_errors if one["type"] == "extra_forbidden"), found_errors[0])
    where = (*place, *first["loc"])
    name = entry or entry_at(document.values, where)
    field = ".".join(str(part) for part in inside_entry(where)) or "params"
    found: dict[str, Any] = {
        "file": document.file,
        "line": document.line_of(where),
        "entry": name,
        "field": field,
    }
    if first["type"] in ("missing", "too_short") and where[-1:] == ("basis",):
        return Fault("fault.pack_no_citation", file=document.file, line=document.line_of(where), entry=name)
    if first["type"] == "missing":
        return Fault("fault.pack_missing_field", **found)
    if first["type"] == "extra_forbidden":
        return Fault("fault.pack_unknown_field", **found)
    if check is not None:
        return Fault("fault.pack_bad_params", check=check, given=shown(first["input"]), **found)
    if first["type"] in ("enum", "literal_error"):
        allowed = str(first.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")
        return Fault("fault.pack_not_allowed", given=shown(first["input"]), allowed=allowed, **found)
    return Fault("fault.pack_bad_value", given=shown(first["input"]), **found)


def entry_at(values: Any, where: tuple[str | int, ...]) -> str:
    """条目 The id of the innermost entry around `where`, else its position such as `rules[3]`, else the pack's id."""
    name = str(values.get("id") or "?")
    for depth, part in enumerate(where):
        try:
            values = values[part]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(part, int) and isinstance(values, dict) and isinstance(where[depth - 1], str):
            if depth > 1 and values.get("id") is None:
                continue
            name = str(values.get("id") or f"{where[depth - 1]}[{part}]")
    return name[:LONGEST_SHOWN]


def inside_entry(where: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """条目内位置 The place as seen from the entry it stands in."""
    return where[2:] if len(where) > 2 and isinstance(where[1], int) else where


def shown(given: Any) -> str:
    """所给内容 What was written, cut short."""
    text = str(given)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
