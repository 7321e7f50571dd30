"""The whole story of a finding and of a rule, as lines."""

import unicodedata
from datetime import date, timedelta
from decimal import Decimal

from model import (
    AppliesTo,
    ArchivePosition,
    Case,
    CaseEvent,
    CaseState,
    ColumnKind,
    Deed,
    FetchOutcome,
    Level,
    Purpose,
    Rank,
    Redirect,
    RulePack,
    Section,
    Snapshot,
)
from report.why import explain, explain_rule
from tests.report import sample
from tests.report.sample import MOMENT

ZH, EN = sample.SampleMessages("zh_CN"), sample.SampleMessages("en")
VERDICT = sample.dead(5, parents=7, anchor=sample.ESCAPE + sample.REVERSED)
(FOUND,) = sample.findings_of((VERDICT,))
CASE = Case(
    fingerprint=FOUND.fingerprint,
    rule_id=VERDICT.rule_id,
    site_key=sample.SITE.key,
    locus=VERDICT.locus,
    state=CaseState.REOPENED,
    first_seen=FOUND.first_seen,
    last_seen=FOUND.last_seen,
    history=tuple(
        CaseEvent(
            at=MOMENT.as_of - timedelta(days=days), run_id=f"R-{days}", deed=deed, state=state, note=note
        )
        for days, deed, state, note in (
            (90, Deed.OPENED, CaseState.OPEN, None),
            (30, Deed.PASSED, CaseState.FIXED, "复查\x1b[2J通过"),
            (0, Deed.FAILED_AGAIN, CaseState.REOPENED, None),
        )
    ),
)
SNAPSHOT = Snapshot(
    id="R-20261121-090000/905",
    run_id="R-20261121-090000",
    url=VERDICT.url,
    final_url=VERDICT.url + "?again",
    redirects=(Redirect(url=VERDICT.url, status=302),),
    purpose=Purpose.PROBE,
    rank=Rank.CONFIRM,
    fetched_at=MOMENT.as_of,
    outcome=FetchOutcome.GONE,
    status=404,
    elapsed_ms=91,
    sha256="ab" * 32,
    size=512,
    attempts=sample.ATTEMPTS,
    position=ArchivePosition(file="R-20261121-090000.warc.gz", offset=8192, length=700),
)


def story(lines: tuple[str, ...]) -> str:
    return "\n".join(lines)


def test_everything_behind_a_finding_is_told() -> None:
    told = explain(FOUND, sample.run(), CASE, (SNAPSHOT,), ZH)
    text = story(told)
    for words in (
        f"问题 {FOUND.id}（指纹 {FOUND.fingerprint}）",
        "判定：不合格",
        "指标：N19-LINK-01 链接不可用",
        "检查：dead_link",
        "严重程度：扣分",
        "扣分：扣 0.1 分",
        "依据：国办秘函〔2019〕19号 功能设计·链接可用性（行业惯用值）",
        "监测时间点 2026-11-21 09:00:00",
        "校验值 9f2c41d07be3a5581c40e6dd0a1b6f3c2277d2f1c0a3f5b6e7d8091a2b3c4d5e",
        "实测：404",
        "要求：200",
        "  原文：HTTP/1.1 404 Not Found",
        "  快照 R-20261121-090000/905",
        f"    跳转：302 {VERDICT.url}",
        f"    实际网址：{VERDICT.url}?again",
        "    存档位置：R-20261121-090000.warc.gz，第 8192 字节起",
        "    访问：2026-11-21 08:40:00 HEAD 页面不存在，状态码 404，用时 83 毫秒",
        "父页面（7 个）",
        "  https://www.linxi.gov.cn/zwgk/zcwj/2025/t00005_6.html",
        "  记录：2026-10-22 09:00:00 已整改，已整改，duwang（R-30），复查通过",
        "  记录：2026-11-21 09:00:00 反弹，反弹，duwang（R-0）",
    ):
        assert words in text, words


def test_a_finding_is_told_without_case_or_stored_snapshot() -> None:
    text = story(explain(FOUND, sample.run(), None, (), EN))
    assert "Evidence 2" in text and "Snapshot R-20261121-090000/905" in text
    assert "History" not in text


def test_no_line_can_move_a_cursor() -> None:
    for line in explain(FOUND, sample.run(), CASE, (SNAPSHOT,), ZH):
        assert not [c for c in line if unicodedata.category(c) in ("Cc", "Cf", "Cs")], line


def test_a_rule_is_told_with_its_scope_and_its_doubts() -> None:
    rule = sample.NEWS_RULE.model_copy(
        update={
            "params": {"period": "P14D"},
            "applies_to": AppliesTo(
                column_kinds=(ColumnKind.NEWS,), except_kinds=(ColumnKind.TOPIC,), max_level=1
            ),
            "cap": Decimal("6"),
            "verified": False,
        }
    )
    pack = RulePack(
        id="national/2019-check-indicators",
        title="政府网站与政务新媒体检查指标",
        version="1.2.0",
        document=sample.DOCUMENT,
        level=Level.NATIONAL,
        effective_from=date(2019, 4, 1),
        sections=(Section(id="PUBLISH", title="发布解读", title_en="Publication"),),
        rules=(rule,),
    )
    assert explain_rule(rule, pack, ZH) == (
        "N19-UPDATE-01 动态要闻类栏目更新不及时",
        "部分：发布解读",
        "严重程度：扣分",
        "扣分：3",
        "扣分上限：6",
        "  数值尚未经人工核对，不计分。",
        "计分：扣分制，满分 100",
        "依据：国办秘函〔2019〕19号 发布解读·动态要闻（官方原文）",
        "  条文：监测时间点前2周内的更新情况",
        "检查：stale_column",
        "参数：时限（period）：14 天",
        "适用范围：动态要闻; 不含：专题专栏; 1 级以内的栏目",
        "整改办法：发布新的内容；职能调整后不再更新的栏目，按规定下线或归档。",
        "指标体系：national/2019-check-indicators 政府网站与政务新媒体检查指标 1.2.0",
    )
    assert explain_rule(rule, pack, EN)[:2] == (
        "N19-UPDATE-01 News column not updated in time",
        "Section: Publication",
    )
