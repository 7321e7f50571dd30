"""结果细分 What a fetch really was once its bytes are read: soft 404, challenge, login, sent home."""

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

from model import FetchOutcome, Purpose, Site, Snapshot
from reading.address import is_article_url, is_own

_CHALLENGES = (
    (
        "jsl",
        re.compile(r"__jsl_clearance|__jsluid|document\.cookie\s*=\s*\('_'\)\s*\+\s*\('_'\)\s*\+\s*\('j'\)"),
    ),
    ("ruishu", re.compile(r"\$_ts\s*=\s*window\[|\$_ts\.(?:nsd|cd)\b")),
    ("aliyun", re.compile(r"acw_sc__v2|\bvar\s+arg1\s*=\s*['\"][0-9A-F]{20,}")),
    ("chuangyu", re.compile("当前访问疑似黑客攻击|创宇盾")),
    (
        "waf",
        re.compile(
            "(?:您|你)的(?:请求|访问).{0,20}(?:被拦截|存在威胁|带有不合法|已被.{0,8}拦截)|Web应用防火墙|访问被拦截|安全狗|云锁"
        ),
    ),
)
_CHALLENGE_COOKIES = re.compile(r"\b(?:__jsluid_[hs]|__jsl_clearance(?:_s)?)=")
# the words must end their clause and stand in no quotation marks: an honest page writes about such pages
_SUBJECT = "(?:页面|网页|信息|文章|内容|文件|资源|栏目)"
_STATE = "(?:不存在|未找到|找不到|已经?被?删除|已失效|走丢了?)"
_ENDS = r"(?=$|[^\u4e00-\u9fff”’」』\"']|或|了|啦|，)"
_OPENS = r"(?<![“‘「『\"'])"
_GONE = re.compile(
    _OPENS
    + "(?:(?:页面|网页)"
    + _STATE
    + "|找不到(?:该|此|您|你|所|相关|要)?.{0,12}(?:页面|网页|文件|资源)|无法找到(?:该|此|您|相关)?.{0,8}(?:页面?|网页|文件|资源)|"
    "(?:访问|请求|查看|浏览)的" + _SUBJECT + ".{0,12}?" + _STATE + "|"
    "HTTP 错误 404|404 ?- ?File or directory not found|(?:404|Page) Not Found(?!\\s*[是为指属]))" + _ENDS,
    re.I | re.M,
)
_GONE_BARE = re.compile(
    "(?:^|[，。！：:,!\\s])(?:抱歉)?(?:该|此|本)?(?:文章|信息|内容|该页|此页|资源|链接)(?:不存在|已被?删除|已失效|已过期)"
    + _ENDS,
    re.M,
)
_GONE_TITLE = re.compile(
    r"\s*(?:(?:很?抱歉|对不起|温馨提示|提示|错误|出错了?|error)[\s，,:：!！。]*)?"
    r"(?:404(?:[\s:：!！.]*(?:错误|页面|错误页面?|error|page|提示页?))?|"
    r"(?:404[\s:：,，]*)?(?:(?:HTTP )?(?:Page |File )?Not Found|"
    r"(?:您|你)?所?要?(?:访问|请求|查看|浏览|找)?的?(?:页面|网页)" + _STATE + r"(?:或.{0,8})?|"
    r"找不到(?:该|此|您要的|文件或目录)?(?:页面|网页|文件或目录|资源)?))[\s!！。.~～…]*",
    re.I,
)
_NAMED_AFTER = re.compile(_SUBJECT + _STATE)
_TITLE_PARTS = re.compile(r"\s*[-_|—–]+\s*")
_ABOUT_DISCLOSURE = re.compile("公开|申请|答复|告知|检索|条例")
_LOGIN = re.compile(
    "(?:该|此|本)?页面?(?:需要|须)先?登[录陆]|请先登[录陆]|(?:您|你)(?:还|尚)?未登[录陆]|需要登[录陆](?:后|才)"
)
_GONE_PATH = re.compile(r"/(?:404|error404|notfound|not_found|page404)(?:\.\w+)?/?$", re.I)
_SHORT = 2000
_TINY, _BARE = 120, 60  # characters of main text
_OWN_TITLE = 6
_CHALLENGE_TEXT = 400
_STUB_BYTES = 512


class Remains(NamedTuple):
    """剩余正文 What a page says beside its menus, header and footer.

    `words` is `text` without what its links say; `holds` that it has rows, a date or an attachment of its own.
    """

    text: str
    words: str
    holds: bool


class Refined(NamedTuple):
    """细分结果 The class and the marker that decided it."""

    outcome: FetchOutcome
    reason: str | None = None


