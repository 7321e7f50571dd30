"""维护 What was cleared away or backed up, line by line, for a terminal or the journal of a timer."""

from collections.abc import Iterator

from model import SHANGHAI, Backed, Clearance, Cleared, Restored
from report.messages import Messages

_STEPS = ("B", "KB", "MB", "GB", "TB")


def clearance_lines(done: Clearance, messages: Messages) -> Iterator[str]:
    """清理 What went (or, on a dry run, would), what came back of the disk, and why the rest stays."""
    say = messages.text
    mood = "dry" if done.dry else "done"
    yield say(f"clear.{mood}", before=f"{done.before.astimezone(SHANGHAI):%Y-%m-%d}")
    went = [one for one in done.cleared if one.count]
    for one in went:
        yield (
            "  "
            + say("clear.line", kind=say(f"clear.kind.{one.kind}"), count=one.count)
            + _span(one, messages)
        )
    if not went:
        yield "  " + say("clear.nothing")
    archive = done.archive
    yield say(
        f"clear.archive.{mood}",
        removed=archive.removed,
        rewritten=archive.rewritten,
        freed=size_of(archive.freed),
    )
    if archive.left:
        yield "  " + say("clear.archive.left", count=archive.left)
    if archive.missing:
        yield "  " + say("clear.archive.missing", count=archive.missing)
    for file in archive.damaged:
        yield "  " + say("clear.archive.damaged", file=file)
    if done.database:
        yield say("clear.database", freed=size_of(done.database))
    elif done.database_note:
        yield say(f"clear.database.{done.database_note}")
    if done.kept:
        yield say("clear.kept", count=sum(done.kept.values()))
        for reason, count in done.kept.items():
            state = reason.removeprefix("case_")
            if state == reason:
                yield "  " + say(f"clear.kept.{reason}", count=count)
            else:
                yield "  " + say("clear.kept.case", count=count, state=say(f"state.{state}"))


def backed_lines(done: Backed, messages: Messages) -> Iterator[str]:
    """备份 Where it lies, what was copied this time, and what could not be."""
    say = messages.text
    whole = sum(one.size for one in done.manifest.archive)
    yield say(
        "backup.done",
        folder=done.folder,
        database=size_of(done.manifest.database.size),
        files=len(done.manifest.archive),
        size=size_of(whole),
    )
    yield "  " + say(
        "backup.copied", count=done.copied, size=size_of(done.copied_bytes), removed=done.removed
    )
    for name in done.manifest.missing:
        yield "  " + say("backup.missing", file=name)


def restored_lines(done: Restored, messages: Messages) -> Iterator[str]:
    """恢复 Of when it is, and what was under way then."""
    say = messages.text
    made = f"{done.manifest.made_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    yield say("restore.done", made=made, files=len(done.manifest.archive))
    if done.interrupted:
        yield "  " + say("restore.interrupted", count=done.interrupted)
    for name in done.manifest.missing:
        yield "  " + say("backup.missing", file=name)


def size_of(count: int) -> str:
    """大小 Bytes as people read them: 1.5 MB. Steps of 1024."""
    size, step = float(count), 0
    while size >= 1024 and step < len(_STEPS) - 1:
        size, step = size / 1024, step + 1
    return f"{size:.0f} {_STEPS[step]}" if step == 0 or size >= 100 else f"{size:.1f} {_STEPS[step]}"


def _span(one: Cleared, messages: Messages) -> str:
    if one.oldest is None or one.newest is None:
        return ""
    since, until = (f"{at.astimezone(SHANGHAI):%Y-%m-%d}" for at in (one.oldest, one.newest))
    return messages.text("clear.span", since=since, until=until)
