"""Days beside a row's title that carry a label: which of them is the day the row was put out."""

from collections.abc import Callable
from datetime import date

import pytest

from model import PageFacts

PAGE = "<html><head><title>通知公告-某县</title></head><body><div class='con'><ul>{}</ul></div></body></html>"
OWN, LATER = date(2019, 5, 2), date(2021, 1, 12)


def rows(beside: str, title: str = "关于做好全县第{}批有关工作的通知") -> str:
    return PAGE.format("".join(f"<li><a href='/n/{n}.html'>{title.format(n)}</a>{beside}</li>" for n in range(6)))  # fmt: skip


@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        ("<span>2019-05-02</span><p>修订时间：2021-01-12</p>", OWN),
        ("<span>2019-05-02</span><p>入库时间：2021-01-12</p>", OWN),
        ("<span>2019-05-02</span><p>生成日期：2021-01-12</p>", OWN),
        ("<span>2019-05-02</span><p>更新时间：2021-01-12</p>", OWN),
        ("<span>2019-05-02</span><div style='display:none'><p>发布日期：2021-01-12</p></div>", OWN),
        ("<p>发布日期：2019-05-02  更新日期：2021-01-12</p>", OWN),
        ("<p>申报截止到 2021-01-12</p>", None),
        ("<p>施行日期：2021-01-12</p>", None),
        # what must still be read
        ("<p>更新时间：2021-01-12</p>", LATER),
        ("<p>成文日期：2021-01-12</p>", LATER),
        ("<p>生成日期：2021-01-12</p>", LATER),
        ("<span>[考试] 2021-01-12</span>", LATER),
        ("<p>实施方案发布时间：2021-01-12</p>", LATER),
        ("<p>时间：2021-01-12</p><span>办结</span>", LATER),
    ],
)
def test_a_label_says_what_a_day_is(
    facts: Callable[..., PageFacts], beside: str, expected: date | None
) -> None:
    read = facts(rows(beside)).main_list
    assert read is not None
    assert {item.dated.value for item in read.items} == {expected}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("《第{}办法》施行时间2021年1月12日", None),
        ("《第{}办法》施行时间2021-01-12", None),
        ("2021年1月12日第{}片区停水通知", None),
        ("第{}次县政府常务会议纪要（2021年1月12日）", None),
        # days set apart from the title are the row's own
        ("关于第{}批工作的通知2021-01-12", LATER),
        ("关于第{}批工作的通知 2021年1月12日", LATER),
        ("2021-01-12关于第{}批工作的通知", LATER),
        ("[2021年1月12日] 关于第{}批工作的通知", LATER),
    ],
)
def test_an_event_in_a_title_is_no_day_of_the_row(
    facts: Callable[..., PageFacts], title: str, expected: date | None
) -> None:
    read = facts(rows("", title)).main_list
    assert read is not None
    assert {item.dated.value for item in read.items} == {expected}
