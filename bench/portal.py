"""测算网站 A portal of any size, the same for the same size and seed, with the truth of what is dead in it.

Lists of twenty rows with 翻页 scripts, articles of about 15 KB, one column in GBK, attachments and images,
addresses that redirect, and 2 % dead targets (at least twelve): 404, 410, a 200 that says the page does not
exist, missing attachments and images, missing rows of lists. Everything else answers.

`alike`: a portal whose pages cost the same to look at whatever its size, for growth curves and for programs that run no
scripts: always forty columns (so the menu, and the links of a page, do not grow), lists that are paged by plain links,
a tenth of it in GBK, files of real sizes.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bench.answer import GONE, JPEG, MOVED, NOT_FOUND, PDF, SOFT_404, Answer
from bench.frame import navigation, page
from bench.words import paragraphs, title

AS_OF = datetime(2026, 11, 20, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
ROWS = 20
SMALLEST = 100
FEWEST_DEAD = 12  # so that a small portal has two of every kind
_COLUMNS = (("工作动态", "gzdt"), ("通知公告", "tzgg"), ("政策文件", "zcwj"), ("政策解读", "zcjd"), ("部门动态", "bmdt"), ("乡镇动态", "xzdt"),
            ("财政预决算", "czyjs"), ("统计信息", "tjxx"))  # fmt: skip
_PLATFORM = (
    ("政府信息公开指南", "zfxxgkzn"),
    ("政府信息公开制度", "zfxxgkzd"),
    ("法定主动公开内容", "fdzdgknr"),
    ("政府信息公开年报", "zfxxgknb"),
)
_GBK = "tzgg"
_ALIKE_COLUMNS = 40
_ALIKE_GBK = frozenset({_GBK, "zt05", "zt15", "zt25"})
# of attachments and images of a portal that is `alike`
_FILE_BYTES = (12_000, 20_000, 28_000, 40_000, 64_000)
_JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")
_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@dataclass
class Truth:
    """真值 Paths of the portal. `dead`: each dead target and the pages that link to it; all the rest is alive."""

    pages: int = 0  # HTML pages that are there
    dead: dict[str, set[str]] = field(default_factory=dict)
    redirects: set[str] = field(default_factory=set)
    attachments: set[str] = field(default_factory=set)  # those that are there
    gbk: set[str] = field(default_factory=set)


@dataclass
class Portal:
    """网站 Every address it answers, and the truth about them."""

    answers: dict[str, Answer]
    truth: Truth


@dataclass
class _Article:
    path: str
    title: str
    on: date
    dead: bool = False
    extra: list[str] = field(default_factory=list)  # what stands under its text


def build(pages: int = 1000, seed: int = 1, least: int = SMALLEST, *, alike: bool = False) -> Portal:
    """造网站 A portal of about `pages` HTML pages (at least `least`); `truth.pages` says how many exactly."""
    return _Builder(max(pages, least), seed, alike).portal()


class _Builder:
    def __init__(self, pages: int, seed: int, alike: bool) -> None:
        self._chance = random.Random(seed)
        self._alike = alike
        self._gbk = _ALIKE_GBK if alike else frozenset({_GBK})
        self._files = [random.Random(number).randbytes(size) for number, size in enumerate(_FILE_BYTES)]
        self._answers: dict[str, Answer] = {}
        self._truth = Truth()
        # Lists of more than ten pages are rare; a larger portal has more columns, unless its pages are to stay alike.
        more = _ALIKE_COLUMNS - len(_COLUMNS) if alike else pages // 200
        topics = tuple((f"专题资料{number:02}", f"zt{number:02}") for number in range(1, more + 1))
        self._columns = (*_COLUMNS, *topics)
        self._menu = navigation(
            (("政府信息公开", "/zfxxgk/"), *((name, f"/{key}/") for name, key in self._columns))
        )
        each = max(3, round((pages - 3 - len(_PLATFORM)) * ROWS / (ROWS + 1) / len(self._columns)))
        self._articles = {key: self._write(key, each) for _, key in self._columns}
        self._wanted_dead = max(FEWEST_DEAD, round(pages * 0.02))

    def portal(self) -> Portal:
        self._plant_dead()
        self._plant_living()
        for name, key in self._columns:
            self._column(name, key)
        self._platform()
        self._home()
        for path in ("/images/jiucuo.jpg", "/images/dzjg.jpg"):
            self._answers[path] = Answer(_JPEG, JPEG)
        for path, name in (("/jiucuo.html", "我为政府网站找错"), ("/conac.html", "党政机关网站标识")):
            self._page(
                path, page(name, self._menu, f"<div class='content'>{paragraphs(self._chance, 3)}</div>")
            )
        self._answers["/robots.txt"] = Answer(b"User-agent: *\nDisallow:\n", "text/plain")
        return Portal(self._answers, self._truth)

    def _write(self, key: str, count: int) -> list[_Article]:
        """Newest first, all within the last 300 days, so that every list page lies inside the longest period."""
        found = []
        for number in range(count):
            on = AS_OF.date() - timedelta(days=1 + number * 300 // max(count, 60))
            found.append(
                _Article(
                    f"/{key}/{on:%Y%m}/t{on:%Y%m%d}_{100000 + number}.html",
                    f"{title(self._chance)}（{number + 1}）",
                    on,
                )
            )
        return found

    def _plant_dead(self) -> None:
        """Dead targets in turn: a page 404, 410, soft 404, an attachment, an image, a row of a list."""
        everywhere = [article for articles in self._articles.values() for article in articles]
        rows = self._chance.sample(
            [one for one in everywhere if one.path.split("/")[1] not in self._gbk], self._wanted_dead // 6
        )
        for row in rows:
            row.dead = True
            self._dead(row.path, NOT_FOUND)
        carriers = [article for article in everywhere if not article.dead]
        kinds = (
            ("html", NOT_FOUND),
            ("html", GONE),
            ("html", SOFT_404),
            ("pdf", NOT_FOUND),
            ("jpg", NOT_FOUND),
        )
        for number in range(self._wanted_dead - len(rows)):
            suffix, answer = kinds[number % len(kinds)]
            where = f"/lszl/{2015 + number % 4}/t2015{number % 12 + 1:02}01_{900000 + number}.{suffix}"
            self._dead(where, answer)
            for carrier in self._chance.sample(carriers, 1 + number % 3):
                self._link(carrier, where, suffix)
                self._truth.dead[where].add(carrier.path)

    def _dead(self, path: str, answer: Answer) -> None:
        self._answers[path] = answer
        self._truth.dead[path] = set()

    def _link(self, carrier: _Article, path: str, suffix: str) -> None:
        carrier.extra.append(
            f'<p><img src="{path}" alt="配图"></p>' if suffix == "jpg"
            else f'<p>{"附件" if suffix == "pdf" else "相关资料"}：<a href="{path}">{title(self._chance)}</a></p>'
        )  # fmt: skip

    def _plant_living(self) -> None:
        """Links that must not be accused: redirects (1 % of articles), attachments and images (5 % each)."""
        living = [one for articles in self._articles.values() for one in articles if not one.dead]
        for number, carrier in enumerate(self._chance.sample(living, max(1, len(living) // 100))):
            path = f"/old/{number}.html"
            self._answers[path] = (MOVED if self._alike else Answer(b"", status=301))._replace(
                location=self._chance.choice(living).path
            )
            self._truth.redirects.add(path)
            self._link(carrier, path, "html")
        for suffix, body, kind in (("pdf", _PDF, PDF), ("jpg", _JPEG, JPEG)):
            for number, carrier in enumerate(self._chance.sample(living, len(living) // 20)):
                path = f"{carrier.path.rsplit('/', 1)[0]}/P0{carrier.on:%Y%m%d}{number:06}.{suffix}"
                self._answers[path] = Answer(
                    body + self._files[number % len(self._files)] if self._alike else body, kind
                )
                self._truth.attachments.add(path)
                self._link(carrier, path, suffix)

    def _column(self, name: str, key: str) -> None:
        articles = self._articles[key]
        pages = -(-len(articles) // ROWS)
        metas = f'<meta name="ColumnName" content="{name}">'
        trail = f'&gt; <a href="/{key}/">{name}</a>'
        for number in range(pages):
            path = f"/{key}/" if number == 0 else f"/{key}/index_{number}.html"
            rows = articles[number * ROWS : (number + 1) * ROWS]
            content = f"""<div class="list"><ul>{"".join(map(_row, rows))}</ul></div>
