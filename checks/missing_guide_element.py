"""办事指南要素缺失 A service guide lacks elements it must hold.

何为问题: 办事指南缺少规定要素（事项名称、设定依据、申请条件、办理材料、办理地点、办理时间、联系电话、办理流程等），或要素栏空白。
怎样测量: 只看读出三个以上要素且确为办事指南的页面（标题、位置、开头写明，或在办事服务栏目内），按标准名称和同义名称逐一对照；没有该要素或其内容为空即为缺少，缺少数达到规定数量才报，一页一条。
反例: 指南写有事项名称、设定依据、办理地点，没有申请条件、办理材料、办理流程、联系电话；“收费标准”一栏为空。
正例: 事项名称写作页面标题；要素用了同义名称（咨询方式即联系电话）；只缺一项而规定缺四项以上才算。
局限: 要素分在多个标签页、以图片或附件提供、链接到政务服务平台、正文另处提到该要素、正文过长未读全的，只提请人工核实；内容是否正确不在此项；通知公告中的条件、材料等段落不作指南。
"""

import re
from collections.abc import Iterator

from pydantic import Field

import model
from checks.articles import articles_of
from model import (
    ColumnKind,
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
    Unsure,
)
from model.site import bare_name

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ITEMWISE = True
TITLE = "事项名称"
LEAST_READ = 3
SURELY_A_GUIDE = 6  # so many elements on one page make it a guide, whatever it is called
SEVERAL_EMPTY = 3  # labels without text beside each other: names of tabs
TEXT_LIMIT = 20_000  # characters of a page's text that reading keeps
MOST_EVIDENCE = 8
_NAMED = re.compile("办事|指南|服务事项|政务服务|行政许可|行政审批")
_SAYS_SO = re.compile("(?:办事|服务)指南")
_OPENING = 200  # characters in which a page says what it is
_DOCUMENT = re.compile(
    r"(?:通知|通告|公告|公示|意见|办法|规定|方案|细则|解读|函|简章)(?:[(（][^()（）]*[)）])?$"
)
_OWN = frozenset({"事项名称", "事项编码", "事项类型"})  # only the record of a service has these
_ELSEWHERE = re.compile(
    "办事指南|在线办理|在线申办|网上办理|网上申办|网上申报|我要办|查看详情|详情|展开|更多|下载"
)


class Params(model.Params):
    """参数 A guide that lacks `lacking` or more of `elements` (standard names and synonyms) is a fault."""

    elements: tuple[Named, ...] = Field(min_length=1)
    lacking: int = Field(default=1, ge=1)
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 One answer for each guide that lacks too much; one for all of them when a person is asked."""
    guides = _guides(subject)
    if params.ask:
        yield _asked(subject, guides, params)
        return
    if not guides:
        yield NoSubject()
    for page in guides:
        missing, empty = _lacking(page, params)
        if len(missing) + len(empty) >= params.lacking:
            yield _answer(page, missing, empty, params)


def _guides(observation: Observation) -> list[PageFacts]:
    """Guides, each once as it was last read, in the order of their addresses."""
    found = {
        page.final_url.partition("#")[0].partition("://")[2]: page
        for page in observation.pages
        if page.outcome.observed and len(page.guide) >= LEAST_READ and _is_guide(observation, page)
    }
    return [found[address] for address in sorted(found)]


def _is_guide(observation: Observation, page: PageFacts) -> bool:
    """Notices tell of conditions and materials too, and are no guides."""
    names = {element.name for element in page.guide}
    if len(names) >= SURELY_A_GUIDE or names & _OWN:
        return True
    title = _name(page)
    if _DOCUMENT.search(title):
        return False
    told = (title, *(crumb.name for crumb in page.crumbs), page.column_type or "", page.column_name or "")
    if any(_NAMED.search(text) for text in told) or _SAYS_SO.search(page.text[:_OPENING]):
        return True
    return any(column.kind is ColumnKind.SERVICES for column in articles_of(observation).holding(page))


def _name(page: PageFacts) -> str:
    """Its title without the site's name behind it."""
    return re.split(r"[_|]|-(?=[^-]+$)", page.meta.get("articletitle") or page.title)[0].strip()


