"""事实的存法 Facts of one page as bytes and back: what many pages have in common is kept once, what few ask for is left lying.

A page's bytes are four pieces: what every look at a page needs, its links, the rest, and its text. Pieces but the first are
unpacked when somebody asks. Menus, footers and the like are parts of their own, known by the hash of their bytes, and in
memory one object each, however many pages show them. Nothing here is code, and nothing is looked at twice: a piece is
believed because its hash says that it is whole and its key that the very same program made it.
"""

import json
import re
import zlib
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path
from struct import Struct
from typing import Any, NamedTuple, TypeVar

from model import CommonLinks, ItemList, Link, LinkPlace, ListItem, PageFacts, Snapshot, TextPrint
from model.frozen import made
from model.lying import LyingFacts, lying
from model.page import LINK_RUNS
from storage.packing import packing_of, shape_of
from storage.spill import Spill

FORM = 2  # of these bytes; whoever keeps them makes it part of their key
DIGEST = 12  # bytes that name a part
_SIZES = Struct("<III")
_LEVEL = 1
_FEWEST = 8  # links in a row that may stand on another page too, where the place does not say so
_MOST_OPEN = 64  # pieces unpacked last
_MOST_WORDS = 400_000  # titles and addresses: a page's own, those of the row that leads to it and of links to it are one text
_MOST_RUNS = 256  # of the very same links that a packer knows again
_COMMON = ("charset", "crumbs", "navigation", "menu", "marks", "forms", "hidden")
_FURNITURE = frozenset(
    {LinkPlace.HEADER, LinkPlace.NAVIGATION, LinkPlace.CRUMBS, LinkPlace.FOOTER, LinkPlace.HIDDEN}
)
_ONE = frozenset({"charset", "marks"})  # of these the pages of a site share one object (see reading)
_REST = frozenset(
    {"titles", "meta", "lists", "build", "document", "attachments", "messages", "guide", "anchors",
     "unfilled_metas", "turned"}
)  # fmt: skip
_AT_HAND = frozenset(LyingFacts.AT_HAND)
_SAME = frozenset({"dated", "stamped"})  # small, and the same on many pages
_FEW = frozenset({"adapter", "reader", "shell", "outcome_reason"})  # of few different words
_SHAPE = shape_of(PageFacts)
_PACK_LINK, _UNPACK_LINK = packing_of(Link)
_UNPACK_LIST = packing_of(ItemList).unpack
_SHARED = ("charset", "marks", "hidden", "forms", "adapter", "reader")  # one tuple of them for many pages
# what a page has of its own and few ask for: a bit for each that is not as it is where nothing is told
_OWN = {
    name: 1 << bit
    for bit, name in enumerate(sorted(set(_SHAPE.names) - _AT_HAND - {*_SHARED, "links", "text"}))
}
_PRINTED = 1 << len(_OWN)  # its print is one of a text as reading makes them
_IS_PRINT = re.compile("[0-9a-f]{16}").fullmatch
_SHARED_UNSAID = tuple((name, _SHAPE.defaults[name]) for name in _SHARED)
_HEAD, _LINKS, _OTHERS, _TEXT = range(4)
_UNSAID = tuple((name, _SHAPE.defaults[name]) for name in LyingFacts.AT_HAND)
_ROW_UNSAID: tuple[Any, ...] = (
    (),
    0,
    False,
)  # what a row of a list says of its day, its place and whether it is pinned
_DEFAULTS = {name: default for name, default in _SHAPE.defaults.items() if name != "snapshot_id"}
Value = TypeVar("Value")


class Packed(NamedTuple):
    """装好的一页 `body` and the names of its parts, one behind the other; `parts` by name are those not told before."""

    body: bytes
    names: bytes
    parts: dict[bytes, bytes]


