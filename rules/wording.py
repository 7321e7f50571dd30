"""文字 What a pack says can be read: no invisible words, no text that turns its reading around, plain numbers."""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from model import Fault
from rules.document import Document, Path_
from rules.refusal import entry_at, inside_entry, shown

LONGEST_TITLE = 200
_TITLES = frozenset({"title", "title_en", "name", "name_en"})
_TOLD = _TITLES | {"id", "document", "clause", "version", "quote"}  # never empty where they are given
_HIDDEN = frozenset({"Cc", "Cf", "Zl", "Zp"})  # control characters, marks of direction, breaks of lines
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters that show nothing


def check_wording(document: Document) -> None:
    """核对文字 Refuses the first text a reader could not see or would see otherwise. Raises Fault `fault.pack_*`."""
    for place, text, is_key in _texts(document.values, ()):
        name = place[-1] if place else ""
        if any(unicodedata.category(one) in _HIDDEN for one in text):
            raise _refused("text_hidden", document, place, text)
        if is_key:
            continue
        if name in _TOLD and not any(_visible(one) for one in text):
            raise _refused("text_blank", document, place, text)
        if name in _TITLES and len(text) > LONGEST_TITLE:
            raise _refused("text_long", document, place, text, limit=LONGEST_TITLE)


def check_numbers(
    raw: Any, made: Any, document: Document, place: Path_ = (), entry: str | None = None
) -> None:
    """核对数字 Numbers are written in plain digits: `1_0` and full-width digits are nobody's figure."""
    for where, text in _numbers(raw, made, place):
        if not text.isascii() or "_" in text:
            raise _refused("bad_value", document, where, text, entry)


def _texts(value: Any, place: Path_) -> Iterator[tuple[Path_, str, bool]]:
    if isinstance(value, str):
        yield place, value, False
    elif isinstance(value, dict):
        for name, one in value.items():
            yield (*place, name), name, True
            yield from _texts(one, (*place, name))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _texts(one, (*place, index))


def _numbers(raw: Any, made: Any, place: Path_) -> Iterator[tuple[Path_, str]]:
    """Texts of the file that became a number, and where they stand."""
    if isinstance(raw, str):
        if not isinstance(made, str | bool | None) and type(made).__name__ in ("int", "float", "Decimal"):
            yield place, raw
    elif isinstance(raw, dict):
        for name, one in raw.items():
            inner = made.get(name) if isinstance(made, Mapping) else getattr(made, name, None)
            yield from _numbers(one, inner, (*place, name))
    elif isinstance(raw, list | tuple) and isinstance(made, list | tuple) and len(raw) == len(made):
        for index, one in enumerate(raw):
            yield from _numbers(one, made[index], (*place, index))


def _visible(one: str) -> bool:
    return one not in _BLANK and unicodedata.category(one)[0] in "LNPS"


def _refused(
    name: str, document: Document, place: Path_, text: str, entry: str | None = None, **more: Any
) -> Fault:
    given = shown(
        "".join(f"\\u{ord(one):04x}" if unicodedata.category(one) in _HIDDEN else one for one in text)
    )
    told = entry or entry_at(document.values, place)
    told = "".join("·" if unicodedata.category(one) in _HIDDEN else one for one in told)
    field = ".".join(str(part) for part in inside_entry(place)) or "id"
    field = "".join("·" if unicodedata.category(one) in _HIDDEN else one for one in field)
    return Fault(
        f"fault.pack_{name}", file=document.file, line=document.line_of(place), entry=told, field=field, given=given, **more,
    )  # fmt: skip
