"""列表线索 What a column's list leads to: the rows that fill it, its next page, rows' own pages, a browser."""

from datetime import date

from model import FetchOutcome, ItemList, Moment, Period, Purpose, Rank, Snapshot
from reading.address import is_article_url
from reading.asking import Asking, first_asked, rows_of
from reading.emptied import Siblings
from reading.link_leads import LinkLeads
from reading.trail import READ, Trail
from reading.view import View

_NEED_ARTICLES = 3
_MOST_DOUBTS = 30  # pages that seem empty and are looked at in a browser: half of what a crawl may render


class ListLeads:
    """列表线索 Further pages are led to while the oldest dated row lies inside the `longest` period before `moment`.

    With `wide` all further pages are. The first `sample` lists that can be read without a browser are rendered too.
    """

    def __init__(
        self, trail: Trail, links: LinkLeads, moment: Moment, longest: Period, wide: bool, sample: int
    ) -> None:
        self._trail, self._links, self._sparing = trail, links, trail.sparing
        self._moment, self._longest, self._wide, self._sample = moment, longest, wide, sample
        self._asked: dict[tuple[str, str | None], Asking] = {}
        self._siblings, self._doubts = Siblings(), _MOST_DOUBTS

    def asking_of(self, snapshot: Snapshot) -> Asking | None:
        """所问 The question that a snapshot answers, once; None when it was not asked for a list."""
        return self._asked.pop((snapshot.url, snapshot.found_on), None) if self._asked else None

    def fill(self, page: View) -> bool:
        """填充 Whether the page is a shell that a script fills; then its rows are asked for."""
        snapshot = page.snapshot
        if snapshot.rendered or snapshot.purpose not in READ or not page.shell:
            return False
        if page.query is None:
            self._trail.render(snapshot)
        elif (page.query.url, page.url) not in self._asked:
            self._trail.columns.add(self._trail.key(snapshot))
            self._ask(first_asked(page, page.query), snapshot.rank)
        return True

    def doubt(self, page: View) -> None:
        """存疑 A page that seems empty is looked at once in a browser, unless pages read before prove that it is."""
        snapshot = page.snapshot
        if snapshot.rendered or snapshot.purpose not in READ or page.is_home or page.build is None:
            return
        if page.seems_empty:
            self._trail.doubt(self._trail.key(snapshot))
            if self._sparing is not None:
                self._sparing.saw_blank(self._trail.key(snapshot))
        if not page.seems_empty:
            if page.main_list is not None:
                self._siblings.carry(page.build, rows=True)
        elif self._doubts > 0 and not self._siblings.prove(page.build, page.main_list is not None):
            self._doubts -= 1
            self._trail.render(snapshot)

    def answered(self, page: View, asking: Asking) -> None:
        """应答 What a list API said: its rows and the next page, or a look through a browser when it said nothing."""
        found = page.main_list if page.is_answer and page.outcome is FetchOutcome.OK else None
        following = asking.next(page, found) if found is not None else None
        if not (asking.rows or following or (found is not None and (found.items or found.total == 0))):
            self._trail.render(asking.shell)
        if found is None:
            return
        key = self._trail.key(asking.shell)
        if self._sparing is not None:
            self._sparing.read(found, key, first=asking.number == 1)
        self._articles(found, key, asking.page)
        self._links.survey([link for link in page.every_link if link.url], asking.page)
        if following is not None:
            self._further(following, found, key)

    def follow(self, page: View) -> None:
        """续读 The pages that the list on a page leads to."""
        snapshot = page.snapshot
        if snapshot.purpose is Purpose.HOME or (snapshot.purpose not in READ and not page.is_paged):
            return
        found = page.main_list
        if found is None:
            return
        key = self._trail.key(snapshot)
        self._trail.columns.add(key)
        if self._sparing is not None:
            self._sparing.read(found, key, first=snapshot.rank is not Rank.NEXT)
            if found.items and self._sparing.late(key):
                self._trail.doubt(key)
        self._articles(found, key, snapshot.url)
        self._witness(found, key, snapshot.url)
        if self._sample > 0 and found.items and not snapshot.rendered:
            self._sample -= 1
            self._trail.render(snapshot)
        following = page.next_url
        if page.following is not None:
            if found.items and (page.following.url, page.url) not in self._asked:
                asking = Asking(snapshot, page.url, page.following, number=2, rows=rows_of(found))
                self._further(asking, found, key)
        elif following and self._trail.owns(following) and found.items:
            rank = self._rank(found, key)
            if rank is not None:
                self._trail.lead(following, Purpose.LIST, rank, key, snapshot.url)

    def _ask(self, asking: Asking, rank: Rank) -> None:
        if not self._trail.owns(asking.query.url):
            return
        if asking.query.method == "GET":
            self._trail.mark(asking.query.url)
        self._asked[asking.query.url, asking.page] = asking
        self._trail.leads.append(asking.lead(rank, self._trail.key(asking.shell)))

    def _further(self, asking: Asking, found: ItemList, key: str) -> None:
        rank = self._rank(found, key)
        if rank is not None:
            self._ask(asking, rank)

    def _rank(self, found: ItemList, key: str) -> Rank | None:
        """How soon the page after `found` is wanted: while its rows are needed, or everything is looked at."""
        if self._sparing is not None:
            if not self._sparing.undecided(key):
                return None
            if self._sparing.begun(key):
                return Rank.NEXT
        if found.oldest is None or self._recent(found.oldest.dated.value):
            return Rank.NEXT
        return Rank.SURVEY if self._wide else None

    def _witness(self, found: ItemList, key: str, where: str) -> None:
        """Where content pages are not read, one is, because its menus may name what no other page does."""
        own = (item.url for item in found.items if is_article_url(item.url) and self._trail.owns(item.url))
        url = next(own, None)
        if self._sparing is not None and url and self._sparing.wants_witness(key):
            self._trail.lead(url, Purpose.ARTICLE, Rank.ARTICLE, key, where)

    def _recent(self, day: date | None) -> bool:
        return day is None or self._longest.after(day) >= self._moment.today

    def _articles(self, found: ItemList, key: str, where: str) -> None:
        """Rows that show no date: a few of their own pages may."""
        if self._sparing is not None and not self._sparing.undecided(key):
            return
        undated = [
            item for item in found.items if not item.dated.value and item.url and self._trail.owns(item.url)
        ]
        if len(undated) * 2 > len(found.items):
            for item in undated[:_NEED_ARTICLES]:
                self._trail.lead(item.url, Purpose.ARTICLE, Rank.ARTICLE, key, where)
