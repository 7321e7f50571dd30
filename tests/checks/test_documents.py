"""Titles, numbers and annexes as documents write them, and the table of articles that is made once."""

import gc
from datetime import datetime

import pytest

from checks import once
from checks.annexes import annexes_of
from checks.articles import articles_of
from checks.issuers import is_own
from checks.repeals import repeals_in
from checks.titles import bare_title, numbers_in, title_keys
from model import Moment
from tests.checks.building import an_observation

MOMENT = Moment(as_of=datetime(2021, 1, 13, 12))  # noqa: DTZ001 - Moment reads it as Beijing time
LONG = "为进一步规范有关工作，保障公民、法人和其他组织的合法权益，根据有关法律法规，结合本县实际，制定本办法，请认真贯彻执行，并将情况及时报告。"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("某政发〔2020〕5号", ["某政发[2020]5"]),
        ("某政办函[2020] 第05号", ["某政办函[2020]5"]),
        ("根据国办发（2019）14号和某政发【2020】8号", ["国办发[2019]14", "某政发[2020]8"]),
        ("2020年第5号公告", []),
        ("电话〔2020〕", []),
    ],
)
def test_numbers_of_documents(text: str, expected: list[str]) -> None:
    assert numbers_in(text) == expected


def test_the_ways_others_name_a_document() -> None:
    keys = title_keys("某县人民政府关于印发《某县人才引进办法（试行）》的通知")
    assert bare_title("某县人才引进办法") in keys
    assert bare_title("关于印发《某县人才引进办法》的通知") in keys
    assert title_keys("公示") == set()


@pytest.mark.parametrize(
    ("lines", "names", "elsewhere"),
    [
        (["附件：1.申报表 2.汇总表"], ("申报表", "汇总表"), 2),
        (["附 件：", "1、申报表", "2、汇总表", "某县教育局"], ("申报表", "汇总表"), 2),
        (["附件1：申报表", "附件2：汇总表"], ("申报表", "汇总表"), 2),
        (["附件：2020年度申报表"], ("2020年度申报表",), 1),
        (["附件：申报表", "某县教育局", "2020年1月1日", LONG, LONG], ("申报表",), 0),
        (["请于月底前报送附件材料。"], (), 0),
        (["附件"], (), 0),
    ],
)
def test_annexes_a_text_names(lines: list[str], names: tuple[str, ...], elsewhere: int) -> None:
    found = annexes_of("\n".join([LONG, *lines]))
    assert (found.names, len(found.elsewhere)) == (names, elsewhere)


def test_a_list_of_repealed_documents_leaves_out_what_it_rests_on() -> None:
    found = repeals_in(
        "关于废止部分文件的决定",
        "根据《某省文件管理规定》，决定废止《某县养犬管理办法》（某政发〔2013〕8号）和《某县供水管理办法》第三条。",
    )
    assert [(entry.title, entry.number) for entry in found.entries] == [("某县养犬管理办法", "某政发[2013]8")]
    assert not found.mixed


@pytest.mark.parametrize(
    ("organiser", "issuer", "expected"),
    [
        ("某县人民政府", "某县人民政府办公室", True),
        ("某省某市梁河县人民政府", "梁河县教育局", True),
        ("梁河县人民政府", "国务院办公厅", False),
        ("梁河县教育局", "梁河县教育局", True),
        ("梁河县教育局", "梁河县人民政府", False),
        (None, "梁河县教育局", None),
        ("梁河县人民政府", None, None),
    ],
)
def test_whose_document_it_is(organiser: str | None, issuer: str | None, expected: bool | None) -> None:
    page = {"url": "1.html", "title": "一件事", "document": {"issuer": issuer, "index_number": "a/1"}}
    observation = an_observation({"site": {"organiser": organiser}, "pages": [page]}, MOMENT)
    assert is_own(observation, articles_of(observation).all[0]) is expected


def test_the_table_of_articles_is_made_once_and_let_go_with_its_observation() -> None:
    observation = an_observation({"pages": [{"url": "1.html", "title": "一件事"}]}, MOMENT)
    assert articles_of(observation) is articles_of(observation)
    key = id(observation)
    assert key in once._MADE
    del observation
    gc.collect()
    assert key not in once._MADE
