"""图 A small line chart as SVG: sizes along the foot, each twice as far as it is larger, values upwards from nought."""

from collections.abc import Mapping, Sequence
from html import escape
from math import log10

_WIDE, _HIGH = 640, 300
_LEFT, _RIGHT, _TOP, _FOOT = 64, 150, 40, 40
_COLOURS = ("#0b6e4f", "#b5541c", "#3f5f9e", "#7a4b8c")
_STEPS = (1, 2, 2.5, 5, 10)
_LINES = 5


def chart(title: str, unit: str, series: Mapping[str, Sequence[tuple[int, float]]]) -> str:
    """画图 `series`: name → (size, value), in order of size."""
    sizes = sorted({size for points in series.values() for size, _ in points})
    most = _top(max((value for points in series.values() for _, value in points), default=1.0))

    def across(size: int) -> float:
        if len(sizes) < 2:
            return (_LEFT + _WIDE - _RIGHT) / 2
        span = log10(sizes[-1]) - log10(sizes[0])
        return _LEFT + (log10(size) - log10(sizes[0])) / span * (_WIDE - _LEFT - _RIGHT)

    def up(value: float) -> float:
        return _HIGH - _FOOT - value / most * (_HIGH - _FOOT - _TOP)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDE}" height="{_HIGH}" viewBox="0 0 {_WIDE} {_HIGH}" role="img" '
        f'font-family="sans-serif" font-size="12"><title>{escape(title)}</title>',
        f'<rect width="{_WIDE}" height="{_HIGH}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="20" font-size="14" fill="#222222">{escape(title)}（{escape(unit)}）</text>',
    ]
    for number in range(_LINES + 1):
        value = most * number / _LINES
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDE - _RIGHT}" y1="{up(value):.1f}" y2="{up(value):.1f}" stroke="#dddddd"/>'
            f'<text x="{_LEFT - 8}" y="{up(value) + 4:.1f}" text-anchor="end" fill="#555555">{_told(value)}</text>'
        )
    for size in sizes:
        parts.append(
            f'<text x="{across(size):.1f}" y="{_HIGH - 16}" text-anchor="middle" fill="#555555">{size:,}</text>'
        )
    ends = _apart({name: up(points[-1][1]) for name, points in series.items() if points})
    for colour, (name, points) in zip(_COLOURS, series.items(), strict=False):
        if not points:
            continue
        places = [(across(size), up(value)) for size, value in points]
        drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        parts.append(
            f'<text x="{places[-1][0] + 8:.1f}" y="{ends[name] + 4:.1f}" fill="{colour}">{escape(name)} {_told(points[-1][1])}</text>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _apart(ends: dict[str, float]) -> dict[str, float]:
    """Names that would stand on each other are moved down."""
    placed: dict[str, float] = {}
    before = -100.0
    for name, y in sorted(ends.items(), key=lambda one: one[1]):
        before = placed[name] = max(y, before + 14)
    return placed


def _top(value: float) -> float:
    """The next round number a fifth of which is round too."""
    power = 10 ** int(log10(value)) if value >= 1 else 0.1
    return next((step * power for step in _STEPS if step * power >= value), 10 * power)


def _told(value: float) -> str:
    return f"{value:,.0f}" if value >= 20 or value == int(value) else f"{value:.1f}"
