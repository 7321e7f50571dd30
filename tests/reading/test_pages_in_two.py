"""A header that brought its own `</html>`: a browser shows what follows, so it is read."""

from collections.abc import Callable

import pytest

from model import PageFacts, PageKind

HEAD = "<html><head><title>某县</title></head><body><div class='header'><a href='/zwgk/'>政务公开</a></div></body></html>"
ROWS = "".join(f"<li><a href='t{n}.html'>第{n}号通知公告</a><span>2020-12-1{n}</span></li>" for n in range(6))
FOOT = "<div class='footer'>网站标识码：5203250001</div>"


@pytest.mark.parametrize(
    "rest",
    [
        f"<div><ul>{ROWS}</ul></div>{FOOT}",
        f"<html><head><meta name='x' content='y'></head><body><div><ul>{ROWS}</ul></div>{FOOT}</body></html>",
        f"<body><div><ul>{ROWS}</ul></div></body></html><html><body>{FOOT}</body></html>",
    ],
    ids=["bare", "a page of its own", "three pages"],
)
def test_what_follows_an_early_end_is_read(facts: Callable[..., PageFacts], rest: str) -> None:
    read = facts(HEAD + rest)
    assert read.kind is PageKind.LIST and read.main_list is not None
    assert (len(read.main_list.items), str(read.main_list.newest.dated.value)) == (6, "2020-12-15")
    assert read.marks.site_code is not None and read.marks.site_code.value == "5203250001"
    assert {link.raw for link in read.links} == {"/zwgk/", *(f"t{n}.html" for n in range(6))}
    assert read.title == "某县"


def test_words_between_two_pages_are_kept(facts: Callable[..., PageFacts]) -> None:
    read = facts("<body><p>甲</p></body></html><html><body>网站标识码：5203250001<p>乙</p></body></html>")
    assert read.marks.site_code is not None
