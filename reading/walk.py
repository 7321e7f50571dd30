"""走读 What a person sees of a page, and where each element stands: all told by one walk over the elements."""

import re

from model import LinkPlace
from reading.places import BODY, Places
from reading.tree import Node, hides, squeeze

SKIPPED = frozenset(
    {LinkPlace.FOOTER, LinkPlace.NAVIGATION, LinkPlace.HEADER, LinkPlace.CRUMBS, LinkPlace.HIDDEN}
)
_SILENT = frozenset({"script", "style", "noscript", "template", "head", "title", "textarea", "option"})
_BLOCK = frozenset(
    re.findall(
        r"\w+",
        "p div li ul ol tr td th table h1 h2 h3 h4 h5 h6 br dl dt dd section article form header footer nav hr",
    )
)
_NAMED = frozenset({"nav", "header", "footer"})
_BREAK = "\x1e"  # between blocks; a line break of the source is only a space
_SEEN, _MAIN, _SET_OFF = 1, 2, 4  # seen by a person; part of the main text; a block


class Walk:
    """走读 One loop over the elements in document order, without recursion.

    `every` holds the pieces of visible text, `main` those outside header, menus, breadcrumb and footer (and
    outside links, when `links` is False), with breaks around blocks. The walk ends early once `enough`
    characters were seen. With `places` the place of every visible element is filed there.
    """

    def __init__(
        self, root: Node, places: Places | None = None, *, links: bool = True, enough: int | None = None
    ) -> None:
        self.every: list[str] = []
        self.main: list[str] = []
        self._spans: dict[Node, tuple[int, int]] = {}
        self._go(root, places, links, enough)

    def text(self) -> str:
        return _lines(self.every)

    def main_text(self) -> str:
        return _lines(self.main)

    def text_below(self, node: Node) -> str | None:
        """Visible text of one element; None when the walk never saw it."""
        span = self._spans.get(node)
        return _lines(self.every[span[0] : span[1]]) if span else None

    def _go(self, root: Node, places: Places | None, links: bool, enough: int | None) -> None:
        every, main, spans = self.every, self.main, self._spans
        above: list[tuple[Node, int, int, LinkPlace, int]] = []  # of the elements around the open one
        # the open element, its state, where its text starts, its place, how many of its children are still to come
        parent, outer, start, standing, left = root, _SEEN | _MAIN, 0, LinkPlace.OTHER, 1
        if places is not None:
            standing = places.of(root)
        counted = seen = 0
        for current in root.iter():
            if enough is not None and len(every) > counted:
                seen += sum([len(squeeze(piece)) for piece in every[counted:]])
                counted = len(every)
                if seen >= enough:
                    break
            left -= 1
            state, place, starting = 0, standing, len(every)
            if outer:
                tag = current.tag
                if current is root:
                    state = outer
                elif tag not in _SILENT and isinstance(tag, str):
                    names = current.keys()  # asked once: most elements have none of these
                    style = current.get("style") if "style" in names else None
                    hiding = (style is not None and hides(style)) or "hidden" in names
                    if places is not None:
                        class_ = current.get("class") if "class" in names else None
                        id_ = current.get("id") if "id" in names else None
                        if (class_ or id_ or hiding or tag in _NAMED) and tag not in BODY:
                            place = places.within(place, current, class_, id_, hiding)
                        places.file(current, place)
                    if not hiding:
                        state = _SEEN
                        if outer & _MAIN and place not in SKIPPED and (links or tag != "a"):
                            state |= _MAIN
                if state:
                    text = current.text
                    if tag in _BLOCK:
                        state |= _SET_OFF
                        text = _BREAK + text if text else _BREAK
                    if text:
                        every.append(text)
                        if state & _MAIN:
                            main.append(text)
            below = len(current)
            if below:
                above.append((parent, outer, start, standing, left))
                parent, outer, start, standing, left = current, state, starting, place, below
                continue
            gone = current
            while True:  # it is over, and whatever it was the last of
                if state:
                    if state & _SET_OFF:
                        every.append(_BREAK)
                        if state & _MAIN:
                            main.append(_BREAK)
                    spans[gone] = (starting, len(every))
                if outer and gone is not root and (tail := gone.tail) and gone.tag != "option":
                    every.append(tail)
                    if outer & _MAIN:
                        main.append(tail)
                if left or not above:
                    break
                gone, state, starting = parent, outer, start
                parent, outer, start, standing, left = above.pop()


def visible_text(node: Node) -> str:
    """可见文字 Text a person sees below `node`: no scripts, no hidden parts; one line a block."""
    return Walk(node).text()


def opening_text(node: Node, enough: int) -> str:
    """开头可见文字 Visible text from the top until at least `enough` characters of it are seen, or all there is."""
    return Walk(node, enough=enough).text()


def _lines(parts: list[str]) -> str:
    """One space between words, one line a block, no empty lines."""
    text = "".join(parts)
    if "\u200b" in text or "\ufeff" in text:
        text = text.replace("\u200b", " ").replace("\ufeff", " ")
    lines = [line.split() for line in text.split(_BREAK)]
    return "\n".join([" ".join(words) for words in lines if words])
