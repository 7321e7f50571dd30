"""A roster sheet comes in whole or not at all, changes what it speaks of, and what is exported changes nothing."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from audit.arrange import arranged, who_says
from audit.groups import all_groups, name_of, set_group
from audit.roster import Imported, add_site, chosen, entry_of, import_roster, retire, take_back
from audit.roster_view import due_on, listed
from audit.target import target_site
from model import SHANGHAI, ColumnKind, ColumnOverride, Fault, Group, Level, RosterEntry, Site
from report.messages import LANGUAGES, Messages
from report.roster import change_line, entry_lines, write_roster
from rules.library import ROOT as PACKS
from storage import Store, open_store
from tests.storage import nouns

TODAY = date(2026, 11, 22)
SHEET = """网站名称,主办单位,首页地址,网站标识码,层级,分组,请求间隔（秒）,时段
甲,县政府办,www.a.gov.cn,5203990001,县级,一组,1,20:00-06:00
乙,县教育局,http://jyj.a.gov.cn/,,县级,一组,,
丙,县政府办,http://www.a.gov.cn/zwgk/index.html,,,,,
"""
HOSTILE = ["=HYPERLINK(\"http://x/\")", "a;=1+1", "'=1", "-2+3", "\u202e<b>甲</b>", "甲,“乙”\"丙\"", "@SUM(A1)；+1"]  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/d.sqlite", tmp_path / "archive") as opened:
        yield opened


def sheet(folder: Path, text: str) -> Path:
    path = folder / "名单.csv"
    path.write_text(text, "utf-8")
    return path


def taken(store: Store, folder: Path, text: str, **more: bool) -> Imported:
    done = import_roster(sheet(folder, text), store, TODAY, **more)
    assert not done.wrong, done.wrong
    return done


def refused(store: Store, folder: Path, text: str) -> list[tuple[int, str | None, str]]:
    before = store.roster()
    done = import_roster(sheet(folder, text), store, TODAY)
    assert store.roster() == before
    assert (done.added, done.changed, done.same) == ((), (), ())
    return [(row, head, fault.message_id.removeprefix("fault.")) for row, head, fault in done.wrong]


def entries(store: Store) -> dict[str, RosterEntry]:
    return {one.site.key: one for one in store.roster()}


# --- what comes in ----------------------------------------------------------------------------------------


def test_new_sites_are_added_with_their_terms(store: Store, tmp_path: Path) -> None:
    assert taken(store, tmp_path, SHEET).added == ("5203990001", "jyj.a.gov.cn", "www.a.gov.cn/zwgk")
    found = entries(store)
    first = found["5203990001"]
    assert (first.site.name, first.site.level, first.site.home) == (
        "甲",
        Level.COUNTY,
        "http://www.a.gov.cn/",
    )
    assert (first.arrangement.group, first.arrangement.delay, str(first.arrangement.hours)) == (
        "一组",
        1,
        "20:00-06:00",
    )
    assert found["jyj.a.gov.cn"].arrangement.delay is None
    assert first.lock == found["www.a.gov.cn/zwgk"].lock == "host:a.gov.cn"


def test_a_sheet_speaks_of_its_columns_only(store: Store, tmp_path: Path) -> None:
    taken(store, tmp_path, SHEET)
    mapped = entries(store)["5203990001"].site.model_copy(
        update={
            "overrides": (ColumnOverride(url="http://www.a.gov.cn/x/", kind=ColumnKind.NEWS),),
            "also": ("b.gov.cn",),
        }
    )
    store.add_sites(mapped)
    done = taken(store, tmp_path, "网址,标识码,网站名称,时段\nhttps://www.a.gov.cn/,5203990001,甲甲,\n")
    assert (done.changed, done.missing) == (("5203990001",), ("jyj.a.gov.cn", "www.a.gov.cn/zwgk"))
    now = entries(store)["5203990001"]
    assert now.site.name == "甲甲" and now.site.home == "https://www.a.gov.cn/"
    assert now.arrangement.hours is None, "an empty cell says: nothing"
    assert now.arrangement.delay == 1 and now.site.organiser == "县政府办", "no column says: as it was"
    assert (now.site.overrides, now.site.also) == (mapped.overrides, mapped.also)
    assert len(store.roster()) == 3


def test_a_site_is_known_by_its_home_page_too(store: Store, tmp_path: Path) -> None:
    taken(store, tmp_path, SHEET)
    done = taken(store, tmp_path, "网址,备注\nhttps://www.a.gov.cn/index.html,甲\nwww.a.gov.cn/zwgk/,丙\n")
    assert done.changed == ("5203990001", "www.a.gov.cn/zwgk")
    assert entries(store)["5203990001"].site.site_code == "5203990001"


def test_a_key_once_given_stays(store: Store, tmp_path: Path) -> None:
    """Rosters of earlier versions know a site of a folder by its host alone: its history is filed there."""
    store.add_sites(Site(home="http://www.a.gov.cn/portal/", name="旧"))
    taken(store, tmp_path, "网址,名称\nwww.a.gov.cn/portal/index.html,新\nwww.a.gov.cn/other/,二\n")
    assert {key: one.site.name for key, one in entries(store).items()} == {
        "www.a.gov.cn": "新",
        "www.a.gov.cn/other": "二",
    }


def test_every_wrong_cell_is_told_by_row_and_head(store: Store, tmp_path: Path) -> None:
    taken(store, tmp_path, SHEET)
    text = (
        "名单,,,\n首页地址,层级,时段,指标体系\nc.gov.cn,村,20点,\n,县级,,\nd.gov.cn,,,nowhere/2021\n"
        "D.gov.cn,,,\nc.gov.cn/x?1,,,\nc.gov.cn/x?2,,,\n"
    )
    assert refused(store, tmp_path, text) == [
        (3, "层级", "level_unknown"),
        (3, "时段", "hours_invalid"),
        (4, "首页地址", "row_without_home"),
        (5, "指标体系", "pack_not_found"),
        (8, "首页地址", "site_twice"),
    ]
    assert refused(store, tmp_path, "网址\nd.gov.cn\nD.gov.cn\n") == [(3, "网址", "site_twice")]
    two = "网址,标识码\nd.gov.cn,5203990008\nhttps://d.gov.cn/index.html,5203990009\n"
    assert refused(store, tmp_path, two) == [(3, "网址", "home_twice")]


def test_a_home_page_belongs_to_one_site_in_service(store: Store, tmp_path: Path) -> None:
    taken(store, tmp_path, SHEET)
    coded = "网址,标识码\njyj.a.gov.cn,5203990002\n"
    assert refused(store, tmp_path, coded) == [(2, "网址", "site_home_taken")]
    with pytest.raises(Fault, match="site_home_taken"):
        add_site(store, TODAY, home="jyj.a.gov.cn", site_code="5203990002")
    retire("jyj.a.gov.cn", store, TODAY, "改用标识码")
    assert taken(store, tmp_path, coded).added == ("5203990002",)
    swapped = "网址,标识码\njyj.a.gov.cn,5203990001\nwww.a.gov.cn,5203990002\n"
    assert taken(store, tmp_path, swapped).changed == ("5203990001", "5203990002")
    assert entries(store)["5203990001"].site.home == "http://jyj.a.gov.cn/"


CODED = "标识码,网址,网站名称\n5203990001,www.a.gov.cn,甲\n5203990002,www.b.gov.cn,乙\n"


def audited(store: Store, *keys: str) -> None:
    for key in keys:
        store.begin_run(nouns.run(f"R-{key}", site=entries(store)[key].site))


def test_codes_that_slipped_hand_no_history_to_another_site(store: Store, tmp_path: Path) -> None:
    taken(store, tmp_path, CODED)
    swapped = CODED.replace("www.a.", "www.c.").replace("www.b.", "www.a.").replace("www.c.", "www.b.")
    assert not import_roster(sheet(tmp_path, swapped), store, TODAY, dry_run=True).wrong, "no history yet"
    audited(store, "5203990001", "5203990002")
    assert refused(store, tmp_path, swapped) == [(2, "网址", "site_moved"), (3, "网址", "site_moved")]
    told = import_roster(sheet(tmp_path, swapped), store, TODAY, dry_run=True).wrong[0][2].params
    assert (told["key"], told["before"], told["after"]) == (
        "5203990001",
        "http://www.a.gov.cn/",
        "http://www.b.gov.cn/",
    )
    with pytest.raises(Fault, match="site_moved"):
        add_site(store, TODAY, home="www.c.gov.cn", site_code="5203990001")
    assert taken(store, tmp_path, swapped, move=True).changed == ("5203990001", "5203990002")
    assert add_site(store, TODAY, move=True, home="c.gov.cn", site_code="5203990001").site.host == "c.gov.cn"


def test_the_same_address_written_otherwise_is_no_move(store: Store, tmp_path: Path) -> None:
    folders = "标识码,网址\n5203990001,www.a.gov.cn/x/\n5203990002,www.a.gov.cn/y/\n"
    taken(store, tmp_path, folders)
    audited(store, "5203990001", "5203990002")
    assert taken(store, tmp_path, folders.replace("www.a", "https://www.a")).changed
    assert taken(store, tmp_path, folders.replace("x/", "portal/")).changed == ("5203990001", "5203990002")
    handed_on = folders.replace("x/", "z/").replace("y/", "portal/")
    assert refused(store, tmp_path, handed_on) == [(3, "网址", "site_moved")]


def test_a_changed_site_is_told_cell_by_cell(store: Store, tmp_path: Path) -> None:
    taken(store, tmp_path, SHEET)
    text = "网址,标识码,网站名称,层级,时段\nwww.a.gov.cn,5203990001,甲甲,市级,\njyj.a.gov.cn,,乙,县级,\n"
    done = taken(store, tmp_path, text, dry_run=True)
    assert [change_line(before, after, Messages("en")) for before, after in done.changes] == [
        "Changed: 甲 (5203990001) name: 甲 → 甲甲; level: county → municipal; hours: 20:00-06:00 → (empty)"
    ]


def test_missing_sites_are_retired_only_when_asked(store: Store, tmp_path: Path) -> None:
    taken(store, tmp_path, SHEET)
    one = "网址\njyj.a.gov.cn\n"
    assert taken(store, tmp_path, one).missing == ("5203990001", "www.a.gov.cn/zwgk")
    trial = taken(store, tmp_path, one, retire_missing=True, dry_run=True)
    assert trial.retired == ("5203990001", "www.a.gov.cn/zwgk")
    assert not [one for one in store.roster() if one.retired(TODAY)]
    assert taken(store, tmp_path, one, retire_missing=True).retired == trial.retired
    assert [key for key, one in entries(store).items() if one.retired(TODAY)] == [
        "5203990001",
        "www.a.gov.cn/zwgk",
    ]
    again = taken(store, tmp_path, SHEET)
    assert again.resting == ("5203990001", "www.a.gov.cn/zwgk"), (
        "a sheet that says nothing of it takes nobody back"
    )
    with pytest.raises(Fault, match="sheet_empty"):
        import_roster(sheet(tmp_path, "网址\n"), store, TODAY, retire_missing=True)


def test_a_pack_of_ones_own_is_read_once_and_known_by_its_whole_path(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ours = (PACKS / "county" / "taijiang-2021.yaml").read_text("utf-8")
    (tmp_path / "我的.yaml").write_text(ours.replace("id: county/taijiang-2021", "id: 我的", 1), "utf-8")
    (tmp_path / "坏的.yaml").write_text("id: [", "utf-8")
    taken(store, tmp_path, "网址,指标体系\na.gov.cn,county/taijiang-2021; 我的.yaml\n")
    assert entries(store)["a.gov.cn"].arrangement.packs == (
        "county/taijiang-2021",
        str(tmp_path / "我的.yaml"),
    )
    assert [one[:2] for one in refused(store, tmp_path, "网址,指标体系\na.gov.cn,坏的.yaml\n")] == [
        (2, "指标体系")
    ]


def test_no_sheet_without_home_pages(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Fault, match="sheet_without_home"):
        import_roster(sheet(tmp_path, "名称\n甲\n"), store, TODAY)
    done = import_roster(sheet(tmp_path, "网址,联系人,名称,网站\na.gov.cn,张三,甲,乙\n"), store, TODAY)
    assert done.unknown == ("联系人", "网站")
    assert entries(store)["a.gov.cn"].site.name == "甲"


# --- out and in again -------------------------------------------------------------------------------------


def full(store: Store, folder: Path) -> None:
    taken(store, folder, SHEET)
    with (folder / "more.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(
            [
                "网址",
                "名称",
                "备注",
                "停用日期",
                "停用原因",
                "渠道",
                "外链请求上限",
                "指标体系",
                "地区",
                "集约化平台",
            ]
        )
        for number, text in enumerate(HOSTILE):
            rows.writerow(
                [
                    f"h{number}.gov.cn",
                    text,
                    text,
                    "2026/1/2",
                    text,
                    "甲；乙",
                    0,
                    "county/taijiang-2021",
                    text,
                    text,
                ]
            )
    assert not import_roster(folder / "more.csv", store, TODAY).wrong
    store.add_sites(Site(home="http://budget.gov.cn/", max_pages=40))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_is_exported_changes_nothing(store: Store, tmp_path: Path, ending: str, language: str) -> None:
    full(store, tmp_path)
    before, out = store.roster(), [tmp_path / f"{name}.{ending}" for name in ("a", "b")]
    messages = Messages(language)
    assert write_roster(before, out[0], messages) == len(before) == 11
    done = import_roster(out[0], store, TODAY)
    assert (done.wrong, done.unknown, done.missing, done.added) == ((), (), (), ())
    assert done.changed == ("budget.gov.cn",), "a budget that came with the site becomes its own term, once"
    write_roster(store.roster(), out[1], messages)
    assert out[0].read_bytes() == out[1].read_bytes()
    assert len(import_roster(out[1], store, TODAY).same) == 11


def test_no_cell_of_an_exported_sheet_is_a_formula(store: Store, tmp_path: Path) -> None:
    full(store, tmp_path)
    write_roster(store.roster(), tmp_path / "a.xlsx", Messages("zh_CN"))
    cells = [
        cell
        for row in load_workbook(tmp_path / "a.xlsx").active.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    assert {cell.data_type for cell in cells} == {"s", "n", "d"}
    assert not [cell for cell in cells if cell.hyperlink]
    write_roster(store.roster(), tmp_path / "a.csv", Messages("zh_CN"))
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert not [cell for row in csv.reader(file) for cell in row if cell.startswith(("=", "+", "-", "@"))]
    with pytest.raises(Fault, match="roster_form"):
        write_roster([], tmp_path / "a.xls", Messages("zh_CN"))


def test_ten_thousand_rows(store: Store, tmp_path: Path) -> None:
    heads = ["网站名称", "网址", "主办单位", "层级", "时段", "请求间隔", "指标体系"]
    rows = [
        [
            f"网站{n}",
            f"w{n}.example.gov.cn",
            f"单位{n % 40}",
            "县级",
            "20:00-06:00",
            0.5,
            "county/taijiang-2021",
        ]
        for n in range(10_000)
    ]
    text = "\n".join(",".join(map(str, row)) for row in [heads, *rows])
    assert len(import_roster(sheet(tmp_path, text), store, TODAY).added) == 10_000
    assert len(store.roster()) == 10_000


# --- groups, service, views -------------------------------------------------------------------------------


def test_groups_are_named_set_and_unset(store: Store, tmp_path: Path) -> None:
    taken(store, tmp_path, SHEET)
    assert (
        name_of(None, level="县级") == "level=county"
        and name_of(None, organiser="县政府办") == "organiser=县政府办"
    )
    assert name_of(" 一组 ") == "一组" and name_of(None) is None
    for words in ({"name": "一组", "level": "县级"}, {"name": None, "region": "东", "level": "县级"}):
        with pytest.raises(Fault, match="group_one"):
            name_of(**words)
    with pytest.raises(Fault, match="group_name"):
        name_of("a=b")
    set_group(store, "一组", {"hours": "22:00-05:00", "delay": 3.0, "packs": [], "max_pages": None})
    set_group(store, "level=county", {"packs": ["county/taijiang-2021"], "every_days": 7})
    for said, unset in (({"packs": ["nowhere"]}, ()), ({"hours": "夜间"}, ()), ({}, ("colour",))):
        with pytest.raises(Fault):
            set_group(store, "一组", said, unset)
    assert set_group(store, "一组", {"max_pages": 9}, ["delay"]) == Group(
        name="一组", hours=store.groups()[1].hours, max_pages=9
    )
    assert [(one.name, size) for one, size in all_groups(store)] == [("level=county", 2), ("一组", 2)]
    told = arranged(entries(store)["jyj.a.gov.cn"], store.groups())
    assert (str(told.hours), told.every_days, told.packs, told.max_pages) == (
        "22:00-05:00",
        7,
        ("county/taijiang-2021",),
        9,
    )
    says = who_says(entries(store)["5203990001"], store.groups())
    assert says == {
        "packs": "level=county", "delay": "own", "hours": "own", "max_pages": "一组", "max_minutes": "usual",
        "max_external": "usual", "every_days": "level=county",
    }  # fmt: skip
    set_group(store, "一组", {}, ["hours", "max-pages"])
    assert [(one.name, size) for one, size in all_groups(store)] == [("level=county", 2), ("一组", 2)]
    assert [one.name for one in store.groups()] == ["level=county"]


def test_a_site_goes_out_of_service_and_comes_back(store: Store, tmp_path: Path) -> None:
    taken(store, tmp_path, SHEET)
    assert retire("乙", store, date(2026, 12, 1), "并入").arrangement.retired_because == "并入"
    entry = entries(store)["jyj.a.gov.cn"]
    assert not entry.retired(TODAY) and entry.retired(date(2026, 12, 1))
    assert not take_back("jyj.a.gov.cn", store).retired(date(2027, 1, 1))
    with pytest.raises(Fault, match="site_unknown"):
        retire("http://nowhere.gov.cn/", store, TODAY, None)
    assert add_site(store, TODAY, home="jyj.a.gov.cn", name="教育局").arrangement.group == "一组"
    with pytest.raises(Fault, match="site_code_invalid"):
        add_site(store, TODAY, home="b.gov.cn", site_code="1")


def test_which_site_a_person_means(store: Store, tmp_path: Path) -> None:
    taken(store, tmp_path, SHEET)
    sites = store.sites()
    for text, key in (
        ("www.a.gov.cn", "5203990001"), ("http://www.a.gov.cn/zwgk/", "www.a.gov.cn/zwgk"), ("丙", "www.a.gov.cn/zwgk"),
        ("www.a.gov.cn/zwgk", "www.a.gov.cn/zwgk"), ("http://www.a.gov.cn/other/", "www.a.gov.cn"),
    ):  # fmt: skip
        assert target_site(text, sites).key == key, text
    only = [site for site in sites if site.part]
    assert target_site("www.a.gov.cn", only).home == "http://www.a.gov.cn/"
    assert entry_of("http://elsewhere.gov.cn/", store) is None
    assert target_site("http://www.b.gov.cn.:8080/x/").home == "http://www.b.gov.cn:8080/x/"
    assert target_site("www.a.gov.cn.", sites).key == "5203990001", "a dot at the end makes no other host"
    with pytest.raises(Fault, match="url_invalid"):
        target_site("http://./")


def test_sites_are_chosen_by_group_level_and_organiser(store: Store, tmp_path: Path) -> None:
    taken(store, tmp_path, SHEET)
    keys = lambda **by: [one.site.key for one in chosen(store.roster(), **by)]  # noqa: E731
    assert keys(group="一组") == ["5203990001", "jyj.a.gov.cn"]
    assert keys(organiser="教育") == ["jyj.a.gov.cn"]
    assert keys(level="county", organiser="政府办") == ["5203990001"]
    assert len(keys()) == 3


def test_when_a_site_is_due() -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)

    assert due_on(None, 7, TODAY) == TODAY
    assert due_on(at("2026-11-21T20:30"), 1, TODAY) == TODAY
    assert due_on(at("2026-11-22T05:00"), 1, TODAY) == TODAY, "still the evening before's night"
    assert due_on(at("2026-11-22T20:00"), 1, TODAY) == date(2026, 11, 23)
    assert due_on(at("2026-11-20T23:00"), 7, TODAY) == date(2026, 11, 27)
    assert due_on(at("2026-01-01T00:00"), 7, TODAY) == TODAY


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_story_of_an_entry(store: Store, tmp_path: Path, language: str) -> None:
    full(store, tmp_path)
    set_group(store, "level=county", {"every_days": 7})
    lines = {one.entry.site.key: one for one in listed(store, datetime(2026, 11, 22, tzinfo=UTC))}
    assert lines["h0.gov.cn"].retired and lines["h0.gov.cn"].due_on is None
    for one in lines.values():
        told = list(entry_lines(one.entry, one.told, who_says(one.entry, store.groups()), Messages(language)))
        assert len(told) > 6 and not [line for line in told if "{" in line or "\u202e" in line]
    one = lines["5203990001"]
    told = "\n".join(
        entry_lines(one.entry, one.told, who_says(one.entry, store.groups()), Messages(language))
    )
    own, group = {
        "zh_CN": ("（本站设定）", "（分组：层级为 县级）"),
        "en": ("(its own)", "(group level county)"),
    }[language]
    assert f"20:00-06:00{own}".replace("(", " (") in told and f"7{group}".replace("(", " (") in told
