"""Notices through the gate: made, previewed, sent, acknowledged, listed, told again; what cannot be is said in a sentence."""

import hashlib
import json
import shutil
import subprocess
from datetime import date, datetime, timedelta
from pathlib import Path

import docx
import openpyxl
import pytest

from model import SHANGHAI, CaseState, Deed, Notice, Outcome
from storage import open_store
from tests.audit import county
from tests.audit.desk.noticed import YEAR, told
from tests.whole.gate import Said, duwang

SEEN = datetime(2021, 3, 1, 22, tzinfo=SHANGHAI)
MADE = ("--by", "王芳", "--at", "2021-03-02T09:00")
LONG = "http://jia.example/zwgk/" + "a1b2c3d4" * 20 + ".html"


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """甲局 has two faults on jia (one came back) and a doubt; yi and wu would not open; 丁镇 is clean. All in March 2021."""
    folder = tmp_path_factory.mktemp("notice")
    with open_store(
        f"sqlite:///{folder}/duwang-data/duwang.sqlite3", folder / "duwang-data" / "archive"
    ) as store:
        store.add_sites(*(county.SITES[name] for name in ("jia", "yi", "bing", "wu", "ding")))
        record = county.run("jia", "N1", SEEN, 90, 92, fail=2, unsure=1)
        seen = {"first_seen": SEEN, "last_seen": SEEN}
        found = [
            county.finding("jia", record.id, county.verdict("/a/", url=LONG), **seen),
            county.finding("jia", record.id, county.verdict("/b/"), **seen),
            county.finding("jia", record.id, county.verdict("/c/", outcome=Outcome.UNSURE), **seen),
        ]
        opened = (SEEN - timedelta(days=9), "R-N0", Deed.OPENED, None, CaseState.OPEN)
        fixed = (SEEN - timedelta(days=5), "R-N0b", Deed.PASSED, CaseState.OPEN, CaseState.FIXED)
        back = (SEEN, record.id, Deed.FAILED_AGAIN, CaseState.FIXED, CaseState.REOPENED)
        county.audited(
            store,
            record,
            found,
            [county.case("jia", "/a/", opened), county.case("jia", "/b/", opened, fixed, back)],
        )
        county.audited(store, county.run("yi", "N1", SEEN, None, None))
        county.audited(store, county.run("ding", "N1", SEEN, 100, 100))
        from model import EntryKind, Window, WindowKind

        assessment = YEAR.model_copy(
            update={
                "starts": date(2021, 1, 1), "ends": date(2021, 12, 31), "title": "2021年甲县政务公开评估",
                "windows": (
                    Window(kind=WindowKind.MONITOR, starts=date(2021, 2, 1), ends=date(2021, 11, 30)),
                    Window(kind=WindowKind.SELF_CHECK, starts=date(2021, 11, 1), ends=date(2021, 11, 30)),
                ),
            }
        )  # fmt: skip
        store.enter(YEAR.dossier, [told(EntryKind.OPENED, assessment, SEEN - timedelta(days=40))], SEEN)
    return folder


@pytest.fixture
def folder(year: Path, tmp_path: Path) -> Path:
    shutil.copytree(year / "duwang-data", tmp_path / "duwang-data")
    return tmp_path


def notice(folder: Path, *words: str, code: int = 0, **env: str) -> Said:
    said = duwang("notice", *words, cwd=folder, **env)
    assert said.code == code, said
    return said


def text_of(path: Path) -> str:
    return "\n".join(one.text for one in docx.Document(str(path)).paragraphs)


