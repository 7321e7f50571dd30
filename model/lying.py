"""存放着的词 Nouns of which most fields lie elsewhere till somebody asks: tens of thousands of pages then fit into memory.

Such a noun is a value of its kind like any other: equal to it, told and copied as it. Only those fields are at hand that every
look at all pages asks for; `rest` is asked for the others each time.
"""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, TypeVar

from model.crawl import Snapshot
from model.frozen import Frozen, made
from model.page import LINK_RUNS, Link, PageFacts
from model.survey import LinkCheck

ANCHOR, ON_HOME = "anchor", "on_home"  # what a link is asked for instead of all its parents
_set = object.__setattr__
Noun = TypeVar("Noun", bound="Lying")


class Rest(Protocol):
    """存放处 Asked for a field by its name."""

    def __getitem__(self, name: str, /) -> Any: ...


class _Changed:
    """What lies elsewhere, with some of it changed."""

    __slots__ = ("_changes", "_rest")

    def __init__(self, rest: Rest, changes: dict[str, Any]) -> None:
        self._rest, self._changes = rest, changes

    def __getitem__(self, name: str) -> Any:
        if name == LINK_RUNS and "links" in self._changes:
            return (self._changes["links"],)
        return self._changes[name] if name in self._changes else self._rest[name]


class Lying:
    """存放着的 To be mixed into a kind of noun. `KIND`: that kind; `AT_HAND`: its fields that are in memory, thirty at most."""

    __slots__ = ()
    KIND: ClassVar[type[Frozen]]
    AT_HAND: ClassVar[tuple[str, ...]]
    if TYPE_CHECKING:
        rest: Rest

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """See Frozen: Python lets values of one kind share their field names if it sees all of them in the first."""
        for name in cls.KIND.model_fields:
            if name not in cls.AT_HAND:
                setattr(cls, name, property(partial(_asked, name)))
        first = cls.__new__(cls)
        for name in (*cls.AT_HAND, "rest"):
            _set(first, name, None)

    def whole(self) -> Any:
        """取全 The same value with all of it in memory."""
        return made(self.KIND, {name: getattr(self, name) for name in self.KIND.model_fields})

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Any:
        if deep:
            return self.whole().model_copy(update=update, deep=True)
        update = update or {}
        values = {name: update[name] if name in update else getattr(self, name) for name in self.AT_HAND}
        others = {name: value for name, value in update.items() if name not in values}
        return lying(type(self), values, _Changed(self.rest, others) if others else self.rest)

    def __copy__(self) -> Self:
        copied: Self = self.model_copy()
        return copied

    def __deepcopy__(self, memo: Any = None) -> Any:
        return self.whole().__deepcopy__(memo)

    def __reduce_ex__(self, protocol: Any) -> Any:
        """To another process it goes whole."""
        return made, (self.KIND, {name: getattr(self, name) for name in self.KIND.model_fields})

    def __repr_name__(self) -> str:
        return self.KIND.__name__

    def __eq__(self, other: object) -> bool:
        return bool(self.whole() == (other.whole() if isinstance(other, Lying) else other))

    __hash__ = None  # type: ignore[assignment]

    if not TYPE_CHECKING:  # else any misspelt name would be a field

        @property
        def __dict__(self) -> dict[str, Any]:
            """For whoever tells all of it; what is at hand stays where it is."""
            return {name: getattr(self, name) for name in self.KIND.model_fields}


def _asked(name: str, noun: Lying) -> Any:
    return noun.rest[name]


def lying(kind: type[Noun], values: Mapping[str, Any], rest: Rest) -> Noun:
    """存放 A value of what is at hand, and of whom to ask for all else."""
    noun = kind.__new__(kind)
    for name in kind.AT_HAND:
        _set(noun, name, values[name])
    _set(noun, "rest", rest)
    _set(noun, "__pydantic_fields_set__", _fields_of(kind))
    _set(noun, "__pydantic_extra__", None)
    _set(noun, "__pydantic_private__", None)
    return noun


_FIELDS: dict[type[Lying], set[str]] = {}


def _fields_of(kind: type[Lying]) -> set[str]:
    if kind not in _FIELDS:
        _FIELDS[kind] = set(kind.KIND.model_fields)
    return _FIELDS[kind]


class LyingFacts(Lying, PageFacts):
    """存放着的事实 What every look at all pages asks for is at hand: what the page is, and where it stands in the site."""

    KIND: ClassVar[type[Frozen]] = PageFacts
    AT_HAND: ClassVar[tuple[str, ...]] = (
        "snapshot_id", "url", "final_url", "purpose", "outcome", "outcome_reason", "kind", "rendered", "title", "crumbs", "dated",
        "main_list", "next_url", "page_number", "navigation", "menu", "jump", "shell", "text_length", "stamped", "elapsed_ms",
        "fills", "asks",
    )  # fmt: skip

    @property
    def link_runs(self) -> tuple[tuple[Link, ...], ...]:
        runs: tuple[tuple[Link, ...], ...] = self.rest[LINK_RUNS]
        return runs


class LyingSnapshot(Lying, Snapshot):
    """存放着的快照 At hand is what was asked, when, how, and what kind of answer came."""

    KIND: ClassVar[type[Frozen]] = Snapshot
    AT_HAND: ClassVar[tuple[str, ...]] = (
        "id", "url", "final_url", "purpose", "rank", "column", "method", "fetched_at", "outcome", "status", "rendered", "sent",
        "carried",
    )  # fmt: skip


class LyingLink(Lying, LinkCheck):
    """存放着的链接核验 At hand is all but the pages that link to the target."""

    KIND: ClassVar[type[Frozen]] = LinkCheck
    AT_HAND: ClassVar[tuple[str, ...]] = ("url", "relation", "attempts", "fragments", "tls", "not_asked")

    @property
    def anchor(self) -> str:
        anchor: str = self.rest[ANCHOR]
        return anchor

    @property
    def on_home(self) -> bool:
        home: bool = self.rest[ON_HOME]
        return home

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Any:
        if update and "found_on" in update:
            return self.whole().model_copy(update=update, deep=deep)
        return super().model_copy(update=update, deep=deep)
