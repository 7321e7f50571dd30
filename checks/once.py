"""一次 What checks make of a whole observation, made once: every rule of a pack asks for it again."""

import weakref
from collections.abc import Callable
from typing import Any, TypeVar

from model import Observation

Made = TypeVar("Made")
_MADE: dict[int, dict[Callable[[Observation], Any], Any]] = {}  # of observations that are still in use


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
