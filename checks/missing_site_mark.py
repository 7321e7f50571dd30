"""网站标识缺失 An identity mark that the foot of the home page must show and does not, or shows wrongly.

何为问题: 页面底部功能区缺少党政机关网站标识、我为政府网站找错、网站标识码、ICP备案号、公安备案号、主办单位、联系方式，或标识码不合规则；首页没有无障碍、适老化入口或 IPv6 支持标识。
怎样测量: 先看首页源码，再看浏览器渲染后的页面；渲染后仍没有，或源码里页脚其他标识齐备而独缺此项，才认定缺失；无障碍、适老化、IPv6 三项须渲染后看全且没有无字图片才认定。
反例: 页脚写有主办单位、ICP 备案号、标识码和电话，没有公安备案号，渲染后也没有；标识码是 12 位数字；元标签里留着占位文字。
正例: 标识由脚本写入，渲染后可见；标识码为 bm 加 8 位数字。
局限: 首页几乎没有内容或只是脚本外壳的、页脚可能由脚本生成而又未渲染的、只在内页出现的、可能是无字图片的，只提请人工核实。
"""

import re
from collections.abc import Iterator
from typing import Literal

import model
from checks.sight import has_nameless_entries, nearly_empty, surely_seen
from model import (
    Evidence,
    Hit,
    Mark,
    Moment,
    Observation,
    PageFacts,
    SiteMarks,
    Subject,
    Unsure,
)

SUBJECT = Subject.OBSERVATION
NEEDS = frozenset({"home"})
SITE_CODE = re.compile(r"\d{10}|bm\d{8}", re.ASCII)
FOOT_SEEN = 3  # so many other marks in the source prove that the foot of the page was read
NAMES = ("conac", "error_report", "site_code", "icp", "police", "organiser", "contact")
AIDS = frozenset(
    {"ipv6", "accessibility", "elderly"}
)  # not of the foot; often pictures, or drawn by a script
DRAWN = frozenset(
    {"conac", "error_report"}
)  # usually written by a script: absence from the source proves little


class Params(model.Params):
    """参数 `mark`: which of the seven marks, or one of the entries the home page should show beside them."""

    mark: Literal[
        "conac",
        "error_report",
        "site_code",
        "icp",
        "police",
        "organiser",
        "contact",
        "ipv6",
        "accessibility",
        "elderly",
    ]


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure]:
    """判定 At most one answer: the mark is absent, malformed, or could not be seen for certain."""
    home = subject.home
    if home is None:
        return
    if not home.outcome.observed:
        yield _answer(Unsure, "unread", home, params)
        return
    mark = mark_of(home.marks, params.mark)
    if mark is not None:
        if params.mark == "site_code":
            yield from _malformed(home, params)
        return
    if (
        params.mark == "site_code"
        and home.marks.site_code_meta
        and not _well_formed(home.marks.site_code_meta)
    ):
        yield _answer(Hit, "malformed", home, params, home.marks.site_code_meta)
        return
    inner = next((page for page in _others(subject, home) if mark_of(page.marks, params.mark)), None)
    if inner is not None:
        yield _answer(Unsure, "inner_pages_only", home, params, mark_of(inner.marks, params.mark), inner)
    elif params.mark in AIDS:
        doubt = _aid_doubt(home, params.mark)
        yield _answer(Unsure if doubt else Hit, doubt or "not_offered", home, params)
    elif _surely_absent(subject, home, params.mark):
        yield _answer(Hit, "absent", home, params)
    else:
        yield _answer(Unsure, "maybe_scripted", home, params)


def mark_of(marks: SiteMarks, name: str) -> Mark | None:
    """标识 One of the seven marks by its name in SiteMarks."""
    mark: Mark | None = getattr(marks, name)
    return mark


def _well_formed(mark: Mark) -> bool:
    return SITE_CODE.fullmatch(mark.value.strip()) is not None


def _malformed(home: PageFacts, params: Params) -> Iterator[Hit]:
    for mark in (home.marks.site_code, home.marks.site_code_meta):
        if mark is not None and not _well_formed(mark):
            yield _answer(Hit, "malformed", home, params, mark)
            return


def _others(observation: Observation, home: PageFacts) -> list[PageFacts]:
    return [page for page in observation.read_pages if page is not home]


def _surely_absent(observation: Observation, home: PageFacts, name: str) -> bool:
    if home.shell or nearly_empty(home):
        return False
    if home.rendered or any(page.rendered for page in _others(observation, home)):
        return True
    scripted = any(link.tag == "script" for link in home.links)
    if name in DRAWN and scripted:
        return False
    return sum(mark_of(home.marks, other) is not None for other in NAMES if other != name) >= FOOT_SEEN


def _aid_doubt(home: PageFacts, name: str) -> str | None:
    """Why an entry beside the marks may be there unseen: drawn by a script, or a picture without words."""
    if not surely_seen(home):
        return "maybe_scripted"
    wordless = any(link.tag == "img" and not link.anchor.strip() for link in home.links)
    pictured = wordless if name == "ipv6" else has_nameless_entries(home)
    return "maybe_pictured" if pictured else None


def _answer(
    answer: type[Hit],
    case: str,
    home: PageFacts,
    params: Params,
    mark: Mark | None = None,
    page: PageFacts | None = None,
) -> Hit:
    shown = page or home
    foot = " ".join(found.raw for name in NAMES if (found := mark_of(home.marks, name)))
    return answer(
        message_id=f"check.missing_site_mark.{case}",
        params={"mark": params.mark, "value": mark.value if mark else "", "page": shown.final_url},
        evidence=(
            Evidence(
                snapshot_id=shown.snapshot_id,
                url=shown.final_url,
                quote=mark.raw if mark else foot,
                shows="mark" if mark else "foot",
            ),
        ),
        locus=params.mark,
        url=home.final_url,
        measured=mark.value if mark else None,
    )
