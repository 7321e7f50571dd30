"""一次采集 One lead under way, and the count of leads that nobody will fetch any more."""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urldefrag, urlsplit

from crawler.answer import Answer
from model import Lead, LeftOver, Prior, Purpose, Rank

_EXAMPLES = 20
# nearly every address; what it matches needs no looking at its parts
_PLAIN = re.compile(r"https?://(([a-z0-9.-]+)(?::[0-9]{1,4}|:[1-5][0-9]{4})?)(?=[/?#]|\Z)")


@dataclass(eq=False, slots=True)
class Ticket:
    """一次采集 One lead with every try at it. `method` becomes GET when HEAD was refused.

    `abroad`: its request is on its way to a host that is not the site's. `opinion`: a browser is asked what it makes
    of an address that plain HTTP cannot open; without an answer of its own it leaves no trace. `waited`: seconds for
    which the host was other crawls' to ask, or was left alone. `anew`: the address came once more, and nothing an
    earlier crawl saw counts. `prior`: what it saw (`met`: that was looked up); `sent`: own or made_up, the validators
    of the request that is on its way; `whole`: none are to be sent any more.
    """

    lead: Lead
    host: str
    depth: int
    order: int
    method: str
    tries: list[Answer] = field(default_factory=list)
    retries: int = 0
    abroad: bool = False
    opinion: bool = False
    waited: float = 0.0
    anew: bool = False
    prior: Prior | None = None
    met: bool = False
    sent: str | None = None
    whole: bool = False
    carried: bool = False

    @property
    def name(self) -> str:
        """主机名 Its host without the port: what others' hosts are counted by."""
        return name_of(self.lead.url)


class Left:
    """未及采集 Leads left unfetched, counted by rank and reason with a few of them named."""

    def __init__(self) -> None:
        self._examples: dict[tuple[Rank, str], list[str]] = {}
        self._count: Counter[tuple[Rank, str]] = Counter()

    def add(self, ticket: Ticket, reason: str) -> None:
        """计入 Nobody misses what was made up, what was seen before or what only a second opinion was wanted on."""
        lead = ticket.lead
        if lead.purpose in (Purpose.SIBLING, Purpose.CONTROL) or ticket.opinion:
            return
        # a second look at a target of others is as much their affair as the first: of the site nothing was missed
        key = (Rank.EXTERNAL if lead.external else lead.rank, reason)
        self._count[key] += 1
        examples = self._examples.setdefault(key, [])
        if len(examples) < _EXAMPLES:
            examples.append(lead.url)

    def told(self) -> tuple[LeftOver, ...]:
        """清单 By rank, then reason."""
        return tuple(
            LeftOver(rank=rank, reason=why, count=self._count[rank, why], examples=tuple(urls))
            for (rank, why), urls in sorted(self._examples.items())
        )


@lru_cache(4096)  # of each address it is wanted several times in a row
def web_host(url: str) -> str | None:
    """主机 The host with its port, lower case; None when this is no http or https address."""
    if plain := _PLAIN.match(url):
        return plain[1]
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - a port that is no number raises here
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return parts.netloc.rpartition("@")[2].lower()


@lru_cache(4096)
def name_of(url: str) -> str:
    """主机名 The host without its port, lower case; "" when there is none."""
    if plain := _PLAIN.match(url):
        return plain[2].rstrip(".")
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def bare(url: str) -> str:
    """去片段 The address without its fragment."""
    return urldefrag(url)[0] if "#" in url else url
