"""页面 Facts read from one snapshot, each with where it was read."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from model.crawl import FetchOutcome, Purpose, Turned
from model.frozen import Frozen
from model.profile import TextPrint

LINK_RUNS = "link_runs"  # what facts that lie elsewhere are asked for instead of their links


class DateSource(StrEnum):
    """日期出处 Where a date was read, best first."""

    LABEL = "label"  # 发布时间：2024-03-15
    ROW = "row"  # in the same list row as the link
    ELEMENT = "element"  # alone in its own short element
    SCRIPT = "script"  # var pubdata='2019年08月22日'
    META = "meta"  # <meta name="PubDate">
    SIGNATURE = "signature"  # 落款, 成文日期: when a document was made, never later than when it came online
    TITLE = "title"
    URL = "url"  # creation or migration date, last resort


class Dated(Frozen):
    """日期 A date, where it was read and its raw text. `reason` tells why there is none.

    `inferred_year` marks a month-day whose year came from its neighbours, `relative` a word (昨天, 3天前) counted
    back from the moment the page was fetched.
    """

    value: date | None = None
    at: datetime | None = None  # with the time of day, when shown
    source: DateSource | None = None
    raw: str = ""
    inferred_year: bool = False
    relative: bool = False
    reason: str | None = (
        None  # no_date_shown, unlabelled, several_unlabelled, implausible, future (`raw` says which)
    )


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
    PLATFORM = "platform"  # another host of the site's own platform or domain; only in LinkCheck
    ATTACHMENT = "attachment"
    IMAGE = "image"
    STYLE = "style"  # stylesheet or script the page needs
    SCRIPT_ONLY = "script_only"  # javascript:, #, empty: never a dead link
    CONTACT = "contact"  # mailto:, tel:
    PLACEHOLDER = "placeholder"  # ${…}, {{…}}, <?=…?> left unrendered
    MALFORMED = "malformed"
    COMMENTED = "commented"  # stands in an HTML comment: nobody sees it, and nobody is accused of it


class Link(Frozen):
    """链接 One reference as written (`raw`) and as a browser would resolve it (`url`, no fragment).

    `tag` names what holds it: a tag, or script-a (written by a script), script (a literal in one), onclick, leave, css,
    style, form, option, refresh, meta, sitemap, comment.
    """

    url: str
    raw: str
    anchor: str = ""
    relation: LinkRelation
    place: LinkPlace = LinkPlace.OTHER
    tag: str = "a"
    fragment: str = ""  # part of the page it names, without the number sign


class CommonLinks(tuple[Link, ...]):
    """共有链接 Links in a row that many pages show: one object for all of them, so that whoever counts links counts it once."""

    __slots__ = ()


class MenuEntry(Frozen):
    """菜单项 One entry of a page's own menus, in page order. It stands below the last one before it of less depth.

    `url` "" when it leads nowhere of its own: a head that only opens what is below it.
    """

    name: str
    url: str = ""
    depth: int = 0


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
    error_report_code: Mark | None = None  # the 网站标识码 inside it
    undertaker: Mark | None = None  # 承办单位
    phone: Mark | None = None  # 联系电话
    ipv6: Mark | None = None  # 本网站支持IPv6
    accessibility: Mark | None = None  # 无障碍浏览
    elderly: Mark | None = None  # 长者版, 适老版, 关怀版


class DocumentAttributes(Frozen):
    """公文属性 The head table of a disclosed document, each as shown. None: not shown."""

    index_number: str | None = None  # 索引号
    document_number: str | None = None  # 文号
    issuer: str | None = None  # 发布机构
    topic: str | None = None  # 主题分类
    validity: str | None = None  # 有效性, as written
    made_on: Dated | None = None  # 成文日期
    published_on: Dated | None = None  # 发布日期
    effective_on: Dated | None = None  # 生效, 施行日期
    abolished_on: Dated | None = None  # 废止, 失效日期
    openness: str | None = None  # 公开属性, 公开方式: 主动公开, 此件公开发布 …


class PageForm(Frozen):
    """表单 A form a visitor may fill in. `use`: search, letter, application, login, other; judged by its own words."""

    use: str
    action: str
    method: str = "GET"
    fields: int = 0  # text, choice and file fields shown
    submit: bool = False  # whether it has something to send it off with
    text: str = ""  # its labels and buttons, at most 200 characters


class Attachment(Frozen):
    """附件 A file a page offers. `suffix` lower case without the dot, by the address, else by the anchor text."""

    url: str
    name: str
    suffix: str = ""


class Message(Frozen):
    """留言 A letter of a visitor and the answer to it, as far as the page shows them."""

    title: str
    url: str = ""
    asked: Dated = Dated()  # 留言时间
    answered: Dated = Dated()  # 回复时间
    answered_by: str | None = None  # 回复单位
    state: str | None = None  # 办理状态, as written


class GuideElement(Frozen):
    """办事指南要素 One element of a service guide. `name` is the standard term, `label` what the page writes."""

    name: str
    label: str
    text: str = ""


class Hidden(Frozen):
    """隐藏内容 Text or links that a page holds and no visitor sees, with the technique that hides them.

    Taken from the bytes as they came, before any repair. `text` at most 300 characters, `urls` at most 50.
    """

    technique: str
    text: str = ""
    urls: tuple[str, ...] = ()
    hosts: int = 0  # distinct registrable domains among all its targets
    foreign_hosts: int = 0  # of them, those that are not .gov.cn


class Build(Frozen):
    """构造 What could put rows or words into a page, as prints (CRC-32); a page is compared with others of its site.

    `lines` are prints of the visible lines beside the main text shifted by ten bits, their lengths below. `proof`
    says why the page, when it shows nothing, needs no other page to prove that: told, rendered, no_script.
    """

    scripts: tuple[int, ...] = ()
    spots: tuple[int, ...] = ()  # elements with names, by tag, names and hooks
    bare: tuple[int, ...] = ()  # those of them that a script could fill
    shows: tuple[int, ...] = ()  # drawings, films, objects, backgrounds
    lines: tuple[int, ...] = ()
    proof: str | None = None


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
    menu: tuple[MenuEntry, ...] = ()  # header and side menus as they nest; () on content pages
    jump: str | None = None  # where a stub sends on
    shell: str | None = None
    build: Build | None = None  # None: an article, or a page that was not read
    text: str = ""  # main content text, at most 20,000 characters
    text_length: int = 0
    text_print: TextPrint | None = None
    marks: SiteMarks = SiteMarks()
    unfilled_metas: tuple[str, ...] = ()  # names of metas that still hold the template's words
    stamped: Dated | None = None  # the PubDate meta, a migration stamp on one page in five
    document: DocumentAttributes | None = None
    attachments: tuple[Attachment, ...] = ()
    messages: tuple[Message, ...] = ()
    guide: tuple[GuideElement, ...] = ()
    hidden: tuple[Hidden, ...] = ()
    forms: tuple[PageForm, ...] = ()
    elapsed_ms: int | None = None  # to the last byte of this page; None: not measured, or drawn by a browser
    anchors: tuple[int, ...] = ()  # CRC-32 of the names that fragments can point to; () when not asked for
    turned: Turned | None = None  # an external page that no longer seems to be what was linked to
    fills: str | None = None  # a list API's answer: the address of the page whose list it fills
    asks: str | None = None  # the address of the answer that holds this page's list: a list API, or a frame
    adapter: str = "generic"
    reader: str = ""  # reader version

    @property
    def link_runs(self) -> tuple[tuple[Link, ...], ...]:
        """成段的链接 `links` in pieces; those that other pages show as well are CommonLinks."""
        return (self.links,)

    @property
    def column_name(self) -> str | None:
        return self.meta.get("columnname") or None

    @property
    def column_type(self) -> str | None:
        return self.meta.get("columntype") or None
