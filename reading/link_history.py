"""链接历史 What other crawls saw of the targets, laid before what this one saw, and what of it all does not count."""

from collections.abc import Mapping, Sequence

from model import Attempt, LinkCheck, Observation
from reading.coverage import with_external
from reading.link_checks import FOREIGN
from reading.withdrawn import withdrawn


def with_votes(observation: Observation, votes: Mapping[str, Sequence[Attempt]]) -> Observation:
    """并入历次结果 The observation with `votes` (URL → attempts of other crawls) merged in, in order of time.

    Pure: the same observation and votes give the same bytes. A vote for an address that nothing links to is passed
    over; one that this crawl cast itself, and one that came twice, counts once. `not_asked` stays only where nobody
    asked. Works without votes too: throttled hosts and a dead line of our own are told by this crawl's attempts.
    """
    merged = {link.url: _merged(votes.get(link.url, ()), link.attempts) for link in observation.links}
    foreign = frozenset(link.url for link in observation.links if link.relation in FOREIGN)
    counted = withdrawn(merged, foreign)
    links = tuple(_told(link, counted[link.url]) for link in observation.links)
    return observation.model_copy(
        update={"links": links, "coverage": with_external(observation.coverage, links)}
    )


def _told(link: LinkCheck, attempts: tuple[Attempt, ...]) -> LinkCheck:
    not_asked = None if attempts else link.not_asked
    if attempts == link.attempts and not_asked == link.not_asked:
        return link
    return link.model_copy(update={"attempts": attempts, "not_asked": not_asked})


def _merged(earlier: Sequence[Attempt], own: tuple[Attempt, ...]) -> tuple[Attempt, ...]:
    """Own attempts as they are told here, whatever the store holds of them; equal moments keep that order."""
    if not earlier:
        return own
    known = {_mark(one) for one in own}
    kept = []
    for one in earlier:
        if _mark(one) not in known:
            known.add(_mark(one))
            kept.append(one)
    return tuple(sorted((*kept, *own), key=lambda one: one.at))


def _mark(attempt: Attempt) -> tuple[object, ...]:
    """What makes two records one attempt: the same moment, the same way of looking, the same snapshot."""
    return (attempt.at, attempt.method, attempt.snapshot_id, attempt.rendered)
