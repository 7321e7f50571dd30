"""The report page: what it says, that it stands alone, and that it stays small. Read with the standard parser."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from model import ColumnForm, ColumnKind, Outcome, RunState
from report.chapters import chapters, parents_of
from report.conclusion import conclude
from report.freshness import freshness
from report.page import render_page, write_page
from report.view import Allowance
from tests.report import sample

ZH, EN = sample.SampleMessages("zh_CN"), sample.SampleMessages("en")
VOID = {"meta", "link", "img", "br", "rect", "line", "circle"}


class Page(HTMLParser):
    """Tags with attributes, text by enclosing id, and whether every tag is closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.broken: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.broken.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))

    def all(self, name: str, attribute: str) -> list[str]:
        return [
            attributes[attribute] or ""
            for tag, attributes in self.tags
            if tag == name and attribute in attributes
        ]


@pytest.fixture(scope="module")
def zh() -> Page:
    return Page(render_page(sample.view(), ZH))


def test_page_is_well_formed_and_ids_are_unique(zh: Page) -> None:
    assert not zh.broken and not zh.open
    ids = [attributes["id"] for _, attributes in zh.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {target[1:] for target in zh.all("a", "href") if target and target.startswith("#")} <= set(ids)


def test_header_names_site_moment_and_pack(zh: Page) -> None:
    for words in ("临溪县人民政府门户网站", "5226280001", "2026-11-21 09:00", "政府网站与政务新媒体检查指标",
                  "国办秘函〔2019〕19号", "版本 1.2.0，校验值 9f2c41d07be3", "R-20261121-090000", "已完成"):  # fmt: skip
        assert words in zh.text, words
    assert zh.all("html", "lang") == ["zh-CN"]


def test_veto_is_only_suspected(zh: Page) -> None:
    assert "疑似单项否决，待人工核实" in zh.text
    assert "79.8–89.9" in zh.text
    assert "空白栏目达到5个" in zh.text and "首页不更新" in zh.text
    assert "更新不及时栏目达到5个" not in zh.text  # at most 4 of 5


def test_every_finding_is_on_the_page_once_under_its_own_heading(zh: Page) -> None:
    places = [attributes["id"] for tag, attributes in zh.tags if tag == "li" and "id" in attributes]
    assert sorted(map(str, places)) == sorted(found.id for found in sample.view().findings)
    found = chapters(sample.view())
    assert [(chapter.section, chapter.count) for chapter in found.problems] == [
        ("PUBLISH", 4),
        ("DESIGN", 12),
    ]
    assert [chapter.section for chapter in found.unsure] == ["VETO", "PUBLISH", "DESIGN"]
    assert [chapter.section for chapter in found.trial] == ["DESIGN"]


def test_evidence_basis_and_state_are_told(zh: Page) -> None:
    for words in ("11-05 我县召开防汛工作会议", "快照 R-20261121-090000/1", "监测时间点前2周内的更新情况", "官方原文",
                  "待核对", "未定分值，不计分", "扣 3 分", "反弹", "异议", "首次发现 2026-10-25", "另有 450 个父页面"):  # fmt: skip
        assert words in zh.text, words


def test_coverage_tells_what_was_not_seen_and_how_to_mend_it(zh: Page) -> None:
    for words in ("行政规范性文件", "领导信箱", "状态码 412", "安装 Chromium", "zwfw.linxi.gov.cn", "/usr/bin/chromium",
                  "发现 214 个外部链接", "达到页数上限", "https://www.linxi.gov.cn/search/"):  # fmt: skip
        assert words in zh.text, words


def test_nothing_is_loaded_and_nothing_runs(zh: Page) -> None:
    tags = {tag for tag, _ in zh.tags}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "form", "base", "video", "audio"}
    attributes = {name for _, found in zh.tags for name in found}
    assert not {name for name in attributes if name.startswith("on")} and "src" not in attributes
    html = render_page(sample.view(), ZH)
    assert "@import" not in html and not re.search(r"url\((?!#)", html)
    policy = next(
        found["content"] for tag, found in zh.tags if found.get("http-equiv") == "Content-Security-Policy"
    )
    assert str(policy).startswith("default-src 'none'")


