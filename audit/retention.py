"""保留 Clearing away, backing up and restoring, as a person or a timer asks for it: with the clock and our own name."""

from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from audit.desk.sealing import note_clearing
from audit.doctor import Symptom
from model import Backed, Clearance, Retention
from storage import Store


def clear(store: Store, terms: Retention, *, dry: bool, now: datetime | None = None) -> Clearance:
    """清理 What is past its days goes; with `dry` it is only told."""
    store.mark_dead_runs()
    now = now or datetime.now(UTC)
    if not dry:
        note_clearing(store, terms, now)
    return store.clear(terms, now, f"duwang/{version('duwang')}", dry=dry)


def back_up(store: Store, folder: Path, *, link: bool = False, now: datetime | None = None) -> Backed:
    """备份 The database and the archive, into a folder that may hold an earlier backup."""
    return store.back_up(folder, now or datetime.now(UTC), version("duwang"), link=link)


def examine_archive(store: Store, at_most: int | None = None) -> tuple[Symptom, ...]:
    """核验存档 Whether the bodies can be read back, as `doctor` tells it: one line for each file that lost some."""
    found = store.examine_archive(at_most)
    looked: dict[str, str | int] = {"looked": found.looked, "total": found.total}
    if not found.lost:
        return (Symptom(topic="archive", state="good", message_id="doctor.archive.good", params=looked),)
    count = sum(one.count for one in found.lost)
    whole = Symptom(
        topic="archive", state="bad", message_id="doctor.archive.lost", params=looked | {"count": count}
    )
    files = (
        Symptom(
            topic="archive",
            state="bad",
            message_id=f"doctor.archive.{one.reason}",
            params={"file": one.file, "count": one.count, "run": one.run_id or "–"},
        )
        for one in found.lost
    )
    return (whole, *files)
