"""未成 Why an attempt at a site came to nothing, and whom that is held against: the site, us, or nobody."""

import asyncio
import logging

from model import Errand, Fault
from storage import Lapse

log = logging.getLogger("duwang.night")

BUSY_SECONDS = 60.0  # somebody audits the host already: ask again after so long
PAUSE_SECONDS = 10.0  # after what is nobody's fault, and may still be so
_CRASH = 2  # what a crash of ours counts, of the three failures an errand has
_OVER = 3  # nothing that is tried again tonight would end otherwise
_NOBODYS = frozenset(
    {
        "fault.database_unreachable", "fault.database_locked", "fault.database_io", "fault.storage_full",
        "fault.archive_folder", "fault.interrupted", "fault.run_not_running", "fault.errand_not_running",
    }
)  # fmt: skip
_NETWORK = frozenset(
    {"dns", "refused", "timeout", "network", "unreachable"}
)  # as crawler/outcome.py names them
_REFUSED_HERE = frozenset({"fault.home.skipped_private", "fault.home.private_address"})
SPACE = frozenset({"fault.storage_full", "fault.archive_folder"})


class Stopped(Exception):
    """叫停 The crew itself broke an attempt off; `reason` is a message id."""

    def __init__(self, reason: str, **params: str | int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.params = params


def lapse_of(error: BaseException, errand: Errand, again_seconds: float) -> Lapse:
    """归因 What the attempt counts. A site that failed is tried again after `again_seconds`, then after twice as long."""
    if isinstance(error, Stopped):
        return Lapse(error.reason, error.params)
    if isinstance(error, asyncio.CancelledError):
        return Lapse("interruption.stopped", {})
    if isinstance(error, Fault):
        params = {
            name: value if isinstance(value, int) else str(value) for name, value in error.params.items()
        }
        if error.message_id == "fault.host_busy":
            return Lapse(error.message_id, params, interrupted=0, wait=BUSY_SECONDS)
        if error.message_id in _NOBODYS:
            return Lapse(error.message_id, params, wait=PAUSE_SECONDS)
        if error.message_id.startswith("fault.home.") and error.message_id not in _REFUSED_HERE:
            wait = again_seconds * (errand.failures + 1)
            return Lapse(error.message_id, params, failures=1, interrupted=0, wait=wait)
        return Lapse(error.message_id, params, failures=_OVER, interrupted=0)  # a pack that is not there, say
    log.error("an audit of %s broke down", errand.site_key, exc_info=error)
    params = {"error": type(error).__name__}
    return Lapse("interruption.crashed", params, failures=_CRASH, interrupted=0, wait=again_seconds)


def seems_our_network(error: BaseException) -> bool:
    """疑似断网 Whether the home page failed in a way that all would if our own network were gone."""
    told = isinstance(error, Fault) and error.message_id.startswith("fault.home.")
    return told and str(error).split(" ")[0].rpartition(".")[2] in _NETWORK
