"""A digest tells what changed, what stands too long and what nobody could look at; nobody is left out in silence."""

from datetime import timedelta

import pytest

from audit.conclude import moment_of
from audit.delivery import span_of_night
from audit.digest_view import Asked, Sources, digest_of
from model import CaseState, Change, Deed, Digest, Fault, Outcome
from storage import Span, Store
from tests.audit import county
from tests.audit.county import MORNING, ONE, TWO, key, mark


def night(store: Store, night_id: str = "N2", **asked: str) -> Digest:
    return digest_of(
        Sources(store), span_of_night(store, night_id, MORNING), moment_of(MORNING), Asked(**asked)
    )


def told(digest: Digest) -> dict[str, list[str]]:
    return {part.change: [item.finding.fingerprint for item in part.items] for part in digest.parts}


def test_a_night_is_told_change_by_change(two_nights: Store) -> None:
    found = night(two_nights)
    assert told(found) == {
        Change.NEW: [mark("jia", "/v/", "T-VETO-01")],
        Change.REOPENED: [mark("bing", "/d/")],
        Change.OVERDUE: [mark("jia", "/a/")],
        Change.DUE_SOON: [mark("bing", "/d/")],
        Change.DISPUTED: [mark("bing", "/e/")],
        Change.FIXED: [mark("jia", "/b/")],
    }
    days = {part.change: [(item.due, item.days) for item in part.items] for part in found.parts}
    assert [str(due) for due, _ in days[Change.OVERDUE]] == ["2026-11-18"] and days[Change.OVERDUE][0][1] == 2
    assert [str(due) for due, _ in days[Change.DUE_SOON]] == ["2026-11-23"] and days[Change.DUE_SOON][0][
        1
    ] == 1
    assert [str(due) for due, _ in days[Change.DISPUTED]] == ["2026-11-24"]
    assert (
        found.standing == 5
    )  # jia /a/ /v/, yi /c/, bing /d/ /e/; what stood on a retired site is nobody's work
    assert not [item for part in found.parts for item in part.items if item.finding.verdict.evidence]


def test_whoever_was_not_seen_is_named_with_the_reason(two_nights: Store) -> None:
    found = night(two_nights)
    assert (found.asked, found.done, found.unseen_count) == (5, 2, 3)
    assert {one.key: one.reason for one in found.unseen} == {
        key("yi"): "digest.unseen.home", key("ding"): "fault.host_busy", key("wu"): "digest.unseen.put_off",
    }  # fmt: skip
    assert next(one for one in found.unseen if one.key == key("ding")).params["host"] == "ding.example"
    assert found.unverified == {Outcome.UNSURE: 3, Outcome.BLOCKED: 10, Outcome.NOT_OBSERVED: 4}


def test_sites_are_told_with_their_scores_worst_first(two_nights: Store) -> None:
    lines = {line.key: line for line in night(two_nights).lines}
    assert list(lines) == [key("jia"), key("bing")]
    jia, bing = lines[key("jia")], lines[key("bing")]
    assert (jia.new, jia.reopened, jia.fixed, jia.unverified) == (1, 0, 1, 8)
    assert jia.before and jia.after and (jia.before.low, jia.after.low, jia.after.high) == (90, 84, 92)
    assert (bing.reopened, bing.fixed) == (1, 0)
    assert bing.before and bing.after and (bing.before.low, bing.after.low) == (80, 78)


def test_scores_of_different_versions_of_a_pack_are_not_compared(store: Store) -> None:
    for night_id, at, version in (("N1", ONE, "1"), ("N2", TWO, "2")):
        county.audited(
            store, county.run("ding", night_id, at, 70, 70).model_copy(update={"pack_version": version})
        )
    later = county.run("ding", "N3", MORNING, 60, 60).model_copy(update={"pack_version": "2"})
    found = digest_of(Sources(store), Span(TWO, TWO + timedelta(hours=1)), moment_of(MORNING))
    assert (found.done, found.lines) == (1, ())
    county.audited(store, later)
    (line,) = digest_of(Sources(store), Span(TWO + timedelta(hours=1), MORNING), moment_of(MORNING)).lines
    assert line.before and line.after and (line.before.low, line.after.low) == (70, 60)


