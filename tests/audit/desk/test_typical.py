"""Typical problems, points that come back, and the report: from runs small enough to be reckoned by hand."""

import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import docx

from audit.desk.assessment_report import report_content
from audit.desk.desk import Desk, open_desk
from audit.desk.freezing import freeze
from audit.desk.mended import mended
from audit.desk.ranking import frozen
from audit.desk.typical import typical
from model import SHANGHAI, EntryKind, OpinionResult, Result, ResultKind, RulePack
from report.assessment_report import report_files
from report.mended import MendedUnit, mended_csv, mended_lines
from report.messages import Messages
from report.typical import typical_csv, typical_markdown
from storage import Store
from tests.audit.desk import year
from tests.audit.desk.year import (
    AFTER,
    FRESH,
    SAMPLED,
    STALE,
    UNDATED,
    audited,
    entered,
    opened,
    opinion,
    store,
)
from tests.audit.ground import CHECKS, pack

__all__ = ["store"]
D = Decimal
ZH = Messages("zh_CN")
LATER = datetime(2021, 12, 14, 9, tzinfo=SHANGHAI)


def drafted(store: Store, desk: Desk) -> tuple[Desk, Result]:
    freeze(store, desk, ResultKind.DRAFT, AFTER, "王芳", AFTER, CHECKS)
    desk = open_desk(store, desk.assessment.id)
    return desk, frozen(desk)


def county(store: Store) -> tuple[Desk, Result]:
    """县财政局: three stale columns of four, the longest for 67 days. 县教育局: one stale, two of which nobody is sure until
    a person confirms /b/ and excludes /c/."""
    desk = opened(store)
    audited(store, "caizheng", [STALE, STALE, FRESH, "2021-10-15"])
    record = audited(store, "jiaoyu", [STALE, UNDATED, UNDATED])
    for locus, told in (("/b/", OpinionResult.CONFIRMED), ("/c/", OpinionResult.EXCLUDED)):
        desk = entered(store, desk, EntryKind.OPINION, opinion(store, record, locus, told), "jiaoyu")
    return drafted(store, desk)


def year_before(store: Store, by: RulePack | None = None) -> None:
    """县财政局 with one stale column of two, 县教育局 with none."""
    at = datetime(2020, 12, 7, 20, tzinfo=SHANGHAI)
    desk = opened(
        store, year.assessment(id="tj2020", windows=(), starts=date(2020, 1, 1), ends=date(2020, 12, 31))
    )
    audited(store, "caizheng", ["2020-10-01", "2020-12-01"], at, by)
    audited(store, "jiaoyu", ["2020-12-01"], at, by)
    freeze(store, desk, ResultKind.DRAFT, at.replace(hour=23), "王芳", AFTER, CHECKS)


def test_typical_problems_count_what_was_certain_when_it_was_frozen(store: Store) -> None:
    desk, result = county(store)
    record = store.run("R-jiaoyu-120722")
    later = opinion(store, record, "/a/", OpinionResult.EXCLUDED)  # entered once the result was frozen
    desk = entered(store, desk, EntryKind.OPINION, later, "jiaoyu", LATER)
    found = typical(store, desk, result, CHECKS)
    (rule,) = found.rules
    assert (rule.rule_id, rule.units, rule.sites, rule.count, found.of) == (
        "T-COL-01",
        ("县财政局", "县教育局"),
        2,
        5,
        2,
    )
    # the longest overdue of each unit before a second one of any
    assert [(one.unit, one.finding.verdict.locus) for one in rule.examples] == [
        ("县财政局", "/a/"), ("县教育局", "/a/"), ("县财政局", "/b/"),
    ]  # fmt: skip
    text = typical_markdown(found, ZH).decode()
    assert "| 栏目不更新 | 2 | 2 | 5 |" in text and rule.examples[0].finding.id in text
    assert "T-COL-01,栏目不更新,扣分,2,2,2,5" in typical_csv(found, ZH).decode("utf-8-sig")


def test_typical_problems_stand_beside_those_of_last_year(store: Store) -> None:
    year_before(store)
    desk, result = county(store)
    (rule,) = typical(store, desk, result, CHECKS, open_desk(store, "tj2020")).rules
    assert (rule.units_before, rule.count_before, rule.apart) == (1, 1, False)
    assert len(rule.units) == 2 and rule.count == 5


def test_a_rule_that_asks_for_something_else_now_is_not_compared(store: Store) -> None:
    looser = {**year.RULES["rules"][0], "params": {"days": 30}}
    year_before(store, pack(**year.RULES | {"rules": [looser, year.RULES["rules"][1]], "digest": "b" * 64}))
    desk, result = county(store)
    found = typical(store, desk, result, CHECKS, open_desk(store, "tj2020"))
    assert [one.apart for one in found.rules] == [True]
    assert "| 栏目不更新 | 2 | 2 | 5 | 要求有变 | 要求有变 |" in typical_markdown(found, ZH).decode()


