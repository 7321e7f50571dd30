"""表决 The looks behind a verdict on a link, as a small table, and what would change the verdict."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from model import Evidence, Verdict
from report.messages import Messages
from report.text import cause_text, label, plain, shorten

_VOTE = re.compile(
    r"(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?P<way>\S+) (?P<saw>\S+) (?P<ms>\d+) ms"
    r"(?: → (?P<final>\S+))?(?: sha256:(?P<body>[0-9a-f]+))?"
)
_HEADS = ("at", "way", "saw", "ms", "final", "body", "counted", "snapshot")
_LONGEST = 80


class Vote(NamedTuple):
    """一票 One look as its evidence tells it. `withdrawn`: why it does not count; None: it counts."""

    at: str
    way: str  # GET, HEAD, browser
    saw: str  # status, else cause or class
    ms: int
    final: str | None
    body: str | None  # beginning of the body's SHA-256
    withdrawn: str | None
    snapshot: str | None


def votes_of(verdict: Verdict) -> tuple[Vote, ...]:
    """各票 Of a verdict on a link, in order of time; () for every other verdict."""
    found = (_vote(proof) for proof in verdict.evidence if proof.shows.startswith(("attempt_", "withdrawn_")))
    return tuple(vote for vote in found if vote is not None)


def vote_lines(verdict: Verdict, messages: Messages) -> Iterator[str]:
    """表决表 Aligned for a terminal; nothing for a verdict without votes."""
    votes = votes_of(verdict)
    if not votes:
        return
    yield messages.text("why.votes", n=len(votes))
    rows = [[messages.text(f"why.vote.{head}") for head in _HEADS]]
    rows += [_cells(vote, messages) for vote in votes]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def change_text(verdict: Verdict, messages: Messages) -> str | None:
    """怎样才会改变结论 What another look would have to see; None where the catalogues do not know."""
    message_id = f"why.change.{verdict.message_id.removeprefix('check.')}"
    return messages.text(message_id) if messages.has(message_id) else None


def _vote(proof: Evidence) -> Vote | None:
    told = _VOTE.fullmatch(proof.quote)
    if told is None:
        return None
    return Vote(
        at=told["at"],
        way=told["way"],
        saw=told["saw"],
        ms=int(told["ms"]),
        final=told["final"],
        body=told["body"],
        withdrawn=proof.shows.removeprefix("withdrawn_") if proof.shows.startswith("withdrawn_") else None,
        snapshot=proof.snapshot_id,
    )


def _cells(vote: Vote, messages: Messages) -> list[str]:
    counted = (
        messages.text("why.vote.yes")
        if vote.withdrawn is None
        else messages.text("why.vote.no", why=label(messages, "withdrawn", vote.withdrawn))
    )
    way = messages.text("why.vote.browser") if vote.way == "browser" else vote.way
    saw = vote.saw if vote.saw.isdecimal() else cause_text(vote.saw, messages)
    final = shorten(plain(vote.final), _LONGEST) if vote.final else messages.text("why.vote.same")
    return [vote.at, way, plain(saw), str(vote.ms), final, vote.body or "—", counted, vote.snapshot or "—"]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
