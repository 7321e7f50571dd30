"""Plans of assessments: taken whole, or refused with line, entry, field; every mistake told at once."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.desk.opening import amendments
from audit.desk.plan import DrawnUp, draw_up
from model import Amendment, Arrangement, Assessment, Fault, RosterEntry, Site, WindowKind
from rules.assessment import Plan, read_plan
from storage import Store
from tests.audit.desk.year import bare

TODAY = date(2021, 1, 4)
HEAD = "id: tj2021\ntitle: 年度评估\norganiser: 县政府办\nstarts: 2021-01-01\nends: 2021-12-31\n"
UNITS = """units:
  - name: 县财政局
    group: 县直
    pack: county/taijiang-2021-departments
    objects:
      - {name: 网站, site_key: caizheng.example}
"""


def pack_id_of(name: str) -> str:
    if not name.startswith("county/"):
        raise Fault("fault.pack_not_found", name=name, known="")
    return name


@pytest.fixture(scope="module")
def roster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """县财政局 and 县教育局 (two sites) 县直, 台盘乡 乡镇, a portal, a site nobody owns, one out of service."""
    told = {
        "caizheng": ("县财政局", "县直", None), "jiaoyu": ("县教育局", "县直", None), "zhaosheng": ("县教育局", "校园", None),
        "taipan": ("台盘乡", "乡镇", None), "portal": ("县政府办", None, None), "wuzhu": (None, "无主", None),
        "jiuzhan": ("旧局", "乡镇", date(2020, 1, 1)),
    }  # fmt: skip
    entries = [
        RosterEntry(
            site=(site := Site(home=f"http://{name}.example/", name=name, organiser=organiser)),
            arrangement=Arrangement(site_key=site.key, group=group, retired_on=gone),
        )
        for name, (organiser, group, gone) in told.items()
    ]
    with bare(tmp_path_factory.mktemp("roster")) as kept:
        kept.keep_roster(entries)
        yield kept


def drawn(store: Store, folder: Path, text: str) -> DrawnUp:
    path = folder / "plan.yaml"
    path.write_text(text, "utf-8")
    return draw_up(read_plan(path), store, pack_id_of, TODAY)


def taken(store: Store, folder: Path, text: str) -> Assessment:
    made = drawn(store, folder, text)
    assert not made.wrong and made.assessment, made.wrong
    return made.assessment


def test_units_are_written_out_or_taken_from_the_roster(roster: Store, tmp_path: Path) -> None:
    packs = "{县直: county/a, 乡镇: county/b}"
    text = HEAD + UNITS + f"roster: {{groups: [县直, 乡镇], packs: {packs}}}\n"
    made = taken(roster, tmp_path, text)
    assert [(one.name, one.group, one.pack, one.site_keys) for one in made.units] == [
        (
            "县财政局",
            "县直",
            "county/taijiang-2021-departments",
            ("caizheng.example",),
        ),  # as it is written out
        ("县教育局", "县直", "county/a", ("jiaoyu.example",)),
        ("台盘乡", "乡镇", "county/b", ("taipan.example",)),
    ]
    assert made.appeal_workdays == 3 and made.because is None


def test_objects_share_a_portal_by_columns(roster: Store, tmp_path: Path) -> None:
    text = (
        HEAD
        + """units:
  - name: 县财政局
    pack: county/a
    objects:
      - {name: 政务公开, site_key: portal.example, columns: [/zwgk/czj/], weight: 0.5}
      - {name: 专题栏目, site_key: portal.example, columns: [/ztzl/czj/], weight: 0.3}
      - {name: 政务新媒体, weight: 0.2}
  - name: 县教育局
    pack: county/a
    objects: [{name: 政务公开, site_key: portal.example, columns: [/zwgk/jyj/]}]
