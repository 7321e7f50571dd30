"""信件 Letters of visitors as a site publishes them: from lists and from their own pages, each once."""

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from urllib.parse import urlsplit

from checks.material import trusted_day
from checks.once import once
from model import Column, ColumnForm, ColumnKind, Evidence, Message, Observation, PageFacts, PageKind
from model.site import bare_name

EXCLUDED = ("访谈", "征集", "调查", "信访", "举报", "建议提案", "议案", "提案")  # no 政务咨询 columns
CONSULTING = ("咨询", "信箱", "留言")  # a column called 咨询投诉举报 is one all the same
LONGEST_STATE = 10  # characters: what is longer is the answer itself
_OPEN = re.compile(
    r"未(?:回复|答复|处理|办理|受理|办结|回应)|(?:待|等待)(?:回复|答复|处理|办理|受理)|(?:处理|办理|受理|转办|审核)中|正在|已(?:受理|转办|接收|收到)"
)
_WAITING = re.compile(r"未(?:回复|答复|处理|办理|受理|办结|回应)|(?:待|等待)(?:回复|答复|处理|办理|受理)")
_DONE = re.compile(r"(?<![未待])(?:回复|答复|办结|回应|反馈|办理完毕)|已(?:办理|处理|完成)(?!中)")


class Letter(NamedTuple):
    """信件 One letter. `told` on which page; `own` its own page, when it was read; `column` None: in none known."""

    message: Message
    told: PageFacts
    own: PageFacts | None
    column: Column | None
    asked: date | None
    answered: date | None

    @property
    def state(self) -> str:
        return bare_name(self.message.state or "").replace("未予", "未")

    @property
    def is_answered(self) -> bool:
        """已答复 By a date of the answer, or by a state that says so or is the answer."""
        if self.message.answered.value is not None or len(self.state) > LONGEST_STATE:
            return True
        return _DONE.search(self.state) is not None

    @property
    def is_open(self) -> bool:
        """未办结 The site itself says that it has not been answered."""
        return not self.is_answered and _OPEN.search(self.state) is not None

    @property
    def is_waiting(self) -> bool:
        """待答复 The site says that an answer is still to come; 已受理, 已转办 may be an older state of an answered one."""
        return self.is_open and _WAITING.search(self.state) is not None

    @property
    def is_mixed(self) -> bool:
        """混合栏目 In a column that takes both questions and reports of wrongs."""
        return _excluded([self.told.title, *([self.column.name] if self.column else [])])

    @property
    def url(self) -> str:
        return self.message.url if "://" in self.message.url else ""

    @property
    def locus(self) -> str:
        """定位 Its address; without one its place and the day or minute it was written, the one thing that stays."""
        if self.url:
            return self.url
        if self.own is not None:
            return self.own.url
        at = self.message.asked.at
        when = at.isoformat() if at else self.asked.isoformat() if self.asked else ""
        return f"{self.column.key if self.column else urlsplit(self.told.url).path}#{when}"

    def evidence(self) -> Evidence:
        page = self.own or self.told
        words = (
            self.message.title,
            self.message.asked.raw,
            self.message.answered.raw,
            self.message.state,
            self.url,
        )
        quote = " ".join(word for word in words if word)
        return Evidence(snapshot_id=page.snapshot_id, url=page.final_url, quote=quote, shows="letter")


class Letters(NamedTuple):
    """信件清单 The letters; `silent`: columns read whose rows tell no letters; `unread`: columns nobody saw."""

    all: tuple[Letter, ...]
    silent: tuple[Column, ...]
    unread: tuple[Column, ...]


