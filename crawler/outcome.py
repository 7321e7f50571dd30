"""采集结果判别 From a status or an error on the wire to a FetchOutcome and its cause. Pure; concludes nothing about the page.

Source: classes seen on public crawlers of Chinese government sites: 521 and 512 加速乐, 412 and empty 202 瑞数,
491 网神, 403 创宇盾, 566 and 567 EdgeOne. Only 404 and 410 say that a page is gone.
"""

from collections.abc import Iterator

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)

from crawler.guard import PrivateAddress
from crawler.heads import HeadTooLong, HeadUnfinished
from crawler.refusal import NotRendered, RobotsRefused
from model import FetchOutcome

_LOGIN = {401, 407, 511}
_BLOCKED_5XX = {512, 521, 566, 567}
# where no browser lets a page of the web send it
_NOWHERE = {b"file", b"javascript", b"data", b"about", b"blob"}
_RETRIED_STATUS = {408, 429, 500, 502, 503, 504, 522, 524}
# protocol: an answer may be unreadable only because the one before it on that connection was longer than it said
_RETRIED_CAUSES = {"reset", "refused", "dns", "data_loss", "network", "protocol", "cut_short", "slow"}
_TLS_VERSION = ("protocol version", "unsupported protocol", "no protocols", "handshake failure", "cipher")
_TLS_VERSION_ALSO = (
    "dh key too small",
    "legacy",
    "unsafe",
    "key too small",
    "wrong signature type",
    "wrong ssl",
)


def of_status(
    status: int, size: int, method: str = "GET", *, wait: bool = False
) -> tuple[FetchOutcome, str | None]:
    """按状态码 Class of an answer with this status and body size; the cause is `status_<code>` when not ok.

    `wait`: the answer names a time to come again, so that a 503 tells of a busy host and not of a broken one.
    """
    if status == 202 and not size and method != "HEAD":
        return FetchOutcome.BLOCKED, "status_202"
    if 200 <= status < 300 or status == 304:
        return FetchOutcome.OK, None
    cause = f"status_{status}" if not (status == 503 and wait) else "status_503_wait"
    if status in (404, 410):
        return FetchOutcome.GONE, cause
    if status in _LOGIN:
        return FetchOutcome.LOGIN, cause
    if 500 <= status < 600 and status not in _BLOCKED_5XX:
        return FetchOutcome.SERVER_ERROR, cause
    return FetchOutcome.BLOCKED, cause


def of_body(status: int, fault: str) -> tuple[FetchOutcome, str | None]:
    """按残缺 Class of an answer whose head came and whose body did not come whole; `fault`: cut_short, slow, …

    The head is the answer: one that says the page is gone, or that we may not see it, stays what it is.
    """
    outcome, cause = of_status(status, 1)
    return (FetchOutcome.INCOMPLETE, fault) if outcome is FetchOutcome.OK else (outcome, cause)


def of_redirect(flag: str, location: bytes | None) -> tuple[FetchOutcome, str]:
    """按跳转 Class of a redirect that was not followed. One to another program (mailto:, weixin:) may well serve."""
    scheme = (location or b"").strip().partition(b":")[0].lower()
    if flag == "redirect_scheme" and scheme not in _NOWHERE:
        return FetchOutcome.BLOCKED, flag
    return FetchOutcome.UNREACHABLE, flag


def of_error(error: BaseException) -> tuple[FetchOutcome, str]:
    """按异常 Class of a fetch that gave no answer. Never raises: what is not known is `failed`."""
    if isinstance(error, RobotsRefused):
        return FetchOutcome.SKIPPED_ROBOTS, error.cause
    if isinstance(error, NotRendered):
        return FetchOutcome.NOT_RENDERED, error.cause
    if isinstance(error, PrivateAddress):
        return FetchOutcome.SKIPPED_PRIVATE, "private_address"
    if isinstance(error, CannotResolveHostError):
        return FetchOutcome.UNREACHABLE, "dns"
    if isinstance(error, DownloadConnectionRefusedError):
        return FetchOutcome.UNREACHABLE, "refused"
    head = head_of(error)
    if head is not None:
        outcome, cause = of_body(head, "headers_too_large")
        return outcome, cause or "headers_too_large"
    if isinstance(error, DownloadTimeoutError):
        return FetchOutcome.UNREACHABLE, "timeout"
    if isinstance(error, ResponseDataLossError):
        return FetchOutcome.UNREACHABLE, "data_loss"
    names = set()
    for one in _behind(error):
        module = type(one).__module__
        if module.startswith("OpenSSL") or "Certificate" in type(one).__name__:
            return FetchOutcome.TLS, _tls_cause(one)
        names.add(type(one).__name__)
    if names & {"ConnectionLost", "ConnectionDone", "ConnectionResetError", "ConnectionAborted"}:
        return FetchOutcome.UNREACHABLE, "reset"
    if names & {"ParseError", "HeadTooLong", "BadHeaders", "BadResponseVersion", "_WantError"}:
        return FetchOutcome.UNREACHABLE, "protocol"
    if names & {"NoRouteError", "ConnectError", "ConnectBindError", "UnknownHostError", "OSError"}:
        return FetchOutcome.UNREACHABLE, "network"
    if isinstance(error, ValueError):  # a host name or an address that cannot be asked for
        return FetchOutcome.UNREACHABLE, "bad_url"
    return FetchOutcome.UNREACHABLE, "failed"


def head_of(error: BaseException) -> int | None:
    """头部状态 What a host answered whose head never came to an end, too long or too slow; None: no such fault."""
    late = isinstance(error, DownloadTimeoutError)
    for one in _behind(error):
        if isinstance(one, HeadTooLong) or (late and isinstance(one, HeadUnfinished)):
            return one.status
    return None


def tries_left(outcome: FetchOutcome, cause: str | None, status: int | None) -> int:
    """可重试次数 How many more tries a class of failure is worth: only those that pass by themselves."""
    if status in _RETRIED_STATUS or cause == "timeout":
        return 2
    if outcome in (FetchOutcome.UNREACHABLE, FetchOutcome.INCOMPLETE) and cause in _RETRIED_CAUSES:
        return 1
    return 0


def _tls_cause(error: BaseException) -> str:
    text = str(error).lower()
    if any(words in text for words in (*_TLS_VERSION, *_TLS_VERSION_ALSO)):
        return "tls_version"
    return "certificate" if "certificate" in text else "tls"


def _behind(error: BaseException, depth: int = 0) -> Iterator[BaseException]:
    """The error and all that lies behind it: its causes and, for Twisted, the reasons it gathers."""
    yield error
    if depth > 6:
        return
    for reason in getattr(error, "reasons", None) or ():
        yield from _behind(reason.value, depth + 1)
    if error.__cause__ is not None:
        yield from _behind(error.__cause__, depth + 1)
