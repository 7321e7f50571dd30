"""Every kind of link fault and of innocent look-alike, on a small portal: with a browser all is right, without one nothing false.

`./dev accuracy links` holds the same on a large one.
"""

from pathlib import Path

import pytest

from bench.accuracy_links import LEFT_OUT, column
from bench.link_audit import looked
from bench.link_scores import Scores, scored
from bench.link_tables import faults_of
from bench.planted_process import planted
from crawler import find_browser
from fixtures.planted import KINDS, Truth

PAGES, SEED = 200, 3


def audited(folder: Path, *, browser: bool) -> tuple[Scores, list[str]]:
    """Scores of an audit, and what is wrong with them, a line each."""
    with planted(PAGES, SEED, folder, LEFT_OUT) as server:
        seen = looked(server, folder, PAGES, browser=browser, confirm=1)
        scores = scored(server.planted, seen.said)
    assert seen.stop == "finished" and bool(seen.browser) is browser
    return scores, faults_of(column(seen, scores, drawn=browser))


@pytest.mark.browser
@pytest.mark.timeout(300)
def test_every_kind_is_right_with_a_browser(tmp_path: Path) -> None:
    if find_browser().path is None:
        pytest.skip("no browser on this machine")
    scores, wrong = audited(tmp_path, browser=True)
    assert not wrong
    assert (scores.recall, scores.precision) == (1.0, 1.0)
    assert scores.kinds.keys() == {kind.name for kind in KINDS} - set(LEFT_OUT)


@pytest.mark.timeout(300)
def test_without_a_browser_nothing_is_false_and_what_only_a_browser_sees_is_listed(tmp_path: Path) -> None:
    scores, wrong = audited(tmp_path, browser=False)
    assert not wrong
    unseen = {
        one.kind for one in scores.kinds.values() if one.truth is Truth.DEAD and one.unchecked == one.planted
    }
    assert unseen == {"script_built", "script_drawn_404"}
    assert scores.precision == 1.0
