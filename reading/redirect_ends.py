"""跳转终点 Where a redirect ended, by addresses alone: at a page named for what is missing, or at a home page."""

import re
from urllib.parse import SplitResult, urlsplit

from model import Purpose, Site, Snapshot
from reading.address import folder_of, host_of, is_own
from reading.senders import is_sender

ERROR = (
    "error"  # named and placed as pages for missing addresses are: /404.html, /error/404, /a/notfound.html
)
NUMBER = "number"  # the number alone, among pages that have numbers for names: /content/404.html
_GONE = re.compile(
    r"/(?:(?:error|err|page|http)?[-_]?404(?:[-_]?(?:error|page))?|(?:page)?[-_]?not[-_]?found|(?:errors?|error_?pages?)/404)"
    r"(?:/index)?(?:\.\w+)?/?$",
    re.I,
)
_NUMBERED = re.compile(r"/404(?:/index)?(?:\.\w+)?/?$", re.I)
_PLACES = re.compile(
    r"/(?:[\w\-]{1,30}/)?(?:errors?|err|error[-_]?pages?|exceptions?|common|public|pub|static|statics|tips?|web)/404(?:/index)?(?:\.\w+)?/?"
    r"|/404(?:/index)?(?:\.\w+)?/?",
    re.I,
)
_ENTRANCE = re.compile(
    r"/(?:(?:index|default|home|main|portal|web|www|site|sy|shouye|cn|zh|chinese|"
    r"zh[-_](?:cn|hans|hant|tw|hk)|en|eng|english|en[-_]us|big5|gb|tc|ft|fanti|jt|jianti|ja|jp|ko|kr|ru|"
    r"m|wap|mobile|phone|3g|wza)/?)?(?:(?:index|default|home|main)(?:[_-]\w{1,12})?\.\w+)?",
    re.I,
)
_HOME_FILE = re.compile(r"/(?:(?:index|default)\.\w+)?", re.I)
_OWN_HOME = re.compile(r"/(?:index\.html?)?")


def gone_name(snapshot: Snapshot) -> str | None:
    """缺页之名 ERROR or NUMBER when the visitor was sent on to an address named so; None for all others."""
    if not _was_sent(snapshot):
        return None
    path = urlsplit(snapshot.final_url).path
    if not _GONE.search(path) or _GONE.search(urlsplit(snapshot.url).path):
        return None
    return NUMBER if _NUMBERED.search(path) and not _PLACES.fullmatch(path) else ERROR


def home_reached(snapshot: Snapshot, site: Site, foreign: bool) -> str | None:
    """转到首页 Path of the home page that answered for another address; None when none did, or when it is its other name."""
    if not _was_sent(snapshot) or snapshot.purpose is Purpose.HOME:
        return None
    asked, final = urlsplit(snapshot.url), urlsplit(snapshot.final_url)
    return (_abroad if foreign else _own)(snapshot, site, asked, final)


def _was_sent(snapshot: Snapshot) -> bool:
    return bool(snapshot.redirects) and snapshot.final_url != snapshot.url


def _own(snapshot: Snapshot, site: Site, asked: SplitResult, final: SplitResult) -> str | None:
    """The menu's entry to the home page is told by its words, and only once all pages were read."""
    home = urlsplit(site.home)
    if _ENTRANCE.fullmatch(asked.path or "/") or not is_own(snapshot.final_url, site):
        return None
    if folder_of(snapshot.url).rstrip("/") == folder_of(site.home).rstrip("/"):
        return None  # the same page with or without its slash, or the name of its file
    at_home = (final.path or "/") == (home.path or "/") and final.query in ("", home.query)
    if not at_home and (final.query or not _OWN_HOME.fullmatch(final.path or "/")):
        return None
    if asked.path == final.path or _another_house(snapshot, site):
        return None
    return final.path or "/"


def _another_house(snapshot: Snapshot, site: Site) -> bool:
    """A column that has moved to a host of its own stands there at the root."""
    hosts = [host_of(one).removeprefix("www.") for one in (snapshot.final_url, snapshot.url, site.home)]
    return snapshot.purpose in (Purpose.COLUMN, Purpose.LIST) and hosts[0] not in hosts[1:]


def _abroad(snapshot: Snapshot, site: Site, asked: SplitResult, final: SplitResult) -> str | None:
    """Another site's page that only its home page, or that of the site it was moved to, answers for.

    A change of scheme or to www keeps the path. What sends everybody on, and names the goal itself, was asked to.
    """
    if _ENTRANCE.fullmatch(asked.path) or not _HOME_FILE.fullmatch(final.path) or final.query:
        return None
    return None if is_sender(snapshot.url, snapshot.final_url) else final.path
