"""What an audit learns of a host is shown, kept, used by the next one, and stays as a person pinned it."""

import json
import re
from pathlib import Path
from typing import Any

from audit.profiles import profile_of
from storage import open_store
from tests.whole.gate import Said, duwang
from tests.whole.small_site import Answer, small_site

TITLE = "<title>清溪县人民政府</title>"  # one title for every page, as careless sites have
NAV = (
    '<div class="nav"><a href="/">首页</a><a href="/gzdt/">工作动态</a><a href="/lxwm/">联系我们</a>'
    '<a href="/zwgk/gone/">已撤的栏目</a></div>'
)
# words that no list of such words holds, the address that was asked for, and a time
ELSEWHERE = "<div class='main'><p>{path} 上面空空如也，去别处看看吧。查询编号 {number}</p></div>"


def page(main: str) -> str:
    return f"<html><head>{TITLE}</head><body>{NAV}<div class='main'>{main}</div></body></html>"


def rows(*numbers: int) -> str:
    made = (
        f"<li><a href='/gzdt/t20210{n}01_{n}.html'>第{n}次工作会议召开</a><i>2021-0{n}-01</i></li>"
        for n in numbers
    )
    return f"<ul>{''.join(made)}</ul>"


def article(n: int) -> str:
    return page(f"<h1>第{n}次工作会议召开</h1><p>发布时间：2021-0{n}-01</p><p>{'会议听取了汇报。' * 30}</p>")


PAGES: dict[str, Answer | str] = {
    "/": page(rows(1, 2, 3)),
    "/gzdt/": page(rows(1, 2, 3, 4, 5)),
    "/lxwm/": page("<p>县城东街一号院内三楼，周一至周五上班。</p>"),
    **{f"/gzdt/t20210{n}01_{n}.html": article(n) for n in (1, 2, 4)},
}


def audited(home: str, folder: Path, *more: str) -> Said:
    return duwang(
        "audit", home, "--allow-private", "--no-browser", "--delay", "0", "--confirm-after", "1", "--as-of", "2021-06-01",
        "--json", "--out", "out", *more, cwd=folder,
    )  # fmt: skip


def links(said: Said) -> dict[str, str]:
    return {
        one["verdict"]["locus"]: one["verdict"]["outcome"]
        for one in said.json()["findings"]
        if one["verdict"]["check"] == "dead_link"
    }


def shown(home: str, folder: Path, *more: str) -> str:
    said = duwang("sites", "show", home, *more, cwd=folder)
    assert said.code == 0, said
    return said.out


def profile(home: str, folder: Path) -> dict[str, Any]:
    """Read where `sites show --json` reads it."""
    with open_store(f"sqlite:///{folder / 'duwang-data' / 'duwang.sqlite3'}") as store:
        return profile_of(home, store).model_dump(mode="json")


def test_a_host_whose_pages_for_missing_addresses_say_so_in_no_known_words(tmp_path: Path) -> None:
    def missing(path: str) -> str:
        missing.number += 1  # type: ignore[attr-defined]
        return f"<html><head>{TITLE}</head><body>{NAV}{ELSEWHERE.format(path=path, number=missing.number)}"  # type: ignore[attr-defined]

    missing.number = 100  # type: ignore[attr-defined]
    with small_site(PAGES, missing) as (home, asked):
        first = audited(home, tmp_path)
        made_up = {path for path in asked if re.fullmatch(r"/(?:\w+/)*[0-9a-f]{16}\.html", path)}
        asked.clear()
        second = audited(home, tmp_path)
        assert not made_up & set(asked), "what was learned a moment ago is not asked for again"
    dead = {"/gzdt/t20210301_3.html": "fail", "/gzdt/t20210501_5.html": "fail", "/zwgk/gone/": "fail"}
    assert links(first) == links(second) == dead
    # which folders are asked about first hangs on the order in which pages come
    assert "/gzdt" in {path.rpartition("/")[0] for path in made_up} and len(made_up) <= 8
    assert not [path for path in made_up if path in first.out], "made-up addresses are nobody's pages"
    learned = profile(home, tmp_path)
    assert {one["outcome"] for one in learned["missing"]} == {"ok"}
    assert {one["folder"].rstrip("/") for one in learned["missing"]} >= {
        path.rpartition("/")[0] for path in made_up
    }
    assert learned["learned_run"] == second.json()["run"]["id"]
    assert "与之相同的页面按不存在处理" in shown(home, tmp_path)
    assert json.loads(shown(home, tmp_path, "--json")) == learned
    again = duwang("judge", "--against", "last", "--json", cwd=tmp_path).json()["findings"]
    assert again == second.json()["findings"]


def test_a_host_that_answers_everything_with_its_home_page_and_what_a_person_pins(tmp_path: Path) -> None:
    long_home = page(rows(1, 2, 4) + f"<p>{'清溪县位于山区，风景秀丽，物产丰富。' * 8}</p>")
    with small_site(PAGES | {"/": long_home}, lambda path: long_home) as (home, _):
        first = audited(home, tmp_path)
        assert links(first) == dict.fromkeys(
            ("/gzdt/t20210301_3.html", "/gzdt/t20210501_5.html", "/zwgk/gone/"), "unsure"
        ), "no more than a question"
        assert profile(home, tmp_path)["sends_home"] is True
        pinned = duwang(
            "sites", "pin", home, "sends_home=no", "charset=gbk", "--note", "栏目都在首页上", cwd=tmp_path
        )
        assert pinned.code == 0 and "（已钉住）" in pinned.out and "栏目都在首页上" in pinned.out
        assert links(audited(home, tmp_path)) == {}
    kept = profile(home, tmp_path)
    assert (kept["sends_home"], kept["charset"], kept["pinned"]) == (
        False,
        "gb18030",
        ["charset", "sends_home"],
    )


def test_an_honest_host_is_known_for_it(tmp_path: Path) -> None:
    with small_site(PAGES, lambda path: Answer(page("<p>空</p>").encode(), 404)) as (home, _):
        assert set(links(audited(home, tmp_path)).values()) == {"fail"}
    assert {one["outcome"] for one in profile(home, tmp_path)["missing"]} == {"gone"}
    assert "page is gone" in shown(home, tmp_path, "--lang", "en")


def test_what_cannot_be_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "duwang-data").mkdir()
    for words, sentence in (
        (("pin", "www.nowhere.gov.cn", "first_page=7"), "first_page is 0, 1, 2 or none, not “7”."),
        (("show", "www.nowhere.gov.cn"), "Nothing is known of www.nowhere.gov.cn yet"),
    ):
        said = duwang("sites", *words, "--lang", "en", cwd=tmp_path)
        assert said.code == 3 and sentence in said.err and not said.out
        assert said.err.count("\n") == 1
