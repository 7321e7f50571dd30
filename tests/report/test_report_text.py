"""Sentences and cleaning: nothing a stranger wrote moves a cursor, reorders a line or becomes a link."""

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import CaseState, Outcome, Period, Severity
from report.figures import figure_text, measured_text, period_text
from report.messages import Messages
from report.text import (
    cause_text,
    describe,
    label,
    link_target,
    number,
    plain,
    points_of,
    remedy_text,
    state_of,
)
from tests.report import sample

ZH, EN = sample.SampleMessages("zh_CN"), sample.SampleMessages("en")


@pytest.mark.parametrize(
    ("words", "cleaned"),
    [
        ("\x1b[31m红色\x1b[0m", "红色"),
        ("\x1b]0;owned\x07通知", "通知"),
        ("\x1b]8;;http://x\x1b\\字\x1b]8;;\x1b\\", "字"),
        ("\x9b31m红", "红"),
        ("\x9d0;owned\x9c通知", "通知"),
        ("\x1bc清屏", "清屏"),
        ("公告\u202egnp.exe\u202c", "公告gnp.exe"),
        ("政\u200b府\ufeff网\u00ad站", "政府网站"),
        ("一\r\n二\t三\u2028四\x85五", "一 二 三 四 五"),
        ("\x00\x08半\ud800个", "半个"),
        ("\U000e0041标签", "标签"),
        ("　全角空格　", "全角空格"),
        ("普通（文字）〔2019〕19号", "普通（文字）〔2019〕19号"),
    ],
)
def test_plain(words: str, cleaned: str) -> None:
    assert plain(words) == cleaned


@given(st.text(alphabet=st.characters(codec=None, categories=None)))
def test_plain_leaves_one_visible_line_and_is_stable(words: str) -> None:
    cleaned = plain(words)
    assert not [c for c in cleaned if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    assert plain(cleaned) == cleaned


@pytest.mark.parametrize(
    "url", ["https://www.gov.cn/a?b=1", "HTTP://www.gov.cn/", "http://[::1]/", "https://网站.政务/"]
)
def test_web_addresses_are_links(url: str) -> None:
    assert link_target(url) == url


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", " javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "", "#", "/a",
     "https://", "http://a b", 'http://a"onclick=', "http://a'x", "http://a\\b", "https://a/" + "x" * 3000],
)  # fmt: skip
def test_everything_else_is_not(url: str) -> None:
    assert link_target(url) is None


def test_sentence_shows_labels_and_cleans_values() -> None:
    verdict = sample.verdict(
        sample.NEWS_RULE, "a", Outcome.FAIL, "sample.fail",
        params={"column": sample.ESCAPE, "kind": "news", "newest": "2026-10-03", "days": 35},
    )  # fmt: skip
    assert (
        describe(verdict, ZH) == "“红色通知”（动态要闻）最后更新于 2026-10-03，截至监测时间点已逾期 35 天。"
    )


def test_braces_of_strangers_are_not_parameters() -> None:
    verdict = sample.verdict(
        sample.NEWS_RULE, "a", Outcome.FAIL, "sample.blank", params={"column": "{days.__class__} {0}"}
    )
    assert describe(verdict, ZH) == "“{days.__class__} {0}”栏目页可以打开，但没有任何内容。"


def test_long_values_are_cut() -> None:
    verdict = sample.verdict(
        sample.NEWS_RULE, "a", Outcome.FAIL, "sample.blank", params={"column": "长" * 5000}
    )
    assert len(describe(verdict, ZH)) < 340


def test_points_in_words() -> None:
    def points(severity: Severity, outcome: Outcome, figure: str | None, *, preview: bool = False) -> str:
        demand = sample.rule("N19-X-01", "DESIGN", "某项", "x", severity, points=figure, preview=preview)
        return points_of(sample.finding(demand, sample.verdict(demand, "a", outcome, "sample.mark")), EN)

    assert points(Severity.DEDUCT, Outcome.FAIL, "0.50") == "−0.5 points"
    assert points(Severity.BONUS, Outcome.FAIL, "2") == "+2 points"
    assert points(Severity.DEDUCT, Outcome.UNSURE, "5") == "undecided, nothing deducted yet (−5 if confirmed)"
    assert points(Severity.DEDUCT, Outcome.FAIL, None) == "no figure known, not scored"
    assert points(Severity.DEDUCT, Outcome.FAIL, "5", preview=True) == "rule on trial, not scored"
    assert points(Severity.VETO, Outcome.FAIL, None) == "not scored by points, to be confirmed by a person"
    assert points(Severity.ADVISE, Outcome.FAIL, None) == "not scored"


def test_unsure_has_no_state_that_accuses() -> None:
    found = sample.finding(sample.LINK_RULE, sample.dead(1, outcome=Outcome.UNSURE), state=CaseState.OPEN)
    assert (state_of(found, ZH), state_of(found, EN)) == ("需人工核实", "needs a person")


@pytest.mark.parametrize(
    ("written", "zh", "en"),
    [("P14D", "14 天", "14 days"), ("P2W", "14 天", "14 days"), ("P6M", "6 个月", "6 months"), ("P1Y", "1 年", "1 year"),
     ("P18M", "18 个月", "18 months"), ("P1M10D", "1 个月 10 天", "1 month 10 days"), ("P0D", "0 天", "0 days")],
)  # fmt: skip
def test_periods(written: str, zh: str, en: str) -> None:
    period = Period.model_validate(written)
    assert (period_text(period, ZH), period_text(period, EN)) == (zh, en)
    assert figure_text(written, ZH) == zh


def test_figures_that_are_no_periods_stay() -> None:
    assert [figure_text(figure, ZH) for figure in ("404", "P", "PDF", "P1X", "P1D1Y", "2 周")] == [
        "404", "P", "PDF", "P1X", "P1D1Y", "2 周",
    ]  # fmt: skip


def test_bare_number_beside_a_period_counts_days() -> None:
    verdict = sample.dead(1).model_copy(update={"measured": "49", "allowed": "P14D"})
    assert measured_text(verdict, ZH) == "49 天"
    assert measured_text(sample.dead(1), ZH) == "404"


def test_causes_and_remedies() -> None:
    messages = Messages("zh_CN")
    assert cause_text("status_412", messages) == "状态码 412"
    assert cause_text("left_over", messages) == "预算用尽或中途停止，未及采集"
    assert cause_text("never\x1b[2Jheard", messages) == "neverheard"
    assert remedy_text("left_over", messages) == "可加大 --max-pages 后重新检查。"
    assert remedy_text("never_heard", messages) is None
    assert label(messages, "severity", "unheard") == "unheard"


def test_numbers() -> None:
    assert [number(Decimal(text)) for text in ("100", "1E+2", "0.50", "0", "10.0")] == [
        "100",
        "100",
        "0.5",
        "0",
        "10",
    ]
