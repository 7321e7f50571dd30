"""网页 All pages of one site: home, six columns, some twenty articles, the disclosure platform; and its outside hosts' few.

The layout is that of a common content system: a menu, rows with dates, 翻页 script, metas, a foot with its marks. Dates
count from `today`, so that what is fresh and what is stale does not depend on the day of the run.
"""

import random
from datetime import date, timedelta
from html import escape

from bench.answer import JPEG, NOT_FOUND, PDF, Answer
from bench.country.census import CLOSED, SLOWEST_ROBOTS, Plant, Robots, Town
from bench.words import paragraphs, title

NEWS, STATISTICS = ("工作动态", "gzdt"), ("统计信息", "tjxx")
COLUMNS = (
    NEWS,
    ("通知公告", "tzgg"),
    ("政策文件", "zcwj"),
    ("政策解读", "zcjd"),
    ("财政预决算", "czyjs"),
    STATISTICS,
)
GUIDE = ("政府信息公开指南", "zfxxgkzn")
PLATFORM = (
    GUIDE,
    ("政府信息公开制度", "zfxxgkzd"),
    ("法定主动公开内容", "fdzdgknr"),
    ("政府信息公开年报", "zfxxgknb"),
)
DEAD_PAGE, DEAD_FILE = "/lszl/2018/t20180601_900001.html", "/lszl/2018/P0201806019000.pdf"
DEAD_OUTSIDE = "/xwzx/2019/t20190301_700001.html"
_STALE_DAYS = 400
_STYLE = "".join(
    f".b{number} ul li{{line-height:{20 + number % 9}px;padding:0 {number % 7}px;color:#3{number % 10}3;}}\n"
    for number in range(60)
)
_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
_JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")


def pages(town: Town, today: date, port: int, seed: int = 1) -> dict[str, Answer]:
    """全部网页 By path. `today`: dates count from it; `port`: where the names of others are served."""
    return _Site(town, today, port, seed).answers


def outside_pages(host: str) -> dict[str, Answer]:
    """站外网页 Of a host that is on no roster: a home page and one more."""
    text = f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{host}</title></head><body><h1>省级部门网站</h1><p>{host}</p></body></html>"
    return {"/": Answer(text.encode()), "/xwzx/": Answer(text.encode())}


