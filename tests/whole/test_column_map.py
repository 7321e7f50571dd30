"""What a person says a site's columns are: the sheet, its mistakes, and the audit that goes by it."""

import csv
import io
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from audit.column_map import import_map, kind_named
from audit.target import target_site
from model import Column, ColumnForm, ColumnKind, Fault, Site
from report.columns import ColumnLine, ColumnsView, write_map
from report.messages import LANGUAGES, Messages
from report.page import render_page
from storage import Store, open_store
from tests.report.sample import view as sample
from tests.whole.gate import duwang
from tests.whole.saved_site import SavedSite, served

HOME = "http://www.example.gov.cn/"
HEADS = "栏目地址,栏目名称,栏目类型\r\n"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(f"sqlite:///{(tmp_path / 'd.sqlite3').as_posix()}")) as opened:
        opened.add_sites(Site(home=HOME, site_code="9901230001", name="示例县政府网"))
        yield opened


def sheet(folder: Path, text: str, charset: str = "utf-8-sig") -> Path:
    path = folder / "栏目.csv"
    path.write_bytes(text.encode(charset))
    return path


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-8", "gbk"])
@pytest.mark.parametrize("named", ["9901230001", "示例县政府网", HOME, "www.example.gov.cn", "https://www.example.gov.cn/index.html"])  # fmt: skip
def test_a_sheet_as_excel_saves_it_is_taken(store: Store, tmp_path: Path, charset: str, named: str) -> None:
    text = HEADS + "http://www.example.gov.cn/zwgk/tzgg/index.html,通知公告,通知公告\r\n/bszn/,办事指南,services\r\n\r\n/gk/,概况,\r\n"  # fmt: skip
    site, taken, wrong = import_map(named, sheet(tmp_path, text, charset), store)
    assert (site.key, taken, wrong) == ("9901230001", 2, [])
    (kept,) = store.sites()
    assert [(one.url, one.kind.value, one.name) for one in kept.overrides] == [
        ("http://www.example.gov.cn/zwgk/tzgg/index.html", "notices", "通知公告"),
        ("http://www.example.gov.cn/bszn/", "services", "办事指南"),
    ]
    assert kept.home == HOME


def test_the_next_sheet_is_the_whole_map(store: Store, tmp_path: Path) -> None:
    import_map("9901230001", sheet(tmp_path, HEADS + "/a/,甲,通知公告\r\n/b/,乙,政策文件\r\n"), store)
    import_map("9901230001", sheet(tmp_path, HEADS + "/b/,乙,其他\r\n"), store)
    (kept,) = store.sites()
    assert [(one.url, one.kind) for one in kept.overrides] == [(HOME + "b/", ColumnKind.OTHER)]


@pytest.mark.parametrize("mark", ["\t", ";"])
def test_tabs_and_semicolons_part_cells_too(store: Store, tmp_path: Path, mark: str) -> None:
    text = (HEADS + "/a/,甲,通知公告\r\n").replace(",", mark)
    assert import_map("9901230001", sheet(tmp_path, text), store)[1:] == (1, [])


def test_heads_alone_take_no_map_away(store: Store, tmp_path: Path) -> None:
    import_map("9901230001", sheet(tmp_path, HEADS + "/a/,甲,通知公告\r\n"), store)
    with pytest.raises(Fault) as refused:
        import_map("9901230001", sheet(tmp_path, HEADS), store)
    assert refused.value.message_id == "fault.map_empty"
    assert len(store.sites()[0].overrides) == 1
    import_map("9901230001", sheet(tmp_path, HEADS + "/a/,甲,\r\n"), store)
    assert store.sites()[0].overrides == (), "named without a type, a column is left to detection on purpose"


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (",甲,通知公告", "fault.column_without_address"),
        ("http://www.other.gov.cn/a/,甲,通知公告", "fault.column_outside"),
        ("http://[/,甲,通知公告", "fault.column_address_invalid"),
        ("javascript:void(0),甲,通知公告", "fault.column_address_invalid"),
        ("/a/,甲,通知", None),  # a name of the directory is a type too
        ("/a/,甲,好看的栏目", "fault.column_kind_unknown"),
        ("/good/index.html,甲,政策文件", "fault.column_twice"),
    ],
)
def test_one_wrong_row_and_nothing_is_taken(
    store: Store, tmp_path: Path, row: str, fault: str | None
) -> None:
    _, taken, wrong = import_map(
        "9901230001", sheet(tmp_path, HEADS + f"/good/,好,通知公告\r\n{row}\r\n"), store
    )
    assert [(number, one.message_id) for number, one in wrong] == ([(3, fault)] if fault else [])
    (kept,) = store.sites()
    assert (taken, len(kept.overrides)) == ((0, 0) if fault else (2, 2))


def test_rows_of_another_site_are_refused(store: Store, tmp_path: Path) -> None:
    heads = "网站,栏目地址,栏目类型\r\n"
    _, taken, wrong = import_map(
        "9901230001",
        sheet(tmp_path, heads + "示例县政府网,/a/,通知公告\r\n别县政府网,/b/,通知公告\r\n"),
        store,
    )
    assert (taken, [(number, one.message_id) for number, one in wrong]) == (
        0,
        [(3, "fault.column_of_other_site")],
    )


