"""Draws in a dossier: in their order, within their limits, drawn again from the record alone; what came of the sites."""

import json
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from audit.conclude import conclude, moment_of
from audit.desk.draw_proof import proof, read_record
from audit.desk.drawing import Asked, draw, draws_at
from audit.desk.drawn import period_of, result_of
from audit.desk.draws import overview
from audit.rulings import waive
from model import (
    Arrangement,
    AssessedObject,
    AssessedUnit,
    Assessment,
    Band,
    Draft,
    EntryKind,
    Fault,
    Finding,
    Outcome,
    RepeatReading,
    RosterEntry,
    Score,
    Scoring,
    Site,
    StrataBy,
    VetoSuspect,
    body_of,
)
from model.draw import DrawRecord, FailsBy
from report.draw import record_json
from storage import Store, open_store
from tests.audit.ground import CHECKS, SITE, column, observation, pack, run

NOW = datetime(2021, 7, 1, 4, tzinfo=UTC)
APRIL, MAY, JULY = (datetime(2021, month, 12, 2, tzinfo=UTC) for month in (4, 5, 7))
DOCS = Path(__file__).parents[3] / "docs"


def roster(store: Store, count: int) -> None:
    """`count` sites of three regions, the last ten per cent out of service since May."""
    store.keep_roster(
        [
            RosterEntry(
                site=Site(home=f"http://s{place:03}.example/", name=f"站{place}\t甲"),
                arrangement=Arrangement(
                    site_key=f"s{place:03}.example", region="甲乙丙"[place % 3],
                    retired_on=date(2021, 5, 1) if place >= count * 9 // 10 else None,
                ),
            )
            for place in range(count)
        ]
    )  # fmt: skip


def asked(quarter: str = "2021Q2", at: datetime = APRIL, seed: str = "38150276", **more: Any) -> Asked:
    return Asked(quarter=quarter, at=at, by="王芳", seed=seed, **more)


def refused(store: Store, wanted: Asked, assessment: str | None = None) -> Fault:
    before = store.entries("draws")
    with pytest.raises(Fault) as fault:
        draw(store, wanted, assessment, NOW)
    assert fault.value.exit_code == 3 and store.entries("draws") == before
    return fault.value


def test_a_year_of_draws(store: Store) -> None:
    roster(store, 200)
    first = draw(store, asked(), None, NOW)
    assert (first.draw.id, first.draw.frame.sites, first.draw.size, first.draw.limit) == (
        "2021Q2-1",
        200,
        30,
        3,
    )
    assert first.frame_lines[0] == "s000.example\t站0 甲\thttp://s000.example/\t\t\t\t甲\t"
    second = draw(store, asked(at=MAY, seed="b", strata_by=StrataBy.REGION), None, NOW)
    assert (second.draw.frame.sites, second.draw.size) == (180, 27)  # twenty are out of service
    assert [(one.name, one.sites, one.drawn) for one in second.draw.strata] == [
        ("丙", 60, 9),
        ("乙", 60, 9),
        ("甲", 60, 9),
    ]
    assert [one.id for one in second.draw.earlier] == ["2021Q2-1"]
    third = draw(
        store, asked("2021Q3", JULY - timedelta(days=11), "c", reading=RepeatReading.LAST), None, NOW
    )
    assert [one.id for one in third.draw.earlier] == ["2021Q2-1", "2021Q2-2"] and third.entry == 3
    found = overview(store, draws_at(store), JULY)
    before = {*first.draw.chosen, *second.draw.chosen}
    assert [set(one.within) for one in found.draws] == [
        set(),
        {*first.draw.chosen} & {*second.draw.chosen},
        set(),
    ]
    assert set(found.draws[2].last) == {*third.draw.chosen} & before == {*third.draw.repeated}
    assert [(one.quarter, one.draws, one.over, one.ends) for one in found.quarters] == [
        ("2021Q2", 2, True, date(2021, 6, 30)), ("2021Q3", 1, False, date(2021, 9, 30)),
    ]  # fmt: skip
    assert found.quarters[1].repeated == len(third.draw.repeated)
    assert {line.split("\t")[0] for line in found.never} == {
        f"s{place:03}.example" for place in range(180)
    } - before - {*third.draw.chosen}
    assert [one.quarter for one in overview(store, draws_at(store), JULY + timedelta(days=365)).quarters] == [
        "2021Q2", "2021Q3", "2021Q4", "2022Q1", "2022Q2", "2022Q3",
    ]  # fmt: skip


