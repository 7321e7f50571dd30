"""Sheets and papers as people hand them in at the gate: what they read, what comes in, and with which code it ends."""

import hashlib
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from audit.desk.desk import open_desk
from audit.desk.opinions import filed, opinions
from model import Finding
from storage import open_store
from tests.audit.desk.a_checkup import YEAR, built, filled
from tests.whole.gate import Said, duwang

SAID = {"意见": "确认", "理由": "原页为空", "核查人": "李强", "日期": date(2021, 12, 18)}
AT = ("--at", "2021-12-20")


@pytest.fixture
def desk(tmp_path: Path) -> dict[str, Finding]:
    with open_store(f"sqlite:///{tmp_path}/d.sqlite", tmp_path / "archive") as store:
        return built(store)


def ask(folder: Path, *words: str) -> Said:
    return duwang(*words, "--db", f"sqlite:///{folder}/d.sqlite", cwd=folder)


def test_opinions_go_out_come_back_and_are_not_overwritten(tmp_path: Path, desk: dict[str, Finding]) -> None:
    said = ask(tmp_path, "form", "opinions", *AT)
    assert (said.code, said.out) == (0, "已写出人工核查意见表，3 行：tj2021-opinions.xlsx\n")
    sheet = filled(tmp_path / "tj2021-opinions.xlsx", SAID)
    words = ("enter", "opinions", sheet.name, "--by", "王芳", *AT)
    trial = ask(tmp_path, *words, "--dry-run")
    assert f"第 2 行：{desk['czj/a'].id}：确认，李强，2021-12-18，理由：原页为空" in trial.out
    assert "未记入" in trial.out
    done = ask(tmp_path, *words)
    assert done.code == 0 and "已记入 1 条。" in done.out and "未填写 2" in done.out
    assert ask(tmp_path, *words, "--json").json()["same"] == 1
    filled(
        sheet,
        SAID | {"意见": "排除", "核查人": "赵敏", "理由": "栏目在建"},
        SAID | {"意见": "也许", "日期": "明天"},
    )
    bad = ask(tmp_path, *words)
    assert bad.code == 3 and [line.partition("，")[0] for line in bad.err.splitlines()[:2]] == [
        "第 3 行：“意见”一列",
        "第 3 行：“日期”一列",
    ]
    assert "有 1 行有误，整表未记入" in bad.err
    filled(sheet, {}, {"意见": None, "理由": None})
    odds = ask(tmp_path, *words)
    assert (
        odds.code == 3
        and "已记（第 2 号记录）：确认，李强，2021-12-18，理由：原页为空；本表：排除，赵敏" in odds.err
    )
    assert ask(tmp_path, *words, "--replace").code == 3, "why is left open"
    done = ask(tmp_path, *words, "--replace", "--reason", "现场核对")
    assert done.code == 0 and "替换 1" in done.out
    with open_store(f"sqlite:///{tmp_path}/d.sqlite", tmp_path / "archive", create=False) as store:
        (one,) = opinions(open_desk(store)).values()
    assert (one.reviewer, one.instead_of, one.because) == ("赵敏", 2, "现场核对")


def test_a_reason_without_end_and_nobody_are_refused_and_the_dossier_stays_readable(
    tmp_path: Path, desk: dict[str, Finding]
) -> None:
    ask(tmp_path, "form", "opinions", *AT, "-o", "a.xlsx")
    filled(tmp_path / "a.xlsx", SAID)
    words = ("enter", "opinions", "a.xlsx", "--by")
    for nobody in ("", " \t", "王" * 201):
        assert "--by" in ask(tmp_path, *words, nobody, *AT).err
    assert ask(tmp_path, *words, "王芳", *AT).code == 0
    filled(tmp_path / "a.xlsx", SAID | {"意见": "排除"})
    said = ask(tmp_path, *words, "王芳", *AT, "--replace", "--reason", "长" * 1001)
    assert said.code == 3 and "--reason 有 1001 个字，最多 1000 个" in said.err
    said = ask(tmp_path, *words, "王芳", *AT, "--replace", "--reason", "长" * 1000)
    assert said.code == 0 and "替换 1" in said.out
    assert ask(tmp_path, "form", "opinions", *AT, "-o", "b.xlsx").code == 0


