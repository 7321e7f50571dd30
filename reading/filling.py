"""填列表 Pages whose list comes from elsewhere get the rows of the answers that hold it.

A shell whose list API (or frame) was read is a list like any other; the answers themselves are no pages of the
site. An answer that holds no list fills nothing: the page stays what it was.
"""

from model import FetchOutcome, ItemList, Link, PageFacts, PageKind
from reading.shelf import Pair, Shelf

_DEEPEST = 3  # a frame that asks an API
_MOST_LINKS = 5000


def fill(shelf: Shelf) -> frozenset[str]:
    """填 Fills the pages of a shelf in place. Returns the addresses of the answers that are no pages of the site."""
    if not any(facts.asks or facts.fills for _, facts in shelf.best.values()):
        return frozenset()
    answers = {address for address, (_, facts) in shelf.best.items() if facts.fills}
    for _ in range(_DEEPEST):
        changed = False
        for address, (_, facts) in sorted(shelf.best.items()):
            if facts.asks and not facts.outcome.observed:
                changed |= _fill(shelf, address, answers)
        if not changed:
            break
    for address, (_, facts) in sorted(shelf.best.items()):
        if address not in answers and facts.main_list is not None and facts.kind is PageKind.LIST:
            further = [shelf.best[one][1] for one in _chain(shelf, facts.next_url) if one in answers]
            if further:
                _put(shelf, address, {"links": _with_links(facts, further)})
    _discard(shelf)
    return frozenset(answers)


def _discard(shelf: Shelf) -> None:
    """An answer whose page was not filled tells nothing of a list, not even that it is empty."""
    full = {
        url
        for _, facts in shelf.best.values()
        if facts.outcome.observed and facts.main_list is not None and not facts.fills
        for url in (facts.url, facts.final_url)
    }
    for address, (_, facts) in sorted(shelf.best.items()):
        if facts.fills and facts.outcome.observed and facts.fills not in full:
            nothing = {"outcome": FetchOutcome.NOT_RENDERED, "outcome_reason": "unknown_shape"}
            _put(shelf, address, {**nothing, "kind": PageKind.OTHER, "main_list": None})


def _fill(shelf: Shelf, address: str, answers: set[str]) -> bool:
    """Fill one shell. What it asked for and what that leads on to is no page, whether or not it holds a list."""
    facts = shelf.best[address][1]
    chain = _chain(shelf, facts.asks)
    framed = bool(chain) and _is_framed(facts, chain[0])
    if not framed:
        answers.update(chain)
    read = [shelf.best[one][1] for one in chain]
    first = read[0] if read else None
    if first is None or not first.outcome.observed or first.main_list is None:
        return False
    if not framed and not first.fills:
        return False  # a page that came in an API's place is no answer of it
    told = first.main_list.total
    if not any(one.main_list and one.main_list.items for one in read if one.outcome.observed) and told != 0:
        return False
    _put(
        shelf,
        address,
        {
            "outcome": FetchOutcome.OK,
            "outcome_reason": None,
            "kind": PageKind.LIST,
            "main_list": ItemList(items=first.main_list.items, heading=first.main_list.heading, total=told),
            "next_url": first.next_url,
            "page_number": 1,
            "pages_total": first.pages_total,
            "shell": None,
            "links": facts.links if framed else _with_links(facts, read),
        },
    )
    if framed:
        inner = {shelf.best[chain[0]][1].url, shelf.best[chain[0]][1].final_url}
        inside = [one for one in answers if shelf.best[one][1].fills in inner]
        for one in {*chain, *inside}:
            _put(shelf, one, {"fills": facts.final_url})
    return True


def _chain(shelf: Shelf, first: str | None) -> list[str]:
    """The addresses of answers from `first` on, each leading to the next."""
    found: list[str] = []
    current = first
    while current is not None and current in shelf.best and current not in found:
        found.append(current)
        current = shelf.best[current][1].next_url
    return found


def _is_framed(facts: PageFacts, address: str) -> bool:
    return any(link.tag in ("iframe", "frame") and link.url == address for link in facts.links)


def _with_links(facts: PageFacts, answers: list[PageFacts]) -> tuple[Link, ...]:
    """The page's own links and those of the rows that a visitor sees on it."""
    links = list(facts.links)
    for answer in answers:
        if answer.outcome.observed:
            links += answer.links
    return tuple(links[:_MOST_LINKS])


def _put(shelf: Shelf, address: str, changes: dict[str, object]) -> None:
    snapshot, facts = shelf.best[address]
    pair: Pair = (snapshot, facts.model_copy(update=changes))
    shelf.best[address] = pair
    shelf.pairs = [pair if one[0].id == snapshot.id else one for one in shelf.pairs]
