"""装箱 Values of the model as plain JSON values and back, by their types alone: small, quick, and no code in it.

A noun becomes the list of its fields in order, without the defaults at its end. Whoever unpacks must know that the very same
program packed it: nothing is looked at twice.
"""

import types
from collections.abc import Callable, Hashable
from datetime import date, datetime
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any, Literal, NamedTuple, Union, cast, get_args, get_origin, get_type_hints

from pydantic_core import PydanticUndefined

from model import Frozen
from model.frozen import made

Change = Callable[[Any], Any]
_PLAIN = (str, int, float, bool)


class Packing(NamedTuple):
    """装法 How values of one type are packed and unpacked; None: as they are."""

    pack: Change | None = None
    unpack: Change | None = None


@cache
def packing_of(kind: Hashable) -> Packing:
    """装法 TypeError for a type that is in no page's facts."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        (inner,) = (one for one in get_args(kind) if one is not types.NoneType)
        return _optional(packing_of(inner))
    if origin in (tuple, frozenset):
        (inner, *rest) = get_args(kind)
        if origin is tuple and rest != [...]:
            raise TypeError(f"not packed: {kind}")
        return _many(origin, packing_of(inner))
    if kind in _PLAIN or origin is Literal or (origin is dict and get_args(kind) == (str, str)):
        return Packing()
    if isinstance(kind, type):
        if issubclass(kind, Frozen):
            return _noun(kind)
        if issubclass(kind, Enum):
            return Packing(attrgetter("_value_"), {one.value: one for one in kind}.__getitem__)
        if issubclass(kind, date):  # and datetime
            return Packing(kind.isoformat, datetime.fromisoformat if kind is datetime else kind.fromisoformat)
        if issubclass(kind, tuple) and hasattr(kind, "_fields"):
            return _named(kind)
    raise TypeError(f"not packed: {kind}")


def _optional(inner: Packing) -> Packing:
    pack, unpack = inner
    return Packing(
        pack and (lambda value: None if value is None else pack(value)),
        unpack and (lambda value: None if value is None else unpack(value)),
    )


def _many(kind: type[Any], inner: Packing) -> Packing:
    pack, unpack = inner
    # A set has no order of its own: packed in one, so that the same facts are the same bytes.
    ordered: Change = sorted if kind is frozenset else list
    return Packing(
        (lambda values: [pack(one) for one in values]) if pack else ordered,
        (lambda values: kind([unpack(one) for one in values])) if unpack else kind,
    )


def _named(kind: type[Any]) -> Packing:
    """A NamedTuple, field by field."""
    hints = get_type_hints(kind)
    parts = [packing_of(hints[name]) for name in kind._fields]
    return Packing(
        lambda value: [one.pack(part) if one.pack else part for one, part in zip(parts, value, strict=True)],
        lambda value: kind(
            *(one.unpack(part) if one.unpack else part for one, part in zip(parts, value, strict=True))
        ),
    )


class Shape(NamedTuple):
    """形状 The fields of a noun in order: names, what each is when nothing is told, how each is packed."""

    names: tuple[str, ...]
    defaults: dict[str, Any]
    parts: dict[str, Packing]


@cache
def shape_of(kind: type[Frozen]) -> Shape:
    """形状 A field that must be told has None for its default here."""
    fields = kind.model_fields
    defaults = {
        name: None if (value := field.get_default(call_default_factory=True)) is PydanticUndefined else value
        for name, field in fields.items()
    }
    return Shape(
        tuple(fields),
        defaults,
        {name: packing_of(cast(Hashable, field.annotation)) for name, field in fields.items()},
    )


def _noun(kind: type[Frozen]) -> Packing:
    names, defaults, parts = shape_of(kind)
    last = [defaults[name] for name in names]
    packs = [(place, change) for place, name in enumerate(names) if (change := parts[name].pack) is not None]
    unpacks = [(name, change) for name in names if (change := parts[name].unpack) is not None]
    least = sum(field.is_required() for field in kind.model_fields.values())

    def pack(noun: Frozen) -> list[Any]:
        held = noun.__dict__
        told = [held[name] for name in names]
        count = len(told)
        while count > least and told[count - 1] == last[count - 1]:
            count -= 1
        del told[count:]
        for place, change in packs:
            if place >= count:
                break
            told[place] = change(told[place])
        return told

    def unpack(told: list[Any]) -> Frozen:
        values = dict(zip(names, told, strict=False))
        for name, change in unpacks:
            if name not in values:
                break
            values[name] = change(values[name])
        if len(values) < len(names):
            values = {**defaults, **values}
        return made(kind, values)

    return Packing(pack, unpack)
