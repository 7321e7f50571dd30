"""台江县 in the year of its assessment, on loopback: the portal with a part for each unit, and three sites beside it.

What the sites show depends on the day somebody looks. The names of the forty units are those of 台府办函〔2021〕12号; what is
wrong with them here is made up.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import NamedTuple

PARK = ("贵州台江经济开发区",)
TOWNS = ("革一镇", "台盘乡", "排羊乡", "方召镇", "南宫镇", "施洞镇", "老屯乡", "台拱街道", "萃文街道")
OFFICES = (
    "发展改革局", "财政局", "统计局", "审计局", "水务局", "农业农村局", "乡村振兴局", "文体广电旅游局", "林业局",
    "工业信息化和商务局", "人力资源和社会保障局", "公安局", "住房和城乡建设局", "民政局", "民族宗教事务局", "自然资源局",
    "交通运输局", "教育和科技局", "卫生健康局", "市场监督管理局", "应急管理局", "司法局", "投资促进局", "政务服务中心",
    "机关事务服务中心", "供销社", "医疗保障局", "退役军人事务局",
)  # fmt: skip
VERTICAL = ("国家税务总局台江县税务局", "黔东南州生态环境局台江分局")
HOUSED = (*TOWNS, *OFFICES)  # they have a part of the portal each, the other three have sites of their own

PORTAL = "9922630001"
OWN = dict(zip((*PARK, *VERTICAL), ("9922630002", "9922630003", "9922630004"), strict=True))
CODES = (PORTAL, *OWN.values())
PORT = 18021  # the numbers of findings, and with them the tour, hold for one address


class Spell(NamedTuple):
    """断更 From `since` to `until` the newest news stays that of `since`."""

    since: date
    until: date


NEVER = date(2099, 1, 1)
SPELLS = {
    "财政局": (Spell(date(2021, 2, 8), date(2021, 5, 10)), Spell(date(2021, 7, 12), date(2021, 10, 8))),
    "水务局": (Spell(date(2021, 5, 20), NEVER),),
    "台盘乡": (Spell(date(2021, 2, 1), date(2021, 9, 1)), Spell(date(2021, 11, 5), NEVER)),
    "民政局": (Spell(date(2021, 11, 10), date(2022, 1, 4)),),
    "交通运输局": (Spell(date(2021, 11, 15), NEVER),),
    "司法局": (Spell(date(2021, 11, 18), date(2021, 12, 20)),),
    "贵州台江经济开发区": (Spell(date(2021, 10, 1), NEVER),),
}
BLANK = {"审计局": date(2021, 1, 1), "林业局": date(2021, 1, 1), "施洞镇": date(2021, 9, 1)}
HOLLOW = {"自然资源局": date(2021, 6, 1)}  # an empty column of plans until then
DEAD = {"教育和科技局": 2, "老屯乡": 1}
DOWN = {"国家税务总局台江县税务局": (date(2021, 6, 10),)}


def part(unit: str) -> str:
    """单位专栏 Its folder on the portal; the root of a site of its own."""
    return f"/bm{HOUSED.index(unit) + 1:02}/" if unit in HOUSED else "/"


class County:
    """`today`: the day somebody looks. `published`: what the portal shows at other addresses."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.today = date(2021, 1, 1)
        self.published: dict[str, bytes] = {}

    def home(self, code: str) -> str:
        return f"http://{self.host}:{PORT + CODES.index(code)}/"

    def newest(self, unit: str) -> date:
        """最新一条 Three days old, unless the unit has fallen silent."""
        for spell in SPELLS.get(unit, ()):
            if spell.since <= self.today < spell.until:
                return spell.since
        return self.today - timedelta(days=3)

    def answer(self, code: str, path: str) -> tuple[int, bytes]:
        if path in self.published:
            return 200, self.published[path]
        owner = next((unit for unit, own in OWN.items() if own == code), None)
        if owner and self.today in DOWN.get(owner, ()):
            return 503, b""
        text = self._portal(path) if owner is None else self._part(owner, path)
        return (200, text.encode()) if text else (404, "<title>404</title>页面不存在".encode())

    def _portal(self, path: str) -> str | None:
        if path == "/":
            links = "".join(f'<li><a href="{part(unit)}">{unit}</a></li>' for unit in HOUSED)
            return _page("台江县人民政府", "", f"<h2>部门和乡镇</h2><ul>{links}</ul>")
        unit = next((one for one in HOUSED if path.startswith(part(one))), None)
        return self._part(unit, path) if unit else _article(path)

    def _part(self, unit: str, path: str) -> str | None:
        root = part(unit)
        columns = {f"{root}gzdt/": "工作动态"}
        if self.today >= BLANK.get(unit, NEVER):
            columns[f"{root}zxft/"] = "在线访谈"
        if self.today < HOLLOW.get(unit, self.today):
            columns[f"{root}ghjh/"] = "规划计划"
        menu = "".join(f'<li><a href="{to}">{name}</a></li>' for to, name in {root: unit, **columns}.items())
        menu = f'<ul class="nav"><li><a href="/">首页</a></li>{menu}</ul>'
        if path == root:
            gone = "".join(
                f'<p><a href="{root}xz{n}.html">表格下载之{n}</a></p>' for n in range(DEAD.get(unit, 0))
            )
            return _page(unit, menu, f"{self._rows(unit)}{gone}")
        if path in columns:
            crumbs = f'<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="{root}">{unit}</a> &gt; {columns[path]}</div>'
            rows = "<ul></ul><p>暂无信息</p>" if path.endswith(("zxft/", "ghjh/")) else self._rows(unit)
            rows = f'<div class="list">{rows}</div>'
            return _page(columns[path], menu, crumbs + rows)
        return _article(path)

    def _rows(self, unit: str) -> str:
        """Three rows; those of all units link to the same three pages, so that a night is cheap."""
        days = [self.newest(unit) - timedelta(days=8 * number) for number in range(3)]
        rows = "".join(
            f'<li><a href="/xw/{number}.html">{unit}开展第{one:%m%d}号政务公开工作</a><span>{one}</span></li>'
            for number, one in enumerate(days)
        )
        return f"<ul>{rows}</ul>"


def _article(path: str) -> str | None:
    if path in ("/xw/0.html", "/xw/1.html", "/xw/2.html"):
        return _page("政务公开工作", "", f"<p>各项工作按计划推进，现将第{path[4]}类有关情况予以公开。</p>")
    return None


def _page(title: str, menu: str, body: str) -> str:
    return f'<html><head><meta charset="utf-8"><title>{title}</title></head><body>{menu}{body}</body></html>'


@contextmanager
def county() -> Iterator[County]:
    """The four sites, each at a port of its own; an address of loopback that nobody else is using."""
    for last in count(21):
        servers: list[ThreadingHTTPServer] = []
        made = County(f"127.20.21.{last}")
        try:
            for code in CODES:
                servers.append(_server(made, code))
        except OSError:
            for one in servers:
                one.server_close()
            if last == 60:
                raise
            continue
        break
    threads = [
        threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        for one in servers
    ]
    for thread in threads:
        thread.start()
    try:
        yield made
    finally:
        for one, thread in zip(servers, threads, strict=True):
            one.shutdown()
            one.server_close()
            thread.join()


def _server(made: County, code: str) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            status, body = (404, b"") if path == "/robots.txt" else made.answer(code, path)
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((made.host, PORT + CODES.index(code)), Handler)
    server.daemon_threads = True
    return server
