"""可询外址 Which targets on hosts of others may be asked at all, and how little of each is asked for."""

import re
from urllib.parse import urlsplit

from model import Due, Lead, Purpose, Rank
from reading.acting import acts
from reading.address import ATTACHMENT_SUFFIX, IMAGE_SUFFIX, STYLE_SUFFIX
from reading.view import Linked

FIRST_BYTES = (("Range", "bytes=0-1023"),)  # of a file: enough to tell what kind it really is
_TAKEN_IN = frozenset(
    {"img", "script", "link", "style", "css", "input", "source", "video", "audio", "track", "embed", "object"}
)
_SHARES = re.compile(
    r"//(?:service\.weibo\.com/(?:staticjs|share)|v\.t\.(?:qq|sina)\.com|(?:sns\.)?qzone\.qq\.com/cgi|sns\.qzone\.qq\.com|"
    r"connect\.qq\.com/widget|share\.|(?:www\.)?jiathis\.com|(?:\w+\.)?bshare\.cn|bdimg\.share\.baidu|(?:www\.)?addthis\.com|"
    r"(?:www\.)?(?:facebook\.com/share|twitter\.com/(?:share|intent)|linkedin\.com/share))"
    r"|/share(?:r)?(?:/share)?(?:\.php)?\?|[?&](?:share_?url|pics?)=",
    re.I,
)


class AskedAbroad:
    """外址探查 Each target is asked about once: `due` says whether this crawl is the one to ask it. None: never."""

    def __init__(self, due: Due | None) -> None:
        self._due = due
        self._seen: set[str] = set()

    def lead(self, link: Linked, found_on: str) -> Lead | None:
        """外址线索 The lead to an external target, or None when it was met before or is not to be asked."""
        if self._due is None or link.url in self._seen:
            return None
        self._seen.add(link.url)
        if acts(link.url, link.anchor) or not may_be_asked(link.url) or not self._due(link.url):
            return None
        path = link.url.partition("?")[0]
        file = link.tag in _TAKEN_IN or any(
            one.search(path) for one in (ATTACHMENT_SUFFIX, IMAGE_SUFFIX, STYLE_SUFFIX)
        )
        return Lead(
            url=link.url,
            purpose=Purpose.PROBE,
            rank=Rank.EXTERNAL,
            found_on=found_on,
            method="HEAD"
            if file
            else "GET",  # with the range below a look at the first bytes, not at the head alone
            headers=FIRST_BYTES if file else (),
            external=True,
        )


def may_be_asked(url: str) -> bool:
    """可否探查 False for what shares a page, for addresses that hold a password, and for what logs somebody in by itself.

    The page on which a visitor logs in is one like any other: that it is gone is worth knowing.
    """
    return not (shares(url) or opens_account(url)) and url[:4].lower() == "http"


def shares(url: str) -> bool:
    """是否分享按钮 Whether the address hands a page on to another service: a button, no link to a page."""
    return _SHARES.search(url) is not None


def opens_account(url: str) -> bool:
    """是否直接登录 Whether asking for it would use somebody's password, or start a login that another site goes on with."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    return "@" in parts.netloc or "redirect_uri=" in parts.query
