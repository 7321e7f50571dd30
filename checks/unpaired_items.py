"""事前事后不成对 Items that must come in pairs (draft and result, before and after) stand alone.

何为问题: 应成对公开的内容只有前一件（征求意见而无采纳情况、事前公示而无事后公示），或后一件先于前一件公开。
怎样测量: 去掉标题中的公示、征求意见、结果等字样后逐字比较事项名称，相同的为一对；给定期限的，后一件应在前一件之日起的期限内公开。
反例: 2020-03-01 对某办法征求意见，期限六个月，至 2021-01-13 全部列表读完仍无该办法的采纳情况。
正例: 期限未过；同一事项的“征求意见”与“意见反馈”各有一条；采纳情况写在征求意见的同一页。
局限: 未给期限的、事项名称只是相近的、日期不足为凭的、后一类列表未读完或有关栏目未读到的，合并为一条提请人工核实。
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import model
from checks.material import Material, date_of, find, gathered, leads, row_seen, trusted_day
from checks.unseen import Blind, hidden
from model import Dated, Evidence, Hit, Moment, NoSubject, Observation, Period, Row, Subject, Topic, Unsure
from model.site import bare_name

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ITEMWISE = True
MOST_EVIDENCE = 8
LIKE = 0.6  # share of common pairs of characters from which two matters may be one
SHORTEST = 3
_STAGE = re.compile(
    r"关于|公开|征求|征集|公众|社会|各界|意见|建议|采纳|反馈|汇总|情况|说明|结果|公示|公告|公布|通告|通知|通报|启事"
    r"|事前|事中|事后|拟|草案|讨论稿|送审稿|修订稿|初稿|征求意见稿|\(.*?稿\)|听证会?|预公开|开展|进行|对|的|稿"
)
_SIGNS = re.compile(r"[^\w]+")


class Params(model.Params):
    """参数 Every item of `first` needs one of `second` of the same matter, `within` after it, and not before it."""

    first: Topic
    second: Topic
    within: Period | None = None
    ask: bool = False


class Item(NamedTuple):
    """一件 A row, its matter and its date, when that can be trusted."""

    row: Row
    matter: str
    dated: Dated
    day: date | None


class Pairing(NamedTuple):
    """配对结果 A first item, what is wrong with it (`unpaired`, `late`, `order`), why it is doubtful, and its counterpart."""

    item: Item
    fault: str
    doubt: str | None
    other: Item | None = None


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 A Hit for each item that surely stands alone or in the wrong order; one Unsure for all doubtful ones."""
    today = moment.today
    first, second = find(subject, params.first), find(subject, params.second)
    befores, afters = _items(subject, first, today), _items(subject, second, today)
    ours = {id(item.row) for item in afters}
    befores = [item for item in befores if id(item.row) not in ours]
    found = list(_pairings(subject, params, befores, afters, today))
    if params.ask:
        yield _asked(subject, params, befores, afters, found, (first, second), today)
        return
    if not befores:
        yield NoSubject()
        return
    blind = hidden(subject, second, _oldest(found)) if found else None
    doubtful = [one for one in found if one.doubt or blind]
    yield from (_hit(one, params) for one in found if one not in doubtful)
    if doubtful:
        yield _doubtful(subject, params, befores, doubtful, blind)


def matter_of(title: str) -> str:
    """事项 What a title is about, without the words that tell its stage."""
    text = unicodedata.normalize("NFKC", title)
    return _SIGNS.sub("", _STAGE.sub("", "".join(text.split()))).casefold()


def _items(subject: Observation, material: Material, today: date) -> list[Item]:
    found = []
    for row in material.rows:
        dated = date_of(subject, row, today)
        found.append(Item(row, matter_of(row.item.title), dated, trusted_day(dated, today)))
    return found


def _pairings(
    subject: Observation, params: Params, befores: list[Item], afters: list[Item], today: date
) -> Iterator[Pairing]:
    """Faults only: items that have their counterpart in order and in time are left out."""
    same: dict[str, list[Item]] = {}
    pairs: dict[str, set[int]] = {}
    for position, item in enumerate(afters):
        same.setdefault(item.matter, []).append(item)
        for pair in _pairs_of(item.matter):
            pairs.setdefault(pair, set()).add(position)
    often = Counter(item.matter for item in befores)
    for item in befores:
        others = same.get(item.matter, []) if len(item.matter) >= SHORTEST else []
        waits = params.within is None or item.day is None
        due = params.within.after(item.day) if params.within and item.day else today
        if not others:
            if params.within and item.day and due >= today:
                continue
            doubt = "too_short" if len(item.matter) < SHORTEST else _doubt(subject, params, item, waits)
            like = _alike(item.matter, pairs, afters)
            yield Pairing(item, "unpaired", "like" if like else doubt, like)
            continue
        days = [other.day for other in others]
        if item.day is None or None in days:
            continue  # both are there; which came first nobody can say
        known = [day for day in days if day is not None]
        if max(known) < item.day:
            yield Pairing(item, "order", "repeated" if often[item.matter] > 1 else None, others[0])
        elif params.within and min(day for day in known if day >= item.day) > due:
            yield Pairing(item, "late", None, others[0])


