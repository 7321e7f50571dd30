"""How a score came about is told step by step, and a rule's place in its scheme in words."""

from decimal import Decimal
from pathlib import Path

import pytest

from audit.score import score
from model import Outcome, Severity
from report.messages import Messages
from report.page import render_page
from report.scheme import depth_of, step_lines
from report.text import points_of
from report.why import explain_rule
from tests.audit.marking import BANDS, load, verdicts
from tests.report import sample

ZH, EN = Messages("zh_CN"), Messages("en")
STEPS = [{"at_most": 0, "keeps": 1}, {"at_most": "0.1", "keeps": "0.5"}, {"keeps": 0}]
SECTIONS = [
    {"id": "ALL", "title": "主动公开", "title_en": "Disclosure", "weight": "0.4"},
    {"id": "MEETING", "title": "会议公开", "title_en": "Meetings", "within": "ALL", "weight": "0.1"},
]
LADDER = {
    "id": "W-MEETING-01", "section": "MEETING", "worth": 100, "weight": "0.3", "ladder": {"by": "share", "steps": STEPS},
    "credit": {"explanatory_note": "0.8"}, "effective_from": "2020-07-01", "effective_to": "2020-12-31",
}  # fmt: skip


def test_a_rule_of_a_tree_of_weights_is_told_whole(tmp_path: Path) -> None:
    pack = load(tmp_path, {"mode": "weights"}, SECTIONS, [LADDER])
    assert [line for line in explain_rule(pack.rules[0], pack, ZH) if line.startswith("计分：")] == [
        "计分：权重逐级相乘，满分 100",
        "计分：所在指标 主动公开 40 % → 会议公开 10 %",
        "计分：分值 100",
        "计分：在所在指标中的权重 0.3",
        "计分：分档计分：不合格占比不超过 0%，得 100%、不合格占比不超过 10%，得 50%、再多得 0%",
        "计分：以情况说明代替的，得分值的 80%",
        "计分：自 2020-07-01 起适用",
        "计分：适用至 2020-12-31",
    ]
    english = "\n".join(explain_rule(pack.rules[0], pack, EN))
    assert "Scoring: within Disclosure 40 % → Meetings 10 %" in english
    assert "no figure" not in english


HALVED = [{"name": "优秀", "at_least": 45}, {"name": "不合格", "at_least": 0}]
SCHEMES = {
    "ratio": ({"mode": "ratio", "decimals": 2}, [
        "所得分值除以适用项分值（确定适用的有 30 分），折算为 100 分：66.6667", "四舍五入，保留 2 位小数：66.67"]),
    "redistribute": ({"mode": "points", "base": 50, "not_applicable": "redistribute", "veto_score": 29}, [
        "分值制，满分 50", "扣分后，确定适用的 30 分折算为 50 分：33.3333", "四舍五入，保留 2 位小数：33.33"]),
    "all else": ({"mode": "points", "base": 50, "bonus": {"above": 30, "most": 5}, "band_on": "integer", "rescale_to": 4,
                  "bands": HALVED, "blend": {"audit": "0.7", "others": [{"id": "D", "title": "日常", "weight": "0.3"}]}}, [
        "分值制，满分 50", "扣分后：40", "加分后（门槛 30，最多加 5）：45",
        "与其他评分合成，本次检查占 70%；尚缺：日常：31.5–46.5", "四舍五入取整定等次：32–47",
        "按 50 分折合 4 分计入上级考核：2.52–3.72"]),
}  # fmt: skip


@pytest.mark.parametrize("name", SCHEMES)
def test_every_step_is_told_in_both_languages(tmp_path: Path, name: str) -> None:
    scoring, expected = SCHEMES[name]
    entries = [
        {"id": "P-A-01", "section": "A", "worth": 10, "points": 10},
        {"id": "P-A-02", "section": "B", "worth": 20, "points": 20},
        {"id": "P-C-03", "section": "C", "worth": 20, "points": 20},
        {"id": "P-C-04", "section": "C", "points": 9 if "bonus" in scoring else None, "severity": "bonus"},
    ]
    sections = [{"id": "A"}, {"id": "B", "within": "A"}, {"id": "C"}]
    pack = load(tmp_path, scoring, sections, entries)
    found = score(pack, verdicts(pack, P_A_01="f", P_C_03="-", P_C_04="p"))
    assert list(step_lines(found, ZH)) == expected
    assert all("{" not in line for line in step_lines(found, EN))
    assert [depth_of(section.id, found) for section in found.sections] == [0, 1, 0]
    for messages in (ZH, EN):
        page = render_page(sample.view().model_copy(update={"score": found}), messages)
        assert all(line in page for line in step_lines(found, messages))
        assert messages.text(f"score.mode.{found.mode}") in page


def test_a_confirmed_veto_is_no_longer_called_suspected(tmp_path: Path) -> None:
    entries = [{"id": "V-A-01", "section": "A", "severity": "veto"}]
    pack = load(tmp_path, {"bands": BANDS, "veto_score": 59}, [{"id": "A"}], entries)
    pages = [
        render_page(
            sample.view().model_copy(
                update={"score": score(pack, verdicts(pack, V_A_01="f"), confirmed=confirmed)}
            ),
            ZH,
        )
        for confirmed in ((), ("V-A-01",))
    ]
    assert ["单项否决（已经人工确认）" in page for page in pages] == [False, True]
    assert "有疑似或可能的单项否决；如经人工确认，得分为 59：59–100" in pages[0]


def test_findings_that_cost_nothing_by_themselves_say_why() -> None:
    def points(severity: Severity, **params: str) -> str:
        demand = sample.rule("N19-X-01", "DESIGN", "某项", "x", severity, points=None)
        found = sample.verdict(demand, "a", Outcome.FAIL, "sample.mark", params={"column": "a", **params})
        return points_of(sample.finding(demand, found), ZH)

    assert points(Severity.DEDUCT, graded="ladder") == "与本指标其他问题一并分档计分"
    assert points(Severity.BONUS) == "不加分"
    assert points(Severity.DEDUCT) == "未定分值，不计分"


def test_an_old_score_without_steps_is_still_shown() -> None:
    assert step_lines(sample.SCORE, ZH) == ()
    assert sample.SCORE.low == Decimal("79.8")
    assert "得分如何得出" not in render_page(sample.view(), ZH)


def test_a_pack_that_prices_nothing_shows_no_figure(tmp_path: Path) -> None:
    entries = [{"id": "V-A-01", "section": "A"}]
    pack = load(tmp_path, {"bands": BANDS}, [{"id": "A"}], entries)
    found = score(pack, verdicts(pack))
    for messages, told in ((ZH, "不出分、不定等次"), (EN, "No score and no grade")):
        page = render_page(sample.view().model_copy(update={"score": found}), messages)
        assert told in page and 'class="score"' not in page and "优秀" not in page
