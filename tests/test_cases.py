"""Cases written by `duwang case`: stored pages and what a rule ought to say of them."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from audit.conclude import moment_of
from audit.judge import judge
from checks import load_checks
from model import CrawlReport, Outcome, Site, Snapshot, StopReason
from reading import observe, read
from rules import column_directory, load_pack

CASES = sorted((Path(__file__).parent.parent / "fixtures" / "cases").glob("*/case.json"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_case(path: Path) -> None:
    case = json.loads(path.read_text("utf-8"))
    site, directory = Site.model_validate(case["site"]), column_directory()
    pages = []
    for page in case["pages"]:
        snapshot = Snapshot.model_validate(page["snapshot"])
        pages.append((snapshot, read(snapshot, (path.parent / page["body"]).read_bytes(), site, directory)))
    checks = dict(load_checks())
    pack = load_pack(case["pack"], {name: check.Params for name, check in checks.items()})
    moment = moment_of(datetime.fromisoformat(case["as_of"]))
    report = CrawlReport(started_at=moment.as_of, ended_at=moment.as_of, stop=StopReason.FINISHED)
    observation = observe(site, moment, pages[0][0].run_id, pages, report, directory)
    verdicts = [one for one in judge(observation, pack, checks, case["rule"]) if one.locus == case["locus"]]
    if case["expect"] == Outcome.FAIL:
        assert [one.outcome for one in verdicts] == [Outcome.FAIL]
    else:
        assert Outcome.FAIL not in [one.outcome for one in verdicts], verdicts
