"""足迹 Which addresses a crawl was led to already, and the leads of the step that is being made."""

from typing import Literal

from model import FetchOutcome, Lead, Purpose, Rank, Site, Snapshot
from reading.acting import acts
from reading.address import column_key, is_own, settled
from reading.sparing import Sparing
from reading.twins import IndexPages

_DOUBTFUL = frozenset(
    {
        FetchOutcome.GONE,
        FetchOutcome.SOFT404,
        FetchOutcome.SERVER_ERROR,
        FetchOutcome.UNREACHABLE,
        FetchOutcome.REDIRECTED_HOME,
    }
)
_SURELY = frozenset({FetchOutcome.GONE, FetchOutcome.SOFT404, FetchOutcome.REDIRECTED_HOME})
_HEAD_REFUSED = (400, 403, 405, 501)
READ = (Purpose.HOME, Purpose.COLUMN, Purpose.LIST)  # what is looked at for what it leads to


class Trail:
    """足迹 Every address is led to once; looked at again once when it seems dead, and once in a browser.

    `leads` are those of this step, in the order in which they were found. `columns` holds the keys of columns seen.
    With `sparing` nothing is led to that no verdict on a column needs.
    """

    def __init__(self, site: Site, sparing: Sparing | None = None) -> None:
        self.site, self.sparing = site, sparing
        self.leads: list[Lead] = []
        self.columns: set[str] = set()
        self.guessed: set[str] = set()  # addresses that no page names: not found there is no fault
        self._home = column_key(site.home, site)
        self._led: set[str] = set()
        self._rendered: set[str] = set()
        self._confirmed: set[str] = set()
        self._sent_back: set[str] = set()
        self._fronts: dict[str, str] = {
            self._home: site.home
        }  # the address under which a column is asked for first
        self._there: dict[str, bool] = {}  # whether it was found there
        self._twins: dict[str, list[Lead]] = {}
        self._doubted: set[str] = set()  # columns that what was read of them speaks against
        self._index = IndexPages()

    @property
    def columns_seen(self) -> int:
        return len(self.columns - {self._home})

    def begin(self, snapshot: Snapshot) -> None:
        """起步 A new step; the first home page may settle on which host the site stands."""
        self.site = settled(self.site, snapshot)
        self.leads = []

    def owns(self, url: str) -> bool:
        """是否本站 Whether the address lies on the site."""
        return is_own(url, self.site)

    def key(self, snapshot: Snapshot) -> str:
        """栏目键 The column for which a snapshot was taken, else its own address as one."""
        return snapshot.column or column_key(snapshot.url, self.site)

    def led_to(self, url: str) -> bool:
        """是否去过 Whether the address was led to, or came as a page."""
        return url in self._led

    def mark(self, url: str) -> None:
        """记下 The address needs no lead any more."""
        self._led.add(url)

    def lead(
        self,
        url: str,
        purpose: Purpose,
        rank: Rank,
        column: str | None,
        found_on: str,
        method: Literal["GET", "HEAD"] = "GET",
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """引向 A lead to an address that was not led to before, and that does nothing when it is asked for."""
        if url in self._led or acts(url):
            return
        self._led.add(url)
        self.leads.append(
            Lead.model_construct(
                url=url,
                purpose=purpose,
                rank=rank,
                column=column,
                found_on=found_on,
                method=method,
                headers=headers,
            )
        )

    def lead_column(
        self, url: str, purpose: Purpose, rank: Rank, column: str | None, found_on: str, key: str
    ) -> None:
        """引向栏目 As `lead`, to the column `key`. What is the same column under another address is wanted less.

        A sparing crawl asks for it only if the first address turns out to hold nothing, or what speaks against the column.
        """
        first = self._fronts.setdefault(key, url)
        if first == url or self._there.get(key) is False:
            self.lead(url, purpose, rank, column, found_on)
        elif self.sparing is None:
            self.lead(url, purpose, max(rank, Rank.ARTICLE), column, found_on)
        elif url not in self._led and not acts(url):
            self._led.add(url)
            twin = Lead(url=url, purpose=purpose, rank=rank, column=column, found_on=found_on)
            if key in self._doubted:
                self.leads += self._index.wanted([twin], first)
            else:
                self._twins.setdefault(key, []).append(twin)

    def arrive(self, snapshot: Snapshot, outcome: FetchOutcome) -> None:
        """到达 A column was found under one of its addresses, or was not: then its others are asked for."""
        if self.sparing is None or snapshot.purpose not in READ:
            return
        key = column_key(snapshot.url, self.site)
        self.leads += self._index.arrive(snapshot)
        if outcome.there or outcome is FetchOutcome.BLOCKED:
            self._there[key] = True
        elif not self._there.get(key, False):
            self._there[key] = False
            self.leads += self._twins.pop(key, ())

    def doubt(self, key: str) -> None:
        """存疑 What was read of a column speaks against it: its other addresses are asked for, those found later too."""
        if self.sparing is not None:
            self._doubted.add(key)
            self.leads += self._index.wanted(self._twins.pop(key, ()), self._fronts.get(key, ""))

    def confirm(self, snapshot: Snapshot, outcome: FetchOutcome) -> None:
        """复核 A target that seems dead gets a second look with GET, once; as a browser draws it, if that is how it was seen."""
        refused = snapshot.method == "HEAD" and snapshot.status in _HEAD_REFUSED
        if (
            snapshot.rank is Rank.CONFIRM
            or snapshot.url in self._confirmed
            or snapshot.url in self.guessed
            or not (outcome in _DOUBTFUL or refused)
            or (
                self.sparing is not None and outcome in _SURELY
            )  # no verdict on a column says so: one look does
        ):
            return
        self._confirmed.add(snapshot.url)
        self.leads.append(self._second(snapshot, render=snapshot.rendered))

    def _second(self, snapshot: Snapshot, *, render: bool = False) -> Lead:
        """Another look at what was fetched, as the same thing for the same column."""
        return Lead(
            url=snapshot.url,
            purpose=snapshot.purpose,
            rank=Rank.CONFIRM,
            column=snapshot.column,
            found_on=snapshot.found_on,
            render=render,
            external=snapshot.purpose is Purpose.PROBE and not self.owns(snapshot.url),
        )

    def ask_again(self, snapshot: Snapshot) -> bool:
        """再取 A page that only set a cookie and sent the visitor back to itself is asked for once more, with it."""
        if snapshot.url in self._sent_back or snapshot.rendered:
            return False
        self._sent_back.add(snapshot.url)
        self.leads.append(self._second(snapshot))
        return True

    def render(self, snapshot: Snapshot) -> None:
        """渲染 The same page once more, in a browser."""
        if snapshot.url in self._rendered:
            return
        self._rendered.add(snapshot.url)
        self.leads.append(
            Lead(
                url=snapshot.url,
                purpose=snapshot.purpose,
                rank=snapshot.rank,
                column=snapshot.column,
                found_on=snapshot.found_on,
                render=True,
            )
        )
