"""沿用之页 What nobody asked for this time: it tells what was seen, and is no sign of how the site answers now.

A page may be carried over and yet be asked in the end, because something made it doubtful: then only the new look
counts. That a page was there some days ago proves neither that the host answers today nor that it does not.
"""

from collections.abc import Sequence

from model import Snapshot
from reading.shelf import Pair


def standing(pages: Sequence[Pair]) -> list[Pair]:
    """仍作数的 All pairs but those carried over of addresses that were looked at in the same way after all."""
    asked = {_way(snapshot) for snapshot, _ in pages if not snapshot.carried and not snapshot.bare}
    return [pair for pair in pages if not pair[0].carried or _way(pair[0]) not in asked]


def _way(snapshot: Snapshot) -> tuple[str, bool]:
    return (snapshot.address, snapshot.rendered)
