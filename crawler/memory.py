"""旧识 What earlier crawls saw at an address, and how far a host's word is taken that it has not changed. Pure.

Servers say "not modified" for what has changed: because a list is built from a template whose file has not, because a
cache keeps old validators, because they say so to every conditional request. So no host is believed before it has
answered made-up validators with a page, and none any more once it showed other bytes under the same validators; what
it had been believed before is then asked for again.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from crawler.answer import Answer
from crawler.taste import LEADING
from crawler.ticket import Ticket, web_host
from model import FetchOutcome, Known, Lead, Prior, Purpose, Rank, Recall, Snapshot

NOT_MODIFIED = (
    "not_modified"  # cause of a 304 that brought nothing that can be shown: the page is asked for whole
)
_MADE_UP = {"If-None-Match": '"duwang-never-was"', "If-Modified-Since": "Mon, 01 Jan 1990 00:00:00 GMT"}
_OWN, _TRIAL, _HEAD = "own", "made_up", "head"
_MOST_VAIN = 3  # heads of a host that told too little, or otherwise, beyond those that told enough
# what an answer without a body says of itself, and not of the page
_OF_THE_ANSWER = frozenset(
    {"content-length", "transfer-encoding", "content-encoding", "connection", "keep-alive"}
)


class Memory:
    """旧识 Asked by the walk for every ticket; without `recall` it knows nothing."""

    def __init__(self, known: Known | None = None, recall: Recall | None = None) -> None:
        self._known, self._recall = known if recall is not None else None, recall
        self._trials: dict[
            tuple[str, bool], bool | None
        ] = {}  # by host and kind of validator; None: under way
        self._tester: Ticket | None = None  # the last to try a host: it tries again when its turn is put off
        # by host: what it had been believed, by address and whether it was only probed
        self._believed: dict[str, dict[tuple[str, bool], tuple[Lead, int]]] = {}
        self._distrusted: dict[str, None] = {}
        self._doubted: list[tuple[Lead, int]] = []
        self._vain: Counter[str] = Counter()
        self._by_heads: dict[str, tuple[Lead, int]] = {}
        self.conditional = 0
        self.unmodified = 0
        self.carried_over = 0

    @property
    def by_heads(self) -> int:
        """只问其头 Pages that stand by their heads, and were not asked for whole after all."""
        return len(self._by_heads)

    @property
    def distrusted(self) -> tuple[str, ...]:
        """不可信 Hosts that were found to say "not modified" without meaning it."""
        return tuple(sorted(self._distrusted))

    def carried(self, ticket: Ticket) -> Answer | None:
        """沿用 The earlier look in place of an answer, if it still stands and its body can be had."""
        prior = self._met(ticket)
        if prior is None or not prior.fresh or ticket.tries or ticket.whole:
            return None
        seen = prior.snapshot
        body = b"" if seen.sha256 is None else self._body(seen)
        if body is None:
            ticket.whole = True
            return None
        ticket.carried = True
        self.carried_over += 1
        return _standing(seen, body)

    def by_head(self, ticket: Ticket) -> bool:
        """先问其头 Whether this page, of which nothing tells a server what of it is known, is asked for its head alone."""
        prior = self._met(ticket)
        host = web_host(ticket.lead.url) or ""
        if prior is None or not prior.by_head or ticket.whole or ticket.lead.method != "GET":
            return False
        put_back = ticket.method == "HEAD"  # it was to be asked before, and was not
        return put_back or (self._vain[host] < _MOST_VAIN and host not in self._distrusted)

    def validators(self, ticket: Ticket) -> dict[str, str]:
        """条件 The headers that make this request a conditional one; {} when it is to be answered whole."""
        prior = self._met(ticket)
        ticket.sent = None
        if self.by_head(ticket):
            ticket.sent, ticket.method = _HEAD, "HEAD"
            return {}
        if prior is None or ticket.whole or ticket.method != "GET":
            return {}
        own = {"If-None-Match": prior.etag, "If-Modified-Since": prior.last_modified}
        told = {name: value for name, value in own.items() if value}
        host = web_host(ticket.lead.url) or ""
        if not told or host in self._distrusted:
            return {}
        trial = (host, prior.etag is not None)
        if trial not in self._trials or (self._trials[trial] is None and self._tester is ticket):
            self._trials[trial], self._tester = None, ticket
            ticket.sent = _TRIAL
            told = {name: _MADE_UP[name] for name in told}
        elif self._trials[trial]:
            ticket.sent = _OWN
        else:
            return {}
        self.conditional += 1
        return told

    def heard(self, ticket: Ticket, answer: Answer) -> Answer:
        """听到 The answer with the body that a believed 304 stands for. One that cannot be believed brought nothing."""
        sent, ticket.sent = ticket.sent, None
        prior = ticket.prior
        if prior is None:
            return answer
        host = web_host(ticket.lead.url) or ""
        if sent == _HEAD:
            return self._heard_head(ticket, prior.snapshot, host, answer)
        if not answer.asked:
            if sent == _TRIAL:
                del self._trials[host, prior.etag is not None]
            return answer
        same = answer.status == 304 and sent is not None
        if sent == _TRIAL:
            self._tried(ticket, prior, host, answer)
        if not same:
            if _contradicts(prior.snapshot, answer):
                self._distrust(host)
            return answer
        body = self._body(prior.snapshot) if sent == _OWN and self._may_believe(prior, host, answer) else None
        if body is None:
            ticket.whole = True
            return replace(answer, outcome=FetchOutcome.INCOMPLETE, cause=NOT_MODIFIED, body=b"", sha256=None)
        self.unmodified += 1
        probe = ticket.lead.purpose is Purpose.PROBE
        self._believed.setdefault(host, {})[ticket.lead.url, probe] = (ticket.lead, ticket.depth)
        return replace(
            answer,
            headers=_merged(prior.snapshot.headers, answer.headers),
            body=body,
            sha256=prior.snapshot.sha256,
            leading=body[:LEADING] if probe else None,
            length=len(body),
        )

    def _heard_head(self, ticket: Ticket, seen: Snapshot, host: str, answer: Answer) -> Answer:
        """The page as it was seen, if its head is as it was; else it is asked for whole, unless the host wants a pause."""
        ticket.method, ticket.whole = "GET", True
        if not answer.asked or answer.status in (None, 429, 503):
            return answer
        same = answer.outcome is FetchOutcome.OK and not answer.redirects and _alike(seen, answer)
        body = self._body(seen) if same else None
        self._vain[host] += 1 if body is None else -1
        if body is None:
            return replace(answer, outcome=FetchOutcome.INCOMPLETE, cause=NOT_MODIFIED, body=b"", sha256=None)
        ticket.carried = True
        self.carried_over += 1
        self._by_heads[ticket.lead.url] = (ticket.lead, ticket.depth)
        return replace(_standing(seen, body), asked=True)

    def missed(self, found_on: str | None) -> None:
        """缺失 A target is not there: the page that leads to it is read, if its head or its host's word stood for it."""
        if found_on is None:
            return
        believed = self._believed.get(web_host(found_on) or "", {})
        for kept in (self._by_heads.pop(found_on, None), believed.pop((found_on, False), None)):
            if kept is not None:
                self._doubted.append(kept)

    def doubted(self) -> list[tuple[Lead, int]]:
        """存疑 Leads, with their depth, of what was believed unchanged and is to be asked for after all; told once."""
        found, self._doubted = self._doubted, []
        return found

    def _met(self, ticket: Ticket) -> Prior | None:
        if not ticket.met:
            ticket.met = True
            if (
                self._known is not None
                and not ticket.anew
                and not ticket.opinion
                and _comparable(ticket.lead)
            ):
                prior = self._known(ticket.lead)
                if prior is not None and _fits(prior.snapshot, ticket.lead):
                    ticket.prior = prior
        return ticket.prior

    def _body(self, snapshot: Snapshot) -> bytes | None:
        return self._recall(snapshot) if self._recall is not None else None

    def _may_believe(self, prior: Prior, host: str, answer: Answer) -> bool:
        """A redirect takes the validators along to a page they are not of."""
        moved = bool(answer.redirects) or bool(prior.snapshot.redirects)
        return not moved and prior.snapshot.sha256 is not None and host not in self._distrusted

    def _tried(self, ticket: Ticket, prior: Prior, host: str, answer: Answer) -> None:
        trial = (host, prior.etag is not None)
        if answer.status == 304:
            self._trials[trial] = False
            self._distrust(host)
        elif answer.outcome is FetchOutcome.OK:
            self._trials[trial] = True
        else:
            del self._trials[trial]  # it told nothing

    def _distrust(self, host: str) -> None:
        self._distrusted[host] = None
        self._doubted += self._believed.pop(host, {}).values()


