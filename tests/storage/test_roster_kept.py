"""The roster is kept whole and read back in the order of characters, on both databases."""

from datetime import UTC, date, datetime, time

from model import Arrangement, Group, Hours, RosterEntry, Run, RunState, Site
from storage import Store
from tests.storage.conftest import Place


def entry(home: str, part: str | None = None, **terms: object) -> RosterEntry:
    site = Site(home=home, part=part, organiser="县政府办")
    return RosterEntry(site=site, arrangement=Arrangement.model_validate({"site_key": site.key, **terms}))


FULL = entry(
    "http://b.gov.cn/zwgk/", "/zwgk", packs=("county/a", "./b.yaml"), delay=0.2, hours=Hours(starts=time(20), ends=time(6)),
    max_pages=9, max_minutes=8, max_external=0, every_days=7, mend_days=5, channels=("甲",), group="一组", region="东乡",
    platform="省集约化平台", retired_on=date(2026, 11, 22), retired_because="并入", note="注",
)  # fmt: skip


def test_entries_come_back_as_they_were(place: Place) -> None:
    place.again().keep_roster([FULL, entry("http://b.gov.cn/"), entry("http://B2.gov.cn/")])
    kept = place.again().roster()
    assert [one.site.key for one in kept] == ["b.gov.cn", "b.gov.cn/zwgk", "b2.gov.cn"]
    assert kept[1] == FULL and kept[0] == entry("http://b.gov.cn/")


def test_a_site_added_by_itself_has_an_empty_arrangement(store: Store) -> None:
    store.add_sites(Site(home="http://c.gov.cn/"))
    assert store.roster() == [
        RosterEntry(site=Site(home="http://c.gov.cn/"), arrangement=Arrangement(site_key="c.gov.cn"))
    ]


def test_an_entry_replaces_its_own_and_no_other(store: Store) -> None:
    store.keep_roster([FULL, entry("http://c.gov.cn/", note="留")])
    store.keep_roster([entry("http://b.gov.cn/zwgk/index.html", "/zwgk", delay=3)])
    first, second = store.roster()
    assert (first.site.home, first.arrangement.delay, first.arrangement.hours) == (
        "http://b.gov.cn/zwgk/index.html",
        3,
        None,
    )
    assert second.arrangement.note == "留"


def test_groups_are_replaced_and_forgotten(store: Store) -> None:
    store.keep_group(Group(name="乙", delay=1))
    store.keep_group(Group(name="甲", packs=("county/a",), hours=FULL.arrangement.hours))
    store.keep_group(Group(name="乙", max_pages=3))
    assert store.groups() == [
        Group(name="乙", max_pages=3),
        Group(name="甲", packs=("county/a",), hours=FULL.arrangement.hours),
    ]
    store.keep_group(Group(name="乙"))
    assert [one.name for one in store.groups()] == ["甲"]


def test_the_last_finished_audit_of_each_site(store: Store) -> None:
    def run(number: int, site: Site, hour: int) -> Run:
        at = datetime(2026, 11, 22, hour, tzinfo=UTC)
        return Run(
            id=f"R{number}", site=site, as_of=at, started_at=at, pack_id="p", pack_version="1", pack_digest="0" * 64,
            version="0", reader="0", state=RunState.RUNNING,
        )  # fmt: skip

    here, there = Site(home="http://a.gov.cn/"), Site(home="http://b.gov.cn/")
    for one, ended in (
        (run(1, here, 1), True),
        (run(2, here, 3), True),
        (run(3, here, 5), False),
        (run(4, there, 7), False),
    ):
        store.begin_run(one)
        if ended:
            store.finish_run(one.model_copy(update={"state": RunState.FINISHED}), [], [], [])
    assert store.last_audits() == {"a.gov.cn": datetime(2026, 11, 22, 3, tzinfo=UTC)}
