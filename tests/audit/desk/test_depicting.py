"""Pages drawn from the archive: the place is outlined, nothing of the page runs, and nobody is asked for anything."""

import struct
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from audit.desk.depicting import Depicting
from crawler import draw
from model import CaseState, Evidence, Finding, Verdict
from model.picture import Picture, PictureAsk
from report.messages import Messages
from storage import Store
from tests.storage import nouns
from tests.whole.small_site import Answer, small_site

SQLITE = pytest.mark.parametrize("place", ["sqlite"], indirect=True)
GBK = {"content-type": "text/html; charset=gb2312"}


def found(number: int, evidence: Evidence, **more: Any) -> Finding:
    told: Verdict = nouns.verdict(f"/{number}/", evidence=(evidence,), **{"parents": (), "url": ""} | more)
    return nouns.finding(told, state=CaseState.OPEN).model_copy(update={"points": Decimal(1)})


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n")
    wide, high = struct.unpack(">II", png[16:24])
    return wide, high


@pytest.mark.browser
def test_without_a_chinese_font_nothing_is_drawn_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fonts = f"<fontconfig><dir>{tmp_path}</dir><cachedir>{tmp_path}</cachedir></fontconfig>"
    (tmp_path / "fonts.conf").write_text(fonts)
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    done: list[Picture] = []
    draw(
        [PictureAsk(id="a", url="http://a.example/", body="汉字".encode())],
        lambda _ask, _url: None,
        done.append,
    )
    if done[0].reason == "no_browser":
        pytest.skip("no Chromium on this machine")
    assert (done[0].reason, done[0].page) == ("no_font", None)
    assert "中文字体" in Messages().text("picture.no_font")


@pytest.mark.browser
@SQLITE
def test_places_are_outlined_and_nobody_is_asked(store: Store) -> None:
    with small_site({}, lambda path: Answer(b"seen", 200)) as (home, asked):
        page = f"""<title>青禾县</title><meta http-equiv=refresh content='0;url={home}away'>
        <link rel=stylesheet href='{home}style.css'><img src='{home}x.png'><iframe src='{home}frame'></iframe>
        <link rel=preconnect href='{home}'><link rel=prefetch href='{home}next'>
        <script>document.body.innerHTML = ''; fetch('{home}script')</script><p>{"通知公告" * 400}</p>
        <a href='/dead.html'>关于春节放假的通知</a>"""
        words = """<ul><li>县财政局预算 <b>2021-03-04</b></li></ul>
        <div style='display:none'><a href='http://casino.example/'>博彩</a> 办事统计</div><p>办事统计</p>
        <nav><p>甲栏目</p><p>乙栏目</p><div style='height:900px'>丙栏目</div><p>丁栏目</p><p>戊栏目</p><p>年度报告</p></nav>"""
        kept = [
            (nouns.snapshot(1, headers=GBK), page.encode("gb18030")),
            (nouns.snapshot(2, headers={"content-type": "application/json"}), b"{}"),
            (nouns.snapshot(4, headers=GBK), words.encode("gb18030")),
            (nouns.snapshot(3, headers=GBK), ("<p>长</p>" * 3000 + "<h2>末尾</h2>").encode("gb18030")),
        ]
        store.begin_run(nouns.run())
        store.keep(kept)
        here = kept[0][0].url
        exhibits = {
            "link": found(1, Evidence(snapshot_id="R1/1", url=here, quote="放假", shows="parent_page"), url="http://www.taijiang.example/dead.html"),
            "words": found(2, Evidence(snapshot_id="R1/4", url=here, quote="县财政局预算 2021-03-04")),
            "hidden": found(3, Evidence(snapshot_id="R1/4", url=here, quote="博彩")),
            "data": found(5, Evidence(snapshot_id="R1/2", url=kept[1][0].url)),
            "seen": found(8, Evidence(snapshot_id="R1/4", url=here, quote="办事统计")),
            "list": found(9, Evidence(snapshot_id="R1/4", url=here, quote="甲栏目 乙栏目 丙栏目 丁栏目 戊栏目 年度报告")),
            "by-address": found(6, Evidence(url=kept[3][0].url, quote="末尾 2021-03-04")),
            "too-many": found(7, Evidence(snapshot_id="R1/1", url=here)),
        }  # fmt: skip
        put: dict[str, bytes] = {}
        depicting = Depicting(store, Messages(), 6, None)
        run = store.run("R1")
        pages = {name: (one, depicting.page_of(one, run)) for name, one in exhibits.items()}
        depicting.depict(pages, put.__setitem__)
    if "没有可用的浏览器" in put["link/picture.txt"].decode():
        pytest.skip("no Chromium on this machine")
    assert asked == []  # neither the network nor what a script, a frame or a refresh would ask for
    told = {name: put[f"{name}/picture.txt"].decode() for name in exhibits}
    assert depicting.drawn == 6 and {name.rpartition("/")[0] for name in put if name.endswith("page.png")} == {
        "link", "words", "hidden", "seen", "list", "by-address",
    }  # fmt: skip
    assert "由存档重绘" in told["link"] and here in told["link"] and "没有找到" not in told["link"]
    assert (
        "没有找到" not in told["words"] and size_of(put["words/detail.png"])[0] == 1280
    )  # the row, its date included
    assert "不可见" in told["hidden"]
    assert "不可见" not in told["seen"] and "没有找到" not in told["seen"]
    assert "没有找到" in told["list"] and "list/detail.png" not in put  # none of all the columns is meant
    assert "未绘出的一段" in told["by-address"] and size_of(put["by-address/detail.png"])[1] > 100
    assert "没有可绘的网页" in told["data"] and "已达到" in told["too-many"]
    assert "页面过长" in told["by-address"] and 10_000 < size_of(put["by-address/page.png"])[1] < 10_400
