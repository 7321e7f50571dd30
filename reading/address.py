"""地址 URLs as a browser resolves them, and the names we file them under."""

import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit

import ada_url

from model import FetchOutcome, LinkRelation, Purpose, Site, Snapshot
from reading.query_encoding import UTF8, encoded_query

PLACEHOLDER = re.compile(
    r"\$\{|\{\{|\{%|<\?|<%|%7B%7B|\$%7B|@\{"
    r"|\[!--|\[field:|\{(?:dede|field|\$|@|:|pc:|eyou:|sdcms|kesion)|(?-i:__[A-Z][A-Z_]*__)|^\s*@\w+(?:\.\w+)+\s*$"
    r"|^\s*#[A-Z_]+#\s*$|^\s*(?:\./)?%[A-Za-z_]{3,}%\s*$",
    re.I,
)
_SIGNS = re.compile(r"[{<\[@#]|%7|__|%\s*$")  # one glance that most references pass
_UNFILLED = re.compile(r"^\s*(?:undefined|null|NaN)\s*$", re.I)
_SCRIPT = re.compile(r"^\s*(?:java\s*script\s*[:：]|void\s*\(?\s*0\s*\)?\s*;?\s*$)", re.I)
_ANY_FILE = re.compile(
    r"^(?:\.?/)?\*+(?:\.[\w*]{1,6})?$"
)  # `*.html` of an old line against copying: no file is called so
CONTACT = re.compile(
    r"^\s*(?:(?:mailto|tel|sms|weixin|tencent|mqqwpa|wpa|skype|callto)\s*[:：]|[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+\s*$)",
    re.I,
)
IMAGE_SUFFIX = re.compile(r"\.(?:jpe?g|png|gif|bmp|webp|svg|ico|tiff?)$", re.I)
STYLE_SUFFIX = re.compile(r"\.(?:css|js|mjs|json|woff2?|ttf|eot|map)$", re.I)
ATTACHMENT_SUFFIX = re.compile(
    r"\.(?:docx?|xlsx?|pptx?|pdf|ofd|wps|et|dps|rtf|txt|csv|xml|rar|zip|7z|gz|tar|exe|apk|msi|ceb|ceba|ofd|"
    r"mp4|mp3|wmv|wma|avi|mov|flv|rm|rmvb|swf|wav|m4a|m4v|mpe?g|epub|dwg)$",
    re.I,
)
ARTICLE_PATH = re.compile(
    r"/t(?:19|20)\d{6}_\d+\.|/art/(?:19|20)\d\d/|/art_\d*_?\w*\d|/(?:19|20)\d\d/\d{1,2}/\d{1,2}/|"
    r"/(?:19|20)\d\d-\d\d/\d\d/|/(?:19|20)\d{2}-?[01]\d(?:-?[0-3]\d)?/\w*\d{4,}|/(?:content|post|article|info|news|show|view|details?|item)[_/-]\d{3,}|/(?:19|20)\d\d-[01]\d-[0-3]\d/|/n\d+/(?:n\d+/){0,6}c\d+/content|"
    r"/(?:article|news|info)(?:show|view|detail)\w{0,10}\.(?:aspx?|php|jsp|html?)\?|[?&][ca]=show\w{0,10}&(?:\w+=\w*&){0,3}id=\d|"
    r"/info/\d+/\d+|/contents?/\d+/\d+|/c\d{6,}/(?:content|part)|/[0-9a-f]{32}\.|"
    r"/(?:content|detail|details|article|articleview|newsview|showinfo|infodetail|view)\.(?:s?html?|jspx?|aspx?|php|do)\?",
    re.I,
)
_INDEX = re.compile(
    r"/(?:index|default|home|main)(?:[_-](\d{1,4}))?\.(?:s?html?|php|jspx?|aspx?|shtm)$", re.I
)
_INDEX_NAME = re.compile(r"/(?:index|default)\.\w{2,8}$", re.I)
_NUMBERED = re.compile(r"[_-](\d{1,4})(\.(?:s?html?|php|jspx?|aspx?|shtm))$", re.I)
_DROPPED = {9: None, 10: None, 13: None}  # browsers drop tabs and line breaks wherever they stand
_MALFORMED = re.compile(
    r"https?:(?![/\\]{2})"  # http:/x, http:x
    r"|(?:https?:)?[/\\]{3}"  # //////x, http:///x
    r"|https?[;,.'\s；，。．]{0,2}[/\\]{2}"  # http//x, http;//x
    r"|https?\s{0,2}[：︰∶]|https?:[／＼]"  # full-width colons and slashes
    r"|(?:https?:)?[/\\]{2}\s{0,2}https?[:：/\\]|https?:[/\\]{2}[^/?#]{1,100}https?:"  # http://http://x
    r"|(?!https?:)[htps]{2,8}[:：][/\\]{1,2}",  # htp://x, htttp://x, ttp://x, httpp://x
    re.I,
)
_MISTYPED = "hHtTpPsS\u017f/\\"  # with what a mistyped whole URL can begin
_PAGES = (".html", ".htm", ".shtml", ".jsp", ".aspx", ".php", ".do", "/")  # addresses of no files
_ROOT = re.compile(r"https?://[^/]+/")
_SLASHES = ("/", "\\")
_ANYWHERE = "http://anywhere.invalid/"
_LONGEST_KEPT = 500
_LONGEST_HEAD = 600  # of a URL, as far as its host can reach; megabytes are not kept in mind
_PAGE_PARAM = re.compile(
    r"^(?:page|pageno|pageindex|pagenum|pagenumber|cur_?page|currpage|currentpage|pn|p|page_no|page_num)$",
    re.I,
)


