"""采集 Leads go out, snapshots come back: all that crosses the crawler's seams."""

from collections.abc import Callable
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Literal, Protocol

from pydantic import Field

from model.frozen import Frozen


class Purpose(StrEnum):
    """用途 Why a URL is fetched."""

    HOME = "home"
    COLUMN = "column"  # a landing or navigation page
    LIST = "list"
    ARTICLE = "article"
    PROBE = "probe"  # only: is it there?
    SIBLING = "sibling"  # a made-up address beside real ones: how does the host answer for what is not there?
    CONTROL = "control"  # a page that was there, once more: does the host still answer for it?


class Rank(IntEnum):
    """次序 Verdict-first order in which a budget is spent; smaller goes first."""

    HOME = 0
    COLUMN = 1  # navigation columns
    LIST = 2  # first page of a list
    DISCLOSURE = 3  # the disclosure platform and its blocks
    NEXT = 4  # a further list page that a verdict still needs
    ARTICLE = 5  # a content page that a verdict needs
    SURVEY = 6  # a page read only for its links
    PROBE = 7  # an internal target that is only probed
    CONFIRM = 8  # the second look at a target that seemed dead
    EXTERNAL = 9  # a target on a host that is not the site's: few requests, slow, from a budget of their own


class FetchOutcome(StrEnum):
    """采集结果分类 What became of one fetch; each has a remedy text `outcome.<value>` in the catalogues.

    The crawler can tell those of the wire (ok, gone, server_error, unreachable, tls, blocked, login,
    too_large, skipped_*); reading refines an `ok` by its bytes (soft404, redirected_home, blocked, login,
    not_rendered). Source: classes measured on public crawlers and 189 saved pages.
    """

    OK = "ok"
    GONE = "gone"  # 404, 410
    SOFT404 = "soft404"  # 200 that says the page does not exist
    REDIRECTED_HOME = "redirected_home"
    SERVER_ERROR = "server_error"  # 5xx
    UNREACHABLE = "unreachable"  # dns, refused, reset, timeout
    TLS = "tls"
    BLOCKED = "blocked"  # WAF, 403/412/429/521, challenge bodies, other refusals
    LOGIN = "login"
    NOT_RENDERED = "not_rendered"  # the answer is a shell that a script would fill
    TOO_LARGE = "too_large"  # as sent or once unpacked
    INCOMPLETE = "incomplete"  # it answered well and did not come whole: cut short, slow, wrongly packed, endless heads
    SKIPPED_ROBOTS = "skipped_robots"
    SKIPPED_PRIVATE = "skipped_private"  # resolves to a private address and none are allowed

    @property
    def observed(self) -> bool:
        """看到了 The page itself was seen, so its facts may be judged."""
        return self is FetchOutcome.OK

    @property
    def missing(self) -> bool:
        """不存在 The target is not there, as a person would see it."""
        return self in (FetchOutcome.GONE, FetchOutcome.SOFT404)

    @property
    def there(self) -> bool:
        """存在 The target answered as one that is there, whether or not it could be taken whole."""
        return self in (
            FetchOutcome.OK,
            FetchOutcome.TOO_LARGE,
            FetchOutcome.NOT_RENDERED,
            FetchOutcome.INCOMPLETE,
        )


class Lead(Frozen):
    """线索 A URL worth fetching, why, and in which order. `url` is absolute; `body` only for list APIs (UTF-8)."""

    url: str
    purpose: Purpose
    rank: Rank
    column: str | None = None  # key of the column this lead belongs to
    found_on: str | None = None
    method: Literal["GET", "HEAD", "POST"] = "GET"
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()
    render: bool = False
    external: bool = False  # on a host that is not the site's: asked for only if `Due` says so, in turn


class Redirect(Frozen):
    """跳转 One hop: the URL that answered and its status (0 for a meta refresh)."""

    url: str
    status: int


class Turned(Frozen):
    """变质 Why an address of others no longer seems to be what the site linked to.

    `kind`: for_sale 待售, parked 停放, gambling 博彩, adult 色情, other_domain 跳往无关域名. `quote`: the words that say so.
    """

    kind: str
    quote: str = ""


class Attempt(Frozen):
    """尝试 One try at one URL, and a vote on whether it is there. `elapsed_ms` is wall time to the last byte.

    `withdrawn`: why it does not count, whatever it saw (throttled 限流期间, our_network 本机断网, wall 主机已不应答);
    None: it counts.
    """

    at: datetime
    method: str
    outcome: FetchOutcome
    cause: str | None = None  # dns, refused, reset, timeout, certificate, tls_version, status_412, …
    status: int | None = None
    elapsed_ms: int = 0
    snapshot_id: str | None = None
    final_url: str | None = None
    content_type: str | None = None
    size: int | None = None  # bytes the server says or sent; None: it does not say
    leading: str | None = None  # first 16 bytes of the body, as hex digits; None: no body was asked for
    sha256: str | None = None  # of the body as far as it was taken; None: no body was asked for
    rendered: bool = False  # a browser looked
    withdrawn: str | None = None
    turned: Turned | None = None


