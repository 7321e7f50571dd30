"""结果细分 What a fetch really was once its bytes are read: soft 404, challenge, login, sent home."""

import re
from collections.abc import Callable
from typing import NamedTuple

from model import FetchOutcome, Purpose, Site, Snapshot
from reading.address import is_article_url, is_own
from reading.challenges import behind_failure, challenge_in, empty_answer_name, refusal_name
from reading.gone_speech import says_more
from reading.redirect_ends import ERROR, gone_name, home_reached
from reading.senders import is_entrance

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
    "(?:^|[，。！：:,!\\s])(?:抱歉)?(?:该|此|本)?(?:(?:文章|信息|内容|该页|此页|资源|链接)(?:不存在|已被?删除|已失效)|链接已过期)"
    + _ENDS,
    re.M,
)
_GONE_WORDS = ("不存在", "找到", "找不到", "删除", "失效", "走丢", "过期", "404")
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
_PASSWORD = re.compile(r"<input\b[^<>]{0,300}type\s{0,3}=\s{0,3}[\"']?password", re.I)
CUT = "cut_here"  # the cause of an answer of which only the beginning was taken
_OF_ERRORS = re.compile(
    "提示|错误|出错|抱歉|对不起|系统|信息|消息|页面?|访问|警告|失败|error|404|tip|notice|message", re.I
)
_EDGES = "，。！：:,! \t\r\n\u3000"
TO_404 = "redirected_to_404"
_SHORT = 2000
_TINY, _BARE = 120, 60  # characters of main text
_NO_TEXT = (
    400  # characters of main text that a page for missing addresses has at most, unless it says what it is
)
_OWN_TITLE = 6
_STUB_BYTES = 512
_TINY_BYTES = 16


class Remains(NamedTuple):
    """剩余正文 What a page says beside its menus, header and footer.

    `words` is `text` without what its links say; `holds` that it has rows, a date or an attachment of its own;
    `shows` that it has a film, a frame, an object or a picture.
    """

    text: str
    words: str
    holds: bool
    shows: bool = False


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
        return Refined(outcome, refusal_name(snapshot, source, text, title) or snapshot.cause)
    if outcome is not FetchOutcome.OK:
        marker = behind_failure(snapshot, source, text, title)
        return Refined(FetchOutcome.BLOCKED, marker) if marker else Refined(outcome, snapshot.cause)
    if status in (403, 412, 429, 521) or (status == 202 and not text):
        return Refined(
            FetchOutcome.BLOCKED, refusal_name(snapshot, source, text, title) or f"status_{status}"
        )
    if snapshot.bare:  # a doubt and no more: what has a body is asked for it before anybody is accused
        named = gone_name(snapshot)
        if named and (_is_page(snapshot) or (named is ERROR and _is_image(snapshot))):
            return Refined(FetchOutcome.SOFT404, TO_404)
        return _sent_home(snapshot, site) or Refined(FetchOutcome.OK)
    short = len(text) < _SHORT and snapshot.cause != CUT
    marker = challenge_in(snapshot, source, text, title) if _is_page(snapshot) else None
    if marker:
        return Refined(FetchOutcome.BLOCKED, marker)
    if len(body) < _TINY_BYTES and not text and _is_page(snapshot):
        return Refined(FetchOutcome.BLOCKED, empty_answer_name(snapshot))
    if _at_404(snapshot, title, remains):
        return Refined(FetchOutcome.SOFT404, TO_404)
    home = _sent_home(snapshot, site)
    if home:
        return home
    if _to_login(snapshot, source):
        return Refined(FetchOutcome.LOGIN, "redirected_to_login")
    if is_foreign(snapshot, site):
        said = by_words(title, text, remains) if short and _is_page(snapshot) else None
        return said or Refined(FetchOutcome.OK)
    if _deleted_stub(snapshot, body, jump):
        return Refined(FetchOutcome.SOFT404, "parent_refresh")
    if short and _is_page(snapshot) and not _is_home(snapshot, site):
        return by_words(title, text, remains) or Refined(FetchOutcome.OK)
    return Refined(FetchOutcome.OK)


def is_foreign(snapshot: Snapshot, site: Site) -> bool:
    """是否站外目标 A target on another site, looked at only to know that it is there."""
    return snapshot.purpose is Purpose.PROBE and not is_own(snapshot.url, site)


def _is_home(snapshot: Snapshot, site: Site) -> bool:
    return snapshot.purpose is Purpose.HOME or site.home in (snapshot.url, snapshot.final_url)


