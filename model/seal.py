"""封存 What a finished run was: digests by which every later change of its rows shows, and shows where."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from math import isqrt
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from model.frozen import Frozen

SHORT = 8  # hex digits of a line's digest in the grid: they only tell where to look, the root tells whether
PARTS = ("run", "verdicts", "findings", "snapshots")
_LEAF = hashlib.sha256().digest_size
_ABSENT = b"\x00" * _LEAF
_CANONICAL = json.JSONEncoder(
    ensure_ascii=True, sort_keys=True, separators=(",", ":"), check_circular=False
).encode


class SealedPart(Frozen):
    """封存部分 The rows of one kind. `root` covers them all, in order of their numbers.

    `across` and `down` are digests of the rows and the columns of a square in which every row stands at its number:
    a row that is changed or gone is where two of them differ.
    """

    count: int = Field(ge=0)
    size: int = Field(ge=0)  # the highest number and 1
    root: str
    across: str = ""
    down: str = ""


class Seal(Frozen):
    """封存 The body of an entry of the dossier of runs. `low` to `high`: the score 成绩; None: there was none."""

    form: Literal[1] = 1
    run_id: str
    site_key: str
    as_of: AwareDatetime
    started_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    pack_id: str
    pack_digest: str
    replays: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    parts: dict[str, SealedPart]


class Clearing(Frozen):
    """清理记录 From then on audits begun before `before` may be gone: `keep_days` was how long they were to be kept."""

    before: AwareDatetime
    keep_days: int


class Flaw(Frozen):
    """异常 Something that is not as it was sealed or entered. `note`: nothing is wrong with it, but it should be known."""

    message_id: str
    params: dict[str, str | int] = Field(default_factory=dict)
    note: bool = False


def line_of(row: Mapping[str, Any]) -> bytes:
    """封存行 A row as canonical JSON in ASCII; moments in UTC to the microsecond."""
    return _CANONICAL(row).encode()


def leaf_of(row: Mapping[str, Any]) -> bytes:
    """行摘要 SHA-256, told apart from that of two digests as in RFC 6962, 2.1."""
    return hashlib.sha256(b"\x00" + line_of(row)).digest()


def root_of(leaves: Sequence[bytes]) -> str:
    """总摘要 The root of a hash tree over the leaves; 64 hex digits. A leaf without a partner goes up as it is."""
    level = list(leaves)
    while len(level) > 1:
        level = _above(level)
    return (level[0] if level else hashlib.sha256(b"").digest()).hex()


def paths_of(leaves: Sequence[bytes], places: Iterable[int]) -> dict[int, list[str]]:
    """证明 What the leaf at each place is joined with on its way to the root: `L` or `R` (where it stands) and 64 hex digits."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        levels.append(_above(levels[-1]))
    return {place: list(_path(levels, place)) for place in places}


def _path(levels: Sequence[Sequence[bytes]], place: int) -> Iterator[str]:
    for level in levels[:-1]:
        beside = place ^ 1
        if beside < len(level):
            yield ("L" if beside < place else "R") + level[beside].hex()
        place //= 2


def part_of(numbered: Iterable[tuple[int, bytes]]) -> SealedPart:
    """封存部分 Of leaves in order of their numbers (0 or more, none twice)."""
    leaves, square = (
        bytearray(),
        bytearray(),
    )  # one behind the other: a large site has a hundred thousand of them
    for number, leaf in numbered:
        leaves += leaf
        square += _ABSENT * (number - len(square) // _LEAF)
        square += leaf
    size = len(square) // _LEAF
    across, down = _grid(square)
    return SealedPart(
        count=len(leaves) // _LEAF, size=size, root=_root(leaves), across="".join(across), down="".join(down)
    )


def changed_in(part: SealedPart, numbered: Mapping[int, bytes]) -> list[int]:
    """变动之处 Numbers of rows that are not as they were sealed, or gone, or new; () when all is as it was.

    When several were changed, those named may be more than were.
    """
    if part_of(sorted(numbered.items())) == part:
        return []
    across, down = _grid(b"".join(numbered.get(number, _ABSENT) for number in range(part.size)))
    wide = _width(part.size)
    rows = [n for n, told in enumerate(across) if told != part.across[n * SHORT : (n + 1) * SHORT]]
    columns = [n for n, told in enumerate(down) if told != part.down[n * SHORT : (n + 1) * SHORT]]
    found = [row * wide + column for row in rows for column in columns]
    return [n for n in found if n < part.size] + sorted(n for n in numbered if n >= part.size)


def _above(level: Sequence[bytes]) -> list[bytes]:
    pairs = [level[n : n + 2] for n in range(0, len(level), 2)]
    return [
        hashlib.sha256(b"\x01" + pair[0] + pair[1]).digest() if len(pair) == 2 else pair[0] for pair in pairs
    ]


def _width(size: int) -> int:
    return isqrt(size - 1) + 1 if size else 0


def _root(level: bytes | bytearray) -> str:
    """`root_of` leaves that lie one behind the other."""
    while len(level) > _LEAF:
        above = bytearray()
        for start in range(0, len(level), 2 * _LEAF):
            pair = level[start : start + 2 * _LEAF]
            above += hashlib.sha256(b"\x01" + pair).digest() if len(pair) > _LEAF else pair
        level = above
    return (level or hashlib.sha256(b"").digest()).hex()


def _grid(square: bytes | bytearray) -> tuple[list[str], list[str]]:
    """Of leaves that lie one behind the other, each at its number."""
    wide = _width(len(square) // _LEAF) * _LEAF
    across = [square[start : start + wide] for start in range(0, len(square), wide or 1)]
    down = (
        b"".join(square[start : start + _LEAF] for start in range(column, len(square), wide))
        for column in range(0, wide, _LEAF)
    )
    return [_short(one) for one in across], [_short(one) for one in down]


def _short(block: bytes | bytearray) -> str:
    return hashlib.sha256(block).hexdigest()[:SHORT]


def moment_text(at: datetime) -> str:
    """封存时刻 As sealed rows write it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
