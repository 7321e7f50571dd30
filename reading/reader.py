"""全读 One snapshot and its bytes become PageFacts."""

from model import Charset, ColumnDirectory, FetchOutcome, PageFacts, PageKind, Purpose, Site, Snapshot
from reading.marks import marks_of
from reading.page import Page

READER_VERSION = "2"


def read(snapshot: Snapshot, body: bytes, site: Site, directory: ColumnDirectory) -> PageFacts:
    """阅读 All facts of one snapshot. Pure and total: no bytes can make it raise."""
    page = Page(snapshot, body, site)
    outcome, reason = page.refined
    if not outcome.observed or not page.is_html or snapshot.method == "HEAD":
        return _unseen(page, outcome, reason)
    shell = page.shell
    if (
        shell
        and page.kind in (PageKind.LIST, PageKind.SINGLE, PageKind.LANDING)
        and _wants_list(page)
        and not snapshot.rendered
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
        main_list=page.main_list,
        lists=page.item_lists,
        next_url=page.next_url,
        page_number=paging.number if paging else None,
        pages_total=paging.pages if paging else None,
        links=tuple(page.links.links),
        navigation=page.navigation,
        jump=page.jump,
        shell=shell,
        text=text,
        text_length=page.own_length,
        marks=marks_of(page.visible.replace("\n", " "), page.meta, page.source),
        adapter=page.adapter.NAME,
        reader=READER_VERSION,
    )


def _wants_list(page: Page) -> bool:
    return page.snapshot.purpose in (Purpose.LIST, Purpose.COLUMN, Purpose.HOME) or page.kind is PageKind.LIST


def _unseen(page: Page, outcome: FetchOutcome, reason: str | None) -> PageFacts:
    kind = (
        PageKind.NOT_HTML if not page.is_html else PageKind.ERROR if not outcome.observed else PageKind.OTHER
    )
    return PageFacts(
        snapshot_id=page.snapshot.id,
        url=page.snapshot.url,
        final_url=page.url,
        purpose=page.snapshot.purpose,
        outcome=outcome,
        outcome_reason=reason,
        kind=kind,
        rendered=page.snapshot.rendered,
        charset=page.charset if page.is_html and page.body else Charset(),
        title=page.title if page.is_html and page.body else "",
        jump=page.jump if page.is_html and page.body else None,
        reader=READER_VERSION,
    )
