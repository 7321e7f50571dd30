"""链接核验 Every own target linked from a page that was read, with all its parents and all attempts."""

from model import FoundOn, Link, LinkCheck, LinkPlace, LinkRelation, PageFacts, PageKind
from reading.address import folder_of
from reading.shelf import Shelf

CHECKED = (LinkRelation.INTERNAL, LinkRelation.ATTACHMENT, LinkRelation.IMAGE, LinkRelation.MALFORMED)


class LinkCounts:
    """链接计数 Targets that are counted, never checked."""

    def __init__(self) -> None:
        self.external: set[str] = set()
        self.script = 0
        self.placeholder = 0

    def count(self, link: Link) -> None:
        if link.relation is LinkRelation.EXTERNAL:
            self.external.add(link.url)
        elif link.relation is LinkRelation.SCRIPT_ONLY:
            self.script += 1
        elif link.relation is LinkRelation.PLACEHOLDER:
            self.placeholder += 1


def link_checks(readable: list[PageFacts], shelf: Shelf) -> tuple[tuple[LinkCheck, ...], LinkCounts]:
    """合并链接 One LinkCheck a target, in order of URL, parents in order of theirs; and the counted rest.

    A target that some page shows is that page's link; one that stands only in comments is a commented one.
    """
    shown, commented = _Parents(), _Parents()
    counts = LinkCounts()
    for facts in readable:
        for link in facts.links:
            counts.count(link)
            if link.relation in CHECKED:
                shown.add(link, facts)
            elif link.relation is LinkRelation.COMMENTED:
                commented.add(link, facts)
    for url in shown.relations:
        commented.relations.pop(url, None)
    checks = tuple(
        LinkCheck.model_construct(
            url=url,
            relation=kept.relations[url],
            found_on=tuple(found for _, found in sorted(kept.pages[url].items())),
            attempts=shelf.attempts(url),
        )
        for url, kept in sorted({url: kept for kept in (commented, shown) for url in kept.relations}.items())
    )
    return checks, counts


class _Parents:
    """Targets with what they are and the pages that carry them, each once, as it shows them best."""

    def __init__(self) -> None:
        self.relations: dict[str, LinkRelation] = {}
        self.pages: dict[str, dict[str, FoundOn]] = {}

    def add(self, link: Link, facts: PageFacts) -> None:
        self.relations.setdefault(link.url, link.relation)
        known = self.pages.setdefault(link.url, {})
        page = folder_of(facts.url)  # `/a/` and `/a/index.html` are one page: count it once
        if page in known and not (
            known[page].place is LinkPlace.HIDDEN and link.place is not LinkPlace.HIDDEN
        ):
            return
        known[page] = FoundOn.model_construct(
            url=facts.url,
            snapshot_id=facts.snapshot_id,
            title=facts.title[:200],
            anchor=link.anchor[:200],
            place=link.place,
            home=facts.kind is PageKind.HOME,
        )
