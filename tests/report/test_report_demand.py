"""A rule in words, and what a pack leaves to a person or to the program itself."""

from datetime import date

import pytest

import checks
import rules
from model import (
    Automation,
    Feature,
    Level,
    ManualEntry,
    Outcome,
    Requirement,
    RulePack,
    Section,
)
from report.demand import demand_lines
from report.messages import LANGUAGES, Messages
from report.page import render_page
from report.why import explain_entry, explain_rule
from tests.report import sample

ZH, EN = Messages("zh_CN"), Messages("en")
CITED = sample.NEWS_RULE.basis
MANUAL = ManualEntry(
    id="N19-MANUAL-01", section="PUBLISH", title="主要负责同志听取汇报<script>", title_en="The head hears reports",
    basis=CITED, answers=("S1-21",),
)  # fmt: skip
FEATURE = Feature(
    id="N19-FEATURE-01", title="按比例计入", command="duwang compare", basis=CITED, answers=("S1-20",)
)
PACK = RulePack(
    id="national/2019-check-indicators", title="检查指标", version="1.2.0", document=sample.DOCUMENT,
    level=Level.NATIONAL, effective_from=date(2019, 4, 1), sections=(Section(id="PUBLISH", title="发布解读"),),
    rules=(sample.NEWS_RULE,), manual=(MANUAL,), features=(FEATURE,),
)  # fmt: skip
DUTIES = {
    "S1-21": Requirement(
        id="S1-21",
        document="台江2021",
        clause="主動聽取工作情況匯報",
        check_type="MAN",
        automation=Automation.PERSON,
    )
}


def words(params: dict[str, object], messages: Messages = ZH) -> list[str]:
    return list(demand_lines(sample.NEWS_RULE.model_copy(update={"params": params}), messages))


def test_periods_kinds_and_switches_are_told_in_words() -> None:
    assert words(
        {"period": "P14D", "kinds": ["news", "policies"], "ask": True, "extra": False, "since": None}
    ) == [
        "时限（period）：14 天",
        "栏目类型（kinds）：动态要闻、政策文件",
        "只取证，由人判断（ask）：是",
    ]
    assert words({"period": "P6M"}, EN) == ["period (period): 6 months"]


def test_named_things_are_told_with_their_other_names() -> None:
    topic = {
        "name": "财政",
        "columns": ["财政信息"],
        "kinds": ["statutory"],
        "titles": [],
        "without": ["学校"],
    }
    assert words({"topic": topic}) == [
        "主题（topic）：财政（栏目 财政信息; 类型 法定主动公开内容; 不含 学校）"
    ]
    assert words({"expected": [{"name": "甲", "also": []}, {"name": "乙", "also": ["丙"]}]}) == [
        "应有名单（expected）：甲、乙（又名 丙）"
    ]


def test_a_long_table_and_strangers_words_stay_in_bounds() -> None:
    (line,) = words({"expected": [{"name": f"第{n}项\x1b[2J"} for n in range(500)]})
    assert "500" in line and "\x1b" not in line and len(line) < 2100


def test_a_parameter_of_a_strangers_check_is_told_by_its_name() -> None:
    assert words({"colour": "red"}) == ["colour（colour）：red"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_parameter_and_remedy_of_our_checks_has_words(language: str) -> None:
    messages = Messages(language)
    lacking = {
        name for check in checks.ALL.values() for name in check.Params.model_fields if not messages.has(f"param.{name}")
    }  # fmt: skip
    assert not lacking
    assert not {name for name in checks.ALL if not messages.has(f"remedy.{name}")}


def test_a_rule_tells_its_cases_remedy_and_the_duty_it_answers() -> None:
    rule = sample.NEWS_RULE.model_copy(
        update={"answers": ("S1-21", "S1-99"), "examples": ("stale_column/a", "stale_column/b")}
    )
    told = explain_rule(rule, PACK, ZH, DUTIES, {"stale_column/a": "fail"})
    for line in (
        "案例（不合格）：stale_column/a",
        "示例：stale_column/b",
        "应答要求：S1-21 台江2021 主動聽取工作情況匯報",
        "应答要求：S1-99",
    ):
        assert line in told


def test_what_is_left_to_a_person_or_done_by_the_program_is_told() -> None:
    told = explain_entry(MANUAL, PACK, ZH, DUTIES)
    assert told[:2] == ("N19-MANUAL-01 主要负责同志听取汇报<script>", "部分：发布解读")
    assert "须人工评定：程序不判定，也不计分。" in told
    assert "应答要求：S1-21 台江2021 主動聽取工作情況匯報" in told
    assert "Done by the program: duwang compare" in explain_entry(FEATURE, PACK, EN)


def test_the_report_lists_what_is_left_to_a_person_folded_and_counted() -> None:
    view = sample.view().model_copy(update={"manual": (MANUAL,)})
    page = render_page(view, ZH)
    assert 'href="#manual"' in page and 'id="manual"' in page
    assert "1 项，程序不判定，也不计分" in page
    assert "主要负责同志听取汇报&lt;script&gt;" in page
    assert "The head hears reports" in render_page(view, EN)
    assert view.counts()[Outcome.FAIL] == sample.view().counts()[Outcome.FAIL]
    assert 'id="manual"' not in render_page(sample.view(), ZH)


def test_every_rule_that_comes_with_duwang_can_be_told_in_both_languages() -> None:
    params = checks.params_of(checks.ALL)
    for card in rules.packs():
        pack = rules.load_pack(card.id, params)
        for messages in (ZH, EN):
            for rule in pack.rules:
                told = "\n".join(explain_rule(rule, pack, messages))
                assert "why." not in told and "param." not in told, rule.id
