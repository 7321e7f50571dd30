"""A small portal over thirty nights, and what people decide meanwhile; tells after each night what the ledger says.

Run as `python -m tests.whole.thirty_nights DATABASE FOLDER`: one process, one loop, thirty crawls. Each night is judged
at nine in the evening of its own day, from Monday 14 September 2026 on; the truth stands in test_thirty_nights.py.
"""

import asyncio
import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from audit.rulings import dispute, resolve, waive
from audit.run import Begun, Request, audit_crawl
from audit.settlement import settle
from checks import load_checks, params_of
from crawler import run_loop
from model import (
    SHANGHAI,
    BrowserUse,
    Case,
    ColumnKind,
    ColumnOverride,
    Fault,
    Limits,
    Pace,
    RulingResult,
    Run,
    RunState,
    Site,
)
from rules import load_pack
from storage import Store, open_store

FIRST = date(2026, 9, 14)
NIGHTS = 30
MEND_DAYS = 3
PACK = """
id: county/thirty-nights
title: 三十夜
version: "1"
document: 青府办〔2026〕9号
level: county
effective_from: "2026-01-01"
sections:
  - {id: ALL, title: 全部}
scoring: {base: 100}
rules:
  - {id: TN-NEWS-01, section: ALL, title: 动态要闻两周未更新, basis: [{document: 青府办〔2026〕9号, clause: 第一条, grade: S}],
     check: stale_column, params: {period: P14D}, applies_to: {column_kinds: [news]}, severity: deduct, points: 5}
  - {id: TN-NOTICE-01, section: ALL, title: 通知公告两周未更新, basis: [{document: 青府办〔2026〕9号, clause: 第一条, grade: S}],
     check: stale_column, params: {period: P14D}, applies_to: {column_kinds: [notices]}, severity: deduct, points: 4, nights: 2}
  - {id: TN-POLICY-01, section: ALL, title: 政策文件两周未更新, basis: [{document: 青府办〔2026〕9号, clause: 第一条, grade: S}],
     check: stale_column, params: {period: P14D}, applies_to: {column_kinds: [policies]}, severity: deduct, points: 3}
  - {id: TN-LINK-01, section: ALL, title: 站内死链, basis: [{document: 青府办〔2026〕9号, clause: 第一条, grade: S}],
     check: dead_link, applies_to: {relations: [internal]}, severity: deduct, points: 1}
  - {id: TN-MISS-01, section: ALL, title: 未设领导信息栏目, basis: [{document: 青府办〔2026〕9号, clause: 第一条, grade: S}],
     check: missing_column, params: {kind: leaders, name: 领导信息}, severity: deduct, points: 2}
"""
COLUMNS = {"/dtyw/": "动态要闻", "/tzgg/": "通知公告", "/zcwj/": "政策文件", "/ldxx/": "领导信息"}
KINDS = {"/dtyw/": ColumnKind.NEWS, "/tzgg/": ColumnKind.NOTICES, "/zcwj/": ColumnKind.POLICIES}


def day(month: int, number: int) -> date:
    return date(2026, month, number)


