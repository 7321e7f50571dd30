"""办事指南 The elements of a service guide, by the standard names of the headings, cells and tabs that open them."""

import re
from collections.abc import Iterator
from itertools import islice

from model import GuideElement, LinkPlace
from reading.places import Places
from reading.tree import Node, beginning, squeeze
from reading.walk import Walk

_NAMES = {
    "事项名称": "事项名称 服务事项名称 办理事项 办事名称 服务名称",
    "事项编码": "事项编码 事项编号 实施编码 基本编码 业务办理项编码 权力编码 事项代码 国家编码 地方编码",
    "事项类型": "事项类型 事项类别 权力类型 办件类型 办理类型 服务类型 事项性质",
    "设定依据": "设定依据 法律依据 办理依据 实施依据 政策依据 法定依据 依据 办事依据 审批依据",
    "实施主体": "实施主体 实施机构 办理机构 办理部门 受理机构 受理部门 办理单位 实施部门 承办机构 责任部门 受理单位 决定机构 审批部门",
    "办理对象": "办理对象 服务对象 申请对象 适用对象 受理对象 办事对象 适用范围",
    "受理条件": "受理条件 申请条件 办理条件 申办条件 审批条件 准予条件 申报条件 许可条件",
    "申请材料": "申请材料 办理材料 申报材料 提交材料 所需材料 材料清单 申请材料目录 申请材料清单 应交材料 申办材料 需提交材料",
    "办理流程": "办理流程 办理程序 办事流程 办事程序 流程图 办理流程图 审批流程 受理流程 审批程序 申请流程 办理步骤 业务流程",
    "法定办结时限": "法定办结时限 法定时限 法定期限 法定办理时限",
    "承诺办结时限": "承诺办结时限 承诺时限 承诺期限 承诺办理时限",
    "办理时限": "办理时限 办结时限 办理期限 审批时限 办事时限 受理时限",
    "收费标准": "收费标准 收费依据 收费依据及标准 收费标准及依据 是否收费 收费情况 办理费用 收费项目 收费",
    "办理地点": "办理地点 办公地点 受理地点 办理地址 办公地址 办事地点 办理窗口 受理窗口 窗口地址",
    "办理时间": "办理时间 办公时间 受理时间 工作时间 服务时间 办事时间 接待时间",
    "办理形式": "办理形式 办理方式 申请方式 受理方式 办事方式 申办方式 网上办理 在线办理",
    "咨询电话": "咨询电话 咨询方式 联系电话 办公电话 咨询途径 咨询渠道 咨询服务 联系方式",
    "监督电话": "监督电话 投诉电话 监督投诉电话 监督投诉方式 投诉方式 监督投诉渠道 投诉渠道 监督方式 监督投诉 监督举报电话",
    "办理结果": "办理结果 结果名称 审批结果 审批结果名称 办理结果名称 结果文书 结果样本 证照名称 结果领取方式 结果送达",
    "常见问题": "常见问题 常见错误 常见问题解答",
    "到现场次数": "到现场次数 到办事现场次数 跑动次数",
    "救济途径": "救济途径 行政复议 行政诉讼 法律救济 申请人权利和义务",
}  # fmt: skip
_STANDARD = {name: standard for standard, names in _NAMES.items() for name in names.split()}
# words that few pages but guides hold; each stands for a spelling of one element
_GATE = (
    "办理时限", "办结时限", "法定时限", "承诺时限", "受理条件", "申请条件", "办理条件", "申请材料", "办理材料", "申报材料", "办理流程",
    "办理程序", "办事流程", "办事程序", "设定依据", "办理依据", "实施依据", "实施主体", "收费标准", "是否收费", "办理地点", "受理地点",
    "办理时间", "事项名称", "事项编码", "监督电话", "投诉电话", "办理期限", "办理方式", "办理结果", "提交材料", "所需材料", "法律依据",
    "法定期限", "申办条件", "服务对象",
)  # fmt: skip
_GATES = re.compile("|".join(_GATE).replace("是否收费", "是否(?=收费)"))  # 收费标准 may stand in it too
_NUMBER = r"(?:[(（]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）]?\s?[、.．:：)）]?\s?)?"
_WORDS = "|".join(sorted(_STANDARD, key=len, reverse=True))
_LINE = re.compile(
    rf"^{_NUMBER}[【\[]?(?P<label>{_WORDS})[】\]]?(?:\s?[(（][^()（）]{{1,16}}[)）])?\s?(?:[:：]\s?(?P<rest>.*)|$)",
    re.S,
)
_LEAST = 3
# of these a page must name two: the others stand on guides to disclosure, on contact pages and in search forms as well
_PROPER = {
    "受理条件",
    "申请材料",
    "办理流程",
    "法定办结时限",
    "承诺办结时限",
    "办理时限",
    "设定依据",
    "收费标准",
    "办理结果",
}
TITLE = "事项名称"  # only the record of a service has it
_SAYS_SO = re.compile("(?:办事|服务)指南")
_OPENING = 2000  # characters in which a page says what it is
_TEXT = 300
_LONGEST = 20  # lines that belong to one element
_TABS = 3  # labels one after the other: names of tabs or columns, with what they open elsewhere
_CELLS = 5000
_MOST = 300  # labels looked at


