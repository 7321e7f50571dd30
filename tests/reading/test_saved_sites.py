"""Two whole saved sites and 101 saved pages, read straight from disk."""

import heapq
import json
import pickle
import random
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from bench import labels
from bench.measures import facts_of
from model import (
    ColumnDirectory,
    CrawlReport,
    FetchOutcome,
    Lead,
    LinkRelation,
    Moment,
    Observation,
    PageFacts,
    PageKind,
    Period,
    Purpose,
    Rank,
    Site,
    Snapshot,
)
from reading import Guide, observe, read
from rules import column_directory
from tests.whole.made_once import made_once
from tests.whole.saved_site import not_copied

pytestmark = pytest.mark.real_sites
HOME = "http://rsj.example/"
Walk = Callable[..., Observation]


def saved_paths(mirror: Path) -> set[str]:
    lines = (mirror / "_tree.txt").read_text("utf-8").splitlines()
    return {line.split("\t", 1)[1] for line in lines if "\t" in line}


def path_of(url: str) -> str:
    path = unquote(urlsplit(url).path).lstrip("/")
    return path + "index.html" if path == "" or path.endswith("/") else path


@pytest.fixture(scope="session")
def directory() -> ColumnDirectory:
    return column_directory()


@pytest.fixture(scope="session")
def walk(
    tmp_path_factory: pytest.TempPathFactory,
    real_sites: Path,
    snapshot: Callable[..., Snapshot],
    site: Site,
    directory: ColumnDirectory,
    moment: Moment,
    report: CrawlReport,
) -> Walk:
    """Follow every lead over the files of a mirror; paths it only lists answer 200, all others 404."""

    def made(name: str, deleted: frozenset[str] = frozenset()) -> Observation:
        mirror = real_sites / "mirrors" / name
        known = saved_paths(mirror)
        guide = Guide(site, directory, moment, Period.model_validate("P1Y"))
        waiting = [(0, 0, Lead(url=HOME, purpose=Purpose.HOME, rank=Rank.HOME))]
        pages, led = [], 0
        while waiting:
            lead = heapq.heappop(waiting)[2]
            path = path_of(lead.url)
            file = mirror / "site" / path
            there = path not in deleted and (file.is_file() or path in known)
            body = file.read_bytes() if there and file.is_file() and lead.method == "GET" else b"x" * 40
            taken = snapshot(
                lead.url,
                len(pages) + 1,
                purpose=lead.purpose,
                rank=lead.rank,
                column=lead.column,
                method=lead.method,
                outcome=FetchOutcome.OK if there else FetchOutcome.GONE,
                status=200 if there else 404,
                headers={"content-type": "text/html" if path.endswith("html") else "image/png"},
            )
            step = guide.step(taken, body)
            pages.append((taken, read(taken, body, site, directory)))
            for found in step.leads:
                led += 1
                heapq.heappush(waiting, (found.rank, led, found))
        return observe(site, moment, "r", pages, report, directory)

    def whole(name: str, deleted: frozenset[str] = frozenset()) -> Observation:
        """The whole mirror is walked once for all tests, whichever process comes first."""
        if deleted:
            return made(name, deleted)

        def keep(folder: Path) -> None:
            (folder / "observation").write_bytes(pickle.dumps(made(name)))

        kept = made_once(tmp_path_factory, f"walked-{name}", keep) / "observation"
        observation: Observation = pickle.loads(kept.read_bytes())  # noqa: S301 - our own bytes of a moment ago
        return observation

    return whole


@pytest.fixture(scope="module")
def daozhen(walk: Walk) -> Observation:
    return walk("daozhen_rsj")


@pytest.fixture(scope="module")
def sichuan(walk: Walk) -> Observation:
    return walk("sichuan_edu")


def missing(observation: Observation, commented: bool = False) -> dict[str, set[str]]:
    return {
        path_of(link.url): {path_of(parent.url) for parent in link.found_on}
        for link in observation.links
        if link.attempts
        and link.attempts[-1].outcome.missing
        and (link.relation is LinkRelation.COMMENTED) is commented
    }


def lacked(mirror: Path) -> dict[str, set[str]]:
    """What a plain search finds that the saved site does not have, beside the targets of anchors; with its pages."""
    return {path_of(url): {path_of(page) for page in pages} for url, pages in not_copied(mirror).items()}


