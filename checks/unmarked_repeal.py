"""废止失效未标注 A document that a list of repealed documents names is shown without a mark.

何为问题: 已宣布废止、失效的文件仍挂在网站上，原文件页没有标注“废止”“失效”等字样。
怎样测量: 读废止失效目录、决定的正文，取出《》内的题名和文号，在本站内容页中找同文号或同题名的文件；其公文头、标题、列表题名、面包屑和正文都没有标注的为未标注。
反例: 《关于废止部分规范性文件的决定》列有某政发〔2012〕5号，该文件的页面没有废止、失效字样。
正例: 文件页有效性一栏为“失效”；列表题名前有“[已废止]”；目录在“根据”之后提到的上位文件；新制定的同名办法晚于废止决定。
局限: 目录页未读到、正文未读全或在附件中的，目录同时列有继续有效或修改的文件的，只按题名相同而日期不明的，题名与文号不相符的，正文只在“同时废止”别的文件时出现该词的，一律只提请人工核实；正文有图片或疑似印章图片的（标注可能盖在图上），只提请人工核实；由样式表画出的标注看不见。
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date

import model
from checks.answers import asked
from checks.articles import Article, Articles, articles_of
from checks.material import find
from checks.repeals import Repealed, repeals_in
from checks.titles import bare_title, title_keys
from model import Evidence, Hit, LinkPlace, Moment, NoSubject, Observation, Subject, Topic, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ITEMWISE = True
SEVERAL = 2  # entries that a list names, when it is no decision on a single document
SHORT = 60  # characters: a page with less text shows its list in an image or a file
_BADGE = re.compile(r"[【\[(（<〔][^【】\[\]()（）<>]{0,6}(?:废止|失效)[^【】\[\]()（）<>]{0,4}[】\])）>〕]")
_OTHERS = re.compile(
    r"同时废止|即行废止|相应废止|原.{0,40}废止|《[^《》]+》[^。；\n]{0,30}(?:废止|失效|停止执行)"
)


_STAMP = re.compile(
    r"fei?zhi|yfz|yifz|shixiao|ysx|(?<![a-z])s[xf]z?(?![a-z])|invalid|repeal|abolish|expired|status|stamp|zhang",
    re.I,
)


class Params(model.Params):
    """参数 `lists`: where the repealed ones are named; `marks`: words one of which the document's page must show."""

    lists: Topic
    marks: tuple[str, ...] = ("废止", "失效", "已修改", "停止执行")
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 One answer for each unmarked document, and one for each list that could not be read."""
    known = articles_of(subject)
    found = find(subject, params.lists)
    urls = [row.item.url for row in found.rows if _is_list(row.item.title, params)]
    urls += [page.url for page in found.pages if _is_list(page.title, params)]
    urls += [column.url for column in found.singles]
    if not urls:
        if params.ask:
            yield asked("unmarked_repeal", params.lists.name, (), 0)
        else:
            yield NoSubject()
        return
    index = _index(known)
    answers: dict[str, Hit | Unsure] = {}
    for url in dict.fromkeys(urls):
        for answer in _list_answers(subject, known.at(url), url, index, params):
            held = answers.get(answer.locus or "")
            if held is None or (isinstance(held, Unsure) and not isinstance(answer, Unsure)):
                answers[answer.locus or ""] = answer
    if params.ask:
        yield asked("unmarked_repeal", params.lists.name, answers.values(), len(urls))
    else:
        yield from answers.values()


def _is_list(title: str, params: Params) -> bool:
    """Whether a title speaks of repeal itself: a badge before or behind it marks a document that was repealed."""
    own = _BADGE.sub("", title)
    return any(word in own for word in (*params.lists.titles, *params.marks, "清理"))


def _index(known: Articles) -> dict[str, list[Article]]:
    """Documents by number and by the ways others name them."""
    index: dict[str, list[Article]] = {}
    for article in known.all:
        if article.interprets:
            continue
        for key in title_keys(article.title) | ({article.number} if article.number else set()):
            index.setdefault(key, []).append(article)
    return index


def _list_answers(
    observation: Observation, page: Article | None, url: str, index: dict[str, list[Article]], params: Params
) -> Iterator[Hit | Unsure]:
    if page is None:
        yield _unread(observation, url)
        return
    listed = repeals_in(page.title, page.page.text)
    in_files = bool(page.page.attachments) and len(listed.entries) < SEVERAL
    wordless = not listed.entries and len(bare_title(page.page.text)) < SHORT
    if not page.whole or in_files or wordless:
        yield _unread(observation, page.page.url, page)
    for entry in listed.entries:
        for article in _matching(entry, index, page):
            mark = _marked(article, params.marks)
            if mark is not True:
                case = mark or ("mixed_list" if listed.mixed else _doubt(entry, article, page))
                yield _answer(case, entry, article, page)


def _matching(entry: Repealed, index: dict[str, list[Article]], page: Article) -> Iterable[Article]:
    """Documents of the entry's number; when none has it, those of its very title."""
    same = index.get(entry.number or "", [])
    if not same and entry.title:
        same = [
            article
            for article in index.get(bare_title(entry.title), [])
            if not (entry.number and article.number)  # of the same title, but another number
        ]
    return [article for article in same if article is not page]


