"""接收 A queue between the crawl and the disk, so that the reactor never waits for either."""

import threading
import time
from collections import deque

from model import Attempt, Snapshot
from storage.patience import PATIENCE, patiently
from storage.store import Store

BATCH_COUNT = 50
BATCH_BYTES = 8 * 1024**2
BATCH_SECONDS = 1.0
QUEUE_BYTES = 64 * 1024**2
_ROW_BYTES = 2048  # what a snapshot without a body weighs in the queue, about


class BatchSink:
    """批量接收 Called with (snapshot, body); a thread of its own keeps them in batches. `vote` does so with votes.

    Blocks the caller only while more than `QUEUE_BYTES` wait to be written; ask `crowded` before going on. A database
    that is away or busy is waited for, `patience` seconds at most. After a write error everything is dropped: watch
    `failed` to stop the crawl early; `close` raises that error.
    """

    def __init__(self, store: Store, patience: float = PATIENCE) -> None:
        self._store = store
        self._patience = patience
        self._waiting: deque[tuple[Snapshot, bytes]] = deque()
        self._votes: list[tuple[str, str, Attempt]] = []
        self._weight = 0
        self._closing = False
        self._error: BaseException | None = None
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="duwang-sink", daemon=True)
        self._thread.start()

    def __call__(self, snapshot: Snapshot, body: bytes) -> None:
        with self._changed:
            while self._weight > QUEUE_BYTES and self._error is None:
                self._changed.wait()
            if self._error is None:
                self._waiting.append((snapshot, body))
                self._weight += _weight(body)
                if (
                    len(self._waiting) == 1 or self._full()
                ):  # woken for each, the thread would only look and sleep
                    self._changed.notify_all()

    def vote(self, run_id: str, url: str, attempt: Attempt) -> None:
        """投票 Kept with the next batch, after the snapshots before it."""
        with self._changed:
            if self._error is None:
                self._votes.append((run_id, url, attempt))
                self._changed.notify_all()

    @property
    def crowded(self) -> bool:
        """已满 Half of the room is taken: better fetch nothing until some of it is written."""
        return self._weight > QUEUE_BYTES / 2 and self._error is None

    @property
    def failed(self) -> bool:
        """已失败 A write failed; nothing more will be kept."""
        return self._error is not None

    def close(self) -> None:
        """收尾 Writes what still waits and ends the thread. Raises the first write error, as a Fault if one can mend it."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()
        if self._error is not None:
            raise self._error

    def _work(self) -> None:
        while True:
            batch, votes = self._next_batch()
            if not batch and not votes:
                return
            try:
                patiently(lambda: self._store.keep(batch), self._patience)  # noqa: B023 - called at once
                for run_id in sorted({run_id for run_id, _, _ in votes}):
                    of_run = [(url, one) for run, url, one in votes if run == run_id]
                    patiently(lambda: self._store.keep_votes(run_id, of_run), self._patience)  # noqa: B023
            except BaseException as error:  # whatever it is, the crawl must hear of it
                with self._changed:
                    self._error = error
                    self._waiting.clear()
                    self._votes.clear()
                    self._weight = 0
                    self._changed.notify_all()
                return
            with self._changed:
                self._weight -= sum(_weight(body) for _, body in batch)
                self._changed.notify_all()

    def _next_batch(self) -> tuple[list[tuple[Snapshot, bytes]], list[tuple[str, str, Attempt]]]:
        """A batch that is full, or a second old, or the last, and all votes; empty when all is done."""
        with self._changed:
            while not self._waiting and not self._votes and not self._closing:
                self._changed.wait()
            deadline = time.monotonic() + BATCH_SECONDS
            while not self._full() and not self._closing:
                left = deadline - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(left)
            batch: list[tuple[Snapshot, bytes]] = []
            size = 0
            while self._waiting and len(batch) < BATCH_COUNT and size < BATCH_BYTES:
                batch.append(self._waiting.popleft())
                size += len(batch[-1][1])
            votes, self._votes = self._votes, []
            return batch, votes

    def _full(self) -> bool:
        return len(self._waiting) >= BATCH_COUNT or self._weight >= BATCH_BYTES


def _weight(body: bytes) -> int:
    return len(body) + _ROW_BYTES