def guide_of(root: Node, visible: str, walk: Walk, places: Places) -> tuple[GuideElement, ...]:
    """指南要素 The elements in page order, each once, with at most 300 characters; () when fewer than three are named.

    An element whose label stands there and nothing behind it has no text; what a footer says is none of the guide's.
    """
    if not _may_guide(visible):
        return ()
    found: dict[str, tuple[str, str]] = {}
    for label, text in _lines(_unfooted(root, visible, walk, places)):
        standard = _STANDARD[label]
        if standard not in found or len(text) > len(found[standard][1]):
            found[standard] = (label, text[:_TEXT])
    proper = 1 if _SAYS_SO.search(visible[:_OPENING]) or TITLE in found else 2
    if len(found) < _LEAST or len(_PROPER & set(found)) < proper:
        return ()
    for label, text in _cells(root, places):
        found[_STANDARD[label]] = (label, text[:_TEXT])
    return tuple(GuideElement(name=name, label=label, text=text) for name, (label, text) in found.items())


def _may_guide(visible: str) -> bool:
    """Whether enough different words of a guide stand there."""
    found: set[str] = set()
    for match in _GATES.finditer(visible):
        found.add(match[0])
        if len(found) == _LEAST:
            return True
    return False


def _lines(visible: str) -> Iterator[tuple[str, str]]:
    """Labels that open a line, each with what follows it up to the next one."""
    lines = visible.split("\n")
    named = ((index, match) for index, line in enumerate(lines) if (match := _LINE.match(line[: _TEXT + 60])))
    opened = list(islice(named, _MOST))
    bare = {index for index, match in opened if not (match["rest"] or "").strip()}
    for place, (index, match) in enumerate(opened):
        rest = (match["rest"] or "").strip()
        if not rest and not _in_row(index, bare):
            end = opened[place + 1][0] if place + 1 < len(opened) else len(lines)
            rest = _joined(lines[index + 1 : min(end, index + _LONGEST)])
        yield match["label"], rest


def _in_row(index: int, bare: set[int]) -> bool:
    """Whether a label is one of several that follow each other directly."""
    first = last = index
    while first - 1 in bare:
        first -= 1
    while last + 1 in bare:
        last += 1
    return last - first + 1 >= _TABS


def _joined(parts: list[str]) -> str:
    """As many lines as fit: the rest would be cut anyway."""
    text = ""
    for part in parts:
        if len(text) >= _TEXT:
            break
        text = f"{text} {part}".strip()
    return text


def _unfooted(root: Node, visible: str, walk: Walk, places: Places) -> str:
    """What stands above the page's foot: its telephone and its hours are those of the site."""
    foot: set[str] = set()
    for node in root.iter("div", "footer", "table", "p", "section", "ul"):
        above = node.getparent()
        if places.of(node) is LinkPlace.FOOTER and (
            above is None or places.of(above) is not LinkPlace.FOOTER
        ):
            foot.update((walk.text_below(node) or "").split("\n"))
    lines = visible.split("\n")
    while lines and lines[-1] in foot:
        lines.pop()
    return "\n".join(lines)


def _cells(root: Node, places: Places) -> Iterator[tuple[str, str]]:
    """Labels that fill a cell, with the cell beside them: there an empty value is seen to be empty."""
    for node in islice(root.iter("td", "th", "dt"), _CELLS):
        following = node.getnext()
        if following is None or places.of(node) is LinkPlace.FOOTER:
            continue
        match = _LINE.match(squeeze(beginning(node))[:40])
        if match is None or (match["rest"] or "").strip():
            continue
        text = squeeze(beginning(following))
        beside = _LINE.match(text[:40])
        if beside is None or (beside["rest"] or "").strip():
            yield match["label"], text
