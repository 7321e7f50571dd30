"""一次 What checks make of a whole observation, made once: every rule of a pack asks for it again."""

import weakref
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from model import Observation

Made = TypeVar("Made")
_MADE: dict[int, dict[Callable[[Observation], Any], Any]] = {}  # of observations that are still in use


class remembered(Generic[Made]):
    """记住的属性 Made when first asked for and kept in the slot of its name behind an underscore: no dict for every value."""

    def __init__(self, make: Callable[[Any], Made]) -> None:
        self._make, self.__doc__ = make, make.__doc__

    def __set_name__(self, _: type, name: str) -> None:
        self._slot = f"_{name}"

    def __get__(self, whole: object, _: type | None = None) -> Made:
        try:
            made: Made = getattr(whole, self._slot)
        except AttributeError:
            made = self._make(whole)
            setattr(whole, self._slot, made)
        return made


def once(observation: Observation, make: Callable[[Observation], Made]) -> Made:
    """只做一次 What `make` makes of this very observation. It must not hold the observation itself."""
    key = id(observation)
    made = _MADE.get(key)
    if made is None:
        made = _MADE[key] = {}
        weakref.finalize(observation, _MADE.pop, key, None).atexit = False
    if make not in made:
        made[make] = make(observation)
    found: Made = made[make]
    return found
