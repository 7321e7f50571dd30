"""适配器 One small module a content system, listed by hand; strangers' come by entry point `duwang.adapters`.

What an adapter is: `reading/adapters/protocol.py`.
"""

from collections.abc import Callable
from functools import cache
from importlib.metadata import entry_points
from typing import cast

from model import Fault
from reading.adapters import (
    epoint,
    generic,
    gkmlpt,
    iframe_list,
    igs,
    irs,
    jpaas,
    jpage,
    kaipuyun,
    search5,
    siteserver,
    trs,
    truecms,
    vsb,
    xxgk_search,
)
from reading.adapters.protocol import Adapter, Listing, Query, RawRow, Seen

__all__ = [
    "Adapter",
    "Listing",
    "Query",
    "RawRow",
    "Seen",
    "adapter_for",
    "adapters",
    "asked_by",
    "otherwise",
]

# In the order in which they are asked: those told by one unmistakable sign first.
BUILT_IN: tuple[Adapter, ...] = (
    truecms,
    jpage,
    xxgk_search,
    jpaas,
    gkmlpt,
    epoint,
    igs,
    search5,
    irs,
    siteserver,
    vsb,
    kaipuyun,
    trs,
    iframe_list,
)
GENERIC: Adapter = generic
FRAMES: tuple[Adapter, ...] = (iframe_list,)


@cache
def adapters() -> tuple[Adapter, ...]:
    """全部适配器 Ours first, then strangers' by name. A name that stands twice is a Fault."""
    found: dict[str, Adapter] = {adapter.NAME: adapter for adapter in (*BUILT_IN, GENERIC)}
    extra: list[Adapter] = []
    for point in sorted(entry_points(group="duwang.adapters"), key=lambda point: point.name):
        adapter = cast(Adapter, point.load())
        if adapter.NAME in found:
            raise Fault("fault.adapter_name_twice", name=adapter.NAME, origin=point.value)
        found[adapter.NAME] = adapter
        extra.append(adapter)
    return (*BUILT_IN, *extra)


def adapter_for(url: str, source: str) -> Adapter:
    """选适配器 The first that recognises the page or answer, else the generic one."""
    for adapter in adapters():
        if adapter.recognise(url, source):
            return adapter
    return GENERIC


def asked_by(adapter: Adapter, seen: Seen, *, framed: bool = True) -> Query | None:
    """谁来问 What a page's own system asks for its list; else, if `framed`, the frame its list may stand in."""
    asked = adapter.query(seen) if framed or adapter not in FRAMES else None
    if asked is None and framed and adapter not in FRAMES:
        frames = (one.query(seen) for one in FRAMES if one.recognise(seen.url, seen.source))
        asked = next(frames, None)
    return asked


def otherwise(adapter: Adapter, seen: Seen) -> Query | None:
    """另问 The same rows asked for in the other way the system knows; None when it knows no other."""
    asked: Callable[[Seen], Query | None] | None = getattr(adapter, "otherwise", None)
    return asked(seen) if asked is not None else None