def _marked(article: Article, marks: tuple[str, ...]) -> bool | str | None:
    """True when the page or a row that leads to it bears a mark; a case when its words may be about others."""
    page, document = article.page, article.page.document
    if document is not None and document.abolished_on is not None:
        return True
    told = [page.title, article.title, *page.titles, (document.validity if document else None) or ""]
    told += [item.title for _, item in article.rows] + [crumb.name for crumb in page.crumbs]
    told += [column.name for column in article.columns]
    if any(mark in text for text in told for mark in marks):
        return True
    if any(mark in _OTHERS.sub("", page.text) for mark in marks):
        return True
    if any(mark in page.text for mark in marks):
        return "mark_of_another"
    if not article.whole:
        return "text_not_read"
    shown = [link for link in page.links if link.tag == "img" and link.place is not LinkPlace.FOOTER]
    if any(mark in link.anchor for link in shown for mark in marks):
        return True
    stamped = any(_STAMP.search(link.raw.rpartition("/")[2]) for link in shown)
    return "perhaps_stamped" if stamped or any(one.place is LinkPlace.CONTENT for one in shown) else None


def _doubt(entry: Repealed, article: Article, page: Article) -> str | None:
    """Whether the page may be of another document than the entry."""
    if entry.number is not None and entry.number == article.number:
        same = entry.title is None or bool(title_keys(entry.title) & title_keys(article.title))
        return None if same else "titles_differ"
    made, repealed = _day(article), _day(page)
    return None if made and repealed and made < repealed else "same_title"


def _day(article: Article) -> date | None:
    document = article.page.document
    shown = article.day or (document.made_on if document else None)
    return shown.value if shown else None


def _answer(case: str | None, entry: Repealed, article: Article, page: Article) -> Hit | Unsure:
    return (Unsure if case else Hit)(
        message_id=f"check.unmarked_repeal.{case or 'unmarked'}",
        params={
            "title": article.title,
            "seen": page.title,
            "url": page.page.url,
        },
        evidence=(
            article.seen("document_page"),
            Evidence(
                snapshot_id=page.page.snapshot_id, url=page.page.url, quote=entry.quote, shows="repeal_list"
            ),
        ),
        locus=article.page.url,
        subject_name=article.title,
        url=article.page.url,
        measured=entry.number or entry.title,
    )


def _unread(observation: Observation, url: str, page: Article | None = None) -> Unsure:
    title = (
        page.title if page else next((row.item.title for row in observation.rows if row.item.url == url), url)
    )
    evidence = Evidence(
        snapshot_id=page.page.snapshot_id if page else None, url=url, quote=title, shows="repeal_list"
    )
    return Unsure(
        message_id="check.unmarked_repeal.list_unread",
        params={"title": title},
        evidence=(evidence,),
        locus=url,
        subject_name=title,
        url=url,
    )
