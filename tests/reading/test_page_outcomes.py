"""What a fetch really was once its bytes are read."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from model import FetchOutcome, PageFacts, PageKind, Purpose, Redirect

ARTICLE = "http://rsj.example/gzdt/202006/t20200623_61199953.html"
O = FetchOutcome  # noqa: E741 - keeps the table below readable


@pytest.mark.parametrize(
    ("name", "html", "outcome"),
    [
        ("says it is gone", "<title>提示</title><p>温馨提示：您访问的页面不存在或已删除</p>", O.SOFT404),
        ("title 404", "<title>404 - 页面</title><p>返回首页</p>", O.SOFT404),
        ("IIS words", "<p>HTTP 错误 404 - 找不到文件或目录</p>", O.SOFT404),
        ("deleted to its parent", '<meta http-equiv="refresh" content="0;URL=../">', O.SOFT404),
        ("resource words", "<p>抱歉，您请求的资源不存在</p>", O.SOFT404),
        ("long text about a missing page", "<p>" + "关于网站整改的报告。" * 300 + "页面不存在的问题已整改。</p>", O.OK),
        ("missing words far down a middling page", "<p>" + "普查发现若干问题。" * 90 + "您访问的页面不存在</p>", O.OK),
        ("login wall", "<p>该页面需要先登录，请登录后访问</p>", O.LOGIN),
        ("login word in a normal page", "<p>" + "办事指南正文。" * 100 + "<a href='/l'>请先登录</a></p>", O.OK),
        ("two bytes", "  ", O.BLOCKED),
        ("aliyun", "<script>var arg1='0123456789ABCDEF0123456789ABCDEF01234567';</script>", O.BLOCKED),
        ("ruishu", "<script>$_ts=window['$_ts'];$_ts.nsd=1;$_ts.cd='q'</script>", O.BLOCKED),
        ("jsl", "<script>document.cookie=('_')+('_')+('j')+('s')+('l');</script>", O.BLOCKED),
        ("chuangyu", "<p>当前访问疑似黑客攻击，已被网站管理员设置为拦截</p>", O.BLOCKED),
        ("a page that writes about a firewall", "<p>" + "网络安全宣传：Web应用防火墙。" * 60 + "</p>", O.OK),
        ("empty related box", "<p>" + "正文内容。" * 150 + "</p><div>没有相关内容！</div>", O.OK),
    ],
)  # fmt: skip
def test_the_words_of_a_page(
    facts: Callable[..., PageFacts], name: str, html: str, outcome: FetchOutcome
) -> None:
    read = facts(html, ARTICLE, purpose=Purpose.ARTICLE)
    assert read.outcome is outcome
    assert (read.outcome_reason is None) is (outcome is O.OK)


def test_a_column_that_opens_its_parent_is_no_deleted_article(facts: Callable[..., PageFacts]) -> None:
    stub = '<meta http-equiv="refresh" content="0;URL=../">'
    read = facts(stub, "http://rsj.example/a/b/", purpose=Purpose.COLUMN)
    assert (read.outcome, read.kind) == (O.OK, PageKind.JUMP)


@pytest.mark.parametrize(
    ("url", "final", "purpose", "outcome"),
    [
        (ARTICLE, "http://rsj.example/404.htm", Purpose.ARTICLE, O.SOFT404),
        (ARTICLE, "http://rsj.example/", Purpose.ARTICLE, O.REDIRECTED_HOME),
        ("http://rsj.example/list/", "http://rsj.example/index.html", Purpose.LIST, O.REDIRECTED_HOME),
        ("http://rsj.example/", "http://rsj.example/index.html", Purpose.HOME, O.OK),
        ("http://rsj.example/index.html", "http://rsj.example/", Purpose.PROBE, O.OK),
        (ARTICLE, ARTICLE.replace("http:", "https:"), Purpose.ARTICLE, O.OK),
        (ARTICLE, "http://rsj.example/new/t20200623_1.html", Purpose.ARTICLE, O.OK),
    ],
)
def test_where_redirects_end(
    facts: Callable[..., PageFacts], url: str, final: str, purpose: Purpose, outcome: FetchOutcome
) -> None:
    html = "<title>某县政府网</title><p>" + "欢迎。" * 900
    read = facts(html, url, final_url=final, redirects=(Redirect(url=url, status=302),), purpose=purpose)
    assert read.outcome is outcome


def test_the_wire_is_believed_where_it_failed(facts: Callable[..., PageFacts]) -> None:
    gone = facts("<p>Not Found</p>", ARTICLE, outcome=O.GONE, status=404)
    error = facts("", ARTICLE, outcome=O.SERVER_ERROR, status=502, cause="status_502")
    assert (gone.outcome, gone.kind) == (O.GONE, PageKind.ERROR)
    assert (error.outcome, error.outcome_reason) == (O.SERVER_ERROR, "status_502")


def test_a_challenge_behind_a_404_is_a_block(facts: Callable[..., PageFacts]) -> None:
    html = "<script>document.cookie='__jsl_clearance_s=1'</script>"
    assert facts(html, ARTICLE, outcome=O.GONE, status=404).outcome is O.BLOCKED


def test_files_are_not_read_as_pages(facts: Callable[..., PageFacts]) -> None:
    pdf = facts(
        b"%PDF-1.7 404 Not Found", "http://rsj.example/a.pdf", headers={"content-type": "application/pdf"}
    )
    head = facts(b"", "http://rsj.example/a.doc", method="HEAD", purpose=Purpose.PROBE)
    assert (pdf.kind, pdf.outcome) == (PageKind.NOT_HTML, O.OK)
    assert head.outcome is O.OK


@pytest.mark.real_sites
def test_the_eight_blocks_and_deletions(facts: Callable[..., PageFacts], real_sites: Path) -> None:
    seen = {}
    for line in (real_sites / "blocked/manifest.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        moved = "404.htm" in case["headers"].get("X-Note", "")
        read = facts(
            (real_sites / "blocked" / case["file"]).read_bytes(),
            ARTICLE,
            final_url="http://rsj.example/404.htm" if moved else ARTICLE,
            redirects=(Redirect(url=ARTICLE, status=302),) if moved else (),
            purpose=Purpose.ARTICLE,
            status=case["status"],
            headers={name.lower(): value for name, value in case["headers"].items()},
            fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
        )
        seen[case["file"]] = "gone" if read.outcome.missing else read.outcome.value
        assert seen[case["file"]] == case["expect"], case["file"]
    assert len(seen) == 8
