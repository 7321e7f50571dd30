"""结果细分 What a fetch really was once its bytes are read: soft 404, challenge, login, sent home."""

import re
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
_GONE = re.compile(
    "页面不存在|页面未找到|页面找不到|网页不存在|找不到(?:该|此|您|你|所|相关|要)?.{0,12}(?:页面|网页|文件|资源)|无法找到(?:该|此|您|网|页|资源)|"
    "(?:访问|请求|查看|浏览)的(?:页面|网页|信息|文章|内容|文件|资源|栏目).{0,12}(?:不存在|已.{0,3}删除|找不到|已失效|走丢)|"
    "(?:文章|信息|内容|该页|此页|资源|链接)(?:不存在|已被?删除|已失效|已过期)|"
    "HTTP 错误 404|404 ?- ?File or directory not found|404 Not Found|Page Not Found|页面(?:已被?删除|走丢了|已失效)"
)
_GONE_TITLE = re.compile(r"^\s*(?:404\b|.{0,20}(?:页面不存在|页面未找到|找不到页面|Not Found))", re.I)
_LOGIN = re.compile(
    "(?:该|此|本)?页面?(?:需要|须)先?登[录陆]|请先登[录陆]|(?:您|你)(?:还|尚)?未登[录陆]|需要登[录陆](?:后|才)"
)
_GONE_PATH = re.compile(r"/(?:404|error404|notfound|not_found|page404)(?:\.\w+)?/?$", re.I)
_SHORT = 2000
_CHALLENGE_TEXT = 400
_STUB_BYTES = 512


class Refined(NamedTuple):
    """细分结果 The class and the marker that decided it."""

    outcome: FetchOutcome
    reason: str | None = None


def refined(
    snapshot: Snapshot, body: bytes, source: str, title: str, text: str, jump: str | None, site: Site
) -> Refined:
    """细分 The class of one snapshot by its bytes; the transport class stands unless a marker says otherwise.

    `text` is the visible text. Only a short page can be a soft 404, a login wall or a challenge: the same words
    stand in the running text of honest pages.
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
    if short and _is_page(snapshot):
        if _GONE_TITLE.search(title):
            return Refined(FetchOutcome.SOFT404, "title")
        found = _GONE.search(title) or (
            _GONE.search(text) if len(text) < 600 or _GONE.search(text[:200]) else None
        )
        if found and not _quiet(text, found.group(0)):
            return Refined(FetchOutcome.SOFT404, found.group(0))
        if len(text) < 400 and _LOGIN.search(text):
            return Refined(FetchOutcome.LOGIN, "login_text")
    return Refined(FetchOutcome.OK)


def _quiet(text: str, phrase: str) -> bool:
    """A phrase far down a page that has much else to say is about something else."""
    return len(text) > 600 and text.find(phrase) > 400


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
