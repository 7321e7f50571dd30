"""隐藏手法 The ways a style, an attribute or an element takes its content out of a visitor's sight."""

import re
from functools import lru_cache

_SPACE = re.compile(rb"\s+")
_NONE = rb"0(?:\.0*)?(?:px|em|pt|%|rem)?(?![\d.])"
_TINY = rb"(?:" + _NONE + rb"|1px)(?![\d.])"
_TECHNIQUES = (
    ("display_none", re.compile(rb"display:none")),
    ("visibility_hidden", re.compile(rb"visibility:(?:hidden|collapse)")),
    ("text_indent", re.compile(rb"text-indent:-(?:\d{4,9}|999(?!\d)|[1-9]\d{1,8}(?:em|rem|%))")),
    ("off_screen", re.compile(rb"(?:^|;)(?:margin-)?(?:left|top|right|bottom):-(?:[5-9]\d\d|\d{4,9}|\d{2,9}(?:em|rem|vw|vh))")),
    ("off_screen", re.compile(rb"(?:^|;)margin:(?:\S{0,20}\s)?-\d{4,9}px|translate[xy3d]{0,2}\(-\d{4,9}px")),
    ("transparent", re.compile(rb"(?:^|;|-)opacity:" + _NONE + rb"|alpha\(opacity=0\)")),
    ("font_size_zero", re.compile(rb"font-size:" + _TINY)),
    ("clipped", re.compile(rb"clip:rect\((?:[01](?:px)?,?){4}\)|clip-path:(?:inset\((?:50|100)%|circle\(0)")),
    ("scaled_away", re.compile(rb"scale[xy3d]{0,2}\(0(?:\.0*)?[,)]")),
)  # fmt: skip
_SIZES = re.compile(rb"(?:^|;)(?:max-)?(height|width):" + _TINY)
_COLOUR = re.compile(rb"(?:^|;)color:(#[0-9a-f]{3,6}|[a-z]{3,20})(?:;|$|!)")
_GROUND = re.compile(rb"(?:^|;)background(?:-color)?:(#[0-9a-f]{3,6}|[a-z]{3,20})(?:;|$|!)")
_LONGEST = 600


@lru_cache(maxsize=4096)
def technique_of(style: bytes) -> str | None:
    """手法 The technique by which a style in lower case hides its element; None when it shows it."""
    plain = _SPACE.sub(b"", style[:_LONGEST])
    for name, pattern in _TECHNIQUES:
        if pattern.search(plain):
            return name
    if len(sizes := set(_SIZES.findall(plain))) == 2 or (sizes and b"overflow:hidden" in plain):
        return "no_size"
    colour, ground = _COLOUR.search(plain), _GROUND.search(plain)
    if colour and ground and _spelt_out(colour[1]) == _spelt_out(ground[1]):
        return "same_colour"
    return None


def _spelt_out(colour: bytes) -> bytes:
    if colour[:1] == b"#" and len(colour) == 4:
        return b"#" + bytes(letter for letter in colour[1:] for _ in range(2))
    return {b"white": b"#ffffff", b"black": b"#000000"}.get(colour, colour)
