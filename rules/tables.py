"""公用表 Lists that several packs ask for: `{table: NAME}` in a rule's parameters stands for the entries of NAME."""

import hashlib
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from model import Fault, Frozen, Level
from rules.document import Document, Path_, read_document
from rules.entries import PackEntry
from rules.refusal import refusal

FOLDER = Path(__file__).parent / "directory"
LEVELS = "levels"  # what an entry may carry besides what the check takes: the levels it is for


class _Reference(Frozen):
    """引用 What stands in the parameters: which table, and for which level of government."""

    table: str
    level: Level | None = None


class _Scope(Frozen):
    levels: tuple[Level, ...] = Field(default=(), min_length=1)


class _Table(Frozen):
    entries: tuple[dict[str, Any], ...] = Field(min_length=1)


def table_names() -> tuple[str, ...]:
    """表名 The tables there are: files of the directory that hold entries a pack may ask for."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml") if path.stem != "columns"))


class Tables:
    """公用表 Puts tables in their places for one pack file, and remembers which were used."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._read: dict[str, tuple[Document, _Table]] = {}

    @property
    def digest(self) -> str:
        """SHA-256 of the file, joined with those of the tables it asks for."""
        if not self._read:
            return self._document.digest
        used = [f"{name}:{table.digest}" for name, (table, _) in sorted(self._read.items())]
        return hashlib.sha256("\n".join([self._document.digest, *used]).encode()).hexdigest()

    def laid(self, entry: PackEntry) -> PackEntry:
        """填入 The pack file with every reference replaced by what it stands for."""
        update: dict[str, Any] = {}
        for part in ("rules", "overrides"):
            update[part] = tuple(
                one.model_copy(update={"params": self._filled(one.params, (part, index, "params"), one.id)})
                if one.params
                else one
                for index, one in enumerate(getattr(entry, part))
            )
        return entry.model_copy(update=update)

    def _filled(self, value: Any, place: Path_, entry: str) -> Any:
        if isinstance(value, list | tuple):
            return [self._filled(one, (*place, index), entry) for index, one in enumerate(value)]
        if not isinstance(value, dict):
            return value
        if "table" in value:
            return self._entries(value, place, entry)
        return {name: self._filled(one, (*place, name), entry) for name, one in value.items()}

    def _entries(self, value: dict[str, Any], place: Path_, entry: str) -> list[dict[str, Any]]:
        document = self._document
        try:
            asked = _Reference.model_validate(value)
        except ValidationError as error:
            raise refusal(document, error, place, entry=entry) from error
        where: dict[str, Any] = {
            "file": document.file,
            "line": document.line_of((*place, "table")),
            "entry": entry,
        }
        if asked.table not in table_names():
            raise Fault(
                "fault.pack_unknown_table", table=asked.table, known=", ".join(table_names()) or "–", **where
            )
        if asked.table not in self._read:
            self._read[asked.table] = _read(asked.table)
        found = []
        source, table = self._read[asked.table]
        for index, row in enumerate(table.entries):
            try:
                scope = _Scope.model_validate({LEVELS: row[LEVELS]} if LEVELS in row else {})
            except ValidationError as error:
                raise refusal(source, error, ("entries", index)) from error
            if asked.level is None or not scope.levels or asked.level in scope.levels:
                found.append({name: one for name, one in row.items() if name != LEVELS})
        if not found:
            raise Fault("fault.pack_table_empty", table=asked.table, level=str(asked.level), **where)
        return found


def _read(name: str) -> tuple[Document, _Table]:
    source = read_document(FOLDER / f"{name}.yaml", f"directory/{name}.yaml")
    try:
        return source, _Table.model_validate(source.values)
    except ValidationError as error:
        raise refusal(source, error) from error