class Packer:
    """装箱人 Packs page after page; tells each part once."""

    def __init__(self) -> None:
        self._told: set[bytes] = set()
        # names of parts by the links they hold, which are one object each on many pages; they are kept as long
        self._known: dict[tuple[Any, ...], tuple[bytes, Any]] = {}

    def pack(self, facts: PageFacts) -> Packed:
        """装箱 Raises for facts that no JSON can hold."""
        names: dict[bytes, int] = {}
        parts: dict[bytes, bytes] = {}

        def part(field: str, value: Any) -> int:
            body = _bytes([field, value])
            name = blake2b(body, digest_size=DIGEST).digest()
            if name not in self._told:
                self._told.add(name)
                parts[name] = body
            return names.setdefault(name, len(names))

        def run(field: str, links: Sequence[Link]) -> int:
            key = (field, *map(id, links))
            known = self._known.get(key)
            if known is not None:
                return names.setdefault(known[0], len(names))
            return learned(key, part(field, [_packed_link(link) for link in links]), links)

        def one(field: str, value: Any) -> int:
            known = self._known.get((field, id(value)))
            if known is not None:
                return names.setdefault(known[0], len(names))
            return learned((field, id(value)), part(field, _packed(field, value)), value)

        def learned(key: tuple[Any, ...], number: int, value: Any) -> int:
            if len(self._known) >= _MOST_RUNS:
                self._known.clear()
            self._known[key] = (list(names)[number], value)
            return number

        held = facts.__dict__
        told = {
            name: value
            for name, default in _DEFAULTS.items()
            if (value := held[name] if name in held else getattr(facts, name)) is not default
            and value != default
        }
        text = told.pop("text", "")
        links = told.pop("links", ())
        rest = {name: _packed(name, told.pop(name)) for name in _REST & told.keys()}
        if "lists" in rest and facts.main_list in facts.lists:  # which is told by its place alone
            rest["lists"][facts.lists.index(facts.main_list)] = None
        head = {
            name: _packed(name, value)
            if name not in _COMMON
            else run(name, value)
            if name == "navigation"
            else one(name, value)
            if name in _ONE
            else part(name, _packed(name, value))
            for name, value in told.items()
        }
        lying = sorted(rest) + ["links"] * bool(links) + ["text"] * bool(text)
        pieces = (
            _bytes([lying, head]),
            _bytes(list(_runs(links, run))) if links else b"",
            _bytes(rest) if rest else b"",
        )
        body = [piece and zlib.compress(piece, _LEVEL) for piece in (*pieces, _raw(text))]
        return Packed(_SIZES.pack(*map(len, body[:3])) + b"".join(body), b"".join(names), parts)


def _runs(links: Sequence[Link], shared: Callable[[str, Sequence[Link]], int]) -> Iterator[Any]:
    """Links as numbers of parts, and those of this page alone as they are."""
    for place, run in groupby(links, key=attrgetter("place")):
        beside = tuple(run)
        if place in _FURNITURE or len(beside) >= _FEWEST:
            yield shared("links", beside)
        else:
            yield [_packed_link(link) for link in beside]