def test_wrong_columns_in_both_languages(tmp_path: Path, desk: dict[str, Finding]) -> None:
    (tmp_path / "a.csv").write_text("问题编号,结论\nF-0000000000,确认\n", "utf-8")
    for language, told in (
        ("zh_CN", "缺少列：理由，核查人，日期，校验码（勿改）"),
        ("en", "lacks columns: Reason, Reviewer, Date"),
    ):
        said = ask(tmp_path, "enter", "opinions", "a.csv", "--by", "王芳", *AT, "--lang", language)
        assert said.code == 3 and told in said.err


def test_a_form_of_another_kind_is_named(tmp_path: Path, desk: dict[str, Finding]) -> None:
    ask(tmp_path, "form", "opinions", *AT, "-o", "o.xlsx")
    ask(tmp_path, "form", "adjustments", *AT, "-o", "a.csv")
    by = ("--by", "王芳", *AT)
    for kind, sheet, other in (("vetoes", "o.xlsx", "opinions"), ("scores", "a.csv", "adjustments")):
        said = ask(tmp_path, "enter", kind, sheet, *by)
        assert said.code == 3 and f"请用 duwang enter {other} 导入，不是 {kind}" in said.err
    (tmp_path / "b.csv").write_text("意见,理由,核查人,日期\n确认,空,李强,2021-12-18\n", "utf-8")
    assert "缺少列：问题编号。" in ask(tmp_path, "enter", "opinions", "b.csv", *by).err


def test_what_somebody_filled_in_is_not_written_over(tmp_path: Path, desk: dict[str, Finding]) -> None:
    for words in (("opinions",), ("opinions", "-o", "x.csv")):
        assert ask(tmp_path, "form", *words, *AT).code == 0
    sheet = filled(tmp_path / "tj2021-opinions.xlsx", SAID)
    before = sheet.read_bytes()
    for words in (("opinions",), ("opinions", "-o", "x.csv")):
        said = ask(tmp_path, "form", *words, *AT)
        assert said.code == 3 and "已经存在，可能有人填过，未覆盖" in said.err
    assert sheet.read_bytes() == before


def test_a_trial_says_that_an_assessment_is_closed(tmp_path: Path, desk: dict[str, Finding]) -> None:
    ask(tmp_path, "form", "opinions", *AT, "-o", "o.xlsx")
    filled(tmp_path / "o.xlsx", SAID)
    assert ask(tmp_path, "assess", "close", "--by", "王芳", "--reason", "试").code == 0
    said = ask(
        tmp_path, "enter", "opinions", "o.xlsx", "--by", "王芳", *AT, "--dry-run", "--assessment", YEAR.id
    )
    assert said.code == 3 and "已结项" in said.err


def test_no_item_loses_more_than_it_has(tmp_path: Path, desk: dict[str, Finding]) -> None:
    sheet = tmp_path / "a.csv"
    row = "单位,指标编号,核减或核加,分值,理由,记录人,日期\n县财政局,T-COL-01,核减,{},抽查,王芳,2021-06-01\n"
    for points, code, told in (("80", 3, "“80”有误，应为 0 到 8 之间的数"), ("8", 0, "已记入 1 条")):
        sheet.write_text(row.format(points), "utf-8")
        said = ask(tmp_path, "enter", "adjustments", sheet.name, "--by", "王芳", *AT)
        assert said.code == code and told in said.out + said.err


def test_ten_thousand_rows_of_daily_records(tmp_path: Path, desk: dict[str, Finding]) -> None:
    head = "单位,指标编号,核减或核加,分值,理由,记录人,日期"
    rows = [
        f"县财政局,T-COL-01,核减,0.{n % 9 + 1},第{n}次抽查,王芳,2021年{n % 12 + 1}月{n % 20 + 1}日"
        for n in range(10_000)
    ]
    sheet = tmp_path / "日常记录.csv"
    wrong = [row.replace("核减", "减少") if n >= 9_900 else row for n, row in enumerate(rows)]
    sheet.write_bytes("\n".join([head, *wrong]).encode("gbk"))
    words = ("enter", "adjustments", sheet.name, "--by", "王芳", "--at", "2021-12-31")
    said = ask(tmp_path, *words)
    assert said.code == 3 and len(said.err.splitlines()) == 52
    assert (
        "第 9902 行：“核减或核加”一列" in said.err
        and "另有 50 处" in said.err
        and "有 100 行有误" in said.err
    )
    sheet.write_bytes("\n".join([head, *rows]).encode("gbk"))
    assert "已记入 10000 条。" in ask(tmp_path, *words).out


