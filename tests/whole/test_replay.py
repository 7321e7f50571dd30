"""A replay gives the very same findings; another moment changes what it must; nothing needs the network."""

import json
from pathlib import Path

import pytest

from tests.whole.demo_server import audited_demo, demo_portal
from tests.whole.gate import duwang
from tests.whole.test_bad_input import GOOD_RULE as GOOD_PACK


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demo portal was audited; the portal is gone by the time it is used."""
    return audited_demo(tmp_path_factory, "replay")


def lines(folder: Path, out: str) -> list[dict]:
    return [json.loads(line) for line in (folder / out / "findings.jsonl").read_text("utf-8").splitlines()]


def test_judging_again_gives_the_same_bytes(audited: Path) -> None:
    assert duwang("judge", "--against", "last", "--out", "again", cwd=audited, alone=True).code == 2
    for file in ("findings.jsonl", "findings.csv"):
        assert (audited / "again" / file).read_bytes() == (audited / "live" / file).read_bytes()


def test_several_packs_at_once_give_what_each_gives_alone(audited: Path) -> None:
    ours, other = "national/2019-check-indicators", "national/2017-guideline"
    said = duwang(
        "judge", "--pack", other, "--pack", ours, "--pack", other, "--json", "--out", "both", cwd=audited
    )
    assert said.code == 2
    assert [one["run"]["pack_id"] for one in said.json()] == [other, ours]
    both = audited / "both"
    assert {one.name for one in both.iterdir()} == {other.replace("/", "-"), ours.replace("/", "-")}
    for file in ("findings.jsonl", "findings.csv"):
        assert (both / ours.replace("/", "-") / file).read_bytes() == (audited / "live" / file).read_bytes()


def test_one_rule_is_judged_under_the_packs_that_have_it(audited: Path) -> None:
    words = ("--pack", "national/2017-guideline", "--pack", "national/2019-check-indicators")
    said = duwang("judge", *words, "--rule", "N19-UPDATE-06", "--json", cwd=audited)
    assert said.json()["run"]["pack_id"] == "national/2019-check-indicators"
    assert duwang("judge", *words, "--rule", "X-NONE-01", cwd=audited).code == 3


@pytest.fixture(scope="module")
def runs_around(audited: Path) -> tuple[str, str]:
    """What `runs` says before and after the crawl is judged a year later, into the folder `later`."""
    before = duwang("runs", "--json", cwd=audited).out
    assert duwang("judge", "--as-of", "2027-10-12T09:00", "--out", "later", cwd=audited).code == 2
    return before, duwang("runs", "--json", cwd=audited).out


@pytest.mark.usefixtures("runs_around")
def test_a_year_later_fresh_columns_are_stale(audited: Path) -> None:

    def stale(out: str) -> set[str]:
        return {
            one["verdict"]["locus"] for one in lines(audited, out)
            if one["verdict"]["check"] == "stale_column" and one["verdict"]["outcome"] == "fail"
        }  # fmt: skip

    assert stale("live") < stale("later")
    assert all(
        one["verdict"]["overdue_days"] > 0
        for one in lines(audited, "later")
        if one["verdict"]["check"] == "stale_column" and one["verdict"]["outcome"] == "fail"
    )


def test_one_rule_alone(audited: Path) -> None:
    said = duwang("judge", "--rule", "N19-UPDATE-06", "--json", cwd=audited)
    assert {one["verdict"]["rule_id"] for one in said.json()["findings"]} == {"N19-UPDATE-06"}


def test_judging_writes_nothing(runs_around: tuple[str, str]) -> None:
    before, after = runs_around
    assert before == after


def test_the_stored_findings_are_those_that_were_told(audited: Path) -> None:
    told = {one["fingerprint"]: one["first_seen"] for one in lines(audited, "live")}
    kept = duwang("findings", "--json", cwd=audited).json()
    assert {one["fingerprint"]: one["first_seen"] for one in kept} == told


@pytest.mark.parametrize("form", ["csv", "jsonl", "html"])
def test_every_form_is_exported(audited: Path, form: str) -> None:
    assert duwang("export", form, "--out", f"exported.{form}", cwd=audited, alone=form == "html").code == 0
    live = audited / "live" / ("report.html" if form == "html" else f"findings.{form}")
    assert (audited / f"exported.{form}").read_bytes() == live.read_bytes()


def test_why_tells_clause_figure_quote_and_snapshot(audited: Path) -> None:
    finding = next(one for one in lines(audited, "live") if one["verdict"]["rule_id"] == "N19-UPDATE-03")
    said = duwang("why", f"F-{finding['fingerprint'][:10]}", cwd=audited)
    assert said.code == 0
    evidence = finding["verdict"]["evidence"][0]
    for part in (
        "国办秘函〔2019〕19号",
        "N19-UPDATE-03",
        evidence["snapshot_id"],
        str(finding["verdict"]["newest"]),
    ):
        assert part in said.out


def test_a_finding_becomes_a_case(audited: Path) -> None:
    finding = next(one for one in lines(audited, "live") if one["verdict"]["rule_id"] == "N19-UPDATE-03")
    said = duwang("case", f"F-{finding['fingerprint'][:10]}", "--fail", "--out", "cases", cwd=audited)
    assert said.code == 0
    (path,) = (audited / "cases").glob("*/case.json")
    case = json.loads(path.read_text("utf-8"))
    assert (case["rule"], case["expect"], case["locus"]) == (
        "N19-UPDATE-03",
        "fail",
        finding["verdict"]["locus"],
    )
    assert all((path.parent / page["body"]).stat().st_size for page in case["pages"])


def test_ones_own_pack_is_kept_with_the_run(tmp_path: Path) -> None:
    pack = tmp_path / "own.yaml"
    pack.write_text(GOOD_PACK, "utf-8")
    with demo_portal() as (_, words):
        assert (
            duwang(*words, "--pack", "own.yaml", "--max-pages", "40", "--out", "live", cwd=tmp_path).code == 2
        )
    pack.unlink()
    assert duwang("export", "html", "--out", "again.html", cwd=tmp_path).code == 0
    assert (tmp_path / "again.html").read_bytes() == (tmp_path / "live" / "report.html").read_bytes()
    assert duwang("judge", "--out", "again", cwd=tmp_path).code == 2
    assert (tmp_path / "again" / "findings.jsonl").read_bytes() == (
        tmp_path / "live" / "findings.jsonl"
    ).read_bytes()
