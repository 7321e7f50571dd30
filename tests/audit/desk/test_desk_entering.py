"""Sheets come into the dossier whole or not at all; nobody's word is overwritten; every wrong row is answered."""

import shutil
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from audit.desk.desk import open_desk
from audit.desk.entering import scans_seen
from audit.desk.forms import LAYOUTS, FormKind, heads_of
from audit.desk.opinions import adjusted, opinions, rated, scanned, self_scores, vetoes
from audit.spreadsheet import read_sheet
from model import (
    AssessedObject,
    AssessedUnit,
    Draft,
    EntryKind,
    Fault,
    OpinionResult,
    Outcome,
    Window,
    WindowKind,
    body_of,
)
from report.messages import LANGUAGES, Messages
from storage import Store, open_store
from tests.audit.desk.a_checkup import (
    AT,
    AUDITED,
    CLOCK,
    PACK,
    SITES,
    YEAR,
    audited,
    built,
    complaints,
    filled,
    opened,
    seen,
    taken,
    verdict,
    written,
)

SAID = {"意见": "确认", "理由": "原页为空", "核查人": "李强", "日期": date(2021, 12, 18)}
OTHER = SAID | {"意见": "排除", "核查人": "赵敏", "理由": "栏目在建"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/d.sqlite", tmp_path / "archive") as made:
        yield made


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Path]]:
    """One review and its form for all tests that enter nothing."""
    folder = tmp_path_factory.mktemp("review")
    with open_store(f"sqlite:///{folder}/d.sqlite", folder / "archive") as made:
        built(made)
        yield made, written(made, FormKind.OPINIONS, folder / "a.xlsx")


def entries(store: Store, kind: EntryKind) -> list[Any]:
    return open_desk(store, YEAR.id).of(kind)


def held(store: Store) -> dict[str, OpinionResult]:
    return {one.finding: one.result for one in opinions(open_desk(store, YEAR.id)).values()}


# --- opinions: there and back -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_form_nobody_touched_changes_nothing(
    store: Store, tmp_path: Path, ending: str, language: str
) -> None:
    built(store)
    scan = {"来源": "州政府", "日期": "20211201", "问题类型": "空白", "网址": "http://czj.example/a/"}
    daily = {
        "指标编号": "T-COL-01",
        "核减或核加": "核减",
        "分值": 2,
        "理由": "迟",
        "记录人": "王芳",
        "日期": "2021/3/1",
    }
    full = {
        FormKind.OPINIONS: SAID, FormKind.VETOES: SAID, FormKind.SCANS: scan, FormKind.ADJUSTMENTS: daily,
        FormKind.SELF_SCORES: {"自评分": 90, "日期": "2021-11-20"},
        FormKind.SCORES: {"得分": 88.5, "评分人": "专项组", "日期": "2021-12-01"},
    }  # fmt: skip
    for kind, row in full.items():
        done = taken(store, kind, filled(written(store, kind, tmp_path / "a.xlsx"), row))
        assert (complaints(done), len(done.new)) == ([], 1), kind
    before = store.entries(YEAR.dossier)
    for kind in FormKind:
        done = taken(store, kind, written(store, kind, tmp_path / f"b.{ending}", Messages(language)))
        assert (complaints(done), done.conflicts, done.new, done.same) == ([], (), (), 1), kind
    assert store.entries(YEAR.dossier) == before


def test_opinions_are_entered_as_they_were_said(store: Store, tmp_path: Path) -> None:
    found = built(store)
    form = written(store, FormKind.OPINIONS, tmp_path / "a.xlsx")
    days = ["2021年11月30日", "2021/11/30 09:05", datetime(2021, 11, 30, 9, 5)]  # noqa: DTZ001 - as Excel has it
    done = taken(store, FormKind.OPINIONS, filled(form, *(SAID | {"日期": day} for day in days)), by="周文书")
    assert (done.blank, done.same, done.beside, len(done.new)) == (0, 0, 0, 3)
    kept = opinions(open_desk(store, YEAR.id))
    assert kept.keys() == {found[name].fingerprint for name in ("czj/a", "czj/b", "jyj/a")}
    one = kept[found["czj/a"].fingerprint]
    assert (one.result, one.reviewer, one.on, one.reason, one.run_id, one.rule_id, one.locus) == (
        OpinionResult.CONFIRMED, "李强", date(2021, 11, 30), "原页为空", "R-县财政局", "T-COL-01", "/a/",
    )  # fmt: skip
    assert {one.on for one in kept.values()} == {date(2021, 11, 30)}
    entry = entries(store, EntryKind.OPINION)[0]
    assert (entry.by, entry.at, entry.entered_at, entry.subject) == ("周文书", AT, CLOCK, one.fingerprint)


