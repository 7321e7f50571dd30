"""考评方案文件 Reads the definition of an assessment: whole, or refused with file, line, entry, field and how to mend it."""

from pathlib import Path
from typing import Any, NamedTuple

from pydantic import Field, ValidationError

from model import AssessedUnit, Assessment, Fault, Frozen
from rules.document import Document, read_document
from rules.refusal import shown


class FromRoster(Frozen):
    """取自名单 Units are the organisers of the sites in these groups; `packs`: by which indicators each group is assessed."""

    groups: tuple[str, ...] = Field(min_length=1)
    packs: dict[str, str]


class Plan(Assessment):
    """考评方案 As it is written. Units are written out, or taken from the roster; one written out wins over the roster's."""

    units: tuple[AssessedUnit, ...] = ()
    roster: FromRoster | None = None
    because: None = None  # told by whoever amends, not by the file


class Written(NamedTuple):
    """所写方案 The plan and the file it stands in, so that whatever is wrong with it has its line."""

    plan: Plan
    document: Document


def read_plan(path: Path) -> Written:
    """读考评方案 Raises Fault `fault.plan_*` (exit 3)."""
    try:
        document = read_document(path, path.name)
    except Fault as fault:  # said of rule files, which this is not
        raise _of_plans(fault) from fault
    try:
        return Written(Plan.model_validate(document.values), document)
    except ValidationError as error:
        raise _refusal(document, error) from error


def _of_plans(fault: Fault) -> Fault:
    name = fault.message_id.removeprefix("fault.pack_")
    known = name if name in ("unreadable", "key_twice", "too_large") else "not_yaml"
    return Fault(f"fault.plan_{known}", **{"line": 1, **fault.params})


def _refusal(document: Document, error: ValidationError) -> Fault:
    found = error.errors(include_url=False)
    # A misspelt name is both unknown and missing: the unknown one tells the person more.
    first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
    where = tuple(first["loc"])
    told: dict[str, Any] = {
        "file": document.file, "line": document.line_of(where), "entry": _entry_at(document.values, where),
        "field": ".".join(str(part) for part in where if not isinstance(part, int)) or "id",
    }  # fmt: skip
    if first["type"] in ("missing", "extra_forbidden"):
        return Fault(f"fault.plan_{'missing' if first['type'] == 'missing' else 'unknown'}_field", **told)
    if first["type"] == "enum":
        allowed = str(first.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")
        return Fault("fault.plan_not_allowed", given=shown(first["input"]), allowed=allowed, **told)
    given = first["input"]
    return Fault("fault.plan_bad_value", given=shown("…" if isinstance(given, dict) else given), **told)


def _entry_at(values: Any, where: tuple[str | int, ...]) -> str:
    """The name of the innermost unit, object or window around `where`, else the id of the assessment."""
    name = str(values.get("id") or "?")
    for part in where:
        try:
            values = values[part]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(values, dict) and isinstance(part, int):
            name = str(values.get("name") or values.get("kind") or name)
    return shown(name)
