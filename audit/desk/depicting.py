"""绘图取证 The page on which a fault is seen, drawn from the archive, the place outlined; or a line that says why not."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

import crawler
from model import Evidence, Fault, Finding, Run, Snapshot
from model.picture import Picture, PictureAsk
from report.figures import second_text
from report.messages import Messages
from report.text import plain, title_of
from storage import Store

_VOTES = ("attempt_", "withdrawn_")
_MARKUP = ("text/html", "application/xhtml")
Put = Callable[[str, bytes], None]


class Page(NamedTuple):
    """所示之页 The page that shows a fault, and the place on it: the link to `href`, else what holds `quote`."""

    snapshot: Snapshot
    href: str = ""
    quote: str = ""


class Depicting:
    """绘图 At most `most` pages; `drawn` counts them."""

    def __init__(self, store: Store, messages: Messages, most: int, browser: str | None) -> None:
        self._store, self._messages, self._most, self._browser = store, messages, most, browser
        self._addresses: tuple[str, dict[str, str]] = ("", {})
        self._snapshots: dict[str, Snapshot] = {}
        self._captions: dict[str, tuple[str, ...]] = {}
        self.drawn = 0

    def page_of(self, finding: Finding, run: Run) -> Page | None:
        """所示之页 None: among what is cited and kept there is no page."""
        return next(self._pages(finding, run), None)

    def depict(self, exhibits: Mapping[str, tuple[Finding, Page | None]], put: Put) -> None:
        """绘图 Of each finding with its page, by its folder, `put`s picture.txt and, when it could be drawn, page.png and detail.png."""

        def told(picture: Picture) -> None:
            lines = [*self._captions.get(picture.id, ()), *self._remarks(picture)]
            if picture.page:
                self.drawn += 1
                put(f"{picture.id}/page.png", picture.page)
            if picture.detail:
                put(f"{picture.id}/detail.png", picture.detail)
            put(f"{picture.id}/picture.txt", ("\n".join(lines) + "\n").encode())

        asks = self._asks(exhibits, told)
        for first in asks:  # a browser is started only when there is something to draw
            crawler.draw(chain([first], asks), self._resource, told, self._browser)

    def _asks(
        self, exhibits: Mapping[str, tuple[Finding, Page | None]], told: Callable[[Picture], None]
    ) -> Iterator[PictureAsk]:
        asked = 0
        for folder, (finding, page) in exhibits.items():
            body = self._body(page) if page and asked < self._most else b""
            if page is None or not body:
                reason = "no_page" if page is None else "enough" if asked >= self._most else "no_body"
                told(Picture(id=folder, reason=reason))
                continue
            asked += 1
            snapshot, href, quote = page
            self._snapshots[folder] = snapshot
            self._captions[folder] = self._caption(finding, snapshot)
            yield PictureAsk(
                id=folder, url=snapshot.final_url, body=body, href=href, quote=quote, caption=self._captions[folder],
                content_type="text/html; charset=utf-8" if snapshot.rendered else snapshot.header("content-type"),
            )  # fmt: skip

    def _body(self, page: Page) -> bytes:
        try:
            return self._store.body(page.snapshot)
        except Fault:
            return b""

    def _pages(self, finding: Finding, run: Run) -> Iterator[Page]:
        """Pages that show it, the best first: where a link stands, where words stand, any that is cited, its own address."""
        verdict = finding.verdict
        parents = [one for one in verdict.evidence if one.shows == "parent_page"]
        others = [
            one for one in verdict.evidence if one.shows != "parent_page" and not one.shows.startswith(_VOTES)
        ]
        others.sort(
            key=lambda one: (not one.quote, one.shows == "column")
        )  # a column's name stands in every menu
        for one in (*parents, *others):
            snapshot = self._page(one, run)
            if snapshot:
                yield Page(snapshot, verdict.url if one in parents else "", plain(one.quote))
        for url in (*verdict.parents, verdict.url):
            snapshot = self._at(url, run)
            if snapshot:
                yield Page(snapshot, verdict.url if url in verdict.parents else "")

    def _page(self, proof: Evidence, run: Run) -> Snapshot | None:
        return self._known(proof.snapshot_id) if proof.snapshot_id else self._at(proof.url, run)

    def _at(self, url: str, run: Run) -> Snapshot | None:
        snapshot_id = self._index(run.replays or run.id).get(url)
        return self._known(snapshot_id) if snapshot_id else None

    def _known(self, snapshot_id: str) -> Snapshot | None:
        """The snapshot, when it is a page that can be drawn."""
        try:
            snapshot = self._store.snapshot(snapshot_id)
        except Fault:
            return None
        kind = snapshot.header("content-type") or ""
        page = snapshot.rendered or kind.lower().startswith(_MARKUP)
        return snapshot if page and snapshot.sha256 and snapshot.size else None

    def _index(self, run_id: str) -> dict[str, str]:
        """Snapshots of a run that have a body, by address: those of the run that was asked for last."""
        if self._addresses[0] != run_id:
            found: dict[str, str] = {}
            for _, row in self._store.sealed_rows(run_id, "snapshots"):
                if row["sha256"] and row["method"] == "GET":
                    found.setdefault(row["final_url"], row["id"])
                    found.setdefault(row["url"], row["id"])
            self._addresses = (run_id, found)
        return self._addresses[1]

    def _resource(self, ask: PictureAsk, url: str) -> tuple[str, bytes] | None:
        """What the archive holds of a style or an image; most of them were never asked for."""
        snapshot_id = self._index(self._snapshots[ask.id].run_id).get(url)
        if snapshot_id is None:
            return None
        try:
            snapshot = self._store.snapshot(snapshot_id)
            return snapshot.header("content-type") or "", self._store.body(snapshot)
        except Fault:
            return None

    def _caption(self, finding: Finding, snapshot: Snapshot) -> tuple[str, ...]:
        text = self._messages.text
        return (
            plain(f"{finding.id} {title_of(finding, self._messages)}"),
            text("picture.redrawn"),
            plain(snapshot.final_url),
            text("picture.fetched", at=second_text(snapshot.fetched_at), sha256=snapshot.sha256),
        )

    def _remarks(self, picture: Picture) -> Iterable[str]:
        text = self._messages.text
        if picture.reason:
            yield text("picture.none", reason=text(f"picture.{picture.reason}"))
            return
        if not picture.marked:
            yield text("picture.not_marked")
        if picture.hidden:
            yield text("picture.hidden")
        if picture.cut:
            yield text("picture.cut")
        if picture.beyond:
            yield text("picture.beyond")
