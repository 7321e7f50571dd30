"""现状报告 How far a night has come, as sentences and rows for a terminal of 80 columns."""

from collections.abc import Iterator, Sequence

from model import SHANGHAI, ErrandState, Failing, Interruption, NightView, UnderWay, WorkerSign, WorkerState
from report.figures import minute_text
from report.messages import Messages
from report.text import plain, shorten

_ORDER = (
    ErrandState.WAITING,
    ErrandState.RUNNING,
    ErrandState.DONE,
    ErrandState.GIVEN_UP,
    ErrandState.PUT_OFF,
)
_SITE = 30  # characters of a site's name in a row


def status_lines(view: NightView, messages: Messages) -> Iterator[str]:
    """现状 The night, its counts, its rate, and when it will be over."""
    night = view.night
    if night is None:
        yield messages.text("status.none")
    else:
        over = "over" if night.ended_at else "begun"
        yield messages.text(
            f"status.{over}", night=night.id, begun=minute_text(night.begun_at),
            ended=minute_text(night.ended_at) if night.ended_at else "",
        )  # fmt: skip
        if night.ends_at and not night.ended_at:
            yield messages.text("status.ends", at=minute_text(night.ends_at))
        if night.full:
            yield messages.text("status.full")
        yield _counted(view.counts, "status.counts", messages)
        if view.per_hour:
            yield messages.text("status.rate", rate=f"{view.per_hour:g}")
        if view.expected and not view.beyond:
            yield messages.text("status.expected", at=minute_text(view.expected))
        if view.beyond:
            yield messages.text("status.beyond", count=view.beyond)
    if any(view.asked.get(state) for state in (ErrandState.WAITING, ErrandState.RUNNING)):
        yield _counted(view.asked, "status.asked", messages)


def under_way_rows(view: NightView, messages: Messages) -> tuple[list[str], list[list[str]]]:
    """在巡 Heads and rows of what is being audited."""
    heads = ["site", "since", "fetched", "run", "worker"]
    return _heads(heads, messages), [_under_way(one, messages) for one in view.under_way]


def worker_rows(view: NightView, messages: Messages) -> tuple[list[str], list[list[str]]]:
    """工作进程 Heads and rows of who works; those that are gone last."""
    signs = sorted(view.workers, key=lambda one: one.state is WorkerState.GONE)
    heads = ["worker", "machine", "state", "done", "memory", "heard"]
    return _heads(heads, messages), [_worker(one, messages) for one in signs]


def failing_rows(view: NightView, messages: Messages) -> tuple[list[str], list[list[str]]]:
    """未成 Heads and rows of what failed, each with what a person can do."""
    return _heads(["site", "state", "attempts", "reason"], messages), [
        _failing(one, messages) for one in view.failing
    ]


def reason_rows(view: NightView, messages: Messages) -> tuple[list[str], list[list[str]]]:
    """中断缘由 How often each reason broke an attempt off since the night began."""
    rows = [[short_reason(reason, messages), str(count)] for reason, count in view.reasons.items()]
    return _heads(["reason", "count"], messages), rows


def interruption_rows(view: NightView, messages: Messages) -> tuple[list[str], list[list[str]]]:
    """最近中断 The latest interruptions, one by one."""
    return _heads(["at", "site", "reason"], messages), [
        _interruption(one, messages) for one in view.interruptions
    ]


def reason_text(reason: str, params: dict[str, str | int], messages: Messages) -> str:
    """缘由 What broke an attempt off, in words."""
    return plain(messages.text(reason, **params))


def short_reason(reason: str, messages: Messages) -> str:
    """简短缘由 A reason without its particulars, which differ from case to case."""
    usual = "fault.home.unreachable" if reason.startswith("fault.home.") else None
    known = next((one for one in (reason, usual) if one and messages.has(f"short.{one}")), None)
    if known:
        return messages.text(f"short.{known}")
    whole = messages.text(reason)
    return reason if "{" in whole else plain(whole)  # it has no particulars


def _counted(counts: dict[ErrandState, int], message_id: str, messages: Messages) -> str:
    told: Sequence[str] = [
        messages.text(f"errand.{state.value}", count=counts[state]) for state in _ORDER if counts.get(state)
    ]
    return messages.text(message_id, counts=messages.text("status.comma").join(told) or "0")


def _under_way(one: UnderWay, messages: Messages) -> list[str]:
    site = plain(shorten(one.site, _SITE))
    asked = messages.text("status.by_person", site=site) if one.asked else site
    since = f"{one.since.astimezone(SHANGHAI):%H:%M}"
    return [asked, since, str(one.fetched), one.run_id or "–", plain(one.worker or "–")]


def _worker(one: WorkerSign, messages: Messages) -> list[str]:
    state = messages.text(f"worker.{one.state.value}")
    if one.reason and one.state not in (WorkerState.WORKING, WorkerState.GONE):
        state = messages.text(
            "status.because", state=state, reason=reason_text(one.reason, one.params, messages)
        )
    memory = f"{one.memory / 1024**2:.0f} MB" if one.memory else "–"
    heard = f"{one.heard_at.astimezone(SHANGHAI):%H:%M:%S}"
    return [plain(one.name), plain(one.machine), state, str(one.done), memory, heard]


def _failing(one: Failing, messages: Messages) -> list[str]:
    state = messages.text(f"errand.state.{one.state.value}")
    if one.state is ErrandState.WAITING and one.not_before:
        state = messages.text("status.again", at=f"{one.not_before.astimezone(SHANGHAI):%H:%M}")
    return [
        plain(shorten(one.site, _SITE)),
        state,
        str(one.attempts),
        reason_text(one.reason, one.params, messages),
    ]


def _interruption(one: Interruption, messages: Messages) -> list[str]:
    where = one.site_key or messages.text(
        "status.whole_worker", worker=(one.worker or "?").rpartition("/")[2]
    )
    at = f"{one.at.astimezone(SHANGHAI):%m-%d %H:%M:%S}"
    return [at, plain(shorten(where, _SITE)), reason_text(one.reason, one.params, messages)]


def _heads(names: Sequence[str], messages: Messages) -> list[str]:
    return [messages.text(f"status.col.{name}") for name in names]
