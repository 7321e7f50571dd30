"""Only what is certain and stands goes into a notice or a bulletin: no doubt, no veto nobody confirmed, nothing disputed."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from audit.desk.bulletins import bulletin_of, period_of
from audit.desk.desk import open_desk
from audit.desk.issuing import Forms, Issue, issue
from audit.desk.noticing import Sources, notice_of, unit_faults
from audit.desk.sendings import sending_of, sent_draft
from audit.desk.vetoed import veto_evidence
from audit.same_evidence import evidence_digest
from model import (
    SHANGHAI,
    Appealed,
    Dispute,
    Draft,
    EntryKind,
    Fault,
    Notice,
    NoticeKind,
    Opinion,
    OpinionResult,
    Sent,
    VetoOpinion,
    told_in,
)
from report.messages import Messages
from report.notice.bulletin import Tally, bulletin_text
from report.notice.content import day_words
from report.notice.faults import UnitFaults, mend_text
from storage import Store, open_store
from tests.audit import county
from tests.audit.desk.noticed import YEAR, desk, kept, told
from tests.audit.ground import pack

ZH = Messages("zh_CN")
PACK = pack().model_copy(update={"digest": "d" * 64})  # that of the county's audits
BEFORE = county.ONE - timedelta(hours=1)
VETO = VetoOpinion(
    unit="甲局", site_key=county.key("jia"), veto="T-VETO-01", confirmed=True, reviewer="李强", on=date(2026, 11, 20),
    reason="核对属实",
)  # fmt: skip


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/desk.sqlite", tmp_path / "archive") as store:
        yield store


def faults(
    store: Store,
    unit: str,
    *drafts: Draft,
    days: int | None = None,
    at: datetime = county.MORNING,
    **changes: Any,
) -> UnitFaults:
    assessed = YEAR.unit(unit)
    assert assessed
    return unit_faults(Sources(store, desk(*drafts, **changes), at), assessed, days)


def places(found: UnitFaults) -> dict[str, str]:
    return {one.finding.verdict.locus: one.finding.state.value for one in found.listed}


def opinion(store: Store, locus: str, result: OpinionResult) -> Opinion:
    (finding,) = [one for one in store.findings(run_id="R-N2-jia") if one.verdict.locus == locus]
    return Opinion(
        fingerprint=finding.fingerprint, finding=finding.id, site_key=county.key("jia"), rule_id=finding.verdict.rule_id,
        locus=locus, run_id=finding.run_id, evidence=evidence_digest(finding.verdict), result=result, reviewer="李强",
        on=date(2026, 11, 20), reason="逐项打开核对",
    )  # fmt: skip


def veto_seen(store: Store) -> str:
    findings = store.findings(run_id="R-N2-jia")
    return veto_evidence(
        PACK, YEAR.units[0], YEAR.units[0].objects[0], county.SITES["jia"], "T-VETO-01", findings
    )


def test_what_a_notice_lists_and_what_it_does_not(two_nights: Store) -> None:
    first, second, third = (faults(two_nights, unit) for unit in ("甲局", "乙局", "丁镇"))
    assert places(first) == {"/a/": "open", "/c/": "open"}
    assert (first.doubts, first.disputed, [one.name for one in first.unseen]) == (1, 0, ["甲县某局"])
    assert places(second) == {"/d/": "reopened"}
    assert (second.disputed, [one.name for one in second.unseen]) == (1, ["戊局"])
    assert places(third) == {} and not third.unseen
    words = mend_text(YEAR, second, ZH).words
    assert words["uncertain"] == "另有1项问题已提出异议、正在复核，未列入附件。"
    assert words["unseen"].startswith("以下1个网站未能检查：戊局。未能检查不代表合格")


def test_what_people_said_of_a_finding_decides(two_nights: Store) -> None:
    two_nights.keep_pack(PACK)
    confirmed = VETO.model_copy(update={"evidence": veto_seen(two_nights)})
    said = [
        told(EntryKind.OPINION, opinion(two_nights, "/doubt/", OpinionResult.CONFIRMED), county.TWO),
        told(EntryKind.OPINION, opinion(two_nights, "/a/", OpinionResult.EXCLUDED), county.TWO),
        told(EntryKind.VETO, confirmed, county.TWO),
    ]
    found = faults(two_nights, "甲局", *said)
    assert sorted(places(found)) == ["/c/", "/doubt/", "/v/"] and found.doubts == 0
    assert [one.finding.verdict.locus for one in found.listed if one.confirmed] == ["/doubt/"]
    other = opinion(two_nights, "/a/", OpinionResult.EXCLUDED).model_copy(update={"evidence": "0" * 64})
    said.append(told(EntryKind.OPINION, other, county.MORNING))
    assert "/a/" in places(faults(two_nights, "甲局", *said))  # said of something else than what is seen now
    cleared = told(EntryKind.VETO, confirmed.model_copy(update={"confirmed": False}), county.MORNING)
    assert "/v/" not in places(faults(two_nights, "甲局", *said, cleared))
    other_sight = told(EntryKind.VETO, VETO.model_copy(update={"evidence": "0" * 64}), county.TWO)
    assert "/v/" not in places(faults(two_nights, "甲局", other_sight))


def test_what_waits_for_a_ruling_accuses_nobody(store: Store) -> None:
    """An objection that nobody has ruled on, though the fault went and came back meanwhile; an application about a doubt that a person confirmed."""
    county.build(store)
    said = told(EntryKind.OPINION, opinion(store, "/doubt/", OpinionResult.CONFIRMED), county.TWO)
    (doubt,) = [one for one in store.findings(run_id="R-N2-jia") if one.verdict.locus == "/doubt/"]
    appealed = Appealed(
        number=1, unit="甲局", applicant="张三", version=1, late=False, shown_on=county.TWO.date(), last_day=date(2026, 11, 25), applied_at=county.TWO,
        fingerprint=doubt.fingerprint, finding=doubt.id, run_id=doubt.run_id, reason="该栏目已下线",
    )  # fmt: skip
    assert "/doubt/" in places(faults(store, "甲局", said))
    found = faults(store, "甲局", said, told(EntryKind.APPEALED, appealed, county.TWO))
    assert "/doubt/" not in places(found) and (found.doubts, found.disputed) == (0, 1)
    case = store.case(county.mark("bing", "/d/"))
    assert case
    objection = Dispute(
        by="赵六", at=county.ONE, reason="没有此事", due=date(2026, 11, 24), run_id="R-N1-bing", evidence="e"
    )
    store.keep_case(case.model_copy(update={"dispute": objection}), case)
    found = faults(store, "乙局")
    assert places(found) == {} and found.disputed == 2
    period = period_of(Sources(store, desk(), county.MORNING), BEFORE)
    assert "/d/" not in {one.finding.verdict.locus for one in period.repeats}


def test_the_day_told_is_that_of_the_last_look_that_saw_anything(two_nights: Store) -> None:
    yi = YEAR.model_copy(
        update={"units": (YEAR.units[0].model_copy(update={"objects": YEAR.units[0].objects[1:]}),)}
    )
    found = unit_faults(Sources(two_nights, desk(), county.MORNING), yi.units[0])
    assert places(found) == {"/c/": "open"} and found.seen_on is None  # the last look could not open it
    (one,) = found.listed
    day = day_words(one.finding.last_seen.astimezone(SHANGHAI).date(), ZH)
    assert mend_text(YEAR, found, ZH).words["seen"] == day != day_words(found.dated, ZH)
    assert not found.stale and found._replace(dated=date(2026, 12, 20)).stale == (one,)


def test_what_is_in_its_term_is_not_overdue(two_nights: Store) -> None:
    """The ledger's own day for /a/ is 11-18; an order that went out gives until 11-27."""
    (one,) = [
        each for each in notice_of(faults(two_nights, "甲局")).findings if each.rule_id == "T-COL-01"
        and each.fingerprint == county.mark("jia", "/a/")
    ]  # fmt: skip
    order = Notice(kind=NoticeKind.MEND, units=("甲局",), dated=county.MORNING.date(), findings=(one,))
    made = told(EntryKind.NOTICE, order, county.MORNING, "甲局")
    sent = told(EntryKind.SENT, Sent(notice=2, unit="甲局"), county.MORNING, "甲局")

    def overdue(day: int, *drafts: Draft) -> list[tuple[str, date | None, int]]:
        until = county.MORNING.replace(day=day) + timedelta(hours=1)
        found = period_of(Sources(two_nights, desk(*drafts), until), BEFORE).repeats
        return [(each.finding.verdict.locus, each.due, each.told) for each in found if each.overdue]

    assert ("/a/", date(2026, 11, 18), 0) in overdue(20, made)  # made, and never sent
    assert overdue(20, made, sent) == []
    assert ("/a/", date(2026, 11, 27), 1) in overdue(28, made, sent)