def is_malformed(raw: str) -> bool:
    """是否写错 Whether a reference is a mistyped whole URL: browsers make something else of it, or guess."""
    text = raw if raw.isprintable() else raw.translate(_DROPPED)
    return _MALFORMED.match(text.strip()) is not None


def is_placeholder(raw: str) -> bool:
    """未渲染占位符 Whether a reference still holds template syntax that nobody filled in."""
    return bool(_SIGNS.search(raw) and PLACEHOLDER.search(raw)) or bool(_UNFILLED.match(raw))


def resolve(base: str, raw: str, charset: str = "utf-8") -> str | None:
    """解析链接 `raw` as a browser resolves it on a page at `base`, fragment dropped; None when it cannot.

    Only the query of a page that is not UTF-8 is encoded in the page's own charset (URL standard).
    """
    reference = raw.split("#", 1)[0]
    if "?" in reference and not reference.isascii() and charset != UTF8:
        path, query = reference.split("?", 1)
        reference = path + "?" + encoded_query(query, charset)
    try:
        url = ada_url.join_url(base, reference)
    except (ValueError, UnicodeError):
        return None
    return str(url).split("#", 1)[0]


_PLAIN_HOST = re.compile(r"https?://([A-Za-z0-9_.\-]+)(?=[/?#]|$)")


def host_of(url: str) -> str:
    """主机 Host with its port unless that is the scheme's own; lower case."""
    return _host_of(url[:_LONGEST_HEAD])


@lru_cache(maxsize=4096)
def _bare_host(url: str) -> str:
    return _host_of(url).removeprefix("www.")


@lru_cache(maxsize=4096)
def _host_of(url: str) -> str:
    plain = _PLAIN_HOST.match(
        url
    )  # a fifth of what urlsplit costs, and nearly every address is of this shape
    if plain:
        return plain[1].lower()
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    host = parts.netloc.rpartition("@")[2].lower()
    for scheme, port in (("http", ":80"), ("https", ":443")):
        if parts.scheme == scheme and host.endswith(port):
            return host[: -len(port)]
    return host


def is_own(url: str, site: Site) -> bool:
    """是否本站 Whether the URL lies on one of the site's own hosts, with or without www, over http or https."""
    return url[:4] == "http" and _bare_host(url[:_LONGEST_HEAD]) in _own_hosts(site.home, site.also)


def own_hosts(site: Site) -> frozenset[str]:
    """本站主机 The site's own hosts without www."""
    return _own_hosts(site.home, site.also)


@lru_cache(maxsize=64)
def _own_hosts(home: str, also: tuple[str, ...]) -> frozenset[str]:
    return frozenset(host.removeprefix("www.") for host in (host_of(home), *also))


def settled(site: Site, snapshot: Snapshot) -> Site:
    """落脚处 The site with the host its home page was found on, when the server sent the visitor on to another."""
    if snapshot.purpose is not Purpose.HOME or snapshot.outcome is not FetchOutcome.OK:
        return site
    host = host_of(snapshot.final_url)
    if not host or is_own(snapshot.final_url, site):
        return site
    return site.model_copy(update={"also": (*site.also, host)})


_TAKEN_IN = (
    "img",
    "script",
    "link",
    "style",
)  # `logo@2x.png` is the name of a picture, no address for letters


