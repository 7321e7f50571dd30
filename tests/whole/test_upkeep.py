"""gc, backup, restore and doctor --archive as a person types them, on both sides of a dry run."""

import re
from pathlib import Path

import pytest

from model import Backed, BackupFile, CaseState, Clearance, Cleared, Compaction, Manifest, Restored
from report.messages import LANGUAGES, Messages
from report.upkeep import backed_lines, clearance_lines, restored_lines, size_of
from storage import open_store
from tests.storage.past import NOW, case, crawl, vote
from tests.whole.gate import duwang


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A database with an audit that may go, one that is evidence, and one of late."""
    with open_store(f"sqlite:///{tmp_path}/duwang-data/duwang.sqlite3") as store:
        crawl(store, "R1", 900, [b"stays", b"goes" * 2000])
        crawl(store, "R2", 800, [b"evidence"], faults=["/a/"])
        filed = case("/a/", CaseState.OPEN, (800, "R2", CaseState.OPEN))
        crawl(store, "R3", 0.1, [b"stays", b"new"], cases=[filed])
        vote(store, "R1", "http://far.example/", 900)
    return tmp_path


def test_what_a_person_sees(kept: Path) -> None:
    dry = duwang("gc", "--dry-run", "--lang", "en", cwd=kept)
    assert dry.code == 0
    told = [re.sub(r" \(.* to .*\)", "", line) for line in dry.out.splitlines()[1:]]
    assert told == [
        "  audits: 1", "  snapshots: 2", "  bodies: 1", "  looks at link targets: 1",
        "  link targets nobody asked for since: 1",
        *[line for line in told if line.startswith("Archive: 0 files would be removed, 1 written anew; ")],
        "1 audits past their days stay:", "  1 as evidence of findings: to be mended",
    ]  # fmt: skip
    assert len(told) == 8
    made = duwang("backup", "safe", "--lang", "en", cwd=kept)
    assert made.code == 0
    assert "3 archive files" in made.out and "copied this time: 3 archive files" in made.out
    done = duwang("gc", "--json", cwd=kept).json()
    assert done["kept"] == {"case_open": 1}
    assert (done["archive"]["rewritten"], done["archive"]["damaged"]) == (1, [])
    (kept / "duwang-data" / "archive" / "R2.warc.gz").unlink()
    # the browser is not what is asked about here, and takes its time
    bad = duwang("doctor", "--archive", "--lang", "en", cwd=kept, DUWANG_BROWSER="/nowhere")
    assert bad.code == 1
    assert "✗ R2.warc.gz is not in the archive folder: 1 bodies, needed by run R2" in bad.out
    back = duwang("restore", "safe", "--db", "sqlite:///new/duwang.sqlite3", "--lang", "en", cwd=kept)
    assert (back.code, back.err) == (0, "")
    assert "3 archive files, each checked" in back.out


def test_terms_that_are_too_short_are_refused(tmp_path: Path) -> None:
    said = duwang("gc", "--keep-days", "3", "--lang", "en", cwd=tmp_path)
    assert (said.code, said.out) == (3, "")
    assert "--keep-days" in said.err


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_has_its_words(language: str) -> None:
    """Whatever can be said is said in whole sentences: no id, no parameter left open."""
    messages = Messages(language)
    states = {f"case_{state.value}": 1 for state in CaseState}
    kinds = (
        "runs", "snapshots", "verdicts", "findings", "bodies", "votes", "visits", "targets", "turns", "deliveries", "workers",
        "nights", "errands", "interruptions",
    )  # fmt: skip
    cleared = tuple(Cleared(kind=kind, count=2, oldest=NOW, newest=NOW) for kind in kinds)
    archive = Compaction(removed=1, rewritten=2, freed=5_000_000, left=1, missing=1, damaged=("R1.warc.gz",))
    kept = states | {"newest": 1, "ruling": 1, "cited": 1, "running": 1}
    lines: list[str] = []
    for dry in (True, False):
        for note, freed in (("postgresql", None), ("running", None), ("room", None), (None, 4096)):
            done = Clearance(
                dry=dry, at=NOW, before=NOW, cleared=cleared, kept=kept, archive=archive, database=freed,
                database_note=note,
            )  # fmt: skip
            lines += clearance_lines(done, messages)
    lines += clearance_lines(Clearance(dry=True, at=NOW, before=NOW), messages)
    file = BackupFile(name="d", size=10, sha256="0")
    manifest = Manifest(dialect="sqlite", made_at=NOW, version="1", database=file, missing=("R9.warc.gz",))
    lines += backed_lines(Backed(folder="f", manifest=manifest, copied=0, copied_bytes=0), messages)
    lines += restored_lines(Restored(folder="f", manifest=manifest, interrupted=2), messages)
    assert not [
        line for line in lines if "{" in line or "clear." in line or "state." in line or "backup." in line
    ]


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KB"), (200 * 1024, "200 KB"), (5 * 1024**4, "5.0 TB")],
)
def test_bytes_as_people_read_them(count: int, text: str) -> None:
    assert size_of(count) == text