def test_a_scan_of_a_higher_level_is_matched(tmp_path: Path, desk: dict[str, Finding]) -> None:
    sheet = tmp_path / "州.csv"
    for source, address in (("州政府", "http://czj.example/a/"), ("省政府", "www.czj.example/a")):
        sheet.write_text(f"来源,日期,问题类型,网址\n{source},20211201,空白栏目,{address}\n", "utf-8")
        said = ask(tmp_path, "enter", "scans", sheet.name, "--by", "王芳", *AT)
        assert said.code == 0 and f"第 2 行：本系统也发现，{desk['czj/a'].id}" in said.out


def test_papers_are_kept_by_their_bytes(tmp_path: Path, desk: dict[str, Finding]) -> None:
    (tmp_path / "自查报告.docx").write_bytes(b"PK\x03\x04 report")
    words = (
        "enter",
        "paper",
        "自查报告.docx",
        "--unit",
        "县财政局",
        "--purpose",
        "自查报告",
        "--by",
        "周文书",
    )
    said = ask(tmp_path, *words, "--at", "2021-11-30")
    sha256 = hashlib.sha256(b"PK\x03\x04 report").hexdigest()
    assert said.code == 0 and sha256 in said.out and "逾期" not in said.out
    assert "未重复记入" in ask(tmp_path, *words, *AT).out
    (tmp_path / "自查报告.docx").write_bytes(b"PK\x03\x04 another")
    late = ask(tmp_path, *words, "--at", "2021-12-01")
    assert "此前另有 1 份" in late.out and "逾期报送" in late.out
    assert ask(tmp_path, *words, *AT, "--item", "T-X-01").code == 3
    (tmp_path / "自查报告.docx").write_bytes(b"")
    assert "空文件" in ask(tmp_path, *words, *AT).err
    with (tmp_path / "自查报告.docx").open("wb") as file:
        file.truncate(32 * 2**20 + 1)
    assert "32 MB" in ask(tmp_path, *words, *AT).err
    endless = ask(tmp_path, "enter", "paper", "/dev/zero", *words[3:], *AT)  # no size of its own
    assert endless.code == 3 and "32 MB" in endless.err
    with open_store(f"sqlite:///{tmp_path}/d.sqlite", tmp_path / "archive", create=False) as store:
        kept = filed(open_desk(store, YEAR.id))
        assert len(kept) == 2 and kept[0].paper.sha256 == sha256
        assert store.paper(sha256) == b"PK\x03\x04 report"
    told = ask(tmp_path, "papers", "--unit", "县财政局", "-o", "out")
    assert sha256 in told.out and "文件已写到 out" in told.out
    back = {path.name: path.read_bytes()[5:] for path in (tmp_path / "out" / "县财政局").iterdir()}
    assert back == {"自查报告_自查报告.docx": b"report", "自查报告_自查报告~2.docx": b"another"}
    assert ask(tmp_path, "papers", "--json").json()[0]["paper"]["sha256"] == sha256


def test_what_there_is_no_form_of(tmp_path: Path, desk: dict[str, Finding]) -> None:
    assert ask(tmp_path, "form", "adjustments", "-o", "x.xlsx", "--unit", "县财政局", *AT).code == 0
    assert load_workbook(tmp_path / "x.xlsx").sheetnames == ["日常记录表", "指标编号一览"]
    assert "可用：opinions" in ask(tmp_path, "form", "letters").err
    assert ask(tmp_path, "form", "vetoes", "--all", *AT).code == 3
    assert ask(tmp_path, "form", "scans", "-o", "a.xls", *AT).code == 3
    assert "名称相近的有：县财政局" in ask(tmp_path, "form", "scores", "--unit", "财政局", *AT).err
