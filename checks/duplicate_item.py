"""旧稿新发 An article repeats an older one of the site under a new date.

何为问题: 把以前发布过的文章换一个新的发布日期再次发布，充作更新。
怎样测量: 比较同站内容页的正文指纹，标题相同、正文指纹相差不超过规定位数且逐字相同，而两页标明的发布日期相差 days 天以上的，后一页即为问题页。
反例: 同一栏目 2020-03-02 与 2021-01-05 各有一篇题为“关于做好冬季供水工作的通知”的文章，正文逐字相同。
正例: 套用同一格式、数字不同的月报和公示；同一天在两个栏目各放一篇；标明转载、重发、更正的文章；同一内容编号的两个网址。
局限: 标题略有不同的，正文相近而非逐字相同的，两页不在同一栏目的，法律法规全文，日期不是页面自己标明的，只提请人工核实；正文短于规定长度、正文过长未读全的不判。
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import combinations

from pydantic import Field

import model
from checks.articles import Article, articles_of, earliest_row
from checks.titles import bare_title
from model import ColumnKind, Hit, Moment, NoSubject, Observation, Subject, TextPrint, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ITEMWISE = True
BITS = 64
CROWD = 60  # pages of one print: a form that is filled in again and again
LIKE = 0.8  # titles that differ by less may be one title mended
_AGAIN = re.compile(r"转载|转发|重发|重新发布|再次|更正|补发|延期|修订|修正|[二三四五六七八九]次|变更|复核")
_LAW = re.compile(r"(?:法|条例|办法|规定|细则|规则|制度|标准|须知|指南|章程|流程)(?:[(（].{1,12}[)）])?$")
_BYLINE = re.compile(r"发布(?:时间|日期)|浏览|点击|阅读|来源|字体|打印|当前(?:所在)?位置|上一篇|下一篇|编辑")
_DIGITS = re.compile(r"\d+")
_ORDINALS = re.compile(r"[一二三四五六七八九十]+(?=[月日年季期批次号度])|[上下]半年|[东西南北]")
_CONTENT_ID = re.compile(r"[0-9a-f]{16,}|\d{5,}")


class Params(model.Params):
    """参数 At most `distance` of 64 simhash bits apart, at least `length` characters long, `days` or more between their dates."""

    distance: int = Field(default=3, ge=0, le=8)
    length: int = Field(default=300, ge=100)
    days: int = Field(default=30, ge=1)
    kinds: tuple[ColumnKind, ...] = ()


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 One answer for each article that repeats an older one, naming the oldest."""
    known = articles_of(subject)
    articles = [
        article
        for article in (known.within(params.kinds) if params.kinds else known.all)
        if article.page.text_print is not None
        and article.page.text_print.length >= params.length
        and article.whole
    ]
    if not articles:
        yield NoSubject()
        return
    found: dict[str, Hit | Unsure] = {}
    for one, other in _near(articles, params):
        older, newer = sorted((one, other), key=_order)
        answer = _answer(older, newer, params)
        held = found.get(newer.page.url)
        if answer is not None and (
            held is None or (isinstance(held, Unsure) and not isinstance(answer, Unsure))
        ):
            found[newer.page.url] = answer
    yield from (found[url] for url in sorted(found))


def _order(article: Article) -> tuple[str, str]:
    dated = article.day or article.page.dated
    return (dated.value.isoformat() if dated and dated.value else ""), article.page.url


def _near(articles: list[Article], params: Params) -> Iterator[tuple[Article, Article]]:
    """Pairs of near texts: with one more band than bits may differ, some band of theirs is the same."""
    width = BITS // (params.distance + 1)
    mask = (1 << width) - 1
    bands: dict[tuple[int, int], list[int]] = {}
    prints = [int(_print(article).simhash, 16) for article in articles]
    for number, made in enumerate(prints):
        for band in range(params.distance + 1):
            bands.setdefault((band, made >> band * width & mask), []).append(number)
    seen: set[tuple[int, int]] = set()
    for members in bands.values():
        if len(members) > CROWD:
            continue
        for pair in combinations(members, 2):
            left, right = pair
            if pair not in seen and (prints[left] ^ prints[right]).bit_count() <= params.distance:
                seen.add(pair)
                yield articles[left], articles[right]


def _print(article: Article) -> TextPrint:
    return article.page.text_print or TextPrint(length=0, simhash="0")


def _answer(older: Article, newer: Article, params: Params) -> Hit | Unsure | None:
    if not _same(older, newer):
        return None
    dates = [article.day or article.page.dated for article in (older, newer)]
    first, last = (dated.value if dated else None for dated in dates)
    if first is None or last is None or (last - first).days < params.days:
        return None
    case = _doubt(older, newer)
    return (Unsure if case else Hit)(
        message_id=f"check.duplicate_item.{case or 'repeated'}",
        params={
            "title": newer.title,
            "seen": older.title,
            "date": last.isoformat(),
            "older": first.isoformat(),
            "url": older.page.url,
            "days": (last - first).days,
        },
        evidence=(
            newer.seen("newer_copy", f"{newer.title} {last.isoformat()}"),
            older.seen("older_copy", f"{older.title} {first.isoformat()}"),
        ),
        locus=newer.page.url,
        subject_name=newer.title,
        url=newer.page.url,
        measured=str((last - first).days),
        allowed=str(params.days - 1),
        newest=last,
    )


def _same(one: Article, other: Article) -> bool:
    """Whether both say the same: what the prints leave out, figures and years, must be alike too."""
    lengths = sorted((_print(one).length, _print(other).length))
    if lengths[1] - lengths[0] > max(4, lengths[0] // 33) or _same_content(one, other):
        return False
    titles = one.title, other.title
    if any(map(_AGAIN.search, titles)) or _figures(titles[0]) != _figures(titles[1]):
        return False
    if any(_AGAIN.search(article.page.text[-120:]) for article in (one, other)):
        return False
    if _figures(_body(one)) != _figures(_body(other)):
        return False
    bare = [bare_title(title) for title in titles]
    return bare[0] == bare[1] or SequenceMatcher(None, bare[0], bare[1]).ratio() >= LIKE


def _figures(text: str) -> list[str]:
    return _DIGITS.findall(text) + _ORDINALS.findall(text)


def _body(article: Article) -> str:
    """The text without the lines that tell when it was published and how often it was read."""
    lines = article.page.text.split("\n")
    return "\n".join(line for line in lines if len(line) > 120 or not _BYLINE.search(line))


def _same_content(one: Article, other: Article) -> bool:
    """One content under two addresses: they end with the same number."""
    ids = [_CONTENT_ID.findall(article.page.final_url.rpartition("/")[2]) for article in (one, other)]
    return bool(ids[0] and ids[1] and ids[0][-1] == ids[1][-1])


def _doubt(older: Article, newer: Article) -> str | None:
    """Which case makes the repetition no proof, or None."""
    if older.day is None or newer.day is None or not newer.published:
        return "date_doubtful"
    row = earliest_row(newer)
    if row is not None and older.day.value is not None and row <= older.day.value:
        return "date_doubtful"
    if bare_title(older.title) != bare_title(newer.title):
        return "retitled"
    if bare_title(_body(older)) != bare_title(_body(newer)):
        return "near_text"  # a form filled in with another name differs in as little
    if _LAW.search(newer.title):
        return "law"
    shared = {column.key for column in older.columns} & {column.key for column in newer.columns}
    return None if shared else "other_column"