def test_only_doubts_are_asked_about_unless_all_are_wanted(store: Store, tmp_path: Path) -> None:
    found = built(store)

    def ids(**more: bool) -> list[str]:
        sheet = load_workbook(written(store, FormKind.OPINIONS, tmp_path / "a.xlsx", **more)).worksheets[0]
        return [str(row[2]) for row in sheet.iter_rows(min_row=2, values_only=True)]

    assert ids() == [found[name].id for name in ("czj/a", "czj/b", "jyj/a")]
    assert ids(certain=True) == [found[name].id for name in ("czj/a", "czj/b", "czj/c", "jyj/a")]
    form = written(store, FormKind.OPINIONS, tmp_path / "a.xlsx", certain=True)
    taken(store, FormKind.OPINIONS, filled(form, OTHER, start=4))
    assert held(store) == {found["czj/c"].id: OpinionResult.EXCLUDED}


def test_cells_offer_the_words_they_take(untouched: tuple[Store, Path], tmp_path: Path) -> None:
    store, _ = untouched
    book = load_workbook(written(store, FormKind.OPINIONS, tmp_path / "a.xlsx"))
    (rule,) = book.worksheets[0].data_validations.dataValidation
    assert (rule.type, rule.formula1, str(rule.sqref)) == ("list", '"确认,排除,不涉及"', "J2:J504")
    assert not [
        cell
        for row in book.worksheets[0].iter_rows()
        for cell in row
        if cell.hyperlink or cell.data_type == "f"
    ]


# --- nothing half-imported --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"意见": "也许"}, ("意见", "form_opinion")),
        ({"理由": None}, ("理由", "form_empty")),
        ({"意见": None}, ("意见", "form_empty")),
        ({"核查人": " "}, ("核查人", "form_empty")),
        ({"日期": "2021-12-21"}, ("日期", "form_day_future")),
        ({"日期": "2020-12-31"}, ("日期", "form_day_outside")),
        ({"日期": "12月18日"}, ("日期", "day_invalid")),
        ({"日期": None}, ("日期", "form_empty")),
        ({"理由": "长" * 1001}, ("理由", "cell_too_long")),
        ({"理由": "=1/0"}, ("理由", "cell_error")),
        ({"问题编号": "F-0000000000"}, ("问题编号", "form_finding_unknown")),
        ({"校验码（勿改）": "E-000000000000"}, ("校验码（勿改）", "form_changed")),
        ({"单位": "县教育局"}, ("单位", "form_other_unit")),
        ({"单位": "县水务局"}, ("单位", "assessed_unit_unknown")),
    ],
)
def test_one_wrong_row_keeps_the_whole_sheet_out(
    untouched: tuple[Store, Path], tmp_path: Path, change: dict[str, Any], complaint: tuple[str, str]
) -> None:
    store, form = untouched
    copy = Path(shutil.copy(form, tmp_path))
    done = taken(store, FormKind.OPINIONS, filled(copy, SAID, SAID | change))
    assert complaints(done) == [(3, *complaint)] and done.refused and done.new == ()
    assert not entries(store, EntryKind.OPINION)


def test_what_is_seen_otherwise_since_the_sheet_was_written_is_judged_anew(
    store: Store, tmp_path: Path
) -> None:
    found = built(store)
    form = filled(written(store, FormKind.OPINIONS, tmp_path / "a.xlsx"), SAID, SAID, SAID)
    assert len(taken(store, FormKind.OPINIONS, form).new) == 3
    later = AUDITED.replace(day=16)
    again = [verdict("县财政局", "/a/", quote="敬请期待")]  # /a/ shows something else, /b/ is mended
    audited(store, "县财政局", *again, run_id="R2", at=later)
    audited(store, "县教育局", verdict("县教育局", "/a/"), run_id="R3", at=later)  # as before
    done = taken(store, FormKind.OPINIONS, form)
    assert complaints(done) == [(2, "校验码（勿改）", "form_changed"), (3, "问题编号", "form_finding_gone")]
    fresh = written(store, FormKind.OPINIONS, tmp_path / "b.xlsx")
    done = taken(store, FormKind.OPINIONS, filled(fresh, OTHER))
    assert (len(done.new), done.same, done.conflicts) == (1, 1, ()), "another question is no contradiction"
    kept = opinions(open_desk(store, YEAR.id))[found["czj/a"].fingerprint]
    assert (kept.result, kept.run_id, kept.instead_of) == (OpinionResult.EXCLUDED, "R2", None)