class _Site:
    def __init__(self, town: Town, today: date, port: int, seed: int) -> None:
        self._town, self._today, self._port = town, today, port
        self._chance = random.Random(f"{seed}/{town.number}/pages")
        self._rows: dict[str, list[tuple[str, str, date]]] = {}
        self.answers: dict[str, Answer] = {}
        entries = (("政府信息公开", "zfxxgk"), *COLUMNS)
        self._menu = "".join(f'<li><a href="/{key}/">{name}</a></li>' for name, key in entries)
        for name, key in COLUMNS:
            self._column(name, key)
        self._platform()
        self._home()
        self._rest()

    def _column(self, name: str, key: str) -> None:
        plants, chance = self._town.plants, self._chance
        count = 0 if (name, key) == STATISTICS and Plant.BLANK in plants else chance.randint(3, 5)
        youngest = _STALE_DAYS if (name, key) == NEWS and Plant.STALE in plants else 1
        rows = self._rows[key] = []
        for number in range(count):
            on = self._today - timedelta(days=youngest + number * chance.randint(3, 9))
            rows.append(
                (
                    f"/{key}/{on:%Y%m}/t{on:%Y%m%d}_{100000 + number}.html",
                    f"{title(chance)}（{number + 1}）",
                    on,
                )
            )
        trail = f'&gt; <a href="/{key}/">{name}</a>'
        metas = f'<meta name="ColumnName" content="{name}">'
        shown = (
            f'<div class="list"><ul>{"".join(map(_row, rows))}</ul></div>'
            if rows
            else '<div class="list"><ul></ul></div>'
        )
        turning = '<div class="page"><script>createPageHTML(1, 0, "index", "html");</script></div>'
        self._page(f"/{key}/", name, shown + turning, trail, metas)
        for number, (path, head, on) in enumerate(rows):
            extra = self._extra() if (name, number) == (COLUMNS[1][0], 0) else ""
            self._article(path, head, on, trail, metas, extra)

    def _extra(self) -> str:
        """What stands under one article of 通知公告: attachments, links to others, and what is planted there."""
        plants, found = self._town.plants, ['<a href="/tzgg/fj/P0001.pdf">附件：汇总表</a>']
        for host in self._town.abroad:
            found.append(f'<a href="http://{host}:{self._port}/">上级部门网站</a>')
        if Plant.DEAD_LINK in plants:
            found.append(f'<a href="{DEAD_PAGE}">往年资料汇编</a>')
        if Plant.DEAD_FILE in plants:
            found.append(f'<a href="{DEAD_FILE}">附件：往年统计表</a>')
        if Plant.DEAD_OUTSIDE in plants:
            found.append(
                f'<a href="http://{self._town.abroad[0]}:{self._port}{DEAD_OUTSIDE}">上级部门通报原文</a>'
            )
        return "".join(f"<p>{one}</p>" for one in found)

    def _article(self, path: str, head: str, on: date, trail: str, metas: str, extra: str) -> None:
        text = f"""<div class="article"><h1>{head}</h1><div class="info">发布时间：{on}　来源：{self._town.name}人民政府</div>
<div class="content">{paragraphs(self._chance, self._chance.randint(4, 16))}{extra}</div></div>"""
        metas += f'<meta name="ArticleTitle" content="{head}"><meta name="PubDate" content="{on} 09:00">'
        self._page(path, head, text, f"{trail} &gt; 正文", metas)

    def _platform(self) -> None:
        blocks = [one for one in PLATFORM if one != GUIDE or Plant.NO_GUIDE not in self._town.plants]
        rows = "".join(f'<li><a href="/zfxxgk/{key}/">{name}</a></li>' for name, key in blocks)
        trail = '&gt; <a href="/zfxxgk/">政府信息公开</a>'
        self._page("/zfxxgk/", "政府信息公开", f'<div class="leftmenu"><ul>{rows}</ul></div>', trail)
        for name, key in blocks:
            text = f'<div class="content"><h1>{name}</h1>{paragraphs(self._chance, 6)}</div>'
            self._page(f"/zfxxgk/{key}/", name, text, f'{trail} &gt; <a href="/zfxxgk/{key}/">{name}</a>')

    def _home(self) -> None:
        blocks = "".join(
            f'<div class="block"><h3><a href="/{key}/">{name}</a></h3><ul>{"".join(map(_row, self._rows[key]))}</ul></div>'
            for name, key in COLUMNS
        )
        self._page("/", "首页", blocks)

    def _rest(self) -> None:
        for path in ("/images/jiucuo.jpg", "/images/dzjg.jpg"):
            self.answers[path] = Answer(_JPEG, JPEG)
        self.answers["/tzgg/fj/P0001.pdf"] = Answer(_PDF, PDF)
        for path, name in (("/jiucuo.html", "我为政府网站找错"), ("/conac.html", "党政机关网站标识")):
            self._page(path, name, f"<div class='content'>{paragraphs(self._chance, 3)}</div>")
        self.answers["/robots.txt"] = _robots(self._town.robots)
        if self._town.robots is Robots.PART:
            self._page(f"{CLOSED}login.html", "内部系统", "<div class='content'>请登录</div>")

    def _page(self, path: str, name: str, content: str, trail: str = "", metas: str = "") -> None:
        town = self._town
        charset = "gb2312" if town.gbk else "utf-8"
        position = f'<div class="position">当前位置：<a href="/">首页</a>{trail}</div>' if trail else ""
        code = "" if Plant.NO_MARK in town.plants else f"　网站标识码：{town.code}"
        record = (
            ""
            if Plant.NO_RECORD in town.plants
            else f"<p><a href='/conac.html'>云ICP备{town.number:08}号-1</a>　<span>滇公网安备 99019902{town.number:06}号</span></p>"
        )
        closed = f'<a href="{CLOSED}login.html">内部系统</a>' if town.robots is Robots.PART else ""
        text = f"""<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}">
<title>{escape(name)}-{town.title}</title><meta name="SiteName" content="{town.title}"><meta name="SiteIDCode" content="{town.code}">{metas}
<style>{_STYLE}</style></head><body><div class="header"><h2>{town.title}</h2></div>
<div class="nav"><ul><li><a href="/">首页</a></li>{self._menu}</ul></div>{position}{content}
<div class="footer"><p>主办单位：{town.organiser}{code}　联系电话：0808-10120001</p>{record}<p>{closed}
<a href="/jiucuo.html"><img src="/images/jiucuo.jpg" alt="我为政府网站找错"></a>
<a href="/conac.html"><img src="/images/dzjg.jpg" alt="党政机关网站标识"></a></p></div></body></html>"""
        self.answers[path] = Answer(text.encode("gb18030" if town.gbk else "utf-8"))


def _row(row: tuple[str, str, date]) -> str:
    path, head, on = row
    return f'<li><a href="{path}" title="{head}">{head}</a><span>{on}</span></li>'


def _robots(kind: Robots) -> Answer:
    closed = {
        Robots.OPEN: "Disallow:",
        Robots.PART: f"Disallow: {CLOSED}",
        Robots.UNHURRIED: f"Crawl-delay: {SLOWEST_ROBOTS}\nDisallow:",
    }.get(kind)
    return Answer(f"User-agent: *\n{closed}\n".encode(), "text/plain") if closed else NOT_FOUND