@pytest.mark.parametrize("mirror", ["daozhen_rsj", "sichuan_edu"])
def test_every_labelled_column(
    mirror: str, request: pytest.FixtureRequest, real_sites: Path, facts: Callable[..., PageFacts]
) -> None:
    labels = [json.loads(line) for line in (real_sites / "columns.jsonl").read_text("utf-8").splitlines()]
    own = [label for label in labels if label["site"] == mirror]
    assert len(own) == {"daozhen_rsj": 12, "sichuan_edu": 30}[mirror]
    for label in own:
        page = facts(
            (real_sites / "mirrors" / mirror / "site" / label["page"]).read_bytes(), HOME + label["page"]
        )
        found = page.main_list
        assert found is not None and found.newest is not None and found.oldest is not None, label["page"]
        seen = (len(found.items), str(found.newest.dated.value), str(found.oldest.dated.value))
        assert seen == (label["items"], label["newest"], label["oldest"]), label["page"]


def test_daozhen_misses_what_its_copy_lacks_and_has_four_empty_lists(
    daozhen: Observation, real_sites: Path
) -> None:
    """Every target of an anchor is there; two stubs send on to nothing, and one button's pictures were never copied."""
    lacks = lacked(real_sites / "mirrors" / "daozhen_rsj")
    assert {path: len(pages) for path, pages in lacks.items()} == {
        "images/110827103140057.gif": 192,
        "images/110827103140099.gif": 192,
        "images/110827103140184.gif": 192,
        "images/110827103140215.gif": 192,
        "images/110827103140245.gif": 192,
        "images/110827103140292.gif": 192,
        "syqt/yqlj/index.html": 1,
        "zwgk/xxgkyjx/yjxsybz/index.html": 1,
    }
    assert missing(daozhen) == lacks
    assert [link.url for link in daozhen.links if not link.attempts and link.url.startswith(HOME)] == []
    assert {column.key: column.name for column in daozhen.columns if column.blank} == {
        "/zwgk/ghjh/": "规划计划",
        "/zwgk/zcjd/": "政策解读",
        "/zwgk/fpgz/": "扶贫工作",
        "/zwgk/ggzypz/": "公共资源配置",
        "/syqt/lxfs/": "联系方式",
    }
    assert [(one.what, one.cause) for one in daozhen.coverage.unread] == [("link", "external_not_probed")]


def test_seven_deleted_files_are_seven_missing_targets(walk: Walk, daozhen: Observation) -> None:
    parents = {
        path_of(link.url): {path_of(found.url) for found in link.found_on}
        for link in daozhen.links
        if link.url.startswith(HOME)
    }
    articles = sorted(path for path in parents if re.search(r"/t\d{8}_\d+\.html$", path))
    deleted = frozenset(random.Random(7).sample(articles, 7))
    wanted = {path: parents[path] - deleted for path in deleted}
    before = missing(daozhen)
    assert {
        path: pages for path, pages in missing(walk("daozhen_rsj", deleted)).items() if path not in before
    } == wanted


def anchors(mirror: Path, *, comments: bool) -> dict[str, set[str]]:
    """An independent look: `<a href>` by a regular expression; missing path → pages."""
    known, found = saved_paths(mirror), dict[str, set[str]]()
    for file in sorted((mirror / "site").rglob("*.html")):
        page = file.relative_to(mirror / "site").as_posix()
        text = file.read_text("utf-8", "replace")
        if not comments:
            text = re.sub(r"(?s)<!--.*?-->", "", text)
        for raw in re.findall(r"""<a\b[^>]*?href\s*=\s*["']([^"'#]*)""", text):
            raw = raw.strip()
            if not raw or re.match(r"[a-z]+:|//", raw):
                continue
            path = path_of(str(Path("/" + page).parent / raw) if not raw.startswith("/") else raw)
            parts: list[str] = []
            for part in path.split("/"):
                parts = parts[:-1] if part == ".." else [*parts, part] if part not in ("", ".") else parts
            path = "/".join(parts) + (
                "/index.html" if raw.endswith("/") and not path.endswith(".html") else ""
            )
            if path.split("?")[0] not in known:
                found.setdefault(path, set()).add(page)
    return found


