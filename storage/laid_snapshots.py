"""搁置的快照 Snapshots of a run of which most was laid into a file: what was asked and what came of it is at hand, the rest on demand."""

import json
from array import array
from pathlib import Path
from typing import Any

from model import PageFacts, Snapshot
from model.lying import LyingSnapshot, lying
from storage.packing import shape_of
from storage.spill import Spill

_SHAPE = shape_of(Snapshot)
_LYING = tuple(name for name in _SHAPE.names if name not in LyingSnapshot.AT_HAND)
_SHORT = 32  # characters; words up to there come again and again, such as methods and types
_MOST_WORDS = 20_000
_MOST_OPEN = 64  # snapshots looked at last


class LaidSnapshots:
    """搁置处 `lay` gives back the same snapshot with most of it lying in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._spill = Spill(folder)
        self._ends = array("Q", [0])
        self._open: dict[int, dict[str, Any]] = {}
        self._words: dict[str, str] = {}

    def lay(self, snapshot: Snapshot, facts: PageFacts | None = None) -> Snapshot:
        """搁置 `facts`: those read from it, if they are at hand, so that both have their addresses in common."""
        told = {}
        for name in _LYING:
            value = getattr(snapshot, name)
            if value != _SHAPE.defaults[name]:
                change = _SHAPE.parts[name].pack
                told[name] = change(value) if change else value
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        place = self._spill.put(body)
        self._ends.append(place + len(body))
        values = {name: getattr(snapshot, name) for name in LyingSnapshot.AT_HAND}
        url = facts.url if facts is not None and facts.url == snapshot.url else snapshot.url
        values["url"] = url
        values["final_url"] = url if snapshot.final_url == url else snapshot.final_url
        values["method"] = self._word(snapshot.method)
        if snapshot.column is not None:
            values["column"] = self._word(snapshot.column)
        return lying(LyingSnapshot, values, _Rest(self, len(self._ends) - 2, url, snapshot.id))

    def told(self, number: int) -> dict[str, Any]:
        """所存 What was laid down of the snapshot that came so many after the first, as it is packed."""
        found = self._open.get(number)
        if found is None:
            begin, end = self._ends[number : number + 2]
            found = json.loads(self._spill.get(begin, end - begin).decode("utf-8", "surrogatepass"))
            if len(self._open) >= _MOST_OPEN:
                self._open.clear()
            self._open[number] = found
        return found

    def attempts(self, told: list[list[Any]], known: dict[str, str]) -> list[list[Any]]:
        """各次尝试 As they are packed, with one object for a word that many say."""
        return [
            [known.get(word) or self._word(word) if type(word) is str else word for word in one]
            for one in told
        ]

    def _word(self, word: str) -> str:
        if len(word) >= _SHORT:
            return word
        if len(self._words) > _MOST_WORDS:
            self._words.clear()
        return self._words.setdefault(word, word)


class _Rest:
    """存放处 The fields of one snapshot that lie elsewhere."""

    __slots__ = ("_id", "_laid", "_number", "_url")

    def __init__(self, laid: LaidSnapshots, number: int, url: str, snapshot_id: str) -> None:
        self._laid, self._number, self._url, self._id = laid, number, url, snapshot_id

    def __getitem__(self, name: str) -> Any:
        told = self._laid.told(self._number)
        if name not in told:
            return _SHAPE.defaults[name]
        value = (
            self._laid.attempts(told[name], {self._url: self._url, self._id: self._id})
            if name == "attempts"
            else told[name]
        )
        change = _SHAPE.parts[name].unpack
        return change(value) if change else value
