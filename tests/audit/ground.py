"""A small pack, its checks and observations to judge: enough to see every outcome."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from model import (
    Column,
    ColumnForm,
    Coverage,
    CrawlReport,
    Dated,
    FetchOutcome,
    Hit,
    ListItem,
    Moment,
    Observation,
    PageFacts,
    PageKind,
    Params,
    Purpose,
    RulePack,
    Run,
    Site,
    StopReason,
    Subject,
    Unsure,
)

SITE = Site(home="http://www.qinghe.example/", site_code="9901230001", name="青禾县人民政府")
AS_OF = datetime(2026, 10, 12, 1, 0, tzinfo=UTC)
CITED = [{"document": "国办秘函〔2019〕19号", "clause": "附件1", "grade": "S"}]


class Days(Params):
    days: int = 14


def _stale(column: Column, params: Days, moment: Moment) -> Iterator[Hit | Unsure]:
    if column.name == "崩溃":
        raise ZeroDivisionError
    if column.newest is None:
        yield Unsure(message_id="x.undated")
    elif moment.days_since(column.newest) > params.days:
        yield Hit(
            message_id="x.stale",
            newest=column.newest,
            overdue_days=moment.days_since(column.newest) - params.days,
        )


def _home(observation: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure]:
    if observation.home and not observation.home.text:
        yield Hit(message_id="x.home", locus="text")


def check(subject: Subject, needs: set[str], params: type[Params], judge: Any) -> Any:
    return SimpleNamespace(SUBJECT=subject, NEEDS=frozenset(needs), Params=params, judge=judge, __doc__="")


CHECKS = {
    "stale": check(Subject.COLUMN, {"items"}, Days, _stale),
    "home": check(Subject.OBSERVATION, set(), Params, _home),
    "dead": check(
        Subject.LINK, {"attempts"}, Params,
        lambda link, params, moment: (
            [Hit(message_id="x.dead")] if all(one.outcome.missing for one in link.attempts) else []
        ),
    ),
}  # fmt: skip


def pack(**changes: Any) -> RulePack:
    fields: dict[str, Any] = {
        "id": "national/test",
        "title": "试",
        "version": "1",
        "document": "国办秘函〔2019〕19号",
        "level": "national",
        "effective_from": "2019-04-01",
        "sections": [{"id": "a", "title": "发布解读", "points": "8"}, {"id": "b", "title": "功能设计"}],
        "scoring": {"base": "100", "bands": [{"name": "合格", "at_least": "60"}, {"name": "不合格", "at_least": "0"}]},
        "rules": [
            {
                "id": "T-COL-01", "section": "a", "title": "栏目不更新", "basis": CITED, "check": "stale",
                "severity": "deduct", "points": "5",
            },
            {"id": "T-HOME-01", "section": "b", "title": "首页", "basis": CITED, "check": "home", "severity": "veto"},
            {
                "id": "T-LINK-01", "section": "b", "title": "死链", "basis": CITED, "check": "dead",
                "severity": "deduct",
            },
        ],
        "tallies": [{"id": "T-VETO-01", "title": "不更新栏目5个以上", "counts": ["T-COL-01"], "at_least": 2, "basis": CITED}],
    }  # fmt: skip
    return RulePack.model_validate(fields | changes)


def column(key: str, newest: str | None, **changes: Any) -> Column:
    item = ListItem(title="关于青禾的通知", url=f"http://www.qinghe.example{key}1.html",
                    dated=Dated(value=date.fromisoformat(newest)) if newest else Dated())  # fmt: skip
    fields: dict[str, Any] = {
        "key": key, "name": key.strip("/"), "url": f"http://www.qinghe.example{key}", "form": ColumnForm.LIST,
        "items": (item,), "blank": False, "complete": True,
    }  # fmt: skip
    return Column.model_validate(fields | changes)


def home(**changes: Any) -> PageFacts:
    fields: dict[str, Any] = {
        "snapshot_id": "R1/000001", "url": SITE.home, "final_url": SITE.home, "purpose": Purpose.HOME,
        "outcome": FetchOutcome.OK, "kind": PageKind.HOME, "text": "青禾要闻",
    }  # fmt: skip
    return PageFacts.model_validate(fields | changes)


def observation(*columns: Column, **changes: Any) -> Observation:
    fields: dict[str, Any] = {
        "site": SITE, "moment": Moment(as_of=AS_OF), "run_id": "R1", "pages": (home(),), "columns": columns,
        "coverage": Coverage(stop=StopReason.FINISHED),
    }  # fmt: skip
    return Observation.model_validate(fields | changes)


def run(run_id: str = "R1", as_of: datetime = AS_OF) -> Run:
    return Run(
        id=run_id, site=SITE, pack_id="national/test", pack_version="1", pack_digest="0", as_of=as_of,
        started_at=as_of, version="0",
    )  # fmt: skip


def report() -> CrawlReport:
    return CrawlReport(started_at=AS_OF, ended_at=AS_OF, stop=StopReason.FINISHED)
