"""The steps from the home page down to a page, as sites write them; and what only looks so."""

from collections.abc import Callable

import pytest

from model import PageFacts

A, B, C = "<a href='/'>首页</a>", "<a href='/gk/'>政务公开</a>", "<a href='/gk/tz/'>通知公告</a>"
BOTH = ["政务公开", "通知公告"]


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("a heading", f"<h1 class='t'>您当前的位置：{A} &gt; {B} &gt; <span>通知公告</span></h1>"),
        ("items", f"<div><ul><li><img src='x.png'></li><li>您当前的位置：</li><li>{A}</li><li>{B}</li><li>{C}</li></ul></div>"),
        ("arrows", f"<div class='x'>您当前的位置是：{A} -> {B} -> 通知公告</div>"),
        ("bars", f"<div class='position'>{A}｜{B}｜通知公告</div>"),
        ("brackets and dashes", f"<div class='wz'>您现在的位置：[{A}] - [{B}] - [{C}]</div>"),
        ("slashes and what follows the name", f"<div class='dqwz'>当前位置： {A} / {B} / 通知公告 / 正文</div>"),
        ("list after the name", f"<div class='mbx'>位置:{A}&gt;&gt;{B}&gt;&gt;通知公告&gt;&gt;列表</div>"),
        ("an ordered list", f"<div class='bread-crumbs'><ol><li>{A}</li><li>{B}</li><li class='active'>通知公告</li></ol></div>"),
        ("a table cell", f"<table><tr><td><img></td><td>当前位置：{A}&nbsp;&gt;&gt;&nbsp;{B}&nbsp;&gt;&gt;&nbsp;{C}</td></tr></table>"),
        ("a label without a colon", f"<div><strong>当前位置</strong>{A} &gt; {B} &gt; {C}</div>"),
        ("a picture of a house", f"<div class='crumb'><a href='/'><i class='icon'></i></a> &gt; {B} &gt; {C}</div>"),
        ("the site's name for the home page", f"<div class='location'>当前位置：<a href='/'>某县人民政府</a> &gt; {B} &gt; {C}</div>"),
        ("a term list", f"<dl><dt>当前位置：</dt><dd>{A}</dd><dd>{B}</dd><dd>{C}</dd></dl>"),
        ("separators drawn by style", f"<div>当前位置：{B}{C}</div>"),
        ("after the visitor's own place", f"<div>当前位置：某县 <a href='/w/'>切换</a></div><div class='c'>当前位置：{A} &gt; {B} &gt; {C}</div>"),
    ],
)  # fmt: skip
def test_steps(facts: Callable[..., PageFacts], name: str, html: str) -> None:
    assert [crumb.name for crumb in facts(f"<body>{html}</body>").crumbs] == BOTH, name


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("a place in a text", "<p>项目所在位置：某镇某村，占地 > 3 亩 > 2 亩</p>"),
        ("a map", "<div class='weizhi'><p>地理位置</p><a href='/map/'>地图</a></div>"),
        ("a long text", f"<div class='position'>{'文字 > ' * 300}</div>"),
        ("only the home page", f"<div class='dqwz'>当前位置：{A}</div>"),
        ("nothing", "<p>文字</p>"),
    ],
)
def test_no_steps(facts: Callable[..., PageFacts], name: str, html: str) -> None:
    assert facts(f"<body>{html}</body>").crumbs == (), name
