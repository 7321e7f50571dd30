"""网页标签缺失 Pages lack a meta tag they must carry, or hold a wrong value in it.

何为问题: 网页源码没有应有的标签（SiteName、SiteDomain、SiteIDCode；栏目页 ColumnName、ColumnDescription、ColumnKeywords、ColumnType；文章页 ArticleTitle、PubDate、ContentSource），或标签为空、留着模板文字、取值不合规定。
怎样测量: 按每种标签汇总：应有该标签的页面中有多少页没有、为空、未填或取值不符；超过允许比例即为问题，一种标签只报一条。
反例: 读到 40 个文章页，全部没有 PubDate；ColumnType 写着“栏目类型”四个字。
正例: 每页都有 SiteIDCode；来信、问答和网站年度报表没有文章页的标签；标签名大小写不同；日期写作 2021-01-13 09:30。
局限: 浏览器渲染后的页面、脚本外壳、错误页、跳转页和附件不计；该类页面不足 3 页的、采集未完而允许少数页面缺失的，只提请人工核实；不核对取值与事实是否一致。
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from pydantic import Field

import model
from checks.page_sample import LEAST, examples, is_beyond, is_text, plain_pages
from model import Hit, Moment, NoSubject, Observation, PageFacts, PageKind, Subject, Unsure
from model.site import bare_name

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ITEMWISE = True
COLUMN_PAGES = frozenset({PageKind.LANDING, PageKind.LIST})
_SEVERAL = re.compile(r"[,，;；、]")


class Params(model.Params):
    """参数 `tag` on `pages` every, column or article; `values` it may hold, `pattern` its whole value must match."""

    tag: str = Field(min_length=1)
    pages: Literal["every", "column", "article"] = "every"
    values: tuple[str, ...] = ()
    pattern: str | None = None
    share: Decimal = Field(default=Decimal(0), ge=0, lt=1)  # of pages that may lack it


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 At most one answer for the tag, with how many of how many pages are faulty."""
    pages = list(_class(subject, params.pages))
    if not pages:
        yield NoSubject()
        return
    lacking: list[tuple[PageFacts, str]] = []
    wrong: list[tuple[PageFacts, str]] = []
    for page in pages:
        fault = _fault(page, params)
        if fault == "":
            lacking.append((page, page.title))
        elif fault is not None:
            wrong.append((page, fault))
    faulty = len(lacking) + len(wrong)
    if not is_beyond(faulty, len(pages), params.share):
        return
    case = "wrong" if len(wrong) > len(lacking) else "lacking"
    if len(pages) < LEAST:
        case = "few_pages"
    elif params.share and not subject.coverage.complete:
        case = "partly_read"
    allowed = int(params.share * 100)
    yield (Hit if case in ("lacking", "wrong") else Unsure)(
        message_id=f"check.missing_page_meta.{case}",
        params={
            "tag": params.tag,
            "lacking": len(lacking),
            "wrong": len(wrong),
            "faulty": faulty,
            "pages": len(pages),
            "allowed": allowed,
            "value": wrong[0][1] if wrong else "",
        },
        evidence=(*examples(wrong[:5], "meta_wrong"), *examples(lacking, "meta_lacking"))[:10],
        locus=params.tag,
        subject_name=params.tag,
        url=subject.site.home,
        measured=f"{faulty}/{len(pages)}",
        allowed=f"{allowed}%",
    )


def _class(observation: Observation, wanted: str) -> Iterator[PageFacts]:
    """A single page counts as a column page only when it is a column's own address."""
    singles = {column.url for column in observation.columns}
    for page in plain_pages(observation):
        column = page.kind in COLUMN_PAGES or (page.kind is PageKind.SINGLE and page.url in singles)
        if (
            wanted == "every"
            or (wanted == "column" and column)
            or (wanted == "article" and is_text(observation, page))
        ):
            yield page


def _fault(page: PageFacts, params: Params) -> str | None:
    """None: right; empty: the tag or its value is not there; else the wrong value."""
    name = params.tag.lower()
    value = page.meta.get(name, "").strip()
    if not value:
        return ""
    if name in page.unfilled_metas:
        return value
    if params.values:
        allowed = {bare_name(one) for one in params.values}
        told = [bare_name(part) for part in (value, *_SEVERAL.split(value))]
        if not allowed & set(told):
            return value
    if params.pattern is not None and not re.fullmatch(params.pattern, value):
        return value
    return None
