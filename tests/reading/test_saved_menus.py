"""Two whole saved sites: the tree of columns beside each site's own menu, by name."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from audit.column_view import view_of
from model import ColumnDirectory, ColumnForm, Observation
from reading.column_tree import ColumnTree
from report.columns import ColumnsView, columns_json, columns_lines
from report.messages import LANGUAGES, Messages
from rules import column_directory
from tests.reading.test_saved_sites import walk  # noqa: F401

pytestmark = pytest.mark.real_sites
Walk = Callable[..., Observation]


@pytest.fixture(scope="session")
def directory() -> ColumnDirectory:
    return column_directory()


@pytest.fixture(scope="module")
def daozhen(walk: Walk) -> Observation:  # noqa: F811
    return walk("daozhen_rsj")


@pytest.fixture(scope="module")
def sichuan(walk: Walk) -> Observation:  # noqa: F811
    return walk("sichuan_edu")


def menu_of(view: ColumnsView) -> list[tuple[str, str]]:
    """Each entry with what was found for it: the column's name, or why there is none."""
    return [
        ("-" * line.entry_depth + line.entry, line.column.name if line.column else f"({line.note})")
        for line in view.menu
        if line.entry
    ]


def outline(observation: Observation, top: str) -> dict[str, list[str]]:
    """The names right below each column below `top`."""
    tree = ColumnTree.of(observation)
    found, waiting = {}, [top]
    while waiting:
        key = waiting.pop(0)
        below = tree.below(key)
        if below:
            found[tree.columns[key].name] = sorted(tree.columns[one].name for one in below)
        waiting += below
    return found


def test_the_county_bureaus_menu(daozhen: Observation) -> None:
    assert menu_of(view_of(daozhen, "r")) == [
        ("网站首页", "(head)"),  # saved with an empty address
        ("工作动态", "工作动态"),
        ("业务工作", "业务工作"),
        ("部门概况", "部门概况"),
        ("政务公开", "政务公开"),
    ]


def test_the_county_bureaus_tree(daozhen: Observation) -> None:
    office = ["工作动态", "政策法规", "通知公告"]
    assert outline(daozhen, "/gzdt/") == {
        "工作动态": ["业务要闻", "人事考试", "行业动态", "通知公告", "领导活动"]
    }
    assert outline(daozhen, "/bmgk/") == {
        "部门概况": ["争议仲裁", "单位职能", "就业创业", "监察大队", "社保经办", "领导信息"],
        "监察大队": office,
        "争议仲裁": office,
        "就业创业": ["办事指南", "工作动态", "政策法规"],
        "社保经办": ["办事指南", "工作动态", "政策法规"],
    }
    assert outline(daozhen, "/zwgk/") == {
        "政务公开": [
            "专业职称", "人事信息", "依申请公开", "信息公开意见箱", "党建信息", "公共资源配置", "公务员管理", "公示公告",
            "录用调配", "扶贫工作", "政策法规", "政策解读", "规划计划", "部门文件",
        ]
    }  # fmt: skip


def test_the_provincial_departments_menu(sichuan: Observation) -> None:
    assert menu_of(view_of(sichuan, "r")) == [
        ("机构", "机关简介"),
        ("-教育厅领导", "李 江"),
        ("-机关处室", "机关处室"),
        ("-直属事业单位", "直属事业单位"),
        ("-四川省高校", "(article)"),
        ("-驻厅纪检组", "(head)"),
        ("新闻", "(head)"),
        ("-教育要闻", "教育要闻"),
        ("-战线动态", "市州区县动态"),  # the entry leads to the section's first part
        ("-政策解读", "政策解读"),
        ("-专题专栏", "专题专栏"),
        ("-视频新闻", "视频新闻"),
        ("信息公开", "信息公开指南"),
        ("-信息公开指南", "信息公开指南"),
        ("-信息公开制度", "信息公开制度"),
        ("-主动公开内容", "机关简介"),
        ("-信息公开年报", "信息公开年报"),
        ("-依申请公开", "依申请公开"),
        ("-通知公告", "通知公告"),
        ("服务", "(head)"),
        ("互动", "互动交流"),
        ("-厅长信箱", "互动交流"),
        ("-回应关切", "回应关切"),
        ("-问答精选", "问答精选"),
        ("-在线访谈", "在线访谈"),
        ("-结果反馈", "结果反馈"),
        ("办公系统", "(head)"),
    ]


