"""What is counted once for all pages that share it is counted as if each page had been looked at link by link."""

from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from model import (
    SHANGHAI,
    CommonLinks,
    CrawlReport,
    FetchOutcome,
    Link,
    LinkPlace,
    LinkRelation,
    Moment,
    PageFacts,
    PageKind,
    Purpose,
    Rank,
    Site,
    Snapshot,
    StopReason,
)
from reading import observe
from reading.link_checks import MOST_PARENTS
from rules import column_directory
from storage import Packer, Unpacker

HOME = "http://www.qinghe.gov.cn/"
AT = datetime(2026, 11, 20, 22, tzinfo=SHANGHAI)
PAGES = 2 * MOST_PARENTS + 30


def link(path: str, place: LinkPlace, **more: object) -> Link:
    told = {
        "relation": LinkRelation.INTERNAL,
        "anchor": path.strip("/"),
        "raw": path,
        "url": HOME[:-1] + path,
    }
    return Link(place=place, **(told | more))


NAVIGATION = tuple(link(path, LinkPlace.NAVIGATION) for path in ("/gzdt/", "/tzgg/", "/gone/", "/"))
HIDDEN = (link("/tzgg/", LinkPlace.HIDDEN), link("/late/", LinkPlace.HIDDEN, fragment="part"))
FOOTER = (
    link("/tzgg/", LinkPlace.FOOTER), link("/late/", LinkPlace.FOOTER, tag="form"), link("/gone/", LinkPlace.FOOTER),
    link("", LinkPlace.FOOTER, relation=LinkRelation.SCRIPT_ONLY, url=""),
    link("", LinkPlace.FOOTER, relation=LinkRelation.PLACEHOLDER, url=""),
    link("", LinkPlace.FOOTER, relation=LinkRelation.EXTERNAL, url="http://www.hebei.gov.cn/"),
    link("/logo.png", LinkPlace.FOOTER, relation=LinkRelation.IMAGE), link("/hint/", LinkPlace.FOOTER, relation=LinkRelation.COMMENTED),
)  # fmt: skip


def pages() -> list[tuple[Snapshot, PageFacts]]:
    """The home page comes late, some pages under two addresses, and the menu is not everywhere the same."""
    made = []
    numbers = count(1)

    def add(
        path: str, kind: PageKind, links: tuple[Link, ...], outcome: FetchOutcome = FetchOutcome.OK
    ) -> None:
        number = next(numbers)
        purpose = Purpose.HOME if kind is PageKind.HOME else Purpose.ARTICLE
        url = HOME[:-1] + path
        snapshot = Snapshot(
            id=f"R1/{number:06d}", run_id="R1", url=url, final_url=url, purpose=purpose, rank=Rank.ARTICLE, outcome=outcome,
            fetched_at=AT + timedelta(seconds=number), sha256="ab" * 32, size=9, status=200 if outcome.there else 404,
        )  # fmt: skip
        navigation = NAVIGATION if links else ()
        facts = PageFacts(
            snapshot_id=snapshot.id, url=url, final_url=url, purpose=purpose, outcome=outcome, kind=kind, links=links,
            navigation=navigation, title=f"第{number}页",
        )  # fmt: skip
        made.append((snapshot, facts))

    add("/gone/", PageKind.ERROR, (), FetchOutcome.GONE)
    for path in ("/gzdt/", "/tzgg/", "/late/"):
        add(path, PageKind.LIST, (*NAVIGATION, *FOOTER))
    for number in range(PAGES):
        hidden = HIDDEN if number % 3 else ()
        own = (
            link(f"/a/{number}.html", LinkPlace.CONTENT),
            link("/gone/", LinkPlace.CONTENT, fragment="end"),
        )
        path = f"/a/{number - 1}/index.html" if number % 50 == 1 else f"/a/{number}/"
        add(path, PageKind.ARTICLE, (*hidden, *NAVIGATION, *own, *FOOTER[number % 2 :]))
        if number == PAGES - 20:
            add("/", PageKind.HOME, (*HIDDEN, *NAVIGATION, *FOOTER))
    return made


def test_an_observation_of_facts_that_share_links_is_that_of_the_facts_themselves(tmp_path: Path) -> None:
    read = pages()
    packer, unpacker = Packer(), Unpacker(tmp_path)
    kept = []
    for snapshot, facts in read:
        packed = packer.pack(facts)
        unpacker.learn(packed.parts)
        kept.append((snapshot, unpacker.unpack(packed.body, packed.names, snapshot)))
    assert any(isinstance(run, CommonLinks) for run in kept[50][1].link_runs)
    report = CrawlReport(started_at=AT, ended_at=AT, stop=StopReason.FINISHED)
    seen, again = (
        observe(Site(home=HOME), Moment(as_of=AT), "R1", one, report, column_directory())
        for one in (read, kept)
    )
    assert again.model_dump_json() == seen.model_dump_json()
    menus = {one.url.removeprefix(HOME): len(one.found_on) for one in seen.links}
    assert menus["gone/"] > 2 * MOST_PARENTS > MOST_PARENTS + 1 >= menus["gzdt/"] >= MOST_PARENTS
    assert seen.coverage.script_links == sum(number % 2 == 0 for number in range(PAGES)) * 0 + PAGES + 4
