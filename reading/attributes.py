"""公文属性 The head of a disclosed document: its numbers, its issuer and its four kinds of dates, kept apart.

Read from cells, list entries and pairs of elements that are a known label and its value, and from metas; never
from running text. Whether a document is open to all may also stand below its text, in brackets: （此件公开发布）.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime

from model import Dated, DateSource, DocumentAttributes
from reading.dates import all_dates, compact_dates, latest_plausible, plain
from reading.pairs import Labels
from reading.publish_date import ahead as told_ahead
from reading.publish_date import made
from reading.tree import Node, squeeze

_NAMES = {
    "index_number": "索引号 信息索引号 索引码 索取号",
    "document_number": "发文字号 文号 发文文号 文件编号 文件号 文件文号 公文文号 发文号 发布文号 制发文号",
    "issuer": "发布机构 发文机关 发文单位 发布单位 发文机构 发布部门 发布机关 制发机关 制定机关 公开机构 信息公开机构 办文部门",
    "topic": "主题分类 主题类别 主题 信息分类 信息类别 所属主题 所属类别 公开类别 分类 所属分类 内容分类 组配分类",
    "validity": "有效性 文件有效性 信息有效性 效力状态 是否有效 时效性 时效 效力 文件状态 有效状态 信息状态",
    "made_on": "成文日期 成文时间 发文日期 发文时间 印发日期 签发日期 制发日期 生成日期 生成时间 信息生成日期 形成日期 制发时间",
    "published_on": "发布日期 发布时间 公开日期 公开时间 公布日期 公布时间 信息公开日期 信息公布日期",
    "effective_on": "生效日期 生效时间 施行日期 施行时间 实施日期 实施时间 开始实施日期",
    "abolished_on": "废止日期 废止时间 失效日期 失效时间 废止(失效)日期 失效(废止)日期 失效/废止时间 失效/废止日期 有效期至 终止日期",
    "openness": "公开属性 公开方式 信息公开属性 信息公开方式 信息公开选项 公开选项 信息公开类别 政府信息公开选项",
}  # fmt: skip
_BESIDE = (
    "标题 名称 信息名称 文件名称 公文名称 内容概述 概述 关键词 主题词 公开形式 公开范围 公开时限 公开程序 "
    "体裁分类 体裁 服务对象 服务对象分类 载体类型 信息来源 来源 责任部门 责任科室 序号 操作 备注 语种 记录形式 联系方式"
)
_METAS = {
    "index_number": ("indexnumber", "indexno", "index_number", "索引号"),
    "document_number": ("documentnumber", "docnumber", "fileno", "filenumber", "文号", "发文字号"),
    "issuer": ("issuer", "发布机构", "发文机关"),
    "topic": ("主题分类", "subjectclass"),
    "made_on": ("成文日期", "writtendate"),
    "effective_on": ("生效日期", "施行日期", "effectivedate"),
    "abolished_on": ("废止日期", "失效日期", "abolishdate"),
}
_FIELDS = {name: field for field, names in _NAMES.items() for name in names.split()}
_GATE = (
    "索引号", "索 引 号", "发文字号", "文号", "文 号", "发布机构", "发文机关", "发文单位", "成文日期", "成文时间", "发文日期",
    "生成日期", "主题分类", "有效性", "有 效 性", "生效日期", "施行日期", "废止日期", "失效日期", "失效时间", "废止时间",
)  # fmt: skip
_LABELS = Labels([*_FIELDS, *_BESIDE.split()])
_OPEN = re.compile(
    r"主动公开|依申请公开|依法公开|公开发布|全文公开|部分公开|删减后公开|不予公开|不公开|免予公开|^(?:公开|主动|依申请)$"
)
_NAMES_OPENNESS = re.compile(r"此\s?件|公开(?:属性|方式|选项)[:：]")  # one of them is in every mark
_CLOSING = re.compile(
    r"[(（【\[]\s{0,4}(此\s?件[^()（）【】\[\]\n]{0,12}公开[^()（）【】\[\]\n]{0,12}|(?:信息)?公开(?:属性|方式|选项)[:：]"
    r"[^()（）【】\[\]\n]{2,12})[)）】\]]|^\s{0,4}(此件(?:主动公开|公开发布|依申请公开|不予公开|不公开))[。.]?\s{0,4}$",
    re.M,
)
_NONE = re.compile(r"(?:暂?无|无此信息|空|none|null|n/a|[\W_]*号?|年月日)", re.I)
_VALUE = 200
_EVER = date(2100, 1, 1)  # 施行 and 废止 may lie ahead
_LEAST = 2


def attributes_of(
    root: Node, visible: str, meta: Mapping[str, str], fetched_at: datetime
) -> DocumentAttributes | None:
    """公文头 The attributes a page shows; None when fewer than two are there. A cell that says 无 or - is None.

    The mark below a text tells by itself that a page is an official document.
    """
    head = _head_of(root, visible, meta, fetched_at)
    if head is not None and head.openness is not None:
        return head
    closing = _closing_mark(visible)
    if closing is None:
        return head
    return head.model_copy(update={"openness": closing}) if head else DocumentAttributes(openness=closing)


def _closing_mark(visible: str) -> str | None:
    """The last mark in brackets, or on a line of its own, that says whether the document is open to all."""
    if _NAMES_OPENNESS.search(visible) is None:
        return None
    marks = [found[1] or found[2] for found in _CLOSING.finditer(visible)]
    return squeeze(marks[-1]) if marks else None


def _head_of(
    root: Node, visible: str, meta: Mapping[str, str], fetched_at: datetime
) -> DocumentAttributes | None:
    if len([word for word in _GATE if word in visible]) < _LEAST:
        return None
    shown: dict[str, str] = {}
    for label, value in _LABELS.pairs(root):
        field = _FIELDS.get(label)
        if field == "topic" and label == "公开类别" and _OPEN.search(value):
            field = "openness"  # some heads sort by 公开类别, others say there that all may read it
        if field is not None and field not in shown and not _NONE.fullmatch(value):
            shown[field] = value
    for field, names in _METAS.items():
        for name in names:
            if field not in shown and meta.get(name):
                shown[field] = squeeze(meta[name])[:_VALUE]
    made_of = {field: _typed(field, value, fetched_at) for field, value in shown.items()}
    told = {field: value for field, value in made_of.items() if value is not None}
    return DocumentAttributes.model_validate(told) if len(told) >= _LEAST else None


def _typed(field: str, value: str, fetched_at: datetime) -> str | Dated | None:
    if field in ("document_number", "index_number"):
        return value if any(char.isdigit() for char in value) else None
    if field == "openness":
        return value if _OPEN.search(value) else None  # 公开方式: 网站 tells where, not to whom
    if not field.endswith("_on"):
        return value
    ahead = field in ("effective_on", "abolished_on")
    latest = _EVER if ahead else latest_plausible(fetched_at)
    text = plain(value)
    found = all_dates(text, latest) or compact_dates(text, latest)
    if not found and field == "published_on":
        return told_ahead(text, latest, DateSource.LABEL)
    return made(found[0], DateSource.LABEL) if found else None
