"""功能入口缺失 An entry or form that visitors need is not offered.

何为问题: 检索、依申请公开、政策咨询、无障碍等应设入口或表单没有提供，点击步数过多，或入口打不开。
怎样测量: 在首页（或全部已读页面、指定栏目页面）的链接文字、图片替代文字、网址、菜单、页脚标识和表单中查找；步数从首页起逐级计算，只走读到的链接。
反例: 首页经浏览器渲染，全部读到，没有名称含“检索”的入口，也没有检索框；入口两次访问均为 404。
正例: 入口是一张图片，替代文字写明用途；检索框没有表单标签，由脚本提交；入口指向统一检索平台。
局限: 首页含脚本而未渲染、有无字图片入口、采集未完、名称相近、入口文字过长的，只提请人工核实；未访问过的入口（含外站入口）只认其有，不保证可用。
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

from pydantic import Field

import model
from checks.clicks import clicks_to
from checks.entry_search import LONGEST_ENTRY, Found, found_in
from checks.likeness import akin
from checks.material import find
from checks.sight import (
    checks_of,
    column_pages,
    entry_evidence,
    gap_of,
    has_nameless_entries,
    holds,
    is_unread,
    own_entries,
    scripted_gap,
    surely_dead,
    surely_seen,
    unanswered,
)
from model import Hit, Moment, NoSubject, Observation, PageFacts, Subject, Topic, Unsure
from model.site import bare_name
from model.survey import plain_address

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
MOST = 8


class Params(model.Params):
    """参数 An entry whose anchor or address holds one of `names` or `addresses`, or a form of use `form`, on the home
    page or anywhere (`on`), on pages of the columns of `where` if given, at most `clicks` from the home page (1: its
    target opens from the home page itself), answering when tried."""

    name: str
    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    form: Literal["search", "letter", "application"] | None = None
    on: Literal["home", "site"] = "site"
    where: Topic | None = None
    clicks: int | None = Field(default=None, ge=0)
    since: date | None = None
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 At most one answer: absent, dead, too many clicks away, or a person must look."""
    if params.since and moment.today < params.since:
        yield NoSubject()
        return
    pages, gap = _pages(subject, params)
    if not pages and not gap and not params.ask:
        yield NoSubject()
        return
    found = found_in(subject, pages, params.names, params.addresses, params.form)
    if params.ask:
        yield _answer(Unsure, _asked(subject, params, found), subject, params, found)
    elif found:
        yield from _working(subject, params, found)
    else:
        yield _lacking(subject, params, pages, gap)


def _pages(observation: Observation, params: Params) -> tuple[list[PageFacts], str]:
    """The pages to look at, and why there are others that nobody has read."""
    home = observation.home
    if home is None or not home.outcome.observed:
        return [], "home_unread"
    gap = gap_of(observation) or ""
    if params.on == "home":
        return [home], gap
    if params.where is None:
        return [
            home,
            *(page for page in observation.pages if page is not home and page.outcome.observed),
        ], gap
    columns = find(observation, params.where).columns
    if not columns:
        return [], gap
    if any(is_unread(column) for column in columns):
        gap = gap or "unread_columns"
    addresses = {plain_address(column.url) for column in columns}
    pages = [
        page
        for page in observation.pages
        if page.outcome.observed and {plain_address(page.url), plain_address(page.final_url)} & addresses
    ]
    return pages, gap if pages else gap or "unread_columns"


def _working(observation: Observation, params: Params, found: list[Found]) -> Iterator[Hit | Unsure]:
    """Nothing when one of the entries answers, or was not tried, near enough to the home page."""
    tried = checks_of(observation, {one.url for one in found if one.url})
    answering = [
        one for one in found if not unanswered(tried.get(one.url)) and not _lost(observation, one.url)
    ]
    if not answering:
        sure = observation.coverage.complete and all(surely_dead(tried.get(one.url)) for one in found)
        yield _answer(
            Hit if sure else Unsure, "dead_entry" if sure else "no_answer", observation, params, found
        )
    elif params.clicks is not None:
        gap = gap_of(observation) or scripted_gap(observation)
        if not _near_enough(observation, answering, params.clicks):
            case = "too_deep_maybe" if gap else "too_deep"
            yield _answer(Unsure if gap else Hit, case, observation, params, answering, gap=gap or "")


def _near_enough(observation: Observation, found: list[Found], most: int) -> bool:
    targets = {one.url for one in found if one.url}
    places = {id(one.page) for one in found if not one.url}
    return clicks_to(observation, targets, places, most) is not None


def _asked(observation: Observation, params: Params, found: list[Found]) -> str:
    """What a person who is asked is told of it."""
    if not found:
        return "asked_nothing"
    if params.clicks is None:
        return "asked_found"
    return "asked_near" if _near_enough(observation, found, params.clicks) else "asked_far"


def _lost(observation: Observation, url: str) -> bool:
    """Whether the target was fetched as a page and did not answer."""
    page = observation.page_at(url) if url else None
    return page is not None and not page.outcome.observed


def _lacking(observation: Observation, params: Params, pages: list[PageFacts], gap: str) -> Hit:
    """Absent only when every page it could stand on was read as a visitor sees it."""
    gap = gap or scripted_gap(observation, column_pages(observation) if params.on == "site" else ()) or ""
    if not gap and params.where is not None and not all(surely_seen(page) for page in pages):
        gap = "page_scripted"
    if not gap and any(has_nameless_entries(page) for page in pages[: 1 if params.where is None else None]):
        gap = "pictures"
    if gap:
        return _answer(Unsure, "unread", observation, params, pages=pages, gap=gap)
    near = _near(observation, pages, params)
    if near:
        return _answer(Unsure, "maybe", observation, params, near)
    return _answer(Hit, "absent", observation, params, pages=pages)


def _near(observation: Observation, pages: list[PageFacts], params: Params) -> list[Found]:
    """Entries of a name like it, headlines that hold it, and on the home page's account what other pages offer."""
    names = (params.name, *params.names)
    found = []
    for page in pages[:MOST]:
        for link in own_entries(page):
            short = 2 <= len(bare_name(link.anchor)) <= LONGEST_ENTRY
            if holds(link.anchor, params.names) or (short and any(akin(link.anchor, name) for name in names)):
                found.append(Found(page, link.anchor, link.url))
    if params.on == "home" and not found:
        others = [one for one in observation.pages if one.outcome.observed and one is not observation.home]
        found = found_in(observation, others, params.names, params.addresses, params.form)
    return found[:MOST]


def _answer(
    answer: type[Hit],
    case: str,
    observation: Observation,
    params: Params,
    found: Iterable[Found] = (),
    pages: Iterable[PageFacts] = (),
    gap: str = "",
) -> Hit:
    named = list(found)[:MOST]
    evidence = [entry_evidence(one.page, one.words, one.url) for one in named]
    for page in [] if named else list(pages)[:3]:
        words = " ".join(link.anchor for link in own_entries(page)[:40] if link.anchor)
        evidence.append(entry_evidence(page, words, "").model_copy(update={"shows": "entries_seen"}))
    return answer(
        message_id=f"check.missing_entry.{case}",
        params={
            "name": params.name,
            "seen": "、".join(dict.fromkeys(one.words[:30] or one.url for one in named[:3])),
            "scope": params.where.name if params.where else params.on,
            "clicks": params.clicks or 0,
            "gap": gap,
        },
        evidence=tuple(evidence),
        locus=params.name,
        subject_name=params.name,
        url=observation.site.home,
        allowed=str(params.clicks) if params.clicks is not None else None,
    )
