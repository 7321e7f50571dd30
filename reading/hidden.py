"""隐藏内容 Off-site links and head words that a page holds and no visitor sees, from the source before any repair.

Facts, no verdict: menus that drop down and boxes that a script opens are hidden for looks. Of every technique only
the targets off the site are kept, because those are what link farms are made of.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from model import Hidden, Site
from reading.address import own_hosts
from reading.hiding import technique_of

if TYPE_CHECKING:
    from tldextract import TLDExtract

_STYLE = re.compile(rb"style\s{0,3}=\s{0,3}\\?[\"']?([^\"'<>\\]{5,600})")
_ATTRIBUTE = re.compile(rb"hidden(?=[\s=>/])")
# each begins with letters of its own: the search for those is many times as fast as one for alternatives
_FLAT = tuple(
    re.compile(word + rb"\s{0,3}=\s{0,3}[\"']?[01](?:px)?(?=[\"'\s>/])") for word in (b"height", b"width")
)
_NAMING = re.compile(rb"(?:class|id)\s{0,3}=\s{0,3}[\"']?(?:[^\"'<>]{0,200}\s)?$")
_SIMPLE = re.compile(rb"[.#]([a-z_][\w\-]{0,60})")
_TAG = re.compile(rb"<([a-z][a-z0-9]{0,15})\b")
_REFRESH = re.compile(
    rb"<meta\b[^<>]{0,200}refresh[^<>]{0,100}content\s{0,3}=\s{0,3}[\"']?\s{0,3}([0-2])(?:\.\d+)?\s{0,3}[;,]\s{0,3}(?:url\s{0,3}=)?\s{0,3}[\"']?([^\"'<>\s]{1,500})"
)
_TARGET = re.compile(
    rb"<(a|area|iframe|frame)\b[^<>]{0,1000}?\b(?:href|src)\s{0,3}=\s{0,3}\\?[\"']?\s{0,3}((?:https?:)?[\\/]{2}[^\"'\s<>\\]{1,500})"
)
_HOST = re.compile(r"(?:https?:)?//(?:[^/?#@]*@)?([^/?#:\s]{1,253})", re.I)
_MARKUP = re.compile(rb"<(?:script|style)\b.{0,20000}?</(?:script|style)|<[^<>]{0,3000}>", re.S)
_HEAD_WORDS = re.compile(
    rb"<title[^<>]{0,100}>([^<]{0,3000})|<meta\b[^<>]{0,100}name\s{0,3}=\s{0,3}[\"']?(keywords|description)\b[^<>]{0,100}?content\s{0,3}=\s{0,3}[\"']?([^\"'<>]{0,3000})"
)
_ENTITY = re.compile(r"&#(x[0-9a-f]{1,6}|\d{1,7});?", re.I)
_FLAT_TAGS = frozenset((b"marquee", b"iframe", b"frame", b"div", b"span", b"font", b"table", b"td", b"ul"))
_VOID = frozenset((b"img", b"input", b"br", b"hr", b"meta", b"link", b"area", b"base", b"col"))
_ENCODED = 5  # letters written as numbers
_TAG_REACH, _REACH = 3_000, 200_000  # bytes: of one tag, of one hidden part
_SCRIPT_REACH = 20_000
_MOST_TAGS, _MOST_STARTS, _MOST_PARTS, _MOST_NAMES, _MOST_REFRESHES = 20_000, 3_000, 400, 20, 50
_TEXT, _URLS = 300, 50


@dataclass(slots=True)
class _Gathered:
    text: list[str] = field(default_factory=list)
    urls: dict[str, str] = field(default_factory=dict)  # target → registrable domain


class _Source:
    """The page's bytes, as written and in lower case (ASCII only, so that places are the same in both)."""

    def __init__(self, source: str) -> None:
        self.raw = source.encode("utf-8", "replace")
        self.low = self.raw.lower()

    def tag_before(self, at: int) -> int:
        """Start of the tag that a place lies in, -1 when it lies in none."""
        start = self.low.rfind(b"<", max(0, at - _TAG_REACH), at)
        return start if start >= 0 and self.low.find(b">", start, at) < 0 else -1

    def end_of(self, start: int) -> int:
        """End of the element whose tag starts there: its own closing tag, the body's, or as far as we look."""
        found = _TAG.match(self.low, start)
        limit = min(len(self.low), start + _REACH)
        if found is None or found[1] in _VOID:
            return min(limit, start + _TAG_REACH)
        depth = 0
        for count, tag in enumerate(
            re.compile(rb"<(/?)" + found[1] + rb"\b").finditer(self.low, start, limit)
        ):
            depth += -1 if tag[1] else 1
            if depth == 0 or count > _MOST_TAGS:
                return tag.start()
        body = self.low.find(b"</body", start, limit)
        return body if body >= 0 else limit


