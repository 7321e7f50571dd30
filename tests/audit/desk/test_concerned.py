"""Evidence of a unit, and of an assessment with its dossier: whose findings, and that the zip holds."""

import json
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from audit.conclude import moment_of
from audit.desk.concerned import named, of_assessment, of_unit
from audit.desk.desk import open_desk
from audit.desk.proof import pack_evidence
from audit.desk.sealing import seal_runs
from model import (
    AssessedObject,
    AssessedUnit,
    Assessment,
    Draft,
    EntryKind,
    Fault,
    Finding,
    ObjectScore,
    Result,
    ResultKind,
    UnitScore,
    body_of,
)
from report.evidence_verify import verify
from report.messages import Messages
from storage import Store
from tests.storage import nouns
from tests.storage.past import NOW, OTHER, SITE, ago, crawl

SQLITE = pytest.mark.parametrize("place", ["sqlite"], indirect=True)
UNITS = tuple(
    AssessedUnit(name=name, pack="county/own", objects=(AssessedObject(name="网站", site_key=site.key),))
    for name, site in (("台江县人民政府", SITE), ("别处", OTHER))
)
YEAR = Assessment(
    id="tj2021", title="2021年度考评", organiser="县政府办", starts=date(2021, 1, 1), ends=date(2021, 12, 31), units=UNITS
)  # fmt: skip


def opened(store: Store) -> None:
    crawl(store, "R1", 20, [b"<p>one"], faults=["/a/"])
    crawl(store, "R2", 10, [b"<p>two"], faults=["/b/", "/c/"])
    crawl(store, "R3", 10, [b"<p>two"], site=OTHER, faults=["/d/"], cites="R2/1")
    for site in (SITE, OTHER):
        seal_runs(store, site.key, lambda: NOW)
    store.enter(YEAR.dossier, [Draft(kind=EntryKind.OPENED, at=ago(9), by="王芳", body=body_of(YEAR))], NOW)


def loci(found: Sequence[Finding]) -> list[str]:
    return sorted(one.verdict.locus for one in found)


@SQLITE
def test_whose_findings_are_meant(store: Store) -> None:
    opened(store)
    desk = open_desk(store)
    assert loci(of_assessment(store, desk)) == ["/b/", "/c/", "/d/"]
    assert loci(of_assessment(store, desk, "别 处")) == ["/d/"]
    scores = (
        UnitScore(unit=UNITS[0].name, objects=(ObjectScore(name="网站", site_key=SITE.key, run_id="R1"),)),
        UnitScore(unit=UNITS[1].name, why="score.none"),
    )
    result = Result(assessment="tj2021", version=1, kind=ResultKind.DRAFT, as_of=NOW, scores=scores)
    store.enter(YEAR.dossier, [Draft(kind=EntryKind.FROZEN, at=NOW, by="王芳", body=body_of(result))], NOW)
    assert loci(of_assessment(store, open_desk(store))) == ["/a/"]
    assert loci(named(store, [store.findings("R1")[0].id])) == ["/a/"]
    with pytest.raises(Fault, match="evidence_unit_alike"):
        of_unit(store, "台江县", moment_of(NOW))


@SQLITE
def test_of_a_shared_site_a_unit_gets_what_is_its_own(store: Store) -> None:
    opened(store)
    shared = tuple(
        AssessedUnit(name=name, pack="county/own", objects=(AssessedObject(name="专栏", site_key=SITE.key, columns=(column,)),))
        for name, column in (("甲局", "/b/"), ("乙局", "/c/"))
    )  # fmt: skip
    amended = Draft(
        kind=EntryKind.AMENDED, at=NOW, by="王芳", body=body_of(YEAR.model_copy(update={"units": shared}))
    )
    store.enter(YEAR.dossier, [amended], NOW)
    run = store.begin_run(nouns.run("R4", site=SITE, started_at=NOW))
    verdicts = [nouns.verdict(locus, parents=()) for locus in ("/b/", "/c/", "/d/")]
    store.finish_run(run, verdicts, [nouns.finding(one, "R4", SITE) for one in verdicts], [])
    desk = open_desk(store)
    assert loci(of_assessment(store, desk, "乙局")) == ["/c/"]
    assert loci(of_assessment(store, desk)) == ["/b/", "/c/"]


