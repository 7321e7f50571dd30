"""折起 A lead that waits and of which nothing is known yet, in half the memory of its ticket. Pure.

When the lists of a large site are read, nearly all its articles wait at once: tens of thousands.
"""

from hashlib import blake2b
from typing import Literal, NamedTuple

from crawler.ticket import Ticket
from model import Lead, Purpose, Rank
from model.frozen import made

_Rest = tuple[Literal["GET", "HEAD", "POST"], bytes | None, tuple[tuple[str, str], ...], bool, bool, bool]
_PLAIN: _Rest = ("GET", None, (), False, False, False)


class Folded(NamedTuple):
    """折起的线索 `rest`: method, body, headers, render, and whether it is an opinion or comes anew; None: a plain page."""

    url: str
    purpose: Purpose
    column: str | None
    found_on: str | None
    depth: int
    rest: _Rest | None


Waiting = tuple[int, int, Ticket | Folded]  # rank, order, and what waits in that place


def fold(ticket: Ticket) -> Folded:
    """折起 Of a ticket of the site itself that nobody has taken yet."""
    lead = ticket.lead
    rest: _Rest = (lead.method, lead.body, lead.headers, lead.render, ticket.opinion, ticket.anew)
    return Folded(
        lead.url, lead.purpose, lead.column, lead.found_on, ticket.depth, None if rest == _PLAIN else rest
    )


def unfolded(entry: Waiting, host: str) -> Ticket:
    """展开 The ticket as it was."""
    rank, order, one = entry
    if isinstance(one, Ticket):
        return one
    method, body, headers, render, opinion, anew = one.rest or _PLAIN
    lead = made(
        Lead,
        {
            "url": one.url,
            "purpose": one.purpose,
            "rank": Rank(rank),
            "column": one.column,
            "found_on": one.found_on,
            "method": method,
            "body": body,
            "headers": headers,
            "render": render,
            "external": False,
        },
    )
    return Ticket(lead, host, one.depth, order, method, opinion=opinion, anew=anew)


def tried(entry: Waiting) -> Ticket | None:
    """已试过 The ticket of an entry that was tried before."""
    one = entry[2]
    return one if isinstance(one, Ticket) and one.tries else None


def digest(*parts: object) -> bytes:
    """摘要 What stands for an address among those that were seen.

    Sixteen bytes, of a good hash: that one page should hide another has a chance of one in 10^27 with a hundred
    thousand of them, and to make two that do takes 2^64 trials. A tuple with the address takes three times the room.
    """
    return blake2b(repr(parts).encode(errors="surrogatepass"), digest_size=16).digest()
