"""页面样本 The pages of a site on which something common to all of them is counted: each once, as its server sent it."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from model import Evidence, Observation, PageFacts, PageKind
from model.survey import plain_address

LEAST = 3  # fewer pages of a class tell nothing of the class
MOST_EXAMPLES = 10
_NOT_PAGES = frozenset({PageKind.ERROR, PageKind.NOT_HTML, PageKind.JUMP})


def plain_pages(observation: Observation) -> Iterator[PageFacts]:
    """原样页面 Pages that were read from what the server sent; answers of list APIs, shells and drawn pages are none."""
    known: set[str] = set()
    for page in observation.pages:
        address = plain_address(page.final_url)
        if not page.outcome.observed or page.kind in _NOT_PAGES or page.jump or page.fills:
            continue
        fragment = not page.title and not page.links  # a piece that other pages take in
        if page.shell or page.rendered or fragment or address in known:
            continue
        known.add(address)
        yield page


def is_beyond(faulty: int, total: int, share: Decimal) -> bool:
    """超出比例 Whether more than `share` of the pages are faulty."""
    return faulty > share * total


def examples(pages: Iterable[tuple[PageFacts, str]], shows: str) -> tuple[Evidence, ...]:
    """示例 Up to ten pages with the words in question."""
    found = sorted(pages, key=lambda pair: pair[0].final_url)[:MOST_EXAMPLES]
    return tuple(
        Evidence(snapshot_id=page.snapshot_id, url=page.final_url, quote=quote, shows=shows)
        for page, quote in found
    )