class Unpacker:
    """拆箱人 For the pages of one run: they share what is the same, and what few ask for lies in `folder` till then."""

    def __init__(self, folder: Path) -> None:
        self._spill = Spill(folder)
        self._parts: dict[bytes, Any] = {}
        self._sets: dict[bytes, tuple[Any, ...]] = {}
        self._same: dict[Any, Any] = {}
        self._open: dict[tuple[int, int], Any] = {}
        self._words: dict[str, str] = {}
        self._pages = _Pages()

    def lacks(self, names: bytes) -> list[bytes]:
        """尚缺 Parts of a page that it was not told yet."""
        if names in self._sets:
            return []
        return [name for name in _each(names) if name not in self._parts]

    def learn(self, parts: Mapping[bytes, bytes]) -> None:
        """记下部件 What is not what its name says is not there."""
        for name, body in parts.items():
            if name in self._parts or blake2b(body, digest_size=DIGEST).digest() != name:
                continue
            field, value = json.loads(_text(body))
            links = field == "links"
            self._parts[name] = CommonLinks(map(self.own_link, value)) if links else _unpacked(field, value)

    def unpack(self, body: bytes, names: bytes, snapshot: Snapshot) -> PageFacts:
        """拆箱 As facts of this snapshot. Raises, whatever it may be, when parts are missing or the bytes are none of ours."""
        parts = self._sets.get(names)
        if parts is None:
            parts = self._sets[names] = tuple(self._parts[name] for name in _each(names))
        sizes = _SIZES.unpack_from(body)
        start = _SIZES.size + sizes[0]
        said, head = json.loads(_text(zlib.decompress(body[_SIZES.size : start])))
        own = sum(_OWN[name] for name in said if name not in ("links", "text"))
        values, shared, told_print = dict(_UNSAID), dict(_SHARED_UNSAID), [0, "0"]
        for name, value in head.items():
            place = values if name in _AT_HAND else shared
            if name in _COMMON:
                place[name] = parts[value]
            elif name in _SAME:
                place[name] = self._alike((name, *value), name, value)
            elif name in _FEW:
                place[name] = self._same.setdefault(value, value)
            elif name == "main_list":
                values[name] = self._main_list(value)
            elif name in _AT_HAND:
                values[name] = _unpacked(name, value)
            elif name == "text_print" and _IS_PRINT(value[1]):
                told_print, own = value, own | _OWN[name] | _PRINTED
            else:
                own |= _OWN[name]
        for name in ("url", "final_url", "title"):
            values[name] = self._word(values[name])
        values["snapshot_id"] = snapshot.id
        if values["elapsed_ms"] is not None:
            values["elapsed_ms"] = snapshot.elapsed_ms or None
        alike = tuple(shared.values())
        alike = self._same.setdefault(tuple(map(id, alike)), alike)
        page = self._pages.add(self._spill.put(body), len(body), sizes, own, parts, alike, told_print)
        return lying(LyingFacts, values, _Rest(self, page, values["main_list"]))

    def _alike(self, key: Any, name: str, value: Any) -> Any:
        if key not in self._same:
            self._same[key] = _unpacked(name, value)
        return self._same[key]

    def _main_list(self, told: list[Any]) -> ItemList:
        """What a row says, the page that it leads to and the links to that say as well; days are the same for many rows."""
        rows, *rest = told
        items = []
        for row in rows:
            whole: list[Any] = row + list(_ROW_UNSAID[len(row) - 2 :])
            title, url, dated, order, pinned = whole
            values = {
                "title": self._word(title),
                "url": self._word(url),
                "dated": self._alike(("dated", *dated), "dated", dated),
                "order": order,
                "pinned": pinned,
            }
            items.append(made(ListItem, values))
        return made(ItemList, {**_list([(), *rest]).__dict__, "items": tuple(items)})

    def _word(self, word: str) -> str:
        words = self._words
        if len(words) > _MOST_WORDS:
            words.clear()
        return words.setdefault(word, word)

    def own_link(self, told: list[Any]) -> Link:
        """单独的链接 One that no run of links is shared for; pages beside each other call the same target the same."""
        told[0] = self._word(told[0])
        if len(told) > 2:
            told[2] = self._word(told[2])
        return _link(told)

    def piece(self, place: int, size: int, unpack: Callable[[bytes], Value]) -> Value:
        """一件 What lies there, unpacked; the last ones are kept at hand."""
        key = (place, size)
        found: Value | None = self._open.get(key)
        if found is None:
            found = unpack(zlib.decompress(self._spill.get(place, size)))
            if len(self._open) >= _MOST_OPEN:
                self._open.clear()
            self._open[key] = found
        return found