def hidden_parts(source: str, site: Site, off_site: bool = True) -> tuple[Hidden, ...]:
    """隐藏内容 One fact a technique, in order of the techniques' first places. `source` has no comments.

    `off_site` False: the page is known to link nowhere else, so only its head is looked at.
    """
    page = _Source(source)
    own = own_hosts(site)
    found: dict[str, _Gathered] = {}
    for technique, words in _encoded_head(page):
        found.setdefault(technique, _Gathered()).text.append(words)
    if off_site:
        for technique, start, end in _parts(page):
            _gather(page, technique, start, end, own, found)
    for url, domain in _sent_away(page):
        if domain not in _registered(own):
            found.setdefault("refresh_away", _Gathered()).urls[url] = domain
    return tuple(_fact(technique, gathered) for technique, gathered in found.items())


def _parts(page: _Source) -> Iterator[tuple[str, int, int]]:
    """Hidden parts of the source, the outermost of nested ones only."""
    done = -1
    for count, (start, technique) in enumerate(sorted(islice(_starts(page), _MOST_STARTS))):
        if start < done:
            continue
        if count > _MOST_PARTS:
            return
        done = page.end_of(start)
        yield technique, start, done


def _starts(page: _Source) -> Iterator[tuple[int, str]]:
    low = page.low
    for match in _STYLE.finditer(low):
        technique = technique_of(match[1])
        if technique and (start := page.tag_before(match.start())) >= 0:
            yield start, technique if not _in_script(low, start) else f"written_{technique}"
    for match in _ATTRIBUTE.finditer(low):
        before = low[match.start() - 1 : match.start()]
        if before.isspace() and (start := page.tag_before(match.start())) >= 0:
            yield start, "hidden_attribute"
    for pattern in _FLAT:
        for match in pattern.finditer(low):
            start = page.tag_before(match.start())
            tag = _TAG.match(low, start) if start >= 0 else None
            if tag is not None and tag[1] in _FLAT_TAGS:
                yield start, "no_size"
    at = -1
    while (at := low.find(b"<noscript", at + 1)) >= 0:
        yield at, "noscript"
    yield from _ruled(page)


def _ruled(page: _Source) -> Iterator[tuple[int, str]]:
    """Elements that a rule of the page's own style sheet hides by their class or id alone."""
    low, at = page.low, -1
    names: dict[bytes, str] = {}
    while (at := low.find(b"<style", at + 1)) >= 0:
        end = low.find(b"</style", at, at + _REACH)
        sheet, at = low[at : end if end >= 0 else at + _REACH], end if end >= 0 else at + _REACH
        for rule in sheet.split(b"}"):
            selectors, brace, style = rule.rpartition(b"{")
            technique = technique_of(style) if brace and len(style) < _TAG_REACH else None
            for selector in selectors[-_TAG_REACH:].split(b",") if technique else ():
                simple = _SIMPLE.fullmatch(selector.strip())
                if simple and technique and len(names) < _MOST_NAMES:
                    names[simple[1]] = technique
    for name, technique in names.items():
        found = re.compile(re.escape(name) + rb"(?=[\"'\s>])").finditer(low)
        for match in islice(found, _MOST_STARTS):
            start = page.tag_before(match.start())
            if start >= 0 and _NAMING.search(low, start, match.start()):
                yield start, technique