def test_seven_sites_cannot_be_drawn_four_times_without_a_repeat(store: Store) -> None:
    roster(store, 7)  # one of them is out of service from May on
    march = APRIL - timedelta(days=20)
    for place, (quarter, at) in enumerate((("2021Q1", march), ("2021Q1", march), ("2021Q2", march))):
        draw(store, asked(quarter, at, str(place)), None, NOW)
    fault = refused(store, asked(seed="x"))
    assert fault.message_id == "fault.draw_impossible"
    assert fault.params == {"size": 2, "sites": 7, "fresh": 1, "barred": 6, "limit": 0, "lacking": 1}
    assert draw(store, asked(seed="x", reading=RepeatReading.WITHIN), None, NOW).draw.id == "2021Q2-2"
    assert refused(store, asked("2021Q1", seed="y")).message_id == "fault.draw_out_of_order"
    assert refused(store, asked("2021Q3", seed="0")).params == {"seed": "0", "id": "2021Q1-1"}
    assert (
        refused(store, asked("2021Q3", seed="z", strata_by=StrataBy.LEVEL)).message_id
        == "fault.draw_no_strata"
    )


def test_an_empty_roster_has_nothing_to_draw_from(store: Store) -> None:
    assert refused(store, asked()).message_id == "fault.draw_no_sites"


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> DrawRecord:
    """A stratified draw in sight of another."""
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('record')}/duwang.sqlite") as store:
        roster(store, 133)
        draw(store, asked(seed="a", share=Decimal("0.3")), None, NOW)
        return draw(store, asked(strata_by=StrataBy.REGION, source="报送系统"), None, NOW)


def test_a_record_is_drawn_again_and_any_change_is_named(record: DrawRecord, tmp_path: Path) -> None:
    told = json.loads(record_json(record))
    path = tmp_path / "r.json"

    def said(change: Any, frame: list[str] | None = None) -> tuple[str, str, str, int] | None:
        copy = json.loads(json.dumps(told))
        change(copy)
        path.write_text(json.dumps(copy), "utf-8")
        return proof(read_record(path), frame)

    chosen = told["draw"]["chosen"]
    other = next(line.split("\t")[0] for line in told["frame_lines"] if line.split("\t")[0] not in chosen)
    assert said(lambda one: None) is None and said(lambda one: None, list(record.frame_lines)) is None
    assert said(lambda one: one["frame_lines"].reverse()) is None
    assert said(lambda one: one["draw"]["chosen"].__setitem__(4, other)) == ("chosen", other, chosen[4], 5)
    assert said(lambda one: one["draw"].update(seed="another"))[0] == "chosen"  # type: ignore[index]
    assert said(lambda one: one["frame_lines"].pop())[0] == "frame_hash"  # type: ignore[index]
    assert said(lambda one: one["draw"].update(size=19)) == ("size", "19", "20", 0)
    assert said(lambda one: one["draw"].update(limit=3)) == ("limit", "3", "2", 0)
    assert said(lambda one: one["draw"]["strata"][0].update(drawn=8))[0] == "stratum"  # type: ignore[index]
    assert said(lambda one: one["draw"]["earlier"][0].update(quarter="2020Q4")) == (
        "earlier", "2021Q2-1", "2021Q1 2021Q2", 0,
    )  # fmt: skip
    assert said(lambda one: one["draw"]["earlier"].clear())[0] == "chosen"  # type: ignore[index]
    everybody = [line.split("\t")[0] for line in told["frame_lines"]]
    assert said(lambda one: one["draw"]["earlier"][0].update(chosen=everybody))[0] == "impossible"  # type: ignore[index]
    changed = [*record.frame_lines[:7], record.frame_lines[7] + "x", *record.frame_lines[8:]]
    assert said(lambda one: None, changed) == ("frame_line", record.frame_lines[7], changed[7], 8)


