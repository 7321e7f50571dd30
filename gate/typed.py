"""所键入 From what a person typed to what the house works with: packs, stores, runs, moments, folders."""

import os
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from gate.door import verbs
from model import SHANGHAI, CaseState, Fault, RunState

if TYPE_CHECKING:  # heavy rooms are opened only by the verbs that need them
    from model import CheckModule, RulePack, Run
    from storage import Store

EARLIEST, LATEST = 1990, 2200  # years a website can be judged in


def pack(name: str | None) -> "tuple[RulePack, dict[str, CheckModule]]":
    from checks import load_checks, params_of, subjects_of
    from rules import DEFAULT_PACK, load_pack

    checks = dict(load_checks())
    return load_pack(name or DEFAULT_PACK, params_of(checks), subjects_of(checks), verbs()), checks


def pack_again(store: "Store", record: "Run", named: str | None) -> "tuple[RulePack, dict[str, CheckModule]]":
    """The pack a person names, else the run's own: as it stands today when it is ours, else as the run kept it."""
    from rules import DEFAULT_PACK, packs

    if named or record.pack_id in {one.id for one in packs()}:
        return pack(named or record.pack_id)
    _, checks = pack(DEFAULT_PACK)
    return store.pack(record.pack_digest), checks


class AskedPack(NamedTuple):
    """A pack to judge by again, as it was `named` ("": the run's own), and what a folder of its own is called."""

    pack: "RulePack"
    checks: "dict[str, CheckModule]"
    named: str
    folder: str


def packs_again(store: "Store", record: "Run", named: Sequence[str], rule: str | None) -> "list[AskedPack]":
    """The packs a person names, each once, else the run's own; with `rule`, those that have it, and it alone of them."""
    asked: dict[str, AskedPack] = {}
    for name in named or ("",):
        found, checks = pack_again(store, record, name or None)
        folder = re.sub(r"[^\w.-]+", "-", found.id)
        if any(one.folder == folder and digest != found.digest for digest, one in asked.items()):
            folder = f"{folder}-{found.digest[:8]}"  # one's own pack under the name of another
        asked.setdefault(found.digest, AskedPack(found, checks, name, folder))
    if rule is None:
        return list(asked.values())
    having = [one for one in asked.values() if rule in {each.id for each in one.pack.rules}]
    if not having:
        raise Fault("fault.rule_unknown", rule=rule, pack=", ".join(one.pack.id for one in asked.values()))
    return [one._replace(pack=_only(one.pack, rule)) for one in having]


def _only(pack: "RulePack", rule: str) -> "RulePack":
    alone = tuple(one for one in pack.rules if one.id == rule)
    return pack.model_copy(update={"rules": alone, "tallies": ()})


def store(url: str, *, create: bool = True) -> "Store":
    from storage import open_store

    return open_store(url, archive(), create=create)


def archive() -> Path | None:
    """The folder of the WARC files that the environment names; None: the usual one."""
    named = os.environ.get("DUWANG_ARCHIVE")
    return Path(named) if named else None


def run(store: "Store", run_id: str | None) -> "Run":
    """The run that was named, else the last that finished."""
    found = store.run(run_id) if run_id else store.last_finished_run()
    if found is None:
        raise Fault("fault.no_finished_run")
    if found.state is RunState.RUNNING:
        raise Fault("fault.run_running", run=found.id)
    return found


def moment(text: str | None) -> datetime | None:
    """A day (its last minute) or a moment, in Beijing time unless it says otherwise."""
    if text is None:
        return None
    try:
        day_only = len(text) == len("2026-11-21")
        found = (
            datetime.combine(date.fromisoformat(text), time(23, 59))
            if day_only
            else datetime.fromisoformat(text)
        )
    except ValueError:
        raise Fault("fault.as_of_invalid", text=text) from None
    if not EARLIEST <= found.year <= LATEST:
        raise Fault("fault.as_of_far", text=text, earliest=EARLIEST, latest=LATEST)
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def since(text: str) -> datetime:
    """A day (its first moment) or a moment, in Beijing time unless it says otherwise."""
    found = moment(text)
    assert found is not None  # noqa: S101 - moment() answers None for None only
    return found.replace(hour=0, minute=0) if len(text) == len("2026-11-21") else found


def now() -> datetime:
    """The moment at which a person does something: written into what they decided."""
    return datetime.now(SHANGHAI)


def day(text: str) -> date:
    found = moment(text)
    assert found is not None  # noqa: S101 - there is a text
    return found.date()


def changed_since(store: "Store", text: str | None) -> datetime | None:
    """After which moment: just before a day begins, or that of a run."""
    at = _day_or_run(store, text)
    return datetime.combine(at, time(0), SHANGHAI) - timedelta(microseconds=1) if _is_day(at) else at


def changed_until(store: "Store", text: str | None) -> datetime | None:
    """Up to which moment: the end of a day, or that of a run."""
    at = _day_or_run(store, text)
    return datetime.combine(at, time.max, SHANGHAI) if _is_day(at) else at


def _is_day(at: date | None) -> bool:
    return at is not None and not isinstance(at, datetime)


def _day_or_run(store: "Store", text: str | None) -> Any:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        return store.run(text).as_of
    except Fault as fault:
        if fault.message_id != "fault.run_unknown":
            raise
    raise Fault("fault.since_unknown", text=text)


def case_states(names: list[str]) -> frozenset[CaseState]:
    known = {one.value: one for one in CaseState}
    for name in names:
        if name not in known:
            raise Fault("fault.state_unknown", state=name, known=", ".join(known))
    return frozenset(known[name] for name in names)


def site_key(store: "Store", text: str) -> str:
    """The key of a site that was audited, or of one a person names as for an audit."""
    from audit.target import target_site

    if store.finished_runs(text, limit=1):
        return text
    return target_site(text, store.sites()).key


def writable(folder: Path) -> None:
    """Refuse a folder that cannot hold the reports before the crawl, not after it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial = folder / f".duwang-{os.getpid()}"
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise Fault("fault.out_not_writable", path=str(folder), reason=error.strerror or str(error)) from None


def happened(text: str | None) -> datetime:
    """When something happened that a person enters now: as they say (a day: its first moment), else now. Never in the future."""
    if text is None:
        return now()
    found = since(text)
    if found > now():
        raise Fault("fault.at_future", text=text)
    return found
