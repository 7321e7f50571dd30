"""文章 Content pages with the columns that hold them, their titles, numbers and days: shared by the checks of documents."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from checks.once import once, remembered
from checks.titles import LABEL, NUMBER, SHORTEST_NAME, TRIAL, numbers_in
from model import (
    Column,
    ColumnKind,
    Dated,
    DateSource,
    DocumentAttributes,
    Evidence,
    FetchOutcome,
    ListItem,
    Observation,
    PageFacts,
    PageKind,
)
from model.site import bare_name

TEXT_LIMIT = 20_000  # characters of a page's text that reading keeps
SHOWN = frozenset(
    {DateSource.LABEL, DateSource.ELEMENT, DateSource.SCRIPT}
)  # days that a page shows as its own
_HEADED = 600  # characters in which a document says its own number
_ENDING = r"(?:通知|通告|公告|意见|办法|规定|决定|细则|方案|条例|规划|批复|函|令|纲要|要点|计划|预案|规则|决议|通报|措施)"
_DOCUMENT = re.compile(rf"{_ENDING}$")
_FORMAL = re.compile(rf"关于.{{2,}}的{_ENDING}$|^.{{0,24}}印发.{{2,}}")
_PUBLISHED = re.compile(r"(?:发\s?布|发稿|刊发|公\s?开|公\s?布|上网)\s?(?:时间|日期)?\s?[:：]?\s?[\[【(]?$")
_OWN_LABEL = re.compile(
    r"(?:^|[\s|:：【\[(（])(?:信息|文章|稿件|新闻)?(?:发\s{0,2}布|发稿|刊发)\s{0,2}(?:时\s{0,4}间|日\s{0,4}期)\s?[:：]?\s?[\[【(（]?$"
)
_NEWS = re.compile(r"(?:印发|出台|发布|公布|通过|召开|举行|实施)[^的]{0,20}《[^》]+》$")
_INTERPRETS = re.compile(r"解读|图解|图说|一图(?:读|看)懂|答记者问|政策问答|政策解析|说明$")
_INDEX = re.compile(r"/(?:index\.\w{3,5})?$")
_AGENCY = r"[\u4e00-\u9fff]{2,30}(?:政府|办公室|办公厅|委员会|厅|局|部|委|中心|院|会|处|站|所|队|社|公司)"
_SIGNED = re.compile(rf"^[ \t\u3000]*({_AGENCY})[ \t\u3000]*$", re.M)
_ISSUES = re.compile(rf"^({_AGENCY})\s?(?:等.{{1,10}})?关于")


class Article:
    """文章 One content page, the rows that lead to it and the columns it stands in. A large site has tens of thousands."""

    __slots__ = (
        "_ahead", "_day", "_document", "_has_head", "_interprets", "_issuer", "_number", "_official", "_published", "_title", "_told",
        "_whole", "columns", "page", "rows",
    )  # fmt: skip

    def __init__(
        self, page: PageFacts, rows: tuple[tuple[Column, ListItem], ...], columns: tuple[Column, ...]
    ) -> None:
        self.page, self.rows, self.columns = page, rows, columns

    @remembered
    def document(self) -> DocumentAttributes | None:
        """公文属性 The page's own, looked up once."""
        return self.page.document

    @remembered
    def title(self) -> str:
        """标题 As a list writes it in full, else as the page does, without the site's name behind it."""
        for _, item in self.rows:
            if len(item.title) >= SHORTEST_NAME and not item.title.rstrip().endswith(("…", "...", "..")):
                return item.title.strip()
        shown = re.split(r"[_|]|\s[-—]\s|-(?=[^-]+$)", self.page.title)[0].strip()
        listed = self.rows[0][1].title.strip() if self.rows else ""
        return self.page.meta.get("articletitle") or shown or listed or self.page.url

    @remembered
    def number(self) -> str | None:
        """文号 The document's own: of its head, its title, or a line of its beginning that is nothing else."""
        head = self.document.document_number if self.document else None
        for text in (head or "", self.title):
            found = numbers_in(text)
            if found:
                return found[0]
        for line in self.page.text[:_HEADED].split("\n"):
            whole = NUMBER.fullmatch(line.strip(" \u3000()（）:："))
            if whole:
                return numbers_in(line)[0]
        return None

    @remembered
    def issuer(self) -> str | None:
        """发文机关 As the head, the title or the signature says."""
        document = self.document
        if document is not None and document.issuer:
            return document.issuer
        titled = _ISSUES.match(self.title)
        signed = _SIGNED.findall(self.page.text)
        return titled[1] if titled else signed[-1] if signed else None

    @remembered
    def interprets(self) -> bool:
        """是否解读 Whether it interprets a document: it stands in such a column, or its title says so."""
        told = bool(_INTERPRETS.search(self.title)) and not _FORMAL.search(TRIAL.sub("", self.title))
        return told or any(column.kind is ColumnKind.INTERPRETATION for column in self.columns)

    @remembered
    def has_head(self) -> bool:
        """有无公文头 Whether the page shows a head table: two of its cells or more."""
        document = self.document
        if document is None:
            return False
        shown = document.model_dump(exclude_none=True, exclude={"openness"})
        made = document.made_on
        if made is not None and made.source is not DateSource.LABEL:
            shown.pop("made_on", None)
        return len(shown) >= 2

    @remembered
    def official(self) -> bool:
        """是否公文 Whether it surely is a published official document."""
        title = TRIAL.sub("", LABEL.sub("", self.title)).strip(" 》")
        if self.interprets or not _DOCUMENT.search(title) or _NEWS.search(self.title):
            return False
        if self.columns and all(column.kind is ColumnKind.NEWS for column in self.columns):
            return False
        return self.has_head or self.number is not None or bool(_FORMAL.search(title))

    @remembered
    def whole(self) -> bool:
        """是否读全 Whether all of its text was read."""
        return len(self.page.text) < TEXT_LIMIT and self.page.shell is None

    @remembered
    def day(self) -> Dated | None:
        """发布日期 The day on which it came online, as the page shows it; metas, addresses and signatures are none."""
        head = self.document.published_on if self.document else None
        for dated in (head, self.page.dated):
            if dated is not None and dated.value and dated.source in SHOWN and not _vague(dated):
                return dated
        return None

    @remembered
    def ahead(self) -> Dated | None:
        """晚于读取的日期 The day that the page shows as its own and that had not come when it was fetched: its words alone."""
        head = self.document.published_on if self.document else None
        return next((one for one in (head, self.page.dated) if one and one.reason == "future"), None)

    @property
    def labelled_ahead(self) -> bool:
        """标明发布 Whether the page calls such a day that of its publication, and its text tells it of nothing else."""
        day, text = self.ahead, self.page.text
        if day is None or not day.raw or day.source is not DateSource.LABEL:
            return False
        places = [found.start() for found in re.finditer(re.escape(day.raw), text)]
        return not places or any(_OWN_LABEL.search(text[max(0, at - 16) : at]) for at in places)

    @remembered
    def told(self) -> bool:
        """标明发布 Whether the head or the text says that its day is that of publication: others stand in the same place."""
        head = self.document.published_on if self.document else None
        if self.day is None or self.day.value is None:
            return False
        if head is not None and head.value == self.day.value:
            return True
        text, raw = self.page.text, self.day.raw
        places = [found.start() for found in re.finditer(re.escape(raw), text)] if raw else []
        return any(_PUBLISHED.search(text[max(0, at - 12) : at]) for at in places)

    @remembered
    def published(self) -> bool:
        """发布日期可证 Whether its day surely is that of publication: it says so, or a list agrees."""
        day = self.day.value if self.day else None
        rows = [firm_row(item) for _, item in self.rows]
        return self.told or any(row and day and abs((row - day).days) <= 1 for row in rows)

    def seen(self, shows: str, quote: str = "") -> Evidence:
        """证据 The page with the words in question, else with its title."""
        return Evidence(
            snapshot_id=self.page.snapshot_id, url=self.page.url, quote=quote or self.title, shows=shows
        )


