"""What happens to one crew, as a process of its own: a reactor runs once. Prints what became of each errand as JSON."""

import asyncio
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from audit.crew import Crew, Done
from audit.crew_terms import CrewTerms
from audit.settling import Place
from crawler import run_loop
from model import Arrangement, BrowserUse, Errand, Limits, Night, RosterEntry, Site, WorkerState
from tests.whole.many_sites import Sites, many_sites


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


class Story:
    def __init__(self, place: Place, sites: Sites, control: str) -> None:
        self.ahead = timedelta()
        terms = CrewTerms(
            allow_private=True, browser=BrowserUse.NO, delay=0, external=False, again_seconds=60, controls=(control,),
            limits=Limits(confirm_seconds=0.1, timeout_seconds=5), beat_seconds=0.05,
        )  # fmt: skip
        self.crew = Crew(place, terms, "crew", 4, now=lambda: datetime.now(UTC) + self.ahead)
        self.place, self.sites = place, sites
        self.told: dict[str, Any] = {}

    def entry(self, home: str, **terms: object) -> RosterEntry:
        site = Site(home=home)
        return RosterEntry(site=site, arrangement=Arrangement.model_validate({"site_key": site.key, **terms}))

    def errand(self, entry: RosterEntry) -> Errand:
        known = self.crew.store.errand("N1", entry.site.key)
        if known is None:
            now = datetime.now(UTC)
            known = Errand(night_id="N1", site_key=entry.site.key, lock=entry.lock, changed_at=now)
            self.crew.store.keep_night(Night(id="N1", begun_at=now), [known])
        return known

    async def do(self, name: str, entry: RosterEntry) -> Done:
        done = await self.crew.do(self.errand(entry), entry)
        self.tell(name, entry)
        return done

    def tell(self, name: str, entry: RosterEntry) -> None:
        now = self.crew.store.errand("N1", entry.site.key)
        assert now is not None
        self.told[name] = [now.state, now.reason, now.attempts, now.failures, now.interrupted]

    async def crawled(self, entry: RosterEntry) -> None:
        """Waits until something of the site was fetched."""
        host = entry.site.host.partition(":")[0]
        async with asyncio.timeout(60):
            while len(self.sites.asked[host]) < 3:  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def state(self, wanted: WorkerState) -> None:
        async with asyncio.timeout(60):
            while self.crew.state is not wanted:  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def go(self) -> None:
        await self.crew.start()
        try:
            await self.happens()
        finally:
            await self.crew.close()

    async def happens(self) -> None:
        crew, sites = self.crew, self.sites
        good, killed, moved, cancelled, lost = (self.entry(home) for home in sites.homes)
        done = await self.do("good", good)
        self.told["summary"] = done.summary is not None and done.summary.standing > 0
        await self.do("done before", good)
        await self.do("no pack", self.entry("http://127.0.0.77:9/", packs=("no/such-pack",)))

        # the child that settles is killed in the middle: another does it again
        task = asyncio.ensure_future(self.do("child killed", killed))
        await self.crawled(killed)
        pool = crew._settler._pool
        assert pool is not None
        for pid in list(pool._processes):
            os.kill(pid, signal.SIGKILL)
        await task

        sites.seconds = 0.3
        await self.broken("clock moved", moved, self.set_clock())
        self.ahead = timedelta()
        await asyncio.sleep(0.3)  # it is noticed that the clock was set right, with nothing under way
        await self.broken("lease lost", lost, self.take_over(lost))
        task = asyncio.ensure_future(self.do("cancelled", cancelled))
        await self.crawled(cancelled)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            self.tell("cancelled", cancelled)

        # hosts that answer nobody, while a control does; then nobody answers at all
        down = [self.entry(f"http://127.0.0.{40 + number}:{closed_port()}/") for number in range(4)]
        for number in range(3):
            await self.do(f"down {number}", down[number])
        self.told["fit"] = crew.state
        crew.terms = crew.terms.model_copy(update={"controls": (f"http://127.0.0.1:{closed_port()}/",)})
        crew.network.last_good = None
        await self.do("down 3", down[3])
        self.told["no network"] = crew.state
        await asyncio.sleep(0.2)
        for number in range(3):
            self.tell(f"forgiven {number}", down[number])
        await self.do("not taken", down[3])
        crew.terms = crew.terms.model_copy(update={"controls": (sites.homes[0],)})
        await self.state(WorkerState.WORKING)
        await asyncio.sleep(0.5)
        self.told["sign"] = [one.state for one in crew.store.workers()]
        self.told["interruptions"] = sorted({one.reason for one in crew.store.interruptions()})
        self.told["runs"] = sorted({run.state for run in crew.store.runs()})
        self.told["beats"] = await self.beats_while_all_threads_wait()

    async def broken(self, name: str, entry: RosterEntry, what: Awaitable[None]) -> None:
        task = asyncio.ensure_future(self.do(name, entry))
        await self.crawled(entry)
        await what
        await task

    async def set_clock(self) -> None:
        self.ahead = timedelta(hours=1)

    async def beats_while_all_threads_wait(self) -> bool:
        """As they do while the database is away and there are more sites than threads."""
        gate, threads = threading.Event(), ThreadPoolExecutor(1)
        asyncio.get_running_loop().set_default_executor(threads)
        threads.submit(gate.wait)
        heard = {self.crew.sign.heard_at}
        try:
            async with asyncio.timeout(20):
                while len(heard) < 4:
                    await asyncio.sleep(0.02)
                    heard.add(self.crew.sign.heard_at)
        except TimeoutError:
            return False
        finally:
            gate.set()
        return True

    async def take_over(self, entry: RosterEntry) -> None:
        """As another machine would that took this one for dead."""
        store = self.crew.store
        held = self.crew.active[entry.site.key]
        assert held.run_id is not None
        store.interrupt_run(held.run_id, reason="interruption.worker_gone")


def main() -> None:
    url, folder = sys.argv[1:]
    with many_sites(5, pages=8, first=30) as sites:
        story = Story(Place(db_url=url, archive=Path(folder)), sites, sites.homes[0])
        run_loop(story.go)
    print(json.dumps(story.told))


if __name__ == "__main__":
    main()
