"""What is suspected, waived or withdrawn is told apart from what is held against the site; cases and trends as rows."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from model import (
    Case,
    CaseEvent,
    CaseState,
    Coverage,
    Deed,
    Finding,
    LeftOver,
    Outcome,
    Rank,
    Ruling,
    RulingResult,
    Scope,
    Waiver,
)
from report.chapters import chapters
from report.ledger import LedgerRow, due_text, ledger_json, ledger_rows, ruling_text
from report.messages import LANGUAGES, Messages
from report.page import render_page
from report.sheet import render_csv
from report.text import points_of, state_of
from report.trend import TrendPoint, trend_lines, trend_rows
from report.why import explain_case
from tests.report import sample

ZH, EN = Messages("zh_CN"), Messages("en")
AT = datetime(2026, 10, 12, 1, 0, tzinfo=UTC)
FULL = sample.view()
FAILED = next(one for one in FULL.findings if one.accuses and one.points)


def as_state(state: CaseState, **changes: object) -> Finding:
    return FAILED.model_copy(update={"state": state, **changes})


def suspected() -> Finding:
    told = {**FAILED.verdict.params, "nights_seen": 1, "nights_asked": 3}
    verdict = FAILED.verdict.model_copy(update={"outcome": Outcome.UNSURE, "params": told})
    return as_state(CaseState.SUSPECTED, verdict=verdict)


def test_each_state_is_told_in_its_words() -> None:
    assert state_of(suspected(), ZH) == "待确认（连续 1 夜见到，满 3 夜才认定）"
    assert state_of(suspected(), EN) == "to be confirmed (seen 1 nights in a row, 3 needed)"
    assert [state_of(as_state(state), ZH) for state in (CaseState.WAIVED, CaseState.WITHDRAWN)] == [
        "不计入",
        "复核撤销",
    ]
    assert (
        points_of(as_state(CaseState.WAIVED), EN)
        == points_of(as_state(CaseState.WITHDRAWN), EN)
        == "not counted"
    )
    assert points_of(as_state(CaseState.DISPUTED), ZH) == points_of(FAILED, ZH)


@pytest.mark.parametrize("state", [CaseState.WAIVED, CaseState.WITHDRAWN])
def test_what_is_not_counted_stands_in_a_chapter_of_its_own(state: CaseState) -> None:
    others = tuple(one for one in FULL.findings if one is not FAILED)
    view = FULL.model_copy(update={"findings": (*others, as_state(state))})
    told = chapters(view)
    assert [group.first.fingerprint for one in told.excused for group in one.groups] == [FAILED.fingerprint]
    assert view.counts()[Outcome.FAIL] == FULL.counts()[Outcome.FAIL] - 1
    assert 'id="excused"' in render_page(view, ZH) and 'id="excused"' not in render_page(FULL, ZH)
    row = next(line for line in render_csv(view, EN).splitlines() if FAILED.fingerprint in line)
    assert "not counted" in row


def case(state: CaseState, **more: object) -> Case:
    event = CaseEvent(at=AT, run_id="R1", deed=Deed.OPENED, state=CaseState.OPEN, day=date(2026, 10, 19))
    fields: dict[str, object] = {
        "fingerprint": FAILED.fingerprint, "rule_id": "T-COL-01", "site_key": "9901230001", "locus": "/a/", "state": state,
        "first_seen": AT, "last_seen": AT, "due": date(2026, 10, 19), "history": (event,),
    }  # fmt: skip
    return Case.model_validate(fields | more)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_is_a_row_with_or_without_its_finding(language: str) -> None:
    messages = Messages(language)
    rows = [
        LedgerRow(
            case=case(CaseState.OPEN), finding=FAILED, overdue=True, events=case(CaseState.OPEN).history
        ),
        LedgerRow(case=case(CaseState.SUSPECTED, due=None, nights=2)),
    ]
    first, second = ledger_rows(rows, messages)
    assert first[0] == second[0] == f"F-{FAILED.fingerprint[:10]}"
    assert first[6].startswith("2026-10-19") and len(first[6]) > 10
    assert (second[2], second[3], second[6]) == ("T-COL-01", "/a/", "")
    assert [one["id"] for one in ledger_json(rows)] == [first[0]] * 2
    waiver = Waiver(by="王芳", at=AT, reason="改版", until=date(2026, 12, 31), evidence="")
    assert "2026-12-31" in due_text(case(CaseState.WAIVED, waiver=waiver), messages, overdue=False)


def test_a_ruling_is_told_with_both_scores_or_with_why_not() -> None:
    told = Ruling(
        fingerprint=FAILED.fingerprint, run_id="R1", at=AT, by="赵\x1b[2J敏", result=RulingResult.WITHDRAWN, reason="已核实",
        low_before=Decimal("80.5"), high_before=Decimal(92), low_after=Decimal(95), high_after=Decimal(95),
    )  # fmt: skip
    assert "得分由 80.5" in ruling_text(told, ZH) and "改为 95" in ruling_text(told, ZH)
    gone = told.model_copy(update={"unscored": "ruling.unscored.pages_gone", "low_after": None})
    assert "the withdrawal stands" in ruling_text(gone, EN)
    lines = explain_case(case(CaseState.WITHDRAWN), [told], ZH)
    assert "证据已按保存期限清除" in lines[0] and not [line for line in lines if "\x1b" in line]
    assert any("立案" in line and "R1" in line for line in lines)


def test_a_trend_draws_what_compares_and_marks_what_does_not() -> None:
    def point(day: int, high: str | None, still: int, breaks: bool = False) -> TrendPoint:
        figure = None if high is None else Decimal(high)
        return TrendPoint(
            run_id=f"R{day}", as_of=AT + timedelta(days=day), pack_id="p", pack_version="2", pack_digest="d",
            low=figure, high=figure, open=still, breaks=breaks,
        )  # fmt: skip

    points = [point(0, "80", 4), point(1, None, 4), point(2, "100", 0, breaks=True), point(3, "90", 2)]
    assert list(trend_lines(points, EN)) == ["Score ▁·|█▄ 80 to 100", "Open  ██|▁▄ 0 to 4"]
    rows = list(trend_rows(points, EN))
    assert [row[1] for row in rows] == ["80", "–", "100", "90"]
    assert rows[2][-1] == "now version 2, not comparable"
    left = LeftOver(rank=Rank.ARTICLE, reason="max_pages", count=7)
    cut = points[3].model_copy(update={"coverage": Coverage(scope=Scope.COLUMNS, left=(left,))})
    ((*_, looked, _),) = trend_rows([cut], EN)
    assert looked == "quick look: columns alone; 7 addresses wait" and {row[-2] for row in rows} == {""}
    assert list(trend_lines([point(0, None, 0)], EN)) == ["Open  ▅ 0 to 0"]
