"""Snapshots and sites for the reading tests; the saved real sites, where there are any."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bench.labels import saved_sites
from model import (
    SHANGHAI,
    ColumnDirectory,
    ColumnKind,
    CrawlReport,
    DirectoryEntry,
    FetchOutcome,
    Moment,
    PageFacts,
    Purpose,
    Rank,
    Site,
    Snapshot,
    StopReason,
)
from reading import read

AT = datetime(2021, 1, 13, 10, tzinfo=SHANGHAI)
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="session")
def site() -> Site:
    return Site(home="http://rsj.example/")


@pytest.fixture(scope="session")
def directory() -> ColumnDirectory:
    def entry(kind: ColumnKind, label: str, *names: str) -> DirectoryEntry:
        return DirectoryEntry(kind=kind, label=label, names=names)

    return ColumnDirectory(
        entries=(
            entry(ColumnKind.NOTICES, "通知公告", "公示公告"),
            entry(ColumnKind.NEWS, "工作动态", "业务要闻", "教育要闻"),
            entry(ColumnKind.LEADERS, "领导信息"),
            entry(ColumnKind.INTERPRETATION, "政策解读"),
            entry(ColumnKind.GUIDE, "政府信息公开指南", "信息公开指南"),
            entry(ColumnKind.ANNUAL_REPORT, "政府信息公开年报", "信息公开年报"),
        )
    )


@pytest.fixture(scope="session")
def moment() -> Moment:
    return Moment(as_of=AT)


@pytest.fixture(scope="session")
def report() -> CrawlReport:
    return CrawlReport(started_at=AT, ended_at=AT, stop=StopReason.FINISHED)


@pytest.fixture(scope="session")
def snapshot() -> Callable[..., Snapshot]:
    def made(url: str = "http://rsj.example/a/", number: int = 1, **fields: Any) -> Snapshot:
        filled: dict[str, Any] = {
            "id": f"r/{number}",
            "run_id": "r",
            "url": url,
            "final_url": url,
            "purpose": Purpose.LIST,
            "rank": Rank.LIST,
            "fetched_at": AT,
            "outcome": FetchOutcome.OK,
            "status": 200,
            "headers": {"content-type": "text/html"},
        }
        return Snapshot(**(filled | fields))

    return made


@pytest.fixture(scope="session")
def facts(
    snapshot: Callable[..., Snapshot], site: Site, directory: ColumnDirectory
) -> Callable[..., PageFacts]:
    """Facts of one HTML text at one URL."""

    def made(html: str | bytes, url: str = "http://rsj.example/a/", **fields: Any) -> PageFacts:
        body = html.encode() if isinstance(html, str) else html
        return read(snapshot(url, **fields), body, site, directory)

    return made


@pytest.fixture(scope="session")
def page_case() -> Callable[[str], str]:
    return lambda name: (ROOT / "fixtures" / "pages" / name).read_text("utf-8")


@pytest.fixture(scope="session")
def real_sites() -> Path:
    place = saved_sites()
    if place is None:
        pytest.skip("the saved real sites are not here (DUWANG_REAL_SITES)")
    return place