def test_sichuan_misses_what_a_reader_would_miss(sichuan: Observation, real_sites: Path) -> None:
    """Seven `<a>` targets are missing by a plain text search; all seven stand in HTML comments only.

    What a reader of these pages can click is one `<area>`; beside it nineteen films are missing from the copy.
    """
    mirror = real_sites / "mirrors" / "sichuan_edu"
    commented = anchors(mirror, comments=True)
    assert {path: len(pages) for path, pages in commented.items()} == {
        "10462/c102652/szflhzt.shtml": 1,
        "scedu/c100495/2019/10/24/1b971c91062d4b20b850810938d25b73.shtml": 1,
        "scedu/c100495/2019/8/2/514b1b4b78d14a9c9325b193ad3a475d.shtml": 1,
        "scedu/c100620/weibo.shtml": 225,
        "scedu/c100621/cont.shtml": 225,
        "scedu/xhtml/index.html": 1,
        "scedu/xxgkzd/zfxxgk_xxgkzd.shtml": 29,
    }
    assert anchors(mirror, comments=False) == {}
    seen = missing(sichuan, commented=True)
    assert {re.sub("xhtml/$", "xhtml/index.html", path) for path in seen} == set(commented)
    assert len(seen["scedu/c100620/weibo.shtml"]) == 225
    films = lacked(mirror)
    assert {Path(path).suffix for path in films} == {".mp4"}
    assert len(films) == 19
    assert missing(sichuan) == films | {
        "10462/c102482/chinenglist.shtml": {"10462/c102241/fkxxhzbd.html", "index1.html"},
    }


def test_sichuan_columns(sichuan: Observation) -> None:
    columns = {column.key: column for column in sichuan.columns}
    assert {key for key, column in columns.items() if column.blank} == {
        "/scedu/c100492/xwzx_list.html",
        "/scedu/zdxm/zfxxgk_gknrz.html",
    }
    twin = columns["/scedu/c100504/xwzx_list.html"]
    assert (twin.name, twin.same_items_as) == ("人事任免", ("/scedu/c100559/zfxxgk_gknrz.html",))
    assert columns["/scedu/c100528/zfxxgk_xxgkzn.html"].in_disclosure
    children = {columns[key].name for key in columns["/scedu/c100492/xwzx_list.html"].children}
    assert {"教育要闻", "通知公告"} <= children
    assert columns["/scedu/zdxm/zfxxgk_gknrz.html"].children == ()


@pytest.fixture(scope="module")
def saved_pages(real_sites: Path) -> dict[str, PageFacts]:
    return {label.name: facts for label, facts in facts_of(labels.saved_pages(real_sites))}


def test_labelled_lists(real_sites: Path, saved_pages: dict[str, PageFacts]) -> None:
    misses = {}
    for label in labels.manifest(real_sites):
        if label["list_items"] is None:
            continue
        found = saved_pages[label["file"]].main_list
        newest = str(found.newest.dated.value) if found and found.newest else None
        if (len(found.items) if found else None, newest) != (label["list_items"], label["publish_date"]):
            misses[label["file"]] = saved_pages[label["file"]].kind
    # both hold several lists side by side, of which the label counts the first: no list of the column's own
    assert misses == {"sc_scedu_c100582_hdjl.html": PageKind.LANDING, "xz_zsyz.html": PageKind.LANDING}


def test_labelled_article_dates(real_sites: Path, saved_pages: dict[str, PageFacts]) -> None:
    """Pages other than lists: the day each shows, and none where none is shown."""
    right, silent = 0, 0
    misses, invented = {}, {}
    for label in labels.manifest(real_sites):
        page = saved_pages[label["file"]]
        day = str(page.dated.value) if page.dated and page.dated.value else None
        if label["list_items"] is not None:
            continue
        if label["publish_date"] is None:
            silent += day is None
            if day is not None:
                invented[label["file"]] = day
        elif day == label["publish_date"]:
            right += 1
        else:
            misses[label["file"]] = (label["publish_date"], day)
    assert invented == {}
    assert misses == {
        "gne_npc_1.html": ("2007", None),  # the label is no day either
        "sc_scedu_c102583_zfxxgk_gknr.html": ("2020-10-23", None),  # its newest row: lists below each other
    }
    assert (right, silent) == (24, 32)


def test_labelled_kinds(real_sites: Path, saved_pages: dict[str, PageFacts]) -> None:
    misses = {
        label["file"]: saved_pages[label["file"]].kind.value
        for label in labels.manifest(real_sites)
        if saved_pages[label["file"]].kind not in labels.KINDS[label["kind"]]
    }
    assert misses == {
        # both gather several lists of like size, without a pager
        "sc_scedu_c100582_hdjl.html": "landing",
        "xz_zsyz.html": "landing",
    }