def _lacking(page: PageFacts, params: Params) -> tuple[list[Named], list[Named]]:
    """Elements that the guide does not name, and those it names and leaves empty."""
    told: dict[str, bool] = {}
    for element in page.guide:
        for name in (bare_name(element.name), bare_name(element.label)):
            told[name] = told.get(name, False) or bool(element.text.strip())
    missing, empty = [], []
    for wanted in params.elements:
        texts = [told[name] for name in map(bare_name, wanted.names) if name in told]
        if not texts and wanted.name == TITLE and len(bare_name(page.title)) > len("办事指南"):
            continue  # the page's own title names it
        if not texts:
            missing.append(wanted)
        elif not any(texts):
            empty.append(wanted)
    return missing, empty


def _doubt(page: PageFacts, lacking: list[Named]) -> str | None:
    """Where the guide may hold more than was read."""
    if page.shell or len(page.text) >= TEXT_LIMIT:
        return "partly_read"
    if sum(not element.text.strip() for element in page.guide) >= SEVERAL_EMPTY:
        return "tabs"
    held = [link for link in page.links if link.place is LinkPlace.CONTENT]
    if page.attachments or any(
        link.relation in (LinkRelation.IMAGE, LinkRelation.ATTACHMENT) for link in held
    ):
        return "files"
    if any(_ELSEWHERE.search(link.anchor) for link in page.links if _leads_on(link.place)):
        return "platform"
    text = bare_name(page.text)
    labels = {bare_name(element.label) for element in page.guide}
    words = [bare_name(name) for wanted in lacking for name in wanted.names]
    if any(word in text and word not in labels for word in words):
        return "words_seen"
    return None


def _leads_on(place: LinkPlace) -> bool:
    return place in (LinkPlace.CONTENT, LinkPlace.LIST, LinkPlace.OTHER)


def _answer(page: PageFacts, missing: list[Named], empty: list[Named], params: Params) -> Hit:
    lacking = [*missing, *empty]
    doubt = _doubt(page, lacking)
    case = doubt or ("empty" if not missing else "lacking")
    return (Unsure if doubt else Hit)(
        message_id=f"check.missing_guide_element.{case}",
        params={
            "guide": _name(page) or page.title,
            "seen": "、".join(wanted.name for wanted in missing) or "—",
            "empty": "、".join(wanted.name for wanted in empty) or "—",
            "lacking": "、".join(wanted.name for wanted in lacking),
            "count": len(lacking),
            "wanted": len(params.elements),
            "limit": params.lacking,
        },
        evidence=(_evidence(page),),
        locus=page.url,
        subject_name=_name(page) or page.title,
        url=page.final_url,
        measured=str(len(lacking)),
        allowed=str(params.lacking - 1),
    )


def _evidence(page: PageFacts) -> Evidence:
    """The elements that were read, each with the beginning of its text."""
    told = [f"{element.label}：{element.text[:20] or '—'}" for element in page.guide]
    return Evidence(
        snapshot_id=page.snapshot_id, url=page.final_url, quote=" ".join(told), shows="guide_elements"
    )


def _asked(observation: Observation, guides: list[PageFacts], params: Params) -> Unsure:
    short = [page for page in guides if sum(map(len, _lacking(page, params))) >= params.lacking]
    return Unsure(
        message_id=f"check.missing_guide_element.{'ask_found' if guides else 'ask_not_found'}",
        params={
            "guides": len(guides),
            "short": len(short),
            "limit": params.lacking,
            "name": "、".join(wanted.name for wanted in params.elements),
        },
        evidence=tuple(_evidence(page) for page in (short or guides)[:MOST_EVIDENCE]),
        locus=params.elements[0].name,
        url=observation.site.home,
        measured=str(len(short)),
    )
