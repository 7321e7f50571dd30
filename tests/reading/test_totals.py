"""Totals that count something else than rows, and the rows that stand beside a pager."""

from collections.abc import Callable

import pytest

from model import PageFacts

Facts = Callable[..., PageFacts]

DUTIES = "<p>" + "本局主要职责如下，负责全县有关工作。" * 9 + "</p>"
STEPS = '<div class="page"><a href="#">上一页</a><a href="#">下一页</a></div>'


def rows(year: int, count: int, path: str = "") -> str:
    held = "".join(
        f'<li><a href="{path}content_{year}{n}.html">关于做好第{n}批工作的通知</a><span>{year}-01-0{n + 1}</span></li>'
        for n in range(count)
    )
    return f"<ul>{held}</ul>"


def page(main: str) -> str:
    return (
        f'<html><head><title>通知公告-某局</title></head><body><div class="main">{main}</div></body></html>'
    )


@pytest.mark.parametrize(
    "said", ["共0条评论", "共 0 条评论", "今日访问总数：0", "总下载数：0", "记录数：0", "留言总数：0"]
)
def test_a_total_of_something_else_empties_no_text_and_no_list(facts: Facts, said: str) -> None:
    text = facts(page(f"{DUTIES}<div>{said}</div>"))
    listed = facts(page(f"{rows(2020, 5)}<div>{said}</div>{STEPS}"))
    assert text.main_list is None
    assert listed.main_list is not None and len(listed.main_list.items) == 5


def test_a_total_of_nothing_beside_a_table_without_links_empties_nothing(facts: Facts) -> None:
    leaders = "<tr><td>张三</td><td>副县长，分管教育卫生</td></tr>" * 8
    table = f"<table><tr><th>姓名</th><th>职务</th></tr>{leaders}</table>"
    assert facts(page(f'{table}<div class="page">共0条 第1/1页</div>')).main_list is None


@pytest.mark.parametrize(
    "said", ["共0条 第1/1页", "<span>共0条</span> <span>0/0</span>", "总记录数：0 每页15条"]
)
def test_a_pager_that_counts_no_rows_still_tells_an_empty_list(facts: Facts, said: str) -> None:
    read = facts(page(f'<ul class="list"></ul><div class="page">{said}</div>'))
    assert read.main_list is not None and read.main_list.items == ()


@pytest.mark.parametrize(("own", "other"), [(2021, 2018), (2019, 2021)])
def test_the_rows_beside_the_pager_are_the_list_whatever_stands_in_a_larger_box(
    facts: Facts, own: int, other: int
) -> None:
    left = f'<div class="l">{rows(own, 2)}{STEPS}</div>'
    read = facts(page(f'{left}<div class="right">{rows(other, 8, "/hot/")}</div>'))
    assert read.main_list is not None and len(read.main_list.items) == 2
    assert read.main_list.newest is not None and str(read.main_list.newest.dated.value)[:4] == str(own)


def test_an_empty_strip_of_tabs_is_no_empty_list(facts: Facts) -> None:
    said = "<p>详见县人民政府门户网站十四五规划专栏。</p>"
    tabs = facts(page(f'<div><ul class="tabs"></ul>{said}{STEPS}</div>'))
    list_ = facts(page(f'<div><ul class="list"></ul>{STEPS}</div>'))
    assert tabs.main_list is None
    assert list_.main_list is not None and list_.main_list.items == ()
