"""Figures agencies published, computed again from the inputs they published with them."""

from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from audit.score import points_of, score
from tests.audit.marking import BANDS, PASS_AT_60, F, ends, load, verdict, verdicts

D = Decimal


def test_guoyang_water_bureau_third_quarter_2020(tmp_path: Path) -> None:
    """涡阳县水利局: 81.22 of 100 for 基本信息 (18.78 lost), 0.64 of 0.64 for 重点领域; published total 81.34."""
    pack = load(
        tmp_path,
        {"mode": "ratio", "decimals": 2},
        [{"id": "BASIC"}, {"id": "KEY"}],
        [
            {"id": "GY-BASIC-01", "section": "BASIC", "worth": 100, "points": "18.78"},
            {"id": "GY-KEY-01", "section": "KEY", "worth": "0.64", "points": "0.64"},
            {"id": "GY-KEY-02", "section": "KEY", "worth": 5, "points": 5},  # a field the unit does not have
        ],
    )
    found = score(pack, verdicts(pack, GY_BASIC_01="f", GY_KEY_01="p", GY_KEY_02="-"))
    assert ends(found) == (D("81.34"), D("81.34"))
    assert [(part.id, part.points, part.lost_low) for part in found.sections] == [
        ("BASIC", D(100), D("18.78")),
        ("KEY", D("0.64"), D(0)),
    ]
    assert found.steps[0].params == {"full": "100.64", "base": "100"}


SPLITS = [(5, 3, 2, 1), (2, 2, 2, 5), ("2.75", "2.75", "2.75", "2.75"), (1, 1, 1, 8)]


@pytest.mark.parametrize("split", SPLITS, ids=str)
def test_offices_administration_second_quarter_2019(tmp_path: Path, split: tuple[str | int, ...]) -> None:
    """国管局: 4 problems, −11 in all, total 89, 合格. The four single figures were not published: any split will do."""
    pack = load(
        tmp_path,
        {"mode": "deduct", "bands": PASS_AT_60},
        [{"id": "ALL"}],
        [{"id": f"GG-ALL-0{n}", "section": "ALL", "points": points} for n, points in enumerate(split)],
    )
    found = score(pack, [verdict(pack, rule.id, F) for rule in pack.rules])
    assert (*ends(found), found.band) == (89, 89, "合格")


def test_baoji_sample_row_weighs_084_percent(tmp_path: Path) -> None:
    """宝鸡 2020 县区版: 政府信息公开 40 % → 主动公开 70 % → 会议公开 10 % → 制度建立与落实 30 % → 评估点 100 %."""
    names = ["政府信息公开", "主动公开", "会议公开", "制度建立与落实"]
    weights = ["0.40", "0.70", "0.10", "0.30"]
    sections = [
        {"id": name, "weight": weight, **({"within": around} if around else {})}
        for (around, name), weight in zip(pairwise(["", *names]), weights, strict=True)
    ]
    row = {"id": "BJ-MEETING-01", "section": names[-1], "weight": 1, "worth": 100, "points": 100}
    pack = load(tmp_path, {"mode": "weights"}, sections, [row])
    failed = verdict(pack, "BJ-MEETING-01", F)
    found = score(pack, [failed])
    assert ends(found) == (D("99.16"), D("99.16"))
    assert found.sections[-1].points == found.sections[-1].lost_low == D("0.84")
    assert [part.points for part in found.sections] == [D(40), D(28), D("2.8"), D("0.84")]
    assert points_of(pack.rules[0], failed, pack) == D("0.84")


ZHAOQING = {
    "mode": "deduct", "bands": PASS_AT_60, "veto_score": 59, "not_applicable": "redistribute",
    "bonus": {"above": 80, "most": 25},
}  # fmt: skip


def test_zhaoqing_veto_leaves_59_once_a_person_confirms_it(tmp_path: Path) -> None:
    """肇庆 2019: any account vetoed = 59."""
    pack = load(
        tmp_path,
        ZHAOQING,
        [{"id": "MEDIA", "points": 80}, {"id": "SERVICE", "points": 20}],
        [
            {"id": "ZQ-MEDIA-01", "section": "MEDIA", "severity": "veto"},
            {"id": "ZQ-MEDIA-02", "section": "MEDIA", "points": 5},
        ],
    )
    judged = verdicts(pack, ZQ_MEDIA_01="f", ZQ_MEDIA_02="f")
    open_still = score(pack, judged)
    assert (*ends(open_still), open_still.band, open_still.provisional) == (59, 95, None, True)
    assert [veto.confirmed for veto in open_still.vetoes] == [False]
    settled = score(pack, judged, confirmed={"ZQ-MEDIA-01"})
    assert (*ends(settled), settled.band, settled.provisional) == (59, 59, "不合格", False)


def test_zhaoqing_spreads_the_20_points_of_services_over_the_rest(tmp_path: Path) -> None:
    pack = load(
        tmp_path,
        ZHAOQING,
        [{"id": "REST", "points": 80}, {"id": "SERVICE", "points": 20}],
        [
            {"id": "ZQ-REST-01", "section": "REST", "points": 8},
            {"id": "ZQ-SERVICE-01", "section": "SERVICE", "points": 20},
        ],
    )
    assert ends(score(pack, verdicts(pack, ZQ_REST_01="f", ZQ_SERVICE_01="-"))) == (90, 90)
    assert ends(score(pack, verdicts(pack, ZQ_REST_01="f"))) == (92, 92)


