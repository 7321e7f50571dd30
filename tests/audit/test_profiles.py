"""What a person pins of a host stays, what cannot be is refused before anything is kept."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit.profiles import keep_learned, known_site, pin, profile_of
from model import Fault, MissingSignature, Site, SiteProfile
from storage import Store, open_store

HOST = "www.example.gov.cn"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'd.sqlite3'}") as store:
        store.add_sites(Site(home=f"http://{HOST}/", site_code="9901230001", name="示例网"))
        yield store


@pytest.mark.parametrize("target", [HOST, f"http://{HOST}/a/b.html", "9901230001", "示例网"])
def test_a_host_goes_by_any_of_its_names(store: Store, target: str) -> None:
    assert pin(target, ["cms=trs"], [], "看过", store).host == HOST
    kept = profile_of(target, store)
    assert (kept.cms, kept.pinned, kept.note) == ("trs", ("cms",), "看过")


@pytest.mark.parametrize(
    ("settings", "unpin", "fault"),
    [
        ([], [], "fault.pin_nothing"),
        (["colour=red"], [], "fault.pin_field"),
        (["missing=x"], [], "fault.pin_field"),
        (["cms"], [], "fault.pin_no_value"),
        (["cms=word"], [], "fault.pin_adapter"),
        (["first_page=7"], [], "fault.pin_first_page"),
        (["sends_home=perhaps"], [], "fault.pin_yes_or_no"),
        (["charset=klingon"], [], "fault.pin_charset"),
        (["cms=trs"], ["cms"], "fault.pin_both"),
        (["cms=trs"], ["charset"], "fault.pin_not_pinned"),
        (["cms=trs", "first_page=7"], [], "fault.pin_first_page"),
    ],
)
def test_what_cannot_be_is_refused_whole(
    store: Store, settings: list[str], unpin: list[str], fault: str
) -> None:
    with pytest.raises(Fault) as told:
        pin(HOST, settings, unpin, None, store)
    assert (told.value.message_id, told.value.exit_code) == (fault, 3)
    assert store.profile(HOST) is None


def test_values_are_kept_as_what_they_mean(store: Store) -> None:
    made = pin(HOST, ["first-page=0", "sends_home=是", "charset=GB2312", "list_api=none"], [], None, store)
    assert (made.first_page, made.sends_home, made.charset, made.list_api) == (0, True, "gb18030", None)
    assert made.pinned == ("charset", "first_page", "list_api", "sends_home")
    left = pin(HOST, [], ["charset", "first_page", "list_api", "sends_home"], None, store)
    assert (left.pinned, left.note, left.first_page) == ((), None, 0)


def test_an_audit_adds_what_it_learned_and_leaves_what_was_pinned_while_it_ran(store: Store) -> None:
    assert known_site(Site(home=f"http://{HOST}/"), store).profile is None
    learned = SiteProfile(
        host=HOST,
        cms="kaipuyun",
        first_page=2,
        missing=(MissingSignature(folder="/", outcome="gone", learned_at=datetime(2026, 1, 1, tzinfo=UTC)),),
        learned_run="R1",
    )
    pin(HOST, ["cms=trs"], [], "看过", store)
    keep_learned(store, learned)
    keep_learned(store, None)
    known = known_site(Site(home=f"http://{HOST}/"), store).profile
    assert known is not None
    assert (known.cms, known.first_page, known.note, known.learned_run) == ("trs", 2, "看过", "R1")
    assert known.missing == learned.missing
