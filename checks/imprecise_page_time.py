"""发布时间格式不符 Articles show no publication time of day, or none at all.

何为问题: 文章页没有标明发布时间，或只有日期而没有时分（应为 YYYY-MM-DD HH:MM）。
怎样测量: 汇总全部文章页：页面显示的发布时间（标签、独立元素中的，脚本写出的只用来认定有日期）有没有日期、有没有时分；超过允许比例即为问题，全站只报一条。
反例: 读到 30 篇文章，发布时间都写作“2021-01-13”；10 篇中有 4 篇没有任何日期。
正例: “发布时间：2021-01-13 09:30”；公文头中的发布日期带有时分。
局限: 来信、问答和网站年度报表不作文章；跳转页、只有附件的页面、脚本外壳不计；只见于网址、元标签、标题或落款的日期不算页面所示，也不据以认定没有；由脚本写出的日期，页面实际显示几位无从得知，不据以认定缺少时分；全部文章都没有日期而未经渲染的、文章不足 3 篇的，只提请人工核实；只看有无时分，不看分隔符写法。
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from pydantic import Field

import model
from checks.page_sample import LEAST, examples, is_beyond, is_text
from model import Dated, DateSource, Hit, Moment, NoSubject, Observation, PageFacts, Subject, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ITEMWISE = True
LOCUS = "articles"
SHOWN = frozenset({DateSource.LABEL, DateSource.ELEMENT, DateSource.SCRIPT})
SHORTEST_TEXT = 50  # characters: with less a page is only a cover of its attachments
LEGIBLE = SHOWN - {DateSource.SCRIPT}  # whose words are what a visitor reads; a script may write more or less
_HEAD = 400  # characters in which a time of day would stand beside the date
_CLOCK = re.compile(r"(?<!\d)(?:[01]?\d|2[0-3])\s?[:：时]\s?[0-5]\d")


class Params(model.Params):
    """参数 `need`: date or time (YYYY-MM-DD HH:MM); `share` of articles that may lack it."""

    need: Literal["date", "time"] = "time"
    share: Decimal = Field(default=Decimal(0), ge=0, lt=1)


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 At most one answer for all articles; for `time` only those count that show a date."""
    articles = list(_articles(subject))
    if not articles:
        yield NoSubject()
        return
    dated = [(page, shown) for page in articles if (shown := _shown(page)) is not None]
    bare = [page for page in articles if _surely_undated(page)]
    if params.need == "date":
        lacking, total, case = [(page, page.title) for page in bare], len(dated) + len(bare), "undated"
        unclear = len(articles) - total
        if lacking and not dated and not any(page.rendered for page in bare):
            case = "maybe_scripted"  # no article shows one: a script may write them all
    else:
        told = [(page, shown) for page, shown in dated if _timed(page, shown) or shown.source in LEGIBLE]
        lacking = [(page, shown.raw) for page, shown in told if not _timed(page, shown)]
        total, case = len(told), "timeless"
        unclear = len(articles) - total - len(bare)
    if total == 0:
        yield _answer(
            Unsure, "nothing_shown", subject, params, [(page, page.title) for page in articles], 0, unclear
        )
    elif is_beyond(len(lacking), total, params.share):
        if total < LEAST:
            case = "few_articles"
        elif not is_beyond(len(lacking), total + unclear, params.share) or unclear > len(lacking):
            case = "unclear"  # few of many: a day in the text of a document whose own date a script writes
        elif params.share and not subject.coverage.complete:
            case = "partly_read"
        answer = Hit if case in ("undated", "timeless") else Unsure
        yield _answer(answer, case, subject, params, lacking, total, unclear)
    elif is_beyond(len(lacking) + unclear, len(articles), params.share):
        known = {id(page) for page in bare} | {
            id(page) for page, _ in (dated if params.need == "date" else told)
        }
        doubtful = [(page, page.title) for page in articles if id(page) not in known]
        yield _answer(Unsure, "unclear", subject, params, doubtful, len(articles), unclear)


def _articles(observation: Observation) -> Iterator[PageFacts]:
    """Content pages, each once, as they were last read: the drawn one shows what a visitor sees."""
    found: dict[str, PageFacts] = {}
    for page in observation.pages:
        if not page.outcome.observed or not is_text(observation, page):
            continue
        cover = page.attachments and page.text_length < SHORTEST_TEXT
        if not (page.shell or page.jump or page.fills or cover or page.dated is None):
            found[page.final_url.partition("#")[0].partition("://")[2]] = page
    yield from found.values()


def _shown(page: PageFacts) -> Dated | None:
    """The publication date that a visitor reads."""
    head = page.document.published_on if page.document else None
    for dated in (page.dated, head):
        told = dated is not None and (dated.value is not None or dated.reason == "future")
        if dated is not None and told and dated.source in SHOWN and not dated.relative:
            return dated
    return None


def _surely_undated(page: PageFacts) -> bool:
    """A date of the metas may still be shown in a way that was not understood."""
    return _shown(page) is None and page.dated is not None and page.dated.reason == "no_date_shown"


def _timed(page: PageFacts, shown: Dated) -> bool:
    head = page.document.published_on if page.document else None
    told = shown.at is not None or (head is not None and head.at is not None)
    return told or _CLOCK.search(shown.raw) is not None or _CLOCK.search(page.text[:_HEAD]) is not None


def _answer(
    answer: type[Hit],
    case: str,
    observation: Observation,
    params: Params,
    pages: list[tuple[PageFacts, str]],
    total: int,
    unclear: int,
) -> Hit:
    allowed = int(params.share * 100)
    return answer(
        message_id=f"check.imprecise_page_time.{case}",
        params={"faulty": len(pages), "articles": total, "unclear": unclear, "allowed": allowed},
        evidence=examples(pages, "article_date" if params.need == "time" and total else "article_undated"),
        locus=LOCUS,
        url=observation.site.home,
        measured=f"{len(pages)}/{total}",
        allowed=f"{allowed}%",
    )
