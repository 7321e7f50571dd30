"""Which pages the next crawl asks whole, conditionally or not at all, by tables; and when everything is asked anew."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from audit.looked_back import LOOKS, distrusted_since, looked_back_at, newest_looks
from audit.revisit import Revisit, full_is_due, priors_of, recalling, revisit, stands_for
from audit.troubled import pages_of_lists, troubled_by
from checks import load_checks
from model import (
    ArchivePosition,
    Attempt,
    Case,
    CaseState,
    CrawlReport,
    Evidence,
    FetchOutcome,
    Finding,
    Lead,
    Outcome,
    Prior,
    Purpose,
    Rank,
    Redirect,
    Run,
    RunState,
    Scope,
    Severity,
    Snapshot,
    StopReason,
    Verdict,
    fingerprint_of,
)
from storage import Archive, Rested, open_store
from tests.audit.ground import SITE, run

NOW = datetime(2026, 11, 22, 21, tzinfo=UTC)
DAY = timedelta(days=1)
URL = f"{SITE.home}gzdt/202611/t20261101_1.html"
ETAG = {"etag": '"a"', "last-modified": "Sun, 01 Nov 2026 08:00:00 GMT"}


def seen(url: str = URL, **more: Any) -> Snapshot:
    given: dict[str, Any] = {
        "id": "R1/1", "run_id": "R1", "url": url, "final_url": url, "purpose": Purpose.ARTICLE, "rank": Rank.SURVEY,
        "fetched_at": NOW - DAY, "outcome": FetchOutcome.OK, "status": 200, "headers": ETAG, "sha256": "ab" * 32, "size": 9,
        "revisits": "R0/1", "unchanged": 1,
    }  # fmt: skip
    return Snapshot(**given | more)


def lead(**more: Any) -> Lead:
    return Lead(**{"url": URL, "purpose": Purpose.ARTICLE, "rank": Rank.SURVEY} | more)


def how(prior: Prior | None) -> str:
    if prior is None:
        return "unknown"
    if prior.by_head:
        return "by its head"
    return "not asked" if prior.fresh else "conditionally" if prior.etag or prior.last_modified else "whole"


@pytest.mark.parametrize(
    ("last", "wanted"),
    [
        ({}, "conditionally"),
        ({"headers": {}}, "whole"),
        ({"headers": {"etag": '"' + "x" * 900 + '"'}}, "whole"),
        ({"unchanged": 2}, "not asked"),
        ({"unchanged": 2, "fetched_at": NOW - 2 * DAY}, "conditionally"),
        ({"unchanged": 9, "fetched_at": NOW - 3 * DAY}, "not asked"),
        ({"unchanged": 9, "fetched_at": NOW - 8 * DAY}, "conditionally"),
        ({"unchanged": 9, "fetched_at": NOW + DAY}, "conditionally"),  # a clock that was set back
        ({"unchanged": 9, "elapsed_ms": 2500}, "whole"),
        ({"unchanged": 9, "rank": Rank.CONFIRM}, "unknown"),
        ({"unchanged": 9, "outcome": FetchOutcome.SERVER_ERROR, "status": 503}, "unknown"),
        ({"unchanged": 9, "rendered": True}, "unknown"),
        ({"unchanged": 9, "sent": "a=1"}, "unknown"),
        ({"unchanged": 1, "redirects": (Redirect(url=URL, status=302),)}, "whole"),
        ({"unchanged": 9, "carried": True, "fetched_at": NOW - 3 * DAY}, "not asked"),
    ],
    ids=["seen again once", "no validators", "endless validator", "the same twice", "then a night later", "often the same, three days ago",
         "eight days ago", "in the future", "slow", "a second look", "broken", "in a browser", "a list API", "redirected", "carried before"],
)  # fmt: skip
def test_a_page(last: dict[str, Any], wanted: str) -> None:
    assert how(Revisit(priors_of([seen(**last)], NOW), full=False).known(lead())) == wanted


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"purpose": Purpose.HOME, "rank": Rank.HOME}, "whole"),
        ({"purpose": Purpose.COLUMN, "rank": Rank.COLUMN}, "whole"),
        ({"purpose": Purpose.LIST, "rank": Rank.LIST}, "whole"),
        ({"purpose": Purpose.COLUMN, "rank": Rank.DISCLOSURE}, "whole"),
        ({"purpose": Purpose.LIST, "rank": Rank.NEXT}, "whole"),
        ({"purpose": Purpose.LIST, "rank": Rank.SURVEY}, "whole"),
        ({"rank": Rank.ARTICLE}, "conditionally"),
        ({"purpose": Purpose.COLUMN, "rank": Rank.SURVEY}, "not asked"),
        ({"url": URL + "#part"}, "not asked"),
        ({"purpose": Purpose.PROBE, "rank": Rank.PROBE}, "unknown"),
        ({"url": URL + "x"}, "unknown"),
    ],
)
def test_what_it_is_wanted_for(asked: dict[str, Any], wanted: str) -> None:
    priors = priors_of([seen(unchanged=9)], NOW)
    assert how(Revisit(priors, full=False).known(lead(**asked))) == wanted
    assert how(Revisit(priors, full=True).known(lead(**asked))) in ("whole", "unknown")


@pytest.mark.parametrize(
    ("last", "asked", "wanted"),
    [
        ({}, {}, "by its head"),
        ({"fetched_at": NOW - 2 * DAY, "carried": True}, {}, "by its head"),
        ({"fetched_at": NOW - 3 * DAY, "carried": True}, {}, "whole"),
        ({"size": 900}, {}, "whole"),
        ({"headers": {}}, {}, "whole"),
        ({"headers": {"content-length": "9000", "etag": '"1"'}}, {}, "conditionally"),
        ({"elapsed_ms": 2500}, {}, "whole"),
        ({}, {"rank": Rank.ARTICLE}, "whole"),
        ({}, {"purpose": Purpose.COLUMN}, "whole"),
        ({}, {"rank": Rank.NEXT, "purpose": Purpose.LIST}, "whole"),
        ({}, {"rank": Rank.HOME, "purpose": Purpose.HOME}, "whole"),
    ],
    ids=["nothing else tells", "once more", "not three nights", "short", "no length", "validators tell", "slow", "of a column's verdict",
         "a column", "a list", "the home page"],
)  # fmt: skip
def test_a_page_without_validators(last: dict[str, Any], asked: dict[str, Any], wanted: str) -> None:
    known = seen(**{"headers": {"content-length": "9000"}, "size": 9000} | last)
    assert how(Revisit(priors_of([known], NOW), full=False).known(lead(**asked))) == wanted


@pytest.mark.parametrize(
    ("check", "named", "wanted"),
    [
        ("implausible_date", [URL], "whole"),
        ("implausible_date", [f"{SITE.home}gzdt/"], "whole"),
        ("implausible_date", [SITE.home], "by its head"),
        ("dead_link", [f"{SITE.home}gzdt/"], "by its head"),
        ("missing_page_meta", [f"{SITE.home}{n}.html" for n in range(3)], "whole"),
        ("dead_link", [f"{SITE.home}{n}.html" for n in range(3)], "by its head"),
    ],
    ids=["named itself", "a row of a column", "by the home page", "it leads to a column", "like the examples", "parents of a link"],
)  # fmt: skip
def test_what_a_verdict_may_rest_on_is_never_judged_by_its_head(
    check: str, named: list[str], wanted: str
) -> None:
    """A day that was corrected keeps the length of its page."""
    known = seen(headers={"content-length": "9000"}, size=9000, found_on=f"{SITE.home}gzdt/")
    troubled = troubled_by((), (), [Rested(check, tuple(named))], load_checks(), {SITE.home})
    assert how(Revisit(priors_of([known], NOW, troubled), full=False).known(lead())) == wanted


def test_every_page_of_a_judged_column_is_asked_whole() -> None:
    """Which row is the newest only all of them tell; a page that its server calls the same may hold it."""
    at = SITE.home
    looks = [
        seen(f"{at}{path}", id=f"R1/{path}", unchanged=9)
        for path in ("gzdt/", "gzdt/index_3.html", "tzgg/index_1.html", "gzdt/a.html")
    ]
    pages = pages_of_lists([f"{at}gzdt/"], looks, SITE)
    policy = Revisit(priors_of(looks, NOW, troubled_by(pages)), full=False)
    told = [how(policy.known(lead(url=one.url))) for one in looks]
    assert told == ["whole", "whole", "not asked", "not asked"]


def test_a_host_that_lied_is_not_sent_validators() -> None:
    policy = Revisit(priors_of([seen()], NOW), full=False, distrusted=(SITE.host,))
    assert how(policy.known(lead())) == "whole"
    report = CrawlReport(started_at=NOW, ended_at=NOW, stop=StopReason.FINISHED, distrusted=("b.example",))
    assert policy.ended(report).distrusted == ("b.example", SITE.host) and not policy.ended(report).full
    assert Revisit(full=True, distrusted=(SITE.host,)).ended(report).distrusted == ("b.example",), (
        "anew is anew"
    )


def test_a_second_look_makes_the_first_one_doubtful() -> None:
    policy = Revisit(priors_of([seen(unchanged=9), seen(id="R1/2", rank=Rank.CONFIRM)], NOW), full=False)
    assert how(policy.known(lead())) == "whole"


@pytest.mark.parametrize("locus", ["/gzdt/202611/t20261101_1.html", URL, "https" + URL[4:]])
def test_what_a_case_is_about_is_asked_whole(locus: str) -> None:
    case = Case(
        fingerprint="f",
        rule_id="R",
        site_key="S",
        locus=locus,
        state=CaseState.OPEN,
        first_seen=NOW,
        last_seen=NOW,
    )
    assert (
        how(Revisit(priors_of([seen(unchanged=9)], NOW, troubled_by((), (case,))), full=False).known(lead()))
        == "whole"
    )


def test_folders_in_which_much_changes_are_asked() -> None:
    calm = [seen(f"{SITE.home}zwgk/{n}.html", id=f"R1/{n}", unchanged=9) for n in range(30)]
    lively = [seen(f"{SITE.home}gzdt/{n}.html", id=f"R1/{50 + n}", unchanged=9) for n in range(10)]
    new = [
        seen(f"{SITE.home}gzdt/new{n}.html", id=f"R1/{90 + n}", unchanged=0, revisits=None) for n in range(2)
    ]
    few = [seen(f"{SITE.home}zwgk/new.html", id="R1/99", unchanged=0, revisits=None)]
    policy = Revisit(priors_of([*calm, *lively, *new, *few], NOW), full=False)
    assert {how(policy.known(lead(url=one.url))) for one in calm} == {"not asked"}
    assert {how(policy.known(lead(url=one.url))) for one in lively} == {"conditionally"}


def test_how_long_a_look_stands_grows_and_is_spread() -> None:
    nights = {
        looks: sorted({stands_for(seen(f"{URL}?{n}", unchanged=looks)) // DAY for n in range(200)})
        for looks in (1, 2, 3, 4, 5, 50)
    }
    assert nights == {1: [0], 2: [1], 3: [1, 2], 4: [2, 3, 4], 5: [4, 5, 6, 7], 50: [4, 5, 6, 7]}
    probes = {n: stands_for(seen(f"{URL}?{n}", purpose=Purpose.PROBE)) // DAY for n in range(50)}
    assert set(probes.values()) == {2, 3}
    assert not stands_for(seen(purpose=Purpose.PROBE, unchanged=0))


def crawl(days: float, full: bool, number: int = 1) -> tuple[Run, CrawlReport]:
    at = NOW - timedelta(days=days)
    record = run(f"R{number}").model_copy(update={"started_at": at})
    return record, CrawlReport(started_at=at, ended_at=at, stop=StopReason.FINISHED, full=full)


@pytest.mark.parametrize(
    ("crawls", "due"),
    [
        ([crawl(1, True)], False),
        ([crawl(7, True)], True),
        ([crawl(1, False, 2), crawl(2, True)], False),
        ([crawl(1, False, 3), crawl(6, True, 2), crawl(13, True)], False),
        ([crawl(1, False, 3), crawl(7, True, 2), crawl(14, True)], True),
        ([crawl(n, False, n) for n in range(1, 9)], True),
    ],
    ids=["yesterday", "a week ago", "the night before", "not yet a week", "a week", "nobody knows when"],
)  # fmt: skip
def test_once_a_week_everything_is_asked(crawls: list[tuple[Run, CrawlReport]], due: bool) -> None:
    assert full_is_due("9901230001", crawls, NOW) is due


def part(days: float, number: int, **more: Any) -> tuple[Run, CrawlReport]:
    """A crawl that saw but a part of the site, by default a quick look."""
    record, report = crawl(days, True, number)
    return record, report.model_copy(update={"scope": Scope.COLUMNS} | more)


CUT = {"scope": Scope.WHOLE, "stop": StopReason.MAX_PAGES, "outcomes": {FetchOutcome.OK: 60}}
LARGE = CUT | {"outcomes": {FetchOutcome.OK: 2000}}


@pytest.mark.parametrize(
    ("crawls", "due", "goes_by"),
    [
        ([part(1, 2), crawl(2, True)], False, [2, 1]),
        ([part(1, 2), crawl(7, True)], True, [2, 1]),
        ([part(1, 3, **CUT), crawl(2, False, 2), crawl(7, True)], True, [3, 2]),
        ([part(1, 2)], True, [2]),
        ([part(1, 2, **LARGE), part(3, 1, **LARGE)], False, [2]),
        ([part(1, 3, **CUT), part(2, 2, full=False, **LARGE), part(3, 1, **LARGE)], False, [3, 2]),
        ([*(part(n / 9, 9 - n) for n in range(1, 7)), crawl(2, True)], False, [8, 7, 6, 5]),
    ],
    ids=["quick", "quick, a week after", "cut", "never but quick", "always cut", "cut shorter", "very often"],
)  # fmt: skip
def test_a_crawl_that_saw_a_part_is_no_night(
    crawls: list[tuple[Run, CrawlReport]], due: bool, goes_by: list[int]
) -> None:
    assert full_is_due("9901230001", crawls, NOW) is due
    assert [run.id for run in looked_back_at(crawls)] == [f"R{n}" for n in goes_by]
    assert len(goes_by) <= LOOKS


def test_a_quick_look_clears_no_host() -> None:
    lied = [part(1, 3), part(2, 2, distrusted=("b",)), crawl(3, True)]
    lied[2] = (lied[2][0], lied[2][1].model_copy(update={"distrusted": ("a",)}))
    before = part(4, 0, scope=Scope.WHOLE, distrusted=("long ago",))
    assert distrusted_since([*lied, before]) == {"a", "b"}


def test_each_address_stands_as_it_was_last_looked_at() -> None:
    others = [seen(f"{SITE.home}b/{n}.html", id=f"R1/1{n}") for n in range(9)]
    before = [seen(), *others]
    failed = seen(id="R2/1", run_id="R2", outcome=FetchOutcome.UNREACHABLE, sha256=None)
    changed = seen(others[0].url, id="R2/2", run_id="R2", revisits=None)
    control = seen(others[1].url, id="R2/3", run_id="R2", purpose=Purpose.CONTROL)
    looks = newest_looks([[failed, changed, control], before])
    assert looks == [failed, changed, control, *others[1:]]
    priors = priors_of(looks, NOW)
    assert (URL, False) not in priors, "what could not be had by the last that asked is asked whole"
    assert {one.snapshot.id for one in priors.values()} == {"R2/2", *(one.id for one in others[1:])}
    assert all(how(one) == "conditionally" for key, one in priors.items() if key[0] != changed.url), (
        "by validators"
    )
    assert newest_looks([before]) == before


def test_the_first_such_week_is_spread_over_the_sites() -> None:
    when = {
        next(
            day for day in range(1, 9) if full_is_due(f"site{n}", [crawl(1, False, 2), crawl(day, True)], NOW)
        )
        for n in range(40)
    }
    assert when == {4, 5, 6, 7}


def a_finding(verdict: Verdict, run_id: str, at: datetime) -> tuple[Finding, Case]:
    """An open case, and the finding that opened it."""
    print_ = fingerprint_of(verdict.rule_id, SITE.key, verdict.locus)
    filed: dict[str, Any] = {
        "fingerprint": print_,
        "state": CaseState.OPEN,
        "first_seen": at,
        "last_seen": at,
    }
    case = Case(rule_id=verdict.rule_id, site_key=SITE.key, locus=verdict.locus, **filed)
    return Finding(run_id=run_id, verdict=verdict, title="x", section_title="A", basis=(), **filed), case


def test_what_the_store_knows(tmp_path: Path) -> None:
    """The last crawl's pages, what its judgement named, what others missed since; nothing when nothing was crawled."""
    now = datetime.now(UTC)  # the store itself says when a vote was kept
    with open_store(f"sqlite:///{tmp_path / 'd.sqlite3'}") as store:
        assert revisit(store, SITE, now, full=False).full
        record = run().model_copy(update={"started_at": now - DAY})
        store.begin_run(record)
        names = ("calm", "accused", "parent", "proof", "missed", "column", "unseen", "filed")
        urls = {name: f"{SITE.home}a/{name}.html" for name in names}
        store.keep(
            [
                (seen(url, id=f"R1/{n}", sha256=None, unchanged=9, fetched_at=now - DAY), name.encode())
                for n, (name, url) in enumerate(urls.items())
            ]
        )
        store.keep_report("R1", crawl(1, True)[1])
        fail = Verdict(
            rule_id="X", check="dead_link", section="A", severity=Severity.DEDUCT, locus="/x", url=urls["accused"], outcome=Outcome.FAIL,
            message_id="x", parents=(urls["parent"],), evidence=(Evidence(url=urls["proof"], shows="x"),),
        )  # fmt: skip
        passed = fail.model_copy(
            update={
                "check": "stale_column",
                "locus": "/y",
                "url": urls["column"],
                "outcome": Outcome.PASS,
                "parents": (),
                "evidence": (),
            }
        )
        other = fail.model_copy(
            update={
                "check": "dead_link",
                "locus": "/z",
                "url": urls["calm"],
                "outcome": Outcome.PASS,
                "parents": (),
                "evidence": (),
            }
        )
        unseen = fail.model_copy(
            update={
                "locus": "/v",
                "url": urls["unseen"],
                "outcome": Outcome.NOT_OBSERVED,
                "parents": (),
                "evidence": (),
            }
        )
        filed = fail.model_copy(update={"url": "", "evidence": (Evidence(url=urls["filed"], shows="x"),)})
        finding, case = a_finding(filed, "R0", now - 2 * DAY)
        for one, verdicts, found, cases in (
            (record.model_copy(update={"id": "R0", "started_at": now - 2 * DAY}), [filed], [finding], [case]),
            (record, [fail, passed, other, unseen], [], []),
        ):
            if one is not record:
                store.begin_run(one)
            ended = one.model_copy(update={"state": RunState.FINISHED, "ended_at": now - DAY})
            store.finish_run(ended, verdicts, found, cases)
        gone = Attempt(
            at=now - timedelta(hours=3),
            method="GET",
            outcome=FetchOutcome.GONE,
            status=404,
            snapshot_id="R9/1",
        )
        store.keep_votes("R9", [(urls["missed"], gone)])
        policy = revisit(store, SITE, datetime.now(UTC), full=False)
        told = {name: how(policy.known(lead(url=url))) for name, url in urls.items()}
        assert policy.recall is not None
        body = policy.recall(policy.known(lead(url=urls["calm"])).snapshot)  # type: ignore[union-attr]
        for file in (tmp_path / "archive").iterdir():
            file.unlink()
        assert (body, policy.recall(policy.known(lead(url=urls["calm"])).snapshot)) == (b"calm", None)  # type: ignore[union-attr]
        assert revisit(store, SITE, now, full=True).full
    assert told == dict.fromkeys(names, "whole") | {"calm": "not asked"}