def test_wrong_columns_are_told_with_what_is_expected(untouched: tuple[Store, Path], tmp_path: Path) -> None:
    store, _ = untouched
    path = tmp_path / "a.csv"
    path.write_text("问题编号,意见,原因,随意\nF-0000000000,确认,空,x\n", "utf-8")
    done = taken(store, FormKind.OPINIONS, path)
    assert (done.lacking, done.unknown, done.refused) == (("reviewer", "on", "code"), ("随意",), True)
    path.write_text("甲,乙\n1,2\n", "utf-8")
    assert taken(store, FormKind.OPINIONS, path).lacking == ("finding",)


def test_a_sheet_of_another_kind_is_no_sheet_of_this(untouched: tuple[Store, Path], tmp_path: Path) -> None:
    store, _ = untouched
    for kind in FormKind:
        form = written(store, kind, tmp_path / "a.xlsx")
        for other in FormKind:
            if other is kind:
                assert not taken(store, other, form).lacking
                continue
            with pytest.raises(Fault) as fault:
                taken(store, other, form)
            assert (fault.value.message_id, fault.value.params["kind"]) == ("fault.form_other_kind", kind)


@pytest.mark.parametrize("encoding", ["gbk", "utf-16", "utf-8-sig"])
def test_csv_in_any_usual_encoding(store: Store, tmp_path: Path, encoding: str) -> None:
    found = built(store)
    form = written(store, FormKind.OPINIONS, tmp_path / "a.csv")
    head, first, *rest = form.read_text("utf-8-sig").splitlines()
    cells = first.split(",")
    cells[9:13] = ["属实", "“原页”为空；见截图", "李强", "20211218"]
    path = tmp_path / "b.csv"
    path.write_bytes("\r\n".join([head, ",".join(cells), *rest]).replace(",", "\t").encode(encoding))
    done = taken(store, FormKind.OPINIONS, path)
    assert (complaints(done), done.blank) == ([], 2)
    assert opinions(open_desk(store, YEAR.id))[found["czj/a"].fingerprint].reason == "“原页”为空；见截图"


def test_a_person_merges_cells_puts_a_title_above_and_hides_a_sheet(store: Store, tmp_path: Path) -> None:
    built(store)
    form = filled(written(store, FormKind.OPINIONS, tmp_path / "a.xlsx"), SAID)
    book = load_workbook(form)
    sheet = book.worksheets[0]
    for column in "JKLM":
        sheet.merge_cells(f"{column}2:{column}4")
    sheet.insert_rows(1)
    for range_ in list(sheet.merged_cells.ranges):
        range_.shift(row_shift=1)
    sheet["A1"] = "核查意见表（2021年12月）"
    copy = book.copy_worksheet(sheet)
    copy.sheet_state = "hidden"
    book.save(form)
    done = taken(store, FormKind.OPINIONS, form)
    assert (complaints(done), [row for row, _ in done.new]) == ([], [3, 4, 5])
    copy.sheet_state = "visible"
    book.save(form)
    with pytest.raises(Fault, match="sheet_several"):
        taken(store, FormKind.OPINIONS, form)


def test_rows_twice_are_taken_once_and_rows_at_odds_not_at_all(store: Store, tmp_path: Path) -> None:
    found = built(store)
    form = written(store, FormKind.OPINIONS, tmp_path / "a.csv")
    head, first, *_ = form.read_text("utf-8-sig").splitlines()
    cells = first.split(",")
    cells[9:13] = ["确认", "空", "李强", "2021-12-18"]
    same, other = ",".join(cells), ",".join([*cells[:9], "排除", *cells[10:]])
    form.write_text("\n".join([head, same, same, other]), "utf-8")
    assert complaints(taken(store, FormKind.OPINIONS, form)) == [(4, None, "form_contradicts")]
    assert held(store) == {}
    form.write_text("\n".join([head, same, same]), "utf-8")
    done = taken(store, FormKind.OPINIONS, form)
    assert (done.twice, len(done.new)) == (((3, 2),), 1) and found["czj/a"].id in held(store)


