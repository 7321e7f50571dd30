"""公文要素缺失 A published document lacks an attribute its head table must show.

何为问题: 公开的公文没有显示应有的要素，如索引号、文号、发布机构、成文日期、发布日期、有效性、公开属性。
怎样测量: 只看政策文件类栏目中确属公文的内容页（题名为通知、意见、办法等，且有公文头、文号或“关于……的通知”一类题名）；要素先看公文头，再看标题、正文、落款和文末“此件公开发布”等字样，都没有才算缺失。
反例: 页面有索引号、发布机构、发布日期，正文读全，却没有成文日期，也没有落款日期。
正例: 没有公文头，但正文有文号和落款日期，文末写有“（此件公开发布）”；公告本无文号。
局限: 没有公文头的页面，索引号、主题分类、有效性等只能提请人工核实；公告、通告、规划等可以没有文号，未写施行日期的可以自印发之日起施行，有日期而未写明是什么日期的，正文在附件或图片中、正文过长未读全、转发他机关文件或看不出由谁制发、无法确定日期是否在起算日之后的，同样只提请核实；列表直接链向附件的，按栏目提请核实一次。
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Literal

from pydantic import Field

import model
from checks.answers import asked
from checks.articles import Article, articles_of, since_of
from checks.issuers import is_own
from checks.titles import bare_title, numbers_in
from model import Column, ColumnKind, Evidence, Hit, ListItem, Moment, NoSubject, Observation, Subject, Unsure
from model.site import bare_name

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ITEMWISE = True
LABELS = {
    "index_number": "索引号",
    "document_number": "文号",
    "issuer": "发布机构",
    "topic": "主题分类",
    "validity": "有效性",
    "made_on": "成文日期",
    "published_on": "发布日期",
    "effective_on": "施行日期",
    "openness": "公开属性",
}
IN_TEXT = frozenset({"document_number", "made_on", "openness"})  # a document shows these without any head
UNCLEAR = frozenset({"unlabelled", "several_unlabelled", "implausible", "future"})
SHORT = 100  # characters: less is no text of a document
_DAY = re.compile(
    r"^\s*(?:(?:19|20)\d\d|[二一][〇○ＯO0零一二三四五六七八九]{3})\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日\s*$",
    re.M,
)
_FORCE = re.compile(r"起(?:正式)?(?:施行|执行|实施|生效)")
_OPEN = re.compile(
    r"此\s?件.{0,12}公开|公开(?:属性|方式|选项|类别|形式)|(?:主动|依申请|不予)公开[)）】]?\s*$", re.M
)
_VALID = re.compile(r"有效性|时效性|效力状态|有效期")
_TOPIC = re.compile(r"主题分类|主题类别|信息分类|信息类别")
_NUMBERED = re.compile(r"的(?:通知|意见|批复|决定|函|通报)$")
_FILE = re.compile(r"\.(?:pdf|docx?|wps|ofd|xlsx?|ceb|rar|zip)$", re.I)


class Params(model.Params):
    """参数 `attributes` that documents in columns of `kinds` (or named `columns`) must show; `since`: only documents dated from then on."""

    attributes: tuple[
        Literal[
            "index_number",
            "document_number",
            "issuer",
            "topic",
            "validity",
            "made_on",
            "published_on",
            "effective_on",
            "openness",
        ],
        ...,
    ] = Field(min_length=1)
    kinds: tuple[ColumnKind, ...] = (ColumnKind.POLICIES,)
    columns: tuple[str, ...] = ()
    since: date | None = None
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 One answer for each document that lacks something; one for each column whose rows lead straight to files."""
    found = articles_of(subject).within(params.kinds, params.columns)
    documents = [article for article in since_of(found, params.since) if article.official]
    answers = [answer for article in documents for answer in _answers(subject, article, params)]
    answers += _files(subject, params)
    if params.ask:
        yield asked(
            "missing_document_attribute",
            "、".join(LABELS[name] for name in params.attributes),
            answers,
            len(documents),
        )
    elif documents or answers:
        yield from answers
    else:
        yield NoSubject()


