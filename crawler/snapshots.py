"""成快照 The snapshot of a ticket: what its last try gave, and every try as an attempt. Pure."""

from crawler.ticket import Ticket
from model import Attempt, FetchOutcome, Prior, Purpose, Snapshot


def snapshot_of(snapshot_id: str, run_id: str, ticket: Ticket) -> Snapshot:
    """成快照 The snapshot of a ticket's last try, with all its tries as attempts."""
    if ticket.carried and ticket.prior is not None:
        return _carried(snapshot_id, run_id, ticket, ticket.prior)
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
    found = Snapshot(
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
    prior = ticket.prior
    if prior is None or not is_unchanged(prior.snapshot, found):
        return found
    again = {"revisits": prior.origin, "unchanged": prior.snapshot.unchanged + 1}
    return found.model_copy(update=again)


def is_unchanged(before: Snapshot, now: Snapshot) -> bool:
    """未变 Whether two looks at one address saw the same: the same bytes, or of what is only probed the same head."""
    if now.outcome is not FetchOutcome.OK or now.rendered or before.final_url != now.final_url:
        return False
    if before.sha256 is not None or now.sha256 is not None:
        return before.sha256 == now.sha256
    return now.bare and before.bare and _head(before) == _head(now)


def _head(snapshot: Snapshot) -> tuple[object, ...]:
    last = snapshot.attempts[-1] if snapshot.attempts else None
    told = (last.content_type, last.size, last.leading) if last is not None else ()
    return (
        snapshot.status,
        snapshot.method,
        snapshot.header("etag"),
        snapshot.header("last-modified"),
        *told,
    )


def _carried(snapshot_id: str, run_id: str, ticket: Ticket, prior: Prior) -> Snapshot:
    """What an earlier crawl saw, standing where this one would have looked: its moment and its last try stay its own."""
    lead, seen = ticket.lead, prior.snapshot
    tries = (
        one if one.snapshot_id else one.model_copy(update={"snapshot_id": prior.origin})
        for one in seen.attempts
    )
    return seen.model_copy(
        update={
            "id": snapshot_id,
            "run_id": run_id,
            "url": lead.url,
            "purpose": lead.purpose,
            "rank": lead.rank,
            "column": lead.column,
            "found_on": lead.found_on,
            "attempts": tuple(tries)[-1:],
            "revisits": prior.origin,
            "carried": True,
            "position": None,
        }
    )
