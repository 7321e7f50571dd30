"""链接核验 Every own target linked from a page that was read, with all its parents and all attempts."""

from model import FoundOn, LinkCheck, LinkPlace, LinkRelation, PageFacts, PageKind
from reading.shelf import Shelf

CHECKED = (LinkRelation.INTERNAL, LinkRelation.ATTACHMENT, LinkRelation.IMAGE, LinkRelation.MALFORMED)


class LinkCounts:
    """链接计数 Targets that are counted, never checked."""

    def __init__(self) -> None:
        self.external: set[str] = set()
        self.script = 0
        self.placeholder = 0


def link_checks(readable: list[PageFacts], shelf: Shelf) -> tuple[tuple[LinkCheck, ...], LinkCounts]:
    """合并链接 One LinkCheck a target, in order of URL, parents in order of theirs; and the counted rest."""
    parents: dict[str, dict[str, FoundOn]] = {}
    relations: dict[str, LinkRelation] = {}
    counts = LinkCounts()
    for facts in readable:
        home = facts.kind is PageKind.HOME
        for link in facts.links:
            if link.relation is LinkRelation.EXTERNAL:
                counts.external.add(link.url)
            elif link.relation is LinkRelation.SCRIPT_ONLY:
                counts.script += 1
            elif link.relation is LinkRelation.PLACEHOLDER:
                counts.placeholder += 1
            if link.relation not in CHECKED:
                continue
            relations.setdefault(link.url, link.relation)
            known = parents.setdefault(link.url, {})
            if facts.url not in known or (
                known[facts.url].place is LinkPlace.HIDDEN and link.place is not LinkPlace.HIDDEN
            ):
                known[facts.url] = FoundOn.model_construct(
                    url=facts.url,
                    snapshot_id=facts.snapshot_id,
                    title=facts.title[:200],
                    anchor=link.anchor[:200],
                    place=link.place,
                    home=home,
                )
    checks = tuple(
        LinkCheck.model_construct(
            url=url,
            relation=relations[url],
            found_on=tuple(found for _, found in sorted(parents[url].items())),
            attempts=shelf.attempts(url),
        )
        for url in sorted(parents)
    )
    return checks, counts
