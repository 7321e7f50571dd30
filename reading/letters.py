"""留言 Letters of visitors and the answers to them: rows of a table with a head, rows that name their dates, one letter.

Nothing is made up: a date that is not beside its own label or below its own column head is not there.
"""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import islice

from model import Dated, DateSource, Link, Message
from reading.dates import all_dates, latest_plausible, plain, relative_day
from reading.pairs import Labels
from reading.publish_date import made
from reading.rows import Group
from reading.tree import Node, beginning, squeeze

_NAMES = {
    "title": "标题 主题 信件标题 来信标题 留言标题 信件主题 留言主题 来信主题 咨询标题 咨询主题 问题标题 信件名称",
    "asked": "留言时间 留言日期 来信时间 来信日期 写信时间 写信日期 提问时间 提问日期 咨询时间 咨询日期 提交时间 提交日期 "
    "发件时间 投诉时间 信件时间 反映时间 诉求时间 发信时间 发信日期",
    "answered": "回复时间 回复日期 答复时间 答复日期 办结时间 办结日期 反馈时间 反馈日期 解答时间 回答时间",
    "answered_by": "回复单位 答复单位 受理单位 承办单位 办理单位 回复部门 答复部门 受理部门 处理部门 办理部门 承办部门 回复机构 答复机构 "
    "处理单位 反馈单位 解答单位",
    "state": "办理状态 处理状态 信件状态 状态 回复状态 答复状态 当前状态 受理状态 办理情况 处理情况 处理结果",
}  # fmt: skip
_FIELDS = {name: field for field, names in _NAMES.items() for name in names.split()}
_BESIDE = "序号 编号 信件编号 来信编号 留言编号 来信人 写信人 留言人 姓名 类型 信件类型 来信类型 类别 内容 来信内容 留言内容 回复内容 答复内容 浏览量 点击数 评价"
_LABELS = Labels([*_FIELDS, *_BESIDE.split()])
_DATES = ("asked", "answered")
_GATE = frozenset(name for field in _DATES for name in _NAMES[field].split())
_WHEN = ("时间", "日期")  # all of these end so, in four characters
_LEAST, _MOST = 2, 500
_TABLES = 20
_CELLS = range(3, 16)
_LIMIT = 20_000
_ABSENT = Dated(reason="no_date_shown")
Fields = dict[str, str]


def messages_of(
    root: Node,
    visible: str,
    groups: Iterable[Group],
    links: dict[Node, Link],
    title: str,
    fetched_at: datetime,
) -> tuple[Message, ...]:
    """留言清单 The letters a page lists, at most 500; else the one letter it shows; () when it shows none."""
    if not any([_names_date(visible, when) for when in _WHEN]):
        return ()
    found = _tabled(root, links, fetched_at) or _rowed(groups, links, fetched_at)
    if found:
        return tuple(found[:_MOST])
    return _single(root, title, fetched_at)


def _names_date(visible: str, when: str) -> bool:
    return any([f"{before[-2:]}{when}" in _GATE for before in visible.split(when)[:-1]])


def _message(fields: Fields, title: str, url: str, source: DateSource, fetched_at: datetime) -> Message:
    return Message(
        title=title[:300],
        url=url,
        asked=_dated(fields.get("asked", ""), source, fetched_at),
        answered=_dated(fields.get("answered", ""), source, fetched_at),
        answered_by=fields.get("answered_by") or None,
        state=fields.get("state") or None,
    )


def _dated(text: str, source: DateSource, fetched_at: datetime) -> Dated:
    latest: date = latest_plausible(fetched_at)
    found = all_dates(plain(text), latest)
    if found:
        return made(found[0], source)
    back = relative_day(text, fetched_at) if text else None
    return made(back, source).model_copy(update={"relative": True}) if back else _ABSENT


def _tabled(root: Node, links: dict[Node, Link], fetched_at: datetime) -> list[Message]:
    """Rows below a head whose cells name what the columns hold."""
    tried = 0
    for head in islice(root.iter("tr", "ul", "li", "dl", "div"), _LIMIT):
        if len(head) not in _CELLS or tried == _TABLES:
            continue
        heads = [_FIELDS.get(_LABELS.whole(squeeze(beginning(cell))) or "") for cell in head]
        if len(set(heads) - {None}) < _LEAST or not set(heads) & {*_DATES}:
            continue
        tried += 1
        made_here = [
            message
            for row in _below(head)[:_MOST]
            if (message := _row(row, heads, links, fetched_at)) is not None
        ]
        if any(message.asked.value or message.answered.value for message in made_here):
            return made_here
    return []


def _below(head: Node) -> list[Node]:
    """The rows that go with a head: of its table, beside it, or in the element after it."""
    count = len(head)
    if head.tag == "tr":
        table = next(head.iterancestors("table"), None)
        rows = list(islice(table.iter("tr"), _LIMIT)) if table is not None else []
        return [row for row in rows[rows.index(head) + 1 :] if len(row) == count] if head in rows else []
    beside = [row for row in head.itersiblings(str(head.tag)) if len(row) == count]
    if beside:
        return beside
    parent = head.getparent()
    after = head.getnext() if head.getnext() is not None else parent.getnext() if parent is not None else None
    if after is None:
        return []
    inner = [row for row in after if len(row) == count]
    return inner or [row for holder in after for row in holder if len(row) == count]


def _row(row: Node, heads: list[str | None], links: dict[Node, Link], fetched_at: datetime) -> Message | None:
    cells = [squeeze(beginning(cell))[:600] for cell in row]
    fields = {field: text for field, text in zip(heads, cells, strict=True) if field is not None}
    anchor = next((node for node in row.iter("a") if squeeze(beginning(node))), None)
    title = fields.get("title") or (squeeze(beginning(anchor)) if anchor is not None else "")
    if not title or _LABELS.whole(title):
        return None
    link = links.get(anchor) if anchor is not None else None
    return _message(fields, title, link.url if link else "", DateSource.ROW, fetched_at)


def _rowed(groups: Iterable[Group], links: dict[Node, Link], fetched_at: datetime) -> list[Message]:
    """Rows that each name their dates: 「留言时间：2025-04-27」 beside the link."""
    found: list[Message] = []
    for group in groups:
        told = [
            (
                row,
                {
                    _FIELDS[name]: value
                    for name, value in _LABELS.split(_spaced(row.outside))
                    if name in _FIELDS
                },
            )
            for row in group.rows
        ]
        dated = [pair for pair in told if any(field in pair[1] for field in _DATES)]
        if len(dated) < _LEAST or len(dated) * 2 < len(told):
            continue
        for row, fields in dated:
            link = links.get(row.anchor)
            found.append(_message(fields, row.title, link.url if link else "", DateSource.ROW, fetched_at))
    return found


def _spaced(outside: str) -> str:
    return squeeze(outside.replace("\x1f", " "))


def _single(root: Node, title: str, fetched_at: datetime) -> tuple[Message, ...]:
    """One letter with its labels; a page that repeats them shows several, which nothing tells apart."""
    fields: Fields = {}
    for name, value in _LABELS.pairs(root):
        field = _FIELDS.get(name)
        if field is None or not value:
            continue
        if field in _DATES and field in fields and fields[field] != value:
            return ()
        fields.setdefault(field, value)
    message = _message(fields, fields.get("title") or title, "", DateSource.LABEL, fetched_at)
    return (message,) if message.asked.value or message.answered.value else ()
