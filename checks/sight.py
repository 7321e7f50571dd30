"""看全 Whether a site was seen so fully that what was not seen on it is not there."""

from collections.abc import Iterable

from checks.material import column_evidence
from model import (
    Column,
    ColumnKind,
    Evidence,
    Link,
    LinkCheck,
    LinkRelation,
    Observation,
    PageFacts,
    PageKind,
)
from model.site import bare_name
from model.survey import plain_address

MIN_NAVIGATION = 3  # fewer first-level columns: the menu itself was not read
SHORTEST_HOME = 200  # characters: a shorter page without links and lists shows nothing, not even its lack
ENTRY_TAGS = frozenset({"a", "area", "script-a"})
SEVERAL_TIMES = 2
MUCH = 5  # one column in so many
ONLY_WORDS = "only_words"  # a 200 that says it is gone, on a host that answers with honest 404s
_LEADS = frozenset({LinkRelation.INTERNAL, LinkRelation.EXTERNAL, LinkRelation.SCRIPT_ONLY})


def gap_of(observation: Observation) -> str | None:
    """未看全之处 Why something may stand where nobody has looked: a label `gap.<reason>`; None when all was read."""
    home = observation.home
    if home is None or not home.outcome.observed:
        return "home_unread"
    if not observation.coverage.complete:
        return "left_over"
    if observation.coverage.robots_refused:
        return "refused"
    if sum(column.level == 1 for column in observation.columns) < MIN_NAVIGATION:
        return "few_columns"
    if any(is_unread(column) and may_hold_more(column) for column in observation.columns):
        return "unread_columns"
    return None


def scripted_gap(observation: Observation, pages: Iterable[PageFacts] = ()) -> str | None:
    """脚本之处 Whether a script or a picture without words may show what was not read, on the home page or on `pages`."""
    home = observation.home
    if home is None or not home.outcome.observed:
        return "home_unread"
    if not surely_seen(home):
        return "home_scripted"
    if any(page.shell for page in pages):
        return "page_scripted"
    return "pictures" if has_nameless_entries(home) else None


def surely_seen(page: PageFacts) -> bool:
    """源码即所见 Whether what was read is all that a visitor sees: drawn by a browser, or without any script."""
    return (
        page.outcome.observed
        and not page.shell
        and not nearly_empty(page)
        and (page.rendered or not scripted(page))
    )


def scripted(page: PageFacts) -> bool:
    """有脚本 Whether the page has a script; of content pages only those in files of their own are known."""
    return any(link.tag == "script" for link in page.links) or bool(page.build and page.build.scripts)


def nearly_empty(page: PageFacts) -> bool:
    """近乎空白 A page that shows hardly anything, however it was read, was not seen whole."""
    lists = any(found.items for found in (*page.lists, *((page.main_list,) if page.main_list else ())))
    entries = any(link.tag == "a" for link in page.links)
    return not entries or not (lists or page.text_length >= SHORTEST_HOME)


def has_nameless_entries(page: PageFacts) -> bool:
    """无字入口 Whether a picture without words leads somewhere: nobody can read what it offers."""
    return any(
        link.tag in ENTRY_TAGS
        and link.relation in _LEADS
        and not link.anchor.strip()
        and (link.url or link.raw)
        for link in page.links
    )


def is_unread(column: Column) -> bool:
    """未读到 Whether nobody saw the column; one that is surely not there hides nothing."""
    return (column.unread is not None or not column.outcome.observed) and not column.outcome.missing


def much_unread(observation: Observation) -> list[Column]:
    """多处未读 The columns nobody saw, when they are more than a fifth of all: then much may stand below them."""
    unread = [column for column in observation.columns if is_unread(column)]
    return unread if len(unread) * MUCH > len(observation.columns) else []


def may_hold_more(column: Column) -> bool:
    """可能藏有 Whether an unread column may be, or may gather, others."""
    return (
        column.level == 1
        or column.in_disclosure
        or column.kind in (ColumnKind.OTHER, ColumnKind.DISCLOSURE, ColumnKind.INTERACTION)
    )


def same_address(left: str, right: str) -> bool:
    """同一网址 Whether two addresses are one page, whatever the scheme and the last slash."""
    return plain_address(left) == plain_address(right)


def checks_of(observation: Observation, urls: set[str]) -> dict[str, LinkCheck]:
    """链接核验 What was tried at these addresses."""
    return (
        {link.url: link for link in observation.links if link.url in urls and link.attempts} if urls else {}
    )


def surely_dead(link: LinkCheck | None) -> bool:
    """确认打不开 Whether tries at two different times all found nothing there."""
    if link is None or not link.attempts or not all(attempt.outcome.missing for attempt in link.attempts):
        return False
    if any(attempt.cause == ONLY_WORDS for attempt in link.attempts):
        return False
    return len({attempt.at for attempt in link.attempts}) >= SEVERAL_TIMES


def unanswered(link: LinkCheck | None) -> bool:
    """没有应答 Whether it was tried and never answered with a page, for whatever reason."""
    return link is not None and bool(link.attempts) and not any(a.outcome.observed for a in link.attempts)


def entry_evidence(page: PageFacts, words: str, url: str) -> Evidence:
    """入口证据 An entry as the page shows it."""
    quote = " ".join(part for part in (words, url) if part)
    return Evidence(snapshot_id=page.snapshot_id, url=page.final_url, quote=quote, shows="entry")


def menu_evidence(observation: Observation, named: Iterable[Column] = ()) -> tuple[Evidence, ...]:
    """所见栏目 The columns in question and the names of all columns of the menu."""
    found = [column_evidence(column) for column in list(named)[:5]]
    home = observation.home
    if home is not None:
        menu = [column.name for column in observation.columns if column.level == 1 or column.in_disclosure]
        quote = " ".join(menu[:40])
        found.append(
            Evidence(snapshot_id=home.snapshot_id, url=home.final_url, quote=quote, shows="navigation")
        )
    return tuple(found)


def own_entries(page: PageFacts) -> list[Link]:
    """一页入口 What a visitor may press on one page, menus included, each words and target once."""
    found: dict[tuple[str, str], Link] = {}
    for link in (*page.links, *page.navigation):
        if link.tag in ENTRY_TAGS and link.relation in _LEADS:
            found.setdefault((link.anchor, link.url or link.raw), link)
    known = {words for words, _ in found}
    for entry in page.menu:
        if entry.name not in known:
            link = Link(url=entry.url, raw=entry.url, anchor=entry.name, relation=LinkRelation.INTERNAL)
            found[entry.name, entry.url] = link
    return list(found.values())


def holds(text: str, fragments: Iterable[str]) -> bool:
    """含有 Whether a name holds one of the fragments, without width, case and spaces."""
    bare = bare_name(text)
    return any(wanted in bare for wanted in map(bare_name, fragments) if wanted)


def column_pages(observation: Observation) -> list[PageFacts]:
    """栏目页 Pages that are no content pages: what they lack may be drawn by a script."""
    kinds = (PageKind.ARTICLE, PageKind.NOT_HTML, PageKind.JUMP)
    return [page for page in observation.read_pages if page.kind not in kinds]
