"""All packs on two real saved sites: every accusation stands here by name, as a person verified it on the stored pages."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from audit.conclude import conclude, moment_of
from audit.replay import restored
from checks import ALL, params_of
from model import SHANGHAI, Level, Outcome, SiteKind
from rules import load_pack, packs
from storage import open_store
from tests.whole.audited_mirror import audited_mirror

pytestmark = [pytest.mark.real_sites, pytest.mark.timeout(300)]
AS_OF = datetime(2021, 1, 13, 10, tzinfo=SHANGHAI)
ELSEWHERE = frozenset({"dead_link", "stale_column", "zombie_column"})  # held by tests of their own

Accused = set[tuple[str, str]]

ANNEX_RULES = ("TJ21-DISCLOSURE-05", "TC20-PLATFORM-03", "SN21-DISCLOSURE-11")
# Each text ends in 附件：and a name; its page has no file, no table, no text below and no picture a visitor could see.
WITHOUT_ANNEX = (
    "/bmgk/jycy/zcfg/201708/t20170810_21250095.html",  # 附件：2017年民营企业招聘周活动情况统计表（见附件）
    "/zwgk/bmwj/201706/t20170623_21042549.html",  # 附件：道真自治县2017年就业（再就业）目标任务分解表
    "/zwgk/bmwj/201706/t20170623_21042569.html",  # 附件：道真县人力资源网党组中心组学习计划表
    "/zwgk/bmwj/201804/t20180413_21600384.html",  # two pictures, but from the writer's own disk (file:///C:/…)
)
# No page of the site carries any of them: the head holds Keywords and description only.
NO_METAS = {
    "N17-META-01": "SiteName",
    "N17-META-02": "SiteDomain",
    "N17-META-03": "SiteIDCode",
    "N17-META-04": "ColumnName",
    "N17-META-05": "ColumnDescription",
    "N17-META-06": "ColumnKeywords",
    "N17-META-07": "ColumnType",
    "N17-META-08": "ArticleTitle",
    "N17-META-09": "PubDate",
    "N17-META-10": "ContentSource",
}
DAOZHEN: Accused = {
    *((rule, page) for rule in ANNEX_RULES for page in WITHOUT_ANNEX),
    *NO_METAS.items(),
    # The newest rows of all columns: one of 2020-12-30, then 2020-12-24; nothing of January 2021.
    ("N15-UPDATE-01", "首页栏目"),
    # No column of surveys, and the only 征集 of any page is of June 2019 (就业见习岗位).
    ("N15-SURVEY-01", "survey"),
    ("N15-SURVEY-02", "调查征集"),
    ("N15-SURVEY-03", "调查征集"),
    # 政务公开 is there, with 依申请公开 below it; 制度, 主动公开目录 and 年报 stand on no page of the site.
    ("N19-PLATFORM-03", "regulations"),
    ("N19-PLATFORM-04", "statutory"),
    ("N19-PLATFORM-05", "annual_report"),
    ("NP19-PLATFORM-04", "regulations"),
    ("NP19-PLATFORM-05", "statutory"),
    ("NP19-PLATFORM-06", "annual_report"),
    ("NP19-REPORT-02", "2019"),
    ("WZ20-GOAL-02", "政府信息公开制度"),
    ("WZ20-FLOW-04", "主动公开目录"),
}
SICHUAN: Accused = {
    ("N17-META-02", "SiteDomain"),  # content="" on 川教函发文件, and no second tag there
    ("N17-META-03", "SiteIDCode"),  # the home page has no such tag
    # Eight pages of columns (公开指南, 年报, 依申请公开, 主动公开基本目录 …): the column's own tags are content="".
    ("N17-META-05", "ColumnDescription"),
    ("N17-META-06", "ColumnKeywords"),
    ("N17-META-07", "ColumnType"),
    ("N17-META-10", "ContentSource"),  # not there on 171 articles, content="" on the other 18
    # 18 articles of the disclosure template say 发布时间：2018-09-26; the other 171 say 2020-12-28 08:39.
    ("N17-PAGE-02", "articles"),
}


def accused(folder: Path, kind: SiteKind, level: Level) -> Accused:
    """What all packs together hold against the site whose audit lies in `folder`: rule and place."""
    assert json.loads((folder / "found.json").read_text("utf-8"))
    store = open_store(f"sqlite:///{folder}/duwang-data/duwang.sqlite3", None, create=False)
    run = next(iter(store.runs()))
    run = run.model_copy(update={"site": run.site.model_copy(update={"kind": kind, "level": level})})
    observation = restored(store, run, moment_of(AS_OF))
    found: Accused = set()
    known: set[str] = set()
    for card in packs():
        pack = load_pack(card.id, params_of(ALL))
        rules = tuple(rule for rule in pack.rules if rule.id not in known)  # packs extend each other
        known |= {rule.id for rule in rules}
        result = conclude(run, observation, pack.model_copy(update={"rules": rules, "tallies": ()}), ALL, {})
        assert not [one.rule_id for one in result.verdicts if one.outcome is Outcome.CRASHED]
        found |= {
            (one.rule_id, one.locus)
            for one in result.verdicts
            if one.outcome is Outcome.FAIL and one.check not in ELSEWHERE
        }
    return found


@pytest.fixture(scope="session")
def county_bureau(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accused]:
    yield accused(audited_mirror(tmp_path_factory, "daozhen_rsj"), SiteKind.DEPARTMENT, Level.COUNTY)


@pytest.fixture(scope="session")
def province_department(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accused]:
    yield accused(audited_mirror(tmp_path_factory, "sichuan_edu"), SiteKind.DEPARTMENT, Level.PROVINCIAL)


def test_the_county_bureau_is_accused_of_what_it_lacks_and_of_nothing_else(county_bureau: Accused) -> None:
    assert county_bureau == DAOZHEN


def test_the_province_department_is_accused_of_what_it_lacks_and_of_nothing_else(
    province_department: Accused,
) -> None:
    assert province_department == SICHUAN
