"""次夜 The second night beside the first, over a portal of which three pages of a hundred changed, for several portals."""

import argparse
import tempfile
from datetime import timedelta
from pathlib import Path

from bench.changing import ChangingPortal, serving
from bench.performance.kept import Kept, Ran
from bench.portal import AS_OF
from bench.second_night import NightAudit, age, audited, copy, unlike

PART = "second-night"
PAGES, QUICK_PAGES = 1000, 100


def compared(kept: Kept, words: argparse.Namespace) -> bool:
    """比较 Each round another portal; the findings of the night must be those of a whole crawl."""
    pages = QUICK_PAGES if words.quick else PAGES
    right = True
    print(f"\n{PART}: {pages} pages, 3 % changed")
    for number in range(words.rounds):
        seed = words.seed + number
        ran = kept.has(PART, pages, seed, number, "audit") or kept.add(_night(pages, seed, number))
        told = ran.told
        print(
            f"  round {number + 1}  second night of the first: bytes {told['bytes']:.0%}, CPU {told['cpu']:.0%}, requests {told['requests']:.0%}; "
            f"findings as a whole crawl has them: {told['same']} of {told['findings']}",
            flush=True,
        )
        right = right and not ran.failed
    return right


def _night(pages: int, seed: int, number: int) -> Ran:
    portal = ChangingPortal(pages, seed)
    with serving(portal) as served, tempfile.TemporaryDirectory(prefix="duwang-bench-") as name:
        own, whole = Path(name) / "own", Path(name) / "whole"
        own.mkdir()
        first = audited(portal, served, own, AS_OF, "full")
        age(own, timedelta(days=1))
        portal.night()
        copy(own, whole)
        as_of = AS_OF + timedelta(days=1)
        tonight = audited(portal, served, own, as_of, "again")
        all_of_it = audited(portal, served, whole, as_of, "full")
    missing, extra = unlike(tonight.found, all_of_it.found)
    told = _shares(tonight, first) | {
        "findings": len(all_of_it.found),
        "same": len(all_of_it.found) - len(missing),
        "extra": len(extra),
        "unmodified": tonight.unmodified,
        "carried": tonight.carried,
        "first": {"requests": first.requests, "bytes": first.sent, "cpu": first.cpu_seconds},
        "whole": _shares(all_of_it, first),
    }
    failed = "findings differ from those of a whole crawl" if missing or extra else None
    return Ran(
        PART, pages, seed, number, "audit", seconds=0.0, cpu_seconds=tonight.cpu_seconds, requests=tonight.requests,
        there=portal.pages, failed=failed, told=told,
    )  # fmt: skip


def _shares(one: NightAudit, first: NightAudit) -> dict[str, float]:
    return {
        "bytes": one.sent / first.sent,
        "cpu": one.cpu_seconds / first.cpu_seconds,
        "requests": one.requests / first.requests,
    }
