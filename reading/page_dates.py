"""页面日期 When a page was published, by what it shows; and when its document was made or signed."""

import re
from itertools import islice

from model import Dated, DateSource
from reading import publish_date
from reading.dates import plain
from reading.label_zones import belongs, is_bylined
from reading.layout import Layout
from reading.lone_date import alone, contradicts, signed
from reading.once import once
from reading.shown import Shown, plain_lines, title_lines
from reading.tree import beginning, squeeze

_DATED_HEAD, _DATED_TAIL = 10_000, 3000


class PageDates(Layout):
    """页面日期 Dates of the page itself; those of rows stay with their rows."""

    @once
    def _shown(self) -> Shown:
        """The lines where publish dates stand: a page's first part and its end, made plain."""
        lines = plain_lines(self.visible, _DATED_HEAD, _DATED_TAIL)
        heads = [squeeze(beginning(node)) for node in islice(self.root.iter("h1"), 3)]
        parts = [part for title in self.titles[:2] for part in re.split(r"[-_|—–]", title) if len(part) >= 8]
        told = (self.meta.get("articletitle", ""), *heads, *self.titles[:2], *parts)
        titles = [plain(title) for title in told if len(title) >= 2]
        return Shown(
            lines,
            title_lines(lines, titles),
            self.latest,
            self.looks_article,
            {"".join(title.split()) for title in titles},
            self._rows,
        )

    @once
    def _labels(self) -> list[publish_date.Labelled]:
        shown = self._shown
        head = shown.body if shown.article else 0
        found = publish_date.labelled(shown.lines, self.snapshot.fetched_at, shown.near, head, self.latest)
        return [
            hit
            for hit in found
            if not shown.is_row(hit.line, hit.dated.raw)
            and belongs(shown, hit, lambda: self._linked, lambda: self._main_lines)
        ]

    @once
    def _linked(self) -> frozenset[str]:
        """What the page's links say."""
        return frozenset(plain("\n".join(self._anchors)).split("\n"))

    @property
    def _anchors(self) -> list[str]:
        return [link.anchor for link in self.links.links if link.tag == "a" and link.anchor]

    @once
    def _main_lines(self) -> frozenset[str]:
        """The lines outside header, menus, breadcrumb and footer."""
        return frozenset(plain(self._texts[1]).split("\n"))

    @once
    def _shown_date(self) -> Dated:
        """Best first: label, own element, script; the PubDate stamp; when the document was made; the address."""
        found = publish_date.strongest(self._labels, self._shown.near)
        if found:
            return found
        lone = alone(self._shown)
        if lone.value:
            return lone
        fields = (
            (node.get("name") or node.get("id") or "", node.get("value") or "")
            for node in self.root.iter("input")
        )
        doubtful = any(hit.dated.reason for hit in self._labels if hit.rank == "shown")
        return (
            self._script_date
            or publish_date.carried(fields, self.latest)
            or publish_date.told_ahead(self._labels, self._shown.body)
            or self._told_elsewhere
            or (Dated(reason="implausible") if doubtful else lone)
        )

    @once
    def _script_date(self) -> Dated | None:
        scripts = (text for node in self.root.iter("script") if (text := node.text))
        return publish_date.scripted(scripts, self.latest)

    @property
    def _told_elsewhere(self) -> Dated | None:
        """The stamp, when the document was made, the address. What a byline contradicts is none of the page's, nor is
        a stamp from before the document was made."""
        made = self._made
        stamp = self.stamped if self.looks_article else None
        if stamp and stamp.value and made and made.value and stamp.value < made.value:
            stamp = None
        if stamp and not contradicts(self._shown, stamp.value):
            return stamp
        told = publish_date.from_url(self.url, self.latest) if self.looks_article and not made else None
        return told if told and not contradicts(self._shown, told.value) else made

    @property
    def _made(self) -> Dated | None:
        """When the document was made: 成文日期 beside its label, else the signature below the text."""
        for hit in self._labels:
            if hit.rank == "made" and hit.dated.value:
                return hit.dated.model_copy(update={"source": DateSource.SIGNATURE})
        return self.signature

    @once
    def signature(self) -> Dated | None:
        return signed(self._shown)

    @once
    def stamped(self) -> Dated | None:
        return publish_date.from_meta(self.meta, self.latest)

    @property
    def _signed(self) -> bool:
        """Whether the page shows a publish date as content pages do: labelled, or in a line that names the source."""
        dated = self._shown_date
        if dated.value is None and dated.reason != publish_date.FUTURE:
            return False
        if dated.source is not DateSource.ELEMENT:
            hits = [hit for hit in self._labels if hit.dated is dated]
            return any(self.looks_article or is_bylined(self._shown, hit, self._linked) for hit in hits)
        lines = self._shown.lines
        return any(dated.raw in line and publish_date.SIGNATURE.search(line) for line in lines)
