"""底座 The base of every noun: frozen, and nothing but the fields that are named."""

from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

_set = object.__setattr__
_MOST_SHARED = 30  # names of fields that Python lets the values of one kind share


class Frozen(BaseModel):
    """不可变类型 Base of all types: values never change once made; an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """Python lets values of one kind share their field names if it sees all of them in the first that is made."""
        first = cls.__new__(cls)
        for name in cls.model_fields:
            _set(first, name, None)


Noun = TypeVar("Noun", bound=Frozen)


@cache
def _fields(kind: type[Frozen]) -> set[str]:
    return set(kind.model_fields)


def made(kind: type[Noun], values: dict[str, Any]) -> Noun:
    """照造 A value of parts that were looked at before: `values` may become its own, so it must hold every field, in order.

    Many times smaller than one that was validated, because all of a kind share one set of field names.
    """
    noun = kind.__new__(kind)
    if len(values) > _MOST_SHARED:
        _set(noun, "__dict__", values)
    else:
        for name, value in values.items():
            _set(noun, name, value)
    _set(noun, "__pydantic_fields_set__", _fields(kind))
    _set(noun, "__pydantic_extra__", None)
    _set(noun, "__pydantic_private__", None)
    return noun


_MOST_KNOWN = 20_000  # words remembered: what is alike comes one after the other


def slim(noun: Noun, known: dict[str, str]) -> Noun:
    """瘦身 The same value in a third of the memory: it shares names, and its words with others that `known` was given to."""
    if len(known) > _MOST_KNOWN:
        known.clear()
    return made(type(noun), {name: _slim(value, known) for name, value in noun.__dict__.items()})


_whole: set[type] = {int, bool, float, type(None)}  # kinds in which there is nothing to share


def _slim(value: Any, known: dict[str, str]) -> Any:
    kind = type(value)
    if kind in _whole:
        return value
    if kind is str:
        return known.setdefault(value, value)
    if kind is tuple:
        return tuple([_slim(one, known) for one in value]) if value else value
    if kind is dict:
        return {_slim(key, known): _slim(one, known) for key, one in value.items()}
    if issubclass(kind, Frozen):
        return slim(value, known)
    _whole.add(kind)
    return value