@pytest.mark.parametrize(
    ("content", "field"), [(b"[]", "–"), (b"{", "–"), (b"\xff", "–"), (b'{"draw": {"seed": ""}}', "draw.id")]
)
def test_what_is_no_record_is_refused(tmp_path: Path, content: bytes, field: str) -> None:
    (tmp_path / "r.json").write_bytes(content)
    with pytest.raises(Fault) as fault:
        read_record(tmp_path / "r.json")
    assert (fault.value.message_id, fault.value.params["field"]) == ("fault.draw_record_bad", field)
    with pytest.raises(Fault):
        read_record(tmp_path / "none.json")


def test_the_program_on_the_page_gives_the_same_list(record: DrawRecord, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_bytes(record_json(record))
    program, twin = (
        re.findall(r"^```python\n(.*?)^```", (DOCS / page).read_text("utf-8"), re.M | re.S)
        for page in ("draw.md", "draw.zh-CN.md")
    )
    assert program == twin
    words = [sys.executable, "-I", "-c", *program, str(tmp_path / "r.json")]
    out = subprocess.check_output(words, encoding="utf-8")
    assert out.splitlines() == ["frame True", "list", "True", *record.draw.chosen]
    assert len(record.draw.chosen) == 20 and len(record.draw.repeated) == 2


PACK = pack(
    digest="a" * 64,
    scoring=Scoring(
        bands=(Band(name="合格", at_least=Decimal(60)), Band(name="不合格", at_least=Decimal(0)))
    ),
)


def audited(store: Store, key: str, at: datetime, band: str | None, **more: Any) -> None:
    figure = Decimal({"合格": 80, "不合格": 40}.get(band or "", 60))
    score = Score(base=Decimal(100), low=figure, high=figure, band=band, **more)
    record = run(f"R-{key}-{at:%m%d}", at).model_copy(
        update={
            "site": store.site(key),
            "pack_digest": PACK.digest,
            "score": score,
            "counts": {Outcome.PASS: 3},
        }
    )
    store.begin_run(record)
    store.finish_run(record, [], [], [])


def test_what_came_of_a_draw(store: Store) -> None:
    roster(store, 40)
    store.keep_pack(PACK)
    record = draw(store, asked(), None, NOW)
    one, two, three, four, five, six = record.draw.chosen
    veto = VetoSuspect(id="V", title="无法访问", low=1, high=1, at_least=1)
    audited(store, one, MAY, "不合格")
    audited(store, two, MAY, "合格")
    audited(store, three, MAY, "不合格")
    audited(store, three, MAY + timedelta(days=2), "合格")  # the last one counts
    audited(store, four, MAY, None, vetoes=(veto,))
    audited(store, five, APRIL - timedelta(days=1), "合格")  # before the draw
    audited(store, six, JULY, "不合格")  # after the quarter
    place = draws_at(store)
    kept = place.kept[0]
    result = result_of(store, place, kept, period_of(place, kept, NOW), FailsBy.GRADE, CHECKS)
    assert [each.state.value for each in result.sites] == [
        "failed", "passed", "passed", "undecided", "unseen", "unseen",
    ]  # fmt: skip
    assert result.sites[3].suspected == ("无法访问",) and result.sites[3].cells[0] == four
    assert (result.sites[2].high, result.sites[2].audited_on) == (Decimal(80), date(2021, 5, 14))
    # if the three nobody is sure of failed too, four of six did: with 37 of 40 failing the chance of no more is
    # (C(3,2)·C(37,4) + C(37,3)) / C(40,6) = 0.054, with 38 it is C(38,4) / C(40,6) = 0.019
    assert (result.low, result.high) == (1, 37)
    by_findings = result_of(store, place, kept, period_of(place, kept, NOW), FailsBy.FINDINGS, CHECKS)
    assert [each.state.value for each in by_findings.sites[:4]] == ["passed"] * 4


def test_units_of_an_assessment_are_drawn_into_its_dossier(store: Store) -> None:
    units = tuple(
        AssessedUnit(name=f"单位{place}", group="乡镇", pack="t", objects=(AssessedObject(name="网站"),))
        for place in range(40)
    )
    assessed = Assessment(
        id="tj2021",
        title="t",
        organiser="县政府办",
        starts=date(2021, 1, 1),
        ends=date(2021, 12, 31),
        units=units,
    )
    opened = Draft(kind=EntryKind.OPENED, at=APRIL, by="王芳", body=body_of(assessed))
    store.enter(assessed.dossier, [opened], NOW)
    record = draw(store, asked(strata_by=StrataBy.GROUP), "tj2021", NOW)
    assert (record.dossier, record.entry, record.draw.assessment) == (assessed.dossier, 2, "tj2021")
    assert len(record.draw.chosen) == 6 and set(record.draw.chosen) <= {one.name for one in units}
    place = draws_at(store, "tj2021")
    result = result_of(
        store, place, place.kept[0], period_of(place, place.kept[0], NOW), FailsBy.GRADE, CHECKS
    )
    assert {one.state.value for one in result.sites} == {"unseen"} and (result.low, result.high) == (0, 40)
    store.enter(assessed.dossier, [Draft(kind=EntryKind.CLOSED, at=MAY, by="王芳")], NOW)
    assert refused(store, asked(seed="b"), "tj2021").message_id == "fault.assessment_closed"


NOVEMBER = datetime(2026, 11, 20, 14, tzinfo=UTC)


def one_finding(store: Store) -> Finding:
    """An audit of SITE in November that finds one stale column."""
    rules = PACK.model_copy(update={"digest": "b" * 64})
    store.keep_pack(rules)
    audit = run("R1", NOVEMBER).model_copy(update={"pack_digest": rules.digest})
    seen = observation(column("/a/", "2020-01-01")).model_copy(update={"moment": moment_of(NOVEMBER)})
    result = conclude(audit, seen, rules, CHECKS, {})
    store.begin_run(audit)
    store.finish_run(result.run, result.verdicts, result.findings, result.cases)
    (finding,) = [one for one in result.findings if one.accuses]
    return finding


def test_what_people_decided_since_the_audit_counts(store: Store) -> None:
    at = NOVEMBER
    store.keep_roster([RosterEntry(site=SITE, arrangement=Arrangement(site_key=SITE.key))])
    record = draw(store, asked("2026Q4", at - timedelta(days=2)), None, NOW)
    assert record.draw.chosen == (SITE.key,)
    finding = one_finding(store)
    place = draws_at(store)

    def told(fails_by: FailsBy) -> tuple[str, int, Decimal | None]:
        kept = place.kept[0]
        (site,) = result_of(store, place, kept, period_of(place, kept, at), fails_by, CHECKS).sites
        return site.state.value, site.findings, site.high

    assert told(FailsBy.FINDINGS) == ("failed", 1, Decimal(95))
    waive(store, finding.id, by="王芳", reason="改版", until=date(2026, 12, 31), at=at + timedelta(days=1))
    assert told(FailsBy.FINDINGS) == ("passed", 0, Decimal(100))
    assert told(FailsBy.GRADE)[2] == Decimal(100)


def test_a_unit_is_as_its_assessment_scores_it(store: Store) -> None:
    one_finding(store)
    pack_id = run().pack_id
    units = (
        AssessedUnit(name="甲局", pack=pack_id, objects=(AssessedObject(name="网站", site_key=SITE.key),)),
        AssessedUnit(
            name="乙局", pack=pack_id, objects=(AssessedObject(name="网站", site_key="none.example"),)
        ),
    )
    assessed = Assessment(
        id="a", title="t", organiser="县政府办", starts=date(2026, 1, 1), ends=date(2026, 12, 31), units=units
    )
    store.enter(
        assessed.dossier, [Draft(kind=EntryKind.OPENED, at=NOW, by="王芳", body=body_of(assessed))], NOW
    )
    draw(store, asked("2026Q4", NOVEMBER, share=Decimal(1)), "a", NOVEMBER)
    place = draws_at(store, "a")
    kept = place.kept[0]
    told = {
        (fails_by.value, one.cells[0]): (one.state.value, one.findings, one.high)
        for fails_by in FailsBy
        for one in result_of(store, place, kept, period_of(place, kept, NOVEMBER), fails_by, CHECKS).sites
    }
    assert told == {
        ("grade", "甲局"): ("passed", 1, Decimal(95)),
        ("grade", "乙局"): ("unseen", 0, None),
        ("findings", "甲局"): ("failed", 1, Decimal(95)),
        ("findings", "乙局"): ("unseen", 0, None),
    }
