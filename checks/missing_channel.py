"""无咨询建言渠道 No working channel for questions and proposals.

何为问题: 网站没有有效的网上咨询建言渠道（单项否决指标“互动回应差”之一）；网上信访、纪检举报不算。
怎样测量: 首页、导航与各栏目全部读到，没有咨询投诉、领导信箱类栏目，没有名称含咨询、信箱、留言、建言、问政的栏目或入口，也没有可填写的信件表单。
反例: 全部栏目读到，只有“网上信访”和“纪检举报”；或连这些也没有。
正例: 有“县长信箱”栏目；互动交流页面上有可填写标题和内容的表单。
局限: 渠道在其他网站、入口未成栏目、栏目打不开、有互动交流类栏目、首页含脚本而未渲染、有无字图片入口、采集未完的，只提请人工核实；提交后是否有人答复不在此项。
"""

from collections.abc import Iterable, Iterator

import model
from checks.sight import (
    column_pages,
    entry_evidence,
    gap_of,
    holds,
    is_unread,
    menu_evidence,
    own_entries,
    scripted_gap,
)
from model import (
    Column,
    ColumnForm,
    ColumnKind,
    Evidence,
    Hit,
    Moment,
    Observation,
    PageFacts,
    Subject,
    Unsure,
)
from model.site import bare_name

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset({"home"})
LOCUS = "channel"
LONGEST_ENTRY = 12
NOT_ONLINE = ("电话", "方式", "指南", "须知", "统计", "窗口")  # of such a name nobody can write there
NEAR = ("互动", "交流", "意见", "建议", "热线", "12345", "市长", "县长", "区长", "州长", "局长", "网民")


class Params(model.Params):
    """参数 Columns of `kinds` or entries named `names`; those named `except_names` (网上信访, 纪检举报) do not count."""

    kinds: tuple[ColumnKind, ...] = (ColumnKind.CONSULTATION,)
    names: tuple[str, ...] = ("咨询", "信箱", "留言", "建言", "问政")
    except_names: tuple[str, ...] = ("信访", "举报", "访谈", "征集")
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure]:
    """判定 At most one answer; a Hit only when everything was read and nothing like a channel was seen."""
    columns = _columns(subject, params)
    forms = _forms(subject, params)
    opened = [one for one in columns if not _shut(one) and one.form is not ColumnForm.LINK_OUT]
    if params.ask:
        entries = [] if columns else _entries(subject, params.names, params)
        case = "asked_found" if columns or forms or entries else "asked_nothing"
        yield _answer(Unsure, case, subject, columns, [*forms, *entries])
    elif opened or forms:
        return
    elif columns:
        away = any(one.form is ColumnForm.LINK_OUT for one in columns)
        yield _answer(Unsure, "elsewhere" if away else "cannot_open", subject, columns)
    elif entries := _entries(subject, params.names, params):
        yield _answer(Unsure, "entry_only", subject, (), entries)
    elif gap := gap_of(subject) or scripted_gap(subject, column_pages(subject)):
        yield _answer(Unsure, "unread", subject, gap=gap)
    elif near := _near(subject, params):
        yield _answer(Unsure, "maybe", subject, near)
    elif near_entries := _entries(subject, NEAR, params):
        yield _answer(Unsure, "maybe", subject, (), near_entries)
    else:
        excepted = [one for one in subject.columns if holds(one.name, params.except_names)]
        yield _answer(Hit, "only_complaints" if excepted else "absent", subject, excepted)


def _columns(observation: Observation, params: Params) -> list[Column]:
    return [
        column
        for column in observation.columns
        if (column.kind in params.kinds or _is_channel(column.name, params))
        and not holds(column.name, params.except_names)
    ]


def _is_channel(name: str, params: Params) -> bool:
    return holds(name, params.names) and not holds(name, NOT_ONLINE)


def _near(observation: Observation, params: Params) -> list[Column]:
    return [
        column
        for column in observation.columns
        if (column.kind is ColumnKind.INTERACTION or holds(column.name, (*NEAR, *params.names)))
        and not holds(column.name, params.except_names)
    ]


def _shut(column: Column) -> bool:
    return is_unread(column) or column.outcome.missing


def _forms(observation: Observation, params: Params) -> list[Evidence]:
    """Forms for letters, but not those of the channels that do not count."""
    found = []
    for page in observation.pages:
        if any(form.use == "letter" for form in page.forms) and not _excepted(page, params):
            words = next(form.text for form in page.forms if form.use == "letter")
            found.append(entry_evidence(page, words, ""))
    return found[:3]


def _excepted(page: PageFacts, params: Params) -> bool:
    return any(
        holds(name, params.except_names) for name in (page.title, *(crumb.name for crumb in page.crumbs))
    )


def _entries(observation: Observation, names: Iterable[str], params: Params) -> list[Evidence]:
    """Short entries of such a name: those of the home page, then those of all pages."""
    found = []
    home = observation.home
    if home is not None and home.outcome.observed:
        found = [(home, link) for link in own_entries(home) if holds(link.anchor, names)]
    for position in sorted(observation.entry_names.holding(names)):
        entry = observation.entries[position]
        found.append((entry.page, entry.link))
    wanted = {
        (link.anchor, link.url): entry_evidence(page, link.anchor, link.url)
        for page, link in reversed(found)
        if len(bare_name(link.anchor)) <= LONGEST_ENTRY and not holds(link.anchor, params.except_names)
    }
    return list(reversed(wanted.values()))[:5]


def _answer(
    answer: type[Hit],
    case: str,
    observation: Observation,
    columns: Iterable[Column] = (),
    found: Iterable[Evidence] = (),
    gap: str = "",
) -> Hit:
    named, seen = list(columns), list(found)
    words = [column.name for column in named[:5]] or [evidence.quote for evidence in seen[:3]]
    return answer(
        message_id=f"check.missing_channel.{case}",
        params={"seen": "、".join(words), "columns": len(observation.columns), "gap": gap},
        evidence=(*seen[:5], *menu_evidence(observation, named)),
        locus=LOCUS,
        url=observation.site.home,
    )