def _doubt(subject: Observation, params: Params, item: Item, waits: bool) -> str | None:
    """Why an item without counterpart is no proof: no limit, no date, or the counterpart on its own page."""
    if waits:
        return "no_limit" if params.within is None else "undated"
    page = subject.page_at(item.row.item.url)
    text = bare_name(page.text) if page is not None and page.outcome.observed else ""
    wanted = (*params.second.titles, *params.second.columns, params.second.name)
    return "same_page" if any(bare_name(word) in text for word in wanted) else None


def _alike(matter: str, pairs: dict[str, set[int]], afters: list[Item]) -> Item | None:
    """The counterpart whose matter shares most pairs of characters, if it shares enough."""
    own = _pairs_of(matter)
    shared: dict[int, int] = {}
    for pair in own:
        for position in pairs.get(pair, ()):
            shared[position] = shared.get(position, 0) + 1
    best, share = None, LIKE
    for position, count in shared.items():
        rate = count / max(1, min(len(own), len(_pairs_of(afters[position].matter))))
        if rate >= share:
            best, share = afters[position], rate
    return best


def _pairs_of(matter: str) -> set[str]:
    return {matter[at : at + 2] for at in range(len(matter) - 1)}


def _oldest(found: list[Pairing]) -> date | None:
    days = [one.item.day for one in found]
    return None if None in days else min(day for day in days if day is not None)


def _hit(one: Pairing, params: Params) -> Hit:
    item = one.item
    due = params.within.after(item.day).isoformat() if params.within and item.day else ""
    evidence = [row_seen(item.row, item.dated)]
    evidence += [row_seen(one.other.row, one.other.dated)] if one.other else []
    return Hit(
        message_id=f"check.unpaired_items.{one.fault}",
        params={
            "title": item.row.item.title,
            "first": params.first.name,
            "second": params.second.name,
            "day": item.day.isoformat() if item.day else "",
            "due": due,
            "other": one.other.day.isoformat() if one.other and one.other.day else "",
        },
        evidence=tuple(evidence),
        locus=item.row.item.url if leads(item.row.item.url) else item.row.page_url,
        subject_name=item.row.item.title,
        url=item.row.item.url or item.row.page_url,
        measured=one.other.day.isoformat() if one.other and one.other.day else "0",
        allowed=due or "1",
    )


def _doubtful(
    subject: Observation, params: Params, befores: list[Item], found: list[Pairing], blind: Blind | None
) -> Unsure:
    """All doubtful items in one answer: a person looks at two lists once."""
    told: dict[str, str | int] = {"hidden_by": blind.reason, "seen": blind.seen} if blind else {}
    evidence = [seen for one in found[:5] for seen in _both(one)]
    return Unsure(
        message_id=f"check.unpaired_items.{'hidden' if blind else 'doubtful'}",
        params={
            "first": params.first.name,
            "second": params.second.name,
            "items": len(befores),
            "alone": len(found),
            **told,
        },
        evidence=tuple(dict.fromkeys((*evidence[:6], *(blind.evidence if blind else ()))))[:MOST_EVIDENCE],
        locus=params.first.name,
        subject_name=params.first.name,
        url=subject.site.home,
        measured=f"{len(found)}/{len(befores)}",
        allowed="0",
    )


def _both(one: Pairing) -> Iterator[Evidence]:
    yield row_seen(one.item.row, one.item.dated)
    if one.other is not None:
        yield row_seen(one.other.row, one.other.dated)


def _asked(
    subject: Observation,
    params: Params,
    befores: list[Item],
    afters: list[Item],
    found: list[Pairing],
    materials: tuple[Material, Material],
    today: date,
) -> Unsure:
    evidence = [seen for one in found[:4] for seen in _both(one)]
    evidence += [seen for material in materials for seen in gathered(subject, material, today, 4)]
    return Unsure(
        message_id=f"check.unpaired_items.{'ask_found' if befores else 'ask_not_found'}",
        params={
            "first": params.first.name,
            "second": params.second.name,
            "items": len(befores),
            "results": len(afters),
            "alone": len(found),
        },
        evidence=tuple(dict.fromkeys(evidence))[:MOST_EVIDENCE],
        locus=params.first.name,
        subject_name=params.first.name,
        url=subject.site.home,
        measured=f"{len(found)}/{len(befores)}",
    )