class Articles:
    """文章表 All content pages of an observation that were read, in the order of their addresses."""

    def __init__(self, observation: Observation) -> None:
        rows: dict[str, list[tuple[Column, ListItem]]] = {}
        for row in observation.rows:
            if row.column is not None and row.item.url:
                rows.setdefault(address(row.item.url), []).append((row.column, row.item))
        self._folders = {
            column.key.rpartition("/")[0] + "/": column
            for column in observation.columns
            if column.key.count("/") > 1
        }
        self._addresses = {address(column.url): column for column in observation.columns}
        self._named: dict[str, list[Column]] = {}
        self._together: dict[tuple[str, ...], tuple[Column, ...]] = {}  # one tuple for all that stand in them
        for column in observation.columns:
            self._named.setdefault(bare_name(column.name), []).append(column)
        self._at: dict[str, Article] = {}
        for page in sorted(observation.pages, key=lambda page: (page.url, page.snapshot_id)):
            at = {address(url): None for url in (page.url, page.final_url)}
            led = [pair for url in at for pair in rows.get(url, ())]
            content = page.kind is PageKind.ARTICLE or (
                page.kind in (PageKind.SINGLE, PageKind.OTHER) and bool(led)
            )
            if content and page.outcome is FetchOutcome.OK:
                article = Article(page, tuple(led), self._columns(page, led))
                self._at |= dict.fromkeys(at, article)
        self.all = tuple({id(article): article for article in self._at.values()}.values())

    def at(self, url: str) -> Article | None:
        return self._at.get(address(url))

    def holding(self, page: PageFacts) -> tuple[Column, ...]:
        """所在栏目 The columns in which a page stands, whatever kind of page it is."""
        article = self.at(page.final_url)
        return article.columns if article is not None else self._columns(page, [])

    def within(self, kinds: Iterable[ColumnKind], names: Iterable[str] = ()) -> list[Article]:
        """栏目内文章 Those in columns of these kinds or with one of these fragments in their names."""
        wanted, fragments = frozenset(kinds), [bare_name(name) for name in names]
        return [
            article
            for article in self.all
            if any(
                column.kind in wanted or any(part in bare_name(column.name) for part in fragments)
                for column in article.columns
            )
        ]

    def _columns(self, page: PageFacts, led: list[tuple[Column, ListItem]]) -> tuple[Column, ...]:
        """By the rows that lead to it; else by its breadcrumb; else by its folder."""
        if led:
            found = tuple({column.key: column for column, _ in led}.values())
            return self._together.setdefault(tuple(column.key for column in found), found)
        for crumb in reversed(page.crumbs):
            if crumb.url and address(crumb.url) in self._addresses:
                return self._alone(self._addresses[address(crumb.url)])
            named = self._named.get(bare_name(crumb.name), [])
            if len(named) == 1:
                return self._alone(named[0])
        path = "/" + address(page.final_url).partition("/")[2]
        while len(path) > 1:
            path = path.rstrip("/").rpartition("/")[0] + "/"
            if path in self._folders:
                return self._alone(self._folders[path])
        return ()

    def _alone(self, column: Column) -> tuple[Column, ...]:
        return self._together.setdefault((column.key,), (column,))


def articles_of(observation: Observation) -> Articles:
    """文章表 The articles of an observation, gathered once."""
    return once(observation, Articles)


def address(url: str) -> str:
    """规整网址 An address without scheme, fragment, index page and closing slash, to compare with others."""
    rest = url.partition("#")[0].partition("//")[2] or url
    return _INDEX.sub("", rest)


def firm_row(item: ListItem) -> date | None:
    """条目日期 The day in the row itself, with its year."""
    dated = item.dated
    return dated.value if dated.source is DateSource.ROW and not _vague(dated) else None


def earliest_row(article: Article) -> date | None:
    """条目最早日期 The earliest day that any list gives the article."""
    return min((item.dated.value for _, item in article.rows if item.dated.value), default=None)


def since_of(articles: Iterable[Article], since: date | None) -> Iterator[Article]:
    """起始日以后 Articles that are not surely older than `since`."""
    for article in articles:
        document = article.document
        days = [
            one for one in (document.made_on if document else None, article.day, article.page.dated) if one
        ]
        known = max((one.value for one in days if one.value), default=None)
        known = known or earliest_row(article)
        if since is None or known is None or known >= since:
            yield article


def _vague(dated: Dated) -> bool:
    return dated.inferred_year or dated.relative
