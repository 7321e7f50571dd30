"""页面 Facts read from one snapshot, each with where it was read."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from model.crawl import FetchOutcome, Purpose
from model.frozen import Frozen


class DateSource(StrEnum):
    """日期出处 Where a date was read, best first."""

    LABEL = "label"  # 发布时间：2024-03-15
    ROW = "row"  # in the same list row as the link
    ELEMENT = "element"  # alone in its own short element
    SCRIPT = "script"  # var pubdata='2019年08月22日'
    META = "meta"  # <meta name="PubDate">
    TITLE = "title"
    URL = "url"  # creation or migration date, last resort


class Dated(Frozen):
    """日期 A date, where it was read and its raw text. `reason` tells why there is none.

    `inferred_year` marks a month-day whose year came from its neighbours.
    """

    value: date | None = None
    at: datetime | None = None  # with the time of day, when shown
    source: DateSource | None = None
    raw: str = ""
    inferred_year: bool = False
    reason: str | None = None  # no_date_shown, several_unlabelled, implausible


class LinkPlace(StrEnum):
    """位置 Where on the page a link stands."""

    HEADER = "header"
    NAVIGATION = "navigation"
    CRUMBS = "crumbs"
    LIST = "list"
    CONTENT = "content"
    FOOTER = "footer"
    HIDDEN = "hidden"
    OTHER = "other"


class LinkRelation(StrEnum):
    """关系 What a link points to, seen from the site."""

    INTERNAL = "internal"
    EXTERNAL = "external"
    ATTACHMENT = "attachment"
    IMAGE = "image"
    STYLE = "style"  # stylesheet or script the page needs
    SCRIPT_ONLY = "script_only"  # javascript:, #, empty: never a dead link
    CONTACT = "contact"  # mailto:, tel:
    PLACEHOLDER = "placeholder"  # ${…}, {{…}}, <?=…?> left unrendered
    MALFORMED = "malformed"
    COMMENTED = "commented"  # stands in an HTML comment: nobody sees it, and nobody is accused of it


class Link(Frozen):
    """链接 One reference as written (`raw`) and as a browser would resolve it (`url`, no fragment)."""

    url: str
    raw: str
    anchor: str = ""
    relation: LinkRelation
    place: LinkPlace = LinkPlace.OTHER
    tag: str = "a"


class ListItem(Frozen):
    """条目 One row of a list: title, target, date, order on the page (0-based)."""

    title: str
    url: str
    dated: Dated = Dated()
    order: int = 0
    pinned: bool = False


class ItemList(Frozen):
    """列表 One group of like rows on a page. `total` only when the page itself tells it."""

    items: tuple[ListItem, ...]
    heading: str | None = None
    total: int | None = None

    @property
    def newest(self) -> ListItem | None:
        dated = [item for item in self.items if item.dated.value]
        return max(dated, key=lambda item: item.dated.value or date.min) if dated else None

    @property
    def oldest(self) -> ListItem | None:
        dated = [item for item in self.items if item.dated.value]
        return min(dated, key=lambda item: item.dated.value or date.max) if dated else None


class Crumb(Frozen):
    """面包屑 One step of 当前位置."""

    name: str
    url: str | None = None


class Charset(Frozen):
    """字符集 What was declared and what the bytes are. `replaced` counts U+FFFD in the decoded text."""

    header: str | None = None
    meta: str | None = None
    bom: bool = False
    actual: str = "utf-8"
    replaced: int = 0
    mismatch: bool = False
    double_encoded: bool = False


class Mark(Frozen):
    """标识 One identity mark: its value and the text it was read from. `source`: meta, text, link, script."""

    value: str
    raw: str
    source: str


class SiteMarks(Frozen):
    """网站标识 The footer and meta marks that 国办发〔2017〕47号 asks for. None: not found in this page."""

    site_code: Mark | None = None  # 网站标识码 in the footer
    site_code_meta: Mark | None = None  # <meta name=SiteIDCode>
    site_name_meta: Mark | None = None
    site_domain_meta: Mark | None = None
    icp: Mark | None = None
    police: Mark | None = None  # 公安备案
    organiser: Mark | None = None  # 主办单位
    contact: Mark | None = None  # 联系方式
    conac: Mark | None = None  # 党政机关网站标识
    error_report: Mark | None = None  # 我为政府网站找错


class PageKind(StrEnum):
    """页面类型"""

    HOME = "home"
    LANDING = "landing"  # a column page that gathers other columns
    LIST = "list"
    ARTICLE = "article"
    SINGLE = "single"  # a column that is one page (概况, 指南)
    JUMP = "jump"  # a stub that only sends on
    FORM = "form"
    ERROR = "error"
    NOT_HTML = "not_html"
    OTHER = "other"


class PageFacts(Frozen):
    """页面事实 All that one snapshot says. A field that is None was not observed, never "empty".

    `lists` is () when the page holds no list at all; `main_list` is the column's own list: its `items` are ()
    when the list is there and empty. `shell` names the technique when a script would have filled it.
    """

    snapshot_id: str
    url: str
    final_url: str
    purpose: Purpose
    outcome: FetchOutcome
    outcome_reason: str | None = None  # which marker decided the class
    kind: PageKind
    rendered: bool = False
    charset: Charset = Charset()
    title: str = ""
    titles: tuple[str, ...] = ()
    meta: dict[str, str] = Field(default_factory=dict)  # names lower case
    crumbs: tuple[Crumb, ...] = ()
    dated: Dated | None = None
    main_list: ItemList | None = None
    lists: tuple[ItemList, ...] = ()
    next_url: str | None = None  # next page of main_list
    page_number: int | None = None  # 1-based page of main_list
    pages_total: int | None = None
    links: tuple[Link, ...] = ()
    navigation: tuple[Link, ...] = ()
    jump: str | None = None  # where a stub sends on
    shell: str | None = None
    text: str = ""  # main content text, at most 20,000 characters
    text_length: int = 0
    marks: SiteMarks = SiteMarks()
    adapter: str = "generic"
    reader: str = ""  # reader version

    @property
    def column_name(self) -> str | None:
        return self.meta.get("columnname") or None

    @property
    def column_type(self) -> str | None:
        return self.meta.get("columntype") or None
