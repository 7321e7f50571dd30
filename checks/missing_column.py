"""应设未设 A column that the rules require and the site does not have.

何为问题: 网站未开设应设栏目，或政府信息公开专栏缺少指南、制度、法定主动公开内容、年报等板块。
怎样测量: 首页、导航栏目与专栏均已读到，且没有一个栏目属于所要求的类型（栏目类型由元标签、名录同义名、人工映射确定）。
反例: 导航栏目全部读到，其中没有政策解读类栏目，各页菜单与面包屑也没有名称相近的入口。
正例: 栏目名为“领导之窗”（与领导信息同义）；栏目存在但暂时打不开。
局限: 有未读到的栏目、采集未完（含任何未及采集的网址）、菜单中有此栏目而页面打不开、所辖内容分列为多个栏目、名称相近疑似改名、入口指向外站、专栏整体缺失的，一律只提请人工核实。
"""

from collections.abc import Iterable, Iterator
from typing import Literal, TypeVar
from urllib.parse import urlsplit

import model
from checks.likeness import alike, same_ending
from checks.sight import MIN_NAVIGATION, much_unread
from checks.unseen import GONE, dead_urls
from model import (
    Column,
    ColumnForm,
    ColumnKind,
    Evidence,
    Hit,
    Moment,
    Observation,
    PageFacts,
    Scope,
    Subject,
    Unsure,
)
from model.site import bare_name
from model.survey import MenuWord

Answer = TypeVar("Answer", bound=Hit)

SUBJECT = Subject.OBSERVATION
NEEDS = frozenset({"home"})
LONGEST_MENU_NAME = 12
PLATFORM_BLOCKS = (
    ColumnKind.GUIDE,
    ColumnKind.REGULATIONS,
    ColumnKind.STATUTORY,
    ColumnKind.ANNUAL_REPORT,
    ColumnKind.ON_REQUEST,
)
BLOCKS_OF_A_PLATFORM = 2  # so many of them together are the platform, whatever its own page is taken for
MAPS = ("网站地图", "站点地图", "网站导航", "站点导航")
PARTS_OF_A_COLUMN = 3  # so many columns that it would gather may stand for it


class Params(model.Params):
    """参数 `kind` and its standard `name`; `within` the whole site or the disclosure platform only.

    `like`: fragments (新闻, 要闻 …) that make a person look at an unrecognised column of such a name;
    `like_any_kind`: the same for columns of whatever kind. `parts` and `part_kinds`: name fragments and kinds of
    the columns that such a column gathers; three of them together may stand for it.
    """

    kind: ColumnKind
    name: str
    within: Literal["any", "disclosure"] = "any"
    like: tuple[str, ...] = ()
    like_any_kind: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    part_kinds: tuple[ColumnKind, ...] = ()


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure]:
    """判定 Nothing when the column exists; one Hit only when everything that could hold it was read."""
    answer = _present(subject, params) or _hidden(subject, params)
    if isinstance(answer, Unsure):
        yield answer
    elif answer is None:
        yield _answer(Hit, "absent", subject, params)


def _present(observation: Observation, params: Params) -> Unsure | bool:
    """True when the column is there, Unsure when only something like a pointer to it is."""
    if params.kind is ColumnKind.DISCLOSURE and len(_blocks(observation)) >= BLOCKS_OF_A_PLATFORM:
        return True
    found = observation.columns_of(params.kind)
    inside = [column for column in found if params.within == "any" or column.in_disclosure]
    if any(column.form is not ColumnForm.LINK_OUT and not _dead(column) for column in inside):
        return True
    if inside:
        case = "link_out" if any(column.form is ColumnForm.LINK_OUT for column in inside) else "entry_dead"
        return _answer(Unsure, case, observation, params, inside)
    if found:
        return _answer(Unsure, "elsewhere", observation, params, found)
    return False