<div class="page">{self._pager(key, pages, number)}</div>"""
            self._page(path, page(name, self._menu, content, trail=trail, metas=metas, gbk=key in self._gbk))
            for row in rows:
                if row.dead:
                    self._truth.dead[row.path].add(path)
        for article in articles:
            if not article.dead:
                self._article(article, trail, metas, gbk=key in self._gbk)

    def _pager(self, key: str, pages: int, number: int) -> str:
        if not self._alike:
            return f'<script>createPageHTML({pages}, {number}, "index", "html");</script>'
        near = sorted({0, pages - 1, *range(max(0, number - 3), min(pages, number + 4))})
        links = (f'<a href="/{key}/{f"index_{one}.html" if one else ""}">{one + 1}</a>' for one in near)
        return f"共{pages}页 {' '.join(links)}"

    def _article(self, article: _Article, trail: str, metas: str, *, gbk: bool) -> None:
        living = [one for one in self._articles[article.path.split("/")[1]] if not one.dead]
        related = "".join(map(_row, self._chance.sample(living, min(3, len(living)))))
        content = f"""<div class="article"><h1>{article.title}</h1><div class="info">发布时间：{article.on}　来源：测算县人民政府</div>
<div class="content">{paragraphs(self._chance, 17)}{"".join(article.extra)}</div><div class="related"><h3>相关信息</h3><ul>{related}</ul></div></div>"""
        metas += f'<meta name="ArticleTitle" content="{article.title}"><meta name="PubDate" content="{article.on} 09:00">'
        self._page(
            article.path,
            page(article.title, self._menu, content, trail=f"{trail} &gt; 正文", metas=metas, gbk=gbk),
        )

    def _platform(self) -> None:
        rows = "".join(f'<li><a href="/zfxxgk/{key}/">{name}</a></li>' for name, key in _PLATFORM)
        trail = '&gt; <a href="/zfxxgk/">政府信息公开</a>'
        self._page(
            "/zfxxgk/",
            page("政府信息公开", self._menu, f'<div class="leftmenu"><ul>{rows}</ul></div>', trail=trail),
        )
        for name, key in _PLATFORM:
            content = f'<div class="content"><h1>{name}</h1>{paragraphs(self._chance, 6)}</div>'
            self._page(
                f"/zfxxgk/{key}/",
                page(name, self._menu, content, trail=f'{trail} &gt; <a href="/zfxxgk/{key}/">{name}</a>'),
            )

    def _home(self) -> None:
        blocks = "".join(
            f'<div class="block"><h3><a href="/{key}/">{name}</a></h3><ul>'
            f"{''.join(map(_row, self._newest(key)))}</ul></div>"
            for name, key in self._columns[:6]
        )
        self._page("/", page("首页", self._menu, blocks))

    def _newest(self, key: str) -> Iterator[_Article]:
        for article in self._articles[key][:8]:
            if article.dead:
                self._truth.dead[article.path].add("/")
            yield article

    def _page(self, path: str, answer: Answer) -> None:
        self._answers[path] = answer
        self._truth.pages += 1
        if b"charset=gb2312" in answer.body[:200]:
            self._truth.gbk.add(path)


def _row(article: _Article) -> str:
    return f'<li><a href="{article.path}" title="{article.title}">{article.title}</a><span>{article.on}</span></li>'
