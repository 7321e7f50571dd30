"""可用性访问 One visit to a home page: did it open within the time a visitor waits, and where did the time go?"""

from datetime import datetime

from model.crawl import FetchOutcome, Redirect
from model.frozen import Frozen


class Timings(Frozen):
    """耗时 Milliseconds each step of the last hop took by itself; None: it was not reached or there was none.

    `first_byte` counts from the request, `complete` from the first byte to the last one that came.
    """

    dns: int | None = None
    tcp: int | None = None
    tls: int | None = None
    first_byte: int | None = None
    complete: int | None = None


class Visit(Frozen):
    """访问 One visit, recorded as it went; whether it counts as failed is for the check to say.

    `at` is when it began (aware UTC). `outcome` and `cause` as of any fetch (timeout, dns, refused, status_503 …).
    `elapsed_ms` is the whole visit with all redirects, from the first look-up to the last byte, or to giving up.
    `control`: what a control target said right after a failure: True it answered, so our network works; False it
    did not, so the failure may be ours; None it was not asked. `family`: 4 or 6, the address family used;
    `other_family`: whether the host opened over the other one as well, None when it has none or we have no way to it.
    """

    site_key: str
    url: str
    at: datetime
    outcome: FetchOutcome
    cause: str | None = None
    status: int | None = None
    final_url: str | None = None
    redirects: tuple[Redirect, ...] = ()
    elapsed_ms: int = 0
    timings: Timings = Timings()
    size: int | None = None
    ip: str | None = None
    family: int | None = None
    other_family: bool | None = None
    certificate_days: int | None = None  # days left; negative: expired; None: no https or not seen
    control: bool | None = None
    machine: str | None = None