class ArchivePosition(Frozen):
    """存档位置 Where a body lies: WARC file (relative to the archive folder), byte offset and record length."""

    file: str
    offset: int
    length: int


class Snapshot(Frozen):
    """快照 One fetch as it happened on the wire, failed ones too. `id` is `<run>/<number>`.

    `outcome` here is the transport class; PageFacts.outcome is what reading makes of the bytes.
    Header names are lower case. `sha256` and `size` are of the decoded (decompressed) body.
    """

    id: str
    run_id: str
    url: str
    final_url: str
    redirects: tuple[Redirect, ...] = ()
    purpose: Purpose
    rank: Rank
    column: str | None = None
    found_on: str | None = None
    method: str = "GET"
    fetched_at: datetime
    outcome: FetchOutcome
    cause: str | None = None
    status: int | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    rendered: bool = False
    elapsed_ms: int = 0
    sha256: str | None = None
    size: int = 0
    ip: str | None = None
    attempts: tuple[Attempt, ...] = ()
    sent: str | None = None  # the body that was sent with a POST: a list API answers many requests at one URL
    revisits: str | None = (
        None  # id of the earlier snapshot whose body this one's is: 304, the same bytes, or carried
    )
    carried: bool = False  # nobody asked this time: it stands as it was seen by `revisits`, at `fetched_at`
    unchanged: int = 0  # looks in a row, this one included, that found the body of `revisits`
    position: ArchivePosition | None = None  # filled by storage

    @property
    def address(self) -> str:
        """应答地址 What tells this answer from others: the URL, and behind `#` what was sent with it."""
        return self.url if self.sent is None else f"{self.url}#{self.sent}"

    @property
    def bare(self) -> bool:
        """仅探查 Whether only its head or its first bytes were asked for, so that nothing of its body was kept."""
        tasted = self.purpose is Purpose.PROBE and self.outcome is FetchOutcome.OK and self.sha256 is None
        return self.method == "HEAD" or tasted

    def header(self, name: str) -> str | None:
        return self.headers.get(name.lower())


Body = bytes


class Prior(Frozen):
    """前次所见 What an earlier crawl saw at an address, and how much of it may stand in for asking now.

    `snapshot` as it was kept, its body found by `sha256`. `etag` and `last_modified` may be sent (None: not that
    one), so that the server can answer that nothing has changed. `fresh`: it need not be asked at all this time.
    `by_head`: its head is asked first, and it stands if that tells the same length. Neither: it is asked like any
    other, and only told apart from what it was.
    """

    snapshot: Snapshot
    etag: str | None = None
    last_modified: str | None = None
    fresh: bool = False
    by_head: bool = False

    @property
    def origin(self) -> str:
        """出处 Id of the snapshot somebody last asked for it: its own, or that of the look it was carried from."""
        seen = self.snapshot
        return seen.revisits if seen.carried and seen.revisits else seen.id


class Step(Frozen):
    """下一步 What reading makes of a page while the crawl is on: where to go next, and its refined class."""

    leads: tuple[Lead, ...] = ()
    outcome: FetchOutcome = FetchOutcome.OK


class PendingStep(Protocol):
    """待读 A page that is being read elsewhere. Once it is `ready`, `step` is asked once, after those of all pages before it."""

    @property
    def ready(self) -> bool: ...

    def step(self) -> Step: ...

    def when_ready(self, told: Callable[[], None]) -> None:
        """就绪时告知 `told` is called once, from any thread: at once if it is ready by now."""


Follow = Callable[[Snapshot, Body], Step | PendingStep]
Sink = Callable[[Snapshot, Body], None]
Known = Callable[[Lead], Prior | None]
Recall = Callable[[Snapshot], Body | None]  # the body an earlier crawl kept; None: it cannot be had any more
Due = Callable[[str], bool]  # an external target: True when this crawl is the one to ask it now, once
Turn = Callable[[str], float]  # an external host about to be asked: seconds to wait first; 0 takes the turn


class BrowserUse(StrEnum):
    """浏览器 Whether leads that ask for rendering get it."""

    AUTO = "auto"
    NO = "no"
    REQUIRE = "require"


class Limits(Frozen):
    """预算 What one crawl may spend. Spent in the order of Rank."""

    max_pages: int = 3000
    max_seconds: int = 3600
    max_depth: int = 12
    max_bytes: int = 8 * 1024 * 1024  # of one body
    timeout_seconds: float = 20.0
    render_seconds: float = 15.0
    max_renders: int = 60
    confirm_seconds: float = 30.0  # at least this long between a dead-looking answer and the second look
    max_external: int = 1000  # requests to hosts that are not the site's; 0: none are made
    external_bytes: int = 64 * 1024  # of one external page: enough to tell what it is


