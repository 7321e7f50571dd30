"""A notice as Word reads it: the customary layout, every finding with its evidence and clause, strangers' words harmless."""

import io
import re
import zipfile
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Pt

from model import NoticeKind
from report.messages import Messages
from report.notice.bulletin import Period, Tally, UnitLine, bulletin_text
from report.notice.call import call_text
from report.notice.content import FIELDS, GRIDS, NEEDED, known_names
from report.notice.faults import MOST_ROWS, Told, UnitFaults, mend_book, mend_text
from report.notice.fill import fill
from report.notice.template import opened, template
from tests.report import sample
from tests.report.notice.letters import LONG, SENT, UNIT, YEAR, ZH, faults

bundled = cache(lambda: template(NoticeKind.MEND, None, ZH))


def written(found: UnitFaults, contact: str = "王芳") -> Document:
    text = mend_text(YEAR.model_copy(update={"contact": contact}), found, ZH)
    return opened(fill(opened(bundled()), text, ZH))


def lines(made: Document) -> list[str]:
    return [one.text for one in made.paragraphs if one.text]


def test_the_letter_reads_as_an_office_writes_it() -> None:
    made = written(faults("最近更新：2026-09-12"))
    told = lines(made)
    assert told[:3] == ["关于限期整改政务公开问题的通知", "〔2026〕　　号", "临溪县水务局："]
    assert told[3].startswith(
        "按照2026年临溪县政府系统政务公开工作评估工作安排（临府办函〔2026〕12号），我单位"
    )
    assert "整改时限为2026年12月4日（自发文次日起5个工作日）" in "".join(told)
    assert (
        "附件所列问题中，有1项曾经通知整改（序号1，最近一次通知为2026年9月1日），至附件所列最近所见之日仍然存在。"
        in told
    )
    assert "以下1个网站未能检查：未查之站。未能检查不代表合格，也不作为问题列出，请自行核查。" in told
    assert (
        "另有3项情形尚待人工核实，核实前不作为问题，未列入附件。另有12项内容未能核验，未能核验不代表合格，也不作为问题列出。"
        in told
    )
    assert told[-4:-2] == ["临溪县人民政府办公室", "2026年11月27日"] and told[-1] == "临溪县水务局问题清单"
    assert not re.search(r"[{}｛｝]", "".join(told))


def test_a_sentence_that_says_nothing_is_left_out() -> None:
    told = lines(
        written(faults("x")._replace(listed=faults("x").listed[1:], doubts=0, unverified=0, unseen=()))
    )
    assert not [line for line in told if "未能检查" in line or "曾经通知" in line or "尚待人工核实" in line]
    assert "收到本通知后请及时签收。" in told


def test_the_page_is_that_of_an_official_document() -> None:
    first, annex = written(faults("x")).sections
    size = (first.page_width, first.page_height, annex.page_width, annex.page_height)
    assert [round(side.mm) for side in size if side is not None] == [210, 297, 297, 210]
    sides = (first.top_margin, first.bottom_margin, first.left_margin, first.right_margin)
    assert [round(side.mm) for side in sides if side is not None] == [37, 35, 28, 26]
    assert annex.orientation == WD_ORIENT.LANDSCAPE
    made = written(faults("x"))
    title, body = made.styles["公文标题"], made.styles["公文正文"]
    assert (title.font.size, body.font.size, body.paragraph_format.line_spacing) == (Pt(22), Pt(16), Pt(29))
    assert [one.element.rPr.rFonts.get(qn("w:eastAsia")) for one in (title, body)] == [
        "方正小标宋简体",
        "仿宋_GB2312",
    ]
    assert " PAGE" in f" {''.join(made.sections[0].footer._element.itertext())}"