def _hidden(observation: Observation, params: Params) -> Unsure | None:
    """Unsure when the column may exist where nobody has looked."""
    home = observation.home
    if home is None or not home.outcome.observed:
        return _answer(Unsure, "home_unread", observation, params)
    if not observation.coverage.menus_complete:
        return _answer(Unsure, "left_over", observation, params)
    if params.within == "disclosure":
        platform = [column for column in observation.columns if column.kind is ColumnKind.DISCLOSURE]
        if not platform and len(_blocks(observation)) < BLOCKS_OF_A_PLATFORM:
            return _answer(Unsure, "no_platform", observation, params)
        if not any(
            column.in_disclosure and column.kind is not ColumnKind.DISCLOSURE
            for column in observation.columns
        ):
            return _answer(Unsure, "platform_unread", observation, params, platform)
    elif sum(column.level == 1 for column in observation.columns) < MIN_NAVIGATION:
        return _answer(Unsure, "few_columns", observation, params)
    candidates = [column for column in observation.columns if _may_be(column, params)]
    if candidates:
        case = "entry_dead" if all(_dead(column) for column in candidates) else "renamed"
        return _answer(Unsure, case, observation, params, candidates)
    parts = [column for column in observation.columns if _is_part(column, params)]
    if len(parts) >= PARTS_OF_A_COLUMN:
        return _answer(Unsure, "parts_seen", observation, params, parts)
    unread = [column for column in observation.columns if _may_hide(column, params)]
    unread = unread or much_unread(observation)
    if unread:
        return _answer(Unsure, "unread_columns", observation, params, unread)
    entry = _entry(observation, params)
    if entry:
        case = "entry_dead" if entry.url in dead_urls(observation) else "entry_seen"
        return _answer(Unsure, case, observation, params, entry=entry.words, at=entry.page)
    return None


def _blocks(observation: Observation) -> set[ColumnKind]:
    return {column.kind for column in observation.columns_of(*PLATFORM_BLOCKS) if column.in_disclosure}


def _dead(column: Column) -> bool:
    return column.outcome in GONE


def _looks_like(name: str, params: Params) -> bool:
    return alike(name, params.name) or any(bare_name(part) in bare_name(name) for part in params.like)


def _may_be(column: Column, params: Params) -> bool:
    """A column of another kind only when it bears the very name; its page may be what the menu opens first."""
    if any(bare_name(part) in bare_name(column.name) for part in params.like_any_kind):
        return True
    if column.kind is not ColumnKind.OTHER:
        return same_ending(column.name, params.name)
    return _looks_like(column.name, params)


def _is_part(column: Column, params: Params) -> bool:
    """One of the columns that the wanted one would gather."""
    if params.within == "disclosure" and not column.in_disclosure:
        return False
    named = any(bare_name(part) in bare_name(column.name) for part in params.parts)
    return named or column.kind in params.part_kinds


def _may_hide(column: Column, params: Params) -> bool:
    """A place that was not read and could be, or could contain, the column."""
    unread = column.unread is not None or not column.outcome.observed
    if not unread or column.outcome.missing:
        return False
    if column.kind is ColumnKind.DISCLOSURE:
        return True
    return column.kind is ColumnKind.OTHER and (
        column.in_disclosure if params.within == "disclosure" else column.level == 1
    )


def _entry(observation: Observation, params: Params) -> MenuWord | None:
    """A menu entry or crumb of that name, on any page, that never became a column (a script's, for instance)."""
    known = {column.url for column in observation.columns if column.kind is not ColumnKind.OTHER}
    like: dict[str, bool] = {}
    same: dict[str, bool] = {}
    for word in observation.menus:
        bare = word.bare
        if not 2 <= len(bare) <= LONGEST_MENU_NAME:
            continue
        if word.url in known:
            if bare not in same:
                same[bare] = same_ending(word.words, params.name)
            found = same[bare]
        else:
            if bare not in like:
                like[bare] = _looks_like(word.words, params)
            found = like[bare]
        if found:
            return word
    return None


def _looked(observation: Observation) -> str:
    """How much of the site was looked at: a label `looked.<value>`."""
    if observation.coverage.scope is Scope.WHOLE:
        return "whole"
    mapped = any(
        urlsplit(page.url).path.endswith("sitemap.xml") or any(word in page.title for word in MAPS)
        for page in observation.read_pages
    )
    return "quick_map" if mapped else "quick"


def _answer(
    answer: type[Answer],
    case: str,
    observation: Observation,
    params: Params,
    columns: Iterable[Column] = (),
    entry: str = "",
    at: PageFacts | None = None,
) -> Answer:
    named = list(columns)
    home = at or observation.home
    menu = [column.name for column in observation.columns if column.level == 1 or column.in_disclosure]
    evidence = [
        Evidence(
            snapshot_id=column.snapshot_ids[0] if column.snapshot_ids else None,
            url=column.url,
            quote=column.name,
            shows="column",
        )
        for column in named[:5]
    ]
    if home is not None:
        quote = entry or " ".join(menu[:40])
        evidence.append(
            Evidence(snapshot_id=home.snapshot_id, url=home.final_url, quote=quote, shows="navigation")
        )
    return answer(
        message_id=f"check.missing_column.{case}",
        params={
            "name": params.name,
            "seen": entry or "、".join(column.name for column in named[:5]),
            "columns": len(observation.columns),
            "pages": len(observation.read_pages),
            "looked": _looked(observation),
        },
        evidence=tuple(evidence),
        locus=params.kind.value,
        subject_name=params.name,
        url=observation.site.home,
    )
