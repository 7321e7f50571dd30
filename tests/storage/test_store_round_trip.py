"""Whatever is kept comes back equal, on both databases."""

import itertools
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model import (
    Attempt,
    Case,
    CrawlReport,
    Finding,
    Run,
    RunState,
    Site,
    SiteProfile,
    Snapshot,
    Verdict,
    Visit,
)
from storage import Store
from tests.storage import nouns
from tests.storage.nouns import any_of

NUMBERS = itertools.count(1)
MANY = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@MANY
@given(drawn=st.data())
def test_any_snapshot_comes_back_equal(store: Store, drawn: st.DataObject) -> None:
    number = next(NUMBERS)
    run = store.begin_run(nouns.run(f"S{number}"))
    snapshot = drawn.draw(
        any_of(
            Snapshot, id=st.just(f"{run.id}/1"), run_id=st.just(run.id), sha256=st.none(), position=st.none()
        )
    )
    body = drawn.draw(st.binary(max_size=200))
    store.keep([(snapshot, body)])
    found = store.snapshot(snapshot.id)
    assert (found.position is None) == (not body)
    assert found == snapshot.model_copy(
        update={
            "sha256": found.sha256,
            "size": len(body) if body else snapshot.size,
            "position": found.position,
        }
    )
    assert store.body(found) == body


@settings(MANY, max_examples=12)
@given(drawn=st.data())
def test_any_judged_run_comes_back_equal(store: Store, drawn: st.DataObject) -> None:
    number = next(NUMBERS)
    begun = store.begin_run(
        drawn.draw(any_of(Run, id=st.just(f"J{number}"), replays=st.none(), pid=st.none()))
    )
    verdicts = drawn.draw(st.lists(any_of(Verdict), max_size=2))
    findings = drawn.draw(
        st.lists(
            any_of(
                Finding,
                run_id=st.just(begun.id),
                fingerprint=st.text("0123456789abcdef", min_size=64, max_size=64),
            ),
            max_size=2,
        )
    )
    site_key = f"site{number}"
    cases = drawn.draw(
        st.lists(
            st.builds(
                lambda case: case.model_copy(
                    update={
                        "fingerprint": f"{number}-{next(NUMBERS)}",
                        "site_key": site_key,
                        "history": tuple(e.model_copy(update={"run_id": begun.id}) for e in case.history),
                    }
                ),
                any_of(Case),
            ),
            max_size=2,
        )
    )
    store.finish_run(begun, verdicts, findings, cases)
    assert store.run(begun.id) == begun.model_copy(update={"state": RunState.FINISHED})
    assert store.verdicts(begun.id) == verdicts
    assert store.findings(run_id=begun.id) == findings
    assert store.cases(site_key) == {case.fingerprint: case for case in cases}


@MANY
@given(site=any_of(Site, home=st.just("http://www.taijiang.example/"), profile=st.none()))
def test_any_site_comes_back_equal(store: Store, site: Site) -> None:
    store.add_sites(site)
    assert store.site(site.key) == site
    assert site in store.sites()


@MANY
@given(profile=any_of(SiteProfile, host=st.just("www.taijiang.example:8080")))
def test_any_profile_comes_back_equal(store: Store, profile: SiteProfile) -> None:
    assert store.profile("elsewhere.example") is None
    store.keep_profile(profile)
    assert store.profile(profile.host) == profile


@MANY
@given(report=any_of(CrawlReport))
def test_any_crawl_report_comes_back_equal(store: Store, report: CrawlReport) -> None:
    run = store.begin_run(nouns.run(f"C{next(NUMBERS)}"))
    assert store.crawl_report(run.id) is None
    store.keep_report(run.id, report)
    assert store.crawl_report(run.id) == report


@MANY
@given(attempts=st.lists(any_of(Attempt), min_size=1, max_size=3, unique_by=lambda one: one.at))
def test_any_vote_comes_back_equal(store: Store, attempts: list[Attempt]) -> None:
    url = f"http://target.example/{next(NUMBERS)}"
    store.keep_votes("R1", [(url, one) for one in attempts])
    told = store.votes([url], until=store.close_votes())
    assert told == {url: tuple(sorted(attempts, key=lambda one: one.at))}


@MANY
@given(drawn=any_of(Visit))
def test_any_visit_comes_back_equal(store: Store, drawn: Visit) -> None:
    visit = drawn.model_copy(update={"site_key": f"s{next(NUMBERS)}.example"})
    store.keep_visits([visit])
    assert store.visits(visit.site_key, visit.at, visit.at) == [visit]


def test_instants_come_back_aware_in_utc(store: Store) -> None:
    store.begin_run(nouns.run())
    found = store.run("R1")
    assert found.started_at == nouns.NOW
    assert found.started_at.tzinfo is UTC


def test_a_naive_instant_is_refused(store: Store) -> None:
    naive = nouns.run(started_at=datetime(2026, 11, 21))  # noqa: DTZ001
    with pytest.raises(Exception, match="time zone"):
        store.begin_run(naive)


def test_points_are_not_rounded(store: Store) -> None:
    run = store.begin_run(nouns.run())
    exact = Decimal("0.1000000000000000000000000000000001")
    findings = [nouns.finding(nouns.verdict()).model_copy(update={"points": exact})]
    store.finish_run(run, [], findings, [])
    assert str(store.findings(run_id=run.id)[0].points) == str(exact)


def test_what_no_database_text_can_hold_is_replaced_and_json_keeps_it(store: Store) -> None:
    store.begin_run(nouns.run())
    odd = "a\x00b\ud83d"
    store.keep([(nouns.snapshot(1, url=f"http://h/{odd}", headers={"x-odd": odd}), b"page")])
    found = store.snapshot("R1/1")
    assert found.url == "http://h/a\ufffdb\ufffd"
    assert found.headers == {"x-odd": odd}


def test_a_url_of_any_length_is_kept(store: Store) -> None:
    store.begin_run(nouns.run())
    long = "http://www.taijiang.example/?q=" + "".join(f"{number:x}" for number in range(40_000))
    store.keep([(nouns.snapshot(1, url=long, final_url=long), b"page")])
    assert store.snapshot("R1/1").url == long