@pytest.mark.parametrize("text", ["栏目地址,栏目名称\r\n/a/,甲\r\n", "栏目类型\r\n通知公告\r\n", ""])
def test_a_sheet_without_addresses_or_types_is_refused(store: Store, tmp_path: Path, text: str) -> None:
    with pytest.raises(Fault) as told:
        import_map("9901230001", sheet(tmp_path, text), store)
    assert told.value.message_id == "fault.map_incomplete"


def test_every_label_a_person_sees_names_its_kind() -> None:
    for kind in ColumnKind:
        assert kind_named(kind.value) is kind
        for language in LANGUAGES:
            assert kind_named(Messages(language).text(f"kind.{kind}")) is kind


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_written_can_be_read_back_and_holds_no_formula(
    store: Store, tmp_path: Path, language: str
) -> None:
    (site,) = store.sites()
    told = Column(key="/a/", name="=1+1", url=HOME + "a/", kind=ColumnKind.NEWS, kind_source="override", form=ColumnForm.LIST)  # fmt: skip
    found = Column(key="/b/", name="乙\x1b[31m,\r\n丙", url="http://moved.example/b/", kind=ColumnKind.POLICIES, kind_source="crumbs")  # fmt: skip
    out = Column(key="http://x/", name="外", url="http://x/", form=ColumnForm.LINK_OUT)
    lines = tuple(ColumnLine(column=column) for column in (told, found, out))
    path = tmp_path / "map.csv"
    count = write_map(
        ColumnsView(site=site, run_id="R1", home_seen=True, elsewhere=lines), path, Messages(language)
    )
    content = path.read_bytes()
    assert count == 2 and content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row[:2] for row in rows[1:]] == [[HOME + "a/", "'=1+1"], ["/b/", "乙, 丙"]]
    assert [bool(row[2]) for row in rows[1:]] == [True, False]
    _, taken, wrong = import_map("9901230001", path, store)
    (kept,) = store.sites()
    assert (taken, wrong, [(one.kind, one.name) for one in kept.overrides]) == (
        1,
        [],
        [(ColumnKind.NEWS, "=1+1")],
    )


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("https://www.example.gov.cn", True),
        ("http://www.example.gov.cn/index.html", True),
        ("http://www.example.gov.cn:8080/", False),
        ("http://www.example.gov.cn/other/", False),
        ("http://example.gov.cn.evil.cn/", False),
    ],
)
def test_a_site_is_found_however_its_home_page_is_typed(store: Store, typed: str, known: bool) -> None:
    found = target_site(typed, store.sites())
    assert (found.site_code == "9901230001") is known
    assert found.home.startswith(typed.rstrip("/"))


NAV = "<div class='nav'><ul><li><a href='/'>首页</a></li><li><a href='/gzdt/'>工作动态</a></li><li><a href='/jlb/'>监督之窗</a></li></ul></div>"


def test_an_audit_goes_by_the_map(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    rows = "".join(f"<li><a href='/jlb/t2021010{n}_{n}.html'>关于第{n}次监督检查的通报</a> 2021-01-0{n}</li>" for n in range(1, 6))  # fmt: skip
    pages = {
        "index.html": NAV,
        "gzdt/index.html": NAV + "<div class='list'><ul></ul><p>共 0 条 当前第 1 / 1 页</p></div>",
        "jlb/index.html": f"{NAV}<ul>{rows}</ul>",
    }
    for path, body in pages.items():
        (folder / "site" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "site" / path).write_text(
            f"<html><meta charset='utf-8'><body>{body}</body></html>", "utf-8"
        )
    (folder / "_tree.txt").write_text("".join(f"1\t{path}\n" for path in pages), "utf-8")
    with served(SavedSite(folder)) as home:
        bad = duwang("sites", "map", home, str(sheet(tmp_path, HEADS + "/jlb/,甲,不知道\r\n")), cwd=tmp_path)
        assert bad.code == 3 and "第 2 行" in bad.err and "未采用任何映射" in bad.err
        good = sheet(tmp_path, HEADS + "/jlb/,监督通报,通知公告\r\n", "gbk")
        said = duwang("sites", "map", home, str(good), cwd=tmp_path)
        assert said.code == 0 and "已采用 1 条" in said.out
        ran = duwang("audit", home.rstrip("/"), "--allow-private", "--no-browser", "--delay", "0", "--confirm-after", "1", "--as-of", "2021-01-13", "--json", cwd=tmp_path)  # fmt: skip
        assert ran.code in (0, 2), ran
    lines = {row["entry"]: row["column"] for row in duwang("columns", "--json", cwd=tmp_path).json()["menu"]}
    assert (lines["首页"], lines["工作动态"]["blank"]) == (None, True)
    mapped = lines["监督之窗"]
    assert (mapped["kind"], mapped["kind_source"], mapped["name"], mapped["rows"]) == (
        "notices",
        "override",
        "监督通报",
        5,
    )
    printed = duwang("columns", cwd=tmp_path).out
    assert "监督通报　通知公告（人工指定）" in printed and "空白" in printed


def test_the_report_says_which_types_a_person_set() -> None:
    shown = sample()
    told = tuple(column.model_copy(update={"kind_source": "override"}) for column in shown.columns)
    page = render_page(shown.model_copy(update={"columns": told}), Messages("zh_CN"))
    assert "人工指定" in page and "人工指定" not in render_page(shown, Messages("zh_CN"))