class World:
    """The portal as it is tonight."""

    def __init__(self) -> None:
        self.night = 0

    @property
    def down(self) -> bool:
        return self.night in (8, 9)

    @property
    def blocked(self) -> bool:
        return self.night == 12

    def newest(self, column: str) -> date:
        """The day of the column's newest row: what its editors did."""
        night = self.night
        if column == "/dtyw/":
            return day(9, 30) if 16 <= night < 20 else day(9, 10)
        if column == "/tzgg/":
            if night == 1 or 25 <= night < 28:
                return day(8, 1)
            return day(10, 3) if night >= 19 else day(9, 12)
        if 22 <= night < 24:
            return day(10, 5)
        return day(8, 28) if night >= 5 else day(8, 20)

    def dead(self) -> dict[str, bool]:
        """Links of the home page beside its columns: whether their target is missing."""
        night = self.night
        links = {
            "/c.html": night < 13, "/e.html": night < 21, "/g.html": True, "/h.html": night < 14, "/j.html": True,
        }  # fmt: skip
        first = {"/c.html": 3, "/e.html": 1, "/g.html": 2, "/h.html": 2, "/j.html": 20}
        gone = {"/c.html": range(5, 7)}
        return {
            path: missing
            for path, missing in links.items()
            if night >= first[path] and night not in gone.get(path, ())
        }

    def menu(self) -> str:
        shown = {path: name for path, name in COLUMNS.items() if path != "/ldxx/" or not 6 <= self.night < 10}
        items = "".join(
            f'<li><a href="{path}">{name}</a></li>' for path, name in {"/": "首页", **shown}.items()
        )
        return f'<div class="nav"><ul>{items}</ul></div>'

    def rows(self, column: str) -> str:
        """Three rows; all columns link to the same three pages, so that a night is cheap."""
        days = [self.newest(column) - timedelta(days=9 * number) for number in range(3)]
        return (
            "<ul class='list'>"
            + "".join(
                f'<li><a href="/t2/{number}.html">{COLUMNS[column]}第{one:%m%d}号工作情况通报</a><span>{one}</span></li>'
                for number, one in enumerate(days)
            )
            + "</ul>"
        )

    def answer(self, path: str) -> tuple[int, str]:
        if self.blocked:
            return (
                403,
                "<html><title>访问被拦截</title><body>您的请求已被防火墙拦截，事件编号 8f1c</body></html>",
            )
        if path == "/":
            links = "".join(f'<p><a href="{link}">服务入口{link[1]}</a></p>' for link in self.dead())
            return 200, self.page("青禾县人民政府", f"{self.rows('/dtyw/')}<div>{links}</div>")
        if path == "/tzgg/" and self.night == 14:
            return 503, "<html><body>busy</body></html>"
        if path in KINDS:
            return 200, self.page(COLUMNS[path], self.rows(path))
        if path == "/ldxx/":
            return 200, self.page(
                "领导信息", "<p>县长 张三，主持县政府全面工作。</p><p>副县长 李四，分管教育、卫生。</p>"
            )
        if path.endswith("404.html"):
            return 404, "<html><title>页面不存在</title><body>404</body></html>"
        if path[1:2] in "ceghj" and path.endswith(".html") and path.count("/") == 1:
            return (
                (404, "<html><title>404</title></html>")
                if self.dead().get(path, True)
                else (200, self.page("服务", "<p>在线办理入口已经开通，请按提示操作。</p>"))
            )
        if path in ("/t2/0.html", "/t2/1.html", "/t2/2.html"):
            text = f"<p>各项工作按计划推进，现将第{path[4]}类有关情况予以通报。</p>"
            return 200, self.page(f"工作情况通报之{path[4]}", text)
        return 404, "<html><title>404</title></html>"

    def page(self, title: str, body: str) -> str:
        return f"<html><head><title>{title}</title></head><body>{self.menu()}{body}</body></html>"


@contextmanager
def served(world: World, port: int = 0) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/g.html" and world.night >= 17 and not world.blocked:  # another kind of dead
                self.send_response(302)
                self.send_header("Location", "/404.html")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            status, text = (404, "") if path == "/robots.txt" else world.answer(path)
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


