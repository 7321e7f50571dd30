"""缺页特征 How a host answers for addresses that cannot exist, and which of its pages are that very answer.

A soft 404 of unknown words is told by asking for made-up neighbours of real pages (reading/siblings.py) and
comparing. What a host shows for everything, a form, a wall, a busy notice or a list, is no sign of a missing page.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from model import (
    CommonLinks,
    DateSource,
    FetchOutcome,
    Link,
    MissingSignature,
    PageFacts,
    PageKind,
    Site,
    Snapshot,
    TextPrint,
)
from reading.missing_shows import shows_of
from reading.outcome import Refined
from reading.text_print import alike, bare_text, distance
from reading.view import Linked

SIGNATURE = Refined(FetchOutcome.SOFT404, "signature")
HOME_SERVED = Refined(FetchOutcome.REDIRECTED_HOME, "home_served")
LONGEST = 400  # characters a page for missing addresses says at most
_SHORTEST = 4
_MOST_TEXT = 3000
_SHORT = 200  # up to here a print tells texts well apart
_HOME_TEXT = 60  # a home page that says less is a shell or a stub
_HOME_PATH = re.compile(
    r"/(?:home|main|sy|shouye|portal)(?:/(?:index|default)|[_-]\w{1,12})?(?:\.\w{2,5})?/?$", re.I
)
_INDEX = re.compile(r"(?:(?:index|default)(?:[_-]\w{1,12})?\.\w{2,5})?", re.I)
_HOME_NAMES = frozenset({"首页", "主页", "网站首页", "返回首页", "回到首页", "home"})
_SAYS_MISSING = re.compile(
    "不存在|未找到|找不到|无法找到|没有找到|没找到|已被?删除|已失效|已下线|走丢|迷路|不见了|飞走|丢失|出错|错误|404|not found",
    re.I,
)
_SAYS_OTHERWISE = re.compile(
    "验证码|(?:人机|安全|滑动|身份)验证|请完成.{0,6}验证|防火墙|拦截|频繁|请先?登[录陆]|用户名|密码|繁忙|"
    "(?:系统|网站)?(?:维护|升级|加载)中|正在(?:维护|升级|跳转|加载)|请?稍[后候]|暂停(?:服务|访问|开放)|loading|maintenance",
    re.I,
)
_WALL = re.compile("验证码|人机验证|安全验证|防火墙|拦截|频繁")


class Look(NamedTuple):
    """一页之相 What is compared of a page. `holds`: it has rows or a date of its own."""

    url: str
    title: str
    text: TextPrint | None
    holds: bool
    lines: frozenset[str] = frozenset()  # of the home page: what its template says is no page's own
    landed: str = ""  # path of the address that answered in its stead
    links: Sequence[Linked] = ()  # looked at once its title and its text are the answer's


def look_of(facts: PageFacts) -> Look:
    """取相 The look of a page that was read."""
    dated = facts.dated is not None and facts.dated.value is not None
    own_date = dated and facts.dated is not None and facts.dated.source is not DateSource.URL
    rows = bool(facts.main_list and facts.main_list.items) or any(facts.lists)
    lines = lines_of(facts.text) if facts.kind is PageKind.HOME else frozenset[str]()
    return Look(
        facts.url,
        facts.title,
        facts.text_print,
        own_date or rows,
        lines,
        landing(facts.url, facts.final_url),
        facts.links,
    )


def landing(url: str, final_url: str) -> str:
    """落点 Path that a visitor was sent on to; "" when the address answered itself."""
    return _path(final_url) if final_url != url else ""


def lines_of(text: str) -> frozenset[str]:
    """各行 The lines of a page's main text, without white space."""
    return frozenset("".join(line.split()) for line in text.split("\n"))


def signature_of(snapshot: Snapshot, facts: PageFacts, home: Look | None) -> MissingSignature | None:
    """学到的特征 What the answer to a made-up address teaches; None when it teaches nothing (refused, failed)."""
    outcome = facts.outcome
    told = MissingSignature(
        folder=folder_path(snapshot.url),
        outcome=outcome,
        status=snapshot.status,
        snapshot_id=snapshot.id,
        learned_at=snapshot.fetched_at,
        final_path=landing(snapshot.url, snapshot.final_url),
    )
    if outcome in (FetchOutcome.GONE, FetchOutcome.REDIRECTED_HOME):
        return told
    if outcome not in (FetchOutcome.OK, FetchOutcome.SOFT404):
        return None
    look = look_of(facts)
    if home is not None and is_home_look(look, home):
        return told.model_copy(update={"outcome": FetchOutcome.REDIRECTED_HOME, "title": facts.title})
    text = look.text if _tells(facts, look, home.lines if home else frozenset()) else None
    looked = facts.outcome is FetchOutcome.OK  # of a page that says it is missing no links are kept
    shows = shows_of(look.links).kept if text is not None and looked else None
    return told.model_copy(update={"title": facts.title, "text": text, "shows": shows})


def _tells(facts: PageFacts, look: Look, template: frozenset[str]) -> bool:
    """Whether an answer to a made-up address can only be that of a missing page."""
    if look.text is None or not _SHORTEST <= look.text.length <= LONGEST:
        return False
    if facts.outcome is FetchOutcome.SOFT404:
        return True
    said = f"{facts.title}\n{facts.text[:LONGEST]}"
    if not _own_words(facts, template):
        return False  # an empty template may be any empty page
    if _SAYS_MISSING.search(said):
        return not _WALL.search(said)
    return not (
        look.holds
        or facts.shell
        or facts.kind in (PageKind.FORM, PageKind.JUMP)
        or _SAYS_OTHERWISE.search(said)
    )