def _relation(text: str, url: str | None, tag: str, own: frozenset[str]) -> LinkRelation:
    if (
        not text
        or (first := text[0]) == "#"
        or (first in "jJvV" and _SCRIPT.match(text))
        or ("*" in text and _ANY_FILE.match(text))
    ):
        return LinkRelation.SCRIPT_ONLY
    told = ":" in text or "@" in text or "：" in text
    if told and tag not in _TAKEN_IN and CONTACT.match(text):
        return LinkRelation.CONTACT
    if url is None or ((first in _MISTYPED or not text.isprintable()) and is_malformed(text)):
        return LinkRelation.MALFORMED
    if url[:4] != "http":
        return LinkRelation.SCRIPT_ONLY
    if _bare_host(url[:_LONGEST_HEAD]) not in own:
        return LinkRelation.EXTERNAL
    if tag == "img":
        return LinkRelation.IMAGE
    if tag in ("script", "link"):
        return LinkRelation.STYLE
    path = url.split("?", 1)[0]
    if tag != "style" and path.endswith(_PAGES):
        return LinkRelation.INTERNAL
    if tag == "style":
        return LinkRelation.STYLE if STYLE_SUFFIX.search(path) else LinkRelation.IMAGE
    if ATTACHMENT_SUFFIX.search(path):
        return LinkRelation.ATTACHMENT
    if IMAGE_SUFFIX.search(path):
        return LinkRelation.IMAGE
    if STYLE_SUFFIX.search(path):
        return LinkRelation.STYLE
    return LinkRelation.INTERNAL


class Bases:
    """解析基址 How references on one page are seen: their URL and what they point to, from the site.

    The pages of a site repeat the same references, so the answers are kept across pages, by the part of the
    page's address that can matter: none of it for a whole URL, its host for `/a`, its folder for `a` and `./a`.
    """

    def __init__(self, base: str, charset: str, own: frozenset[str]) -> None:
        self._base, self._charset, self.own = base, charset, own
        path = base.split("?", 1)[0]
        root = _ROOT.match(path)
        self._root = root.group() if root else base
        self._folder = path[: path.rfind("/") + 1] if root else base

    def seen(self, raw: str, tag: str) -> tuple[str, LinkRelation]:
        """所见 The URL a reference leads to ("" for none) and its relation; a malformed one as it is written."""
        if len(raw) > _LONGEST_KEPT:
            return seen_under.__wrapped__(self._base, raw, tag, self._charset, self.own)
        return seen_under(self.under(raw), raw, tag, self._charset, self.own)

    def under(self, raw: str) -> str:
        """所依 As much of the page's address as can matter to a reference."""
        first = raw[:1]
        if first == "/" and raw[1:2] not in _SLASHES:
            return self._root
        if raw[:7] == "http://" or raw[:8] == "https://":
            return _ANYWHERE
        return self._folder if first == "." or first.isalnum() else self._base


@lru_cache(maxsize=16384)
def seen_under(base: str, raw: str, tag: str, charset: str, own: frozenset[str]) -> tuple[str, LinkRelation]:
    """依址所见 As `Bases.seen`, of a reference whose `Bases.under` is `base`."""
    if is_placeholder(raw):
        return "", LinkRelation.PLACEHOLDER
    url = resolve(base, raw, charset)
    relation = _relation(raw.strip(), url, tag, own)
    if relation is LinkRelation.MALFORMED:
        url = raw[:2000]  # nowhere to go, but the words that are wrong can be shown
    elif url is None or relation in (LinkRelation.SCRIPT_ONLY, LinkRelation.CONTACT):
        url = ""
    return url, relation


def is_article_url(url: str) -> bool:
    """是否内容页地址 Whether the URL has the shape content systems give to content pages."""
    return _is_article(url) if len(url) <= _LONGEST_KEPT else ARTICLE_PATH.search(url) is not None


@lru_cache(maxsize=8192)
def _is_article(url: str) -> bool:
    """The pages of a site repeat the same menus."""
    return ARTICLE_PATH.search(url) is not None


def canonical_locus(url: str, site: Site) -> str:
    """规范地址 Site-relative path and query on the own host (any scheme), the full URL elsewhere."""
    if not is_own(url, site):
        return url
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def folder_of(url: str) -> str:
    """所在目录 The address without its index page: `/a/index.html` → `/a/`; numbered pages stay."""
    found = _INDEX.search(url)
    return url[: found.start()] + "/" if found and not found.group(1) else url


def without_index(url: str) -> str:
    """去首页文件名 The address under which a page and its index file are one: `/a/index.action` → `/a/`."""
    return _INDEX_NAME.sub("/", url)


def column_key(url: str, site: Site) -> str:
    """栏目键 The address of a column without index page and page number: `/gzdt/index_2.html` → `/gzdt/`."""
    locus = canonical_locus(url, site)
    path, _, query = locus.partition("?")
    path = _INDEX.sub("/", path)
    path = _NUMBERED.sub(r"\2", path)
    if query:
        query = "&".join(part for part in query.split("&") if not _PAGE_PARAM.match(part.split("=", 1)[0]))
    return path + (f"?{query}" if query else "")


def readable_path(url: str) -> str:
    """地址可读部分 The decoded path, for looking at names in it."""
    return unquote(urlsplit(url).path)