class Play:
    """The nights, one after another, and what people do after each of them."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.world, self.port = store, World(), 0
        self.checks = dict(load_checks())
        path = folder / "pack.yaml"
        path.write_text(PACK, "utf-8")
        self.pack = load_pack(path, params_of(self.checks))
        self.states: list[str] = []

    async def run(self) -> None:
        with served(self.world) as self.port:
            pass
        for night in range(NIGHTS):
            self.world.night = night
            if self.world.down:  # nobody listens
                await self.audited(night)
            else:
                with served(self.world, self.port):
                    await self.audited(night)
            self.decide(night)
            print(json.dumps(self.told(night)), flush=True)

    def at(self, night: int) -> datetime:
        return datetime.combine(FIRST + timedelta(days=night), time(21), SHANGHAI)

    @property
    def site(self) -> Site:
        home = f"http://127.0.0.1:{self.port}/"
        columns = tuple(ColumnOverride(url=f"{home[:-1]}{path}", kind=kind) for path, kind in KINDS.items())
        return Site(home=home, site_code="9901230009", name="青禾县人民政府", overrides=columns)

    async def audited(self, night: int) -> None:
        request = Request(
            site=self.site, as_of=self.at(night), allow_private=True, browser=BrowserUse.NO, external=False,
            pace=Pace(delay=0, concurrency=8, autothrottle=False),
            limits=Limits(confirm_seconds=0.01, timeout_seconds=5, max_pages=1 if night == 15 else 200),
        )  # fmt: skip
        begun: list[Run] = []
        started, loop = asyncio.Event(), asyncio.get_running_loop()

        def told(one: Begun) -> None:  # in a thread
            begun.append(one.run)
            loop.call_soon_threadsafe(started.set)

        crawl = asyncio.create_task(audit_crawl(request, [self.pack], self.store, told))
        if night == 18:
            await asyncio.wait_for(started.wait(), 10)
            crawl.cancel()
        try:
            run = await crawl
            settle(self.store, run.id, [self.pack], self.checks, self.watch(night), mend_days=MEND_DAYS)
        except Fault as fault:
            self.states.append(fault.message_id)
            if (
                self.store.run(begun[0].id).state is RunState.RUNNING
            ):  # the crawl was done, and nothing came of it
                self.store.fail_run(begun[0].id, fault.message_id)
        except asyncio.CancelledError:
            self.states.append("cancelled")
        else:
            self.states.append("finished")

    def watch(self, night: int) -> Callable[[str, object], None]:
        """On the night after it was found, somebody waives J just before that night is kept."""

        def tell(stage: str, _progress: object) -> None:
            if night == 21 and stage == "keep" and self.case("j").waiver is None:
                self.waive("j", night, day(10, 9))

        return tell

    def case(self, name: str) -> Case:
        return self.named()[name]

    def named(self) -> dict[str, Case]:
        """The site's cases by short names: the part of the rule's id, or the target's letter."""
        found = {}
        for case in self.store.cases(self.site.key).values():
            rule = case.rule_id.split("-")[1].lower()
            found[case.locus[1:2] if rule == "link" else rule] = case
        return found

    def waive(self, name: str, night: int, until: date) -> None:
        waive(
            self.store,
            self.case(name).fingerprint,
            by="王芳",
            reason="网站改版",
            until=until,
            at=self.later(night),
        )

    def dispute(self, name: str, night: int) -> None:
        dispute(self.store, self.case(name).fingerprint, by="李强", reason="系统误判", at=self.later(night))

    def resolve(self, name: str, night: int, result: RulingResult, **more: Any) -> None:
        mark = self.case(name).fingerprint
        resolve(
            self.store,
            mark,
            result,
            by="赵敏",
            reason="已核实",
            at=self.later(night),
            checks=self.checks,
            **more,
        )

    def later(self, night: int) -> datetime:
        return self.at(night) + timedelta(hours=1)

    def decide(self, night: int) -> None:
        match night:
            case 1:
                self.waive("policy", night, day(12, 31))
            case 2:
                self.waive("e", night, day(9, 24))
            case 3:
                self.dispute("g", night)
            case 4:
                self.resolve("g", night, RulingResult.WITHDRAWN)
            case 5:
                self.dispute("h", night)
            case 6:
                self.waive("policy", night, day(12, 31))
            case 7:
                self.resolve("h", night, RulingResult.UPHELD, extend=5)

    def told(self, night: int) -> dict[str, Any]:
        run = self.store.runs(self.site.key, limit=1)[0]
        score = run.score
        rulings = self.store.rulings(run_ids=[one.id for one in self.store.runs(self.site.key)])
        return {
            "night": night, "run": run.state, "said": self.states[night],
            "score": [str(score.low), str(score.high)] if score else None,
            "cases": {name: told_of(case) for name, case in self.named().items()},
            "rulings": [
                [one.result, *(str(figure) for figure in (one.low_before, one.high_before, one.low_after, one.high_after))]
                for one in rulings
            ],
        }  # fmt: skip


def told_of(case: Case) -> dict[str, Any]:
    return {
        "state": case.state, "first": night_of(case.first_seen), "last": night_of(case.last_seen),
        "due": case.due.isoformat()[5:] if case.due else "-", "nights": case.nights,
        "events": [
            " ".join(
                [
                    str(night_of(event.at)), event.by, event.deed, event.state,
                    event.day.isoformat()[5:] if event.day else "-",
                ]
            )
            for event in case.history
        ],
    }  # fmt: skip


def night_of(at: datetime) -> int:
    return (at.astimezone(SHANGHAI).date() - FIRST).days


def main(url: str, folder: str) -> None:
    with open_store(url, Path(folder) / "archive") as store:
        play = Play(store, Path(folder))
        run_loop(play.run)


if __name__ == "__main__":
    main(*sys.argv[1:])