def _own_words(facts: PageFacts, template: frozenset[str]) -> bool:
    """Whether the page says something besides the names of what it leads to and what the home page says too."""
    lines = (line for line in facts.text[:_MOST_TEXT].split("\n") if "".join(line.split()) not in template)
    left = "\n".join(lines)
    for anchor in sorted({link.anchor for link in facts.links if link.anchor}, key=len, reverse=True):
        left = left.replace(anchor, "")
    return len(bare_text(left)) >= _SHORTEST


def is_home_look(look: Look, home: Look) -> bool:
    """像首页 Whether a page shows what the home page shows."""
    if look.text is None or home.text is None or home.text.length < _HOME_TEXT:
        return False
    return bare_text(look.title) == bare_text(home.title) and alike(look.text, home.text)


class MissingPages:
    """缺页簿 Signatures of one site, the earlier ones first; asked for every page that seems to be there."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.home: Look | None = None
        self._known: dict[str, MissingSignature] = {}
        for signature in site.profile.missing if site.profile else ():
            self._known[signature.folder] = signature

    @property
    def signatures(self) -> tuple[MissingSignature, ...]:
        return tuple(self._known[folder] for folder in sorted(self._known))

    def learn(self, signature: MissingSignature | None) -> None:
        """记住 A later answer for a folder replaces the earlier one."""
        if signature is not None:
            self._known[signature.folder] = signature

    def of_folder(self, url: str) -> MissingSignature | None:
        """适用特征 That of the page's folder, else of the nearest folder above; of any other when there is none above."""
        for folder in _upwards(folder_path(url)):
            if folder in self._known:
                return self._known[folder]
        told = [one for one in self._known.values() if one.text is not None]
        return told[0] if told and len(told) == len(self._known) else None

    def may_match(self, title: str) -> bool:
        """是否值得比对 By the title alone, before a print is made."""
        return bare_text(title) in self.titles

    @property
    def titles(self) -> frozenset[str]:
        """可比的标题 Titles, bare, without which no page is refined."""
        known = [one.title for one in self._known.values() if one.text is not None]
        return frozenset(bare_text(one) for one in (*known, *([self.home.title] if self.home else ())))

    def is_home(self, path: str) -> bool:
        """可作首页 Whether the path is one a home page may have, besides the address the site is known by."""
        home = _path(self._site.home)
        folder, _, name = path.rpartition("/")
        in_home_folder = folder in ("", home.rpartition("/")[0]) and _INDEX.fullmatch(name) is not None
        return path == home or in_home_folder or _HOME_PATH.search(path) is not None

    def refined(self, look: Look, *, alias: bool = False) -> Refined | None:
        """细分 SIGNATURE, HOME_SERVED or None. `alias`: some menu calls this address the home page."""
        path = _path(look.url)
        signature = self.of_folder(look.url)
        if self.home is not None and is_home_look(look, self.home):
            known = signature is None or signature.outcome is FetchOutcome.REDIRECTED_HOME
            profile = self._site.profile
            if profile is not None and "sends_home" in profile.pinned:
                known = profile.sends_home is True
            return HOME_SERVED if known and not alias and not self.is_home(path) else None
        if signature is None or signature.text is None or look.text is None or look.holds:
            return None
        if signature.final_path == path or bare_text(signature.title) != bare_text(look.title):
            return None
        # sent to the very page that made-up addresses are sent to: there its words may vary
        same_place = bool(look.landed) and look.landed == signature.final_path
        if not same_place and not _same(signature.text, look.text):
            return None
        return None if shows_of(look.links).beyond(signature.shows) else SIGNATURE

    def sent_home(self, url: str, landed: str) -> bool:
        """惯于转首页 Whether the address led to the home page as made-up ones beside it do, and is no name of the home page."""
        known = self.of_folder(url)
        if known is None or known.outcome is not FetchOutcome.REDIRECTED_HOME or not known.final_path:
            return False
        return landed == known.final_path and not self.is_home(_path(url))


def _same(one: TextPrint, other: TextPrint) -> bool:
    return alike(one, other) and (one.length <= _SHORT or distance(one, other) <= 1)


def folder_path(url: str) -> str:
    """目录 Path of the folder an address lies in, ending in a slash."""
    return _path(url).rpartition("/")[0] + "/"


def _path(url: str) -> str:
    try:
        return urlsplit(url).path or "/"
    except ValueError:
        return "/"


def _upwards(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = folder[:-1].rpartition("/")[0] + "/" if folder != "/" else ""


def homes_by_name(pages: Iterable[PageFacts]) -> frozenset[str]:
    """称作首页的地址 Addresses that links on the site call the home page."""
    runs: dict[int, tuple[Link, ...]] = {}
    found: set[str] = set()
    for run in (run for facts in pages for run in facts.link_runs):
        if id(run) not in runs:
            found |= {link.url for link in run if link.anchor.strip().lower() in _HOME_NAMES}
            if isinstance(run, CommonLinks):
                runs[id(run)] = run
    return frozenset(found)
