"""另行了结 A large crawl is read, judged and kept in a process of its own, as the one that crawled has had its share of memory.

What the crawl took from the system lies in pieces and is given back in part only. The child is told what to judge, and says
what it is at and what came of it; the run, its lease and its end stay this process's affair. Signals are, too: whoever is
stopped here ends the child first. A child that cannot be had, or says nothing of how it ended, leaves the run to this process.
"""

import logging
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from audit.account import Account, account_of
from audit.early_copy import SIGNALS, Child, begun
from audit.orphans import end_with
from audit.replay import recall
from audit.settlement import Watch, settle
from audit.settling import Place
from checks import load_checks
from model import CheckModule, Fault, RulePack, RunState, Verdict
from model.frozen import slim
from storage import Store

log = logging.getLogger("duwang.audit")

LARGE = 3_000  # things fetched; below that a process costs more than it saves
# what the child says: a word, and what belongs to it
_STAGE, _VERDICTS, _DONE, _FAULT = "stage", "verdicts", "done", "fault"
_AT_ONCE = 50  # verdicts: a large site has a hundred thousand, and on the way each is there three times


def settled_apart(
    place: Place,
    store: Store,
    packs: Sequence[RulePack],
    checks: Mapping[str, CheckModule],
    run_id: str,
    tell: Watch,
    *,
    large: int = LARGE,
) -> Account:
    """了结并交代 What came of a run under the first pack. `place` is where `store` is. Raises Fault like `settle`."""
    if _fetched(store, run_id) >= large and _are_known(checks):
        told = _by_child(place, packs, run_id, tell)
        if told is not None:
            return told
        if store.run(run_id).state is RunState.FINISHED:  # kept, and then the line broke
            return account_of(recall(store, run_id), packs[0])
    return account_of(settle(store, run_id, packs, checks, tell)[0], packs[0])


def _fetched(store: Store, run_id: str) -> int:
    report = store.crawl_report(run_id)
    return sum(report.outcomes.values()) if report else 0


def _are_known(checks: Mapping[str, CheckModule]) -> bool:
    """Whether another process finds the very same checks; those that somebody hands over do not go over a line."""
    known = load_checks()
    return all(known.get(name) is check for name, check in checks.items())


def _by_child(place: Place, packs: Sequence[RulePack], run_id: str, tell: Watch) -> Account | None:
    """None when there is no child, or it is gone without a word."""
    at_work = _begun(place, packs, run_id)
    if at_work is None:
        return None
    child, line = at_work
    verdicts: list[Verdict] = []
    known: dict[str, str] = {}
    try:
        while (said := _heard(line)) is not None:
            word, told = said
            if word == _FAULT:
                raise told
            if word == _STAGE:
                tell(told, None)
            elif word == _VERDICTS:
                verdicts += (slim(one, known) for one in told)
            else:
                return _with(told, tuple(verdicts))
    finally:
        child.kill()  # it has said its last word, or nobody wants to hear it
        child.join()
        line.close()
    log.warning("the process that judged run %s is gone: it is judged here", run_id)
    return None


def _begun(place: Place, packs: Sequence[RulePack], run_id: str) -> tuple[Child, Connection] | None:
    """A child at work, and the line on which it is heard."""
    try:
        return begun(work, place, tuple(packs), run_id, name="duwang-settler")
    except OSError as error:
        log.warning("no process to judge in: %s", error)
        return None


def _heard(line: Connection) -> tuple[str, Any] | None:
    try:
        said: tuple[str, Any] = line.recv()
    except (EOFError, OSError):
        return None
    return said


def work(line: Connection, place: Place, packs: tuple[RulePack, ...], run_id: str, parent: int) -> None:
    """上工 The whole life of such a process."""
    for number in SIGNALS:  # the parent decides
        signal.signal(number, signal.SIG_IGN)
    # as in the process that crawled: what is logged is for whoever listens, not for the terminal
    logging.getLogger("duwang").addHandler(logging.NullHandler())
    end_with(parent)

    def say(word: str, told: Any) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):
            line.send((word, told))

    with suppress(Exception), place.open() as store:  # the parent stumbles over it as well, and says so
        try:
            results = settle(store, run_id, packs, load_checks(), lambda stage, _: say(_STAGE, stage))
            account = account_of(results[0], packs[0])
            del results
        except Fault as fault:
            say(_FAULT, fault)
        else:
            told = account.view.verdicts
            for start in range(0, len(told), _AT_ONCE):
                say(_VERDICTS, told[start : start + _AT_ONCE])
            say(_DONE, _with(account, ()))


def _with(account: Account, verdicts: tuple[Verdict, ...]) -> Account:
    return account.model_copy(update={"view": account.view.model_copy(update={"verdicts": verdicts})})
