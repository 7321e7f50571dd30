"""剖析 Where the CPU of a whole audit goes, by what the code is for: stacks that py-spy looked at, summed up.

py-spy is no part of duwang; without it nothing is measured. It looks a hundred times a second at every process of the audit. A stack
counts for its innermost file that a share names.
"""

import argparse
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from bench.auditing import audit_words, budget, measured
from bench.origin import origin
from bench.performance.kept import Kept, Ran

PART = "profile"
_MOST_PAGES = 4_000
_TIMES = "100"  # a second
_FRAME = re.compile(r"^(?P<name>.*) \((?P<file>[^()]*?)(?::\d+)?\)$")
_SETTLING = re.compile(r"^(settle|_settled|settling) \(audit/")


class Share(NamedTuple):
    """一份 `files`: how the paths begin that count for it."""

    key: str
    en: str
    zh: str
    files: tuple[str, ...]


IMPORTING = Share(
    "import", "starting: modules are loaded", "启动：装入模块", ("<frozen importlib", "<frozen zipimport")
)
SETTLING = Share(
    "settle",
    "after the crawl: facts taken back, judging, findings kept",
    "采集之后：取回所读、判定、保存问题",
    (),
)
REST = Share("rest", "the rest", "其余", ())
SHARES = (
    IMPORTING,
    Share("parse", "reading: charset, parsing", "阅读：字符集与解析", ("reading/tree.py", "reading/charset.py", "reading/document.py")),
    Share(
        "text", "reading: what is shown, its text and its print", "阅读：所见文字与文字指纹",
        ("reading/walk.py", "reading/places.py", "reading/held.py", "reading/hidden.py", "reading/hiding.py", "reading/shown.py", "reading/text"),
    ),
    Share(
        "lists", "reading: rows, lists, dates, crumbs", "阅读：列表行、列表、日期、位置导航",
        ("reading/row", "reading/layout.py", "reading/page_", "reading/publish_date.py", "reading/main_list.py", "reading/pager.py", "reading/crumbs.py",
         "reading/dates.py", "reading/lone_date.py", "reading/list"),
    ),
    Share(
        "links", "reading: links and addresses", "阅读：链接与地址",
        ("reading/link", "reading/other_links.py", "reading/address.py", "reading/script_links.py", "reading/style_links.py", "reading/further.py"),
    ),
    Share("reading", "reading: all else", "阅读：其余", ("reading/", "audit/look.py")),
    Share("facts", "what was read, packed and kept", "所读的打包与保存", ("storage/facts", "audit/kept_facts.py")),
    Share("pipe", "pages handed to the reading process", "页面交给阅读进程", ("audit/reader_process.py", "multiprocessing/")),
    Share("archive", "archive and rows", "存档与数据行", ("storage/", "sqlalchemy/")),
    Share("crawl", "the crawl's own work: queue, manners, outcomes", "采集自身：队列、礼节、结果", ("crawler/", "audit/")),
    Share("network", "Scrapy, Twisted, asyncio, sockets", "Scrapy、Twisted、asyncio 与套接字", ("scrapy/", "twisted/", "asyncio/", "selectors.py")),
    SETTLING,
    Share("report", "reports", "报告", ("report/", "gate/", "jinja2/")),
    REST,
)  # fmt: skip


def profiled(kept: Kept, words: argparse.Namespace) -> bool:
    """剖析 One audit of a portal of at most 4,000 pages."""
    program = shutil.which(words.py_spy)
    pages = min(words.pages, _MOST_PAGES)
    print(f"\n{PART}: {pages} pages", flush=True)
    if program is None:
        print("  py-spy is not there")
        return True
    ran = kept.has(PART, pages, words.seed, 0, "audit") or kept.add(_look(program, pages, words.seed))
    told = ran.told.get("shares", {})
    for one in SHARES:
        print(f"  {told.get(one.key, 0) / max(sum(told.values()), 1):6.1%} {one.en}")
    return not ran.failed


def _look(program: str, pages: int, seed: int) -> Ran:
    with origin(pages, seed) as served, tempfile.TemporaryDirectory(prefix="duwang-bench-") as name:
        folder = Path(name)
        found = folder / "stacks"
        looking = [
            program,
            "record",
            "--rate",
            _TIMES,
            "--subprocesses",
            "--nonblocking",
            "--format",
            "raw",
            "--output",
            str(found),
            "--",
        ]
        cost = measured([*looking, *audit_words(served.home, folder, budget(served.truth.pages))], folder)
        stacks = found.read_text("utf-8").splitlines() if found.exists() else []
        there = served.truth.pages
    failed = None if stacks else f"no stacks, exit code {cost.code}"
    return Ran(
        PART, pages, seed, 0, "audit", seconds=cost.seconds, there=there, failed=failed, told={"shares": shares(stacks)}
    )  # fmt: skip


def shares(stacks: Iterable[str]) -> dict[str, int]:
    """各份 Looks by share, of py-spy's raw lines: frames from the outermost with semicolons between, a blank, how often."""
    found: Counter[str] = Counter()
    for line in stacks:
        stack, _, count = line.rpartition(" ")
        found[_share(stack.split(";")).key] += int(count)
    return dict(found)


def _share(frames: list[str]) -> Share:
    files = [told["file"] for frame in frames if (told := _FRAME.match(frame))]
    if any(file.startswith(IMPORTING.files) for file in files):
        return IMPORTING
    if any(_SETTLING.match(frame) for frame in frames):
        return SETTLING
    for file in reversed(files):
        for one in SHARES:
            if one.files and file.startswith(one.files):
                return one
    return REST