class _Pages:
    """Where the pages lie, and what is told of them there; a list each, as an object for every page would take ten times the room."""

    def __init__(self) -> None:
        self.places = array("Q")
        self.sizes = array("I")  # of a page's whole, and of its pieces but the last
        self.own = array("I")
        self.parts: list[tuple[Any, ...]] = []
        self.alike: list[tuple[Any, ...]] = []
        self.lengths, self.hashes = array("I"), array("Q")  # of prints of texts: all are compared with all

    def add(
        self, place: int, size: int, sizes: tuple[int, int, int], own: int, parts: tuple[Any, ...], alike: tuple[Any, ...],
        text_print: list[Any],
    ) -> int:  # fmt: skip
        self.places.append(place)
        self.sizes.extend((size, *sizes))
        self.own.append(own)
        self.parts.append(parts)
        self.alike.append(alike)
        self.lengths.append(text_print[0])
        self.hashes.append(int(text_print[1], 16))
        return len(self.places) - 1

    def text_print(self, page: int) -> TextPrint:
        return made(TextPrint, {"length": self.lengths[page], "simhash": f"{self.hashes[page]:016x}"})

    def piece(self, page: int, number: int) -> tuple[int, int]:
        """Where one of a page's four pieces lies, and its size."""
        whole, *sizes = self.sizes[page * 4 : page * 4 + 4]
        start = _SIZES.size + sum(sizes[:number])
        return self.places[page] + start, sizes[number] if number < len(sizes) else whole - start


class _Rest:
    """存放处 The fields of one page that lie elsewhere."""

    __slots__ = ("_main_list", "_page", "_unpacker")

    def __init__(self, unpacker: Unpacker, page: int, main_list: ItemList | None) -> None:
        self._unpacker, self._page, self._main_list = unpacker, page, main_list

    def __getitem__(self, name: str) -> Any:
        pages, page = self._unpacker._pages, self._page
        bit = _OWN.get(name)
        if bit is not None:
            own = pages.own[page]
            if not own & bit:
                return _SHAPE.defaults[name]
            if name == "text_print" and own & _PRINTED:
                return pages.text_print(page)
            if name in _REST:
                return self._piece(_OTHERS, self._others)[name]
            return self._piece(_HEAD, _own_of)[name]
        if name in _SHARED:
            return pages.alike[page][_SHARED.index(name)]
        if name == "text":
            return self._piece(_TEXT, _text) or ""
        runs = self._piece(_LINKS, self._runs) or ((),)
        return runs if name == LINK_RUNS else tuple(chain.from_iterable(runs))

    def _piece(self, number: int, unpack: Callable[[bytes], Any]) -> Any:
        place, size = self._unpacker._pages.piece(self._page, number)
        return self._unpacker.piece(place, size, unpack) if size else None

    def _runs(self, told: bytes) -> tuple[tuple[Link, ...], ...]:
        own, parts = self._unpacker.own_link, self._unpacker._pages.parts[self._page]
        return tuple(
            parts[run] if isinstance(run, int) else tuple(map(own, run)) for run in json.loads(_text(told))
        )

    def _others(self, told: bytes) -> dict[str, Any]:
        values = json.loads(_text(told))
        lists = values.pop("lists", ())
        found = {name: _unpacked(name, value) for name, value in values.items()}
        if lists:
            found["lists"] = tuple(self._main_list if one is None else _list(one) for one in lists)
        return found


def _own_of(told: bytes) -> dict[str, Any]:
    """Of what every look needs, those that few ask for after all."""
    _, head = json.loads(_text(told))
    return {name: _unpacked(name, value) for name, value in head.items() if name in _OWN}


def _packed_link(link: Link) -> list[Any]:
    assert _PACK_LINK is not None  # noqa: S101 - a noun is always packed
    told: list[Any] = _PACK_LINK(link)
    return told


def _link(told: list[Any]) -> Link:
    assert _UNPACK_LINK is not None  # noqa: S101
    link: Link = _UNPACK_LINK(told)
    return link


def _list(told: list[Any]) -> ItemList:
    assert _UNPACK_LIST is not None  # noqa: S101
    found: ItemList = _UNPACK_LIST(told)
    return found


def _each(names: bytes) -> Iterator[bytes]:
    return (names[start : start + DIGEST] for start in range(0, len(names), DIGEST))


def _packed(name: str, value: Any) -> Any:
    change = _SHAPE.parts[name].pack
    return change(value) if change else value


def _unpacked(name: str, value: Any) -> Any:
    change = _SHAPE.parts[name].unpack
    return change(value) if change else value


def _bytes(value: Any) -> bytes:
    return _raw(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(body: bytes) -> str:
    return body.decode("utf-8", "surrogatepass")
