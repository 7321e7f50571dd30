"""内容要素缺失 A page or column lacks an element its content must hold.

何为问题: 某类页面缺少应有的要素，如机构职能页没有办公地址，信息公开指南没有受理机构的联系电话。
怎样测量: 在页面标题、正文、要素表和正文内链接文字中找要素的名称或别名；要求电话、邮箱、地址、时间的，名称之后须有这种形式的值。可逐页要求，也可由同一主题的各页合起来满足。
反例: 指南正文读全，没有附件和图片，通篇没有“办公时间”一类字样，也没有像办公时间的文字。
正例: 写作“联系方式：0855-5321234”而要求的是联系电话；要素在同一主题的另一页上。
局限: 正文过长被截断、页面有附件或图片或由脚本生成、只见值而不见名称、疑以别的说法写出（near 所列字样）、内容页未读到或有关栏目未读到的，只提请人工核实。
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Literal, NamedTuple

from pydantic import Field

import model
from checks.material import Material, find, gathered, page_evidence, readings
from checks.unseen import hidden
from model import (
    Evidence,
    Hit,
    LinkPlace,
    LinkRelation,
    Moment,
    Named,
    NoSubject,
    Observation,
    PageFacts,
    Subject,
    Topic,
    Unsure,
)
from model.site import bare_name

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ITEMWISE = True
MOST_EVIDENCE = 8
LONGEST_TEXT = 20_000  # reading keeps no more of a page's text
SHORTEST_TEXT = 80  # characters: a page of less says what it says in pictures, files or a script
REACH = 80  # characters after the name in which its value must begin
_VALUES = {
    "phone": re.compile(
        r"(?<!\d)(?:\(?0\d{2,3}\)?[-—\s]{0,2}\d{7,8}|1[3-9]\d{9}|[2-8]\d{6,7}|12\d{3}|9[56]\d{3,4}|400-?\d{3}-?\d{4})(?!\d)"
    ),
    "email": re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"),
    "address": re.compile(r"[\u4e00-\u9fff]{2,}(?:路|街|道|巷|号|楼|室|大厦|广场|镇|村|区|县|大院)"),
    "hours": re.compile(
        r"\d{1,2}\s*[::时点]\s*\d{0,2}\s*分?\s*(?:-|—|–|~|至|到)+|(?<![\d个])工作日|(?:周|星期)[一二三四五六日]|全天|24小时"
    ),
}


class Element(Named):
    """要素 Its name, other words for it, optionally what its value must look like, and words that may tell it otherwise."""

    value: Literal["any", "phone", "email", "address", "hours"] = "any"
    near: tuple[str, ...] = ()


class Params(model.Params):
    """参数 `elements` that each page on the topic (`per` page) or all of them together (`per` topic) must hold.

    `newest`: only so many newest pages are looked at. `ask`: evidence rule, always for a person.
    """

    topic: Topic
    elements: tuple[Element, ...] = Field(min_length=1)
    per: Literal["page", "topic"] = "topic"
    newest: int = Field(default=20, ge=1)
    ask: bool = False


class Lack(NamedTuple):
    """缺失 Elements that are surely not in a text, and those of which only a value or other words were seen."""

    absent: tuple[str, ...]
    unlabelled: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.absent, *self.unlabelled)


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 One answer for each page, or one for the topic; one more when pages of the topic were not read."""
    material = find(subject, params.topic)
    pages = sorted(readings(subject, material), key=_day, reverse=True)[: params.newest]
    if params.ask:
        yield _asked(subject, params, material, pages, moment.today)
    elif not material.amount:
        yield NoSubject()
    elif not pages:
        yield _unread(subject, params, material, moment.today)
    elif params.per == "topic":
        yield from _topic(subject, params, material, pages)
    else:
        for page in pages:
            lack = _lack(_text(page), params)
            if lack.names:
                yield _answer(subject, params, lack, _doubt(page) or _vague(lack), [page], page.url)
        if len(pages) < min(params.newest, material.amount):
            yield _unread(subject, params, material, moment.today)


def _topic(
    subject: Observation, params: Params, material: Material, pages: list[PageFacts]
) -> Iterator[Hit | Unsure]:
    """All pages together, with the names of the topic's columns and rows: an element may be a column of its own."""
    texts = [_text(page) for page in pages]
    texts += [column.name for column in material.columns] + [row.item.title for row in material.rows]
    lack = _lack("\n".join(texts), params)
    if not lack.names:
        return
    doubt = next(filter(None, map(_doubt, pages)), None)
    if doubt is None and len(pages) < min(params.newest, material.amount):
        doubt = "unread"
    blind = None if doubt or _vague(lack) else hidden(subject, material)
    told = {"hidden_by": blind.reason, "seen": blind.seen} if blind else {}
    case = doubt or _vague(lack) or ("hidden" if blind else None)
    more = blind.evidence if blind else ()
    yield _answer(subject, params, lack, case, pages, params.topic.name, more, **told)