@pytest.mark.parametrize(("lost", "left"), [(15, 80), (30, 60), ("37.5", 50), (0, 100)])
def test_ministries_without_services_are_scored_out_of_75_times_four_thirds(
    tmp_path: Path, lost: str | int, left: int
) -> None:
    pack = load(
        tmp_path,
        {"not_applicable": "redistribute"},
        [{"id": "REST", "points": 75}, {"id": "SERVICE", "points": 25}],
        [
            {"id": "N-REST-01", "section": "REST", "points": lost},
            {"id": "N-SERVICE-01", "section": "SERVICE", "points": 2},
        ],
    )
    found = score(pack, verdicts(pack, N_REST_01="f", N_SERVICE_01="-"))
    assert ends(found) == (left, left)
    assert [part.not_applicable for part in found.sections] == [False, True]
    assert found.steps[-1].params == {"full": "75", "base": "100"}


@pytest.mark.parametrize(
    ("lost", "band", "graded"), [("10.5", "优秀", 90), ("10.51", "良好", 89), ("40.5", "合格", 60), ("20", "良好", 80)]
)  # fmt: skip
def test_tacheng_grades_whole_points_so_that_89_and_a_half_has_a_band(
    tmp_path: Path, lost: str, band: str, graded: int
) -> None:
    """塔城2020: 优秀(90分以上) … 不合格(60分以下) leaves 89.5 without a band unless it is rounded."""
    pack = load(
        tmp_path,
        {"mode": "points", "band_on": "integer", "bands": BANDS},
        [{"id": "A", "points": 100}],
        [{"id": "TC-A-01", "section": "A", "worth": 100, "points": lost}],
    )
    found = score(pack, verdicts(pack, TC_A_01="f"))
    assert (found.high, found.band, found.graded_high) == (100 - D(lost), band, graded)


@pytest.mark.parametrize(
    ("worth", "credit", "share", "left"),
    [
        (30, "explanatory_note", "0.8", 24), (20, "explanatory_note", "0.8", 16), (24, "explanatory_note", "0.8", "19.2"),
        (8, "public_notice", "0.5", 4), (3, "explanatory_note", "0.6", "1.8"), (3, "explanatory_note", "1.0", 3),
    ],
)  # fmt: skip
def test_what_stands_in_keeps_its_share(
    tmp_path: Path, worth: int, credit: str, share: str, left: str | int
) -> None:
    """舒城万佛湖镇 2023Q2: 情况说明 30→24, 20→16, 24→19.2, a notice instead of the result 8→4; 宣州区: 1.2 of 3 lost."""
    pack = load(
        tmp_path,
        {"mode": "points", "base": worth, "credit": {credit: share}},
        [{"id": "A"}],
        [{"id": "SC-A-01", "section": "A", "worth": worth, "points": worth}],
    )
    assert ends(score(pack, [verdict(pack, "SC-A-01", F, credit=credit)])) == (D(left), D(left))
    assert ends(score(pack, [verdict(pack, "SC-A-01", F)])) == (0, 0)
    assert ends(score(pack, [verdict(pack, "SC-A-01", F, credit="never_heard_of")])) == (worth, worth)


def test_huoqiu_police_document_column_is_stopped_at_its_20_points(tmp_path: Path) -> None:
    """霍邱县公安局 2020Q2: −2 or −1 per document and lack, cap 20; scored 0 that quarter."""
    pack = load(
        tmp_path,
        {"mode": "points", "base": 20},
        [{"id": "DOC", "points": 20}],
        [{"id": "HQ-DOC-01", "section": "DOC", "worth": 20, "points": 2}],
    )
    assert ends(score(pack, verdicts(pack, HQ_DOC_01="f" * 9))) == (2, 2)
    assert ends(score(pack, verdicts(pack, HQ_DOC_01="f" * 11))) == (0, 0)


def test_jiamusi_points_fill_the_hundred(tmp_path: Path) -> None:
    """佳木斯 2018: 12+10+15+5+5+5+20+10+8+6+4 = 100."""
    worths = [12, 10, 15, 5, 5, 5, 20, 10, 8, 6, 4]
    pack = load(
        tmp_path,
        {"mode": "points"},
        [{"id": f"S{n}", "points": worth} for n, worth in enumerate(worths)],
        [{"id": f"JMS-S-{n}", "section": f"S{n}", "worth": w, "points": w} for n, w in enumerate(worths)],
    )
    assert ends(score(pack, [verdict(pack, rule.id, F) for rule in pack.rules])) == (0, 0)
    assert ends(score(pack, verdicts(pack, JMS_S_6="f"))) == (80, 80)


@pytest.mark.parametrize(("host", "entered"), [(4, "3.56"), (5, "4.45")])
def test_wenzhou_scales_the_hundred_to_four_or_five_points(tmp_path: Path, host: int, entered: str) -> None:
    pack = load(
        tmp_path, {"rescale_to": host}, [{"id": "A"}], [{"id": "WZ-A-01", "section": "A", "points": 11}]
    )
    found = score(pack, verdicts(pack, WZ_A_01="f"))
    assert (found.high, found.rescaled_low, found.rescaled_high) == (89, D(entered), D(entered))


def test_xianning_blends_third_party_seventy_and_daily_thirty(tmp_path: Path) -> None:
    pack = load(
        tmp_path,
        {"blend": {"audit": "0.7", "others": [{"id": "DAILY", "title": "日常", "weight": "0.3"}]}, "bands": BANDS},
        [{"id": "A"}],
        [{"id": "XN-A-01", "section": "A", "points": 11}],
    )  # fmt: skip
    found = score(pack, verdicts(pack, XN_A_01="f"), given={"DAILY": D(92)})
    assert (*ends(found), found.band, found.provisional) == (D("89.9"), D("89.9"), "良好", False)
    lacking = score(pack, verdicts(pack, XN_A_01="f"))
    assert (*ends(lacking), lacking.band, lacking.provisional) == (D("62.3"), D("92.3"), None, True)