def test_the_provincial_departments_tree(sichuan: Observation) -> None:
    assert outline(sichuan, "/scedu/c100492/xwzx_list.html") == {
        "新闻动态": [
            "人事任免", "战线动态", "招考录用", "政策解读", "教育要闻", "省教育厅动态简报", "网信工作", "视频新闻", "通知公告",
            "重要活动",
        ],
        "战线动态": ["基层学校动态", "市州区县动态", "高等学校动态"],
    }  # fmt: skip
    assert outline(sichuan, "/scedu/c100582/hdjl.html") == {
        "互动交流": ["回应关切", "在线访谈", "新闻发布", "结果反馈", "问答精选"]
    }
    platform = outline(sichuan, "/scedu/c100528/zfxxgk_xxgkzn.html")
    assert platform["基本信息"] == [
        "咨询电话",
        "政策文件",
        "教育概况",
        "机构设置",
        "法律法规",
        "统计信息",
        "规划信息",
    ]
    assert platform["机构设置"] == ["机关处室", "直属事业单位"]
    assert {"信息公开制度", "信息公开年报", "依申请公开", "行政规范性文件", "重大项目", "财政预决算"} <= set(
        platform["信息公开指南"]
    )


def test_kinds_that_the_type_metas_of_the_provincial_department_hide(sichuan: Observation) -> None:
    kinds = {column.name: column.kind.value for column in sichuan.columns}
    assert {
        name: kinds[name] for name in ("回应关切", "问答精选", "新闻发布", "法律法规", "通知公告", "视频新闻")
    } == {
        "回应关切": "response",
        "问答精选": "consultation",
        "新闻发布": "other",
        "法律法规": "other",
        "通知公告": "notices",
        "视频新闻": "other",
    }


@pytest.mark.parametrize("mirror", ["daozhen_rsj", "sichuan_edu"])
def test_every_labelled_list_is_a_column_of_its_name(
    mirror: str, request: pytest.FixtureRequest, real_sites: Path
) -> None:
    observation: Observation = request.getfixturevalue(mirror.partition("_")[0])
    columns = {column.key: column for column in observation.columns}
    labels = [json.loads(line) for line in (real_sites / "columns.jsonl").read_text("utf-8").splitlines()]
    wrong = {}
    for label in labels:
        if label["site"] != mirror:
            continue
        key = re.sub(r"index\.html$", "", f"/{label['page']}")
        column = columns.get(re.sub(r"_\d+\.html$", ".html", key))
        parts = {part.strip() for part in re.split(r"[-_]", label["title"])}
        if column is None or column.form is not ColumnForm.LIST or column.name not in parts or column.blank:
            wrong[label["page"]] = column.name if column else None
    assert wrong == {}


@pytest.mark.parametrize("mirror", ["daozhen", "sichuan"])
def test_every_column_has_one_line_and_no_stub_is_blank(mirror: str, request: pytest.FixtureRequest) -> None:
    observation: Observation = request.getfixturevalue(mirror)
    view = view_of(observation, "r")
    lines = [line for line in (*view.menu, *view.elsewhere) if line.column and line.note != "again"]
    assert sorted(line.column.key for line in lines if line.column) == sorted(
        one.key for one in observation.columns
    )
    shells = {page.url for page in observation.pages if page.jump or page.shell}
    assert [one.key for one in observation.columns if one.url in shells and one.blank] == []
    for language in LANGUAGES:
        told = columns_lines(view, Messages(language))
        assert len(told) == len(view.menu) + len(view.elsewhere) + 4
        assert not [line for line in told if "columns." in line or "kind." in line or "map." in line]
    assert len(columns_json(view)["menu"]) == len(view.menu)
