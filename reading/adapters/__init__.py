"""适配器 One small module a content system, listed by hand; strangers' come by entry point `duwang.adapters`.

An adapter is a module with `NAME`, `claims(source, url) -> bool` and `LIST`, a pattern of the class or id of
the elements that hold the system's own lists (None: no hint).
"""

import re
from functools import cache
from importlib.metadata import entry_points
from typing import Protocol, cast

from model import Fault
from reading.adapters import generic, kaipuyun, trs


class Adapter(Protocol):
    """适配器 What reading asks of one content system."""

    NAME: str
    LIST: re.Pattern[str] | None

    def claims(self, source: str, url: str) -> bool: ...


BUILT_IN = cast(tuple[Adapter, ...], (kaipuyun, trs))
GENERIC = cast(Adapter, generic)


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


def adapter_for(source: str, url: str) -> Adapter:
    """选适配器 The first that claims the page, else the generic one."""
    for adapter in adapters():
        if adapter.claims(source, url):
            return adapter
    return GENERIC
