"""Snapshots of which most lies on the disk are the very same snapshots, whatever is asked of them and whoever they are handed to."""

import copy
import pickle
from datetime import UTC, datetime
from pathlib import Path

import pytest

from model import (
    ArchivePosition,
    Attempt,
    FetchOutcome,
    Purpose,
    Rank,
    Redirect,
    Snapshot,
    Turned,
)
from storage import LaidSnapshots

HOME = "http://www.qinghe.gov.cn/"
AT = datetime(2026, 11, 20, 22, tzinfo=UTC)


def snapshot(number: int = 1, **more: object) -> Snapshot:
    return Snapshot(
        id=f"R1/{number:06d}", run_id="R1", url=f"{HOME}a/{number}.html", final_url=f"{HOME}a/{number}.html",
        purpose=Purpose.ARTICLE, rank=Rank.ARTICLE, fetched_at=AT, outcome=FetchOutcome.OK,
    ).model_copy(update=more)  # fmt: skip


TRIES = (
    Attempt(at=AT, method="GET", outcome=FetchOutcome.UNREACHABLE, cause="timeout", elapsed_ms=20_000),
    Attempt(at=AT, method="GET", outcome=FetchOutcome.OK, status=200, final_url=f"{HOME}a/1.html", content_type="text/html", size=7,
            leading="3c" * 16, sha256="ab" * 32, turned=Turned(kind="parked", quote="出售")),
)  # fmt: skip
SNAPSHOTS = {
    "nothing but what must be told": snapshot(),
    "all of it": snapshot(
        final_url=f"{HOME}b.html", redirects=(Redirect(url=f"{HOME}a/1.html", status=301),), column="gzdt", found_on=HOME, method="POST",
        cause="status_412", status=412, headers={"content-type": "text/html", "x": "\ud83d"}, rendered=True, elapsed_ms=7, sha256="ab" * 32,
        size=9, ip="10.0.0.1", attempts=TRIES, sent='{"page":2}', revisits="R0/000007", carried=True, unchanged=3,
        position=ArchivePosition(file="R1-00001.warc.gz", offset=7, length=99),
    ),
}  # fmt: skip


@pytest.mark.parametrize("seen", SNAPSHOTS.values(), ids=SNAPSHOTS)
def test_a_snapshot_that_was_laid_down_is_the_same(tmp_path: Path, seen: Snapshot) -> None:
    again = LaidSnapshots(tmp_path).lay(seen)
    for name in Snapshot.model_fields:
        assert getattr(again, name) == getattr(seen, name), name
    assert again == seen and seen == again and again != snapshot(2) and repr(again) == repr(seen)
    assert (again.bare, again.address, again.header("X")) == (seen.bare, seen.address, seen.header("X"))
    assert again.model_dump() == seen.model_dump() and not hasattr(again, "no_such_field")
    for copied in (pickle.loads(pickle.dumps(again)), copy.copy(again), copy.deepcopy(again)):  # noqa: S301 - our own bytes
        assert copied == seen
    changed = {"attempts": TRIES[:1], "outcome": FetchOutcome.BLOCKED}
    assert again.model_copy(update=changed) == seen.model_copy(update=changed)
    assert again.model_copy(update=changed, deep=True).model_copy(update={"cause": "wall"}).cause == "wall"


def test_snapshots_beside_each_other_are_told_apart(tmp_path: Path) -> None:
    laid = LaidSnapshots(tmp_path / "no such folder")  # without a disk they stay in memory
    seen = [snapshot(number, size=number, attempts=TRIES[: number % 3]) for number in range(90)]
    again = [laid.lay(one) for one in seen]
    assert again == seen and [one.size for one in reversed(again)] == list(reversed(range(90)))
    words = [one.attempts[0].method for one in again if one.attempts]
    assert all(word is words[0] for word in words), "one object for a word that many say"
    assert again[2].attempts[1].final_url == f"{HOME}a/1.html"
