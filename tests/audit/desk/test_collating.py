"""Published results as agencies really lay them out, held against the frozen figures: what agrees, what differs, what is not read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.desk.collating import Source, collate, entered, gathered
from audit.desk.desk import open_desk
from audit.desk.published import figure_of, name_of, place_of
from audit.desk.publishing import publicity
from model import Collation, EntryKind, Fault, Result, told_in
from report.book import Sheet, render_book
from report.collation import collation_lines
from report.messages import Messages
from report.publicity import render_publicity
from report.ranking import ranking_book, ranking_csv
from storage import Store, open_store
from tests.audit.desk.a_result import FROZEN, RULED, desk, final, opened, result, scored

ZH = Messages("zh_CN")
THREE = result(
    (
        scored("县财政局", "89.50", 1, "良好"),
        scored("县教育局", "84", 2, "良好"),
        scored("革一镇", "91", 1, "优秀"),
    )
)
ROWS = (("县财政局", "89.50", "良好"), ("县教育局", "84", "良好"), ("革一镇", "91.00", "优秀"))
ALL = ("县财政局", "县教育局", "革一镇")


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("papers")
    with open_store(f"sqlite:///{folder}/duwang.sqlite", folder / "archive") as kept:
        yield kept


def held(
    papers: Store,
    content: str | bytes,
    of: Result = THREE,
    column: str | None = None,
    name: str = "结果.html",
) -> Collation:
    body = content.encode() if isinstance(content, str) else content
    return collate(papers, of, [Source(name, body)], column, FROZEN)


def table(*rows: tuple[str, ...]) -> str:
    return (
        "<table>"
        + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
        + "</table>"
    )


WORD = (
    "<html><meta charset=gbk><body><div class=TRS_Editor><table class=MsoNormalTable><tbody>"
    "<tr><td colspan=4><p align=center><b><span style='font-size:22pt'>2021年评估结果</span></b></p></td></tr>"
    "<tr><td><p>序号</p></td><td><p>单&nbsp;&nbsp;位</p></td><td><p>得　分</p></td><td><p>等<br>次</p></td></tr>"
    "<tr><td>1</td><td><p><span>县财</span><span>政 局</span></p></td><td><p>８９．５０</p></td><td>良好</td></tr>"
    "<tr><td>2</td><td><p>县教育局</p></td><td><p><font>84</font><span>分</span></p></td><td>良 好</td></tr>"
    "<tr><td>3</td><td><p>革一镇</p></td><td>91</td><td>优秀</td></tr>"
    "<tr><td colspan=4>备注：满分100分</td></tr></tbody></table></div></body></html>"
)
MERGED = (
    "<table><tr><th rowspan=2>类别</th><th rowspan=2>评估对象</th><th colspan=3>得分</th><th rowspan=2>名次</th></tr>"
    "<tr><th>平时</th><th>年终</th><th>总分</th></tr>"
    "<tr><td rowspan=2>县直</td><td>县财政局</td><td>40</td><td>49.5</td><td>89.5</td><td>第1名</td></tr>"
    "<tr><td>县教育局</td><td>40</td><td>44</td><td>84</td><td>第二名</td></tr>"
    "<tr><td>乡镇</td><td>革一镇</td><td>41</td><td>50</td><td>91</td><td>1</td></tr></table>"
)
LAYOUTS = {
    "as Word has it, in gbk": WORD.encode("gbk"),
    "merged cells and heads of two rows": MERGED,
    "side by side, rank first": table(
        ("名次", "单位", "得分", "名次", "单位", "得分"),
        ("1", "县财政局", "89.5", "2", "县教育局", "84.00"), ("1", "革一镇", "91", "", "", ""),
    ),
    "side by side, rank last": table(
        ("单位", "得分", "排名", "单位", "得分", "排名"),
        ("县财政局", "89.5", "1", "县教育局", "84", "2"), ("革一镇", "91", "1", "", "", ""),
    ),
    "a table for each group": table(("部门", "总得分（分）"), *[row[:2] for row in ROWS[:2]])
    + table(("乡镇", "总得分（分）"), ROWS[2][:2]),
    "units side by side": table(("单位", *ALL), ("得分", "89.5", "84", "91")),
    "in a table that makes the layout": table(("菜单", table(("单位", "评估得分", "等次"), *ROWS))),
    "sums, remarks and heads again": table(
        ("单位", "得分"), ROWS[0][:2], ("单位", "得分"), ROWS[1][:2], ("合　计", "264.5"), ROWS[2][:2], ("平均分", "88.17"),
    ),
    "a list": "<p>一、县财政局：89.5分；</p><p>2.县教育局，得84分</p><ul><li>革一镇（ 91 分）</li></ul>",
    "hidden rows are nobody's": table(("单位", "得分"), *[row[:2] for row in ROWS]).replace(
        "</table>", "<tr style='display:none'><td>县财政局</td><td>10</td></tr></table>"
    ),
    "only one column speaks of scores": table(("单位", "评估总得分"), *[row[:2] for row in ROWS]),
    "a sheet": "2021年评估结果\r\n序号,单位,得分\r\n1,县财政局,89.50\r\n2, 县教育局 ,84\r\n3,革一镇,91\r\n".encode("gb18030"),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_that_agree(papers: Store, layout: str) -> None:
    made = held(papers, LAYOUTS[layout])
    assert (made.equal, made.differing, made.missing, made.extra) == (ALL, (), (), ())


def test_a_workbook_with_a_sheet_for_each_group_agrees(papers: Store) -> None:
    book = render_book(
        [
            Sheet("县直", ["单位", "得分"], [row[:2] for row in ROWS[:2]]),
            Sheet("乡镇", ["单位", "得分"], [ROWS[2][:2]]),
        ]
    )
    assert held(papers, book, name="结果.xlsx").agrees


@pytest.mark.parametrize("of", [result(), final()], ids=["draft", "final"])
def test_our_own_page_and_sheets_agree_and_carry_the_digest(papers: Store, of: Result) -> None:
    seen = desk(result(), *([of] if of.version > 1 else []))
    view = publicity(papers, seen, of, None, RULED)
    made = held(papers, render_publicity(view, ZH), of)
    assert made.agrees and made.digest == of.digest and len(made.equal) == 5
    english = Messages("en")
    for content in (
        ranking_csv(view.ranking, ZH),
        ranking_book(view.ranking, english),
        render_publicity(view, english),
    ):
        assert held(papers, content, of, name="x").agrees


def test_the_page_put_up_is_not_the_final_one(papers: Store) -> None:
    """县教育局 went from 84 to 90 and to the first place; both pages show it, each under another head."""
    seen = desk(result(), final())
    old = render_publicity(publicity(papers, desk(result()), result(), None, RULED), ZH)
    new = render_publicity(publicity(papers, seen, final(), None, RULED), ZH)
    assert held(papers, old, final()).digest == result().digest
    told = [
        (one.unit, one.figure.value, one.published, one.frozen)
        for one in held(papers, old, final()).differing
    ]
    assert told == [
        ("县财政局", "rank", "1", "2"), ("县教育局", "score", "84", "90"), ("县教育局", "band", "良好", "优秀"),
        ("县教育局", "rank", "2", "1"),
    ]  # fmt: skip
    assert "score" not in {
        one.figure for one in held(papers, new, result()).differing
    }  # 公示得分 stands there


def test_each_difference_is_named(papers: Store) -> None:
    made = held(
        papers,
        table(
            ("单位", "得分", "等次"),
            ("县财政局", "89.51", "良好"),
            ("县教育局", "—", "良好"),
            ("县档案局", "77", "合格"),
        ),
    )
    assert [(one.unit, one.figure.value, one.published, one.frozen) for one in made.differing] == [
        ("县财政局", "score", "89.51", "89.50"),
        ("县教育局", "score", "—", "84"),
    ]
    assert (made.equal, made.missing, made.extra) == ((), ("革一镇",), ("县档案局",))
    lines = list(collation_lines(made, ZH))
    assert "县财政局　得分：公布为 89.51，定稿为 89.50" in lines
    assert lines[-1] == "所公布的与定稿不一致：2 处数据不符，1 个单位未公布，1 个单位不在定稿内。"


def test_a_unit_that_stands_twice_must_agree_twice(papers: Store) -> None:
    made = held(papers, table(("单位", "得分"), *[row[:2] for row in ROWS], ("县教育局", "48")))
    assert [(one.unit, one.published) for one in made.differing] == [("县教育局", "48")]


def test_a_unit_without_a_score_agrees_with_a_dash(papers: Store) -> None:
    none = result((scored("县水务局", None, None), scored("县财政局", "89.5", 1)))
    assert held(
        papers, table(("名次", "单位", "得分"), ("1", "县财政局", "89.5"), ("–", "县水务局", "未评")), none
    ).agrees


@pytest.mark.parametrize(
    "content",
    [
        "<p>年度考核优秀单位：县财政局、革一镇",
        table(("指标", "得分"), ("组织领导", "8")),
        "<img src=jieguo.jpg>",
        "",
        "单位,等次\r\n县财政局,良好\r\n",
    ],
)
def test_what_shows_no_figures_is_not_taken_for_agreement(papers: Store, content: str) -> None:
    with pytest.raises(Fault, match="published_unreadable"):
        held(papers, content)


def test_a_person_says_which_column_counts_where_several_may(papers: Store) -> None:
    two = table(("单位", "平时总得分", "年终总得分"), *[(name, "50", score) for name, score, _ in ROWS])
    with pytest.raises(Fault) as refused:
        held(papers, two)
    assert refused.value.params["heads"] == "平时总得分、年终总得分"
    assert held(papers, two, column="年终总得分").agrees
    assert len(held(papers, two, column="平时总得分").differing) == 3
    with pytest.raises(Fault, match="published_unreadable"):
        held(papers, two, column="得分率")


def test_hostile_pages_end(papers: Store) -> None:
    wide = "<table>" + "<tr><td rowspan=65534 colspan=1000>x" * 300 + "</table>"
    deep = "<table><tr><td>" * 1000
    for content in (wide, deep, "<table>" + "<td>" * 20_000, "<table>\x00<tr><td colspan=-1 rowspan=x>"):
        with pytest.raises(Fault, match="published_unreadable"):
            held(papers, content)


def test_pdf_and_old_sheets_are_told_as_what_they_are(papers: Store, tmp_path: Path) -> None:
    with pytest.raises(Fault):
        held(papers, b"%PDF-1.4\n\x00\xff", name="结果.pdf")
    (tmp_path / "a.xls").write_bytes(b"\xd0\xcf\x11\xe0 old")
    with pytest.raises(Fault, match="sheet_old_format"):
        gathered([str(tmp_path / "a.xls")], allow_private=False, contact=None)


def test_a_comparison_is_entered_with_what_was_read(store: Store) -> None:
    opened(store, result())
    page = render_publicity(publicity(store, desk(result()), result(), None, RULED), ZH)
    made = collate(store, result(), [Source("http://www.taijiang.example/gs.html", page)], None, RULED)
    entered(store, open_desk(store), made, RULED, "李强", RULED)
    (kept,) = open_desk(store).of(EntryKind.COMPARED)
    assert told_in(kept, Collation) == made and kept.by == "李强"
    assert store.paper(made.sources[0].sha256) == page


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("89.50", "89.5"),
        ("８９．５分", "89.5"),
        (" 89.5 (良好)", "89.5"),
        ("1,089", "1089"),
        ("-2", "-2"),
        ("'-2", "-2"),
    ],
)
def test_figures(text: str, figure: str) -> None:
    assert str(figure_of(text)).rstrip("0").rstrip(".") == figure


@pytest.mark.parametrize("text", ["", "—", "89/100", "89.5.1", "优秀", "86～89", "一百", "1" * 400])
def test_no_figures(text: str) -> None:
    assert figure_of(text) is None


def test_names_and_places() -> None:
    assert name_of("1．县 财\u200b政　局※") == name_of("县财政局") != name_of("财政局")
    assert [place_of(one) for one in ("3", "第3名", "并列第三", "–", "")] == [3, 3, 3, None, None]
