"""办事指南 The elements of service guides, under the names that sites give them."""

from collections.abc import Callable

import pytest

from model import PageFacts

URL = "http://rsj.example/bsfw/content/post_112059.html"
Facts = Callable[..., PageFacts]


def elements(facts: Facts, html: str) -> dict[str, str]:
    return {element.name: element.text for element in facts(f"<body>{html}</body>", URL).guide}


HEADINGS = """<h1>三侨生证明办理</h1><h3>一、办理对象</h3><p>归侨，或归侨子女</p><h3>二、申办条件</h3><p>户籍在本省</p>
<h3>三、所需材料</h3><p>身份证</p><p>户口本</p><h3>四、办事程序</h3><p>提交、审核、发证</p><h3>五、办结时限（工作日）</h3><p>10个工作日</p>
<h3>六、收费标准</h3><p>不收费</p><h3>七、联系电话</h3><p>020-12345678</p>"""
TABLE = """<table><tr><th>服务对象</th><td>归侨，或归侨子女</td><th>受理条件</th><td>户籍在本省</td></tr>
<tr><th>申请材料</th><td>身份证 户口本</td><th>办理流程</th><td>提交、审核、发证</td></tr>
<tr><th>办理期限</th><td>10个工作日</td><th>收费情况</th><td>不收费</td></tr><tr><th>咨询电话</th><td>020-12345678</td></tr></table>"""
LINES = """<p>办理对象：归侨，或归侨子女</p><p>申请条件：户籍在本省</p><p>提交材料：身份证 户口本</p><p>办理程序：提交、审核、发证</p>
<p>办理时限：10个工作日</p><p>收费依据及标准：不收费</p><p>咨询方式：020-12345678</p>"""


@pytest.mark.parametrize("html", [HEADINGS, TABLE, LINES], ids=["headings", "table", "lines"])
def test_standard_names(facts: Facts, html: str) -> None:
    assert elements(facts, html) == {
        "办理对象": "归侨，或归侨子女",
        "受理条件": "户籍在本省",
        "申请材料": "身份证 户口本",
        "办理流程": "提交、审核、发证",
        "办理时限": "10个工作日",
        "收费标准": "不收费",
        "咨询电话": "020-12345678",
    }


def test_the_label_is_kept_as_written(facts: Facts) -> None:
    found = facts(f"<body>{HEADINGS}</body>", URL).guide
    assert [element.label for element in found][:3] == ["办理对象", "申办条件", "所需材料"]


def test_legal_and_promised_time_are_two(facts: Facts) -> None:
    found = elements(
        facts,
        "<p>法定时限：20个工作日</p><p>承诺时限：5个工作日</p><p>设定依据：某法第三条</p><p>监督电话：12345</p>",
    )
    assert (found["法定办结时限"], found["承诺办结时限"]) == ("20个工作日", "5个工作日")
    assert (found["设定依据"], found["监督电话"]) == ("某法第三条", "12345")


def test_empty_values_stay_empty(facts: Facts) -> None:
    found = elements(
        facts,
        "<table><tr><th>受理条件</th><td></td></tr><tr><th>申请材料</th><td></td></tr><tr><th>办理流程</th><td>现场办理</td></tr></table>",
    )
    assert found == {"受理条件": "", "申请材料": "", "办理流程": "现场办理"}


def test_tabs_name_what_they_open_elsewhere(facts: Facts) -> None:
    found = elements(
        facts, "<ul><li>受理条件</li><li>申请材料</li><li>办理流程</li></ul><div><p>第一栏的内容</p></div>"
    )
    assert found == {"受理条件": "", "申请材料": "", "办理流程": ""}


def test_at_most_300_characters(facts: Facts) -> None:
    long = "<p>" + "材料" * 400 + "</p>"
    found = elements(facts, f"<h3>申请材料</h3>{long}<h3>受理条件</h3><p>无</p><h3>办理流程</h3><p>无</p>")
    assert len(found["申请材料"]) == 300


@pytest.mark.parametrize(
    "html",
    [
        "<p>正文</p>",
        "<h3>受理条件</h3><p>户籍在本省</p><h3>申请材料</h3><p>身份证</p>",  # two
        # a guide to disclosure (as Sichuan's education department has it) names a few of them as well
        "<p>受理机构：某厅办公室</p><p>受理时间：9：00-11：30</p><p>联系电话：028-86110000</p><p>收费标准：行政机关依申请提供，不收取费用</p><p>监督电话、办理地点</p>",
        "<p>各单位要公开受理条件、申请材料、办理流程、办理时限、收费标准和监督电话，方便群众办事。</p>",
    ],
    ids=["nothing", "two", "disclosure", "prose"],
)
def test_no_guide(facts: Facts, html: str) -> None:
    assert elements(facts, html) == {}


def test_labels_without_end(facts: Facts) -> None:
    """A page of nothing but labels is read like any other: looking at each beside all others would take hours."""
    names = "<p>受理条件</p><p>申请材料</p><p>办理流程</p><p>索引号 文号 发布机构 留言时间</p>"
    found = facts(names + "<p>受理条件</p>" * 40_000 + "<span>文号：" * 4_000, URL)
    assert [element.name for element in found.guide] == ["受理条件", "申请材料", "办理流程"]
    assert found.document is None


def test_headings_with_nothing_below_have_no_text(facts: Facts) -> None:
    found = elements(
        facts,
        "<h3>设定依据</h3><h3>申请材料</h3><p>身份证</p><h3>受理条件</h3><h3>办理地点</h3>"
        "<div class='footer'><p>主办：某县人民政府</p><p>联系电话：0577-62222222</p><p>网站标识码：3303990001</p></div>",
    )
    assert found == {"设定依据": "", "受理条件": "", "申请材料": "身份证", "办理地点": ""}


FOOT = "<div class='footer'><p>版权所有</p><p>联系电话：0577-62222222</p><p>办公时间：9:00-17:00</p></div>"


def test_the_telephone_of_a_footer_is_none_of_the_guide_s(facts: Facts) -> None:
    guide = "<p>受理条件：年满60周岁</p><p>申请材料：无</p><p>办理流程：现场办理</p>"
    assert "咨询电话" not in elements(facts, guide + FOOT)
    assert elements(facts, guide + "<p>联系电话：12345</p>" + FOOT)["咨询电话"] == "12345"


@pytest.mark.parametrize("label", ["<h2>办事指南</h2>", "<p>事项名称：老年优待证</p>"])
def test_a_page_that_says_so_needs_fewer_words_of_its_own(facts: Facts, label: str) -> None:
    lines = "<p>办理条件：年满60周岁</p><p>办理时间：工作日</p><p>办理地点：大厅</p><p>联系电话：12345</p>"
    assert set(elements(facts, label + lines)) >= {"受理条件", "办理时间", "办理地点", "咨询电话"}


def test_five_usual_labels(facts: Facts) -> None:
    rows = zip(("事项名称", "办理条件", "办理材料", "办理地点", "联系电话"), "甲乙丙丁戊", strict=True)
    table = "".join(f"<tr><td>{label}</td><td>{text}</td></tr>" for label, text in rows)
    found = elements(facts, f"<table>{table}</table>{FOOT}")
    assert found == {"事项名称": "甲", "受理条件": "乙", "申请材料": "丙", "办理地点": "丁", "咨询电话": "戊"}
