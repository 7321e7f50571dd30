"""应答条目 What an adapter tells of a list, as rows and links: read as if the page had shown them itself."""

import re
from datetime import datetime
from html import escape, unescape
from typing import TYPE_CHECKING, NamedTuple

from model import SHANGHAI, Link, ListItem, Purpose
from reading.adapters import Listing, RawRow
from reading.tree import squeeze

if TYPE_CHECKING:
    from reading.page_lists import PageLists

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?(?:\.0)?")
_COMPACT = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])(?:\d{4}|\d{6})?")
_LONGEST = 2_000_000  # characters of markup


class Listed(NamedTuple):
    """列出的 Rows and links of one answer, or of the list a script of the page holds."""

    items: tuple[ListItem, ...] = ()
    links: tuple[Link, ...] = ()


def listed(page: "PageLists", told: Listing, base: str) -> Listed:
    """成条目 Rows of a Listing, their addresses resolved against `base`, the page whose list they are."""
    markup = told.markup[:_LONGEST] if told.markup is not None else written(told.rows)
    if not markup.strip():
        return Listed()
    snapshot = page.snapshot.model_copy(
        update={
            "url": base,
            "final_url": base,
            "redirects": (),
            "purpose": Purpose.LIST,
            "found_on": None,
            "sent": None,
            "headers": {"content-type": "text/html; charset=utf-8"},
        }
    )
    inner = type(page)(snapshot, markup.encode("utf-8", "replace"), page.site)
    inner.adapter = page.adapter
    group = inner.choice.group
    if group is None:  # a list of two rows is one, when an API says it is
        group = max(inner.groups, key=lambda one: (one.dated, len(one.rows)), default=None)
    return Listed(inner.items_of(group) if group is not None else (), tuple(inner.links.links))


def written(rows: tuple[RawRow, ...]) -> str:
    """写成标记 Rows as the list items a page would show, so that one reader reads all."""
    made = [
        f'<li><a href="{escape(row.href)}">{escape(_plain(row.title))}</a>'
        f"{'<i>置顶</i>' if row.pinned else ''}<span>{escape(_day(row.date))}</span></li>"
        for row in rows
    ]
    return f"<ul>{''.join(made)}</ul>" if made else ""


def _plain(title: str) -> str:
    return squeeze(unescape(_TAG.sub("", title[:2000])))


def _day(text: str) -> str:
    """Seconds or milliseconds of the epoch, and 20240315, as a date in words; all else as it is."""
    text = text.strip()[:60]
    epoch, compact = _EPOCH.fullmatch(text), _COMPACT.fullmatch(text)
    if compact and not (epoch and len(text) == 13):
        return "-".join(compact.groups())
    if epoch:
        return datetime.fromtimestamp(int(epoch[1]), SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    return text