def test_from_a_finding_to_a_receipt(folder: Path) -> None:
    out = notice(folder, "make", "--all", *MADE)
    assert out.out.splitlines()[0] == (
        "第 2 号 整改通知单：甲局，问题 2 项，整改时限 2021-03-09。"
        "文件：notices/整改通知单-甲局-2.docx、notices/整改通知单-甲局-2.xlsx"
    )
    assert "2 个单位没有确定成立、尚需整改的问题，未发文：乙局、丁镇。" in out.out
    assert "未能检查，不代表合格：甲县某局、乙县人民政府、戊局。" in out.err
    told = text_of(folder / "notices" / "整改通知单-甲局-2.docx")
    assert (
        "根据截至2021年3月1日的监测情况，尚需整改的问题2项" in told
        and "整改时限为2021年3月9日（自发文次日起5个工作日）" in told
    )
    (table,) = docx.Document(str(folder / "notices" / "整改通知单-甲局-2.docx")).tables
    assert [row.cells[1].text for row in table.rows][1:] == ["甲县人民政府\na", "甲县人民政府\nb"]
    assert LONG in table.rows[1].cells[3].text and "（整改后再次出现）" in table.rows[2].cells[2].text
    page = openpyxl.load_workbook(folder / "notices" / "整改通知单-甲局-2.xlsx").active
    assert [cell.value for cell in page["G"]][1:] == [LONG, "http://x.example/b/"]

    assert "未送达" in notice(folder, "list").out
    for paper in notice(folder, "list", "--json").json()[0]["notice"]["papers"]:
        content = (folder / "notices" / paper["name"]).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (paper["sha256"], paper["size"])
    notice(
        folder,
        "sent",
        "--all",
        "--by",
        "王芳",
        "--channel",
        "公文系统",
        "--number",
        "甲府办函〔2021〕3号",
        "--at",
        "2021-03-02",
    )
    assert (
        json.loads(notice(folder, "list", "--unacknowledged", "--json").out)[0]["sent"]["document"]
        == "甲府办函〔2021〕3号"
    )
    (folder / "r.csv").write_bytes(
        "编号,单位,签收人,签收时间\n2,甲局,张三,2021-03-03 10:05\n".encode("gb18030")
    )
    assert notice(folder, "receipt", "r.csv", "--by", "王芳").out.startswith("已记签收 1 项")
    (line,) = json.loads(notice(folder, "list", "--json").out)
    assert (line["state"], line["receipt"]["signer"], line["received_at"][:16]) == (
        "received",
        "张三",
        "2021-03-03T10:05",
    )
    assert notice(folder, "list", "--unacknowledged").out.strip() == "没有符合的通知。"
    gaps = json.loads(notice(folder, "gaps", "--every", "31", "--as-of", "2021-04-15", "--json").out)
    assert [(one["unit"], one["first"], one["days"]) for one in gaps] == [
        ("甲局", "2021-03-03", 44), ("乙局", "2021-02-01", 74), ("丁镇", "2021-02-01", 74),
    ]  # fmt: skip

    again = notice(folder, "make", "--unit", "甲 局", "--by", "王芳", "--at", "2021-03-15", "--days", "3").out
    assert "整改时限 2021-03-18" in again and "其中 2 项曾通知整改（第 2 号）。" in again
    number = json.loads(notice(folder, "list", "--json").out)[-1]["number"]
    assert "有2项曾经通知整改（序号1、2，最近一次通知为2021年3月2日）" in text_of(
        folder / "notices" / f"整改通知单-甲局-{number}.docx"
    )


def test_a_bulletin_names_what_comes_back_and_whom_a_person_criticises(folder: Path) -> None:
    out = notice(folder, "bulletin", *MADE, "--criticise", "甲局", "--since", "2021-02-22").out
    assert (
        "3 个单位：期初未改 2，新增 0，已改 1，反弹 1，期末未改 2，其中逾期 0；反复出现或逾期的问题 1 项。"
        in out
    )
    made = docx.Document(str(folder / "notices" / "通报-2.docx"))
    assert "经研究，对甲局予以通报批评。" in [one.text for one in made.paragraphs]
    summary, repeats, months = (
        [[cell.text for cell in row.cells] for row in table.rows] for table in made.tables
    )
    assert summary[1] == ["1", "甲局", "2", "2", "0", "1", "1", "2", "0", "1"]
    assert repeats[1][1:6] == ["甲局", "甲县人民政府 · b", "空白栏目", "1", "0"]
    assert [row[0] for row in months[1:]] == ["2021-02", "2021-03"]
    assert openpyxl.load_workbook(folder / "notices" / "通报-2.xlsx").sheetnames == [
        "各单位情况",
        "反复出现的问题",
        "逐月情况",
    ]


def test_an_announcement_is_told_in_time_or_late(folder: Path) -> None:
    out = notice(folder, "call", "--by", "王芳", "--at", "2021-10-20").out
    assert "早于自查或采样开始之日 2021-11-01，提前 12 天。" in out
    told = docx.Document(str(folder / "notices" / "考核通知-2.docx"))
    assert "请于2021年11月30日前对照考评指标完成自查自评" in "".join(one.text for one in told.paragraphs)
    assert [[cell.text for cell in row.cells][1] for row in told.tables[1].rows] == [
        "单位",
        "甲局",
        "乙局",
        "丁镇",
    ]
    assert "迟了 1 天" in notice(folder, "call", "--by", "王芳", "--at", "2021-11-02").out
    assert [one["ahead_days"] for one in json.loads(notice(folder, "list", "--json").out)] == [12] * 3 + [
        -1
    ] * 3


