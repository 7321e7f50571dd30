"""应答 The JSON that a list API sends back, read without trust: any shape may come, and none is a reason to raise."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any, NamedTuple

from reading.adapters.protocol import RawRow
from reading.tree import squeeze

_CALLED = re.compile(r"(?:/\*\*/)?\s*[A-Za-z_$][\w$.]{0,80}\s*\(\s*(?=[{\[])")  # JSONP
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_WHOLE = re.compile(r"\s*(\d{1,9})\s*")
_MOST_ROWS = 1000
_TITLE = 1000
_NOTHING = ("", "0", "null", "undefined", "None")


def told(source: str) -> dict[str, Any] | str:
    """JSON 应答 The object an answer holds, or the word that tells why there is none (see Listing.refused)."""
    text = source.strip("\ufeff \t\r\n;")
    called = _CALLED.match(text)
    if called and text.endswith(")"):
        text = text[called.end() : -1].strip()
    if text[:1] not in ("{", "["):
        return "error_text"
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return "error_text"
    if not isinstance(found, dict):
        return "unknown_shape"
    if found.get("success") in (False, "false", "False"):
        return "success_false"
    return found


def branch(found: Any, *names: str) -> Any:
    """分支 What stands below a path of names; None where the path breaks off."""
    for name in names:
        if not isinstance(found, dict):
            return None
        found = found.get(name)
    return found


def whole(value: Any) -> int | None:
    """整数 A count as a number or as its text; None for anything else, negative ones too."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if 0 <= value < 10**9 else None
    match = _WHOLE.fullmatch(value) if isinstance(value, str) else None
    return int(match[1]) if match else None


def words(value: Any) -> str:
    """文字 One field as plain text: marks of a search taken out, entities read, spaces squeezed."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    text = str(value) if isinstance(value, str) or abs(value) < 10**15 else ""
    text = text[: 4 * _TITLE].encode("utf-8", "replace").decode("utf-8")
    return squeeze(unescape(_TAG.sub("", text)))[:_TITLE]


def _filled(record: dict[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        text = words(record.get(name))
        if text not in _NOTHING:
            return text
    return ""


class Fields(NamedTuple):
    """字段 Names under which records hold their title, target and publish date, best first, in lower case."""

    title: tuple[str, ...]
    href: tuple[str, ...]
    date: tuple[str, ...]


def rows(records: Any, fields: Fields, total: int | None, *, first: bool) -> tuple[RawRow, ...] | None:
    """条目 Each record by the first of its fields that is filled.

    None when nothing is known of the rows: no list of records, records that cannot be read, or an empty first
    page (`first`) of a list that is not said to hold nothing.
    """
    if records in (None, "") and total == 0:
        records = []
    if not isinstance(records, list):
        return None
    found = tuple(_rows(records[:_MOST_ROWS], fields))
    if not found and (records or (first and total != 0)):
        return None
    return found


def _rows(records: list[Any], fields: Fields) -> Iterator[RawRow]:
    for record in records:
        if not isinstance(record, dict):
            continue
        plain = {str(name).lower(): value for name, value in record.items()}
        named, leads = _filled(plain, fields.title), _filled(plain, fields.href)
        if named and leads:
            yield RawRow(named, leads, _filled(plain, fields.date))


def served(records: Any) -> int:
    """给出条数 How many records an answer holds, readable or not."""
    return len(records) if isinstance(records, list) else 0


def goes_on(total: int | None, before: int, got: int, size: int | None) -> bool:
    """有无下页 Whether records are left after `got` of them that follow `before` others; a total not told may be any."""
    if not got:
        return False
    return before + got < total if total is not None else bool(size) and got >= (size or 0)


def page_count(total: int | None, size: int | None) -> int | None:
    """页数 How many pages of `size` rows hold `total` rows; at least one."""
    return max(1, -(-total // size)) if total is not None and size else None
