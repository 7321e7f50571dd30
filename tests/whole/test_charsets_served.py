"""Charsets over HTTP: every way in which header, meta and bytes go together, fetched by the crawler in one crawl."""

from pathlib import Path
from typing import NamedTuple

from audit.profiles import profile_of
from model import ColumnDirectory, PageFacts
from reading import read
from storage import open_store
from tests.whole.gate import duwang
from tests.whole.small_site import Answer, small_site

WORDS = "青禾县政府关于做好二季度信息公开工作的通知，请各局和各镇认真落实"
TRADITIONAL = "青禾縣政府關於做好二季度資訊公開工作的通知，請各局和各鎮認真落實"
RARE = "镕𠮷䶮"


class Case(NamedTuple):
    name: str
    body: bytes
    header: str | None
    actual: str
    lies: bool
    replaced: int = 0
    words: str = WORDS
    double: bool = False


def html(meta: str = "", words: str = WORDS, before: str = "") -> str:
    declared = f'<meta http-equiv="Content-Type" content="text/html; charset={meta}">' if meta else ""
    # long enough to be a page, and no list
    return f"<html><head>{before}{declared}<title>{words[:10]}</title></head><body><p>{words}。{words}。</p></body></html>"


def cut(body: bytes, at: str, charset: str) -> bytes:
    """A CMS that cuts texts by bytes: of the first character of the last `at` only one byte is left."""
    start = body.rindex(at.encode(charset))
    return body[: start + 1] + body[start + len(at[0].encode(charset)) :]


LATE = "<!--" + "x" * 5200 + "-->"
TWICE = html("utf-8").encode().decode("latin-1").encode()
CASES = (
    Case("gbk_under_a_utf8_header", html().encode("gbk"), "utf-8", "gb18030", True),
    Case("utf8_under_a_gbk_header", html().encode(), "GBK", "utf-8", True),
    Case("utf8_under_a_gb2312_meta", html("gb2312").encode(), None, "utf-8", True),
    Case("meta_after_5_kb", html("gbk", before=LATE).encode("gbk"), None, "gb18030", False),
    Case("utf8_mark_under_a_gbk_header", b"\xef\xbb\xbf" + html().encode(), "gbk", "utf-8", True),
    Case("utf16_mark_under_a_gb2312_meta", ("\ufeff" + html("gb2312")).encode("utf-16-le"), None, "utf-16-le", True),
    Case("utf16_of_a_word_processor", ("\ufeff" + html("unicode")).encode("utf-16-be"), None, "utf-16-be", False),
    Case("big5", html("big5", TRADITIONAL).encode("big5"), "big5", "big5hkscs", False, words=TRADITIONAL),
    Case("utf16_without_a_mark", html().encode("utf-16-le"), None, "utf-16-le", False),
    Case("utf8_with_a_broken_byte", cut(html("utf-8").encode(), "。</p>", "utf-8"), "utf-8", "utf-8", False, 1),
    Case("gbk_with_half_a_character", cut(html("gbk").encode("gbk"), "。</p>", "gbk"), "gbk", "gb18030", False, 1),
    Case(
        "gbk_with_a_utf8_footer",
        html("gbk").encode("gbk").replace(b"</body>", "<p>版权所有</p></body>".encode()), None, "gb18030", False,
    ),
    Case("encoded_twice", TWICE, "utf-8", "utf-8", False, double=True),
    Case("four_byte_characters_under_gb2312", html("gb2312", RARE + WORDS).encode("gb18030"), None, "gb18030", False, words=RARE + WORDS),
    Case("gbk_that_nobody_declares", html().encode("gbk"), None, "gb18030", False),
    Case("header_and_meta_contradict", html("gbk").encode("gbk"), "utf-8", "gb18030", True),
)  # fmt: skip


def test_sixteen_pages_in_one_crawl(tmp_path: Path) -> None:
    kinds = {case.name: f"text/html; charset={case.header}" if case.header else "text/html" for case in CASES}
    pages: dict[str, Answer | str] = {
        f"/zw/{case.name}.html": Answer(case.body, kind=kinds[case.name]) for case in CASES
    }
    pages["/"] = "<title>青禾县</title>" + "".join(
        f"<p><a href='/zw/{case.name}.html'>{case.name}</a></p>" for case in CASES
    )
    with small_site(pages, lambda path: Answer(b"", 404)) as (home, _):
        said = duwang(
            "audit", home, "--allow-private", "--no-browser", "--delay", "0", "--confirm-after", "1", "--json", "--out", "out",
            cwd=tmp_path,
        )  # fmt: skip
    assert said.code in (0, 2), said
    seen: dict[str, PageFacts] = {}
    with open_store(f"sqlite:///{tmp_path / 'duwang-data' / 'duwang.sqlite3'}") as store:
        run = store.run(said.json()["run"]["id"])
        for snapshot, body in store.bodies(run.id):
            name = snapshot.url.rpartition("/")[2].removesuffix(".html")
            seen[name] = read(snapshot, body, run.site, ColumnDirectory())
        profile = profile_of(home, store)
    for case in CASES:
        facts = seen[case.name]
        charset = facts.charset
        assert (charset.actual, charset.mismatch, charset.double_encoded) == (
            case.actual,
            case.lies,
            case.double,
        ), case.name
        if case.name == "gbk_with_a_utf8_footer":
            assert charset.replaced <= 4, case.name
        else:
            assert charset.replaced == case.replaced, case.name
        assert case.words in facts.text, case.name
        assert facts.title == case.words[:10], case.name
    lies = sum(case.lies for case in CASES)
    assert (profile.charset_lies, profile.charset) == (lies, "gb18030") and lies == 6
    told = duwang("sites", "show", home, "--lang", "en", cwd=tmp_path).out
    assert f"Pages whose declared charset is not what their bytes are: {lies}" in told