def test_only_web_addresses_are_links(zh: Page) -> None:
    links = [link for link in zh.all("a", "href") if not link.startswith("#")]
    assert len(links) > 100
    assert not [link for link in links if not re.match(r"https?://", link)]
    outside = [found for tag, found in zh.tags if tag == "a" and not str(found["href"]).startswith("#")]
    assert {found.get("rel") for found in outside} == {"noopener noreferrer nofollow"}
    assert "javascript:alert(document.domain)" in zh.text


def test_no_invisible_character_reaches_the_page() -> None:
    html = render_page(sample.view(), ZH)
    assert not set(html) & set("\x1b\x07\u202e\u202c\u200b\ufeff")
    assert "<script>" not in html and "<img" not in html
    assert "&lt;script&gt;document.title=" in html


def test_dates_in_sentences_do_not_break_and_words_stay_escaped() -> None:
    html = render_page(sample.view(), ZH)
    assert '最后更新于 <span class="day">2026-10-03</span>，' in html
    assert "&lt;span" not in html and "&amp;lt;" not in html


def test_english_page_speaks_english() -> None:
    page = Page(render_page(sample.view(), EN))
    assert page.all("html", "lang") == ["en"]
    for words in ("Website audit report", "Veto suspected, to be confirmed by a person", "Dead link", "35 days overdue",
                  "updated 1 day ago, allowed 14 days", "Five blank columns", "Publication"):  # fmt: skip
        assert words in page.text, words


def test_a_site_without_findings_has_a_page() -> None:
    page = Page(render_page(sample.clean_view(), ZH))
    assert not page.broken
    assert "没有发现已确认的问题" in page.text
    assert "等次：合格" in page.text


def test_a_run_that_did_not_finish_claims_no_grade() -> None:
    view = sample.clean_view().model_copy(update={"run": sample.run(state=RunState.INTERRUPTED)})
    page = Page(render_page(view, ZH))
    assert "检查未完成，不作结论" in page.text and "本次检查已中断" in page.text
    assert "等次：合格" not in page.text


def test_a_run_without_score_has_a_page() -> None:
    page = Page(render_page(sample.view().model_copy(update={"score": None}), ZH))
    assert "本次检查未计分" in page.text and "链接不可用" in page.text


def test_an_open_score_without_range_is_not_called_a_range() -> None:
    score = sample.SCORE.model_copy(update={"high": sample.SCORE.low})
    page = Page(render_page(sample.view().model_copy(update={"score": score}), ZH))
    assert "尚有 4 项需人工核实" in page.text and "仅按分值明确的指标计算" in page.text
    assert "得分为区间" not in page.text


def test_a_landing_page_lacks_no_dates() -> None:
    landing = sample.column(sample.NEWS.key, "动态要闻", ColumnKind.NEWS, None, form=ColumnForm.LANDING)
    view = sample.view().model_copy(update={"columns": (landing,)})
    assert (freshness(view).bars, freshness(view).undated, freshness(view).unseen) == ((), (), ())


def test_conclusions_in_order_of_gravity() -> None:
    view, score = sample.view(), sample.SCORE
    assert (conclude(view).name, conclude(view).n, conclude(view).other_vetoes) == ("suspected", 1, 1)
    less = score.model_copy(update={"vetoes": score.vetoes[1:]})
    assert conclude(view.model_copy(update={"score": less})).name == "possible"
    none = score.model_copy(update={"vetoes": score.vetoes[2:]})
    assert conclude(view.model_copy(update={"score": none})).name == "undecided"
    assert conclude(sample.clean_view()).name == "band"


def test_two_thousand_findings_stay_below_five_megabytes(tmp_path: Path) -> None:
    write_page(sample.crowded_view(2000), tmp_path / "report.html", ZH)
    assert (tmp_path / "report.html").stat().st_size < 5_000_000
    page = Page((tmp_path / "report.html").read_text("utf-8"))
    assert not page.broken
    assert (
        len([1 for tag, found in page.tags if tag == "li" and str(found.get("id", "")).startswith("F-")])
        == 2000
    )
    assert "展开其余 1988 个" in page.text


def test_parents_fold_and_shrink_with_the_number_of_findings() -> None:
    (found,) = sample.findings_of((sample.dead(5, parents=640),))
    few, many = parents_of(found, 1), parents_of(found, 2000)
    assert (len(few.shown), len(few.folded), few.rest) == (5, 295, 340)
    assert (len(many.shown), len(many.folded), many.rest) == (5, 0, 635)


