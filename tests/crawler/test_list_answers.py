"""Answers of list APIs in the course of a crawl: many may be the very same, and each is told by what was sent."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest

from crawler.answer import Answer
from crawler.walk import Walk
from model import CrawlPlan, FetchOutcome, Lead, Purpose, Rank, Snapshot, Step

AT = datetime(2026, 11, 12, tzinfo=UTC)
NOTHING = b"<datastore><totalrecord>0</totalrecord><recordset></recordset></datastore>"


def walked(method: str, kind: str) -> tuple[list[Snapshot], tuple[str, ...]]:
    """Snapshots and reasons for stopping, of a walk in which forty addresses give the very same short answer."""
    leads = [
        Lead(
            url=f"http://x.gov.cn/api?page={number}" if method == "GET" else "http://x.gov.cn/api",
            purpose=Purpose.LIST,
            rank=Rank.LIST,
            method=method,
            body=f"columnid={number}".encode() if method == "POST" else None,
        )
        for number in range(55)
    ]
    plan = CrawlPlan(run_id="r", hosts=("x.gov.cn",), seeds=tuple(leads), user_agent="duwang/1")
    kept: list[Snapshot] = []
    walk = Walk(plan, lambda snapshot, body: Step(), lambda snapshot, body: kept.append(snapshot))
    walk.begin(0.0)
    while (ticket := walk.take(0.0)) is not None:
        body = NOTHING if len(kept) >= 12 else f"<html>{len(kept)}</html>".encode()
        answer = Answer(
            AT,
            AT,
            method,
            FetchOutcome.OK,
            status=200,
            headers={"content-type": kind},
            body=body,
            sha256=sha256(body).hexdigest(),
        )
        walk.settle(ticket, answer, 0.0)
    return kept, tuple(stop.reason for stop in walk.report().host_stops)


@pytest.mark.parametrize(
    ("method", "kind", "stops"),
    [
        ("POST", "text/html", ()),
        ("GET", "text/xml;charset=utf-8", ()),
        ("GET", "application/json", ()),
        ("GET", "text/html", ("throttled",)),
    ],
)
def test_the_same_nothing_of_many_columns_is_no_throttling(
    method: str, kind: str, stops: tuple[str, ...]
) -> None:
    kept, reasons = walked(method, kind)
    assert reasons == stops
    assert len(kept) == 55 or stops


def test_answers_of_one_address_are_told_by_what_was_sent() -> None:
    kept, _ = walked("POST", "text/xml")
    assert len({snapshot.address for snapshot in kept}) == 55
    assert {snapshot.url for snapshot in kept} == {"http://x.gov.cn/api"}
    assert "http://x.gov.cn/api#columnid=7" in {snapshot.address for snapshot in kept}