def _comparable(lead: Lead) -> bool:
    """Second looks, control looks and made-up addresses are there to be asked; others' hosts have votes."""
    asked = lead.rank is Rank.CONFIRM or lead.purpose in (Purpose.CONTROL, Purpose.SIBLING)
    return not (asked or lead.external or lead.render or lead.method == "POST" or lead.body is not None)


def _fits(seen: Snapshot, lead: Lead) -> bool:
    probe = seen.purpose is Purpose.PROBE
    good = seen.outcome is FetchOutcome.OK and not seen.rendered and seen.sent is None
    return good and probe is (lead.purpose is Purpose.PROBE)


def _standing(seen: Snapshot, body: bytes) -> Answer:
    return Answer(
        at=seen.fetched_at,
        ended_at=seen.fetched_at,
        method=seen.method,
        outcome=seen.outcome,
        cause=seen.cause,
        status=seen.status,
        final_url=seen.final_url,
        redirects=seen.redirects,
        headers=dict(seen.headers),
        body=body,
        sha256=seen.sha256,
        asked=False,
    )


def _alike(seen: Snapshot, answer: Answer) -> bool:
    """Whether a head tells the length that the page had, of the same kind of thing, and nothing that would tell more."""
    told = ("content-length", "content-type", "content-encoding")
    more = ("etag", "last-modified")
    length = answer.headers.get("content-length", "")
    same = all(seen.header(name) == answer.headers.get(name) for name in told)
    return length.isdecimal() and same and not any(name in answer.headers for name in more)


def _contradicts(seen: Snapshot, answer: Answer) -> bool:
    """Whether an answer shows other bytes under the validators that the earlier ones had."""
    if answer.status != 200 or answer.sha256 is None or seen.sha256 in (None, answer.sha256) or answer.tasted:
        return False
    if answer.final_url != seen.final_url or answer.outcome is not FetchOutcome.OK:
        return False
    etag, modified = answer.headers.get("etag"), answer.headers.get("last-modified")
    if etag or seen.header("etag"):
        return etag == seen.header("etag")
    return modified is not None and modified == seen.header("last-modified")


def _merged(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """What the page's own headers are now: those it came with, as far as the 304 does not say otherwise."""
    return {**before, **{name: value for name, value in now.items() if name not in _OF_THE_ANSWER}}
