"""一次 A part of a page that is made when first asked for and kept."""

from collections.abc import Callable
from typing import Generic, Self, TypeVar, overload

Made = TypeVar("Made")


class once(Generic[Made]):
    """一次 As functools.cached_property, without the lock that one takes until Python 3.12: a page has fifty parts."""

    def __init__(self, make: Callable[..., Made]) -> None:
        self._make, self.__doc__ = make, make.__doc__
        self._name = make.__name__

    @overload
    def __get__(self, whole: None, kind: type) -> Self: ...
    @overload
    def __get__(self, whole: object, kind: type) -> Made: ...

    def __get__(self, whole: object, kind: type) -> Made | Self:
        if whole is None:
            return self
        made = whole.__dict__[self._name] = self._make(whole)
        return made
