"""名称相近 Names in traditional characters, and kinds that a name is merely like: for a person, never for a verdict."""

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from model import ColumnDirectory, ColumnKind
from model.site import bare_name

if TYPE_CHECKING:
    from opencc import OpenCC

MOST = 3
_LIKE = 66  # two names of four characters that share three score 75, 概况 and 教育概况 67
_LONGEST = 40
_SILENT = frozenset({ColumnKind.HOME, ColumnKind.OTHER})


@lru_cache(maxsize=4096)
def simplified(name: str) -> str:
    """转简体 The name in simplified characters and mainland words: 資訊公開 → 信息公开. Itself when it is so already.

    GB 2312 holds no traditional character, so only names beyond it are worth a converter.
    """
    try:
        name[:_LONGEST].encode("gb2312")
    except UnicodeEncodeError:
        return str(_converter().convert(name[:_LONGEST]))
    return name


@cache
def _converter() -> "OpenCC":
    from opencc import OpenCC  # its tables are read from disk: only for a site that needs them

    return OpenCC("tw2sp")


def exact_kind(name: str, directory: ColumnDirectory) -> ColumnKind | None:
    """同名类型 The kind of the directory's entry of this very name, in simplified or traditional characters."""
    found = directory.kind_of(name)
    if found is not None:
        return found
    written = simplified(name)
    return directory.kind_of(written) if written != name else None


def like_kinds(name: str, directory: ColumnDirectory) -> tuple[ColumnKind, ...]:
    """相近类型 At most three kinds whose names are most like this one, the likest first."""
    wanted = bare_name(simplified(name))
    if not 2 <= len(wanted) <= _LONGEST:
        return ()
    names = _names(directory)
    close = process.extract(wanted, names.keys(), scorer=fuzz.ratio, score_cutoff=_LIKE, limit=20)
    return tuple(dict.fromkeys(names[found] for found, _, _ in close))[:MOST]


@lru_cache(maxsize=4)
def _names(directory: ColumnDirectory) -> dict[str, ColumnKind]:
    return dict(_entries(directory))


def _entries(directory: ColumnDirectory) -> Iterator[tuple[str, ColumnKind]]:
    for entry in directory.entries:
        if entry.kind not in _SILENT:
            yield from ((name, entry.kind) for name in sorted(entry.bare_names()) if len(name) > 1)