def test_numbers_that_follow_each_other_are_told_by_the_first_and_the_last() -> None:
    def numbers(*places: int) -> str:
        found = faults(times=30)
        told = (Told(3, date(2026, 9, 1), SENT),)
        marked = tuple(
            one._replace(earlier=told if place in places else ())
            for place, one in enumerate(found.listed, start=1)
        )
        words = mend_text(YEAR, found._replace(listed=marked), ZH).words["repeated"]
        return words.partition("（序号")[2].partition("，最近")[0]

    assert numbers(1, 2) == "1、2" and numbers(3, 4, 5, 9) == "3至5、9"
    assert numbers(*range(1, 60, 2)) == "1、3、5、7、9、11、13、15、17、19、21、23等"


def test_what_was_listed_and_never_sent_was_told_to_nobody() -> None:
    found = faults("x")
    unsent = tuple(one._replace(earlier=(Told(3, date(2026, 9, 1)),)) for one in found.listed)
    told = "\n".join(lines(made := written(found._replace(listed=unsent))))
    assert "曾" not in told and "曾" not in "".join(cell.text for cell in made.tables[0].column_cells(2))
    page = openpyxl.load_workbook(io.BytesIO(mend_book(found._replace(listed=unsent), ZH))).active
    assert not [cell.value for cell in page["M"][1:] if cell.value] and page["M1"].value == "曾经通知"


def test_a_doubt_since_and_a_name_without_end() -> None:
    one = faults("x").listed[0]
    verdict = one.finding.verdict.model_copy(update={"subject_name": "财政预算" * 50})
    long = one._replace(finding=one.finding.model_copy(update={"verdict": verdict}), doubted=True)
    row = written(faults()._replace(listed=(long,))).tables[0].rows[1].cells
    assert len(row[1].text) < 100 and "（最近一次检查未能再次核实，以2026年11月21日所见为准）" in row[2].text


def test_annexes_stand_below_each_other() -> None:
    told = lines(opened(template(NoticeKind.BULLETIN, None, ZH)))
    assert "附件：1. 各单位情况" in told and "　　　2. 反复出现和逾期未改的问题" in told


@pytest.mark.parametrize("shows", ["attempt_gone", "visit_unreachable"])
def test_our_own_record_of_asking_is_not_told_as_words_of_the_page(shows: str) -> None:
    found = faults("2026-11-21 09:00 GET 404")
    one = found.listed[0]
    (proof,) = one.finding.verdict.evidence
    verdict = one.finding.verdict.model_copy(
        update={"evidence": (proof.model_copy(update={"shows": shows}),)}
    )
    asked = one._replace(finding=one.finding.model_copy(update={"verdict": verdict}))
    first, second = (
        row.cells[3].text for row in written(found._replace(listed=(asked, one))).tables[0].rows[1:]
    )
    assert "访问记录：2026-11-21 09:00 GET 404" in first and "页面原文" not in first
    assert "页面原文：“2026-11-21 09:00 GET 404”" in second


def test_every_finding_has_evidence_clause_and_term_in_a_table_that_fits() -> None:
    found = faults("最近更新：2026-09-12", times=3)
    (table,) = written(found).tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0] == ["序号", "网站/栏目", "问题", "所见（证据）", "依据条款", "整改时限"]
    assert [row[0] for row in rows[1:]] == [str(place) for place in range(1, len(found.listed) + 1)]
    for row, one in zip(rows[1:], found.listed, strict=True):
        assert (
            f"网址：{LONG}" in row[3]
            and "最近所见：2026-11-21" in row[3]
            and "“最近更新：2026-09-12”" in row[3]
        )
        assert one.finding.id in row[2] and "国办秘函〔2019〕19号" in row[4] and row[5] == "2026-12-04"
    grid = [int(one.get(qn("w:w"))) for one in table._tbl.iter(qn("w:gridCol"))]
    page = written(found).sections[1]
    assert sum(grid) == round((page.page_width - page.left_margin - page.right_margin) / 635)
    assert table._tbl.find(f".//{qn('w:tblLayout')}").get(qn("w:type")) == "fixed"
    assert table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None


