"""What requests brought about is told, and what a budget or a quick look leaves undecided."""

import pytest

from model import Coverage, LeftOver, Outcome, Rank, Scope, StopReason
from report.budget import budget_lines
from report.messages import Messages
from tests.report import sample

MESSAGES = Messages("en")


def lines(**coverage: object) -> list[str]:
    verdicts = sample.rich_verdicts()
    return budget_lines((), verdicts, Coverage.model_validate({"requests": 120, **coverage}), MESSAGES)


def test_a_site_that_was_seen_whole_leaves_nothing_open() -> None:
    reached = sum(
        one.outcome in (Outcome.PASS, Outcome.FAIL, Outcome.UNSURE) and not one.preview
        for one in sample.rich_verdicts()
    )
    assert lines(needed=40) == [
        f"Requests to the site's own hosts: 120, {120 / reached:.2f} for each of {reached} verdicts reached (pass, fail, unsure).",
        "Columns: the last page that verdicts on them needed came with request 40 of 120.",
    ]


def test_what_waits_is_told_by_what_it_is_for() -> None:
    left = (
        LeftOver(rank=Rank.LIST, reason="max_pages", count=2),
        LeftOver(rank=Rank.SURVEY, reason="max_depth", count=3),
        LeftOver(rank=Rank.SURVEY, reason="max_pages", count=4),
        LeftOver(rank=Rank.EXTERNAL, reason="max_external", count=9),
    )
    told = lines(left=left, stop=StopReason.MAX_PAGES)
    assert told[1] == "Still waiting when the crawl ended: 9 (first list pages 2, other pages 7)."
    assert told[2].startswith("Undecided in part or whole: ")


@pytest.mark.parametrize("requests", [0, 120])
def test_a_quick_look_says_so(requests: int) -> None:
    assert lines(scope=Scope.COLUMNS, requests=requests)[-1].startswith("Quick look: only the home page")
