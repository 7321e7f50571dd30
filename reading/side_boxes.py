"""旁栏 Boxes beside a page's own list: latest, most read, related. They hold rows of other columns."""

import re

from reading.rows import Group
from reading.tree import Node

_HEADING = re.compile(
    r"最新文章|热门(?:信息|文章|新闻|资讯|内容|阅读|推荐|标签)?|(?:点击|阅读|浏览|热点|热门|文章|新闻|信息|访问)量?排行榜?|"
    r"(?:推荐|延伸|相关|精彩|热点)(?:阅读|文章|新闻|信息|资讯|内容|推荐|链接)|推荐|猜你喜欢|[您你]可能(?:还)?(?:感兴趣|喜欢).{0,4}"
)
_NAME = re.compile(r"(?:^|[-_\s])aside(?:$|[-_\s])", re.I)
_LEVELS = 12


def is_beside(group: Group, heading: str | None) -> bool:
    """在旁栏 Whether a group stands in an `aside`, or under a heading no column's own list has.

    A page that itself is called so (its title says it) is that list.
    """
    node: Node | None = group.parent
    for _ in range(_LEVELS):
        if node is None or node.tag in ("body", "html"):
            break
        if node.tag == "aside" or _NAME.search(f"{node.get('class') or ''} {node.get('id') or ''}"[:200]):
            return True
        node = node.getparent()
    name = "".join(heading.split()).strip("·:：|【】[]《》") if heading else ""
    if not name or _HEADING.fullmatch(name) is None:
        return False
    title = next(group.parent.getroottree().getroot().iter("title"), None)
    return title is None or name not in (title.text or "")
