"""Queries as a browser sends them from pages of older charsets. Every expectation was seen in Chromium."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from model import PageFacts
from reading.address import resolve
from reading.query_encoding import encoded_query

AT = "http://rsj.example/a/page.html"

SENT = [
    ("gbk", "公开", "%B9%AB%BF%AA"),
    ("gbk", "☃雪", "%26%239731%3B%D1%A9"),
    ("gbk", "☃☃雪", "%26%239731%3B%26%239731%3B%D1%A9"),
    ("gbk", "䶮", "%FE%9F"),
    ("gbk", "€", "%80"),
    ("gbk", "𠀀", "%26%23131072%3B"),
    ("gbk", "①￥·—", "%A2%D9%A3%A4%A1%A4%A1%AA"),
    ("gbk", "︐龴", "%A6%D9%FEY"),
    ("gb18030", "☃雪", "%817%A30%D1%A9"),
    ("gb18030", "€", "%A2%E3"),
    ("gb18030", "𠀀", "%952%826"),
    ("big5", "公開", "%A4%BD%B6}"),
    ("big5", "开", "%26%2324320%3B"),
    ("big5", "€￥／¢", "%A3%E1%A2D%A1%FE%26%23162%3B"),
    ("euc-kr", "한公开", "%C7%D1%CD%EB%26%2324320%3B"),
    ("shift_jis", "日①ⅰ开", "%93%FA%87@%FA@%26%2324320%3B"),
    ("euc-jp", "日ⅰ", "%C6%FC%FC%F1"),
    ("windows-1252", "é€公", "%E9%80%26%2320844%3B"),
    ("koi8-r", "я", "%D1"),
    ("utf-8", "公", "%E5%85%AC"),
]


@pytest.mark.parametrize(("encoding", "text", "wanted"), SENT)
def test_what_a_browser_sends(encoding: str, text: str, wanted: str) -> None:
    assert resolve(AT, f"/s?q={text}", encoding) == f"http://rsj.example/s?q={wanted}"


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("/x?q=公 ", "/x?q=%B9%AB"),
        ("/x?q=公\n开", "/x?q=%B9%AB%BF%AA"),
        (" /x?q=公开 \t", "/x?q=%B9%AB%BF%AA"),
        ("/x?a{b}|^`\\公\"<>'~", "/x?a{b}|^`\\%B9%AB%22%3C%3E%27~"),
        ("/x?q=a b公", "/x?q=a%20b%B9%AB"),
        ("/x?q=%E5%85%AC公", "/x?q=%E5%85%AC%B9%AB"),
    ],
)
def test_the_rest_of_a_query_stays_as_the_standard_has_it(raw: str, wanted: str) -> None:
    assert resolve(AT, raw, "gbk") == f"http://rsj.example{wanted}"


@pytest.mark.parametrize(
    ("encoding", "digest"),
    [("gbk", "de5e2c38b7cd840d"), ("gb18030", "4216ea35459e3a5c"), ("big5", "64e38de3cef6a7e9")],
)
def test_every_character_of_the_basic_plane_goes_out_as_chromium_sent_it(encoding: str, digest: str) -> None:
    """The digest is of Chromium's own `location.search` for each character from U+00A0 to U+FFFF, surrogates left out."""
    told = hashlib.sha256()
    for code in (*range(0xA0, 0xD800), *range(0xE000, 0x10000)):
        told.update(encoded_query(chr(code), encoding).encode() + b"\n")
    assert told.hexdigest()[:16] == digest


LINK = '<a href="/uni.jsp?q=&#9731;雪">雪</a>'
GBK, FOUR, UTF8 = "q=%26%239731%3B%D1%A9", "q=%817%A30%D1%A9", "q=%E2%98%83%E9%9B%AA"
WORDS = "<p>政府信息公开通知公告的一是在不了有和人这上中大国</p>"


@pytest.mark.parametrize(
    ("name", "meta", "header", "codec", "rendered", "wanted"),
    [
        ("a page of gb2312", "gb2312", None, "gbk", False, GBK),
        ("a page of gbk by its server", None, "GBK", "gbk", False, GBK),
        ("a page of gb18030", "gb18030", None, "gb18030", False, FOUR),
        ("the server counts before the page", "gb18030", "gb2312", "gbk", False, GBK),
        ("a page that says nothing", None, None, "gbk", False, GBK),
        ("a page that says what it is not", "utf-8", None, "gbk", False, GBK),
        ("a page of UTF-8 that says gb2312", "gb2312", None, "utf-8", False, UTF8),
        ("a page of UTF-8", "utf-8", None, "utf-8", False, UTF8),
        ("drawn by a browser from gb2312", "gb2312", "utf-8", "utf-8", True, GBK),
        ("drawn by a browser from gb18030", "gb18030", "utf-8", "utf-8", True, FOUR),
        ("drawn by a browser from UTF-8", "utf-8", "utf-8", "utf-8", True, UTF8),
        ("drawn by a browser, without a word", None, "utf-8", "utf-8", True, UTF8),
    ],
)
def test_the_charset_that_counts(
    facts: Callable[..., PageFacts],
    name: str,
    meta: str | None,
    header: str | None,
    codec: str,
    rendered: bool,
    wanted: str,
) -> None:
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={meta}">' if meta else ""
    told: dict[str, Any] = {
        "headers": {"content-type": "text/html" + (f"; charset={header}" if header else "")}
    }
    body = f"<html><head>{head}</head><body>{LINK}{WORDS}</body></html>".encode(codec)
    (link,) = facts(body, AT, rendered=rendered, **told).links
    assert link.url == f"http://rsj.example/uni.jsp?{wanted}", name
