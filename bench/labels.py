"""标注 Labelled pages: the small ones of fixtures/pages, and the saved real sites where they are at hand.

What a person reads off a page stands in `Label.expect`; a key that is absent was not labelled, None means "shows none":
kind [page kinds that are right] · list [rows, newest] · oldest · empty · date · charset {actual, mismatch, word} ·
outcome · marks {field: value} · columns {site-relative address: column kind}.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from model import SHANGHAI, FetchOutcome, Purpose, Rank, Redirect, Site, Snapshot

ROOT = Path(__file__).parent.parent
BUNDLED = ROOT / "fixtures" / "pages"
SAVED_KINDS = BUNDLED / "saved_column_kinds.jsonl"
EARLY, LATE = datetime(2021, 1, 13, 10, tzinfo=SHANGHAI), datetime(2026, 11, 1, tzinfo=UTC)
MIRROR_HOME = "http://rsj.example/"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_COLUMN_PAGES = ["list", "landing", "single", "form", "jump"]
KINDS = {
    "home": ["home"],
    "list": ["list"],
    "article": ["article"],
    "xxgk": _COLUMN_PAGES,
    "other": _COLUMN_PAGES,
}
CHARSETS = {
    "01_list_gb2312_decl.html": ("gb18030", False, "通知公告"),
    "02_xxgk_gbk_decl.html": ("gb18030", False, "人事任免"),
    "03_list_no_decl.html": ("gb18030", False, "简体"),
    "04_article_decl_lies_utf8.html": ("gb18030", True, "教育"),
    "05_article_late_meta.html": ("gb18030", False, "山西"),
    "06_article_gb18030_4byte.html": ("gb18030", False, "宜春"),
    "07_mixed_footer.html": ("gb18030", False, "人事考试"),
    "08_mojibake_double_utf8.html": ("utf-8", False, "内蒙古"),
    "09_bad_byte.html": ("gb18030", False, "福利彩票"),
}  # fmt: skip


@dataclass(frozen=True)
class Label:
    """标注页 One page as it was fetched and what a person reads off it. Pages of one `group` are one site."""

    name: str
    file: Path
    snapshot: Snapshot
    site: Site
    expect: dict[str, Any] = field(default_factory=dict)
    group: str = ""

    @property
    def body(self) -> bytes:
        return self.file.read_bytes()


def saved_sites() -> Path | None:
    """存下的网站 The folder of saved real sites, None where there is none (DUWANG_REAL_SITES names it)."""
    place = Path(os.environ.get("DUWANG_REAL_SITES", ROOT.parent / "shared" / "real-sites"))
    return place if place.is_dir() else None


def bundled() -> list[Label]:
    """自带的标注页 Every line of fixtures/pages/labels.jsonl."""
    made = []
    for number, line in enumerate(_lines(BUNDLED / "labels.jsonl"), 1):
        file = line.pop("file")
        url = line.pop("url", "http://www.example.gov.cn/a/")
        fields = {
            key: line.pop(key)
            for key in ("final_url", "purpose", "status", "headers", "fetched_at")
            if key in line
        }
        line.pop("about")
        group = line.pop("group", "") or file
        made.append(
            _label(
                number,
                file,
                BUNDLED / file,
                url,
                line,
                group,
                Site(home="http://www.example.gov.cn/"),
                **fields,
            )
        )
    return made


def saved(folder: Path) -> list[Label]:
    """存下的标注页 All that is labelled in the saved real sites: pages, charset traps, answers, columns."""
    return [*saved_pages(folder), *_traps(folder), *_answers(folder), *_columns(folder)]


def manifest(folder: Path) -> list[dict[str, Any]]:
    """标注清单 The lines of the labelled saved pages, as they are."""
    return list(_lines(folder / "pages" / "manifest.jsonl"))


def saved_pages(folder: Path) -> list[Label]:
    """存下的单页 The saved single pages, labelled by reading them."""
    made = []
    for number, line in enumerate(manifest(folder), 1):
        file, kind, shown = line["file"], line["kind"], line["publish_date"]
        host = re.match(r"[a-z0-9.\-]+\.[a-z]+", line["site"] or "")
        home = f"http://{host.group(0) if host else 'x.example'}/"
        path = line["source"].split("@")[0].partition(":")[2] or file
        if "/" not in path and kind != "home":
            path = "a/" + file
        expect: dict[str, Any] = {"kind": KINDS[kind], "charset": {"actual": line["encoding"]}}
        if line["list_items"] is not None:
            expect |= {"list": [line["list_items"], shown], "empty": line["list_items"] == 0}
        elif "EMPTY" not in line["note"]:
            expect["empty"] = False
        if line["list_items"] is None and (kind in ("article", "other") or not shown):
            expect["date"] = shown if shown and _DAY.fullmatch(shown) else None  # a year alone is no day
        at = EARLY if file[:3] in ("dz_", "sc_") else LATE
        made.append(
            _label(
                number,
                file,
                folder / "pages" / file,
                home + path,
                expect,
                file,
                Site(home=home),
                fetched_at=at,
            )
        )
    return made


def _traps(folder: Path) -> Iterator[Label]:
    for number, line in enumerate(_lines(folder / "charset" / "manifest.jsonl"), 1):
        file = line["file"]
        actual, mismatch, word = CHARSETS[file]
        expect = {"charset": {"actual": actual, "mismatch": mismatch, "word": word}}
        yield _label(
            number,
            f"charset/{file}",
            folder / "charset" / file,
            MIRROR_HOME + "a/" + file,
            expect,
            file,
            Site(home=MIRROR_HOME),
        )


def _answers(folder: Path) -> Iterator[Label]:
    article = MIRROR_HOME + "gzdt/202006/t20200623_61199953.html"
    for number, line in enumerate(_lines(folder / "blocked" / "manifest.jsonl"), 1):
        moved = "404.htm" in line["headers"].get("X-Note", "")
        fields = {
            "status": line["status"],
            "headers": {name.lower(): value for name, value in line["headers"].items()},
            "purpose": Purpose.ARTICLE,
            "fetched_at": LATE,
        }
        if moved:
            fields |= {
                "final_url": MIRROR_HOME + "404.htm",
                "redirects": (Redirect(url=article, status=302),),
            }
        name = line["file"]
        yield _label(
            number,
            f"blocked/{name}",
            folder / "blocked" / name,
            article,
            {"outcome": line["expect"]},
            name,
            Site(home=MIRROR_HOME),
            **fields,
        )


def _columns(folder: Path) -> Iterator[Label]:
    """The list columns of the whole saved sites, and what kind of column each entry of their menus is."""
    kinds: dict[tuple[str, str], dict[str, str]] = {}
    for line in _lines(SAVED_KINDS):
        kinds.setdefault((line["site"], line["page"]), {})[line["column"]] = line["kind"]
    lists = {(line["site"], line["page"]): line for line in _lines(folder / "columns.jsonl")}
    for number, (mirror, page) in enumerate(sorted({*lists, *kinds}), 1):
        expect: dict[str, Any] = {"columns": kinds.get((mirror, page), {})}
        if found := lists.get((mirror, page)):
            expect |= {"column": [found["items"], found["newest"], found["oldest"]]}
        home = page == "index.html"
        file = folder / "mirrors" / mirror / "site" / page
        yield _label(
            number, f"{mirror}/{page}", file, MIRROR_HOME if home else MIRROR_HOME + page, expect, mirror,
            Site(home=MIRROR_HOME), purpose=Purpose.HOME if home else Purpose.COLUMN,
        )  # fmt: skip


def _label(
    number: int,
    name: str,
    file: Path,
    url: str,
    expect: dict[str, Any],
    group: str,
    site: Site,
    **fields: Any,
) -> Label:
    filled: dict[str, Any] = {
        "id": f"r/{number}", "run_id": "r", "url": url, "final_url": url, "purpose": Purpose.COLUMN, "rank": Rank.LIST,
        "fetched_at": EARLY, "outcome": FetchOutcome.OK, "status": 200, "headers": {},
    }  # fmt: skip
    return Label(name, file, Snapshot(**(filled | fields)), site, expect, group)


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip())