def test_strangers_words_stay_words() -> None:
    hostile = (*sample.HOSTILE, "{{单位}}", "\ufffe坏\x00字\ud800", "]]>&<w:t>")
    found = faults()
    for word in hostile:
        (table,) = written(found._replace(listed=faults(word).listed[:1])).tables
        cell = table.rows[1].cells[3].text
        assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e\ufffe]", cell) and cell.count("\n") <= 2, word
    assert (
        "{{单位}}"
        in written(found._replace(listed=faults("{{单位}}").listed[:1])).tables[0].rows[1].cells[3].text
    )
    strange = written(found, contact="{{问题清单}}<b>\x1b[31m")
    assert "联系人：{{问题清单}}<b>" in lines(strange) and len(strange.tables) == 1


def test_the_same_notice_has_the_same_bytes_and_nothing_that_runs() -> None:
    text = mend_text(YEAR, faults("x"), ZH)
    one, two = (fill(opened(bundled()), text, ZH) for _ in range(2))
    assert one == two
    with zipfile.ZipFile(io.BytesIO(one)) as parts:
        assert not [name for name in parts.namelist() if re.search(r"vba|embed|activeX", name)]
        assert all(b'TargetMode="External"' not in parts.read(name) for name in parts.namelist())
        assert b"instrText" not in parts.read("word/document.xml")


def test_a_list_without_end_goes_on_in_the_workbook() -> None:
    found = faults("x", times=MOST_ROWS // len(faults().listed) + 1)
    (table,) = written(found).tables
    left = len(found.listed) - MOST_ROWS
    assert (
        table.rows[-1].cells[2].text == f"另有 {left} 项见所附工作簿。"
        and len(table._tbl.tr_lst) == MOST_ROWS + 2
    )
    page = openpyxl.load_workbook(io.BytesIO(mend_book(found, ZH))).active
    assert page.max_row == len(found.listed) + 1 and page.freeze_panes == "A2" and page.auto_filter.ref
    heads = {cell.value: place for place, cell in enumerate(page[1])}
    row = page[2]
    assert (
        row[heads["整改时限"]].is_date
        and row[heads["网址"]].value == LONG
        and not row[heads["网址"]].hyperlink
    )
    assert not [cell for line in page.iter_rows() for cell in line if cell.data_type == "f"]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_every_bundled_template_is_whole_and_fills(kind: NoticeKind, language: str) -> None:
    from datetime import UTC, datetime

    from model import Notice

    messages = sample.SampleMessages(language)
    notice = Notice(kind=kind, units=(UNIT,), dated=YEAR.ends, criticised=(UNIT,))
    period = Period(
        datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 30, tzinfo=UTC), (UnitLine(UNIT, 1, Tally(1, 2, 3, 4, 5, 6)),), (),
        ((YEAR.starts, Tally()),),
    )  # fmt: skip
    text = {
        NoticeKind.MEND: lambda: mend_text(YEAR, faults("x"), messages),
        NoticeKind.BULLETIN: lambda: bulletin_text(YEAR, notice, period, messages),
        NoticeKind.CALL: lambda: call_text(YEAR, notice, messages),
    }[kind]()
    made = opened(fill(opened(template(kind, None, messages)), text, messages))
    told = "".join(lines(made))
    assert not re.search(r"[{}｛｝]", told) and YEAR.organiser in told
    assert len(made.tables) == {NoticeKind.MEND: 1, NoticeKind.BULLETIN: 2, NoticeKind.CALL: 2}[kind]
    assert set(NEEDED[kind]) <= {*text.words, *text.grids}
    if kind is NoticeKind.BULLETIN:  # nothing came back: a word says so where the table would be
        assert messages.text("notice.nothing") in told


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_no_two_placeholders_share_a_name(kind: NoticeKind) -> None:
    assert len(known_names(kind)) == 2 * len((*FIELDS[kind], *GRIDS[kind]))


def test_a_template_is_text_in_both_languages() -> None:
    folder = Path(__file__).parents[3] / "report" / "templates" / "notice"
    found = {path.name for path in folder.iterdir()}
    assert found == {f"{kind}.{language}.txt" for kind in NoticeKind for language in ("zh_CN", "en")}
    assert all(
        Messages(language).has(f"notice.kind.{kind}") for kind in NoticeKind for language in ("zh_CN", "en")
    )
