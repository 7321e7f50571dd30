"""访问所得 The last answer of a visit as a snapshot and the beginning of its body, for reading to say what it was.

Both live for that moment alone: nothing of a visit's body is kept.
"""

import zlib
from collections.abc import Callable, Sequence
from datetime import datetime

from crawler.visit_connection import REDIRECTS, Hop
from model import Body, FetchOutcome, Purpose, Rank, Redirect, Snapshot

MOST_KEPT = 64 * 1024  # bytes, as sent and once unpacked
CUT = "cut_here"

Refine = Callable[[Snapshot, Body], tuple[FetchOutcome, str | None]]  # class by the bytes, and the mark


def classed(
    hop: Hop, url: str, redirects: Sequence[Redirect], at: datetime, refine: Refine | None
) -> tuple[FetchOutcome, str | None]:
    """分类 Class and cause of a visit's last answer: by the wire, and then by its bytes.

    What nobody can unpack came badly packed, which is no reason to say that it did not open.
    """
    outcome, cause = hop.outcome, hop.cause
    if hop.status is None or hop.status in REDIRECTS:
        return outcome, cause
    coding = (hop.headers.get("Content-Encoding") or "").strip().lower()
    body = unpacked(hop.body, coding)
    if body is None and outcome is FetchOutcome.OK:
        return FetchOutcome.INCOMPLETE, "badly_packed"
    if refine is None:
        return outcome, cause
    cut = len(hop.body) < (hop.size or 0) or (body is not None and len(body) >= MOST_KEPT)
    answer = Snapshot(
        id="visit/1",
        run_id="visit",
        url=url,
        final_url=hop.url,
        redirects=tuple(redirects),
        purpose=Purpose.HOME,
        rank=Rank.HOME,
        fetched_at=at,
        outcome=outcome,
        cause=CUT if cut and outcome is FetchOutcome.OK else cause,
        status=hop.status,
        headers=_headers(hop),
        size=len(body or b""),
    )
    return refine(answer, body or b"")


def unpacked(body: bytes, coding: str, most: int = MOST_KEPT) -> bytes | None:
    """解压 At most `most` bytes of what was packed; None: it was packed otherwise than it says, or in no way we asked for."""
    if not body or coding in ("", "identity"):
        return body
    if coding not in ("gzip", "x-gzip", "deflate"):
        return None
    for window in (47, -15) if coding == "deflate" else (47,):  # 47: gzip or zlib; -15: bare, as some send it
        try:
            return zlib.decompressobj(window).decompress(body, most)
        except zlib.error:
            continue
    return None


def _headers(hop: Hop) -> dict[str, str]:
    """Names in lower case; what came several times stands in one line."""
    found: dict[str, str] = {}
    for name, value in hop.headers.items():
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else str(value)
    return found
