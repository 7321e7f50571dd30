"""The tour of 台江县 typed out: the commands of its page in their order, and what people and sites do between them."""

import json
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

from audit.desk.desk import Desk, open_desk
from model import EntryKind, Result, told_in
from storage import Store, open_store
from tests.whole import taijiang_papers as papers
from tests.whole.gate import Said, duwang
from tests.whole.taijiang import PORTAL, County, county

DOCS = Path(__file__).parents[2] / "docs"
CHINESE, ENGLISH = PAGES = ("tour-taijiang.zh-CN.md", "tour-taijiang.md")
# What loopback needs besides: on the network none of it is there.
LOOPBACK = {
    "audit": ("--allow-private", "--no-browser", "--delay", "0", "--confirm-after", "1"),
    "appeal recheck": ("--allow-private", "--no-browser", "--confirm-after", "1"),
    "results compare": ("--allow-private",),
}
WEBSITE = "http://www.taijiang.example/"
# What people do before a command is typed.
HANDS: Mapping[str, Callable[[Path, County], None]] = {
    "sites import": papers.write_papers,
    "notice receipt": papers.receipts,
    "enter scans": papers.scan,
    "enter adjustments": papers.daily,
    "duty sign": papers.signatures,
    "enter paper": papers.report,
    "enter self-scores 自评分.xlsx": papers.self_scores,
    "enter opinions": papers.opinions,
    "enter scores": papers.ratings,
    "appeal enter": papers.applications,
    "results compare": papers.website,
}
# What only reads is asked in English as well, where the English page shows it.
READS = (
    "notice list",
    "repeaters",
    "duty missed",
    "assess calendar",
    "results show",
    "appeal list",
    "assess log",
)


class Block(NamedTuple):
    """Commands of a page, and the lines it shows of what they print."""

    lines: tuple[str, ...]
    shown: tuple[str, ...]


def blocks(page: str) -> list[Block]:
    text = (DOCS / page).read_text("utf-8")
    found = re.findall(r"^```sh\n(.*?)^```\n(?:\n```text\n(.*?)^```)?", text, re.M | re.S)
    return [Block(tuple(lines.splitlines()), tuple(shown.splitlines())) for lines, shown in found]


def spend_the_year(folder: Path) -> None:
    """All commands of the page, in a folder that holds their answers afterwards, block by block."""
    told = []
    with county() as made:
        office = _Office(folder, made)
        for block, theirs in zip(blocks(CHINESE), blocks(ENGLISH), strict=True):
            assert block.lines == theirs.lines
            told.append([one for line in block.lines for one in office.type(line, bool(theirs.shown))])
    (folder / "said.json").write_text(json.dumps(told), "utf-8")


class Year:
    """`said`: by block each command with what was answered, in Chinese and, where it was asked, in English."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        told = json.loads((folder / "said.json").read_text("utf-8"))
        self.said = [[(line, Said(*chinese), english) for line, chinese, english in block] for block in told]

    @contextmanager
    def kept(self) -> Iterator[tuple[Store, Desk]]:
        place = self.folder / "duwang-data"
        with open_store(f"sqlite:///{place}/duwang.sqlite3", place / "archive", create=False) as store:
            yield store, open_desk(store, "tj2021")

    def results(self) -> tuple[Result, Result]:
        """The draft that was put up, and the final one."""
        with self.kept() as (_, desk):
            draft, final = (told_in(one, Result) for one in desk.of(EntryKind.FROZEN))
        return draft, final


class _Office:
    def __init__(self, folder: Path, made: County) -> None:
        self.folder, self.county = folder, made
        self.env: dict[str, str] = {}

    def type(self, line: str, english: bool) -> Iterator[tuple[str, Said, str]]:
        if line.startswith("export "):
            name, _, value = line.removeprefix("export ").partition("=")
            self.env[name] = value
        elif loop := re.fullmatch(r"for site in ([\d ]+); do (.*); done", line):
            for code in loop[1].split():
                yield from self.type(loop[2].replace("$site", code), english)
        else:
            words = shlex.split(line)
            assert words.pop(0) == "duwang", line
            told = " ".join(words)
            for start, hand in HANDS.items():
                if told.startswith(start):
                    hand(self.folder, self.county)
            self._go_on(words)
            words += next((more for start, more in LOOPBACK.items() if told.startswith(start)), ())
            words = [word.replace(WEBSITE, self.county.home(PORTAL)) for word in words]
            said = duwang(*words, cwd=self.folder, **self.env)
            asked = english and told.startswith(READS)
            yield told, said, duwang(*words, "--lang", "en", cwd=self.folder, **self.env).out if asked else ""

    def _go_on(self, words: list[str]) -> None:
        """The sites are what they were on the day that the command tells."""
        for option in ("--as-of", "--at"):
            if option in words:
                self.county.today = date.fromisoformat(words[words.index(option) + 1][:10])
