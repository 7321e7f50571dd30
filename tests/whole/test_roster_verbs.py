"""The roster through the gate: in from a sheet, listed, grouped, out of service, out to a sheet, in both languages."""

from pathlib import Path

from tests.audit.sheets import workbook
from tests.whole.gate import Said, duwang
from tests.whole.small_site import Answer, small_site

ROWS = [
    ["清溪县政府网站名单"],
    ["序号", "主办单位", "网站名称", "首页地址", "网站标识码", "层级", "时段", "分组"],
    [1, "县政府办", "清溪县政府网", "www.qingxi.gov.cn", 5203990001, "县级", "20:00-06:00", "门户"],
    [2, "县教育局", "县教育局网", "jyj.qingxi.gov.cn", None, "县级", None, None],
]


def good(folder: Path, *words: str, code: int = 0, **env: str) -> Said:
    said = duwang("sites", *words, cwd=folder, **env)
    assert said.code == code, said
    return said


def test_a_roster_from_a_workbook_and_back(tmp_path: Path) -> None:
    workbook(tmp_path / "名单.xlsx", ROWS)
    assert "核对无误，可以导入 2 个网站" in good(tmp_path, "import", "名单.xlsx", "--dry-run").out
    said = good(tmp_path, "import", "名单.xlsx").out
    assert said.splitlines() == [
        "读取的工作表：Sheet",
        "不认识、未采用的列：序号",
        "已导入 2 个网站。",
        "新增 2，更新 0，未变 0，停用 0。",
    ]
    listed = good(tmp_path, "list").out.splitlines()
    assert [line.split("\t")[:4] for line in listed] == [
        ["5203990001", "清溪县政府网", "门户", "从未"],
        ["jyj.qingxi.gov.cn", "县教育局网", "–", "从未"],
    ]
    assert "已写出 2 个网站" in good(tmp_path, "export", "a.csv").out
    assert "新增 0，更新 0，未变 2，停用 0。" in good(tmp_path, "import", "a.csv").out
    (tmp_path / "c.csv").write_text("网址,网站名称\njyj.qingxi.gov.cn,教育局网\n", "utf-8")
    told = "更新：县教育局网（jyj.qingxi.gov.cn）网站名称：县教育局网 → 教育局网"
    assert told in good(tmp_path, "import", "c.csv", "--dry-run").out.splitlines()
    good(tmp_path, "export", "b.csv")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert "Columns that are not known" not in good(tmp_path, "import", "a.csv", "--lang", "en").out
    assert good(tmp_path, "export", "a.ods", code=3).err.startswith("不知道把名单写成什么格式")


def test_wrong_cells_are_told_and_nothing_is_taken(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", [*ROWS, [3, None, "乙", None, 123, "村", "夜间"]])
    said = good(tmp_path, "import", "a.xlsx", "--lang", "en", code=3)
    assert [line.split(": ")[:2] for line in said.err.splitlines()[:-1]] == [
        ["Row 5", "column “首页地址”"],
        ["Row 5", "column “网站标识码”"],
        ["Row 5", "column “层级”"],
        ["Row 5", "column “时段”"],
    ]
    assert "wrong rows (1)" in said.err.splitlines()[-1]
    assert good(tmp_path, "list", "--json").json() == []


def test_groups_service_and_the_story_of_a_site(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", ROWS)
    good(tmp_path, "import", "a.xlsx")
    said = good(
        tmp_path, "group", "门户", "--delay", "2", "--pack", "county/taijiang-2021", "--lang", "en"
    ).out
    assert said == "门户\t1\trule packs: county/taijiang-2021, delay (s): 2\n"
    good(tmp_path, "group", "--level", "县级", "--every-days", "7")
    assert [one["name"] for one in good(tmp_path, "group", "--json").json()] == ["level=county", "门户"]
    assert "没有说明是哪个分组" in good(tmp_path, "group", "--delay", "2", code=3).err
    shown = good(tmp_path, "show", "www.qingxi.gov.cn", "--lang", "en").out
    for words in (
        "hours: 20:00-06:00 (its own)",
        "delay (s): 2 (group 门户)",
        "days between audits: 7 (group level county)",
    ):
        assert words in shown
    assert good(tmp_path, "show", "5203990001", "--json").json()["roster"]["told"]["delay"] == 2
    good(tmp_path, "retire", "县教育局网", "--on", "2026-01-02", "--reason", "并入门户")
    assert "另有 1 个网站已停用" in good(tmp_path, "list").out
    assert "2026-01-02" in good(tmp_path, "list", "--retired").out
    assert "2026-01-02（并入门户）" in good(tmp_path, "show", "jyj.qingxi.gov.cn").out
    assert "仍不检查" in good(tmp_path, "add", "jyj.qingxi.gov.cn", "--name", "教育局").out
    good(tmp_path, "retire", "教育局", "--undo")
    assert [one["key"] for one in good(tmp_path, "list", "--organiser", "教育", "--json").json()] == [
        "jyj.qingxi.gov.cn"
    ]
    assert "尚未登记" in good(tmp_path, "retire", "nowhere.gov.cn", code=3).err


def test_a_map_may_be_a_workbook_too(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", ROWS)
    good(tmp_path, "import", "a.xlsx")
    workbook(tmp_path / "map.xlsx", [["栏目地址", "栏目类型"], ["/gzdt/", "工作动态"]])
    assert "已采用 1 条栏目映射" in good(tmp_path, "map", "5203990001", "map.xlsx").out
    good(tmp_path, "import", "a.xlsx")
    assert good(tmp_path, "list", "--json").json()[0]["overrides"][0]["kind"] == "news"


PACKS = ["national/2019-check-indicators", "county/taijiang-2021"]
PAGE = "<html><head><title>清溪县</title></head><body><h1>清溪县人民政府</h1><p>欢迎访问。</p></body></html>"


def test_an_audit_by_hand_goes_by_what_is_arranged(tmp_path: Path) -> None:
    with small_site({"/": PAGE}, lambda _path: Answer(b"no such page", 404)) as (home, _):
        sheet = f"网站名称,首页地址,指标体系,最多页数\n小站,{home},{'、'.join(PACKS)},40\n"
        (tmp_path / "a.csv").write_text(sheet, "utf-8")
        good(tmp_path, "import", "a.csv")
        audits_by_hand(tmp_path)


def audits_by_hand(tmp_path: Path) -> None:
    words = ("--allow-private", "--no-browser", "--confirm-after", "1", "--delay", "0")
    said = duwang("audit", "小站", *words, cwd=tmp_path)
    assert said.code == 0, said
    first, second = sorted(duwang("runs", "--json", cwd=tmp_path).json(), key=lambda run: str(run["id"]))
    assert [first["pack_id"], second["pack_id"], second["replays"]] == [*PACKS, first["id"]]
    assert first["site"]["max_pages"] == 40
    assert f"检查 {second['id']}" in said.out
    said = duwang("audit", "小站", *words, "--pack", PACKS[0], "--max-pages", "7", cwd=tmp_path)
    assert "taijiang" not in said.out
    latest = duwang("runs", "--json", cwd=tmp_path).json()[0]
    assert (latest["pack_id"], latest["site"]["max_pages"]) == (PACKS[0], 7)
