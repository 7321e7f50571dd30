"""成快照 The snapshot of a ticket: what its last try gave, and every try as an attempt. Pure."""

from crawler.ticket import Ticket
from model import Attempt, FetchOutcome, Purpose, Snapshot


def snapshot_of(snapshot_id: str, run_id: str, ticket: Ticket) -> Snapshot:
    """成快照 The snapshot of a ticket's last try, with all its tries as attempts."""
    lead, last = ticket.lead, ticket.tries[-1]
    probe = lead.purpose is Purpose.PROBE  # of pages all this is told by the snapshot itself
    attempts = tuple(
        Attempt(
            at=one.at,
            method=one.method,
            outcome=one.outcome,
            cause=one.cause,
            status=one.status,
            elapsed_ms=one.elapsed_ms,
            snapshot_id=snapshot_id,
            final_url=one.final_url,
            content_type=one.content_type if probe else None,
            size=one.length if probe and one.outcome is FetchOutcome.OK else None,
            leading=one.leading.hex() if one.leading is not None else None,
            sha256=one.sha256,
            rendered=one.rendered,
        )
        for one in ticket.tries
    )
    return Snapshot(
        id=snapshot_id,
        run_id=run_id,
        url=lead.url,
        final_url=last.final_url or lead.url,
        redirects=last.redirects,
        purpose=lead.purpose,
        rank=lead.rank,
        column=lead.column,
        found_on=lead.found_on,
        method=last.method,
        fetched_at=last.ended_at,
        outcome=last.outcome,
        cause=last.cause,
        status=last.status,
        headers=last.headers,
        rendered=last.rendered,
        elapsed_ms=last.elapsed_ms,
        sha256=None if last.tasted else last.sha256,
        size=len(last.body),
        ip=last.ip,
        attempts=attempts,
        sent=(lead.body or b"").decode("utf-8", "replace") if last.method == "POST" else None,
    )