def _in_script(low: bytes, at: int) -> bool:
    since = max(0, at - _SCRIPT_REACH)
    return low.rfind(b"<script", since, at) > low.rfind(b"</script", since, at)


def _sent_away(page: _Source) -> Iterator[tuple[str, str]]:
    """Whole addresses that a meta sends the visitor on to before he can read."""
    for word in islice(re.finditer(b"refresh", page.low), _MOST_REFRESHES):
        start = page.tag_before(word.start())
        match = _REFRESH.match(page.low, start) if start >= 0 else None
        if match is not None:
            url = _written(page.raw[match.start(2) : match.end(2)])
            if domain := _domain(url):
                yield url, domain


def _gather(
    page: _Source, technique: str, start: int, end: int, own: frozenset[str], found: dict[str, _Gathered]
) -> None:
    targets: dict[str, str] = {}
    for match in _TARGET.finditer(page.low, start, end):
        framed = match[1] in (b"iframe", b"frame")
        if framed and technique == "noscript":
            continue  # what counts visitors without scripts
        url = _written(page.raw[match.start(2) : match.end(2)])
        domain = _domain(url)
        if domain and domain not in _registered(own):
            targets[url] = domain
    if targets:
        gathered = found.setdefault(technique, _Gathered())
        gathered.urls |= targets
        if sum(map(len, gathered.text)) < _TEXT:
            words = _MARKUP.sub(b" ", page.raw[start : min(end, start + 20 * _TEXT)]).decode(
                "utf-8", "replace"
            )
            gathered.text.append(html.unescape(words))


def _encoded_head(page: _Source) -> Iterator[tuple[str, str]]:
    """Title, keywords and description that are written letter by letter as numbers, so that no search finds them."""
    end = page.low.find(b"<body", 0, _REACH)
    end = end if end >= 0 else _REACH
    if page.low.count(b"&#", 0, end) < _ENCODED:
        return
    for match in _HEAD_WORDS.finditer(page.low, 0, end):
        group = 1 if match[1] is not None else 3
        words = page.raw[match.start(group) : match.end(group)].decode("utf-8", "replace")
        letters = sum(html.unescape(entity.group()).isalpha() for entity in _ENTITY.finditer(words))
        if letters >= _ENCODED:
            yield f"encoded_{(match[2] or b'title').decode()}", html.unescape(words)


def _fact(technique: str, gathered: _Gathered) -> Hidden:
    domains = set(gathered.urls.values())
    return Hidden(
        technique=technique,
        text=" ".join(" ".join(gathered.text).split())[:_TEXT],
        urls=tuple(gathered.urls)[:_URLS],
        hosts=len(domains),
        foreign_hosts=sum(not is_government(domain) for domain in domains),
    )


def _written(raw: bytes) -> str:
    return html.unescape(raw.decode("utf-8", "replace")).replace("\\", "/")[:500]


def _domain(url: str) -> str | None:
    found = _HOST.match(url)
    return registrable(found[1].lower().strip(".")) if found else None


def is_government(domain: str) -> bool:
    """是否政府域名 Whether a domain lies under gov.cn."""
    return domain == "gov.cn" or domain.endswith(".gov.cn")


@lru_cache(maxsize=8192)
def registrable(host: str) -> str:
    """注册域名 The part of a host that somebody registered: `www.a.gov.cn` → `a.gov.cn`; an address stays itself."""
    told = _suffixes()(host)
    if told.suffix or told.ipv4 or ":" in host:
        return told.top_domain_under_public_suffix or host
    return ".".join(host.split(".")[-2:])  # an ending that is not on the list counts as one


@lru_cache(maxsize=64)
def _registered(hosts: frozenset[str]) -> frozenset[str]:
    """Asked for only where a page hides something: the list of suffixes takes as long to load as fifty pages to read."""
    return frozenset(map(registrable, hosts))


@lru_cache(maxsize=1)
def _suffixes() -> "TLDExtract":
    """The public suffix list that came with the library; nothing is fetched. Loaded by the first page that asks."""
    import tldextract

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