def _answers(observation: Observation, article: Article, params: Params) -> Iterator[Hit | Unsure]:
    lacking = {name: _lacks(article, name) for name in params.attributes}
    sure = [name for name, lack in lacking.items() if lack == "absent"]
    doubtful = {name: lack for name, lack in lacking.items() if lack not in (None, "absent")}
    if not sure and not doubtful:
        return
    unread = _unread(observation, article, params)
    case = unread or ("absent" if sure else next(iter(doubtful.values())))
    shown = sure if sure and not unread else [*sure, *doubtful]
    words = "、".join(LABELS[name] for name in shown)
    yield (Hit if case == "absent" else Unsure)(
        message_id=f"check.missing_document_attribute.{case}",
        params={
            "title": article.title,
            "seen": words,
            "missing": len(shown),
            "asked": len(params.attributes),
        },
        evidence=(article.seen("document_page", _head(article)),),
        locus=article.page.url,
        subject_name=article.title,
        url=article.page.url,
        measured=f"{len(params.attributes) - len(shown)}/{len(params.attributes)}",
        allowed=f"{len(params.attributes)}/{len(params.attributes)}",
    )


def _lacks(article: Article, name: str) -> str | None:
    """None when the attribute is shown, `absent` when it surely is not, else the case that leaves it open."""
    page, document = article.page, article.page.document
    if document is not None and getattr(document, name) is not None:
        return None
    if _told(article, name):
        return None
    if name == "effective_on":
        return "optional"
    if name == "document_number":
        if numbers_in(page.text):
            return "perhaps_in_text"  # of this document or of one it quotes
        return "absent" if _NUMBERED.search(article.title.strip()) else "optional"
    if (
        name == "published_on"
        and page.dated is not None
        and (page.dated.value or page.dated.reason in UNCLEAR)
    ):
        return "unclear_date"  # a stamp that a script may show, or days without a label
    if not article.has_head and name not in IN_TEXT:
        return "no_head"
    return "absent"


def _told(article: Article, name: str) -> bool:
    """Whether the page shows the attribute outside a head table."""
    page, text = article.page, article.page.text
    match name:
        case "document_number":
            return article.number is not None
        case "issuer":
            return article.issuer is not None or bool(page.meta.get("contentsource"))
        case "made_on":
            return bool(_DAY.search(text))
        case "published_on":
            return article.day is not None
        case "effective_on":
            return bool(_FORCE.search(text))
        case "openness":
            return bool(_OPEN.search(text))
        case "validity":
            return bool(_VALID.search(text)) or "有效" in article.title
        case "topic":
            return bool(_TOPIC.search(text))
        case _:
            return "索引号" in text


def _unread(observation: Observation, article: Article, params: Params) -> str | None:
    """Why the page may show more than was read, or need not show it: others' documents are shown as they came."""
    page, document = article.page, article.page.document
    if not article.whole or len(bare_title(page.text)) < SHORT:
        return "text_not_read"
    days = (document.made_on if document else None, article.day, page.dated)
    if params.since is not None and not any(day and day.value for day in days):
        return "undated"
    own = is_own(observation, article)
    return "not_own" if own is False or (own is None and not article.has_head) else None


def _head(article: Article) -> str:
    """What the head shows, to be read beside what it does not."""
    document = article.page.document
    if document is None:
        return article.title
    fields = ((label, getattr(document, name)) for name, label in LABELS.items())
    told = [f"{label}：{getattr(value, 'raw', value)}" for label, value in fields if value is not None]
    return " ".join([article.title, *told])[:300]


def _files(observation: Observation, params: Params) -> list[Hit | Unsure]:
    """Columns whose rows lead straight to files: nobody has read what those show."""
    answers: list[Hit | Unsure] = []
    fragments = [bare_name(name) for name in params.columns]
    for column in observation.columns:
        named = any(part in bare_name(column.name) for part in fragments)
        if column.kind not in params.kinds and not named:
            continue
        files = [item for item in column.items or () if _FILE.search(item.url.partition("?")[0])]
        files = [item for item in files if _recent(item, params)]
        if files:
            answers.append(_file_rows(column, files))
    return answers


def _recent(item: ListItem, params: Params) -> bool:
    return params.since is None or item.dated.value is None or item.dated.value >= params.since


def _file_rows(column: Column, files: list[ListItem]) -> Unsure:
    return Unsure(
        message_id="check.missing_document_attribute.files_only",
        params={"column": column.name, "rows": len(files)},
        evidence=tuple(
            Evidence(snapshot_id=snapshot, url=url, quote=f"{item.title} {item.url}", shows="file_row")
            for item in files[:3]
            for url, snapshot in (column.shown_on(item),)
        ),
        locus=column.key,
        subject_name=column.name,
        url=column.url,
        measured=str(len(files)),
    )
