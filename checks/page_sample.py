"""页面样本 The pages of a site on which something common to all of them is counted: each once, as its server sent it."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from checks.articles import Article, articles_of
from model import ColumnKind, Evidence, Observation, PageFacts, PageKind
from model.survey import plain_address

LEAST = 3  # fewer pages of a class tell nothing of the class
MOST_EXAMPLES = 10
_TALK = frozenset({ColumnKind.CONSULTATION, ColumnKind.INTERACTION, ColumnKind.SITE_REPORT})
_SITE_REPORT = re.compile(r"政府网站.{0,12}(?:年度)?报表|网站工作年度报表")
_NOT_PAGES = frozenset({PageKind.ERROR, PageKind.NOT_HTML, PageKind.JUMP})


def plain_pages(observation: Observation) -> Iterator[PageFacts]:
    """原样页面 Pages that were read from what the server sent; answers of list APIs, shells and drawn pages are none."""
    known: set[str] = set()
    for page in observation.pages:
        address = plain_address(page.final_url)
        if not page.outcome.observed or page.kind in _NOT_PAGES or page.jump or page.fills:
            continue
        fragment = not page.title and not page.links  # a piece that other pages take in
        if page.shell or page.rendered or fragment or address in known:
            continue
        known.add(address)
        yield page


def is_text(observation: Observation, page: PageFacts) -> bool:
    """是否文章页 Whether a page is an article of the site, and neither a letter nor the yearly report of the site."""
    if page.kind is not PageKind.ARTICLE or page.messages:
        return False
    article = articles_of(observation).at(page.final_url)
    return article is None or not is_aside(article)


def is_aside(article: Article) -> bool:
    """不是文章 Letters with their answers, and the site's own yearly report, are no articles of it."""
    talk = any(column.kind in _TALK for column in article.columns)
    called = f"{article.title} {article.page.title}"
    return bool(article.page.messages) or talk or bool(_SITE_REPORT.search(called))


def is_beyond(faulty: int, total: int, share: Decimal) -> bool:
    """超出比例 Whether more than `share` of the pages are faulty."""
    return faulty > share * total


def examples(pages: Iterable[tuple[PageFacts, str]], shows: str) -> tuple[Evidence, ...]:
    """示例 Up to ten pages with the words in question."""
    found = sorted(pages, key=lambda pair: pair[0].final_url)[:MOST_EXAMPLES]
    return tuple(
        Evidence(snapshot_id=page.snapshot_id, url=page.final_url, quote=quote, shows=shows)
        for page, quote in found
    )
