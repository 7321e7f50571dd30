"""附件清单 Which annexes a text names below itself, and which of them it prints."""

import re
from typing import NamedTuple

from checks.titles import bare_title

_HEAD = re.compile(
    r"^[ \t\u3000(（]*附\s*件\s*(?P<number>\d{1,2}|[一二三四五六七八九十]{1,2})?\s*(?P<mark>[:：.、．])?\s*(?P<rest>.*)$"
)
_ITEM = re.compile(r"(?<![\d.])(\d{1,2})\s{0,2}[.．、:：)）-]\s{0,2}(?![\d\s])")
_NEXT = re.compile(r"^[ \t\u3000]*(\d{1,2})\s{0,2}[.．、:：)）]?\s{0,2}(?=[^\d\s.．、])(.{2,80})$")
PRINTED = 60  # characters below a heading, or below the list: the annex itself
_RELATED = re.compile(r"^\s*(?:相关|上一[篇条]|下一[篇条]|扫一扫|分享)")
_FOOT = re.compile(
    r"推荐|纠错|打印|关闭|责任编辑|分享|浏览|点击|抄送|抄报|印发\s*$|^\s*[〇○一二三四五六七八九十\d\s年月日]+$"
    r"|^[\s\u4e00-\u9fff、]{2,40}(?:政府|办公室|办公厅|委员会|厅|局|部|委|中心|院|党组|网)\s*$"
)
_REMARK = re.compile(
    r"^[（(【\[][^（()）]{0,40}(?:略|另发|另附|公开|发至|此件|涉密|内部|不发)[^（()）]{0,40}[）)】\]]$"
)
_SOMETHING = re.compile(r"[\w\u4e00-\u9fff].*[\w\u4e00-\u9fff]")
_TOOLS = re.compile(r"推荐|纠错|打印|关闭|责任编辑|分享|浏览|点击|下载|上一[篇条]|下一[篇条]|版权|附\s?件")
_LONGEST = 80
_ORDINALS = "一二三四五六七八九十"


class Annexes(NamedTuple):
    """附件 `names` of the annexes that a text promises; `printed`: those among them that stand below it.

    `below` counts the characters below the list that are neither a signature nor the foot of the page.
    """

    names: tuple[str, ...] = ()
    printed: frozenset[str] = frozenset()
    below: int = 0

    @property
    def elsewhere(self) -> tuple[str, ...]:
        return tuple(name for name in self.names if name not in self.printed)


def annexes_of(text: str) -> Annexes:
    """所列附件 The annexes of the last list in the text; none when it only mentions one."""
    lines = text.split("\n")
    names: list[str] = []
    end = 0
    for at, line in enumerate(lines):
        found = _HEAD.match(line)
        if found is None or at < end:
            continue
        own, after = _listed(found, lines, at)
        own = [name for name in own if not _REMARK.match(name)]
        if own and not _is_heading(found, lines, after):
            numbered = found["number"] is not None
            if names and not (numbered and _count(found["number"]) == len(names) + 1):
                continue  # a second list, of one of the annexes that are printed
            names += [name for name in own if bare_title(name) not in map(bare_title, names)]
            end = after
    rest = _below(lines[end:])
    joined = bare_title("".join(rest))
    headed = _headings(rest)
    printed = {name for number, name in enumerate(names, 1) if number in headed or _again(name, joined)}
    printed |= _repeated(names, lines[end:])
    if len(names) == 1 and len(joined) > PRINTED:
        printed = set(names)
    return Annexes(tuple(names), frozenset(printed), len(joined))


def _below(lines: list[str]) -> list[str]:
    """What stands below a list, without signatures, distribution lists and the foot of the page."""
    kept: list[str] = []
    for line in lines:
        if _RELATED.match(line):
            break
        if not _FOOT.search(line):
            kept.append(line)
    return kept


def _listed(found: re.Match[str], lines: list[str], at: int) -> tuple[list[str], int]:
    """The names in one list and the line after it."""
    rest = found["rest"].strip()
    if found["number"] is not None:
        return ([rest] if 2 <= len(rest) <= _LONGEST else []), at + 1
    if found["mark"] is None:
        return [], at + 1
    names: list[str] = []
    if rest:
        parts = _ITEM.split(rest)
        if len(parts) == 1 or parts[0].strip() or parts[1] != "1":
            return ([rest] if 2 <= len(rest) <= _LONGEST else []), at + 1
        names = [part.strip(" ;；,，。") for part in parts[2::2]]
    at += 1
    while at < len(lines):
        following = _NEXT.match(lines[at])
        if following is None or int(following[1]) != len(names) + 1:
            break
        names.append(following[2].strip(" ;；,，。"))
        at += 1
    return [name for name in names if name], at


def _is_heading(found: re.Match[str], lines: list[str], after: int) -> bool:
    """Whether a single line heads the annex itself: its text follows."""
    if found["number"] is None:
        return False
    below = 0
    for line in lines[after:]:
        if _HEAD.match(line):
            break
        below += len(line)
    return below > PRINTED and not re.match(r"\d", lines[after].strip() if after < len(lines) else "")


def _headings(lines: list[str]) -> set[int]:
    """Numbers of the annexes whose own text stands below a line 附件2; 1 for a line that is only 附件."""
    found: set[int] = set()
    for at, line in enumerate(lines):
        head = _HEAD.match(line)
        if head and len(line.strip()) <= _LONGEST and sum(map(len, lines[at + 1 : at + 40])) > PRINTED:
            found.add(_count(head["number"]) if head["number"] else 1)
    return found


def _repeated(names: list[str], lines: list[str]) -> set[str]:
    """Annexes, however short, whose own name or bare heading (附件, 附件2) stands alone on a line with anything below."""
    bare = {bare_title(name): name for name in names}
    found: set[str] = set()
    for at, line in enumerate(lines):
        if _RELATED.match(line):
            break
        if not any(_SOMETHING.search(one) and not _TOOLS.search(one) for one in lines[at + 1 : at + 6]):
            continue
        head = _HEAD.match(line)
        told = bare.get(bare_title(head["rest"] if head and head["rest"] else line))
        if head and not head["rest"].strip() and head["mark"] is None:
            number = _count(head["number"]) if head["number"] else 1
            told = names[number - 1] if 0 < number <= len(names) else None
        if told is not None:
            found.add(told)
    return found


def _again(name: str, below: str) -> bool:
    """Whether the name heads something below, with text of its own."""
    bare = bare_title(name)
    at = below.find(bare) if len(bare) >= 4 else -1
    return at >= 0 and len(below) - at - len(bare) > PRINTED


def _count(number: str) -> int:
    return int(number) if number.isdigit() else _ORDINALS.find(number[-1]) + 1
