"""清单缺项 Things one list names are not in another.

何为问题: 应有的名单（乡镇、部门、领域、目录项等）在网站的栏目、条目或链接中不全。
怎样测量: 名称规整后与栏目名、条目标题、链接文字、菜单项逐一比对，同名、同义名或包含该名称的都算在列；比例低于规定即不合。
反例: 26 个领域只有 24 个有栏目，其余两个全站未见。
正例: 乡镇名写在较长的条目标题里；用的是同义名；名单项链接到上级门户的对应栏目。
局限: 采集未完、栏目未读到、列表未读全、首页含脚本而未渲染、有名称相近者、对应栏目打不开的，只提请人工核实；名单之外多出的只作提示；标题里提到名称即算在列，可能宽于实际；名单取自本站条目的，条目未必都是名单项，只提请人工核实，且未指明范围时只与栏目比对。
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Literal

from pydantic import Field, model_validator

import model
from checks.material import Material, find
from checks.names_seen import LONGEST_NAME, MOST_COMPARED, Place, like_ones, places_of
from checks.sight import gap_of, is_unread, scripted_gap
from model import (
    Column,
    Evidence,
    Hit,
    Moment,
    Named,
    Names,
    NoSubject,
    Observation,
    Subject,
    Topic,
    Unsure,
)
from model.site import bare_name

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
LOCUS = "list"
SHORTEST_SOURCE, MOST = 2, 8


class Params(model.Params):
    """参数 Exactly one of `expected` (names) and `source` (a list on the site) against `among` columns, rows, links or all.

    `where`: only there. `share`: how much of it must be there. `extra`: what is there and not expected is told as well.
    """

    expected: tuple[Named, ...] = ()
    source: Topic | None = None
    where: Topic | None = None
    among: Literal["columns", "rows", "links", "all"] = "all"
    share: Decimal = Field(default=Decimal(1), gt=0, le=1)
    extra: bool = False
    since: date | None = None
    ask: bool = False

    @model_validator(mode="after")
    def _one_list(self) -> "Params":
        if bool(self.expected) == (self.source is not None):
            raise ValueError("give either expected or source")
        return self


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 At most one answer: what lacks, or what a person must look at."""
    if params.since and moment.today < params.since:
        yield NoSubject()
        return
    where = find(subject, params.where) if params.where else None
    wanted, known = _wanted(subject, params)
    if params.ask and not wanted:
        yield _answer(Unsure, "asked_no_list", subject, params, (), ())
        return
    if not wanted or (not params.ask and where is not None and not where.columns and not where.rows):
        gap = gap_of(subject)
        if known and not gap:
            yield NoSubject()
        else:
            yield _answer(
                Unsure, "place_unread" if wanted else "source_unread", subject, params, wanted, wanted
            )
        return
    alone = (
        params.source is not None and where is None
    )  # a list of the site would only be compared with itself
    places = places_of(subject, "columns" if alone else params.among, where)
    index = Names(place.name for place in places)
    lacking: list[Named] = []
    used: set[int] = set()
    for one in wanted:
        at = index.holding(one.names)
        used |= at
        if all(places[position].gone for position in at):
            lacking.append(one)
    there = len(wanted) - len(lacking)
    needed = int((params.share * len(wanted)).to_integral_value(ROUND_CEILING))
    like = like_ones(lacking, places, used)
    perhaps = {*like, *(one.name for one in lacking[MOST_COMPARED:])}
    gap = _gap(subject, params, where)
    if params.ask:
        yield _answer(Unsure, "asked", subject, params, wanted, lacking, like.values(), gap)
    elif there >= needed:
        more = _extra(places, used, params, where) if params.extra else []
        if more:
            yield _answer(Unsure, "extra", subject, params, wanted, lacking, more)
    elif gap:
        yield _answer(Unsure, "unread", subject, params, wanted, lacking, like.values(), gap)
    elif params.source is not None:
        yield _answer(Unsure, "source_differs", subject, params, wanted, lacking, like.values())
    elif there + len(perhaps) >= needed:
        yield _answer(Unsure, "maybe", subject, params, wanted, lacking, like.values())
    else:
        yield _answer(Hit, "absent", subject, params, wanted, lacking, like.values(), perhaps=perhaps)


def _wanted(observation: Observation, params: Params) -> tuple[list[Named], bool]:
    """The names looked for, each once, and whether their list was read."""
    if params.source is None:
        return list({one.name: one for one in params.expected}.values()), True
    source = find(observation, params.source)
    titles = [row.item.title for row in source.rows if len(bare_name(row.item.title)) >= SHORTEST_SOURCE]
    unread = any(is_unread(column) for column in source.columns)
    return [Named(name=title) for title in dict.fromkeys(titles)], bool(titles) or not unread


def _gap(observation: Observation, params: Params, where: Material | None) -> str:
    """Why what lacks may stand where nobody has looked."""
    gap = gap_of(observation)
    if gap is None and where is not None and any(is_unread(column) for column in where.columns):
        gap = "unread_columns"
    columns = where.columns if where else observation.columns
    if gap is None and params.among != "columns" and any(_half_read(column) for column in columns):
        gap = "half_read"
    if gap is None and params.among != "rows":
        pages = [page for column in columns if (page := observation.page_at(column.url))] if where else []
        gap = scripted_gap(observation, pages)
    return gap or ""


def _half_read(column: Column) -> bool:
    return bool(column.items) and not column.complete


def _extra(places: list[Place], used: set[int], params: Params, where: Material | None) -> list[Place]:
    """Names of the same sort that nobody asked for; the columns of `where` themselves are no entries of it."""
    own = {bare_name(name) for name in (*params.where.columns, params.where.name)} if params.where else set()
    found = {
        bare_name(place.name): place
        for position, place in enumerate(places)
        if position not in used and 2 <= len(bare_name(place.name)) <= LONGEST_NAME
    }
    return [place for name, place in found.items() if name not in own]


def _answer(
    answer: type[Hit],
    case: str,
    observation: Observation,
    params: Params,
    wanted: Iterable[Named],
    lacking: Iterable[Named],
    shown: Iterable[Place] = (),
    gap: str = "",
    perhaps: Iterable[str] = (),
) -> Hit:
    """`perhaps`: names that are only perhaps lacking, and are counted apart from those that surely do."""
    every, less, seen = list(wanted), list(lacking), list(shown)
    told = [one.name for one in less if one.name not in set(perhaps)]
    topic = params.where or params.source
    there = len(every) - len(less)
    needed = int((params.share * len(every)).to_integral_value(ROUND_CEILING))
    evidence = [
        Evidence(snapshot_id=place.snapshot_id, url=place.url, quote=place.name, shows="name_seen")
        for place in seen[:MOST]
    ]
    home = observation.home
    if not evidence and home is not None:
        names = " ".join(column.name for column in observation.columns[:40])
        evidence = [
            Evidence(snapshot_id=home.snapshot_id, url=home.final_url, quote=names, shows="navigation")
        ]
    return answer(
        message_id=f"check.list_mismatch.{case}",
        params={
            "scope": topic.name if topic else "site",
            "lacking": "、".join(told[:10]) or "none",
            "lacks": len(told),
            "maybe": len(less) - len(told),
            "like": "、".join(dict.fromkeys(place.name for place in seen[:10])) or "none",
            "there": there,
            "wanted": len(every),
            "needed": needed,
            "gap": gap,
        },
        evidence=tuple(evidence),
        locus=topic.name if topic else LOCUS,
        url=observation.site.home,
        measured=f"{there}/{len(every)}",
        allowed=str(needed),
    )
