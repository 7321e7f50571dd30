"""站点地图 The addresses a sitemap of the XML kind names, read from its text without building a tree."""

import re
from html import unescape
from urllib.parse import urlsplit

_OPENS = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<\?[^>]*>\s*)*<(?:\w+:)?(?:urlset|sitemapindex)\b", re.S
)
_LOC = re.compile(
    r"<(?:\w+:)?loc>\s*(?:<!\[CDATA\[)?\s*([^<>\]]{1,2000}?)\s*(?:\]\]>)?\s*</(?:\w+:)?loc>", re.I
)
_NAMED = re.compile(r"站点地图|网站地图|sitemap", re.I)
_PATH = re.compile(r"/[\w\-]*sitemap[\w\-]*\.xml$", re.I)
_MAP = re.compile(r"网站地图|站点地图|網站地圖|網站導覽|网站导航|站点导航|本站地图|sitemap|site map", re.I)
MOST = 200


def sitemap_links(text: str) -> list[str] | None:
    """地图所列 The first 200 addresses, in order and each once; None when the text is no sitemap."""
    if not _OPENS.match(text[:5000]):
        return None
    found: dict[str, None] = {}
    for one in _LOC.finditer(text):
        found.setdefault(unescape(one[1]))
        if len(found) >= MOST:
            break
    return list(found)


def names_map(anchor: str) -> bool:
    """是否网站地图 Whether words name a page on which a site lists its columns for people."""
    return bool(_MAP.search(anchor))


def names_sitemap(url: str, anchor: str) -> bool:
    """是否地图 Whether a link leads to a sitemap for programs: by its file name, or an XML file so called."""
    path = urlsplit(url).path
    return bool(_PATH.search(path)) or (path.lower().endswith(".xml") and bool(_NAMED.search(anchor)))
