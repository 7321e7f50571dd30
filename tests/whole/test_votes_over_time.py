"""Looks of several nights make one verdict: down and up again, failed once, throttled, dead for good, shut by night.

Crawls stamp real times. Between two of them the test moves everything the database holds back by some hours, as if
they had passed.
"""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from audit.conclude import moment_of
from audit.replay import restored
from model import Attempt, FetchOutcome, LinkCheck, Outcome
from storage import Store, open_store
from tests.whole.gate import duwang
from tests.whole.other_sites import CLOSED, PACK, Reply, other_sites, page

SITE, NIGHTLY, ONCE, BUSY, DYING, GOING, FINE, SHUT = (f"127.0.0.{number}" for number in range(11, 19))
_WRITTEN = re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?")


def passed(database: Path, hours: float) -> None:
    """Every moment in the database is so many hours longer ago."""

    def earlier(found: re.Match[str]) -> str:
        text = found.group(0)
        return (datetime.fromisoformat(text) - timedelta(hours=hours)).isoformat(text[10], "microseconds")

    with closing(sqlite3.connect(database)) as base:
        tables = base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            cursor = base.execute(f'SELECT rowid, * FROM "{table}"')  # noqa: S608 - our own names
            names = [f'"{one[0]}" = ?' for one in cursor.description[1:]]
            rows = [
                (*(_WRITTEN.sub(earlier, one) if isinstance(one, str) else one for one in row[1:]), row[0])
                for row in cursor.fetchall()
            ]
            base.executemany(f'UPDATE "{table}" SET {", ".join(names)} WHERE rowid = ?', rows)  # noqa: S608
        base.commit()


class Night(NamedTuple):
    """What one audit said of each target, by host and path; and the looks at it that it counted."""

    said: dict[str, tuple[Outcome, str]]
    links: dict[str, LinkCheck]

    def looks(self, target: str) -> list[str]:
        return [one.withdrawn or one.outcome.value for one in self.links[target].attempts]


class World:
    """The sites as they are at this hour."""

    def __init__(self) -> None:
        self.hour = 2  # of the first day
        self.asked: dict[str, int] = {}
        self.port = 0

    def answer(self, host: str, path: str) -> Reply | str | None:
        place = f"{host}{path}"
        self.asked[place] = self.asked.get(place, 0) + 1
        well = page(f"文章 {place}", [])
        if host == SITE:
            if path == "/":
                return self.home()
            if path == "/own-dying.html" or (path == "/own-nightly.html" and self.hour == 2):
                return Reply("down", 507)
            return Reply("no", 404) if path == "/own-gone.html" or "own" not in path else well
        if host == NIGHTLY and self.hour == 2:
            return Reply("down", 507)
        if host == SHUT and self.hour != 8:
            return Reply("shut", 507)
        if host == ONCE and self.asked[place] == 1:
            return Reply("a moment", 503)
        if host == BUSY and self.hour == 2:
            if path == "/also.html" and self.asked[place] == 1:
                return Reply("no", 404)
            return Reply("slow down", 429, (("Retry-After", "1"),))
        if host == DYING:
            return CLOSED
        return Reply("no", 404) if host == GOING else well

    def home(self) -> str:
        paths = {NIGHTLY: ["/a.html"], ONCE: ["/a.html"], BUSY: ["/busy.html", "/also.html"]}
        links = [
            (f"http://{host}:{self.port}{path}", f"站外 {host}{path}")
            for host in (NIGHTLY, ONCE, BUSY, DYING, GOING, FINE, SHUT)
            if host != SHUT or self.hour != 8  # in the daytime nobody looks at it
            for path in paths.get(host, ["/a.html"])
        ]
        own = [(f"/own-{name}.html", f"本站 {name}") for name in ("fine", "nightly", "dying", "gone")]
        return page("青禾县人民政府", [*links, *own])


def audited(folder: Path, world: World) -> Night:
    home = f"http://{SITE}:{world.port}/"
    said = duwang(
        "audit", home, "--external", "--external-delay", "0", "--allow-private", "--no-browser", "--delay", "0",
        "--confirm-after", "1", "--pack", "links.yaml", cwd=folder,
    )  # fmt: skip
    assert said.code in (0, 2), said
    with closing(kept_in(folder)) as store:
        run = store.last_finished_run()
        assert run is not None
        links = restored(store, run, moment_of(run.as_of)).links
        return Night(
            {place(one.url): (one.outcome, one.message_id) for one in store.verdicts(run.id)},
            {place(one.url): one for one in links},
        )


def kept_in(folder: Path) -> Store:
    return open_store(f"sqlite:///{folder}/duwang-data/duwang.sqlite3", create=False)


def place(url: str) -> str:
    host, _, path = url.partition("://")[2].partition("/")
    return f"{host.partition(':')[0]}/{path}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("nights")
    (made / "links.yaml").write_text(PACK, "utf-8")
    return made


