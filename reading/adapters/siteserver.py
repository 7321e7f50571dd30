"""百容千域 SiteServer CMS: `channels/18287.html` with further pages `18287_2.html`, `contents/18107/375255.html`.

Rows and total (「共 N 条 当前第 x / y 页」) stand in the page; 「共 0 条」 is an empty column. Page n of a channel is
always `_n`, whether the pager links to it or goes there by a script.
"""

import re
from urllib.parse import urlsplit

from reading.adapters.protocol import Listing, Query, Seen
from reading.adapters.within import leads_within

NAME = "siteserver"
LIST: re.Pattern[str] | None = None
_OWN = re.compile(r"(?:^|/)(?:channels/\d{1,9}(?:_\d{1,5})?|contents/\d{1,9}/\d{1,9})\.s?html?$")
_LINK = re.compile(r"(?:channels/\d{1,9}(?:_\d{1,5})?|contents/\d{1,9}/\d{1,9})\.s?html?\b")
_CHANNEL = re.compile(r"^([^?#]*/channels/)(\d{1,9})(?:_(\d{1,5}))?(\.s?html?)(?:[?#]|$)")
_TAGS = re.compile(r"<[^<>]{0,500}>|&nbsp;|\s+")
_TOLD = re.compile(r"共\s*(\d{1,7})\s*条\s{0,20}[，,；;|]?\s{0,20}当前第\s*(\d{1,5})\s*/\s*(\d{1,5})\s*页")
_AROUND = 400  # characters in which a pager tells its numbers
_ENOUGH, _ENOUGH_WITHIN = 3, 1


def recognise(url: str, source: str) -> bool:
    if "channels/" not in source and "contents/" not in source:
        return False
    enough = _ENOUGH_WITHIN if _OWN.search(urlsplit(url).path) else _ENOUGH
    return leads_within(source, url, _LINK, enough)


def query(seen: Seen) -> Query | None:
    return None


def listing(seen: Seen) -> Listing | None:
    channel = _CHANNEL.match(seen.url)
    at = seen.source.find("当前第") if channel else -1
    told = _TOLD.search(_TAGS.sub(" ", seen.source[max(0, at - _AROUND) : at + _AROUND])) if at >= 0 else None
    if channel is None or told is None:
        return None
    total, number, pages = (int(group) for group in told.groups())
    if not 1 <= number <= max(pages, 1) or int(channel[3] or 1) != number:
        return None
    following = Query(f"{channel[1]}{channel[2]}_{number + 1}{channel[4]}") if number < pages else None
    return Listing(total=total, number=number, pages=pages, following=following)
