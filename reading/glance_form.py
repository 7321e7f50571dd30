"""一瞥成文 A glance as bytes: one line of JSON without its links, then a line for each of them.

Most links of a page are those of the menus, which stand on every page of a site: each is written and read once for all.
"""

import json
from collections.abc import Iterable
from functools import lru_cache

from pydantic import TypeAdapter

from model.frozen import made
from reading.glance import Glance
from reading.view import Way

_MOST_KNOWN = 8192  # links; those of one site's menus are a few hundred
_WAY = TypeAdapter(Way)
_LINKS = frozenset({"every_link"})


def told_by(glance: Glance) -> bytes:
    """写下 The bytes. UnicodeEncodeError where they would not be UTF-8."""
    head = glance.model_dump_json(exclude_defaults=True, exclude=set(_LINKS)).encode()
    return b"\n".join([head, *map(_line, glance.every_link)])


def glance_in(told: bytes) -> Glance:
    """读回 ValueError when these are not the bytes of a glance."""
    head, *lines = told.split(b"\n")
    glance = Glance.model_validate_json(head)
    return made(Glance, {**glance.__dict__, "every_link": _ways(lines)}) if lines else glance


def _ways(lines: Iterable[bytes]) -> tuple[Way, ...]:
    return tuple([_way(one) for one in lines])


@lru_cache(_MOST_KNOWN)
def _line(way: Way) -> bytes:
    return json.dumps(way, ensure_ascii=False, separators=(",", ":")).encode()


@lru_cache(_MOST_KNOWN)
def _way(line: bytes) -> Way:
    return _WAY.validate_json(line)