def test_what_nobody_saw_after_its_term_is_not_said_to_be_unmended(two_nights: Store) -> None:
    """/a/ was last seen on 11-19: after 11-18, its own day, but before 11-27, that of an order."""
    (listed,) = [
        one
        for one in notice_of(faults(two_nights, "甲局")).findings
        if one.fingerprint == county.mark("jia", "/a/")
    ]
    order = Notice(kind=NoticeKind.MEND, units=("甲局",), dated=county.MORNING.date(), findings=(listed,))
    drafts = (
        told(EntryKind.NOTICE, order, county.MORNING, "甲局"),
        told(EntryKind.SENT, Sent(notice=2, unit="甲局"), county.MORNING, "甲局"),
    )

    def state(until: datetime, *drafts: Draft) -> str:
        period = period_of(Sources(two_nights, desk(*drafts), until), BEFORE)
        notice = bulletin_of(period, YEAR, until.date(), ())
        rows = bulletin_text(YEAR, notice, period, ZH).grids["repeats"].rows
        return next(row[-1] for row in rows if row[2].endswith("· a"))

    assert state(county.MORNING) == "逾期未改"
    assert state(county.MORNING.replace(day=30), *drafts) == "逾期，时限后尚未复查"


def test_the_term_is_counted_in_working_days(two_nights: Store) -> None:
    found = faults(two_nights, "甲局")
    assert {one.due for one in found.listed} == {date(2026, 11, 27)}
    assert mend_text(YEAR, found, ZH).words["term"] == "整改时限为2026年11月27日（自发文次日起5个工作日）"
    assert faults(two_nights, "乙局", days=1).due == date(2026, 11, 23)
    with pytest.raises(Fault) as caught:  # /c/ has no day of its own
        faults(two_nights, "甲局", mend_workdays=None)
    assert caught.value.message_id == "fault.notice_no_term" and caught.value.params["unit"] == "甲局"
    own = faults(two_nights, "乙局", mend_workdays=None)
    assert (
        own.due == date(2026, 11, 23) and mend_text(YEAR, own, ZH).words["term"] == "整改时限为2026年11月23日"
    )


