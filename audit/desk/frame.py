"""抽样框 All that can be drawn on a day as lines of text with a hash that anybody can make again with sha256sum."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from model import Assessment, Fault, RosterEntry
from model.draw import COLUMNS, StrataBy
from report.text import plain
from storage import Store

MAX_BYTES = 64 * 1024 * 1024


def roster_lines(store: Store, on: date) -> list[str]:
    """名单中正常运行的网站 Of the sites on the roster those not out of service on that day (黑龙江2017 三（二）: 正常运行)."""
    return _lines(_site_cells(one) for one in store.roster() if not one.retired(on))


def unit_lines(assessment: Assessment) -> list[str]:
    """考评对象 Known by their names; what a unit has no word for stays empty."""
    return _lines(
        {"key": one.name, "name": one.name, "kind": one.kind, "region": one.region, "group": one.group}
        for one in assessment.units
    )


def text_of(lines: Iterable[str]) -> bytes:
    """抽样框文本 Sorted by code point, each line ended by a line feed, UTF-8."""
    return "".join(f"{line}\n" for line in sorted(lines)).encode()


def hash_of(lines: Iterable[str]) -> str:
    """抽样框校验值 SHA-256 of its text, 64 hex digits."""
    return hashlib.sha256(text_of(lines)).hexdigest()


def lines_in(text: bytes) -> list[str]:
    """抽样框各行 As they stand in a frame's text. Raises UnicodeDecodeError when it is not UTF-8."""
    return [line for line in text.decode("utf-8-sig").replace("\r\n", "\n").split("\n") if line]


def read_frame(path: Path) -> list[str]:
    """读抽样框文件 Raises Fault (exit 3) when it cannot be read."""
    try:
        return lines_in(capped(path))
    except UnicodeDecodeError:
        raise Fault("fault.draw_file_not_text", path=str(path)) from None


def capped(path: Path) -> bytes:
    """读文件 Raises Fault (exit 3) when it cannot be read, or is larger than any frame."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Fault("fault.sheet_too_large", path=str(path), megabytes=MAX_BYTES // 2**20)
        return path.read_bytes()
    except OSError as error:
        raise Fault("fault.sheet_unreadable", path=str(path), reason=error.strerror or str(error)) from None


def cells_of(line: str) -> tuple[str, ...]:
    """一行各项 In the order of COLUMNS; what a line lacks is empty."""
    cells = line.split("\t")
    return tuple(cells[place] if place < len(cells) else "" for place in range(len(COLUMNS)))


def stratum_of(lines: Sequence[str], by: StrataBy | None) -> dict[str, str]:
    """各网站所属层 By key; without `by` all are of one."""
    place = COLUMNS.index(by) if by else None
    return {cells[0]: cells[place] if place else "" for cells in map(cells_of, lines)}


def _site_cells(entry: RosterEntry) -> dict[str, str | None]:
    site, own = entry.site, entry.arrangement
    return {
        "key": site.key, "name": site.name, "home": site.home, "organiser": site.organiser, "kind": site.kind,
        "level": site.level, "region": own.region, "group": own.group,
    }  # fmt: skip


def _lines(rows: Iterable[dict[str, str | None]]) -> list[str]:
    """Words of strangers without tabs and line feeds, which part cells and lines."""
    return sorted("\t".join(plain(str(row.get(name) or "")) for name in COLUMNS) for row in rows)