class Pace(Frozen):
    """节奏 Manners towards one host. Seconds."""

    delay: float = 0.5
    concurrency: int = 2
    autothrottle: bool = True
    max_crawl_delay: float = 10.0


class CrawlPlan(Frozen):
    """采集计划 All a crawl needs to be told. `hosts` are the host:port names that count as the site itself."""

    run_id: str
    hosts: tuple[str, ...]
    seeds: tuple[Lead, ...]
    limits: Limits = Limits()
    pace: Pace = Pace()
    external_pace: Pace = Pace(delay=2.0, concurrency=1)
    user_agent: str
    allow_private: bool = False
    browser: BrowserUse = BrowserUse.AUTO
    browser_path: str | None = None


class StopReason(StrEnum):
    """停止原因 Why a crawl ended."""

    FINISHED = "finished"
    MAX_PAGES = "max_pages"
    MAX_SECONDS = "max_seconds"
    HOST_STOPPED = "host_stopped"  # the host began to refuse us
    INTERRUPTED = "interrupted"


class Scope(StrEnum):
    """采集范围 How much of a site one crawl sets out to see."""

    WHOLE = "whole"
    COLUMNS = "columns"  # home page, columns and disclosure platform, as far as verdicts on them need it


class LeftOver(Frozen):
    """未及采集 Leads of one rank that a budget or a stop left unfetched; `examples` are at most 20 URLs."""

    rank: Rank
    reason: str  # max_pages, max_seconds, max_depth, max_renders, max_external, no_browser, host_stopped, interrupted
    count: int
    examples: tuple[str, ...] = ()


class HostStop(Frozen):
    """停采 A host we stopped asking, and why.

    challenge, refused, throttled (one short body for everything), asked_to_wait (for longer than we can, or again
    and again), silent (not the site's, and twice in a row without an answer in time), answers_nobody
    (much was missing in a row, and then a page that had been there).
    """

    host: str
    reason: str
    after_requests: int


class BrowserState(Frozen):
    """浏览器状态 The browser that was used, or what was tried and why there is none."""

    wanted: bool = False  # some lead asked for rendering
    path: str | None = None
    version: str | None = None
    tried: tuple[str, ...] = ()
    reason: str | None = None  # not_found, not_launched, switched_off


class TlsFacts(Frozen):
    """加密连接 What a host showed on port 443. `fault`: why a browser would refuse it; None: it would not."""

    protocol: str | None = None  # TLSv1.2 …; None: no connection came about
    issuer: str = ""
    names: tuple[str, ...] = ()  # host names the certificate is for
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    fault: str | None = (
        None  # expired, not_yet_valid, wrong_host, self_signed, unknown_issuer, no_service, obsolete
    )


class HostFacts(Frozen):
    """主机情况 What was asked about a host beside its pages. None: not asked, or the asking failed."""

    host: str
    asked_at: datetime
    ipv4: tuple[str, ...] | None = None
    ipv6: tuple[str, ...] | None = None  # AAAA records; (): there is none
    tls: TlsFacts | None = None


class CrawlReport(Frozen):
    """采集记录 What the crawl did, for Coverage."""

    started_at: datetime
    ended_at: datetime
    stop: StopReason
    requests: int = 0
    outcomes: dict[FetchOutcome, int] = Field(default_factory=dict)
    robots_refused: tuple[str, ...] = ()
    left: tuple[LeftOver, ...] = ()
    host_stops: tuple[HostStop, ...] = ()
    browser: BrowserState = BrowserState()
    hosts: tuple[HostFacts, ...] = ()
    external_requests: int = 0
    scope: Scope = Scope.WHOLE
    robots_requests: int = 0  # for robots.txt of the site's own hosts, besides `requests`
    page_requests: int = 0  # of drawn pages to the same, for scripts, styles and rows, besides `requests`
    needed: int = 0  # requests made when the last page had come that verdicts on columns need
    votes_until: datetime | None = None  # votes of other crawls kept up to then were taken into account
    full: bool = True  # everything was to be asked anew: nothing carried over, no conditional requests
    conditional: int = 0  # requests that let the server answer that nothing has changed
    unmodified: int = 0  # those it answered so, and was believed
    carried: int = (
        0  # pages and targets that stand as an earlier crawl saw them: not asked, or by their heads alone
    )
    by_head: int = 0  # of `carried`, those whose heads alone were asked for
    distrusted: tuple[str, ...] = ()  # hosts whose word that nothing has changed is not to be taken


class Progress(Frozen):
    """进度 Where a crawl stands, told to whoever watches."""

    fetched: int
    waiting: int
    columns: int = 0
    links: int = 0
    per_second: float = 0.0
    host: str = ""
    url: str = ""
    purpose: Purpose | None = None
    rank: Rank | None = None