@SQLITE
def test_a_unit_reads_what_was_said_of_itself_and_not_of_others(store: Store, tmp_path: Path) -> None:
    opened(store)
    (found,) = of_assessment(store, open_desk(store), "别处")
    said = [
        Draft(kind=EntryKind.OPINION, at=NOW, by="王芳", subject=found.fingerprint, body={"note": "确认"}),
        Draft(kind=EntryKind.SELF_SCORE, at=NOW, by="王芳", subject="别处", body={"score": "90"}),
        Draft(kind=EntryKind.SELF_SCORE, at=NOW, by="王芳", subject=UNITS[0].name, body={"score": "80"}),
    ]
    store.enter(YEAR.dossier, said, NOW)
    pack_evidence(
        store,
        [found],
        "别处",
        tmp_path / "a.zip",
        Messages(),
        desk=open_desk(store),
        unit="别 处",
        pictures=0,
    )
    assert list(verify(tmp_path / "a.zip")) == []
    with zipfile.ZipFile(tmp_path / "a.zip") as pack:
        told = json.loads(pack.read("chain.json"))
    assert [one["number"] for one in told if one["dossier"] == YEAR.dossier] == [2, 3]


@SQLITE
def test_records_are_shared_and_the_dossier_goes_along(store: Store, tmp_path: Path) -> None:
    opened(store)
    desk = open_desk(store)
    done = pack_evidence(
        store, of_assessment(store, desk), "考评", tmp_path / "a.zip", Messages(), desk=desk, pictures=0
    )
    assert (done.findings, done.records, done.pictures) == (3, 2, 0) and not done.flaws
    assert list(verify(tmp_path / "a.zip")) == []
    with zipfile.ZipFile(tmp_path / "a.zip") as pack:
        names = [name for name in pack.namelist() if name.startswith(("records/", "runs/"))]
        assert names == [
            "runs/R2.json", "runs/R3.json", "records/www.other.example.warc.gz", "records/www.taijiang.example.warc.gz",
        ]  # fmt: skip
        chain = json.loads(pack.read("chain.json"))
        assert [(one["dossier"], one["number"]) for one in chain] == [
            ("runs", 2), ("runs", 3), ("assessment:tj2021", 1),
        ]  # fmt: skip
        chain[2]["body"]["title"] = "改过的"
        with zipfile.ZipFile(tmp_path / "b.zip", "w") as other:
            for name in pack.namelist():
                other.writestr(name, json.dumps(chain) if name == "chain.json" else pack.read(name))
    assert [name for name, _ in verify(tmp_path / "b.zip")] == ["altered"]


@SQLITE
def test_what_cannot_be_read_is_left_out_and_said(store: Store, tmp_path: Path) -> None:
    opened(store)
    for file in store.archive.folder.glob("R2*.warc.gz"):
        file.unlink()
    done = pack_evidence(store, store.findings("R2"), "甲", tmp_path / "a.zip", Messages(), pictures=1)
    assert [one.message_id for one in done.flaws] == ["evidence.record_missing"] and done.records == 0
    assert list(verify(tmp_path / "a.zip")) == [("note_without", {"count": "2"})]
    with zipfile.ZipFile(tmp_path / "a.zip") as pack:
        told = json.loads(pack.read(next(name for name in pack.namelist() if name.endswith("finding.json"))))
    assert [(one["record"], one["without"]) for one in told["snapshots"]] == [(None, "missing")]
    with pytest.raises(Fault, match="evidence_none"):
        pack_evidence(store, [], "乙", tmp_path / "b.zip", Messages())
    assert sorted(one.name for one in tmp_path.glob("*.zip")) == ["a.zip"]