def test_a_notice_entered_late_tells_what_was_known_then(two_nights: Store) -> None:
    found = faults(two_nights, "甲局", at=county.ONE + timedelta(hours=1))
    assert places(found) == {"/a/": "open", "/b/": "open", "/c/": "open"}
    assert {one.finding.run_id for one in found.listed} == {"R-N1-jia", "R-N1-yi"}
    assert found.seen_on == date(2026, 11, 18) and not found.unseen


def test_a_unit_answers_for_its_own_columns_whoever_judged_them(two_nights: Store) -> None:
    other = YEAR.units[0].model_copy(update={"pack": "national/2019"})  # audited, if by other indicators
    assert [one.name for one in unit_faults(Sources(two_nights, desk(), county.MORNING), other).unseen] == [
        "甲县某局"
    ]

    def of(column: str) -> UnitFaults:
        held = YEAR.units[0].objects[0].model_copy(update={"columns": (column,)})
        unit = YEAR.units[0].model_copy(update={"objects": (held,)})
        return unit_faults(Sources(two_nights, desk(), county.MORNING), unit)

    assert places(of("http://jia.example/a")) == {} == places(of("http://x.example/b"))
    assert places(of("http://x.example/a")) == {"/a/": "open"}


def test_a_second_notice_says_what_was_told_before_and_a_preview_enters_nothing(
    two_nights: Store, local: Store, tmp_path: Path
) -> None:
    first = faults(two_nights, "甲局")
    waiting = [Issue(notice_of(first), mend_text(YEAR, first, ZH))]
    made = issue(local, kept(local), waiting, Forms(tmp_path), county.MORNING, "王芳", county.MORNING, ZH)
    assert made[0].number == 2 and [path.name for path in made[0].paths] == ["整改通知单-甲局-2.docx"]
    (entry,) = open_desk(local, YEAR.id).of(EntryKind.NOTICE)
    (paper,) = told_in(entry, Notice).papers
    assert (
        paper.sha256 == hashlib.sha256(made[0].paths[0].read_bytes()).hexdigest() and entry.subject == "甲局"
    )

    def three_days_later() -> UnitFaults:
        later = Sources(two_nights, open_desk(local, YEAR.id), county.MORNING + timedelta(days=3))
        return unit_faults(later, YEAR.units[0])

    unsent = three_days_later()  # it never went out: nobody was told of anything
    assert [[told.number for told in one.earlier] for one in unsent.listed] == [[2], [2]]
    assert mend_text(YEAR, unsent, ZH).words["repeated"] == ""
    gone = sent_draft(sending_of(open_desk(local, YEAR.id), "甲局"), county.MORNING, "王芳")
    local.enter(YEAR.dossier, [gone], county.MORNING)
    second = three_days_later()
    assert [[told.number for told in one.earlier] for one in second.listed] == [[2], [2]]
    assert notice_of(second).findings[0].earlier == (2,)
    assert mend_text(YEAR, second, ZH).words["repeated"] == (
        "附件所列问题中，有2项曾经通知整改（序号1、2，最近一次通知为2026年11月20日），至附件所列最近所见之日仍然存在。"
    )
    now, preview = open_desk(local, YEAR.id), Forms(tmp_path, preview=True)
    (seen,) = issue(local, now, waiting, preview, county.MORNING, "王芳", county.MORNING, ZH)
    assert (
        seen.number is None and seen.paths[0].name == "预览-整改通知单-甲局.docx" and seen.paths[0].exists()
    )
    assert len(local.entries(YEAR.dossier)) == 3  # nothing was entered
    with pytest.raises(Fault) as caught:  # its number and its seal may stand on it by now
        name = f"整改通知单-甲局-{now.last + 1}.docx"
        (tmp_path / name).write_bytes(b"with a seal")
        issue(local, now, waiting, Forms(tmp_path), county.MORNING, "王芳", county.MORNING, ZH)
    assert caught.value.message_id == "fault.notice_file_there" and ZH.has(caught.value.message_id)
    assert (tmp_path / name).read_bytes() == b"with a seal" and len(local.entries(YEAR.dossier)) == 3
    with pytest.raises(Fault) as caught:  # entered, and its folder turns out to be none: which one is said
        nowhere = Forms(tmp_path / name)
        issue(local, now, waiting, nowhere, county.MORNING, "王芳", county.MORNING, ZH)
    told_then = caught.value
    assert told_then.message_id == "fault.notice_not_written" and told_then.params["number"] == 4
    assert ZH.text(told_then.message_id, **told_then.params).startswith("第 4 号通知已记入卷宗，但无法写出")
    local.enter(YEAR.dossier, [told(EntryKind.CLOSED, YEAR, county.MORNING)], county.MORNING)
    with pytest.raises(Fault) as caught:
        closed = open_desk(local, YEAR.id)
        issue(local, closed, waiting, Forms(tmp_path / "no"), county.MORNING, "王芳", county.MORNING, ZH)
    assert caught.value.message_id == "fault.assessment_closed" and not (tmp_path / "no").exists()


