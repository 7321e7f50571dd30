"""文件与解读配对 Which interpretation is of which document, and whether one page leads to the other."""

import re
from typing import NamedTuple

from checks.articles import Article, Articles, address
from checks.titles import SHORTEST_NAME, bare_title, names_in, numbers_in, title_keys
from model import LinkPlace, LinkRelation

_READ = re.compile(
    r"(?:的|》)?(?:政策)?(?:文字|图文|图片|视频|动漫|专家|部门|负责人|权威)?(?:解读|图解|解析|问答|答记者问|起草说明|说明)(?:之?[一二三四五六七八九十\d]+)?(?:[(（].{1,12}[)）])?$"
)
_LEAD = re.compile(
    r"^(?:一图(?:读|看)懂|图解|图说|关于|对|【[^】]*】|\[[^\]]*\]|政策解读|解读|视频解读|专家解读)[:：丨|]?\s*"
)
_UNSEEN = frozenset({LinkRelation.COMMENTED, LinkRelation.STYLE, LinkRelation.IMAGE})


class Pair(NamedTuple):
    """一对 An interpretation and the document it names; `vague` when other documents bear the same name."""

    interpretation: Article
    document: Article
    vague: bool


def pairs_of(known: Articles) -> list[Pair]:
    """配对 By 文号 in the title, else by the title it names; what the text only refers to makes no pair."""
    by_key: dict[str, list[Article]] = {}
    for article in known.all:
        if article.interprets or not (article.official or article.number):
            continue
        for key in title_keys(article.title) | ({article.number} if article.number else set()):
            by_key.setdefault(key, []).append(article)
    pairs = []
    for article in known.all:
        if article.interprets:
            for key in _named(article):
                found = by_key.get(key, [])
                pairs += [Pair(article, document, len(found) > 1) for document in found]
                if found:
                    break
    return pairs


def _named(article: Article) -> list[str]:
    """What the title says is interpreted, the surest first."""
    title = article.title.strip()
    keys = numbers_in(title) + [bare_title(name) for name in names_in(title)]
    rest = _READ.sub("", title)
    plain = _LEAD.sub("", _LEAD.sub("", rest))
    keys += [bare_title(plain), bare_title(rest)]
    return [key for key in keys if len(key) >= SHORTEST_NAME]


def linked(start: Article, end: Article, known: Articles) -> bool:
    """是否相通 Whether a page leads to another: to its address, or to a copy elsewhere under its name."""
    targets = {address(url) for url in (end.page.url, end.page.final_url)}
    targets |= {address(item.url) for _, item in end.rows if item.url}
    names = title_keys(end.title)
    for link in start.page.links:
        if link.relation in _UNSEEN or link.place is LinkPlace.HIDDEN:
            continue
        if address(link.url) in targets or (
            len(link.anchor) >= SHORTEST_NAME and names & title_keys(link.anchor)
        ):
            return True
    return False
