"""Sampling through the gate: planned, drawn, published, checked, and refused, in both languages."""

import csv
import hashlib
import json
from pathlib import Path

import openpyxl
import pytest

from tests.whole.gate import Said, duwang

HEADS = ["网站标识码", "网站名称", "首页地址", "主办单位", "层级", "地区", "网站类型", "停用日期"]


def roster(path: Path, count: int) -> None:
    rows = [
        [f"23{n:08}", f"=站{n}" if n == 5 else f"站{n}", f"www.s{n}.example.gov.cn", "县府办", "县级", "甲乙"[n % 2], "部门网站", ""]
        for n in range(count)
    ]  # fmt: skip
    rows.append(
        ["2399999999", "旧站", "old.example.gov.cn", "县府办", "县级", "甲", "部门网站", "2021-01-01"]
    )
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([HEADS, *rows])


def told(folder: Path, *words: str, code: int = 0, **env: str) -> Said:
    said = duwang("draw", *words, cwd=folder, **env)
    assert said.code == code, said
    return said


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A roster of 133 sites in service with two draws of the second quarter of 2021."""
    folder = tmp_path_factory.mktemp("draw")
    roster(folder / "r.csv", 133)
    assert duwang("sites", "import", "r.csv", cwd=folder).code == 0
    make = ("make", "--quarter", "2021Q2", "--by", "王芳")
    source = "全国政府网站信息报送系统2021-04-01导出"
    first = told(
        folder, *make, "--at", "2021-04-12", "--seed", "38150276", "--strata", "region", "--source", source,
        "--out", "out/1.json",
    ).out  # fmt: skip
    for line in (
        "随机抽查记录 2021Q2-1", "抽取人：王芳；抽取时间：2021-04-12 00:00", f"名单来源：{source}",
        "抽样框：2021-04-12 名单中正常运行的网站，共 133 个", "抽取数量：0.15 × 133，向上取整，20 个",
        "重复上限：0.1 × 20，向下取整，2 个（口径：本季度内和对上季度）", "按地区分层：乙 66 个抽 10 个；甲 67 个抽 10 个",
        "随机种子（抽取人指定）：38150276",
    ):  # fmt: skip
        assert line in first.splitlines()
    told(folder, *make, "--at", "2021-05-12T09:30", "--out", "out/2.json")
    return folder


def test_plans_of_the_document(folder: Path) -> None:
    seven = told(folder, "plan", "7").out.splitlines()
    assert (
        seven[0]
        == "网站 7 个：每次至少抽 2 个（0.15 × 7，向上取整），其中重复的至多 0 个（0.1 × 2，向下取整）。"
    )
    assert seven[3].endswith("每季度抽两次至少需要 8 个网站，只有 7 个，无法逐季度抽下去。")
    found = {count: told(folder, "plan", str(count), "--json").json() for count in (7, 133, 200, 767)}
    assert {count: (one["size"], one["limit"]) for count, one in found.items()} == {
        7: (2, 0), 133: (20, 2), 200: (30, 3), 767: (116, 11),
    }  # fmt: skip
    now = told(folder, "plan", "--quarter", "2021Q3", "--share", "15%", "--lang", "en").out.splitlines()
    assert "0.15 × 133" not in now[0] and "15% × 133, rounded up" in now[0]
    taken = {
        key
        for name in "12"
        for key in json.loads((folder / f"out/{name}.json").read_text("utf-8"))["draw"]["chosen"]
    }
    assert f"{133 - len(taken)} fresh sites, 20 can be drawn" in now[6]


def test_the_record_and_what_lies_beside_it(folder: Path) -> None:
    record = json.loads((folder / "out" / "1.json").read_text("utf-8"))
    frame = (folder / "out" / "1.frame.tsv").read_bytes()
    assert hashlib.sha256(frame).hexdigest() == record["draw"]["frame"]["sha256"]
    assert frame.decode().splitlines() == record["frame_lines"] and "旧站" not in frame.decode()
    with (folder / "out" / "1.csv").open(encoding="utf-8-sig", newline="") as file:
        heads, *rows = csv.reader(file)
    assert [row[1] for row in rows] == record["draw"]["chosen"]
    assert (heads[1], rows[0][5:8]) == ("网站键", ["部门网站", "县级", rows[0][7]])
    text = (folder / "out" / "1.txt").read_text("utf-8")
    assert [line.split()[1] for line in text.splitlines() if line.startswith("  ")] == record["draw"][
        "chosen"
    ]
    told(folder, "list", "--draw", "2021Q2-1", "--out", "again.json")
    assert (folder / "again.json").read_bytes() == (folder / "out" / "1.json").read_bytes()


def test_a_quarter_that_is_far_away_bars_no_other(folder: Path) -> None:
    for quarter, day in (("2206Q2", "2021-06-30"), ("2021Q4", "2021-06-30"), ("2021Q2", "2021-07-01")):
        said = told(folder, "make", "--quarter", quarter, "--by", "王芳", "--at", day, code=3)
        assert f"{day} 不能抽取 {quarter}：只能在本季度之内或上一季度抽取" in said.err
    assert told(folder, "list").out.count("2021Q2-") == 2


def test_a_record_is_checked_on_a_machine_without_the_database(folder: Path, tmp_path: Path) -> None:
    for name in ("1.json", "1.frame.tsv"):
        (tmp_path / name).write_bytes((folder / "out" / name).read_bytes())
    assert (
        "一致：2021Q2-1 从 133 个网站中抽取 20 个"
        in told(tmp_path, "check", "1.json", "--frame", "1.frame.tsv").out
    )
    frame = (tmp_path / "1.frame.tsv").read_text("utf-8").replace("站7\t", "站七\t")
    (tmp_path / "mine.tsv").write_text(frame, "utf-8")
    said = told(tmp_path, "check", "1.json", "--frame", "mine.tsv", code=2).out
    assert "第 8 行" in said and "站七" in said
    record = json.loads((tmp_path / "1.json").read_text("utf-8"))
    swapped = record["draw"]["chosen"][:2]
    record["draw"]["chosen"][:2] = swapped[::-1]
    (tmp_path / "x.json").write_text(json.dumps(record), "utf-8")
    said = told(tmp_path, "check", "x.json", "--json", code=2).json()
    assert said["difference"] == {"what": "chosen", "told": swapped[1], "found": swapped[0], "place": 1}
    (tmp_path / "y.json").write_text("{}", "utf-8")
    assert "不是完整的抽取记录：draw 处有误" in told(tmp_path, "check", "y.json", code=3).err
    assert list(tmp_path.glob("duwang-data")) == []


def test_draws_side_by_side_and_what_came_of_them(folder: Path) -> None:
    listed = told(folder, "list", "--at", "2021-08-01").out.splitlines()
    assert listed[1].split("\t")[:7] == ["2021Q2-1", "2021-04-12", "133", "20", "地区", "0/2", "0/2"]
    assert listed[2].split("\t")[:2] == ["2021Q2-2", "2021-05-12"] and "/2" in listed[2].split("\t")[5]
    assert listed[3].startswith("2021Q2：已抽 2 次") and listed[4].startswith("2021Q3：尚未抽取，")
    assert "还须抽 2 次，至 2021-09-30" in listed[4]
    later = told(folder, "list", "--at", "2021-11-01").out
    assert "2021Q3：没有抽取，少 2 次。\n2021Q4：尚未抽取" in later and "0.0%）；" not in later
    assert told(folder, "list", "--quarter", "2021Q1").out.startswith("2021Q1 没有抽取过。\n")
    assert told(folder, "list", "--results", "--quarter", "2021Q1").out == "2021Q1 没有抽取过。\n"
    found = told(folder, "list", "--json", "--quarter", "2021q2").json()
    repeated = sorted(set(found["draws"][0]["draw"]["chosen"]) & set(found["draws"][1]["draw"]["chosen"]))
    assert sorted(found["draws"][1]["within"]) == repeated and len(repeated) <= 2
    said = told(folder, "list", "--results", "--draw", "2021Q2-1", "--out", "抽查情况.csv").out
    assert "不合格 0 个，合格 0 个，待核实 0 个，未检查 20 个" in said
    assert "全部 133 个网站中不合格的在 0 至 133 个之间" in said
    with (folder / "抽查情况.csv").open(encoding="utf-8-sig", newline="") as file:
        heads, *rows = csv.reader(file)
    assert {row[heads.index("抽查结果")] for row in rows} == {"未检查"} and len(rows) == 20
    told(folder, "list", "--results", "--out", "r.xlsx", "--lang", "en")
    book = openpyxl.load_workbook(folder / "r.xlsx")
    assert book.sheetnames == ["Results", "2021Q2-1", "2021Q2-2"]
    assert [cell.value for cell in book["Results"][2]][:3] == ["2021Q2-1", 133, 20]


REFUSED = [
    (("make", "--by", "甲", "--quarter", "2021Q5"), "“2021Q5”不是季度"),
    (("make", "--by", "甲", "--quarter", "2021Q1"), "2021Q2-1 已经抽过，不能再补抽更早的 2021Q1"),
    (
        ("make", "--by", "甲", "--quarter", "2021Q3", "--seed", "38150276"),
        "种子“38150276”已用于 2021Q2-1",
    ),
    (("make", "--by", "甲", "--share", "0"), "“0”不是比例"),
    (("make", "--by", "甲", "--share", "nan"), "“nan”不是比例"),
    (("make", "--by", "甲", "--seed", " "), "种子须为"),
    (("make", "--by", "甲", "--strata", "group"), "没有一个网站填写了"),
    (
        ("make", "--by", "甲", "--quarter", "2021Q3", "--at", "2021-07-01", "--share", "0.9"),
        "抽不出：应抽 120 个",
    ),
    (("make", "--by", "甲", "--out", "a.pdf"), "扩展名须为 .json"),
    (("make", "--by", "甲", "--assessment", "none"), "没有编号为“none”的考评"),
    (("list", "--draw", "2021Q2-9"), "没有编号为“2021Q2-9”的抽取；已有的是：2021Q2-1、2021Q2-2"),
    (("list", "--out", "a.json"), "--out 要与"),
    (("list", "--results", "--out", "a.json"), "抽查情况写成 .csv 或 .xlsx"),
    (("check", "r.csv"), "不是完整的抽取记录"),
    (("check", "out/1.json", "--frame", "none.tsv"), "none.tsv"),
]


def test_what_cannot_be_is_refused_in_one_sentence_and_leaves_nothing(folder: Path) -> None:
    before = told(folder, "list", "--json").json()["draws"]
    for words, sentence in REFUSED:
        said = told(folder, *words, code=3)
        assert sentence in said.err and len(said.err.splitlines()) == 1
    assert told(folder, "list", "--json").json()["draws"] == before
    assert not list(folder.glob("a.*"))
