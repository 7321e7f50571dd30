"""一读 One parse of one page: what the crawl asks of it, and its facts."""

import logging

from audit.kept_facts import Read, timeless
from model import Body, FetchOutcome, PageFacts, PageKind, Site, Snapshot
from reading import READER_VERSION, Contents, Glance, glance_of, read_page, told_by, watched

log = logging.getLogger("duwang.audit")

CRASHED = "reader_crashed"


class Look:
    """一读 `glance` may raise; `read` never does, and may come first or alone."""

    def __init__(self, snapshot: Snapshot, body: Body, site: Site) -> None:
        self._snapshot = snapshot
        self._seen, self._notice = watched(timeless(snapshot))
        self._page = Contents(self._seen, body, site)
        self._glance: bytes | None = None

    def glance(self) -> Glance:
        """一瞥 Kept with the facts."""
        glance = glance_of(self._page)
        self._glance = told_by(glance)
        return glance

    @property
    def told(self) -> bytes | None:
        """成文 The glance as bytes, once it was taken."""
        return self._glance

    def read(self) -> Read:
        """全读 The facts, as they are kept for the same bytes at any time (see kept_facts)."""
        facts = self._facts()
        lasting = None if facts.outcome_reason == CRASHED else not self._notice.used
        return Read(self._snapshot, facts, lasting, self._glance)

    def _facts(self) -> PageFacts:
        snapshot = self._seen
        try:
            return read_page(self._page)
        except Exception:
            # A page our reader stumbles over is one that was not read: named, logged, held against nobody.
            log.exception("reading failed on %s", snapshot.url, extra={"snapshot": snapshot.id})
            return PageFacts(
                snapshot_id=snapshot.id,
                url=snapshot.url,
                final_url=snapshot.final_url,
                purpose=snapshot.purpose,
                outcome=FetchOutcome.NOT_RENDERED,
                outcome_reason=CRASHED,
                kind=PageKind.OTHER,
                rendered=snapshot.rendered,
                reader=READER_VERSION,
            )
