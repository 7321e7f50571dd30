"""附件 The files a page's content offers, by their addresses, or by what their links say where a program sends them."""

import re
from collections.abc import Iterable

from model import Attachment, Link, LinkPlace, LinkRelation
from reading.address import ATTACHMENT_SUFFIX

_OUTSIDE = frozenset({LinkPlace.HEADER, LinkPlace.CRUMBS, LinkPlace.FOOTER, LinkPlace.HIDDEN})
_OFFERED = re.compile("下载|附件|附表")
_OPENED = (LinkRelation.INTERNAL, LinkRelation.EXTERNAL)
_SENDS = re.compile(r"down_?load|downfile|attach|fujian|getfile|viewfile|fileid|file_?path|/file[/?]", re.I)
_ANCHOR = re.compile(
    r"\.(docx?|xlsx?|pptx?|pdf|ofd|wps|et|rtf|txt|csv|xml|rar|zip|7z|ceb|mp4|mp3)\s?[\])）】》]?\s?(?:[(（\[]?[\d.]{1,7}\s?[kmg]b?[)）\]]?)?$",
    re.I,
)
_MOST = 200
_LONGEST = 8  # characters of a suffix


def attachments_of(links: Iterable[Link]) -> tuple[Attachment, ...]:
    """附件清单 Each file once, in page order, at most 200; files that menus and footers offer are not the page's."""
    found: dict[str, Attachment] = {}
    for link in links:
        if link.tag != "a" or link.place in _OUTSIDE or link.url in found:
            continue
        suffix = _suffix(link)
        if suffix is not None and (link.place is not LinkPlace.NAVIGATION or _offered(link)):
            found[link.url] = Attachment(url=link.url, name=link.anchor, suffix=suffix)
            if len(found) == _MOST:
                break
    return tuple(found.values())


def _offered(link: Link) -> bool:
    """Whether a link in a menu offers a file by what it says: boxes beside a text are often named like menus."""
    return bool(_OFFERED.search(link.anchor) or _ANCHOR.search(link.anchor[-60:]))


def _suffix(link: Link) -> str | None:
    """By the path of the address; for addresses of programs, by the name that the link shows or asks for."""
    if link.relation is LinkRelation.ATTACHMENT or link.relation is LinkRelation.EXTERNAL:
        by_path = ATTACHMENT_SUFFIX.search(link.url.split("?", 1)[0][-_LONGEST:])
        if by_path:
            return by_path.group(0)[1:].lower()
    if link.relation not in _OPENED or not ("." in link.anchor or "?" in link.url):
        return None
    if not _SENDS.search(link.url):
        return None
    query = link.url.partition("?")[2]
    named = _ANCHOR.search(link.anchor[-60:]) or (_ANCHOR.search(query[-300:]) if query else None)
    return named.group(1).lower() if named else None
