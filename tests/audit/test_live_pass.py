"""Pages are read while the crawl is on, here and in other processes: what is found, and in which order, stays the same."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import audit.look
from audit.kept_facts import KeptFacts
from audit.live_pass import LivePass
from bench.portal import build
from model import SHANGHAI, FetchOutcome, Moment, Period, Purpose, Rank, Site, Snapshot, Step
from reading import Guide, read
from rules import column_directory

AT = datetime(2026, 11, 20, 22, tzinfo=SHANGHAI)
SITE = Site(name="县政府", home="http://portal.example/")
DIRECTORY = column_directory()
Stored = tuple[Snapshot, bytes]


@pytest.fixture(scope="module")
def pages() -> list[Stored]:
    """Some pages of the generated portal, as they were fetched, its home page first."""
    answers = build(60, 3).answers
    paths = sorted(answers, key=lambda path: (path != "/", path))[:70]
    return [
        (snapshot(n, path, answers[path].body), answers[path].body)
        for n, path in enumerate(paths, 1)
        if answers[path].status == 200 and "html" in answers[path].content_type
    ]


def snapshot(number: int, path: str, body: bytes, **more: object) -> Snapshot:
    url = f"http://portal.example{path}"
    return Snapshot(
        id=f"R1/{number:06d}", run_id="R1", url=url, final_url=url, fetched_at=AT, outcome=FetchOutcome.OK, status=200,
        purpose=Purpose.HOME if path == "/" else Purpose.ARTICLE, rank=Rank.HOME if path == "/" else Rank.SURVEY,
        headers={"content-type": "text/html; charset=utf-8"}, elapsed_ms=7, sha256=f"{number:064d}", size=len(body),
    ).model_copy(update=more)  # fmt: skip


def guide() -> Guide:
    return Guide(SITE, DIRECTORY, Moment(as_of=AT), Period.model_validate("P1Y"))


def serial(pages: list[Stored]) -> list[Step]:
    plain = guide()
    return [plain.step(one, body) for one, body in pages]


class Following:
    """What the crawl does: hands pages in, and takes steps in their order."""

    def __init__(self, live: LivePass) -> None:
        self.live, self.steps, self.line = live, [], []
        self.changed = threading.Event()

    def hand_in(self, pages: list[Stored]) -> None:
        for one, body in pages:
            step = self.live.follow(one, body)
            if not isinstance(step, Step):
                step.when_ready(self.changed.set)
            self.line.append(step)

    def took_all(self) -> list[Step]:
        while self.line:
            step = self.line[0]
            if isinstance(step, Step) or step.ready:
                self.steps.append(step if isinstance(step, Step) else step.step())
                del self.line[0]
            else:
                assert self.changed.wait(30)
                self.changed.clear()
        return self.steps


@pytest.fixture
def live_in(tmp_path: Path) -> Iterator[object]:
    made: list[LivePass] = []

    def live(**more: object) -> LivePass:
        made.append(LivePass(guide(), tmp_path / "archive", SITE, DIRECTORY, **more))
        return made[-1]

    yield live
    for one in made:
        one.close(wait=False)


def kept(tmp_path: Path, pages: list[Stored]) -> dict[str, object]:
    with KeptFacts(tmp_path / "archive", SITE, DIRECTORY) as facts:
        return facts.of([one for one, _ in pages])


def ready(live: LivePass) -> None:
    for _ in range(600):
        if all(one.ready for one in live.readers):
            return
        time.sleep(0.05)
    raise AssertionError("no reader came")


def test_one_parse_here_gives_the_steps_and_leaves_the_facts(pages, live_in, tmp_path) -> None:
    live = live_in(readers=0)
    following = Following(live)
    following.hand_in(pages)
    assert following.took_all() == serial(pages) and not live.readers
    live.close()
    found = kept(tmp_path, pages)
    lasting = [one for one, _ in pages if one.id in found]
    assert len(lasting) > len(pages) * 0.9
    assert all(found[one.id] == read(one, body, SITE, DIRECTORY) for one, body in pages if one.id in found)


def test_a_reader_gives_the_same_steps_and_a_dead_one_loses_nothing(pages, live_in, tmp_path) -> None:
    live = live_in(readers=1, window=1, busy=0)
    following = Following(live)
    following.hand_in(pages[:5])  # nobody waits for a reader that is not there yet
    ready(live)
    following.hand_in(pages[5:30])
    following.took_all()
    assert live.readers[0].waiting == 0
    os.kill(live.readers[0].pid, signal.SIGSTOP)
    following.hand_in(pages[30:45])
    assert live.readers[0].waiting >= 10  # as many as it is given at a time
    os.kill(live.readers[0].pid, signal.SIGKILL)
    following.took_all()
    following.hand_in(pages[45:])
    assert following.took_all() == serial(pages)
    live.close()
    found = kept(tmp_path, pages[45:])
    assert all(
        found[one.id] == read(one, body, SITE, DIRECTORY) for one, body in pages[45:] if one.id in found
    )
    assert len(found) > (len(pages) - 45) * 0.9


def test_a_reader_that_says_nothing_any_more_is_ended_and_its_pages_are_read_here(pages, live_in) -> None:
    live = live_in(readers=1, window=1, busy=0, silence=0.3)
    following = Following(live)
    following.hand_in(pages[:1])
    ready(live)
    os.kill(live.readers[0].pid, signal.SIGSTOP)
    following.hand_in(pages[1:30])
    assert following.took_all() == serial(pages[:30])
    following.hand_in(pages[30:40])
    assert following.took_all() == serial(pages[:40]) and live.readers[0].waiting == 0


def test_what_a_reader_read_is_kept_when_it_is_closed(pages, live_in, tmp_path) -> None:
    live = live_in(readers=1, window=1, busy=0)
    following = Following(live)
    following.hand_in(pages[:1])
    ready(live)
    following.hand_in(pages[1:20])
    live.close()
    assert following.took_all() == serial(pages[:20])
    found = kept(tmp_path, pages[:20])
    assert len(found) >= 18
    assert all(
        found[one.id] == read(one, body, SITE, DIRECTORY) for one, body in pages[:20] if one.id in found
    )


def test_a_page_that_is_as_it_was_is_not_parsed_again(pages, live_in, monkeypatch) -> None:
    first = live_in(readers=0)
    Following(first).hand_in(pages)
    first.close()
    expected, looked = serial(pages), list[str]()
    original = audit.look.Contents
    monkeypatch.setattr(
        audit.look, "Contents", lambda seen, *rest: looked.append(seen.url) or original(seen, *rest)
    )
    monkeypatch.setattr("reading.guide.Page", None)
    later = {"run_id": "R2", "status": 304, "revisits": "R1/000001", "fetched_at": AT + timedelta(days=1)}
    again = [(one.model_copy(update=later), body) for one, body in pages]
    following = Following(live_in(readers=0))
    following.hand_in(again)
    assert [[lead.url for lead in step.leads] for step in following.took_all()] == [
        [lead.url for lead in step.leads] for step in expected
    ]
    assert len(looked) < 0.1 * len(pages)


def test_a_night_that_finds_most_pages_as_they_were_has_no_reader(pages, live_in) -> None:
    first = live_in(readers=0)
    Following(first).hand_in(pages[:30])
    first.close()
    later = {"run_id": "R2", "status": 304, "revisits": "R1/000001", "fetched_at": AT + timedelta(days=1)}
    again = [(one.model_copy(update=later), body) for one, body in pages[:30]]
    live = live_in(readers=1, window=1, busy=0)
    following = Following(live)
    following.hand_in(again[:1] + again[20:30] + pages[40:41])  # what asks for CPU is the asking
    missing = {"status": 404, "outcome": FetchOutcome.GONE, "cause": "status_404"}
    following.hand_in([(one.model_copy(update=missing), body) for one, body in pages[31:36]])  # at its end
    assert not live.readers
    following.hand_in(pages[41:43])  # much is new here
    assert live.readers


def test_facts_of_another_ground_are_no_facts_of_the_site(pages, live_in, tmp_path) -> None:
    moved = pages[0][0].model_copy(update={"final_url": "http://www.elsewhere.example/"})
    live = live_in(readers=0)
    following = Following(live)
    following.hand_in([pages[1], (moved, pages[0][1]), pages[2]])
    following.took_all()
    live.close()
    assert list(kept(tmp_path, pages)) == [pages[1][0].id]
    site = SITE.model_copy(update={"also": ("www.elsewhere.example",)})
    with KeptFacts(tmp_path / "archive", site, DIRECTORY) as facts:
        assert list(facts.of([one for one, _ in pages])) == [pages[2][0].id]


def test_without_a_cache_everything_is_read_as_ever(pages, live_in, tmp_path) -> None:
    (tmp_path / "facts.sqlite3").write_bytes(b"not a database" * 100)
    (tmp_path / "facts.sqlite3").chmod(0o400)
    following = Following(live_in(readers=0))
    following.hand_in(pages[:12])
    assert following.took_all() == serial(pages[:12])


def test_where_several_sites_share_a_loop_only_leads_are_read(pages, live_in, tmp_path) -> None:
    live = live_in(facts=False, readers=1, window=1, busy=0)
    following = Following(live)
    following.hand_in(pages[:12])
    assert following.took_all() == serial(pages[:12]) and not live.readers
    live.close()
    assert kept(tmp_path, pages) == {}


_PROGRAM = """
import os, sys
from pathlib import Path
print("begun", os.getpid(), flush=True)
if __name__ == "__main__":
    import time
    from audit.reader_process import Reader
    from model import Site
    from rules import column_directory
    reader = Reader(Path(sys.argv[1]), Site(home="http://portal.example/"), column_directory())
    for _ in range(1200):
        if reader.ready:
            break
        time.sleep(0.05)
    print("ready", reader.ready, sys.modules["__main__"].__file__ == __file__, flush=True)
    reader.close(wait=True)
"""


def test_a_reader_does_not_begin_the_program_again(tmp_path) -> None:
    (tmp_path / "program.py").write_text(_PROGRAM)
    told = subprocess.run(
        [sys.executable, str(tmp_path / "program.py"), str(tmp_path / "archive")],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    begun, *more = told.stdout.splitlines()
    assert begun.startswith("begun") and more == ["ready True True"]
