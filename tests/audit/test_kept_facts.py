"""Facts that were kept are the facts that would be read: for the same bytes later, as long as nothing else has changed."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

import audit.kept_facts
import audit.look
from audit.facts import facts_of, read_batch
from audit.kept_facts import KeptFacts, holds, told_of
from bench.labels import saved_sites
from bench.reading_speed import real_pages
from model import SHANGHAI, FetchOutcome, PageFacts, Purpose, Rank, Site, SiteProfile, Snapshot
from reading import Contents, decode, glance_of, read, watched
from rules import column_directory
from storage import Kept, open_store
from tests.audit.ground import SITE, run

AT = datetime(2026, 11, 20, 22, tzinfo=SHANGHAI)
LIST = "<html><head><title>工作动态-清河县</title></head><body><ul>{}</ul></body></html>"
ROW = '<li><a href="/a/{0}.html">关于第{0}项工作的通知事项</a><span>{1}</span></li>'


def page(*days: str) -> bytes:
    return LIST.format("".join(ROW.format(number, day) for number, day in enumerate(days))).encode()


def snapshot(number: int = 1, at: datetime = AT, **more: object) -> Snapshot:
    url = f"{SITE.home}gzdt/"
    return Snapshot(
        id=f"R1/{number:06d}", run_id="R1", url=url, final_url=url, purpose=Purpose.LIST, rank=Rank.LIST, fetched_at=at,
        outcome=FetchOutcome.OK, status=200, headers={"content-type": "text/html"}, elapsed_ms=12,
    ).model_copy(update=more)  # fmt: skip


@pytest.mark.parametrize(
    ("body", "lasting"),
    [
        (page("2026-11-18", "2026-10-08", "2026-09-01"), True),
        (page("2026-11-20", "2026-10-08", "2026-09-01"), False),  # today may be today's date alone
        (page("2027-01-05", "2026-10-08", "2026-09-01"), False),  # nobody publishes tomorrow's page today
        (page("昨天", "2026-10-08", "2026-09-01"), False),
        (page("3天前", "2026-10-08", "2026-09-01"), False),
        (page("11-18", "10-08", "09-01"), False),  # another year begins
    ],
    ids=["past days", "today", "a day to come", "yesterday", "three days ago", "no year"],
)  # fmt: skip
def test_what_a_page_makes_of_the_moment(body: bytes, lasting: bool) -> None:
    seen, notice = watched(snapshot())
    facts = read(seen, body, SITE, column_directory())
    assert notice.used is not lasting
    assert facts.model_dump_json() == read(snapshot(), body, SITE, column_directory()).model_dump_json()
    kept = Kept(b"", not notice.used, audit.kept_facts._microseconds(AT))
    for days in (-1, 0, 1, 12, 50):
        later = snapshot(at=AT + timedelta(days=days))
        if holds(kept, later.fetched_at):
            assert read(later, body, SITE, column_directory()) == facts, days
    assert holds(kept, AT) and not holds(kept, AT - timedelta(seconds=1))
    assert holds(kept, AT + timedelta(days=12)) is lasting


def test_saved_pages_are_remembered_as_they_would_be_read(tmp_path: Path) -> None:
    mirrors = saved_sites()
    if mirrors is None:
        pytest.skip("no saved real sites (DUWANG_REAL_SITES names them)")
    directory = column_directory()
    remembered = 0
    for stored in real_pages(mirrors)[::30]:
        seen, notice = watched(
            stored.snapshot.model_copy(update={"elapsed_ms": 1, "sha256": "ab" * 32, "size": 9})
        )
        facts = read(seen, stored.body, stored.site, directory)
        again = seen.model_copy(
            update={"id": "R9/000001", "fetched_at": stored.snapshot.fetched_at + timedelta(days=9), "elapsed_ms": 44, "status": 304, "revisits": "x"}
        )  # fmt: skip
        with KeptFacts(tmp_path / "archive", stored.site, directory) as kept:
            kept.keep(
                [
                    audit.kept_facts.Read(
                        seen.model_copy(update={"fetched_at": stored.snapshot.fetched_at}),
                        facts,
                        not notice.used,
                    )
                ]
            )
            found = kept.of([again])
        anew = read(again, stored.body, stored.site, directory)
        assert found in ({}, {again.id: anew}), stored.snapshot.url
        remembered += bool(found)
    assert remembered >= 15


@pytest.fixture
def store(tmp_path: Path):
    with open_store(f"sqlite:///{tmp_path / 'd.sqlite3'}") as opened:
        opened.begin_run(run())
        opened.keep([(snapshot(number, url=f"{SITE.home}c{number}/", final_url=f"{SITE.home}c{number}/"), page("2026-11-18", "2026-10-08", f"2026-09-{number:02}")) for number in (1, 2, 3)])  # fmt: skip
        yield opened


@pytest.fixture
def readings(monkeypatch) -> list[str]:
    made: list[str] = []
    original = audit.look.read_page

    def counted(page):
        made.append(page.snapshot.url)
        return original(page)

    monkeypatch.setattr(audit.look, "read_page", counted)
    return made


def test_what_was_read_is_not_read_again(store, readings) -> None:
    first = facts_of(store, "R1", SITE, column_directory())
    assert len(readings) == 3 and first[0][1].elapsed_ms == 12 and first[0][1].snapshot_id == "R1/000001"
    assert facts_of(store, "R1", SITE, column_directory()) == first
    assert len(readings) == 3


@pytest.mark.parametrize(
    "change", ["the site's hosts", "a pinned adapter", "the reader's code", "the directory"]
)
def test_whatever_reading_depends_on_makes_it_read_again(store, readings, monkeypatch, change) -> None:
    facts_of(store, "R1", SITE, column_directory())
    site, directory = SITE, column_directory()
    if change == "the site's hosts":
        site = site.model_copy(update={"also": ("www.other.example",)})
    elif change == "a pinned adapter":
        site = site.model_copy(update={"profile": SiteProfile(host=SITE.host, cms="trs", pinned=("cms",))})
    elif change == "the reader's code":
        monkeypatch.setattr(audit.kept_facts, "_reader_mark", lambda: "another state")
    else:
        directory = directory.model_copy(update={"entries": directory.entries[1:]})
    facts_of(store, "R1", site, directory)
    assert len(readings) == 6


@pytest.mark.parametrize(
    ("charset", "declared", "known", "again"),
    [
        ("utf-8", "", "gb18030", False),
        ("gb18030", "", "gb18030", False),
        ("gb18030", "", "big5hkscs", True),
        ("gb18030", "gb2312", "utf-8", False),
        ("gb18030", "gb2312", "big5hkscs", False),
        ("gb18030", "gb2312", "utf-16-le", True),
        ("gb18030", "utf-8", "big5hkscs", True),
    ],
    ids=[
        "nothing else was thought of", "as it was read", "it might be read otherwise", "as it declares",
        "as it declares, and not as the host is known", "whoever is known for wide signs", "it declares what it is not",
    ],
)  # fmt: skip
def test_what_a_host_is_known_for_counts_where_it_may(
    store, readings, charset, declared, known, again
) -> None:
    told = page("2026-11-18", "2026-10-08").decode().replace("<head>", f"<head><meta charset={declared}>")
    body = (told if declared else page("2026-11-18", "2026-10-08").decode()).encode(charset)
    store.keep([(snapshot(9, url=f"{SITE.home}c9/", final_url=f"{SITE.home}c9/"), body)])
    facts_of(store, "R1", SITE, column_directory())
    site = SITE.model_copy(update={"profile": SiteProfile(host=SITE.host, charset=known)})
    kept_one = store.snapshot("R1/000009")
    with KeptFacts(store.archive.folder, site, column_directory()) as kept:
        glance = kept.glance(kept_one)
    assert (glance is None) is again
    assert glance is None or glance == glance_of(Contents(kept_one, body, site))
    made = {one.id: facts for one, facts in facts_of(store, "R1", site, column_directory())}
    assert (readings[4:] == [f"{SITE.home}c9/"]) is again
    assert made["R1/000009"] == read(kept_one, body, site, column_directory())
    facts_of(store, "R1", site, column_directory())
    assert len(readings) == 4 + again, "now it is known"


@pytest.mark.parametrize("header", [None, "gb2312", "big5", "utf-8"])
@pytest.mark.parametrize("meta", ["", "<meta charset=gbk>", "<meta charset=big5>", "<meta charset=utf-8>"])
def test_a_page_in_the_charset_that_it_declares_is_the_same_for_every_host(header, meta) -> None:
    texts = [
        text.encode(charset, "replace") + tail
        for text in (f"{meta}政務公開：縣府的通知", f"{meta}关于的工作通知", f"{meta}abc", meta)
        for charset in ("gb18030", "big5hkscs", "utf-8")
        for tail in (b"", b"\xa4\xe9", b"\xff", b"\xb0\xa1\xe7\x9a", b"\0\0a\0")
    ]
    settled = 0
    for body in texts:
        text, charset = decode(body, header)
        facts = PageFacts.model_construct(charset=charset)
        settled += audit.kept_facts._is_declared(facts)
        for known in ("gb18030", "big5hkscs", "utf-8"):
            if audit.kept_facts._is_declared(facts):
                assert decode(body, header, known=known) == (text, charset), (body, known)
    assert (settled > 0) is bool(header or meta)


def test_what_our_reader_fails_on_is_not_kept(store, readings, monkeypatch) -> None:
    def stumble(*_):
        raise RecursionError

    with monkeypatch.context() as patched:
        patched.setattr(audit.look, "read_page", stumble)
        assert {facts.outcome_reason for _, facts in facts_of(store, "R1", SITE, column_directory())} == {
            "reader_crashed"
        }
    assert {facts.outcome_reason for _, facts in facts_of(store, "R1", SITE, column_directory())} == {None}


def test_one_reading_serves_every_look(store) -> None:
    (one, *_) = read_batch(store.archive.folder, list(store.snapshots("R1"))[:1], SITE)
    slow = one.snapshot.model_copy(update={"id": "R2/000009", "elapsed_ms": 4000})
    assert (told_of(one.facts, slow).elapsed_ms, told_of(one.facts, slow).snapshot_id) == (4000, "R2/000009")
    assert isinstance(SITE, Site)