@pytest.fixture(scope="module")
def nights(folder: Path) -> tuple[Night, Night, Night]:
    """At 02:00, at 08:15 of the same morning, and at 03:15 of the next night."""
    database = folder / "duwang-data" / "duwang.sqlite3"
    world = World()
    with other_sites((SITE, NIGHTLY, ONCE, BUSY, DYING, GOING, FINE, SHUT), world.answer) as (world.port, _):
        night = audited(folder, world)
        passed(database, 6.25)
        world.hour = 8
        morning = audited(folder, world)
        passed(database, 19)
        world.hour = 27
        return night, morning, audited(folder, world)


Nights = tuple[Night, Night, Night]
PASS = (Outcome.PASS, "verdict.pass")
SUSPECTED = (Outcome.UNSURE, "check.dead_link.suspected")
DOWN = (Outcome.FAIL, "check.dead_link.down")
GONE = (Outcome.FAIL, "check.dead_link.missing")


def test_down_at_two_and_up_at_eight_is_not_dead(nights: Nights) -> None:
    for target in (f"{NIGHTLY}/a.html", f"{SITE}/own-nightly.html"):
        assert [one.said[target] for one in nights] == [SUSPECTED, PASS, PASS]
    assert nights[1].looks(f"{NIGHTLY}/a.html")[-2:] == ["server_error", "ok"]


def test_one_503_is_no_fault(nights: Nights) -> None:
    assert [one.said[f"{ONCE}/a.html"] for one in nights] == [PASS] * 3
    assert nights[0].looks(f"{ONCE}/a.html") == ["server_error", "ok"]


def test_a_host_that_throttles_is_blocked_and_then_alive_and_nothing_of_its_window_counts(
    nights: Nights,
) -> None:
    busy, also = f"{BUSY}/busy.html", f"{BUSY}/also.html"
    blocked = (Outcome.BLOCKED, "verdict.blocked.link_refused")
    assert nights[0].said[busy] == nights[0].said[also] == blocked
    assert nights[0].looks(also)[0] == "throttled"  # the 404 it gave meanwhile
    assert set(nights[0].looks(busy) + nights[0].looks(also)[1:]) == {"blocked"}
    assert nights[1].said[also] == blocked  # asked again in the next night only
    assert nights[2].said[busy] == nights[2].said[also] == PASS
    assert nights[2].looks(also)[0] == "throttled"
    assert nights[2].looks(also)[-1] == "ok"


def test_what_dies_for_good_is_suspected_at_first_and_accused_a_day_later(nights: Nights) -> None:
    for target in (f"{DYING}/a.html", f"{SITE}/own-dying.html"):
        assert [one.said[target] for one in nights] == [SUSPECTED, SUSPECTED, DOWN]


def test_what_is_shut_every_night_and_only_ever_looked_at_by_night_is_never_accused(nights: Nights) -> None:
    shut = f"{SHUT}/a.html"
    assert shut not in nights[1].said
    assert nights[0].said[shut] == SUSPECTED
    assert nights[2].said[shut] == (Outcome.UNSURE, "check.dead_link.one_hour")
    assert set(nights[2].looks(shut)) == {"server_error"}


def test_two_404s_at_different_times_are_gone(nights: Nights) -> None:
    for target in (f"{GOING}/a.html", f"{SITE}/own-gone.html"):
        assert [one.said[target] for one in nights] == [GONE] * 3
    assert nights[0].looks(f"{GOING}/a.html") == ["gone"] * 2
    assert (
        nights[1].looks(f"{GOING}/a.html") == ["gone"] * 2
    )  # an answer of the same night, not asked for again
    assert nights[2].looks(f"{GOING}/a.html") == ["gone"] * 4


def test_what_was_always_there_passes(nights: Nights) -> None:
    assert [one.said[f"{FINE}/a.html"] for one in nights] == [PASS] * 3


def test_votes_kept_later_change_no_old_run(nights: Nights, folder: Path) -> None:
    with closing(kept_in(folder)) as store:
        run = store.runs()[0]
        before = restored(store, run, moment_of(run.as_of))
        assert {place(one.url): one for one in before.links} == nights[2].links
        now = datetime.now(UTC)
        later = [
            (one.url, Attempt(at=now - timedelta(hours=hours), method="GET", outcome=FetchOutcome.OK))
            for one in before.links
            for hours in (0, 30)
        ]
        store.keep_votes("R-later", later)
        after = restored(store, run, moment_of(run.as_of))
        assert after.model_dump_json() == before.model_dump_json()


def test_nobody_abroad_is_asked_without_leave(tmp_path: Path) -> None:
    (tmp_path / "links.yaml").write_text(PACK, "utf-8")
    world = World()
    with other_sites((SITE, FINE), world.answer) as (world.port, asked):
        words = (
            "--allow-private",
            "--no-browser",
            "--delay",
            "0",
            "--confirm-after",
            "1",
            "--pack",
            "links.yaml",
        )
        said = duwang("audit", f"http://{SITE}:{world.port}/", "--no-external", *words, cwd=tmp_path)
        assert said.code in (0, 2), said
        assert {one.host for one in asked} == {SITE}
    with closing(kept_in(tmp_path)) as store:
        run = store.runs()[0]
        (one,) = [one for one in store.verdicts(run.id) if one.rule_id == "LO-LINKS-02"]
        assert (one.outcome, one.params["not_asked"]) == (Outcome.NOT_OBSERVED, "switched_off")