def test_links_at_a_glance_name_the_dead_the_doubtful_the_refused_and_the_unasked(zh: Page) -> None:
    for words in (
        "已核验 812，失效 9，疑似 2，无法核验 3，未访问 42", "https://www.linxi.gov.cn/zwgk/0003.html", "目标不存在（404, 404）",
        "暂时无法打开，待隔日复核（timeout, timeout）", "目标疑似已变质", "以“duwang/0.1.0”开头的请求", "对同一主机的间隔默认不少于 2 秒",
        "状态码 412", "不许采集程序访问", "超出站外链接的访问预算", "附件",
    ):  # fmt: skip
        assert words in zh.text, words
    english = Page(render_page(sample.view(), EN)).text
    for words in (
        "812 checked, 9 dead, 2 suspected, 3 could not be checked, 42 not asked",
        "begins with “duwang/0.1.0”",
    ):
        assert words in english, words


def test_thousands_of_dead_links_are_cut_short_with_a_word_on_the_sheet() -> None:
    rows = tuple(sample.link_row(number) for number in range(3000))
    links = sample.LINKS.model_copy(update={"rows": rows, "refusals": sample.LINKS.refusals * 30})
    html = render_page(
        sample.view(
            (),
        ).model_copy(update={"links": links}),
        ZH,
    )
    assert len(html) < 1_000_000
    page = Page(html)
    assert not page.broken
    assert "共 3000 条" in page.text and "另有 2800 条，见 duwang export links" in page.text
    assert "另有 40 行，见 duwang export blocked" in page.text


def test_a_page_of_a_run_told_without_links_has_no_such_section() -> None:
    page = Page(render_page(sample.clean_view(), ZH))
    assert "#links" not in page.all("a", "href")


def test_freshness_bars_worst_first_on_one_axis() -> None:
    drawn = freshness(sample.view())
    assert [(bar.column.name, bar.days, bar.overdue_days) for bar in drawn.bars] == [
        ("政策文件", 4012, 3828), ("部门动态", 49, 35), (sample.SCRIPT, 203, None),
        ("通知公告", 96, None), ("乡镇动态", 12, None), ("今日要闻", 1, None),
    ]  # fmt: skip
    assert [bar.outcome for bar in drawn.bars][:3] == [Outcome.FAIL, Outcome.FAIL, Outcome.UNSURE]
    assert all(0 <= bar.at <= 100 and 0 < bar.limit_at <= 100 for bar in drawn.bars)
    overdue = {bar.column.name: bar.at > bar.limit_at for bar in drawn.bars}
    assert overdue == {
        "政策文件": True,
        "部门动态": True,
        sample.SCRIPT: True,
        "通知公告": False,
        "乡镇动态": False,
        "今日要闻": False,
    }
    assert drawn.bars[-1].limit_at > 15  # 14 days can still be seen beside 4,012
    assert [column.name for column in drawn.undated] == ["统计信息"]
    assert [column.name for column in drawn.unseen] == ["行政规范性文件"]


def test_two_rules_on_one_column_show_the_failed_one_then_the_strict_one() -> None:
    both = (
        *sample.ALLOWANCES,
        Allowance(column=sample.DEPARTMENTS.key, rule_id=sample.POLICY_RULE.id, period=sample.HALF_YEAR),
        Allowance(column=sample.NOTICES.key, rule_id="N19-OTHER-01", period=sample.FORTNIGHT),
    )
    bars = {
        bar.column.name: bar for bar in freshness(sample.view().model_copy(update={"allowances": both})).bars
    }
    assert str(bars["部门动态"].period) == "P14D"
    assert (str(bars["通知公告"].period), bars["通知公告"].outcome) == ("P6M", Outcome.PASS)


def test_counts_leave_rules_on_trial_out() -> None:
    counts = sample.view().counts()
    assert (counts[Outcome.FAIL], counts[Outcome.UNSURE], counts[Outcome.PASS]) == (16, 4, 3)
    assert (counts[Outcome.BLOCKED], counts[Outcome.NOT_OBSERVED], counts[Outcome.CRASHED]) == (1, 1, 1)
