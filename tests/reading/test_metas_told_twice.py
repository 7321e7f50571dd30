"""Metas that a page and the head it includes both carry."""

from collections.abc import Callable

from model import PageFacts

PAGE = """<html><head>
<meta name="SiteName" content=""><meta name="SiteDomain" content=""><meta name="ColumnName" content="通知公告"><meta name="ColumnType" content="">
<meta name="SITENAME" content="某县教育局"><meta name="sitedomain" content="jyj.x.gov.cn"><meta name="ColumnName" content="公共头"><meta name="ColumnType" content="公共头">
</head><body><p>正文</p></body></html>"""  # fmt: skip


def test_the_included_head_fills_what_is_the_same_on_every_page(facts: Callable[..., PageFacts]) -> None:
    meta = facts(PAGE).meta
    assert (meta["sitename"], meta["sitedomain"]) == ("某县教育局", "jyj.x.gov.cn")


def test_the_included_head_tells_nothing_of_the_page_s_own_column(facts: Callable[..., PageFacts]) -> None:
    meta = facts(PAGE).meta
    assert (meta["columnname"], meta["columntype"]) == ("通知公告", "")
