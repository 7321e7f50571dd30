"""The words of a digest: short, complete about what was not seen, and harmless whatever strangers wrote."""

import json
import re

import pytest

from model import Change, Digest, Severity
from report.digest import (
    MOST_LINES,
    command_of,
    cut,
    render_html,
    render_json,
    render_markdown,
    render_text,
    tell_digest,
    title_text,
)
from report.messages import Messages
from tests.report import telling

ZH, EN = Messages("zh_CN"), Messages("en")


def text(digest: Digest, messages: Messages = ZH) -> str:
    return render_text(tell_digest(digest, messages), messages)


@pytest.mark.parametrize("messages", [ZH, EN], ids=["zh_CN", "en"])
def test_a_full_digest_keeps_to_its_length_and_says_what_is_left_out(messages: Messages) -> None:
    lines = [line for line in text(telling.digest(), messages).splitlines() if line]
    assert len(lines) <= MOST_LINES
    more = [line for line in lines if re.search(r"另有 \d+ 项|and \d+ more", line)]
    assert len(more) == len(Change) + 2
    assert not [line for line in lines if re.search(r"\{|digest\.", line)]


def test_what_could_not_be_checked_stands_beside_the_counts() -> None:
    told = text(telling.digest(items=1, count=1, unseen_count=3))
    assert told.splitlines()[:5] == [
        "读网夜巡摘要 2026-11-20 全部网站",
        "时间：2026-11-20 22:00 至 2026-11-21 06:00（北京时间）。",
        "应检查网站 40 个，已检查 37 个，未能检查 3 个；未能检查不等于合格。",
        "现存问题 123 个；新增 1，反弹 1，已整改 1，逾期未改 1，即将到期 1，异议待复核 1。",
        "已检查的网站中另有未能核实的判定：需人工核实 3，未采集 4；未核实不等于合格。",
    ]
    assert "甲县人民政府：首页无法打开或被拦截，未能判定" in told
    assert "甲县人民政府：已整改 1，得分 90～92 → 85，未能核实 2" in told
    assert "（整改期限 2026-11-18，已逾期 2 个工作日）" in told and "（复核期限 2026-11-18）" in told


def test_a_night_that_saw_nothing_says_so_first() -> None:
    nothing = telling.digest(
        done=0, asked=2, unseen_count=2, parts=(), lines=(), lines_count=0, unverified={}
    )
    assert "一个也未能检查（2 个）" in text(nothing).splitlines()[2]
    clean = telling.digest(
        done=2,
        asked=2,
        unseen=(),
        unseen_count=0,
        parts=(),
        lines=(),
        lines_count=0,
        unverified={},
        standing=0,
    )
    assert [line for line in text(clean, EN).splitlines() if line][2:4] == [
        "Sites to check: 2; checked: 2.",
        "Problems standing: 0; new 0, come back 0, mended 0, overdue 0, due soon 0, disputes to rule on 0.",
    ]


def test_a_suspected_veto_is_told_as_suspected() -> None:
    part = telling.digest().parts[0].model_copy(update={"items": (telling.item(1, severity=Severity.VETO),)})
    assert "（疑似单项否决，待人工核实）" in text(telling.digest(parts=(part,)))


def test_markdown_has_no_link_mention_or_code_of_a_strangers_making() -> None:
    told = render_markdown(tell_digest(telling.hostile(), ZH), ZH)
    assert not re.search(r"[\[\]<>`~|]|https?:|\x1b|\u202e", told)
    assert re.fullmatch(r"(## .*|\*\*[^*]+\*\*|- [^*#]*|[^*#]*|\n)*", told, re.S)
    assert "点我" in told and "evil.example" in told  # the words are still there to read


def test_html_is_escaped_and_fetches_nothing() -> None:
    page = render_html(tell_digest(telling.hostile(), ZH), ZH)
    assert "<script" not in page and "<img" not in page and "&lt;script&gt;" in page
    tags = "".join(re.findall(r"<[^>]+>", page))
    assert not re.search(r"\b(src|href|url|on\w+)\s*[=(]", tags) and "default-src 'none'" in page
    assert "\x1b" not in page and "\u202e" not in page


def test_json_gives_counts_and_every_item_with_its_sentence() -> None:
    found = json.loads(render_json(telling.digest(), EN))
    assert (found["asked"], found["done"], found["unseen_count"]) == (40, 37, 300)
    part = found["parts"][0]
    assert (part["change"], part["count"], len(part["items"])) == ("new", 300, 20)
    assert part["items"][0]["text"] == "“通知公告” holds nothing." and part["items"][0]["id"].startswith("F-")
    assert found["unseen"][0]["text"].startswith("the home page could not be opened")
    json.loads(render_json(telling.hostile(), ZH))


def test_title_and_command_name_what_was_asked_about() -> None:
    assert title_text(telling.digest(organiser="甲局"), ZH) == "读网夜巡摘要 2026-11-20 甲局"
    assert (
        title_text(telling.digest(night=None, channel="office"), EN)
        == "duwang digest since 2026-11-20, 40 sites"
    )
    assert command_of(telling.digest(group="甲组")) == 'duwang digest --night N20261120 --group "甲组"'
    assert command_of(telling.digest(night=None)) == "duwang digest --since 2026-11-20"
    assert "\n" not in title_text(telling.digest(organiser="甲\r\nBcc: x@y"), ZH)


def test_a_cut_falls_between_lines_and_points_to_the_whole() -> None:
    assert cut("甲\n乙", 100, "…") == "甲\n乙"
    lines = "\n".join("甲" * 10 for _ in range(10))
    found = cut(lines, 100, "（全文见甲）")
    assert len(found.encode()) <= 100 and found.endswith("\n（全文见甲）")
    assert set(found.split("\n")[:-1]) == {"甲" * 10}
