"""A queue in a database of its own, and hands that take its jobs without crawling anything."""

import asyncio
import os
import secrets
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from procrastinate import App, PsycopgConnector
from procrastinate.worker import Worker

from audit.queue import TASK
from audit.queue_ground import lay_queue
from audit.queue_task import Carrier, Comeback
from model import Errand, ErrandState, Night, RosterEntry, Site
from model.night import Arrangement
from storage import Lapse, Store, conninfo, open_store
from tests.storage import nouns

SERVER = os.environ.get("DUWANG_TEST_PG", "postgresql://postgres@127.0.0.1:5432")
TABLES = "procrastinate_jobs, procrastinate_workers, errands, nights, interruptions, workers, leases, arrangements, sites, runs"


@contextmanager
def database() -> Iterator[str]:
    """A database that ends with the test; skips where there is no server."""
    name = f"duwang_queue_{secrets.token_hex(4)}"
    try:
        server = psycopg.connect(f"{SERVER}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no PostgreSQL here: {error}")
    with server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{SERVER}/{name}"
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


class Place:
    """A store with its queue, a look past both, and hands that do what a test says."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.store: Store = open_store(url, folder / "archive")
        self.now = datetime.now(UTC)
        lay_queue(url)
        self.sql = psycopg.connect(url, autocommit=True)

    def clear(self) -> None:
        """Before each test: nothing is kept, and its clock begins now (queues compare it with their own)."""
        self.now = datetime.now(UTC)
        self.sql.execute(f"TRUNCATE {TABLES} RESTART IDENTITY CASCADE")

    def later(self, seconds: float) -> datetime:
        return self.now + timedelta(seconds=seconds)

    def close(self) -> None:
        self.sql.close()
        self.store.close()

    def site(self, key: str, **arranged: Any) -> RosterEntry:
        """On the roster; its key is its host."""
        entry = RosterEntry(
            site=Site(home=f"http://{key}/", name=key), arrangement=Arrangement(site_key=key, **arranged)
        )
        assert entry.site.key == key
        self.store.keep_roster([entry])
        return entry

    def night(self, *entries: RosterEntry, night_id: str = "N1", **told: Any) -> Night:
        night = Night(id=night_id, begun_at=self.now, **told)
        errands = [
            Errand(night_id=night_id, site_key=one.site.key, lock=one.lock, changed_at=self.now)
            for one in entries
        ]
        self.store.keep_night(night, errands)
        return night

    def jobs(self) -> list[tuple[str, str, str]]:
        """Site, state and lock of every job, in the order they would be taken."""
        return self.sql.execute(
            "SELECT args->>'site_key', status::text, lock FROM procrastinate_jobs ORDER BY priority DESC, id"
        ).fetchall()

    def states(self, night_id: str = "N1") -> dict[str, str]:
        return {one.site_key: one.state.value for one in self.store.errands(night_id)}

    def stranger(self, silent: float) -> int:
        """A worker of the queue that was last heard of `silent` seconds ago."""
        row = self.sql.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s * interval '1 second') RETURNING id",
            [silent],
        ).fetchone()
        assert row
        return int(row[0])

    def taken_by(self, worker: int) -> None:
        """That worker takes the first job."""
        self.sql.execute("SELECT procrastinate_fetch_job_v2(NULL, %s)", [worker])


class Hands:
    """Takes jobs as a worker does. `done`: sites in the order they were begun; `act` says what comes of an errand."""

    def __init__(self, place: Place, seconds: float = 0.0) -> None:
        self.place, self.seconds = place, seconds
        self.done: list[str] = []
        self.packs: list[tuple[str, ...]] = []
        self.side_by_side: set[frozenset[str]] = set()
        self.now = place.now
        self.act: Callable[[Errand], Awaitable[Errand] | Errand] = self.finish
        self._under_way: set[str] = set()

    def finish(self, errand: Errand) -> Errand:
        """Audited, nothing found."""
        place = self.place
        run = nouns.run(
            f"R-{errand.night_id}-{errand.site_key}", site=Site(home=f"http://{errand.site_key}/")
        )
        place.store.begin_run(run)
        place.store.finish_runs([(run, [], [], [])], errand)
        found = place.store.errand(errand.night_id, errand.site_key)
        assert found is not None
        return found

    def fail(self, errand: Errand, wait: float = 3600, failures: int = 1) -> Errand:
        lapse = Lapse("fault.home.timeout", {}, failures=failures, wait=wait)
        given = self.place.store.give_back(errand, lapse, self.now)
        assert given is not None
        return given

    async def do(self, errand: Errand, entry: RosterEntry, full: bool) -> Errand:
        taken = self.place.store.take_errand(errand, "here/1", self.now)
        assert taken is not None
        self.done.append(errand.site_key)
        self.packs.append(entry.arrangement.packs)
        self.side_by_side |= {frozenset((errand.site_key, other)) for other in self._under_way}
        self._under_way.add(errand.site_key)
        try:
            await asyncio.sleep(self.seconds)
            found = self.act(taken)
            return found if isinstance(found, Errand) else await found
        except asyncio.CancelledError:
            self.place.store.give_back(taken, Lapse("interruption.stopped", {}), self.now)
            raise
        finally:
            self._under_way.discard(errand.site_key)

    def work(self, concurrency: int = 1, cancel_when: Callable[[], bool] | None = None) -> None:
        """Takes jobs until there is none that may be taken."""

        async def run() -> None:
            carrier = Carrier(self.place.store, self.do, lambda: self.now, lambda: None)
            app = App(connector=PsycopgConnector(conninfo=conninfo(self.place.url), min_size=1, max_size=2))
            app.task(name=TASK, pass_context=True, retry=Comeback(lambda: datetime.now(UTC)))(carrier.carry)
            async with app.open_async():
                worker = Worker(
                    app=app, wait=False, concurrency=concurrency, listen_notify=False, delete_jobs="always",
                    install_signal_handlers=False, stalled_worker_timeout=10**6,
                )  # fmt: skip
                task = asyncio.create_task(worker.run())
                while cancel_when and not task.done():
                    await asyncio.sleep(0.01)
                    if cancel_when():
                        worker.stop()
                        for one in list(carrier.under_way.values()):
                            one.cancel()
                        break
                await task

        asyncio.run(run())


def waiting(place: Place) -> list[str]:
    return [one.site_key for one in place.store.errands("N1", ErrandState.WAITING)]
