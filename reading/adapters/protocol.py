"""适配器约定 What reading asks of one content system, and the words they share."""

import re
from typing import Literal, NamedTuple, Protocol

from reading.tree import Node


class Query(NamedTuple):
    """列表查询 One request to a list API. `body` is what a POST sends, as text (form-encoded or JSON)."""

    url: str
    method: Literal["GET", "POST"] = "GET"
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def address(self) -> str:
        """应答地址 The same words as Snapshot.address of its answer."""
        return self.url if self.method == "GET" else f"{self.url}#{self.body}"


class RawRow(NamedTuple):
    """原始条目 One row as an API gives it. `date` is its text: a date in words, or seconds or milliseconds of the epoch."""

    title: str
    href: str
    date: str = ""
    pinned: bool = False


class Listing(NamedTuple):
    """列表应答 What a list API, or a list written into a script of the page, says.

    Rows come as `rows`, or as `markup` (HTML fragments to be read like any list). `number` is the 1-based page,
    `following` asks for the next one (None: this is the last). `refused` tells why an answer holds no list
    (`success_false`, `unknown_shape`, `error_text`): then nothing is known of the rows and the page is not empty.
    Of a page without `rows` and `markup` its rows are those it shows; `total` and `following` complete them.
    """

    rows: tuple[RawRow, ...] = ()
    markup: str | None = None
    total: int | None = None
    number: int | None = None
    pages: int | None = None
    following: Query | None = None
    refused: str | None = None


class Seen(NamedTuple):
    """所见 One page or answer as an adapter sees it. `source` is its decoded text without comments.

    `asked_on` is the page whose list an answer fills; for a page it is its own URL. `sent` is what a POST sent.
    """

    url: str
    source: str
    root: Node
    asked_on: str
    sent: str | None = None


class Adapter(Protocol):
    """适配器 One content system: a module of this shape in `reading/adapters/`, or a stranger's by entry point."""

    NAME: str
    LIST: (
        re.Pattern[str] | None
    )  # class or id of the elements that hold the system's own lists; None: no hint

    def recognise(self, url: str, source: str) -> bool:
        """识别 Whether this page, or this answer of its list API, was made by the system."""

    def query(self, seen: Seen) -> Query | None:
        """首次查询 The request that fills this page's list with its first rows; None when the page holds them itself."""

    # An adapter may have `otherwise(seen) -> Query | None` besides: the same rows asked for in the other way it
    # knows. It is asked once a list, when an answer repeats the rows of the answer before.

    def listing(self, seen: Seen) -> Listing | None:
        """条目 Rows, total and next page of an API's answer, or of a list a script of the page holds. None: neither."""
