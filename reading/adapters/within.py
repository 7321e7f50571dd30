"""站内链接 Whether a page leads to pages of its own site whose names only one system gives."""

import re
from urllib.parse import urlsplit

_BEFORE = 200  # characters between the beginning of a reference and the name it ends in
_SCANNED = 300  # names looked at, other sites' included
_HREF = re.compile(r"""href\s*=\s*["']?([^"'\s<>=]*)$""", re.I)


def leads_within(source: str, url: str, name: re.Pattern[str], enough: int) -> bool:
    """是否有站内链接 Whether `enough` references without a host, or to the page's own host, hold `name`."""
    host = urlsplit(url).netloc.lower()
    for scanned, match in enumerate(name.finditer(source)):
        begin = match.start()
        written = _HREF.search(source[max(0, begin - _BEFORE) : begin])
        if written is not None and _is_own(written[1].lower(), host):
            enough -= 1
        if enough <= 0:
            return True
        if scanned > _SCANNED:
            break
    return False


def _is_own(head: str, host: str) -> bool:
    if "//" not in head:
        return ":" not in head
    return bool(host) and head.split("//", 1)[1].split("/", 1)[0] == host
