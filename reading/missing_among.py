"""辨别缺页 All snapshots of a run, those of made-up addresses taken out and pages that are their very answer marked."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from model import FetchOutcome, HostStop, MissingSignature, PageFacts, PageKind, Purpose, Rank, Site, Snapshot
from reading.address import is_own
from reading.missing_pages import (
    SIGNATURE,
    Look,
    MissingPages,
    homes_by_name,
    landing,
    look_of,
    signature_of,
)
from reading.missing_stubs import stubs_to_nothing
from reading.outcome import TO_404, Refined
from reading.shelf import Pair, order_of
from reading.text_print import bare_text
from reading.walls import WALL, Walls, one_answer

_WALL = 15  # pages that are one and the same answer …
_SHARE = 0.8  # … and this share of all that came since the first of them: a wall, not missing pages
_TOLD_APART = frozenset({"parent_refresh", TO_404, "title"})  # more than a phrase in the text
_ONLY_WORDS = "only_words"  # the phrase stands there, and the host answers what is missing with an honest 404
_OF_PAGES = re.compile("页面|网页|404")
# sent to the home page, as this host sends everybody who asks for what is not there
_SENT_HOME = Refined(FetchOutcome.REDIRECTED_HOME, "home_habit")
_TO_NOTHING = Refined(FetchOutcome.SOFT404, TO_404)
_ONE_ANSWER = Refined(FetchOutcome.BLOCKED, "one_answer_for_all")
_WALLED = Refined(FetchOutcome.BLOCKED, WALL)
_BESIDE = (Purpose.SIBLING, Purpose.CONTROL)  # asked for to know the host by, no pages of the site


class Sorted(NamedTuple):
    """辨别结果 Pairs that count as pages, in order of fetching; signatures known now; which of them this run learned."""

    pairs: list[Pair]
    signatures: tuple[MissingSignature, ...]
    learned: tuple[MissingSignature, ...]


def sorted_pages(pages: Sequence[Pair], site: Site, stops: Sequence[HostStop] = ()) -> Sorted:
    """辨别 Same input, same output, in whatever order the pages come. `stops`: hosts that the crawler left alone."""
    pairs = _answered(sorted(pages, key=lambda pair: order_of(pair[0].id)), stops)
    walls = Walls([pair for pair in pairs if not pair[0].carried])
    asked = [pair for pair in pairs if pair[0].purpose is Purpose.SIBLING and not walls.hide(*pair)]
    kept = [pair for pair in pairs if pair[0].purpose not in _BESIDE]
    missing = MissingPages(site)
    missing.home = _home(kept)
    learned = [one for one in (signature_of(*pair, missing.home) for pair in asked) if one is not None]
    for signature in learned:
        missing.learn(signature)
    marks = _marks(kept, missing, site)
    if _is_wall(kept, marks, site):
        marks = {key: _ONE_ANSWER if mark is SIGNATURE else mark for key, mark in marks.items()}
    found = [
        _behind(walls, snapshot, _habit(_doubted(marked, snapshot, missing), snapshot, missing, site))
        for snapshot, marked in (
            (snapshot, _marked(facts, marks.get(snapshot.id))) for snapshot, facts in kept
        )
    ]
    return Sorted(
        _led_nowhere(_called_home(found), site),
        missing.signatures,
        tuple(learned),
    )


def _answered(pairs: list[Pair], stops: Sequence[HostStop]) -> list[Pair]:
    """What a host says to everything is said of no page: neither that it is there nor that it is not."""
    alike = one_answer(pairs, stops)
    if not alike:
        return pairs
    return [
        (snapshot, _marked(facts, _ONE_ANSWER) if snapshot.id in alike else facts)
        for snapshot, facts in pairs
    ]


def _behind(walls: Walls, snapshot: Snapshot, facts: PageFacts) -> Pair:
    """What a host that answered nobody said of a page is said of no page."""
    return walls.marked(snapshot, facts), _marked(facts, _WALLED if walls.hide(snapshot, facts) else None)


def _home(pairs: list[Pair]) -> Look | None:
    homes = [
        facts
        for snapshot, facts in pairs
        if snapshot.purpose is Purpose.HOME and facts.outcome.observed and not snapshot.rendered
    ]
    return look_of(homes[0]) if homes else None


def _marks(pairs: list[Pair], missing: MissingPages, site: Site) -> dict[str, Refined]:
    if missing.home is None and not missing.signatures:
        return {}
    found: dict[str, Refined] = {}
    candidates = []
    titles = missing.titles
    for snapshot, facts in pairs:
        if _may_be(snapshot, facts, site) and bare_text(facts.title) in titles:
            mark = missing.refined(look_of(facts))
            if mark is not None:
                candidates.append((snapshot, mark))
    if not candidates:
        return found
    aliases = homes_by_name(facts for _, facts in pairs)
    for snapshot, mark in candidates:
        if mark is SIGNATURE or snapshot.url not in aliases:
            found[snapshot.id] = mark
    return found


def _may_be(snapshot: Snapshot, facts: PageFacts, site: Site) -> bool:
    return (
        facts.outcome is FetchOutcome.OK
        and facts.text_print is not None
        and snapshot.purpose is not Purpose.HOME
        and snapshot.method == "GET"
        and facts.fills is None
        and is_own(facts.final_url, site)
    )


def _is_wall(pairs: list[Pair], marks: dict[str, Refined], site: Site) -> bool:
    """A site that begins to answer everything with one page keeps us out; missing pages stand among real ones."""
    pairs = [pair for pair in pairs if is_own(pair[0].url, site) and not pair[0].carried]
    alike = {snapshot.url for snapshot, _ in pairs if marks.get(snapshot.id) is SIGNATURE}
    if len(alike) < _WALL:
        return False
    since: set[str] = set()
    for snapshot, facts in pairs:
        shown = (
            facts.kind is not PageKind.NOT_HTML
            and snapshot.method == "GET"
            and snapshot.rank is not Rank.CONFIRM
        )
        if shown and (since or snapshot.url in alike):
            since.add(snapshot.url)
    return len(alike) >= _SHARE * len(since)


def _habit(facts: PageFacts, snapshot: Snapshot, missing: MissingPages, site: Site) -> PageFacts:
    """A page that sent the visitor home, itself or by its script, where made-up neighbours did the same."""
    stub = facts.outcome is FetchOutcome.OK and facts.jump is not None
    goal = facts.jump if stub and facts.jump is not None else snapshot.final_url
    if not stub and facts.outcome is not FetchOutcome.REDIRECTED_HOME:
        return facts
    if not is_own(snapshot.url, site) or not is_own(goal, site) or snapshot.purpose is Purpose.HOME:
        return facts
    if not missing.sent_home(snapshot.url, landing(snapshot.url, goal)):
        return facts
    return _marked(facts, _SENT_HOME)


def _led_nowhere(pairs: list[Pair], site: Site) -> list[Pair]:
    """Stubs that send on to what is missing are missing themselves: nobody sees more of them."""
    goals = stubs_to_nothing(pairs, site)
    if not goals:
        return pairs
    return [
        (snapshot, _marked(facts.model_copy(update={"final_url": goals[snapshot.id]}), _TO_NOTHING))
        if snapshot.id in goals
        else (snapshot, facts)
        for snapshot, facts in pairs
    ]


def _called_home(pairs: list[Pair]) -> list[Pair]:
    """What menus call the home page and sends there is no missing page; nor is it a second home page to be read."""
    sent = {
        snapshot.url
        for snapshot, facts in pairs
        if facts.outcome is FetchOutcome.REDIRECTED_HOME and (facts.outcome_reason or "").startswith("/")
    }
    aliases = homes_by_name(facts for _, facts in pairs) & sent if sent else sent
    if not aliases:
        return pairs
    there = {"outcome": FetchOutcome.OK, "outcome_reason": None, "kind": PageKind.NOT_HTML}
    return [
        (snapshot, facts.model_copy(update=there))
        if snapshot.url in aliases and facts.outcome is FetchOutcome.REDIRECTED_HOME
        else (snapshot, facts)
        for snapshot, facts in pairs
    ]


def _doubted(facts: PageFacts, snapshot: Snapshot, missing: MissingPages) -> PageFacts:
    if facts.outcome is not FetchOutcome.SOFT404 or facts.outcome_reason in _TOLD_APART:
        return facts
    if facts.outcome_reason == SIGNATURE.reason or snapshot.status not in (200, 304):
        return facts
    if _OF_PAGES.search(facts.outcome_reason or ""):
        return (
            facts  # nothing but that the page asked for is not there: no letter and no notice says only this
        )
    known = missing.of_folder(snapshot.url)
    if known is None or known.outcome is not FetchOutcome.GONE:
        return facts
    return facts.model_copy(update={"outcome_reason": _ONLY_WORDS})


def _marked(facts: PageFacts, mark: Refined | None) -> PageFacts:
    if mark is None:
        return facts
    return PageFacts(
        snapshot_id=facts.snapshot_id,
        url=facts.url,
        final_url=facts.final_url,
        purpose=facts.purpose,
        outcome=mark.outcome,
        outcome_reason=mark.reason,
        kind=PageKind.ERROR,
        rendered=facts.rendered,
        charset=facts.charset,
        title=facts.title,
        text_print=facts.text_print,
        adapter=facts.adapter,
        reader=facts.reader,
    )