def letters_of(observation: Observation, kinds: Iterable[ColumnKind]) -> Letters:
    """查找信件 Those in columns of these kinds, and those on pages that stand in no other kind of column."""
    wanted = frozenset(kinds)
    places = once(observation, _Places)
    today = observation.moment.today
    found: dict[str, Letter] = {}
    heard: set[str] = set()
    for page in observation.pages:
        if not page.outcome.observed or not page.messages:
            continue
        column = places.column_of(page)
        strange = column is not None and column.kind not in (
            *wanted,
            ColumnKind.OTHER,
            ColumnKind.INTERACTION,
        )
        names = [page.title, *(crumb.name for crumb in page.crumbs), *([column.name] if column else [])]
        if column is not None and column.kind in wanted:
            heard.add(column.key)
        if strange or (_excluded(names) and not _consulting(names)):
            continue
        if (column is None or column.kind not in wanted) and ColumnKind.CONSULTATION not in wanted:
            continue
        for message in page.messages:
            single = not message.url and len(page.messages) == 1 and places.is_own_page(page)
            own = page if single else observation.page_at(message.url) if message.url else None
            own = own if own is not None and own.outcome.observed else None
            days = (trusted_day(message.asked, today), trusted_day(message.answered, today))
            letter = Letter(message, page, own, column if column and column.kind in wanted else None, *days)
            key = _address(own.final_url if own is not None else letter.locus)
            key += "" if letter.url or own is not None else message.title
            found[key] = _joined(found[key], letter) if key in found else letter
    columns = [
        column
        for column in observation.columns_of(*wanted)
        if not _excluded([column.name]) or _consulting([column.name])
    ]
    unread = [one for one in columns if _unread(one) and not one.outcome.missing]
    silent = [one for one in columns if one not in unread and one.items and one.key not in heard]
    return Letters(tuple(found.values()), tuple(silent), tuple(unread))


class _Places:
    """Which column a page belongs to: its own page, a row that leads to it, or its breadcrumb."""

    def __init__(self, observation: Observation) -> None:
        self._shots = {shot: column for column in observation.columns for shot in column.snapshot_ids}
        self._addresses = {_address(column.url): column for column in observation.columns}
        self._rows = {
            _address(row.item.url): row.column
            for row in observation.rows
            if row.column is not None and row.item.url
        }
        self._letters = {
            _address(message.url) for page in observation.pages for message in page.messages if message.url
        }
        self._names = {bare_name(column.name): column for column in observation.columns}

    def is_own_page(self, page: PageFacts) -> bool:
        """One letter is told here: a list that holds a single one is a column's page and no row leads to it."""
        urls = {_address(page.url), _address(page.final_url)}
        if urls & self._letters or urls & self._rows.keys():
            return True
        return page.kind not in (PageKind.LIST, PageKind.LANDING) and not urls & self._addresses.keys()

    def column_of(self, page: PageFacts) -> Column | None:
        urls = [_address(page.url), _address(page.final_url)]
        for url in urls:
            column = self._addresses.get(url) or self._rows.get(url)
            if column is not None:
                return column
        if page.snapshot_id in self._shots:
            return self._shots[page.snapshot_id]
        for crumb in reversed(page.crumbs):
            named = self._addresses.get(_address(crumb.url or "")) or self._names.get(bare_name(crumb.name))
            if named is not None:
                return named
        return None


def _joined(one: Letter, other: Letter) -> Letter:
    """What its list and its own page tell of one letter: an answer told anywhere is an answer."""
    first, second = (one, other) if one.own is None else (other, one)
    states = [letter.message.state for letter in (one, other) if letter.is_answered and letter.message.state]
    # A page names the site behind its title; a list may cut it short.
    titles = [letter.message.title for letter in (one, other) if letter.message.url]
    listed = next((title for title in titles if not title.endswith(("…", "..."))), None)
    message = first.message.model_copy(
        update={
            "title": listed or first.message.title,
            "asked": first.message.asked if first.message.asked.value else second.message.asked,
            "answered": first.message.answered if first.message.answered.value else second.message.answered,
            "state": states[0] if states else second.message.state or first.message.state,
            "url": first.message.url or second.message.url,
        }
    )
    return first._replace(
        message=message,
        own=first.own or second.own,
        column=first.column or second.column,
        asked=first.asked or second.asked,
        answered=first.answered or second.answered,
    )


def _excluded(names: Iterable[str]) -> bool:
    return any(word in bare_name(name) for name in names for word in EXCLUDED)


def _consulting(names: Iterable[str]) -> bool:
    return any(word in bare_name(name) for name in names for word in CONSULTING)


def _unread(column: Column) -> bool:
    return (
        column.unread is not None
        or not column.outcome.observed
        or column.form in (ColumnForm.UNKNOWN, ColumnForm.LINK_OUT)
    )


def _address(url: str) -> str:
    return url.partition("://")[2].rstrip("/") or url
