"""The CSV sheet: its columns, its encoding, and that no cell of it is ever a formula."""

import csv
import io
import shutil
import subprocess
from pathlib import Path

import pytest

from model import Fault, Outcome
from report.messages import Messages
from report.sheet import render_csv, write_csv
from tests.report import sample

ZH, EN = Messages("zh_CN"), Messages("en")
HEADERS = "序号 单位 网站 标识码 栏目 问题类型 问题描述 依据 条款 严重程度 扣分 链接 父页面 最后更新 逾期天数 首次发现 最近发现 状态 快照号 指纹"
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠x", "\t=1", "\r=1", "\n=1", " =1", "\u3000=1",
            "\u00a0=1", "\u200b=1", "\ufeff=1", '"=1', "'=1", "“=1", "\x1b[31m=1", "\u202e=1", "−1", "\x00=1")  # fmt: skip


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_columns_in_both_languages() -> None:
    first = render_csv(sample.view(), ZH).split("\r\n")[0]
    assert first.split(",") == HEADERS.split()
    assert render_csv(sample.view(), EN).startswith(
        "No.,Organiser,Site,Site code,Column,Problem,Description,Document,"
    )


def test_file_opens_in_excel(tmp_path: Path) -> None:
    write_csv(sample.view(), tmp_path / "问题清单.csv", ZH)
    content = (tmp_path / "问题清单.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf" + "序号,单位".encode())
    assert content.count(b"\n") == content.count(b"\r\n") == 1 + len(sample.view().findings)
    assert [path.name for path in tmp_path.iterdir()] == ["问题清单.csv"]


def test_row_says_all_of_a_finding() -> None:
    (row,) = [row for row in rows(render_csv(sample.view(), ZH)) if row["栏目"] == "部门动态"]
    found = next(found for found in sample.view().findings if found.verdict.subject_name == "部门动态")
    number = row.pop("序号")
    assert int(number) > 0
    assert row.pop("问题描述")
    assert row == {
        "单位": "临溪县人民政府办公室",
        "网站": "临溪县人民政府门户网站",
        "标识码": "5226280001",
        "栏目": "部门动态",
        "问题类型": "动态要闻类栏目更新不及时",
        "依据": "国办秘函〔2019〕19号",
        "条款": "发布解读·动态要闻",
        "严重程度": "扣分",
        "扣分": "3",
        "链接": "https://www.linxi.gov.cn/zwdt/bmdt/",
        "父页面": "",
        "最后更新": "2026-10-03",
        "逾期天数": "35",
        "首次发现": "2026-10-25",
        "最近发现": "2026-11-21",
        "状态": "待整改",
        "快照号": "R-20261121-090000/9",
        "指纹": found.fingerprint,
    }


def test_unsure_finding_accuses_nobody_and_costs_nothing() -> None:
    (row,) = [row for row in rows(render_csv(sample.view(), ZH)) if row["栏目"] == "统计信息"]
    assert (row["状态"], row["扣分"]) == ("需人工核实", "待核实，暂不扣分（属实扣 5 分）")


def test_points_that_are_not_known_are_said_not_guessed() -> None:
    found = {row["栏目"]: row["扣分"] for row in rows(render_csv(sample.view(), ZH))}
    assert found["政府信息公开年报"] == "未定分值，不计分"
    assert found["征集调查"] == "1"


def test_same_view_gives_same_bytes() -> None:
    forwards = sample.view()
    backwards = forwards.model_copy(update={"findings": forwards.findings[::-1]})
    assert render_csv(forwards, ZH) == render_csv(backwards, ZH)


@pytest.mark.parametrize("words", FORMULAS)
def test_no_cell_begins_a_formula(words: str) -> None:
    verdict = sample.dead(1, anchor=words).model_copy(update={"parents": (words,), "url": words})
    (row,) = rows(render_csv(sample.view((verdict,)), ZH))
    for name in ("栏目", "链接", "父页面"):
        assert row[name].startswith("'"), name
        assert not set(row[name]) & set("\t\r\n\x00\x1b\u200b\u202e\ufeff")


def test_long_cell_is_cut_to_what_a_spreadsheet_holds() -> None:
    verdict = sample.dead(1, parents=1).model_copy(
        update={"parents": ("https://a.gov.cn/" + "\U0001f4c4" * 40_000,)}
    )
    (row,) = rows(render_csv(sample.view((verdict,)), ZH))
    assert len(row["父页面"].encode("utf-16-le")) // 2 <= 32_000
    assert row["父页面"].startswith("https://a.gov.cn/")


def test_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Fault) as caught:
        write_csv(sample.view(), tmp_path / "file" / "out.csv", ZH)
    assert (caught.value.message_id, caught.value.exit_code) == ("fault.report_not_written", 1)
    assert str(tmp_path / "file" / "out.csv") in ZH.text(caught.value.message_id, **caught.value.params)


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not on this machine")
def test_a_real_spreadsheet_program_sees_text_only(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    write_csv(sample.view(), tmp_path / "out.csv", ZH)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx",
         "--infilter=CSV:44,34,76,1,,0,false,true,false", "--outdir", str(tmp_path), str(tmp_path / "out.csv")],
        check=True, capture_output=True, timeout=100,
    )  # fmt: skip
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    cells = [cell for line in sheet.iter_rows() for cell in line]
    assert sheet.max_row == 1 + len(sample.view().findings)
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    names = [cell.value for cell in sheet["E"]]
    assert "'=cmd|' /C calc'!A0" in names
    assert "公告gnp.exe" in names
    assert Outcome.FAIL in {found.verdict.outcome for found in sample.view().findings}
