"""Rules on columns are decided by few requests, as the whole crawl decides them; what a quick look did not see is not told of."""

from contextlib import closing
from pathlib import Path

import pytest

from model import CaseState, Outcome, Reach, Run, Verdict
from rules import reach_of
from storage import open_store
from tests.whole.audited_mirror import audit_saved, audited_mirror
from tests.whole.demo_server import audited_demo, demo_portal
from tests.whole.gate import Said, duwang
from tests.whole.saved_site import SavedSite, real_sites

Told = tuple[str, str, str, str | None, object]
Verdicts = dict[tuple[str, str], Verdict]
BLIND = (Outcome.PASS, Outcome.NOT_APPLICABLE)


def kept(folder: Path) -> tuple[Run, Verdicts]:
    """The last audit of the folder."""
    with closing(open_store(f"sqlite:///{folder}/duwang-data/duwang.sqlite3", None, create=False)) as store:
        run = next(iter(store.runs()))
        return run, {(one.rule_id, one.locus): one for one in store.verdicts(run.id)}


def told(verdict: Verdict) -> Told:
    return (verdict.locus, verdict.outcome, verdict.message_id, verdict.measured, verdict.newest)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    """The demo audited whole, then the same site quickly; what the second said."""
    folder = audited_demo(tmp_path_factory, "quick")
    with demo_portal() as (portal, (verb, home, *words)):
        code = str(portal.site.site_code)
        assert duwang("sites", "add", home, "--site-code", code, cwd=folder).code == 0
        said = duwang(verb, code, *words, "--quick", "--lang", "en", cwd=folder)
    assert said.code == 2, said
    return folder, said


def mirror_of(name: str, folder: Path) -> int:
    """Audits the saved site quickly. How many requests its server saw."""
    site = SavedSite(real_sites() / "mirrors" / name)
    audit_saved(site, folder, "--quick")
    return len(site.requests)


def agrees(before: Run, whole: Verdicts, run: Run, quick: Verdicts, share: float) -> None:
    """Whether few requests decide what the whole crawl decides."""
    assert before.coverage and run.coverage
    assert run.coverage.needed <= run.coverage.requests <= share * before.coverage.requests
    near = {place: one for place, one in whole.items() if reach_of(one.check) <= Reach.COLUMNS}
    assert {place: told(near[place]) for place in near if place in quick} == {
        place: told(one) for place, one in quick.items() if reach_of(one.check) <= Reach.COLUMNS
    }
    # pages that no menu, no list and no platform leads to; none of them is accused or asked about
    assert {one.outcome for place, one in near.items() if place not in quick} <= {*BLIND}
    beyond = [one for one in quick.values() if reach_of(one.check) > Reach.COLUMNS]
    assert beyond and {(one.locus, one.outcome) for one in beyond} == {("site", Outcome.NOT_OBSERVED)}


def test_the_demo_is_decided_by_few_requests(
    demo: tuple[Path, Said], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """It has a column for every five of its pages, and each column must be looked at: 47 of 278 requests at the least.

    Two more are the next page of a column that its first page alone would accuse, and the sitemap.
    """
    agrees(*kept(audited_demo(tmp_path_factory, "whole")), *kept(demo[0]), 0.22)


@pytest.mark.real_sites
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ["daozhen_rsj", "sichuan_edu"])
def test_a_real_site_is_decided_by_few_requests(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    before = kept(audited_mirror(tmp_path_factory, name))
    asked = mirror_of(name, tmp_path)
    run, quick = kept(tmp_path)
    assert run.coverage and run.coverage.requests == asked, (
        "redirects, second looks and robots.txt are counted"
    )
    agrees(*before, run, quick, 0.15)


def test_a_quick_look_closes_no_case_that_it_did_not_look_at(demo: tuple[Path, Said]) -> None:
    folder, _ = demo
    checks = {one.rule_id: one.check for one in kept(folder)[1].values()}
    with closing(open_store(f"sqlite:///{folder}/duwang-data/duwang.sqlite3", None, create=False)) as store:
        cases = store.cases("9901230001").values()
    assert {reach_of(checks[case.rule_id]) > Reach.COLUMNS for case in cases} == {True, False}
    assert CaseState.FIXED not in {case.state for case in cases}


def test_what_a_quick_look_leaves_open_is_told(demo: tuple[Path, Said]) -> None:
    """On the terminal, in the report and on a sheet."""
    folder, said = demo
    assert "Quick look: only the home page" in said.out and "verdicts reached" in said.out
    (page,) = (folder / "duwang-data" / "reports").rglob("report.html")
    assert "Quick look: only the home page" in page.read_text("utf-8")
    assert duwang("export", "undecided", "--out", "open.csv", cwd=folder).code == 0
    sheet = (folder / "open.csv").read_text("utf-8-sig")
    assert "N19-LINK-02" in sheet and "本次只查栏目" in sheet