def test_a_dry_run_enters_nothing(store: Store, tmp_path: Path) -> None:
    built(store)
    form = filled(written(store, FormKind.OPINIONS, tmp_path / "a.xlsx"), SAID)
    assert len(taken(store, FormKind.OPINIONS, form, dry_run=True).new) == 1
    assert not entries(store, EntryKind.OPINION)


def test_nothing_is_entered_into_a_closed_assessment_or_past_what_others_entered(
    store: Store, tmp_path: Path
) -> None:
    built(store)
    form = filled(written(store, FormKind.OPINIONS, tmp_path / "a.xlsx"), SAID)
    store.enter(YEAR.dossier, [Draft(kind=EntryKind.CLOSED, at=AT, by="王芳")], CLOCK)
    with pytest.raises(Fault, match="assessment_closed"):
        taken(store, FormKind.OPINIONS, form)


# --- two people -------------------------------------------------------------------------------------------


def test_two_people_at_odds_are_shown_and_neither_is_overwritten(store: Store, tmp_path: Path) -> None:
    found = built(store)
    first = filled(written(store, FormKind.OPINIONS, tmp_path / "a.xlsx"), SAID, SAID)
    second = filled(
        written(store, FormKind.OPINIONS, tmp_path / "b.xlsx"), OTHER, OTHER | {"意见": "确认"}, SAID
    )
    taken(store, FormKind.OPINIONS, first)
    done = taken(store, FormKind.OPINIONS, second, by="赵敏")
    (odds,) = done.conflicts
    assert done.refused and done.new == () and len(entries(store, EntryKind.OPINION)) == 2
    assert (odds.row, odds.entry.number, odds.before.reviewer, odds.after.reviewer) == (2, 2, "李强", "赵敏")
    done = taken(store, FormKind.OPINIONS, second, by="赵敏", replace="现场核对过")
    assert (len(done.new), done.beside, done.same) == (3, 1, 0)
    kept = opinions(open_desk(store, YEAR.id))
    now, agreed = kept[found["czj/a"].fingerprint], kept[found["czj/b"].fingerprint]
    assert (now.result, now.instead_of, now.because) == (OpinionResult.EXCLUDED, 2, "现场核对过")
    assert (agreed.reviewer, agreed.instead_of) == ("赵敏", None)
    assert len(entries(store, EntryKind.OPINION)) == 5, "what was said before stays"
    again = taken(store, FormKind.OPINIONS, second, by="赵敏")
    assert (again.new, again.same) == ((), 3)
    back = taken(store, FormKind.OPINIONS, first)
    assert back.refused and [one.row for one in back.conflicts] == [2], (
        "the first sheet does not turn it round again"
    )


# --- the other kinds --------------------------------------------------------------------------------------


def test_a_suspected_veto_is_confirmed_for_what_was_counted(store: Store, tmp_path: Path) -> None:
    built(store)
    form = filled(written(store, FormKind.VETOES, tmp_path / "a.xlsx"), SAID)
    assert complaints(taken(store, FormKind.VETOES, filled(form, SAID | {"意见": "不涉及"}))) == [
        (2, "意见", "form_opinion")
    ]
    taken(store, FormKind.VETOES, filled(form, SAID))
    ((key, one),) = vetoes(open_desk(store, YEAR.id)).items()
    assert key == ("5203990001", "T-VETO-01") and (one.confirmed, one.unit) == (True, "县财政局")
    more = [verdict("县财政局", f"/{name}/", Outcome.FAIL) for name in "xy"]
    audited(store, "县财政局", *more, run_id="R2", at=AUDITED.replace(day=16), vetoes=2)
    assert complaints(taken(store, FormKind.VETOES, form)) == [(2, "校验码（勿改）", "form_changed")]


