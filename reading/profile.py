"""学习特征 What one crawl teaches of a host, laid over what was known: what a person pinned stays as it is."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from model import (
    BrowserShape,
    FetchOutcome,
    ItemList,
    MissingSignature,
    PageFacts,
    PageKind,
    Site,
    SiteProfile,
    Snapshot,
)
from reading.adapters import adapters
from reading.address import is_own
from reading.shelf import Pair

_GENERIC = "generic"
_MOST_SIGNATURES = 40
_MOST_SHAPES = 20
_FIRST_PAGES = (0, 1, 2)  # numbers a second page's address may bear
_NUMBER = re.compile(r"[_\-/](\d{1,2})(?:\.\w{2,5})?/?$")
_PARAMETER = re.compile(
    r"(?:^|&)(?:page|pageno|pageindex|pagenum|pagenumber|cur_?page|currpage|currentpage|pn|p|page_no|page_num)=(\d{1,2})(?:&|$)",
    re.I,
)
_DIGITS = re.compile(r"\d+")
_EARLIER = frozenset({"cms", "first_page", "list_api", "sends_home", "charset"})


def learned_profile(
    site: Site,
    pairs: Sequence[Pair],
    signatures: Iterable[MissingSignature],
    learned: Sequence[MissingSignature],
    run_id: str,
) -> SiteProfile:
    """学到的特征 `pairs`: the run's pages without the answers to made-up addresses; `signatures`: all now known.

    The moment of learning is that of the last page fetched: there is no clock in this room.
    """
    own = [
        (snapshot, facts) for snapshot, facts in pairs if is_own(facts.final_url, site) and not snapshot.bare
    ]
    seen = [
        (snapshot, facts)
        for snapshot, facts in own
        if facts.outcome in (FetchOutcome.OK, FetchOutcome.NOT_RENDERED)
        and facts.kind is not PageKind.NOT_HTML
    ]
    static = [facts for snapshot, facts in seen if not snapshot.rendered]
    known = sorted(signatures, key=lambda one: one.folder)[:_MOST_SIGNATURES]
    fields: dict[str, Any] = {
        "cms": _most(facts.adapter for facts in static if facts.adapter != _GENERIC),
        "first_page": _most(number for facts in static if (number := second_page_number(facts)) is not None),
        "list_api": _most(facts.adapter for _, facts in own if facts.fills and facts.adapter != _GENERIC),
        "missing": tuple(known),
        "sends_home": any(one.outcome is FetchOutcome.REDIRECTED_HOME for one in learned)
        if learned
        else None,
        "charset": _most(facts.charset.actual for facts in static),
        "charset_lies": sum(1 for facts in static if facts.charset.mismatch),
        "browser_shapes": browser_shapes(seen),
    }
    at = max((snapshot.fetched_at for snapshot, _ in pairs), default=None)
    return merged(site.profile, SiteProfile(host=site.host, learned_at=at, learned_run=run_id, **fields))


def adapter_names() -> tuple[str, ...]:
    """适配器名 What `cms` and `list_api` may be."""
    return tuple(sorted(one.NAME for one in adapters()))


def merged(known: SiteProfile | None, learned: SiteProfile) -> SiteProfile:
    """合并 What was pinned stays; what was learned anew replaces; what this crawl says nothing about stays too."""
    if known is None:
        return learned
    kept: dict[str, Any] = {"pinned": known.pinned, "note": known.note}
    for field in _EARLIER:
        if getattr(learned, field) is None:
            kept[field] = getattr(known, field)
    if not learned.browser_shapes:
        kept["browser_shapes"] = known.browser_shapes
    for field in known.pinned:
        kept[field] = getattr(known, field)
    return learned.model_copy(update=kept)


def second_page_number(page: PageFacts) -> int | None:
    """次页编号 The number in the address of a list's second page: 1 at TRS WCM, 2 at 开普云. None: not told."""
    if not page.next_url or page.main_list is None or page.page_number not in (None, 1) or page.fills:
        return None
    parts = urlsplit(page.next_url)
    found = _PARAMETER.search(parts.query) or _NUMBER.search(parts.path)
    here = urlsplit(page.final_url)
    if found is None or (parts.path == here.path and parts.query == here.query):
        return None
    number = int(found.group(1))
    if page.page_number is None and number > 2:
        return None
    return number if number in _FIRST_PAGES else None


def browser_shapes(seen: Sequence[Pair]) -> tuple[BrowserShape, ...]:
    """需浏览器的形态 Shapes of addresses whose rows only a browser saw, on addresses fetched both ways."""
    static: dict[str, PageFacts] = {}
    rendered: dict[str, tuple[Snapshot, PageFacts]] = {}
    for snapshot, facts in seen:
        if snapshot.rendered:
            rendered[snapshot.url] = (snapshot, facts)
        else:
            static.setdefault(snapshot.url, facts)
    found: dict[str, BrowserShape] = {}
    for url in sorted(rendered):
        if url not in static:
            continue
        without, with_browser = _rows(static[url]), _rows(rendered[url][1])
        shape = shape_of(url)
        if with_browser > without and shape not in found:
            found[shape] = BrowserShape(
                shape=shape, static_rows=without, rendered_rows=with_browser, example=url
            )
    return tuple(found[shape] for shape in sorted(found))[:_MOST_SHAPES]


def shape_of(url: str) -> str:
    """地址形态 Site-relative path and names of parameters, digits as `#`."""
    parts = urlsplit(url)
    names = "&".join(part.partition("=")[0] for part in parts.query.split("&") if part)
    return _DIGITS.sub("#", parts.path or "/") + (f"?{names}" if names else "")


def _rows(page: PageFacts) -> int:
    lists: list[ItemList] = list(page.lists)
    if page.main_list is not None and page.main_list not in lists:
        lists.append(page.main_list)
    return sum(len(one.items) for one in lists)


def _most(values: Iterable[Any]) -> Any:
    """The most frequent value, ties by the value itself; None when there is none."""
    counts = Counter(values)
    return max(counts, key=lambda one: (counts[one], str(one))) if counts else None
