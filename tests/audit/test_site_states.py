"""The roster against what was last seen: who is retired and still there, who is in service and gone, and what proves neither."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from audit.site_states import site_states
from audit.spreadsheet import read_sheet
from model import (
    SHANGHAI,
    Arrangement,
    FetchOutcome,
    Purpose,
    RosterEntry,
    Score,
    Site,
    Snapshot,
    Visit,
)
from report.messages import Messages
from report.states import SiteState, StateLine, state_cells, state_heads, told
from report.table import write_table
from storage import Store, open_store
from tests.storage import nouns

ZH = Messages("zh_CN")
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=SHANGHAI)
DOWN = FetchOutcome.UNREACHABLE
RETIRED = date(2026, 11, 10)


def entry(name: str, retired_on: date | None = None, **more: Any) -> RosterEntry:
    site = Site(home=f"http://www.{name}.example/", name=name, organiser="甲局", **more)
    because = "并入县政府门户" if retired_on else None
    return RosterEntry(
        site=site, arrangement=Arrangement(site_key=site.key, retired_on=retired_on, retired_because=because)
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/d.sqlite", tmp_path / "archive") as kept:
        yield kept


def visit(store: Store, of: RosterEntry, days_ago: float, outcome: FetchOutcome, **more: Any) -> None:
    at = NOW - timedelta(days=days_ago)
    store.keep_visits([Visit(site_key=of.site.key, url=of.site.home, at=at, outcome=outcome, **more)])


def audit(store: Store, of: RosterEntry, days_ago: float, outcome: FetchOutcome | None, **more: Any) -> None:
    """A finished run; `outcome` None: what it fetched is kept no longer."""
    at = NOW - timedelta(days=days_ago)
    seen = outcome in (None, FetchOutcome.OK)
    score = Score(base=Decimal(100), low=Decimal(90), high=Decimal(90)) if seen else None
    run = nouns.run(f"R-{of.site.host}-{days_ago}", site=of.site, started_at=at)
    run = run.model_copy(update={"as_of": at, "score": score})
    store.begin_run(run)
    if outcome is not None:
        home = of.site.home
        given = {"url": home, "final_url": home, "purpose": Purpose.HOME, "outcome": outcome} | more
        shot: Snapshot = nouns.snapshot(1, run.id, **given)
        store.keep([(shot, b"")])
    store.finish_run(run, [], [], [])


def line(store: Store, of: RosterEntry, days: int = 7) -> StateLine:
    (found,) = site_states(store, [of], NOW, days)
    return found


def test_a_site_that_was_retired_and_still_answers_is_to_be_checked(store: Store) -> None:
    old = entry("old", RETIRED)
    visit(store, old, 11.2, FetchOutcome.OK)  # on the day it was retired: before it was closed, maybe
    assert line(store, old).state is SiteState.RETIRED_UNSEEN
    visit(store, old, 3, FetchOutcome.BLOCKED, cause="status_412")
    found = line(store, old)
    assert found.state is SiteState.RETIRED_ANSWERS and found.retired_because == "并入县政府门户"
    assert "2026-11-10 停用，2026-11-18 09:00 仍有应答" in told(found, ZH)
    audit(store, old, 2, FetchOutcome.OK, final_url="https://www.county.example/old/")
    found = line(store, old)
    assert (found.state, found.target) == (SiteState.RETIRED_REDIRECTS, "https://www.county.example/old/")
    visit(store, old, 1, DOWN, cause="dns")
    assert line(store, old).state is SiteState.AGREES  # closed at last


def test_a_site_in_service_is_gone_when_looks_over_enough_days_say_so(store: Store) -> None:
    lost = entry("lost")
    visit(store, lost, 9, FetchOutcome.OK)
    visit(store, lost, 8, DOWN, cause="dns")
    audit(store, lost, 4, DOWN, cause="refused")
    assert line(store, lost).state is SiteState.FAILING
    visit(store, lost, 1, DOWN, cause="dns")
    found = line(store, lost)
    assert (found.state, found.days, found.cause) == (SiteState.GONE, 7, "dns")
    assert found.opened_at == NOW - timedelta(days=9) and found.since == NOW - timedelta(days=8)
    assert told(found, ZH).startswith(
        "名单上在用，2026-11-13 09:00 至 2026-11-20 09:00 前后 7 天都未能打开（域名无法解析）"
    )
    assert line(store, lost, days=8).state is SiteState.FAILING
    visit(store, lost, 0.1, FetchOutcome.OK)
    assert line(store, lost).state is SiteState.AGREES


def test_what_our_own_network_spoilt_and_what_robots_forbade_prove_nothing(store: Store) -> None:
    site = entry("ours")
    visit(store, site, 20, DOWN, control=False)
    visit(store, site, 10, DOWN, control=False)
    visit(store, site, 5, FetchOutcome.SKIPPED_ROBOTS)
    assert line(store, site).state is SiteState.UNSEEN
    visit(store, site, 30, FetchOutcome.OK)
    visit(store, site, 1, DOWN, control=False)
    assert line(store, site).state is SiteState.AGREES


def test_a_home_page_on_another_host_has_moved_unless_the_host_is_its_own(store: Store) -> None:
    moved, also, dot = entry("moved"), entry("also", also=("new.example:8080",)), entry("dot")
    audit(store, moved, 1, FetchOutcome.OK, final_url="http://portal.example/moved")
    audit(store, also, 1, FetchOutcome.OK, final_url="http://new.example:8080/")
    visit(store, dot, 1, FetchOutcome.OK, final_url="https://dot.example./index.html")
    assert (line(store, moved).state, line(store, moved).target) == (
        SiteState.MOVED,
        "http://portal.example/moved",
    )
    assert [line(store, one).state for one in (also, dot)] == [SiteState.AGREES, SiteState.AGREES]


def test_an_audit_whose_pages_are_kept_no_longer_still_tells_that_it_opened(store: Store) -> None:
    site = entry("kept")
    audit(store, site, 30, None)
    assert line(store, site).state is SiteState.AGREES


def test_the_table_puts_first_what_is_to_be_checked_and_holds_no_formula(
    store: Store, tmp_path: Path
) -> None:
    fine, evil = entry("fine"), entry("old", RETIRED)
    evil = evil.model_copy(update={"site": evil.site.model_copy(update={"name": "=HYPERLINK(1)"})})
    visit(store, fine, 1, FetchOutcome.OK)
    visit(store, evil, 1, FetchOutcome.OK)
    lines = site_states(store, [fine, evil], NOW, 7)
    assert [one.state for one in lines] == [SiteState.RETIRED_ANSWERS, SiteState.AGREES]
    path = tmp_path / "s.csv"
    assert write_table(path, "网站状态核对表", state_heads(ZH), state_cells(lines, ZH)) == 2
    assert "\n'=HYPERLINK(1),www.old.example,甲局,http://www.old.example/,2026-11-10 停用," in path.read_text(
        "utf-8-sig"
    )
    heads = {"name": ("网站名称",), "told": ("待核对事项",)}
    write_table(tmp_path / "s.xlsx", "网站状态核对表", state_heads(ZH), state_cells(lines, ZH))
    assert [row["name"] for _, row in read_sheet(tmp_path / "s.xlsx", heads, "name").rows] == [
        "=HYPERLINK(1)",
        "fine",
    ]