def test_self_scores_stay_within_their_full_marks_and_late_ones_are_told(
    store: Store, tmp_path: Path
) -> None:
    built(store)
    form = written(store, FormKind.SELF_SCORES, tmp_path / "a.xlsx")
    filled(form, {"自评分": 95.5, "日期": "2021-11-29"}, {"自评分": "9", "日期": "2021-11-29"})
    assert complaints(taken(store, FormKind.SELF_SCORES, form)) == [(3, "自评分", "form_figure")]
    filled(form, {}, {"自评分": "７.5分"})
    early = taken(store, FormKind.SELF_SCORES, form, at=AT.replace(month=11, day=30), dry_run=True)
    late = taken(store, FormKind.SELF_SCORES, form, at=AT.replace(day=1))
    assert (early.late, late.late, late.blank) == ((), ("县财政局",), 7)
    kept = self_scores(open_desk(store, YEAR.id))
    assert {rule: str(one.score) for (_, rule), one in kept.items()} == {None: "95.5", "T-COL-01": "7.5"}


def test_each_part_is_rated_by_one_and_a_second_figure_is_a_conflict(store: Store, tmp_path: Path) -> None:
    built(store)
    form = written(store, FormKind.SCORES, tmp_path / "a.xlsx")
    given = {"得分": 88, "评分人": "放管服专项组", "日期": "2021-12-10", "说明": "结合日常掌握情况"}
    filled(form, given, given | {"评分部分": "政务服务中心", "得分": 90})
    filled(form, given | {"得分": "101"}, start=8)
    assert complaints(taken(store, FormKind.SCORES, form)) == [(8, "得分", "form_figure")]
    filled(form, given | {"得分": 79.25}, start=8)
    taken(store, FormKind.SCORES, form)
    kept = rated(open_desk(store, YEAR.id))
    assert {key: one.score for key, one in kept.items()} == {
        ("县财政局", "TEAM"): Decimal(88), ("县财政局", "CENTRE"): Decimal(90), ("革一镇", "微信公众号"): Decimal("79.25"),
    }  # fmt: skip
    assert kept["县财政局", "TEAM"].reason == "结合日常掌握情况"
    other = filled(
        written(store, FormKind.SCORES, tmp_path / "b.xlsx"), given | {"得分": 70, "评分人": "办公室"}
    )
    assert [one.row for one in taken(store, FormKind.SCORES, other).conflicts] == [2]
    filled(other, {"评分部分": "群众"})
    assert complaints(taken(store, FormKind.SCORES, other)) == [(2, "评分部分", "form_part_unknown")]


def test_daily_records_go_to_their_item_and_can_be_taken_back(store: Store, tmp_path: Path) -> None:
    built(store)
    form = written(store, FormKind.ADJUSTMENTS, tmp_path / "a.xlsx")
    entry = {
        "指标编号": "T-COL-01",
        "核减或核加": "核减",
        "分值": 1.5,
        "理由": "3月抽查逾期",
        "记录人": "王芳",
        "日期": "2021.3.9",
    }
    filled(
        form,
        entry,
        entry | {"核减或核加": "加分", "分值": "-2"},
        entry | {"指标编号": "T-X-01", "日期": "2022-01-05"},
    )
    assert complaints(taken(store, FormKind.ADJUSTMENTS, form)) == [
        (3, "分值", "form_figure"), (4, "日期", "form_day_future"), (4, "指标编号", "form_item_unknown"),
    ]  # fmt: skip
    filled(form, entry, entry | {"核减或核加": "加分", "分值": "2"}, entry | {"分值": 0})
    assert complaints(taken(store, FormKind.ADJUSTMENTS, form)) == [(4, None, "form_nothing_to_take_back")]
    filled(form, entry, entry | {"核减或核加": "加分", "分值": "2"}, entry | {"分值": 3})
    taken(store, FormKind.ADJUSTMENTS, form)
    assert [(one.unit, one.points) for one in adjusted(open_desk(store, YEAR.id))] == [
        ("县财政局", Decimal("-1.5")), ("县教育局", Decimal(2)), ("革一镇", Decimal(-3)),
    ]  # fmt: skip
    filled(form, {"分值": 0})
    assert [one.row for one in taken(store, FormKind.ADJUSTMENTS, form).conflicts] == [2]
    taken(store, FormKind.ADJUSTMENTS, form, replace="记错单位")
    assert [one.unit for one in adjusted(open_desk(store, YEAR.id))] == ["县教育局", "革一镇"]