def _lack(text: str, params: Params) -> Lack:
    plain = unicodedata.normalize("NFKC", text)
    squeezed = bare_name(plain)
    absent: list[str] = []
    unlabelled: list[str] = []
    for element in params.elements:
        named = [name for name in map(bare_name, element.names) if name in squeezed]
        shape = _VALUES.get(element.value)
        told = any(bare_name(word) in squeezed for word in element.near)
        if shape is None:
            if not named:
                (unlabelled if told else absent).append(element.name)
        elif not any(_valued(plain, name, shape) for name in element.names):
            found = shape.search(plain) is not None
            if not (found and element.value == "email"):
                (unlabelled if found or told else absent).append(element.name)
    return Lack(tuple(absent), tuple(unlabelled))


def _valued(text: str, name: str, shape: re.Pattern[str]) -> bool:
    """Whether the name stands in the text, whatever the spaces within, with such a value soon behind it."""
    spaced = r"\s*".join(map(re.escape, unicodedata.normalize("NFKC", name).replace(" ", "")))
    return any(
        shape.search(text, found.start(), found.end() + REACH + 40) is not None
        for found in re.finditer(spaced, text, re.IGNORECASE)
    )


def _text(page: PageFacts) -> str:
    """All words of a page that may name an element; its menus and foot are not of it."""
    words = [page.title, *page.titles, page.text]
    words += [f"{element.name} {element.label} {element.text}" for element in page.guide]
    words += [attachment.name for attachment in page.attachments]
    words += [link.anchor for link in page.links if link.place in (LinkPlace.CONTENT, LinkPlace.LIST)]
    return "\n".join(words)


def _doubt(page: PageFacts) -> str | None:
    """Why a page may hold more than was read of it."""
    if page.shell:
        return "scripted"
    if len(page.text) >= LONGEST_TEXT or page.text_length > max(LONGEST_TEXT, len(page.text)):
        return "cut"
    if page.attachments or any(link.relation is LinkRelation.ATTACHMENT for link in page.links):
        return "attachments"
    pictures = any(
        link.relation is LinkRelation.IMAGE and link.place is LinkPlace.CONTENT for link in page.links
    )
    return "pictures" if pictures or len(page.text) < SHORTEST_TEXT else None


def _vague(lack: Lack) -> str | None:
    return None if lack.absent else "unlabelled"


def _day(page: PageFacts) -> date:
    return (page.dated.value if page.dated else None) or date.min


def _answer(
    subject: Observation,
    params: Params,
    lack: Lack,
    case: str | None,
    pages: list[PageFacts],
    locus: str,
    more: tuple[Evidence, ...] = (),
    **told: str,
) -> Hit:
    names = lack.absent if case is None else lack.names
    evidence = (*(page_evidence(page) for page in pages[: MOST_EVIDENCE - len(more)]), *more)
    one = pages[0] if params.per == "page" else None
    return (Unsure if case else Hit)(
        message_id=f"check.missing_element.{case or 'lacking'}",
        params={
            "name": (one.title if one else "") or params.topic.name,
            "lacking": "、".join(names),
            "count": len(names),
            "all": len(params.elements),
            "pages": len(pages),
            **told,
        },
        evidence=tuple(dict.fromkeys(evidence)),
        locus=locus,
        subject_name=(one.title if one else "") or params.topic.name,
        url=pages[0].final_url,
        measured=f"{len(names)}/{len(params.elements)}",
        allowed="0",
    )


def _unread(subject: Observation, params: Params, material: Material, today: date) -> Unsure:
    return Unsure(
        message_id="check.missing_element.pages_unread",
        params={"name": params.topic.name, "found": material.amount, "all": len(params.elements)},
        evidence=gathered(subject, material, today),
        locus=params.topic.name,
        subject_name=params.topic.name,
        url=material.columns[0].url if material.columns else subject.site.home,
    )


def _asked(
    subject: Observation, params: Params, material: Material, pages: list[PageFacts], today: date
) -> Unsure:
    lack = _lack("\n".join(map(_text, pages)), params)
    case = "ask_not_found" if not pages else "ask_lacking" if lack.names else "ask_found"
    evidence = [page_evidence(page) for page in pages[:4]]
    return Unsure(
        message_id=f"check.missing_element.{case}",
        params={
            "name": params.topic.name,
            "lacking": "、".join(lack.names),
            "pages": len(pages),
            "all": len(params.elements),
        },
        evidence=tuple(dict.fromkeys((*evidence, *gathered(subject, material, today))))[:MOST_EVIDENCE],
        locus=params.topic.name,
        subject_name=params.topic.name,
        url=pages[0].final_url if pages else subject.site.home,
        measured=f"{len(lack.names)}/{len(params.elements)}",
    )
