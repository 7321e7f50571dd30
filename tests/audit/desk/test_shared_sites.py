"""Units that share a site by columns: nobody answers for another's pages, and what nobody saw is neither passed nor failed."""

from audit.desk.desk import Desk
from audit.desk.scoring import unit_scores
from audit.desk.seen import Seen
from model import AssessedObject, Coverage, EntryKind, StopReason, UnitScore
from storage import Store
from tests.audit.desk import year
from tests.audit.desk.year import (
    AFTER,
    FRESH,
    SITES,
    STALE,
    audited,
    entered,
    opened,
    store,
    veto_said,
)
from tests.audit.ground import CHECKS, CITED, pack

__all__ = ["store"]
PORTAL = SITES["portal"]


def part(*columns: str, name: str = "专栏") -> AssessedObject:
    return AssessedObject(name=name, site_key=PORTAL.key, columns=columns)


SHARED = (
    year.unit("县财政局", part("/a/", "/b/", "/c/")),
    year.unit("县教育局", part("/d/", "/e/", "/f/")),
)


def scores(store: Store, desk: Desk) -> dict[str, UnitScore]:
    return {one.unit: one for one in unit_scores(store, desk, AFTER, CHECKS)}


def test_nothing_seen_below_its_columns_is_no_full_mark(store: Store) -> None:
    """A column that is misspelt, or whose pages never opened, was not seen: it has no score, and never a hundred."""
    desk = opened(store, year.assessment(*SHARED, year.unit("台盘乡", part("/zwgk/wij/"))))
    audited(store, "portal", [STALE, FRESH, FRESH, FRESH])
    found = scores(store, desk)
    assert (found["县财政局"].score, found["县教育局"].score) == (95, 100)
    lost = found["台盘乡"]
    assert (lost.score, lost.low, lost.high, lost.band, lost.rank) == (None,) * 5
    assert lost.why == "unit_score.columns_not_seen" and lost.objects[0].run_id


def test_what_nobody_saw_of_the_site_stays_open_for_each_of_its_parts(store: Store) -> None:
    """Columns that nobody reached may lie in any part: 100 − 5, and as much less as the item may lose."""
    desk = opened(store, year.assessment(*SHARED))
    news = {"id": "T-COL-02", "section": "a", "title": "动态不更新", "basis": CITED, "check": "stale", "severity": "deduct",
            "points": "2", "worth": "8", "applies_to": {"column_kinds": ["news"]}}  # fmt: skip
    both = pack(**year.RULES | {"rules": [*year.RULES["rules"], news]}, scoring={"base": "100"})
    audited(
        store, "portal", [STALE, FRESH, FRESH, FRESH], by=both, coverage=Coverage(stop=StopReason.MAX_PAGES)
    )
    found = scores(store, desk)
    for name, high in (("县财政局", 95), ("县教育局", 100)):
        one = found[name]
        assert (one.score, one.low, one.undecided) == (high, high - 2, 1)


def test_a_veto_of_one_part_is_nobody_elses(store: Store) -> None:
    desk = opened(store, year.assessment(*SHARED))
    audited(store, "portal", [STALE] * 6)
    asked = Seen(store, desk, AFTER).vetoes
    assert sorted((one.unit, one.veto.id, one.veto.low) for one in asked.values() if one.veto.id == "T-VETO-01") == [
        ("县教育局", "T-VETO-01", 3), ("县财政局", "T-VETO-01", 3),
    ]  # fmt: skip
    desk = entered(store, desk, EntryKind.VETO, veto_said(store, desk, "县财政局", True), "县财政局")
    found = scores(store, desk)
    assert (found["县财政局"].vetoes, found["县财政局"].suspected) == (("T-VETO-01",), ())
    assert (found["县教育局"].vetoes, found["县教育局"].suspected) == ((), ("T-VETO-01",))
    desk = entered(store, desk, EntryKind.VETO, veto_said(store, desk, "县教育局", False), "县教育局")
    found = scores(store, desk)
    assert (found["县财政局"].vetoes, found["县教育局"].vetoes, found["县教育局"].suspected) == (
        ("T-VETO-01",),
        (),
        (),
    )


def test_who_has_too_few_of_its_own_is_not_asked_about_the_veto_of_the_whole_site(store: Store) -> None:
    desk = opened(store, year.assessment(*SHARED))
    audited(
        store, "portal", [STALE, STALE, FRESH, STALE, FRESH, FRESH]
    )  # three on the site, two and one below columns
    assert not [one for one in Seen(store, desk, AFTER).vetoes.values() if one.veto.id == "T-VETO-01"]
    assert all(one.suspected == () for one in scores(store, desk).values())
