"""缺页探测 Made-up neighbours of real pages: one a folder, few a host, always under the same name."""

from collections import Counter
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit, urlunsplit

from model import Lead, Purpose, Rank, Site
from reading.missing_pages import folder_path

_MOST = 8  # folders of one host
_MOST_DOUBTS = 12  # further ones, of which a page was seen that may be the answer for what is not there
_EVERY = 3  # pages seen for each further folder: the more of a site there is, the more of it is asked
_FEW, _FEW_DOUBTS = 0, 3  # the same, for a crawl that asks for little: only of what seems not to be there
_YOUNG = timedelta(days=30)
_SUFFIXES = ("html", "shtml", "htm", "jhtml", "jsp", "aspx", "asp", "php", "do")


class Siblings:
    """探测名单 Told of every page that is there; now and then it names the next address to ask for."""

    def __init__(self, site: Site, *, few: bool = False) -> None:
        self._site = site
        self._most, self._most_doubts = (_FEW, _FEW_DOUBTS) if few else (_MOST, _MOST_DOUBTS)
        self._folders: dict[str, str] = {}  # folder to the first page seen in it, not asked yet
        self._asked: set[str] = set()
        self._links: Counter[str] = Counter()
        self._pages = self._doubts = 0

    @property
    def done(self) -> bool:
        return len(self._asked) - self._doubts >= self._most

    def linked(self, url: str) -> None:
        """记链接 The most linked folders are asked about first."""
        self._links[url.rpartition("/")[0]] += 1

    def seen(self, url: str, at: datetime, *, ask: bool = True) -> Lead | None:
        """见到一页 The page at `url` is there: a made-up address to ask for, or None. `at`: when it was fetched.

        Without `ask` it is only remembered: the home page leads to its columns, not to the dark.
        """
        self._pages += 1
        folder = folder_path(url)
        if folder not in self._asked:
            self._folders.setdefault(folder, url)
        if not ask or self.done or self._pages <= _EVERY * len(self._asked):
            return None
        while self._folders:
            folder = max(self._folders, key=lambda one: (self._weight(one), -len(one), one))
            neighbour = self._folders.pop(folder)
            if self._is_known(folder, at):
                continue
            return self._asking(folder, neighbour, Rank.ARTICLE)
        return None

    def may_doubt(self, url: str) -> bool:
        """可否生疑 Whether the folder of `url` was not asked about, and may be."""
        return self._doubts < self._most_doubts and folder_path(url) not in self._asked

    def doubted(self, url: str, at: datetime) -> Lead | None:
        """生疑 The page at `url` may be no page: its very folder is asked about, out of turn, or None."""
        folder = folder_path(url)
        if not self.may_doubt(url) or self._is_known(folder, at):
            return None
        self._doubts += 1
        self._folders.pop(folder, None)
        return self._asking(folder, url, Rank.LIST)

    def _asking(self, folder: str, neighbour: str, rank: Rank) -> Lead:
        self._asked.add(folder)
        return Lead(url=made_up(neighbour), purpose=Purpose.SIBLING, rank=rank, found_on=neighbour)

    def _weight(self, folder: str) -> int:
        return self._links[self._folders[folder].rpartition("/")[0]]

    def _is_known(self, folder: str, at: datetime) -> bool:
        known = self._site.profile.missing if self._site.profile else ()
        return any(
            one.folder == folder and one.learned_at is not None and at - one.learned_at < _YOUNG
            for one in known
        )


def made_up(neighbour: str) -> str:
    """编造地址 An address beside `neighbour` that no one ever wrote: a hash of host and folder, and its suffix."""
    parts = urlsplit(neighbour)
    folder = folder_path(neighbour)
    name = parts.path.rpartition("/")[2]
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    suffix = suffix if suffix in _SUFFIXES else "html"
    word = sha256(f"{parts.netloc.lower()}{folder}".encode("utf-8", "replace")).hexdigest()[:16]
    return urlunsplit((parts.scheme, parts.netloc, f"{folder}{word}.{suffix}", "", ""))
