"""位置 Where on the page an element stands, told by its ancestors' tags, names and what they hold."""

from model import LinkPlace
from reading.held import Held, fits, held
from reading.place_names import named
from reading.tree import Node, is_hiding, spelt

_TAGS = {
    "footer": LinkPlace.FOOTER,
    "nav": LinkPlace.NAVIGATION,
    "header": LinkPlace.HEADER,
}
BODY = frozenset({"html", "body"})
_MAX_CLASS = 200
_MOST_BELOW, _MOST_MEASURED = 4000, 40_000  # elements: of one part, and of all parts of a page
_MOST_SPELT, _LONGEST_KEPT, _MOST_KEPT = 300_000, 20_000, 1000  # bytes of a page and of a part; parts
_KEPT: dict[bytes, tuple[Held, int]] = {}  # the pages of a site repeat the same header, menu and footer


class Places:
    """位置簿 Answers for one page, remembered per element so that each is looked at once."""

    def __init__(self) -> None:
        self._known: dict[Node, LinkPlace] = {}
        self._left = _MOST_MEASURED
        self._spelt = 0

    def of(self, node: Node) -> LinkPlace:
        known = self._known
        place = known.get(node)
        if place is not None:
            return place
        chain: list[Node] = [node]
        while (parent := chain[-1].getparent()) is not None:
            place = known.get(parent)
            if place is not None:
                break
            chain.append(parent)
        place = place or LinkPlace.OTHER
        for element in reversed(chain):
            tag = element.tag
            if isinstance(tag, str) and tag not in BODY:
                place = self.within(
                    place, element, element.get("class"), element.get("id"), is_hiding(element)
                )
            known[element] = place
        return place

    def file(self, node: Node, place: LinkPlace) -> None:
        """归位 Keep the place of an element that a walk has just come upon."""
        self._known[node] = place

    def within(
        self, outer: LinkPlace, element: Node, class_: str | None, id_: str | None, hiding: bool
    ) -> LinkPlace:
        """所在位置 The place of an element: its parent's, unless it is a stronger one or is hidden.

        A name alone tells no place: what the element holds must be like it.
        """
        if outer is LinkPlace.HIDDEN or outer is LinkPlace.NAVIGATION or outer is LinkPlace.CRUMBS:
            return outer
        if outer is LinkPlace.FOOTER and not hiding:
            return outer
        own = self._named(element, outer, class_ or "", id_ or "") if class_ or id_ else None
        if hiding and own is not LinkPlace.CRUMBS:
            # a drop-down menu is hidden for looks, not to deceive
            return outer if outer is LinkPlace.HEADER else LinkPlace.HIDDEN
        if outer is LinkPlace.FOOTER:
            return outer
        return own or _TAGS.get(str(element.tag)) or outer

    def _named(self, element: Node, outer: LinkPlace, class_: str, id_: str) -> LinkPlace | None:
        told = named(class_[:_MAX_CLASS], id_[:_MAX_CLASS])
        if not told or told[0][0] is outer:
            return None
        within, looked = self._held(element)
        self._left -= looked
        if within is None:
            return None
        return next((place for place, strong in told if fits(place, strong, within)), None)

    def _held(self, element: Node) -> tuple[Held | None, int]:
        """What the very same part of another page held; measured when there was none."""
        most = min(_MOST_BELOW, self._left)
        if self._spelt > _MOST_SPELT:
            return held(element, most)
        part = spelt(element)
        self._spelt += len(part)
        kept = _KEPT.get(part)
        if kept is not None and kept[1] <= most:
            return kept
        within, looked = held(element, most)
        if within is not None and len(part) <= _LONGEST_KEPT:
            if len(_KEPT) >= _MOST_KEPT:
                _KEPT.clear()
            _KEPT[part] = within, looked
        return within, looked
