"""全读 One snapshot and its bytes become PageFacts."""

from model import Charset, ColumnDirectory, FetchOutcome, Link, PageFacts, PageKind, Purpose, Site, Snapshot
from reading.contents import Contents
from reading.fragments import anchors_of
from reading.hidden import hidden_parts
from reading.marks import marks_of
from reading.metas import unfilled_metas
from reading.page import Page
from reading.turned import turned

READER_VERSION = "5"


def read(snapshot: Snapshot, body: bytes, site: Site, directory: ColumnDirectory) -> PageFacts:
    """阅读 All facts of one snapshot. Pure and total: no bytes can make it raise."""
    return read_page(Contents(snapshot, body, site))


def read_page(page: Contents) -> PageFacts:
    """全读一页 All facts of a page of which parts may have been asked for before (see reading/glance.py)."""
    snapshot, site = page.snapshot, page.site
    outcome, reason = page.refined
    if page.is_answer and outcome.observed:
        return _answer(page)
    if page.foreign:
        return _abroad(page, outcome, reason)
    if outcome.observed and page.sheet is not None:
        return _sheet(page, page.sheet)
    if not outcome.observed or not page.is_html or snapshot.bare:
        return _unseen(page, outcome, reason)
    shell = page.shell
    asked = page.query.address if shell and page.query is not None else None
    if (
        shell
        and (asked or page.kind in (PageKind.LIST, PageKind.SINGLE, PageKind.LANDING))
        and _wants_list(page)
        and not page.seen_whole
    ):
        outcome, reason = FetchOutcome.NOT_RENDERED, shell
    paging = page.paging
    text = page.text
    return PageFacts.model_construct(
        snapshot_id=snapshot.id,
        url=snapshot.url,
        final_url=page.url,
        purpose=snapshot.purpose,
        outcome=outcome,
        outcome_reason=reason,
        kind=page.kind,
        rendered=snapshot.rendered,
        charset=page.charset,
        title=page.title,
        titles=page.titles,
        meta=page.meta,
        crumbs=page.crumbs,
        dated=page.dated,
        stamped=page.stamped,
        document=page.document,
        attachments=page.attachments,
        messages=page.messages,
        guide=page.guide,
        forms=page.forms,
        main_list=page.main_list,
        lists=page.item_lists,
        next_url=page.next_url,
        page_number=paging.number if paging else None,
        pages_total=paging.pages if paging else None,
        links=tuple(page.every_link),
        navigation=page.navigation,
        menu=page.menu,
        jump=page.jump,
        shell=shell,
        build=page.build,
        text=text,
        text_length=page.own_length,
        text_print=page.text_print,
        marks=marks_of(page.visible, page.meta, page.source, page.root),
        unfilled_metas=unfilled_metas(page.meta),
        hidden=hidden_parts(page.source, site, page.may_lead_away),
        elapsed_ms=None if snapshot.rendered else snapshot.elapsed_ms or None,
        anchors=anchors_of(page.root),
        asks=asked,
        adapter=page.adapter.NAME,
        reader=READER_VERSION,
    )


def _sheet(page: Page, links: tuple[Link, ...]) -> PageFacts:
    """What a style sheet or a sitemap names, and nothing else of a page."""
    return PageFacts.model_construct(
        snapshot_id=page.snapshot.id,
        url=page.snapshot.url,
        final_url=page.url,
        purpose=page.snapshot.purpose,
        outcome=FetchOutcome.OK,
        kind=PageKind.NOT_HTML,
        links=links,
        reader=READER_VERSION,
    )


def _answer(page: Page) -> PageFacts:
    """What a list API sent: rows of the page that asked, and nothing else of a page."""
    told = page.listing
    return PageFacts.model_construct(
        snapshot_id=page.snapshot.id,
        url=page.snapshot.address,
        final_url=page.url,
        purpose=page.snapshot.purpose,
        outcome=FetchOutcome.OK,
        kind=PageKind.LIST,
        charset=page.charset,
        main_list=page.main_list,
        next_url=page.next_url,
        page_number=told.number if told else None,
        pages_total=told.pages if told else None,
        links=tuple(page.every_link),
        fills=page.asked_on,
        adapter=page.adapter.NAME,
        reader=READER_VERSION,
    )


def _wants_list(page: Page) -> bool:
    return page.snapshot.purpose in (Purpose.LIST, Purpose.COLUMN, Purpose.HOME) or page.kind is PageKind.LIST


def _abroad(page: Page, outcome: FetchOutcome, reason: str | None) -> PageFacts:
    """What is to be known of a target on another site: whether it is there, and whether it still is what it was."""
    facts = _unseen(page, outcome, reason)
    looked = page.is_html and page.body and outcome in (FetchOutcome.OK, FetchOutcome.REDIRECTED_HOME)
    if not looked or page.snapshot.bare:
        return facts
    found = turned(page.snapshot, page.title, page.meta, page.opening, page.jump)
    return facts if found is None else facts.model_copy(update={"turned": found})


def _unseen(page: Page, outcome: FetchOutcome, reason: str | None) -> PageFacts:
    kind = (
        PageKind.NOT_HTML if not page.is_html else PageKind.ERROR if not outcome.observed else PageKind.OTHER
    )
    return PageFacts(
        snapshot_id=page.snapshot.id,
        url=page.snapshot.address if page.is_answer else page.snapshot.url,
        final_url=page.url,
        purpose=page.snapshot.purpose,
        outcome=outcome,
        outcome_reason=reason,
        kind=kind,
        rendered=page.snapshot.rendered,
        fills=page.asked_on if page.is_answer else None,
        charset=page.charset if page.is_html and page.body else Charset(),
        title=page.title if page.is_html and page.body else "",
        jump=page.jump if page.is_html and page.body else None,
        text_print=page.text_print if outcome is FetchOutcome.SOFT404 and page.is_html else None,
        reader=READER_VERSION,
    )