def refined(
    snapshot: Snapshot,
    body: bytes,
    source: str,
    title: str,
    text: str,
    jump: str | None,
    site: Site,
    remains: Callable[[], Remains],
) -> Refined:
    """细分 The class of one snapshot by its bytes; the transport class stands unless a marker says otherwise.

    `text` is the visible text. Words make a page a soft 404 or a login wall only when its title or nearly all
    of its main text (`remains`, asked only once a phrase was seen) says them: honest pages quote the same words.
    """
    status, outcome = snapshot.status, snapshot.outcome
    if outcome in (FetchOutcome.BLOCKED, FetchOutcome.LOGIN):
        return Refined(outcome, (_challenge(snapshot, source) if body else None) or snapshot.cause)
    if outcome is not FetchOutcome.OK:
        marker = _challenge(snapshot, source) if body else None
        return Refined(FetchOutcome.BLOCKED, marker) if marker else Refined(outcome, snapshot.cause)
    if status in (403, 412, 429, 521) or (status == 202 and not text):
        return Refined(FetchOutcome.BLOCKED, f"status_{status}")
    if snapshot.method == "HEAD":
        return _redirected(snapshot, site) or Refined(FetchOutcome.OK)
    short = len(text) < _SHORT
    if len(text) < _CHALLENGE_TEXT:
        marker = _challenge(snapshot, source)
        if marker:
            return Refined(FetchOutcome.BLOCKED, marker)
    if len(body) < 16 and not text and _is_page(snapshot):
        return Refined(FetchOutcome.BLOCKED, "tiny_body")
    redirected = _redirected(snapshot, site)
    if redirected:
        return redirected
    if _deleted_stub(snapshot, body, jump):
        return Refined(FetchOutcome.SOFT404, "parent_refresh")
    if short and _is_page(snapshot) and not _is_home(snapshot, site):
        return _by_words(title, text, remains) or Refined(FetchOutcome.OK)
    return Refined(FetchOutcome.OK)


def _is_home(snapshot: Snapshot, site: Site) -> bool:
    return snapshot.purpose is Purpose.HOME or site.home in (snapshot.url, snapshot.final_url)


def _by_words(title: str, text: str, remains: Callable[[], Remains]) -> Refined | None:
    parts = [part for part in _TITLE_PARTS.split(title) if part]
    gone = any(pattern.search(text) for pattern in (_GONE, _GONE_BARE))
    if parts and _GONE_TITLE.fullmatch(parts[0]):
        return Refined(FetchOutcome.SOFT404, "title") if not remains().holds else None
    if not gone and not _LOGIN.search(text):
        return None
    if _NAMED_AFTER.search(title):
        return None  # a document about missing pages
    left = remains()
    lines = {line.strip() for line in left.text.split("\n")}
    if (
        left.holds
        or len(left.text) >= _TINY
        or any(len(part) >= _OWN_TITLE and part in lines for part in parts)
    ):
        return None  # it shows something of its own, or its own title as a heading
    found = _GONE.search(left.words)
    if not found and len(left.text) < _BARE and not _ABOUT_DISCLOSURE.search(left.text):
        found = _GONE_BARE.search(left.words)
    if found:
        return Refined(FetchOutcome.SOFT404, found.group(0).strip())
    return Refined(FetchOutcome.LOGIN, "login_text") if _LOGIN.search(left.words) else None


def _challenge(snapshot: Snapshot, source: str) -> str | None:
    head = source[:40_000]
    for name, pattern in _CHALLENGES:
        if pattern.search(head):
            return name
    if snapshot.status != 200 and _CHALLENGE_COOKIES.search(snapshot.header("set-cookie") or ""):
        return "jsl"
    return "wzws" if snapshot.header("wzws-ray") and len(source) < 300 else None


def _is_page(snapshot: Snapshot) -> bool:
    kind = snapshot.header("content-type") or "text/html"
    return "html" in kind or kind.startswith("text/plain") or "xml" in kind


def _redirected(snapshot: Snapshot, site: Site) -> Refined | None:
    if not snapshot.redirects or snapshot.final_url == snapshot.url:
        return None
    path = urlsplit(snapshot.final_url).path
    if _GONE_PATH.search(path):
        return Refined(FetchOutcome.SOFT404, "redirected_to_404")
    asked = urlsplit(snapshot.url)
    if snapshot.purpose in (Purpose.HOME, Purpose.COLUMN) or asked.path in ("", "/"):
        return None
    home = urlsplit(site.home).path or "/"
    if (
        is_own(snapshot.final_url, site)
        and path in ("/", "/index.html", "/index.htm", home)
        and asked.path != path
    ):
        if re.fullmatch(r"/(?:index|default)\.\w+", asked.path):
            return None
        return Refined(FetchOutcome.REDIRECTED_HOME, path)
    return None


def _deleted_stub(snapshot: Snapshot, body: bytes, jump: str | None) -> bool:
    """A content page of under 512 bytes that only sends the reader up to its parent was deleted (seen on 平潭)."""
    return bool(
        jump
        and len(body) < _STUB_BYTES
        and re.fullmatch(r"(?:\.\./?)+|\./|/", jump)
        and (is_article_url(snapshot.url) or snapshot.purpose is Purpose.ARTICLE)
    )