def test_an_own_template_and_a_preview(folder: Path) -> None:
    out = notice(folder, "template", "mend", "--out", "own.docx").out
    assert "可用的占位名：发文单位、依据、考评名称" in out
    own = docx.Document(str(folder / "own.docx"))
    own.paragraphs[0].runs[0].text = "甲县整改通知"
    own.save(str(folder / "own.docx"))
    out = notice(folder, "make", "--all", *MADE, "--template", "own.docx", "--preview").out
    assert out.startswith("预览（未记入卷宗） 整改通知单：甲局")
    assert text_of(folder / "notices" / "预览-整改通知单-甲局.docx").startswith("甲县整改通知\n")
    assert notice(folder, "list", "--json").json() == []
    own.add_paragraph("{{单位名}}")
    own.save(str(folder / "own.docx"))
    wrong = notice(folder, "make", "--all", *MADE, "--template", "own.docx", code=3)
    assert (
        "模板中的 {{单位名}} 不是可用的占位名。可用的有：" in wrong.err
        and notice(folder, "list", "--json").json() == []
    )


def test_what_cannot_be_is_said_in_a_sentence(folder: Path) -> None:
    (folder / "empty").mkdir()
    for words, said in {
        ("make", *MADE): "请用 --unit 写明单位，或用 --all 指全部",
        ("make", "--unit", "丙厅", *MADE): "考评对象中没有“丙厅”",
        ("sent", "--unit", "甲局", *MADE): "还没有给“甲局”的通知",
        ("bulletin", *MADE, "--since", "2021-04-01"): "通报的起始日 2021-04-01 应早于截止日 2021-03-02。",
        ("make", "--all", *MADE, "--pdf"): "本机没有 LibreOffice，不能生成 PDF",
    }.items():
        wrong = notice(folder, *words, code=3, PATH=str(folder / "empty"))
        assert said in wrong.err and len(wrong.err.strip().splitlines()) == 1
    assert notice(folder, "list", "--json").json() == []


def test_what_is_old_or_was_never_sent_is_told_to_whoever_makes_it(folder: Path) -> None:
    notice(folder, "make", "--all", *MADE)
    again = notice(folder, "make", "--all", "--by", "王芳", "--at", "2021-03-20")
    assert "曾列入第 2 号，但该通知没有送达记录" in again.out and "其中 2 项曾通知整改" not in again.out
    assert "所列问题中有 2 项最近所见已在 7 天以前，可能已经整改，发文前请重新检查：甲局。" in again.err
    out = notice(folder, "sent", "--all", "--by", "王芳", "--at", "2021-03-21")
    assert out.out == "已记：第 3 号整改通知单送达甲局。\n" and out.err.startswith(
        "第 2 号没有送达记录，已由后来的通知代替"
    )
    late = notice(
        folder, "bulletin", "--by", "王芳", "--at", "2021-04-20", "--criticise", "甲局", "--criticise", "甲局"
    )
    assert "所列逾期问题中有 2 项在整改时限之后没有再检查过" in late.err
    told = text_of(folder / "notices" / "通报-5.docx")
    assert "经研究，对甲局予以通报批评。" in told


def test_english_reads_as_english(folder: Path) -> None:
    out = notice(folder, "make", "--all", *MADE, "--lang", "en").out
    assert out.startswith("No. 2 order to mend: 甲局, 2 faults, mend by 2021-03-09.")
    told = text_of(folder / "notices" / "order to mend-甲局-2.docx")
    assert (
        "By what was seen until 2021-3-1, 2 faults are still to be mended" in told
        and "by 2021-3-9 (5 working days" in told
    )


def _writer() -> bool:
    """LibreOffice may be there without its part for letters."""
    program = shutil.which("soffice")
    return program is not None and (Path(program).resolve().parent / "swriter").exists()


@pytest.mark.skipif(not _writer(), reason="LibreOffice Writer is not on this machine")
def test_libreoffice_opens_it_and_every_page_stays_within_its_margins(folder: Path) -> None:
    assert "整改通知单-甲局-2.pdf" in notice(folder, "make", "--unit", "甲局", *MADE, "--pdf").out
    made = folder / "notices" / "整改通知单-甲局-2.pdf"
    (entry,) = notice(folder, "list", "--json").json()
    assert [paper.name[-5:] for paper in Notice.model_validate(entry["notice"]).papers] == [
        ".docx",
        "2.pdf",
        ".xlsx",
    ]
    assert made.read_bytes().startswith(b"%PDF-")
    if shutil.which("pdftotext"):
        text = subprocess.run(
            ["pdftotext", "-raw", str(made), "-"], capture_output=True, check=True
        ).stdout.decode()
        assert text.count("\f") == 3 and "甲局问题清单" in text and "—3—" in "".join(text.split())
        assert (
            "".join(text.split()).count("a1b2c3d4") == 20
        )  # an address without a space is wrapped, and whole