@pytest.mark.parametrize(
    ("asked", "sites", "unseen"),
    [
        ({"group": "甲组"}, 2, ["yi"]),
        ({"organiser": "乙局"}, 2, ["wu"]),
        ({"channel": "office"}, 2, ["yi"]),
        ({"channel": "robot"}, 1, []),
        ({"organiser": "甲局", "group": "甲组"}, 2, ["yi"]),
    ],
)
def test_a_part_of_the_roster_hears_of_nobody_else(
    two_nights: Store, asked: dict[str, str], sites: int, unseen: list[str]
) -> None:
    found = night(two_nights, **asked)
    keys = {item.finding.fingerprint for part in found.parts for item in part.items}
    mine = {county.key(name) for name in ("jia", "yi")} if sites == 2 and "organiser" not in asked else None
    assert (found.asked, [one.key for one in found.unseen]) == (sites, [key(name) for name in unseen])
    if mine or asked.get("organiser") == "甲局":
        assert keys == {mark("jia", "/v/", "T-VETO-01"), mark("jia", "/a/"), mark("jia", "/b/")}
    else:
        assert keys == {mark("bing", "/d/"), mark("bing", "/e/")}


def test_nobody_meant_is_one_sentence(two_nights: Store) -> None:
    with pytest.raises(Fault) as caught:
        night(two_nights, group="没有")
    assert (caught.value.message_id, caught.value.exit_code) == ("fault.digest_nobody", 3)
    with pytest.raises(Fault, match=r"fault\.night_unknown"):
        night(two_nights, "N9")


def test_a_span_of_time_counts_sites_nobody_audited(two_nights: Store) -> None:
    found = digest_of(Sources(two_nights), Span(ONE - timedelta(days=1), MORNING), moment_of(MORNING))
    assert {part.change: part.count for part in found.parts} == {
        Change.NEW: 4,
        Change.REOPENED: 1,
        Change.OVERDUE: 1,
        Change.DUE_SOON: 1,
        Change.DISPUTED: 1,
        Change.FIXED: 1,
    }  # fmt: skip - new: jia /a/ /v/, yi /c/, gone /x/; bing /d/ was opened before
    assert {one.key: one.reason for one in found.unseen} == {
        key("yi"): "digest.unseen.home", key("wu"): "digest.unseen.not_audited",
    }  # fmt: skip
    late = digest_of(Sources(two_nights), Span(TWO + timedelta(minutes=1), MORNING), moment_of(MORNING))
    assert late.done == 0 and late.unseen_count == 5  # all but the retired one


def test_what_people_took_back_since_is_not_told_as_new(store: Store) -> None:
    opened = (TWO, "R-N2-jia", Deed.OPENED, None, CaseState.OPEN)
    record = county.run("jia", "N2", TWO, 90, 90)
    found = [county.finding("jia", record.id, county.verdict("/a/"))]
    county.audited(store, record, found, [county.case("jia", "/a/", opened)])
    span = Span(TWO, MORNING)
    assert told(digest_of(Sources(store), span, moment_of(MORNING))) == {Change.NEW: [mark("jia", "/a/")]}
    case = store.cases(key("jia"))[mark("jia", "/a/")]
    store.keep_case(case.model_copy(update={"state": CaseState.WITHDRAWN}), case)
    assert told(digest_of(Sources(store), span, moment_of(MORNING))) == {}


def test_names_of_channels_come_from_sites_and_their_groups(two_nights: Store) -> None:
    assert Sources(two_nights).subscribers == {
        "office": {key("jia"), key("yi"), key("gone")},
        "robot": {key("bing")},
    }


@pytest.mark.parametrize(
    ("deed", "before", "after", "change"),
    [
        (Deed.OPENED, None, CaseState.OPEN, Change.NEW),
        (Deed.CONFIRMED, CaseState.SUSPECTED, CaseState.OPEN, Change.NEW),
        (Deed.SUSPECTED, None, CaseState.SUSPECTED, None),
        (Deed.CLEARED, CaseState.SUSPECTED, CaseState.FIXED, None),
        (Deed.FAILED_AGAIN, CaseState.FIXED, CaseState.REOPENED, Change.REOPENED),
        (Deed.EXPIRED, CaseState.WAIVED, CaseState.OPEN, Change.REOPENED),
        (Deed.CHANGED, CaseState.WITHDRAWN, CaseState.OPEN, Change.REOPENED),
        (Deed.WAIVED_AGAIN, CaseState.FIXED, CaseState.WAIVED, None),
        (Deed.PASSED, CaseState.DISPUTED, CaseState.FIXED, Change.FIXED),
        (Deed.PASSED, CaseState.WAIVED, CaseState.FIXED, None),
        (Deed.DISPUTED, CaseState.OPEN, CaseState.DISPUTED, None),
        (Deed.UPHELD, CaseState.DISPUTED, CaseState.OPEN, None),
        (Deed.WITHDRAWN, CaseState.DISPUTED, CaseState.WITHDRAWN, None),
        (Deed.WAIVED, CaseState.OPEN, CaseState.WAIVED, None),
    ],
)
def test_what_a_deed_is_to_a_reader(
    deed: Deed, before: CaseState | None, after: CaseState, change: Change | None
) -> None:
    assert Change.of(deed, before, after) is change
