"""Which findings go to which organiser, and that retired sites and what nobody holds against anybody stay out."""

from datetime import timedelta

from audit.conclude import moment_of
from audit.digest_view import Asked, Sources
from audit.unit_view import unit_books, units_of
from report.messages import Messages
from report.units import Unit
from storage import Store
from tests.audit.county import MORNING, TWO, key

MOMENT = moment_of(MORNING)


def places(units: list[Unit]) -> dict[str, list[str]]:
    return {unit.name: sorted(finding.verdict.locus for _, finding in unit.rows) for unit in units}


def test_every_organiser_gets_what_stands_on_all_its_sites(two_nights: Store) -> None:
    units = list(units_of(two_nights, MOMENT))
    assert places(units) == {"丁镇": [], "乙局": ["/d/", "/e/"], "甲局": ["/a/", "/c/", "/v/"]}
    by_name = {unit.name: unit for unit in units}
    assert [one.site.name for one in by_name["甲局"].sites] == ["甲县人民政府", "甲县某局"]
    assert [(one.site.name, one.unseen, one.unverified) for one in by_name["甲局"].sites] == [
        ("甲县人民政府", False, 8), ("甲县某局", True, 9),
    ]  # fmt: skip
    assert [one.audit is None for one in by_name["乙局"].sites] == [False, True]  # 戊局 was never audited
    assert by_name["甲局"].overdue(MOMENT.today) == 1 and by_name["乙局"].overdue(MOMENT.today) == 0


def test_since_a_day_only_what_changed_and_what_was_mended(two_nights: Store) -> None:
    units = list(units_of(two_nights, MOMENT, since=TWO - timedelta(hours=1)))
    assert places(units) == {"丁镇": [], "乙局": ["/d/"], "甲局": ["/b/", "/v/"]}


def test_a_group_or_channel_gets_only_its_own(two_nights: Store) -> None:
    keys = Sources(two_nights).keys(Asked(group="甲组"))
    assert keys == {key("jia"), key("yi")}
    assert places(list(units_of(two_nights, MOMENT, keys))) == {"甲局": ["/a/", "/c/", "/v/"]}
    assert [name for name, _ in unit_books(two_nights, MOMENT, keys, Messages("zh_CN"))] == ["甲局.xlsx"]
