"""脚本里的名字 What a name in a page's script stands for, as far as the page itself tells.

A variable given one literal, a hidden input, a parameter of the page's own address; anything else is unknown.
"""

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from reading.adapters.protocol import Seen
from reading.adapters.script_literal import UNKNOWN, read_literal

_INPUT = re.compile(
    r"""^(?:\$|jQuery)\(\s*["'](?:\w{0,10}#|\w{0,10}\[?name=?\\?["']?)([\w\-]{1,40})\\?["']?\]?["']\s*\)\.val\(\)$"""
    r"""|^document\.getElementById\(\s*["']([\w\-]{1,40})["']\s*\)\.value$"""
)
_PARAMETER = re.compile(
    r"""^[\w$.]{0,40}get\w{0,12}(?:query|url|param|request)\w{0,12}\(\s*["']([\w\-]{1,40})["']\s*\)$""", re.I
)
_ENCODING = re.compile(
    r"^(?:encodeURIComponent|encodeURI|escape|String|parseInt|Number)\((.{1,100})\)$", re.S
)
_GIVEN = re.compile(r"\s{0,20}=(?!=)")
_WITHIN = re.compile(r"""[\w$.?&"'\-]""")  # a name that such a character stands before is another, or a text
_VARIABLE = re.compile(r"^[A-Za-z_$][\w$]{0,40}$")
_MOST_NAMES, _MOST_PLACES, _DEEPEST = 60, 400, 3


class Names:
    """名字 What names in the scripts of one page stand for; each page may ask for a limited number of them."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._left = _MOST_NAMES
        self._depth = 0

    def resolve(self, name: str) -> Any:
        if self._left <= 0 or self._depth > _DEEPEST:
            return UNKNOWN
        self._left -= 1
        self._depth += 1
        try:
            return self._found(name)
        finally:
            self._depth -= 1

    def _found(self, name: str) -> Any:
        wrapped = _ENCODING.match(name)
        if wrapped:
            read = read_literal(wrapped[1], 0, self.resolve)
            return read[0] if read else UNKNOWN
        parameter = _PARAMETER.match(name)
        if parameter:
            asked = parse_qsl(urlsplit(self._seen.asked_on).query, keep_blank_values=True)
            return dict(asked).get(parameter[1], "")
        field = _INPUT.match(name)
        if field:
            return hidden_inputs(self._seen).get(field[1] or field[2], UNKNOWN)
        return self._given(name) if _VARIABLE.match(name) else UNKNOWN

    def _given(self, name: str) -> Any:
        """The one value the page gives a variable; unknown when it is given several."""
        source, values, at = self._seen.source, list[Any](), -1
        for _ in range(_MOST_PLACES):
            at = source.find(name, at + 1)
            if at < 0:
                break
            given = _GIVEN.match(source, at + len(name))
            if given is None or _WITHIN.match(source[max(0, at - 1) : at]):
                continue
            read = read_literal(source, given.end(), self.resolve)
            values.append(read[0] if read else UNKNOWN)
            if values[-1] is UNKNOWN or values[-1] != values[0]:
                return UNKNOWN
        return values[0] if values and at < 0 else UNKNOWN


def hidden_inputs(seen: Seen) -> dict[str, str]:
    """隐藏字段 Values of hidden inputs by name and by id."""
    found: dict[str, str] = {}
    for node in seen.root.iter("input"):
        if (node.get("type") or "").strip().lower() == "hidden":
            for key in (node.get("id"), node.get("name")):
                if key and len(found) < 200:
                    found.setdefault(key, (node.get("value") or "").strip()[:500])
    return found
