"""合用 Whether what a rule says means anything to the check it uses: scope, periods, examples."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from model import Fault, Params, Period, Rule, Subject
from rules.document import Document, Path_

LONGEST_YEARS = 100
_SCOPES = {  # parts of applies_to that choose among subjects, and among which
    "column_kinds": Subject.COLUMN,
    "except_kinds": Subject.COLUMN,
    "max_level": Subject.COLUMN,
    "relations": Subject.LINK,
    "on_home": Subject.LINK,
}


def check_fit(
    rule: Rule,
    params: Params,
    subjects: Mapping[str, Subject] | None,
    document: Document,
    place: Path_,
) -> None:
    """核对合用 `place`: where the rule, or what changes it, stands in the file. Raises Fault `fault.pack_*`."""
    where: dict[str, Any] = {"file": document.file, "entry": rule.id}
    subject = subjects.get(rule.check) if subjects is not None else None
    for name, wanted in _SCOPES.items():
        given = getattr(rule.applies_to, name)
        if subject is not None and subject is not wanted and given is not None and given != ():
            line = document.line_of((*place, "applies_to", name))
            raise Fault(
                "fault.pack_foreign_scope", line=line, field=f"applies_to.{name}", check=rule.check, **where
            )
    for path, period in _periods(params, ()):
        line = document.line_of((*place, "params", *path))
        field = ".".join(str(part) for part in ("params", *path))
        if len(path) == 1 and period == Period():
            raise Fault("fault.pack_period_zero", line=line, field=field, given=str(period), **where)
        if period.months / 12 + period.days / 365.25 > LONGEST_YEARS:
            raise Fault("fault.pack_period_long", line=line, field=field, given=str(period)[:40], **where)
    for number, example in enumerate(rule.examples):
        if example.partition("/")[0] != rule.check or not example.partition("/")[2]:
            line = document.line_of((*place, "examples", number))
            raise Fault(
                "fault.pack_foreign_example", line=line, field="examples", given=example[:80], check=rule.check, **where
            )  # fmt: skip


def is_verb(command: str, commands: Mapping[str, frozenset[str]]) -> bool:
    """是否命令 Whether the words name a verb of ours, and every option after it is one the verb takes."""
    words = command.split()
    for length in range(len(words), 1, -1):
        options = commands.get(" ".join(words[:length]))
        if options is not None:
            asked = {word.partition("=")[0] for word in words[length:] if word.startswith("-")}
            return asked <= options
    return False


def _periods(value: Any, path: Path_) -> Iterator[tuple[Path_, Period]]:
    if isinstance(value, Period):
        yield path, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _periods(getattr(value, name), (*path, name))
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from _periods(one, (*path, name))
    elif isinstance(value, list | tuple):
        for index, one in enumerate(value):
            yield from _periods(one, (*path, index))
