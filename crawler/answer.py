"""一次应答 What one try at a URL gave: capped headers, body, chain of redirects, or why there is nothing."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

from model import FetchOutcome, Redirect

_MOST_HEADERS = 40
_LONGEST_VALUE = 2048
_FIRST = (
    "content-type",
    "content-length",
    "last-modified",
    "etag",
    "location",
    "server",
    "date",
    "retry-after",
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(slots=True)
class Answer:
    """应答 One try, finished. `at` is when it was sent, `ended_at` when its last byte came (aware UTC)."""

    at: datetime
    ended_at: datetime
    method: str
    outcome: FetchOutcome
    cause: str | None = None
    status: int | None = None
    final_url: str | None = None
    redirects: tuple[Redirect, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    ip: str | None = None
    rendered: bool = False
    elapsed_ms: int = 0
    asked: bool = True  # False: refused by robots, guard or lack of a browser; no request was made
    tasted: bool = False  # only the first bytes were asked for; `body` is empty then
    leading: bytes | None = None  # how the body begins; None: no body was asked for, or it came garbled
    length: int | None = None  # bytes of the whole body, as far as told
    sha256: str | None = None  # of the body as far as it was taken; None: none was asked for
    wait: float | None = None  # seconds for which a busy host (429, 503) asks to be left alone

    @property
    def content_type(self) -> str | None:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()[:100] or None


def keep_headers(raw: Mapping[bytes, Sequence[bytes]]) -> dict[str, str]:
    """留存响应头 At most 40 headers of 2 KB, lower-case names; of cookies only the names, never a value."""
    kept: dict[str, str] = {}
    for name_bytes, values in raw.items():
        name = _name(name_bytes)
        if name == "set-cookie":
            kept[name] = ", ".join(_cookie_names(values))[:_LONGEST_VALUE]
        elif name:
            kept[name] = _text(b", ".join(values[:20])[: 2 * _LONGEST_VALUE])[:_LONGEST_VALUE]
    if len(kept) <= _MOST_HEADERS:
        return kept
    order = [name for name in (*_FIRST, "set-cookie") if name in kept]
    order += [name for name in kept if name not in order]
    return {name: kept[name] for name in order[:_MOST_HEADERS]}


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """建议等待 Seconds that a Retry-After header asks for (a number or a date); None without a usable one."""
    value = headers.get("retry-after", "").strip()
    if value.isdecimal() and len(value) < 9:
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - now).total_seconds())


def _cookie_names(values: Iterable[bytes]) -> list[str]:
    names = (_text(value.partition(b"=")[0][:100]).strip() for value in list(values)[:40])
    return list(dict.fromkeys(name for name in names if name))


@lru_cache(512)
def _name(raw: bytes) -> str:
    return _text(raw).strip().lower()


def _text(raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return text if text.isprintable() else _CONTROL.sub(" ", text)
