"""广东政府信息公开平台 gkmlpt: `/gkmlpt/index` with `window._CONFIG`; columns are hash routes (`index#721`).

The list comes from GET `/gkmlpt/api/all/{column}?page=N&sid=…`, 100 rows a page, pages counted from 1 (0 answers
like 1); column 0 is the whole platform. Some cities answer 404 from the second page on, and the total counts
documents that the list no longer serves: a list read so far is then incomplete, never failed.
"""

import re

from reading.adapters import answer
from reading.adapters.protocol import Listing, Query, Seen

NAME = "gkmlpt"
LIST: re.Pattern[str] | None = re.compile(r"\btable-content\b|\bpostList\b")
_API = re.compile(r"/gkmlpt/api/all/\d{1,12}(?:\?|$)")
_PAGE = re.compile(r"^(https?://[^?#]*?/gkmlpt/)m?index/?(?:[?#]|$)")
_COLUMN = re.compile(r"#/?(\d{1,12})$")
_SITE = re.compile(r"""["']?\bSID["']?\s*:\s*["']?(\d{1,12})""")
_NUMBER = re.compile(r"([?&]page=)(\d{1,5})(?=&|$)")
_WHOLE_PLATFORM = "0"
_SIZE = 100
_FIELDS = answer.Fields(
    ("title",),
    ("url", "post_url"),
    ("display_publish_time", "first_publish_time", "created_at", "create_time", "date"),
)


def recognise(url: str, source: str) -> bool:
    if "/gkmlpt/" in url and _API.search(url):
        return True
    if "_CONFIG" not in source or not ("gkmlpt" in url or "gkmlpt" in source):
        return False
    return re.search(r"\b_CONFIG\s*=\s*\{", source) is not None and _SITE.search(source) is not None


def query(seen: Seen) -> Query | None:
    page = _PAGE.match(seen.asked_on) or _PAGE.match(seen.url)
    if page is None or not recognise(seen.url, seen.source):
        return None
    column = _COLUMN.search(seen.asked_on) or _COLUMN.search(seen.url)
    site = _SITE.search(seen.source)
    asked = f"{page[1]}api/all/{column[1] if column else _WHOLE_PLATFORM}?page=1"
    return Query(f"{asked}&sid={site[1]}" if site else asked)


def listing(seen: Seen) -> Listing | None:
    if not _API.search(seen.url):
        return None
    found = answer.told(seen.source)
    if isinstance(found, str):
        return Listing(refused=found)
    records = found.get("articles")
    total = answer.whole(found.get("total"))
    if total is None:
        total = answer.whole(answer.branch(found, "classify", "post_count"))
    written = _NUMBER.search(seen.url)
    number = max(1, int(written[2])) if written else 1
    rows = answer.rows(records, _FIELDS, total, first=number == 1)
    if rows is None:
        return Listing(refused="unknown_shape")
    served = answer.served(records)
    more = _more(number, served, total) if total is not None else answer.goes_on(None, 0, served, _SIZE)
    pages = answer.page_count(total, served if number == 1 and more else _SIZE)
    following = Query(_numbered(seen.url, number + 1)) if more else None
    return Listing(rows=rows, total=total, number=number, pages=pages, following=following)


def _more(number: int, served: int, total: int) -> bool:
    """Whether rows are left after this page, by its own size and by the platform's usual one."""
    if not served or number * served >= total:
        return False
    return number == 1 or served >= _SIZE or (number - 1) * _SIZE + served < total


def _numbered(url: str, number: int) -> str:
    if _NUMBER.search(url):
        return _NUMBER.sub(rf"\g<1>{number}", url, count=1)
    return f"{url}{'&' if '?' in url else '?'}page={number}"
