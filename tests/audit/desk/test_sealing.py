"""What was changed since an audit was sealed, or an entry made, is named: a verdict, a snapshot, a body, an entry, a paper."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from audit.desk.sealing import note_clearing, seal_of, seal_runs
from audit.desk.verifying import Verified, verify_assessment, verify_runs
from model import (
    RUNS,
    AssessedObject,
    AssessedUnit,
    Assessment,
    Draft,
    EntryKind,
    Filed,
    Notice,
    NoticeKind,
    Paper,
    Retention,
    body_of,
    told_in,
)
from model.seal import Seal, changed_in, leaf_of, part_of, paths_of, root_of
from report.messages import LANGUAGES, Messages
from storage import Store
from tests.storage.conftest import Place
from tests.storage.past import NOW, OTHER, SITE, ago, crawl

UNIT = AssessedUnit(name="县财政局", pack="county/own", objects=(AssessedObject(name="网站"),))
YEAR = Assessment(
    id="tj2021", title="考评", organiser="县政府办", starts=date(2021, 1, 1), ends=date(2021, 12, 31), units=(UNIT,)
)  # fmt: skip
LOCI = [f"/{number}/" for number in range(40)]
SQLITE = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


_BYTES = {"sqlite": "BLOB", "postgresql": "BYTEA"}


def sealed(store: Store, run_id: str = "R1", days: float = 20) -> None:
    crawl(store, run_id, days, [b"one", b"two"], faults=LOCI)
    seal_runs(store, SITE.key, lambda: NOW)


def spoil(store: Store, statement: str) -> None:
    with store._engine.execution_options(writes=True).begin() as connection:
        assert connection.execute(text(statement)).rowcount == 1


def named(done: Verified) -> list[tuple[str, str]]:
    """Name and rows of each flaw; each has a sentence in both languages."""
    for flaw in done.flaws:
        for language in LANGUAGES:
            assert "{" not in Messages(language).text(flaw.message_id, **flaw.params)
            assert Messages(language).has(flaw.message_id)
    return [
        (one.message_id.removeprefix("verify."), str(one.params.get("rows", one.params.get("number", ""))))
        for one in done.flaws
    ]


@SQLITE
def test_what_nobody_touched_is_sound(store: Store) -> None:
    sealed(store)
    crawl(store, "R2", 3, [b"one", b"three"], faults=["/1/"])
    seal_runs(store, SITE.key, lambda: NOW)
    done = verify_runs(store)
    assert done.sound and (done.entries, done.runs, done.bodies) == (2, 2, 3)
    assert done.head == f"2:{store.entries(RUNS)[-1].digest}"
    seal = told_in(store.entries(RUNS, subject="R1")[0], Seal)
    assert seal == seal_of(store, store.run("R1")) and seal.parts["verdicts"].count == 40


def test_a_changed_row_is_named(store: Store) -> None:
    changes = {
        "UPDATE verdicts SET outcome = 'pass' WHERE number = 17": ("row", "17 N19-UPDATE-02 /17/"),
        "DELETE FROM verdicts WHERE number = 39": ("rows_gone", "39"),
        "UPDATE findings SET points = '0.5' WHERE number = 3": ("row", "3 N19-UPDATE-02 /3/"),
        "UPDATE snapshots SET url = 'http://x.example/' WHERE number = 2": ("row", "2 http://x.example/"),
        "UPDATE runs SET score = '{}' WHERE id": ("row", "0 R4"),
        "UPDATE entries SET \"by\" = '李四' WHERE subject": ("entry_altered", "6"),
    }
    for number, statement in enumerate(changes):
        sealed(store, f"R{number}", 20 - number)
        where = f" = 'R{number}'" if statement.endswith(("id", "subject")) else f" AND run_id = 'R{number}'"
        spoil(store, statement + where)
    done = verify_runs(store)
    assert not done.sound and sorted(named(done)) == sorted(changes.values())
    assert {one.params.get("run") for one in done.flaws} == {None, *(f"R{number}" for number in range(5))}


@SQLITE
def test_a_changed_byte_of_a_body_is_named(store: Store, place: Place) -> None:
    sealed(store)
    (file,) = place.archive.glob("*.warc.gz")
    (snapshot,) = [one for one in store.snapshots("R1") if one.id == "R1/2"]
    assert snapshot.position
    content = bytearray(file.read_bytes())
    content[snapshot.position.offset + snapshot.position.length // 2] ^= 1
    file.write_bytes(content)
    (flaw,) = verify_runs(store).flaws
    assert (flaw.message_id, flaw.params["snapshot"]) == ("verify.body_altered", "R1/2")
    assert flaw.params["sha256"] == snapshot.sha256
    assert verify_runs(store, bodies=False).sound
    file.rename(file.with_suffix(".away"))
    assert named(verify_runs(store)) == [("body_missing", ""), ("body_missing", "")]


@SQLITE
def test_what_cannot_even_be_read_is_named(store: Store) -> None:
    for number in range(3):
        sealed(store, f"R{number}", 20 - number)
    spoil(store, "UPDATE entries SET body = '{' WHERE number = 2")
    spoil(store, "UPDATE verdicts SET evidence = '[' WHERE number = 17 AND run_id = 'R0'")
    spoil(store, "UPDATE snapshots SET outcome = 'x' WHERE id = 'R2/1'")
    flaws = [(name, rows) for name, rows in named(verify_runs(store)) if name != "entry_unlinked"]
    assert flaws == [
        ("part_unread", "1"),
        ("entry_altered", "2"),
        ("row", "1 http://www.taijiang.example/1.html"),
    ]


@SQLITE
def test_what_the_chain_lost_is_told(store: Store) -> None:
    for number in range(4):
        sealed(store, f"R{number}", 20 - number)
    head = store.entries(RUNS)[-1]
    noted = (head.number, head.digest[:32])
    assert verify_runs(store, noted=noted).sound
    spoil(store, "DELETE FROM entries WHERE number = 2")
    assert [one for one, _ in named(verify_runs(store))] == ["entry_missing", "unsealed"]
    spoil(store, "DELETE FROM entries WHERE number = 4")
    assert "cut_off" in [one for one, _ in named(verify_runs(store, noted=noted))]


@SQLITE
def test_a_chain_that_was_written_anew_does_not_fit_the_head_somebody_noted(store: Store) -> None:
    sealed(store)
    (old,) = store.entries(RUNS)
    spoil(store, "UPDATE verdicts SET outcome = 'pass' WHERE number = 17")
    spoil(store, "DELETE FROM entries WHERE number = 1")
    seal_runs(store, SITE.key, lambda: NOW)
    assert verify_runs(store).sound  # nothing in the database itself could tell
    assert named(verify_runs(store, noted=(1, old.digest[:16]))) == [("noted", "1")]


def test_what_retention_took_is_told_apart_from_what_somebody_took(store: Store) -> None:
    sealed(store, "R1", 900)
    sealed(store, "R2", 5)
    crawl(store, "R3", 4, [b"x"], site=OTHER)
    seal_runs(store, OTHER.key, lambda: NOW)
    note_clearing(store, Retention(), NOW)
    store.clear(Retention(), NOW, "duwang/test")
    done = verify_runs(store)
    assert done.sound and (done.runs, done.cleared) == (2, 1)
    spoil(store, "DELETE FROM snapshots WHERE run_id = 'R3'")
    spoil(store, "DELETE FROM runs WHERE id = 'R3'")
    assert [(one.message_id, one.params["run"]) for one in verify_runs(store).flaws] == [
        ("verify.run_gone", "R3")
    ]
    assert verify_runs(store, site_key=SITE.key).sound


def test_many_seal_at_once_and_none_is_lost(place: Place) -> None:
    stores = [place.again() for _ in range(4)]
    sites = [SITE.model_copy(update={"home": f"http://s{number}.example/"}) for number in range(8)]
    for number, site in enumerate(sites):
        crawl(stores[0], f"R{number}", 5, [b"same"], site=site, faults=["/a/"])
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: seal_runs(stores[n % 4], sites[n].key, lambda: NOW), range(8)))
    for site in sites:  # whatever was given up is sealed by the site's next audit
        seal_runs(stores[0], site.key, lambda: NOW)
    done = verify_runs(stores[0])
    assert done.sound and not done.flaws and (done.entries, done.runs) == (8, 8)


def test_a_seal_that_cannot_be_set_stops_no_audit(store: Store) -> None:
    crawl(store, "R1", 5, [b"one"], faults=["/a/"])
    with store._engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("ALTER TABLE entries RENAME TO away"))
    seal_runs(store, SITE.key, lambda: NOW)
    with store._engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO entries"))
    assert named(verify_runs(store)) == [("unsealed", "")] and verify_runs(store).sound
    crawl(store, "R2", 4, [b"one"], faults=["/a/"])
    seal_runs(store, SITE.key, lambda: NOW)
    assert [one.subject for one in store.entries(RUNS)] == ["R1", "R2"]


def test_an_assessment_its_papers_and_what_it_rests_on(store: Store) -> None:
    sealed(store)
    paper = store.keep_paper("自查报告.docx", b"report", NOW)
    filed = Filed(unit="县财政局", purpose="自查报告", on=date(2021, 11, 20), paper=paper)
    left = Paper(name="整改通知单.docx", sha256="a" * 64, size=9)  # it was sent away
    notice = Notice(kind=NoticeKind.MEND, units=("县财政局",), dated=date(2021, 11, 1), papers=(left,))
    drafts = [
        Draft(kind=EntryKind.OPENED, at=ago(9), by="王芳", body=body_of(YEAR)),
        Draft(kind=EntryKind.FILED, at=NOW, by="王芳", subject="县财政局", body=body_of(filed)),
        Draft(kind=EntryKind.FROZEN, at=NOW, by="王芳", body={"objects": [{"run_id": "R1"}]}),
        Draft(kind=EntryKind.FROZEN, at=NOW, by="王芳", body={"objects": [{"run_id": "R7"}]}),
        Draft(kind=EntryKind.NOTICE, at=NOW, by="王芳", subject="县财政局", body=body_of(notice)),
    ]
    store.enter(YEAR.dossier, drafts, NOW)
    done = verify_assessment(store, YEAR.id)
    assert done.sound and (done.entries, done.papers, done.runs) == (5, 1, 1)
    assert named(done) == [("run_unsealed", "4")]
    spoil(
        store,
        "UPDATE papers SET size = 5, content = CAST('other' AS BLOB)".replace(
            "BLOB", _BYTES[store._engine.dialect.name]
        ),
    )
    spoil(store, "UPDATE verdicts SET outcome = 'pass' WHERE number = 17")
    spoil(store, "UPDATE entries SET subject = '县教育局' WHERE number = 2 AND dossier <> 'runs'")
    assert named(verify_assessment(store, YEAR.id)) == [
        ("entry_altered", "2"), ("paper_altered", "2"), ("row", "17 N19-UPDATE-02 /17/"), ("run_unsealed", "4"),
    ]  # fmt: skip
    spoil(store, "DELETE FROM papers")
    assert ("paper_missing", "2") in named(verify_assessment(store, YEAR.id))


@settings(max_examples=60, deadline=None)
@given(
    numbers=st.sets(st.integers(0, 300), max_size=80),
    other=st.tuples(st.integers(0, 320), st.sampled_from(["changed", "gone", "new"])),
)
def test_one_change_among_any_rows_is_found_where_it_is(numbers: set[int], other: tuple[int, str]) -> None:
    rows = {number: leaf_of({"number": number}) for number in sorted(numbers)}
    part = part_of(rows.items())
    assert changed_in(part, rows) == [] and part.root == root_of(list(rows.values()))
    place, what = other
    if what == "new" and place not in rows:
        rows[place] = leaf_of({"new": place})
    elif what != "new" and rows:
        place = sorted(rows)[place % len(rows)]
        rows[place] = leaf_of({"changed": place})
        if what == "gone":
            del rows[place]
    else:
        return
    assert changed_in(part, rows) == [place]


@settings(max_examples=40, deadline=None)
@given(count=st.integers(1, 70), place=st.integers(0, 69))
def test_the_path_of_a_row_leads_to_the_root(count: int, place: int) -> None:
    from hashlib import sha256

    leaves = [leaf_of({"n": n}) for n in range(count)]
    found = leaves[place % count]
    for step in paths_of(leaves, range(count))[place % count]:
        beside = bytes.fromhex(step[1:])
        found = sha256(b"\x01" + (beside + found if step[0] == "L" else found + beside)).digest()
    assert found.hex() == root_of(leaves)


@SQLITE
def test_a_clearing_is_noted_before_it_is_done(store: Store, tmp_path: Path) -> None:
    from audit.retention import clear

    sealed(store, "R1", 900)
    sealed(store, "R2", 5)
    clear(store, Retention(), dry=True, now=NOW)
    assert [one.kind for one in store.entries(RUNS)] == [EntryKind.SEALED, EntryKind.SEALED]
    clear(store, Retention(), dry=False, now=NOW + timedelta(hours=1))
    done = verify_runs(store)
    assert done.sound and done.cleared == 1 and store.entries(RUNS)[-1].kind is EntryKind.CLEARED