def test_bodies_of_earlier_crawls_are_had_one_after_the_other_whatever_lies_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    original = Archive._open

    def counted(self: Archive, position: ArchivePosition) -> Any:
        opened.append(position.file)
        return original(self, position)

    with open_store(f"sqlite:///{tmp_path / 'd.sqlite3'}") as store:
        store.begin_run(run())
        bodies = [f"第{number}篇".encode() * 200 for number in range(8)]
        store.keep(
            [(seen(f"{URL}?{number}", id=f"R1/{number:06d}", revisits=None, sha256=None), body) for number, body in enumerate(bodies)]
        )  # fmt: skip
        kept = list(store.snapshots("R1"))
        monkeypatch.setattr(Archive, "_open", counted)
        recall = recalling(store)
        assert [recall(one) for one in kept] == bodies
        assert len(opened) <= 2, "a file is opened once, not for each body"
        assert recall(kept[0].model_copy(update={"sha256": "ab" * 32})) is None  # not what it should be
        gone = ArchivePosition(file="gone.warc.gz", offset=0, length=9)
        assert recall(kept[2].model_copy(update={"position": gone})) == bodies[2], "it was moved"
        assert [recall(one) for one in reversed(kept)] == bodies[::-1]
        assert recall(kept[1].model_copy(update={"position": None})) == bodies[1]
