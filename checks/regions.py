"""省级行政区 Which province a mark of a site belongs to: its code, its filing numbers, its telephone."""

import re
from collections.abc import Sequence

import model

# letters that stand for the same province: ICP numbers, plates and police numbers do not always use one of them
_SAME = ("川蜀", "贵黔", "云滇", "甘陇", "陕秦", "沪申")
_DIGITS = re.compile(r"\d+")


class Division(model.Params):
    """省级行政区 Its two-digit code, short name (黔), ICP letter and area codes of its phones."""

    code: str
    name: str
    also: tuple[str, ...] = ()
    short: str
    phones: tuple[str, ...] = ()


def by_code(code: str, divisions: Sequence[Division]) -> Division | None:
    """按代码 The province that the first two digits of a code stand for."""
    return next((one for one in divisions if code[:2] == one.code and code[:2].isdigit()), None)


def by_letter(text: str, divisions: Sequence[Division]) -> Division | None:
    """按简称 The province whose letter opens a filing number: 黔ICP备…, 贵公网安备…."""
    letter = text.strip()[:1]
    same = next((group for group in _SAME if letter and letter in group), letter)
    return next((one for one in divisions if letter and one.short in same), None)


def by_name(text: str, divisions: Sequence[Division]) -> Division | None:
    """按全称 The one province whose full name a text holds: 海南州 lies in 青海, so short names tell nothing."""
    found = [one for one in divisions if len(one.name) > 2 and one.name in text]
    return found[0] if len(found) == 1 else None


def area_code(number: str) -> str | None:
    """区号 The area code that opens a telephone number; None when it has none (a mobile, 12345)."""
    digits = "".join(_DIGITS.findall(number))
    if number.lstrip().startswith(("+86", "86")) and len(digits) > 11:
        digits = "0" + digits[2:].lstrip("0")
    if not digits.startswith("0") or len(digits) < 10:
        return None
    return digits[:3] if digits[1] in "12" else digits[:4]


def by_phone(number: str, divisions: Sequence[Division]) -> Division | None:
    """按区号 The province of a telephone number."""
    code = area_code(number)
    return next((one for one in divisions if code in one.phones), None) if code else None