def told(units: tuple[MendedUnit, ...]) -> dict[str, tuple[Any, ...]]:
    return {
        one.unit: (
            one.score,
            one.whole,
            one.back,
            [(len(item.findings), item.back, item.each) for item in one.items],
        )
        for one in units
    }


def test_points_that_come_back(store: Store) -> None:
    """Five points a column: three stale ones cost 15, a stale and a confirmed one 10."""
    desk, result = county(store)
    found = mended(store, desk, result, CHECKS)
    assert told(found) == {
        "县财政局": (D(85), D(100), D(15), [(3, D(15), D(5))]),
        "县教育局": (D(90), D(100), D(10), [(2, D(10), D(5))]),
    }
    assert [one.unit for one in found] == ["县财政局", "县教育局"] and not any(one.differs for one in found)
    assert found[1].items[0].open == 1  # what a person confirmed was filed as a doubt
    lines = list(mended_lines(found, ZH))
    assert lines[0] == "县财政局：现得 85 分（–），全部整改后 100 分（优秀），可恢复 15 分"
    assert "县直,县财政局,85,100,15,T-COL-01,栏目不更新,扣分,3,3,15,5," in mended_csv(found, ZH).decode(
        "utf-8-sig"
    )
    assert [one.unit for one in mended(store, desk, result, CHECKS, "县教育局")] == ["县教育局"]


def test_one_finding_brings_nothing_back_where_a_section_stops(store: Store) -> None:
    sections = [{"id": "a", "title": "栏目", "points": "8"}, {"id": "b", "title": "首页"}]
    capped = pack(**year.RULES | {"sections": sections, "digest": "c" * 64})
    desk = opened(store, year.assessment(year.TWO[0]))
    audited(store, "caizheng", [STALE, STALE, STALE], by=capped)
    found = mended(store, *drafted(store, desk), CHECKS)
    assert told(found) == {"县财政局": (D(92), D(100), D(8), [(3, D(8), D(0))])}


def test_objects_count_by_their_weight_and_who_has_no_score_has_none(store: Store) -> None:
    held = (
        year.site("caizheng", weight="0.4").model_copy(update={"name": "网站"}),
        year.site("portal", weight="0.6").model_copy(update={"name": "门户专栏"}),
    )
    desk = opened(store, year.assessment(year.unit("县财政局", *held), year.TWO[1]))
    audited(store, "caizheng", [STALE])
    audited(store, "portal", [STALE, STALE])
    found = mended(store, *drafted(store, desk), CHECKS)
    assert told(found) == {
        "县财政局": (D("92"), D(100), D("8"), [(2, D("6"), D("3")), (1, D("2"), D("2"))]),
        "县教育局": (None, None, None, []),
    }
    assert list(mended_lines(found, ZH))[-1] == f"县教育局：{ZH.text('unit_score.not_audited')}"


def test_the_report_tells_all_from_the_frozen_result(store: Store) -> None:
    desk, result = county(store)
    content = report_content(store, desk, result, CHECKS, LATER)
    files = report_files(content, ZH)
    text = files[".md"].decode()
    assert text.startswith("# 2021年政务公开评估报告")
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## 一、评估情况", "## 二、评估结果", "## 三、典型问题", "## 四、未核验情况", "## 五、复核情况", "## 六、数据来源与校验值",
    ]  # fmt: skip
    entry = desk.of(EntryKind.FROZEN)[0]
    for wanted in (
        "| 1 | 县教育局 | 90 |",
        result.digest,
        entry.digest,
        "R-caizheng-120722",
        "| 栏目不更新 | 2 | 2 | 5 |",
    ):
        assert wanted in text, wanted
    page = files[".html"].decode()
    assert '<td data-label="得分">90</td>' in page and "<script" not in page and result.digest in page
    word = docx.Document(io.BytesIO(files[".docx"]))
    cells = [[cell.text for cell in row.cells] for table in word.tables for row in table.rows]
    assert ["1", "县教育局", "90"] in [row[:3] for row in cells]
    for (
        table
    ) in word.tables:  # heads on every page, nothing wider than A4 has room for, no figure broken in two
        assert table.rows[0]._tr.xpath("w:trPr/w:tblHeader")
        widths = [column.width.mm for column in table.columns if column.width]
        assert min(widths) > 11 and sum(widths) < 157
    assert SAMPLED.strftime("%Y-%m-%d") in text