"""
    )
    made = taken(roster, tmp_path, text)
    assert [one.weight for one in made.units[0].objects] == [Decimal("0.5"), Decimal("0.3"), Decimal("0.2")]


def test_the_plan_of_the_page_is_taken(roster: Store, tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "assess.md").read_text("utf-8")
    text = page.partition("```yaml\n")[2].partition("```")[0].replace("www.example.gov.cn", "portal.example")
    made = taken(roster, tmp_path, text)
    assert made.units[0].name == "县卫生健康局" and len(made.windows) == 6


WRONG = {
    "plan_no_units": HEAD,
    "plan_period_order": HEAD.replace("ends: 2021", "ends: 2020") + UNITS,
    "plan_period_long": HEAD.replace("ends: 2021", "ends: 2031") + UNITS,
    "plan_window_order": HEAD + UNITS + "windows: [{kind: sampling, ends: 2021-11-29}, {kind: self_check, ends: 2021-11-30}]\n",
    "plan_window_twice": HEAD + UNITS + "windows: [{kind: review, ends: 2021-11-30}, {kind: review, ends: 2021-12-01}]\n",
    "plan_window_outside": HEAD + UNITS + "windows: [{kind: review, ends: 2012-11-30}]\n",
    "pack_not_found": HEAD + UNITS.replace("county/taijiang", "nobody/taijiang"),
    "plan_site_unknown": HEAD + UNITS.replace("caizheng.example", "nowhere.example"),
    "plan_site_retired": HEAD + UNITS.replace("caizheng.example", "jiuzhan.example"),
    "plan_unit_twice": HEAD + UNITS + UNITS.removeprefix("units:\n").replace("县财政局", "县 财政局").replace(
        "caizheng", "jiaoyu"
    ),
    "plan_weights_lack": HEAD + UNITS + "      - {name: 新媒体}\n",
    "plan_weights_sum": HEAD + UNITS.replace("example}", "example, weight: 0.5}") + "      - {name: 新媒体, weight: 0.4}\n",
    "plan_object_twice": HEAD + UNITS.replace("example}", "example, weight: 0.5}") + "      - {name: 网站, weight: 0.5}\n",
    "plan_columns_nowhere": HEAD + UNITS.replace("site_key: caizheng.example", "columns: [/a/]"),
    "plan_column": HEAD + UNITS.replace("example}", "example, columns: [zwgk]}"),
    "plan_site_shared": HEAD + UNITS + UNITS.removeprefix("units:\n").replace("县财政局", "县税务局"),
    "plan_group_pack": HEAD + "roster: {groups: [县直], packs: {}}\n",
    "plan_group_empty": HEAD + "roster: {groups: [无组], packs: {无组: county/a}}\n",
    "plan_site_ownerless": HEAD + "roster: {groups: [无主], packs: {无主: county/a}}\n",
    "plan_unit_two_groups": HEAD + "roster: {groups: [县直, 校园], packs: {县直: county/a, 校园: county/a}}\n",
}  # fmt: skip


@pytest.mark.parametrize("message_id", WRONG)
def test_what_is_wrong_is_told_with_its_line(roster: Store, tmp_path: Path, message_id: str) -> None:
    made = drawn(roster, tmp_path, WRONG[message_id])
    assert made.assessment is None
    assert f"fault.{message_id}" in [fault.message_id for _, fault in made.wrong]
    assert all(1 <= line <= WRONG[message_id].count("\n") for line, _ in made.wrong)


def test_columns_that_lie_in_one_another_are_told(roster: Store, tmp_path: Path) -> None:
    shared = "caizheng.example, columns: [{}]}}"
    text = HEAD + UNITS.replace("caizheng.example}", shared.format("/zwgk/"))
    text += (
        UNITS.removeprefix("units:\n")
        .replace("县财政局", "县税务局")
        .replace("caizheng.example}", shared.format("http://caizheng.example/zwgk/swj/"))
    )
    ((line, fault),) = drawn(roster, tmp_path, text).wrong
    assert fault.message_id == "fault.plan_column_shared" and line == 6


FILES = {
    "plan_missing_field": (HEAD.replace("organiser: 县政府办\n", "") + UNITS, {"field": "organiser", "line": 1}),
    "plan_unknown_field": (HEAD + UNITS.replace("site_key", "site"), {"entry": "网站", "field": "units.objects.site", "line": 11}),
    "plan_bad_value": (HEAD.replace("2021-12-31", "年底") + UNITS, {"field": "ends", "given": "年底", "line": 5}),
    "plan_not_allowed": (HEAD + UNITS + "windows:\n  - {kind: 公示, ends: 2021-12-31}\n", {"entry": "公示", "line": 13}),
    "plan_key_twice": (HEAD + HEAD, {"key": "id", "line": 6}),
    "plan_not_yaml": (HEAD + "units: &all []\n", {"line": 6}),
}  # fmt: skip


@pytest.mark.parametrize("message_id", FILES)
def test_a_file_that_cannot_be_taken_is_refused(tmp_path: Path, message_id: str) -> None:
    text, told = FILES[message_id]
    path = tmp_path / "plan.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(Fault) as refused:
        read_plan(path)
    assert refused.value.message_id == f"fault.{message_id}"
    assert refused.value.params.items() >= (told | {"file": "plan.yaml"}).items()


@pytest.mark.parametrize(("share", "light"), [("0.0399", True), ("0.04", False)])
def test_a_weight_below_four_percent_is_told(roster: Store, tmp_path: Path, share: str, light: bool) -> None:
    """黑龙江2017 四（三）: 所占分值权重不应低于4%."""
    assert drawn(roster, tmp_path, f"{HEAD}weight_in_host: {share}\n{UNITS}").light is light


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@settings(max_examples=60, deadline=None)
def test_any_file_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)
    try:
        assert isinstance(read_plan(path).plan, Plan)
    except Fault as fault:
        assert fault.exit_code == 3


def test_what_was_amended_is_told_line_by_line(roster: Store, tmp_path: Path) -> None:
    before = taken(roster, tmp_path, HEAD + UNITS + "windows: [{kind: self_check, ends: 2021-11-30}]\n")
    after = taken(
        roster, tmp_path,
        HEAD.replace("年度评估", "2021年评估") + UNITS + """  - name: 台盘乡
    pack: county/b
    objects: [{name: 网站, site_key: taipan.example}]
windows: [{kind: self_check, ends: 2021-12-05}]
""",
    )  # fmt: skip
    assert amendments(before, after) == (
        Amendment(what="", field="title", before="年度评估", after="2021年评估"),
        Amendment(what=WindowKind.SELF_CHECK, field="window", before="–2021-11-30", after="–2021-12-05"),
        Amendment(what="台盘乡", field="unit", after="网站 taipan.example"),
    )
    assert amendments(before, before) == ()
