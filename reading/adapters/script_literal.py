"""脚本字面量 An object, array or text as a page's script writes it, read without running anything.

Names and calls are put to `resolve`, which may know what they stand for; what it does not know is UNKNOWN.
"""

import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias

Resolve: TypeAlias = Callable[[str], Any]

_SPACE = re.compile(r"(?:\s+|//[^\n]{0,500}|/\*.{0,500}?\*/)*", re.S)
_TEXT = re.compile(r"""'((?:[^'\\\n]|\\.){0,2000})'|"((?:[^"\\\n]|\\.){0,2000})\"""")
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,10})?")
_NAME = re.compile(r"""[A-Za-z_$][\w$]*""")
_ARGUMENTS = re.compile(r"""\((?:[^()'"]|'[^'\n]{0,200}'|"[^"\n]{0,200}"|\([^()]{0,200}\)){0,300}\)""")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.S)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_CONSTANTS: dict[str, Any] = {"true": True, "false": False, "null": None, "undefined": None}
_DEEPEST, _MOST = 6, 60


class Unknown:
    """未知 A value that only the running script would know."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()
GAP = "\0"  # stands for an unknown part of a text that is otherwise known


class _NoLiteral(Exception):
    pass


def read_literal(text: str, start: int, resolve: Resolve) -> tuple[Any, int] | None:
    """读字面量 The value that begins at `start` and where it ends; None when it is nothing of the kind."""
    try:
        return _value(text, _skip(text, start), resolve, 0)
    except _NoLiteral:
        return None


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _value(text: str, at: int, resolve: Resolve, depth: int) -> tuple[Any, int]:
    """One value, or several joined by `+`; what is unknown among them stands as GAP in the text."""
    value, at = _term(text, at, resolve, depth)
    for _ in range(_MOST):
        after = _skip(text, at)
        if text[after : after + 1] != "+":
            break
        more, at = _term(text, _skip(text, after + 1), resolve, depth)
        value = _piece(value) + _piece(more)
    after = _skip(text, at)
    if text[after : after + 1] in tuple("-*/%?|&<>=!"):
        at = _expression_end(text, after)
        value = UNKNOWN
    return value, at


def _piece(value: Any) -> str:
    return GAP if value is UNKNOWN or isinstance(value, (dict, list)) else str(value)


def is_unknown(value: Any) -> bool:
    """是否未知 Whether a value, or any part of it, is unknown."""
    if isinstance(value, dict):
        return any(is_unknown(inner) for inner in value.values())
    if isinstance(value, list):
        return any(is_unknown(inner) for inner in value)
    return value is UNKNOWN or (isinstance(value, str) and GAP in value)


def _expression_end(text: str, at: int) -> int:
    """A calculation is not followed; it ends where the next member or the object's end stands."""
    for end in range(at, min(at + 200, len(text))):
        if text[end] in ",}])\n;":
            return end
    raise _NoLiteral


def _term(text: str, at: int, resolve: Resolve, depth: int) -> tuple[Any, int]:
    first = text[at : at + 1]
    if first in ("'", '"'):
        match = _TEXT.match(text, at)
        if match is None:
            raise _NoLiteral
        return _unescaped(match[1] if match[1] is not None else match[2]), match.end()
    if first == "{":
        return _object(text, at + 1, resolve, depth + 1)
    if first == "[":
        return _array(text, at + 1, resolve, depth + 1)
    match = _NUMBER.match(text, at)
    if match:
        return (float(match[0]) if "." in match[0] else int(match[0])), match.end()
    return _named(text, at, resolve)


def _named(text: str, at: int, resolve: Resolve) -> tuple[Any, int]:
    """`code`, `siteInfo.siteGuid`, `$("#siteCode").val()`."""
    start = at
    match = _NAME.match(text, at)
    if match is None:
        raise _NoLiteral
    if match[0] in _CONSTANTS:
        return _CONSTANTS[match[0]], match.end()
    at = match.end()
    for _ in range(6):
        call = _ARGUMENTS.match(text, at)
        if call:
            at = call.end()
            continue
        member = _NAME.match(text, at + 1) if text[at : at + 1] == "." else None
        if member is None:
            break
        at = member.end()
    return resolve(text[start:at]), at


def _object(text: str, at: int, resolve: Resolve, depth: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    for _ in range(_MOST if depth <= _DEEPEST else 0):
        at = _skip(text, at)
        if text[at : at + 1] == "}":
            return found, at + 1
        match = _TEXT.match(text, at) or _NAME.match(text, at) or _NUMBER.match(text, at)
        if match is None:
            break
        name = match[0].strip("'\"")
        at = _skip(text, match.end())
        if text[at : at + 1] == ":":
            found[name], at = _value(text, _skip(text, at + 1), resolve, depth)
        else:
            found[name] = resolve(name)  # {siteCode, pageNum}
        at = _skip(text, at)
        if text[at : at + 1] == ",":
            at += 1
        elif text[at : at + 1] != "}":
            break
    raise _NoLiteral


def _array(text: str, at: int, resolve: Resolve, depth: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    for _ in range(_MOST if depth <= _DEEPEST else 0):
        at = _skip(text, at)
        if text[at : at + 1] == "]":
            return found, at + 1
        value, at = _value(text, at, resolve, depth)
        found.append(value)
        at = _skip(text, at)
        if text[at : at + 1] == ",":
            at += 1
        elif text[at : at + 1] != "]":
            break
    raise _NoLiteral


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(
        lambda match: (
            chr(int(match[1] or match[2], 16)) if match[1] or match[2] else _ESCAPED.get(match[3], match[3])
        ),
        text,
    )
    return plain.encode("utf-8", "replace").decode("utf-8")
