"""标签与值 Labels a page is known to write and the values beside them: in cells, list entries and pairs of elements."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from reading.tree import Node, beginning, squeeze

_TAGS = (
    "td",
    "th",
    "dt",
    "dd",
    "li",
    "p",
    "div",
    "span",
    "b",
    "strong",
    "label",
    "em",
    "i",
    "font",
    "h3",
    "h4",
)
_ROWS = ("tr", "ul", "dl", "body", "table", "li")
_BLOCK, _LABEL, _VALUE = 300, 30, 200
_LIMIT = 20_000
_CLIMB = 3
_MOST = 400  # labels of one page


class Labels:
    """标签表 Names of labels, recognised with spaces between their characters, in brackets, with a colon or without."""

    def __init__(self, names: Iterable[str]) -> None:
        spaced = "|".join(
            r"\s{0,4}".join(map(re.escape, name)) for name in sorted(names, key=len, reverse=True)
        )
        self._whole = re.compile(rf"[【\[]?\s?(?P<label>{spaced})\s?[】\]]?\s?[:：]?(?P<boxed>)")
        self._inline = re.compile(
            rf"(?:^|(?<=[\s】\]]))(?:[【\[]\s?(?P<boxed>{spaced})\s?[】\]]\s?[:：]?|(?P<label>{spaced})\s?[:：])\s?"
        )

    def whole(self, text: str) -> str | None:
        """整段标签 The name, when a text is nothing but one label."""
        match = self._whole.fullmatch(text) if len(text) <= _LABEL else None
        return _bare(match) if match else None

    def split(self, block: str) -> list[tuple[str, str]]:
        """拆分 Labels with colons and their values, which follow each other in one block."""
        labels = list(self._inline.finditer(block))
        ends = [*(label.start() for label in labels[1:]), len(block)][: len(labels)]
        return [
            (_bare(label), block[label.end() : end].strip()[:_VALUE])
            for label, end in zip(labels, ends, strict=True)
        ]

    def pairs(self, root: Node) -> Iterator[tuple[str, str]]:
        """各对 Every label and its value below an element, in page order; a value may be empty."""
        seen = 0
        for node in islice(root.iter(*_TAGS), _LIMIT):
            if seen == _MOST:
                break
            own = node.text
            if not own or own.isspace():
                continue
            text = squeeze(own)
            name = self.whole(text)
            if name is not None:
                seen += 1
                yield name, self._value_of(node)
            elif self._inline.match(text[:_LABEL]):
                seen += 1
                block = squeeze(beginning(node)) if len(node) else text
                if len(block) <= _BLOCK:
                    yield from self.split(block)

    def _value_of(self, node: Node) -> str:
        """What stands right after a label: behind it in its element, else in the next element."""
        if len(node):
            return squeeze(beginning(node))[len(squeeze(node.text or "")) :].strip(":： ")[:_VALUE]
        current = node
        for _ in range(_CLIMB):
            tail = squeeze(current.tail or "").strip(":： ")
            if tail:
                return tail[:_VALUE]
            following = current.getnext()
            if following is not None:
                if not isinstance(following.tag, str) or following.tag in ("script", "style"):
                    return ""
                text = squeeze(beginning(following)).strip(" ")
                labelled = self.whole(text) or self._inline.match(text) or text.endswith((":", "："))
                return "" if labelled or len(text) > _BLOCK else text.strip(":： ")[:_VALUE]
            parent = current.getparent()
            if parent is None or parent.tag in _ROWS or (parent.text or "").strip():
                return ""
            if current.getprevious() is not None:
                return ""
            current = parent
        return ""


def _bare(match: re.Match[str]) -> str:
    return "".join((match["label"] or match["boxed"]).split())