def test_a_higher_scan_is_kept_beside_what_we_saw_ourselves(store: Store, tmp_path: Path) -> None:
    found = built(store)
    path = tmp_path / "州政府反馈.csv"
    path.write_text(
        "监测单位,反馈时间,问题类型,网址,说明\n州政府,2021年12月1日,空白栏目,https://czj.example/a,\n"
        "州政府,2021年12月1日,死链,http://jyj.example/404.html,打不开\n州政府,2021年12月1日,暗链,http://other.example/,\n",
        "utf-8",
    )
    assert complaints(taken(store, FormKind.SCANS, path)) == [
        (4, "单位", "form_scan_of_nobody")
    ] or complaints(taken(store, FormKind.SCANS, path)) == [(4, None, "form_scan_of_nobody")]
    path.write_text("\n".join(path.read_text("utf-8").splitlines()[:3]), "utf-8")
    done = taken(store, FormKind.SCANS, path)
    kept = scanned(open_desk(store, YEAR.id))
    assert [(one.unit, one.site_key, one.source, one.on) for one in kept] == [
        ("县财政局", "5203990001", "州政府", date(2021, 12, 1)), ("县教育局", "5203990002", "州政府", date(2021, 12, 1)),
    ]  # fmt: skip
    assert [(row, ids) for row, _, ids in scans_seen(seen(store), done)] == [(2, [found["czj/a"].id])]
    assert taken(store, FormKind.SCANS, path).same == 2


def test_a_scan_of_a_shared_site_is_about_the_unit_whose_page_it_names(store: Store, tmp_path: Path) -> None:
    shared = [
        AssessedUnit(name=name, pack=PACK.id, objects=(AssessedObject(name="专栏", site_key=SITES["县财政局"].key, columns=(column,)),))
        for name, column in (("台盘乡", "/tpx/"), ("县水务局", "/swj/"))
    ]  # fmt: skip
    opened(store, YEAR.model_copy(update={"units": tuple(shared)}))
    audited(store, "县财政局")
    path = tmp_path / "州.csv"
    rows = [
        "州政府,2021-12-01,栏目不更新,http://czj.example/swj/dt/",
        "州政府,2021-12-01,错别字,http://czj.example/",
    ]
    path.write_text("\n".join(["来源,日期,问题类型,网址", *rows]), "utf-8")
    assert [one[0] for one in complaints(taken(store, FormKind.SCANS, path))] == [3], "nobody's page"
    path.write_text("\n".join(["来源,日期,问题类型,网址", rows[0]]), "utf-8")
    taken(store, FormKind.SCANS, path)
    assert [one.unit for one in scanned(open_desk(store, YEAR.id))] == ["县水务局"]


def test_indicators_of_ones_own_are_known_before_the_sampling_has_seen_anything(
    store: Store, tmp_path: Path
) -> None:
    built(store)
    window = Window(kind=WindowKind.SAMPLING, starts=date(2021, 12, 1), ends=date(2021, 12, 25))
    asked = YEAR.model_copy(update={"windows": (*YEAR.windows, window)})
    store.enter(YEAR.dossier, [Draft(kind=EntryKind.AMENDED, at=AT, by="王芳", body=body_of(asked))], CLOCK)
    path = tmp_path / "自评.csv"
    path.write_text("单位,自评分,日期\n县教育局,98,2021-12-02\n", "utf-8")
    assert len(taken(store, FormKind.SELF_SCORES, path).new) == 1


def test_heads_lead_to_one_column_each() -> None:
    for kind in FormKind:
        names = [name for heads in heads_of(kind).values() for name in set(heads)]
        assert len(names) == len(set(names)), kind


def test_reading_a_form_loses_no_column(untouched: tuple[Store, Path], tmp_path: Path) -> None:
    store, _ = untouched
    for kind, layout in LAYOUTS.items():
        for language in LANGUAGES:
            path = written(store, kind, tmp_path / "a.xlsx", Messages(language))
            sheet = read_sheet(path, heads_of(kind), layout.needed, layout.telling)
            assert tuple(sheet.heads) == layout.columns and not sheet.unknown