def by_words(title: str, text: str, remains: Callable[[], Remains]) -> Refined | None:
    """文字细分 Soft 404 or a login wall, when a page says so and next to nothing else; None when it does not."""
    """按用语 A missing page or a login wall by what it says; None: it says neither, or something of its own besides."""
    parts = [part for part in _TITLE_PARTS.split(title) if part]
    gone = _may_say_gone(text) and any(pattern.search(text) for pattern in (_GONE, _GONE_BARE))
    if parts and _GONE_TITLE.fullmatch(parts[0]):
        left = remains()
        more = left.holds or says_more(left.words, "", title)
        return Refined(FetchOutcome.SOFT404, "title") if not more else None
    if not gone and not ("登" in text and _LOGIN.search(text)):
        return None
    if _NAMED_AFTER.search(title):
        return None  # a document about missing pages
    left = remains()
    lines = {line.strip() for line in left.text.split("\n")}
    if (
        left.holds
        or len(left.text) >= _TINY
        or any(len(part) >= _OWN_TITLE and part in lines for part in parts)
        or (parts and len(parts[0]) > 1 and parts[0] in lines and not _OF_ERRORS.search(parts[0]))
    ):
        return None  # it shows something of its own, or its own title as a heading
    found = _GONE.search(left.words)
    if not found and len(left.text) < _BARE and not _ABOUT_DISCLOSURE.search(left.text):
        found = _GONE_BARE.search(left.words)
    if found:
        phrase = found.group(0).strip(_EDGES)
        return Refined(FetchOutcome.SOFT404, phrase) if not says_more(left.words, phrase, title) else None
    return Refined(FetchOutcome.LOGIN, "login_text") if _LOGIN.search(left.words) else None


def _may_say_gone(text: str) -> bool:
    """One glance that most pages fail: every phrase of a missing page holds one of few words."""
    return any([word in text for word in _GONE_WORDS]) or "not found" in text.lower()


def _is_page(snapshot: Snapshot) -> bool:
    kind = snapshot.header("content-type") or "text/html"
    return "html" in kind or kind.startswith("text/plain") or "xml" in kind


def _is_image(snapshot: Snapshot) -> bool:
    return (snapshot.header("content-type") or "").startswith("image/")


def _at_404(snapshot: Snapshot, title: str, remains: Callable[[], Remains]) -> bool:
    """Whether a visitor was sent on to a page for missing addresses: by its name, unless it holds something of its own.

    A page that is only numbered 404 must say that nothing is there, or show nothing.
    """
    named = gone_name(snapshot)
    if named is None:
        return False
    if not _is_page(snapshot):
        return named is ERROR and _is_image(snapshot)
    left = remains()
    own = len(left.text)
    if _says_gone(title, left.words):
        return own < _SHORT and not (left.holds and own >= _NO_TEXT)
    if named is ERROR:
        return not left.holds and own < _NO_TEXT
    return not (left.holds or left.shows or snapshot.cause == CUT) and own < _TINY


def _says_gone(title: str, words: str) -> bool:
    parts = [part for part in _TITLE_PARTS.split(title) if part]
    if parts and _GONE_TITLE.fullmatch(parts[0]):
        return True
    return any(pattern.search(words) for pattern in (_GONE, _GONE_BARE))


def _sent_home(snapshot: Snapshot, site: Site) -> Refined | None:
    path = home_reached(snapshot, site, is_foreign(snapshot, site))
    return Refined(FetchOutcome.REDIRECTED_HOME, path) if path is not None else None


def _to_login(snapshot: Snapshot, source: str) -> bool:
    """Whether a visitor who asked for something else was sent to a page that wants his password first."""
    if not snapshot.redirects or snapshot.final_url == snapshot.url or snapshot.purpose is Purpose.HOME:
        return False
    entered = is_entrance(snapshot.final_url) and not is_entrance(snapshot.url)
    return entered and _PASSWORD.search(source) is not None


def _deleted_stub(snapshot: Snapshot, body: bytes, jump: str | None) -> bool:
    """A content page of under 512 bytes that only sends the reader up to its parent was deleted (seen on 平潭)."""
    return bool(
        jump
        and len(body) < _STUB_BYTES
        and re.fullmatch(r"(?:\.\./?)+|\./|/", jump)
        and (is_article_url(snapshot.url) or snapshot.purpose is Purpose.ARTICLE)
    )
