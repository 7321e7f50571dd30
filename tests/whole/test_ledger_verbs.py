"""The verbs of the ledger as a person types them: what they print, how they end, what they refuse."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from audit.conclude import conclude, moment_of
from model import CaseState, fingerprint_of
from report.messages import Messages
from report.trend import HEADS
from storage import open_store
from tests.audit.ground import CHECKS, SITE, column, observation, pack, run
from tests.whole.gate import Said, duwang

NOW = datetime.now(UTC).replace(microsecond=0)
MARK = fingerprint_of("T-COL-01", SITE.key, "/a/")
FINDING = f"F-{MARK[:10]}"
SIGNED = ("--by", "王芳", "--reason", "网站\x1b[2J改版")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three nights of one site, the last of them now: a stale column stays, another is mended, a third is new."""
    rules = pack(digest="a" * 64)
    tmp_path = tmp_path_factory.mktemp("ledger")
    data = tmp_path / "duwang-data"
    data.mkdir()
    old, new = "2026-01-01", f"{NOW:%Y-%m-%d}"
    nights = ((old, old, new), (old, new, new), (old, new, old))
    with open_store(f"sqlite:///{data}/duwang.sqlite3", data / "archive") as store:
        store.keep_pack(rules)
        for number, newest in enumerate(nights):
            at = NOW - timedelta(days=2 - number)
            record = run(f"R{number}", at).model_copy(update={"pack_digest": rules.digest})
            columns = [column(f"/{name}/", day) for name, day in zip("abc", newest, strict=True)]
            seen = observation(*columns).model_copy(update={"moment": moment_of(at)})
            read = store.cases(SITE.key)
            result = conclude(record, seen, rules, CHECKS, read, mend_days=1)
            store.begin_run(record)
            store.finish_runs([(result.run, result.verdicts, result.findings, result.cases)], read=read)
    return tmp_path


def told(folder: Path, *words: str, **env: str) -> Said:
    said = duwang(*words, cwd=folder, **env)
    assert said.code == 0, said
    return said


def listed(folder: Path, *words: str) -> list[tuple[str, str]]:
    return [
        (row["case"]["locus"], row["case"]["state"])
        for row in told(folder, "findings", *words, "--json").json()
    ]


def test_the_ledger_is_asked_waived_disputed_and_resolved(folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(folder, tmp_path / "own"))
    assert listed(folder, "--new") == [("/c/", "open")]
    assert listed(folder, "--fixed", "--since", "R0") == [("/b/", "fixed")]
    assert listed(folder, "--state", "open", "--site", SITE.key) == [("/a/", "open"), ("/c/", "open")]
    assert listed(folder, "--until", f"{NOW - timedelta(days=5):%Y-%m-%d}") == []
    row = told(folder, "findings", "--new", DUWANG_LANG="en").out
    assert "青禾县人民政府" in row and "to be mended" in row and "filed" in row
    until = f"{NOW + timedelta(days=30):%Y-%m-%d}"
    assert f"{FINDING} 至 {until} 不计入" in told(folder, "waive", FINDING, "--until", until, *SIGNED).out
    assert listed(folder, "--state", "waived") == [("/a/", "waived")]
    why = told(folder, "why", FINDING).out
    assert f"不计入：王芳 批准，至 {until}，理由：网站改版" in why
    assert "\x1b" not in why and "记录：" in why
    third = fingerprint_of("T-COL-01", SITE.key, "/c/")
    assert "异议" in told(folder, "dispute", third[:10], *SIGNED).out
    assert listed(folder, "--disputed") == [("/c/", "disputed")]
    said = duwang("resolve", third[:10], "--withdrawn", *SIGNED, cwd=folder, DUWANG_LANG="en")
    assert said.code == 0 and "withdrawn" in said.out and "Score 92 before, 95 after" in said.out


def test_a_trend_is_drawn(folder: Path) -> None:
    points = told(folder, "trend", SITE.key, "--json").json()
    assert [(one["run_id"], one["open"], one["new"], one["fixed"]) for one in points] == [
        ("R0", 2, 2, 0), ("R1", 1, 0, 1), ("R2", 2, 1, 0),
    ]  # fmt: skip
    lines = told(folder, "trend", SITE.key, DUWANG_LANG="en").out.splitlines()
    assert lines[0].endswith("3 runs")
    assert lines[1] == "Score ▁█▁ 92 to 95" and lines[2] == "Open  █▁█ 1 to 2"
    heads, first = lines[3].split("\t"), lines[4].split("\t")
    assert heads == [Messages("en").text(f"trend.col.{name}") for name in HEADS]
    assert len(first) == len(heads) and first[heads.index(Messages("en").text("trend.col.open"))] == "2"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["waive", FINDING, "--until", "2020-01-01", *SIGNED], "A waiver cannot end on 2020-01-01"),
        (["waive", FINDING, "--until", "soon", *SIGNED], "The moment “soon” cannot be read"),
        (["waive", "F-0000000000", "--until", "2026-12-31", *SIGNED], 'There is no finding "F-0000000000"'),
        (["waive", FINDING, "--until", "2026-12-31", "--by", "王芳"], "--reason"),
        (["resolve", FINDING, "--upheld", *SIGNED], "No dispute about"),
        (["resolve", FINDING, "--withdrawn", "--extend", "3", *SIGNED], "--extend goes with --upheld only"),
        (["resolve", FINDING, *SIGNED], "--upheld"),
        (["findings", "--state", "closed"], 'There is no state "closed"; use one of: suspected, open'),
        (["findings", "--new", "--since", "yesterday"], '"yesterday" is neither a day'),
        (["findings", "--new", "--run", "R1"], "--run lists the findings of one run, --new asks the ledger"),
        (["findings", "--group", "无此组"], 'No site is in the group "无此组"'),
        (["trend", "www.nowhere.example"], "www.nowhere.example"),
    ],
)
def test_what_is_refused_is_told_in_one_sentence(folder: Path, words: list[str], sentence: str) -> None:
    said = duwang(*words, cwd=folder, DUWANG_LANG="en")
    assert said.code == 3 and said.out == ""
    assert sentence in said.err and len(said.err.strip().splitlines()) == 1, said.err


def test_every_state_can_be_asked_for(folder: Path) -> None:
    words = [word for state in CaseState for word in ("--state", state.value)]
    assert len(listed(folder, *words)) == 3
