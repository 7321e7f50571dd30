"""附件缺失 A page names annexes and offers fewer files.

何为问题: 正文写明有附件，页面却没有提供，或提供的少于所列。
怎样测量: 读正文末“附件：1.……2.……”一类清单，逐个在页面的附件、正文链接和正文之下找；都找不到的为缺失。
反例: 正文末写“附件：1.申报表 2.汇总表”，页面没有任何附件、图片或内嵌文件，正文之下也没有印出附件。
正例: 附件印在正文之下（有“附件”标题或附件名称，其下有内容，不论长短）；括号中的“略”“另发”“此件不公开”“发至某单位”不是附件名称；清单所列的名称本身就是下载链接；只在正文引用别的文件时提到“附件”。
局限: 只写“见附件”而未列名称的，提供了部分文件而不能与清单一一对应的（可能合并为一个压缩包或全文），写明略、另发或不予公开的，页面有自己的图片、内嵌页面的，清单之下还有正文的，正文未读全的，全站没有一页提供附件的（可能由脚本列出），只提请人工核实；附件能否打开由死链检查判断。
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

import model
from checks.annexes import PRINTED, Annexes, annexes_of
from checks.answers import asked
from checks.articles import Article, articles_of
from checks.titles import bare_title
from model import (
    ColumnKind,
    Hit,
    Link,
    LinkPlace,
    LinkRelation,
    Moment,
    NoSubject,
    Observation,
    Subject,
    Unsure,
)

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ITEMWISE = True
MENTIONED = re.compile(
    r"[(（](?:名单|表|具体|内容)?(?:详?见|附)\s?附件\d{0,2}[)）]|详见附件|[(（]点击下载附件"
)
ARCHIVES = frozenset({"zip", "rar", "7z"})
BARE = 60  # characters: a page with less text is a page of its files
WITHHELD = re.compile(
    r"[（(【][^（）()]{0,8}(?:略|另发|另附|另行|单独|不发|不予?公开|依申请公开|涉密|内部)[^（）()]{0,8}[）)】]|^略$"
)
_OFFERS = re.compile(r"附件|下载|附表|点击|查看|\.(?:docx?|xlsx?|pdf|wps|et|ofd|zip|rar|jpe?g|png)\b", re.I)
_FRAMES = frozenset({"iframe", "frame", "embed", "object", "video"})
_UNSEEN = frozenset({LinkRelation.STYLE, LinkRelation.COMMENTED, LinkRelation.CONTACT})
_AROUND = frozenset({LinkPlace.HEADER, LinkPlace.NAVIGATION, LinkPlace.FOOTER, LinkPlace.CRUMBS})


class Params(model.Params):
    """参数 Pages in columns of `kinds` (all when empty)."""

    kinds: tuple[ColumnKind, ...] = ()
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 One answer for each page whose annexes are not all there."""
    known = articles_of(subject)
    articles = known.within(params.kinds) if params.kinds else known.all
    naming = [one for one in articles if "附" in one.page.text]
    served = any(_offered(article) for article in known.all)
    common = _common_images(known.all)
    answers = [answer for article in naming if (answer := _answer(article, served, common)) is not None]
    if params.ask:
        yield asked("missing_annex", "annexes", answers, len(articles))
    elif articles:
        yield from answers
    else:
        yield NoSubject()


def _answer(article: Article, served: bool, common: frozenset[str]) -> Hit | Unsure | None:
    page = article.page
    named = annexes_of(page.text)
    offered = _offered(article)
    if not named.names:
        mention = MENTIONED.search(page.text)
        if mention is None or offered or page.attachments or "附件" in _below(page.text, mention.end()):
            return None
        return _say(Unsure, "mentioned", article, (mention[0],), 0, 1)
    left = [name for name in named.elsewhere if not _found(name, offered) and not _linked(article, name)]
    if not left:
        return None
    files = len(offered)
    if files >= len(named.elsewhere):
        return None
    promised = [name for name in left if not WITHHELD.search(name)]
    case = None if promised else "withheld"
    case = case or _doubt(article, named, offered, common) or (None if served else "nowhere_offered")
    return _say(
        Unsure if case else Hit,
        case or ("missing" if files else "none_offered"),
        article,
        tuple(left),
        files,
        len(named.elsewhere),
    )


def _offered(article: Article) -> dict[str, str]:
    """Addresses (or words) of what the page offers to download or to open, with their words."""
    page = article.page
    found = {file.url: bare_title(file.name) for file in page.attachments}
    for link in page.links:
        if link.relation not in _UNSEEN and link.place not in _AROUND and _OFFERS.search(link.anchor):
            at = link.url if link.relation is not LinkRelation.SCRIPT_ONLY else f"script:{link.anchor}"
            found.setdefault(at, bare_title(link.anchor))
    return found


def _found(name: str, offered: dict[str, str]) -> bool:
    bare = bare_title(name)
    return any(bare in words or (len(words) >= 4 and words in bare) for words in offered.values())


def _doubt(article: Article, named: Annexes, offered: dict[str, str], common: frozenset[str]) -> str | None:
    """Which case may account for what is not there, or None."""
    page = article.page
    if not article.whole or page.text_length < BARE:
        return "text_not_read"
    if any(link.tag in _FRAMES for link in page.links) or any(
        _shown_image(link, common) for link in page.links
    ):
        return "perhaps_shown"
    if named.below > PRINTED:
        return "perhaps_shown"
    if not offered:
        return None
    packed = any(file.suffix in ARCHIVES for file in page.attachments)
    matched = all(_belongs(words, named) for words in offered.values())
    return None if matched and not packed and len(offered) > 1 else "fewer_files"


def _linked(article: Article, name: str) -> bool:
    """Whether a link of whatever kind, to another place than this page, bears the annex's name."""
    page, bare = article.page, bare_title(name)
    return any(
        link.url not in (page.url, page.final_url) and _alike(bare_title(link.anchor), bare)
        for link in page.links
        if link.relation not in _UNSEEN
    )


def _alike(words: str, name: str) -> bool:
    return bool(words) and (words == name or (len(words) >= 4 and (words in name or name in words)))


def _shown_image(link: Link, common: frozenset[str]) -> bool:
    """A picture of the page's own; one that several pages show is part of the frame."""
    if link.tag != "img" or link.relation in _UNSEEN or link.raw.lower().startswith("file:"):
        return False
    return link.place not in _AROUND and (link.url or link.raw) not in common


def _common_images(articles: Iterable[Article]) -> frozenset[str]:
    seen: Counter[str] = Counter()
    for article in articles:
        seen.update({link.url or link.raw for link in article.page.links if link.tag == "img"})
    return frozenset(image for image, pages in seen.items() if pages > 1)


def _belongs(words: str, named: Annexes) -> bool:
    """Whether a file is one of the annexes that the list names, so that it cannot be all of them."""
    return any(words in bare_title(name) or bare_title(name) in words for name in named.names)


def _below(text: str, start: int) -> str:
    return "\n".join(line for line in text[start:].split("\n") if line.strip().startswith("附"))


def _say(
    answer: type[Hit], case: str, article: Article, left: tuple[str, ...], files: int, named: int
) -> Hit | Unsure:
    return answer(
        message_id=f"check.missing_annex.{case}",
        params={
            "title": article.title,
            "seen": "、".join(left)[:200],
            "missing": len(left),
            "files": files,
            "named": named,
        },
        evidence=(article.seen("annex_list", "、".join(left)[:200]),),
        locus=article.page.url,
        subject_name=article.title,
        url=article.page.url,
        measured=str(files),
        allowed=str(named),
    )