def test_the_figures_of_every_unit_and_what_comes_back(two_nights: Store) -> None:
    period = period_of(Sources(two_nights, desk(), county.MORNING), BEFORE)
    told = {one.unit: one.tally for one in period.lines}
    assert told == {
        "甲局": Tally(
            before=0, opened=3, fixed=1, standing=2, overdue=1
        ),  # /a/ /b/ /c/; the veto is nobody's
        "乙局": Tally(before=1, fixed=1, reopened=1, standing=1),  # /e/ is disputed and told nowhere
        "丁镇": Tally(),
    }
    assert period.whole == Tally(before=1, opened=3, fixed=2, reopened=1, standing=3, overdue=1)
    assert [(one.finding.verdict.locus, one.back, one.overdue) for one in period.repeats] == [
        ("/d/", 1, False), ("/a/", 0, True),
    ]  # fmt: skip
    assert {one.unit: one.unseen for one in period.lines} == {
        "甲局": ("甲县某局",),
        "乙局": ("戊局",),
        "丁镇": (),
    }
    notice = bulletin_of(period, YEAR, date(2026, 11, 20), ["甲局"])
    text = bulletin_text(YEAR, notice, period, Messages("zh_CN"))
    assert text.words["criticised"] == "经研究，对甲局予以通报批评。"
    assert text.grids["summary"].rows[0] == ("1", "甲局", "2", "0", "3", "1", "0", "2", "1", "1")
    assert {one.finding for one in notice.findings} == {one.finding.id for one in period.repeats}


def test_nobody_is_criticised_by_the_program(two_nights: Store) -> None:
    period = period_of(Sources(two_nights, desk(), county.MORNING), BEFORE)
    notice = bulletin_of(period, YEAR, date(2026, 11, 20), ())
    assert bulletin_text(YEAR, notice, period, Messages("zh_CN")).words["criticised"] == ""
    with pytest.raises(Fault, match="notice_period"):
        period_of(Sources(two_nights, desk(), county.MORNING), county.MORNING)
