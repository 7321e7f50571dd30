"""标签归属 Whose date a label tells: the page's own only where content pages show theirs.

That is between title and body, in the table at the head of a document, and in the few lines that close a text beside who
wrote it. Footers, menus, comments, attachments and neighbouring articles have labels of the same words.
"""

import re
from collections.abc import Callable, Collection

from reading.publish_date import SIGNATURE, Labelled
from reading.shown import CREDITED, SOURCE, Shown

_ELSE = re.compile(
    r"(?:天气|气温|预报|原(?:公告|通知|公示|文件?)|附件|评论|回复|跟帖|网友|(?:系统|版本|软件)[^:。]{0,12}"
    r"|\.(?:pdf|docx?|xlsx?|pptx?|wps|ofd|zip|rar|jpe?g|png))[^:。]{0,4}$",
    re.I,
)
_OF_SITE = re.compile(r"(?:网站|平台|系统|会议|专题|专栏|本页)\s?$")
_SPOKEN = re.compile(r"^发\s?表")
_COMMENT = re.compile(r"评论|回复|网友|楼|跟帖|留言|说:")
_ENTRY = re.compile(r"^[\u4e00-\u9fff]{2,3}(?:\s?:\s?\S|[\u4e00-\u9fff]{0,3}\s?:)")
_OF_RECORD = re.compile(r"索\s?引|文\s?号|主题|分\s?类|机构|名\s?称|标\s?题|栏目|单位|信息|体裁|关键")
_FOOT = re.compile(
    r"^(?:主办|承办|协办|版权所有|技术支持|联系电话|网站标识)|ICP备|公网安备|Copyright|©", re.I
)
_LINKED = 8  # characters: the name of a source is seldom longer
_CLOSING, _FEW = 2, 3  # lines
_TAIL = 60
_ROWS = 2
_PARAGRAPH, _ALONE = 40, 30


def belongs(
    shown: Shown, hit: Labelled, linked: Callable[[], Collection[str]], main: Callable[[], Collection[str]]
) -> bool:
    """是否本页 Whether a labelled date is the page's own. `linked`: what its links say; `main`: the lines outside header,
    menus and footer, both made plain."""
    line, before = shown.lines[hit.line], hit.before
    headed = hit.line in shown.near and hit.line < shown.body
    credited = SIGNATURE.search(line) is not None
    if not SOURCE.search(before) and (_ELSE.search(before) or (not headed and _OF_SITE.search(before))):
        return False
    if _SPOKEN.match(hit.label) and not headed and (not credited or _is_comment(shown, hit.line)):
        return False
    if hit.rank == "bare" and not credited and _is_entry(shown, hit.line):
        return False
    if not headed and _is_linked(shown, hit, linked):
        return False
    if not headed and not SOURCE.search(line) and line not in main():
        return False
    if hit.line <= shown.body and (headed or credited or not _is_below_foot(shown, hit.line)):
        return True
    if hit.rank in ("bare", "changed"):
        return credited
    return not _is_below_foot(shown, hit.line) and (not shown.article or _closes(shown, hit.line))


def is_bylined(shown: Shown, hit: Labelled, linked: Collection[str]) -> bool:
    """是否署名行 Whether a labelled date stands as those of texts do: above all rows, right below the title, or beside
    who wrote it. What stands below rows is mostly a footer."""
    if hit.rank == "asked" or (hit.line in shown.near and hit.line <= shown.body):
        return True
    if sum(1 for line in shown.lines[: hit.line] if len(line) >= _LINKED and line in linked) < _ROWS:
        return True
    return any(SIGNATURE.search(line) for line in shown.lines[max(0, hit.line - 1) : hit.line + 2])


def _is_below_foot(shown: Shown, number: int) -> bool:
    """Whether the lines above are those of a footer, whatever its element is called."""
    return any(_FOOT.search(line) for line in shown.lines[max(0, number - _FEW) : number])


def _closes(shown: Shown, number: int) -> bool:
    """Whether a line below the text stands in the few that tell who wrote it, or right below the last paragraph."""
    lines = shown.lines[max(0, number - _CLOSING) : number + _CLOSING + 1]
    if any(SIGNATURE.search(line) for line in lines if len(line) <= _TAIL):
        return True
    above = shown.lines[number - 1]
    return len(above) >= _PARAGRAPH and "。" in above and len(shown.lines[number]) <= _ALONE


def _is_comment(shown: Shown, number: int) -> bool:
    return any(_COMMENT.search(line) for line in shown.lines[max(0, number - 1) : number + 1])


def _is_entry(shown: Shown, number: int) -> bool:
    """Whether a bare 「日期：」 stands among other labels that tell of an event: 范围, 案由."""
    beside = (*shown.lines[number - 1 : number], *shown.lines[number + 1 : number + 2])
    return any(
        len(line) <= _TAIL
        and _ENTRY.match(line)
        and not SIGNATURE.search(line)
        and not _OF_RECORD.search(line)
        for line in beside
    )


def _is_linked(shown: Shown, hit: Labelled, linked: Callable[[], Collection[str]]) -> bool:
    """Whether a label follows the link to another article, on its line or alone on the line below."""
    before = hit.before.strip()
    if not before:
        before = shown.lines[hit.line - 1].strip() if hit.line and hit.line - 1 not in shown.titles else ""
    text = before.rstrip(" ([|-")
    if len(text) < _LINKED or "".join(text.split()) in shown.names:
        return False
    return any(
        text.endswith(link)
        and not CREDITED.search(text[: -len(link)])
        and "".join(link.split()) not in shown.names
        for link in linked()
        if len(link) >= _LINKED
    )
