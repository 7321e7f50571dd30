"""What a fetch really was once its bytes are read."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.outcome import of_status
from model import FetchOutcome, PageFacts, PageKind, Purpose, Redirect
from report.messages import LANGUAGES, Messages
from report.text import cause_text

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


NAV = "<div class='nav'><ul><li><a href='/'>首页</a></li><li><a href='/a/'>页面不存在</a></li></ul></div>"


@pytest.mark.parametrize(
    ("name", "title", "main"),
    [
        ("a list with such a headline", "乡镇动态-某县", "<ul><li><a href='/a/t1.html'>某镇整治“页面不存在”等死链问题</a><i>2021-01-03</i></li></ul>"),
        ("a headline in a list without dates", "乡镇动态-某县", "<ul><li><a href='/a/t1.html'>您访问的页面不存在</a></li></ul>"),
        ("the disclosure guide", "政府信息公开指南-某县", "<p>三、答复。申请公开的信息不存在的，告知申请人该信息不存在。</p>"),
        ("requests", "依申请公开-某县", "<p>常见答复类型：予以公开、不予公开、信息不存在。</p>"),
        ("a reply that there is no such information", "政府信息不存在答复书-某县", "<p>经检索，该信息不存在或已被删除。</p>"),
        ("a notice that there is no such information", "行政处罚文书（信息不存在告知书）", "<p>你申请公开的信息不存在，特此告知。</p>"),
        ("an article that quotes the words", "整改通报-某县", "<p>近期部分网站出现“页面不存在”的问题，现通报如下。</p>"),
        ("an article named after the words", "网站提示“页面不存在”怎么办-某县", "<h1>网站提示“页面不存在”怎么办</h1><p>您访问的页面不存在，请检查地址。</p>"),
        ("a page that shows its own title", "死链整改情况说明-某县", "<h1>死链整改情况说明</h1><p>您访问的页面不存在。</p>"),
        ("a short notice under its own heading", "通报-某县", "<h1>通报</h1><p>抽查发现：网页不存在。</p>"),
        ("the words with more behind them", "公告-某县", "<p>您访问的页面不存在假冒情况</p>"),
        ("a dated notice", "公告-某县", "<p>您访问的页面不存在。</p><p>2021年1月3日</p>"),
        ("a page with an attachment", "公告-某县", "<p>您访问的页面不存在。</p><a href='/a/b.doc'>整改表</a>"),
        ("room 404", "404宿舍消防安全检查情况-某县", "<p>对宿舍进行检查，发现隐患2处。</p>"),
        ("what 404 means", "x-某县", "<h1>404房间拍卖公告</h1><p>404 Not Found 是常见错误代码。</p>"),
        ("a service that needs a login", "办事服务-某县", "<p>" + "网上办理须知。" * 20 + "请先登录</p>"),
        ("a letter that quotes what was shown", "网友来信-某县", "<p>反映办事指南打开后提示您访问的页面不存在</p><p>答复：已修复。</p>"),
        ("taken down on request", "某县政府", "<p>应当事人要求，该文章已被删除</p>"),
        ("a bus line", "404", "<p>404路公交线路：东站-西站</p>"),
        ("an offer that has run out", "招聘信息", "<p>该信息已过期</p>"),
        ("a link to the login", "办事服务-某县", "<p>网上办理须知</p><a href='/l'>请先登录</a>"),
    ],
)  # fmt: skip
def test_honest_pages_say_such_words_too(
    facts: Callable[..., PageFacts], name: str, title: str, main: str
) -> None:
    html = f"<title>{title}</title><body>{NAV}<div class='main'>{main}</div></body>"
    for purpose in (Purpose.COLUMN, Purpose.ARTICLE):
        read = facts(html, "http://rsj.example/b/", purpose=purpose)
        assert (read.outcome, read.outcome_reason) == (O.OK, None), name


@pytest.mark.parametrize(
    ("title", "main"),
    [
        ("某县人民政府", "<p>抱歉，您要查看的文章已被删除！</p><a href='/'>返回首页</a>"),
        ("页面不存在-某县人民政府", "<p>返回首页</p>"),
        ("404错误页面", "<p>返回首页</p>"),
        ("某县人民政府", "<p>该信息已被删除</p>"),
        ("提示", "<p>该页面不存在或已被删除。</p>"),
        ("提示", "<h1>提示</h1><p>您访问的页面不存在。</p>"),
        ("提示", "<p>页面走丢了~</p>"),
        ("提示", "<p>无法找到该网页</p>"),
        (
            "404错误",
            "<h1>404</h1><p>您访问的页面不存在，可能是您输入的网址有误，或该页面已被管理员删除、更名或暂时不可用</p><p>您可以：检查网址是否正确</p>",
        ),
        ("提示信息", "<p>很遗憾，您要访问的页面不存在</p><p>3秒之后自动跳转到首页，等待时间：3</p>"),
        (
            "提示",
            "<p>对不起，您访问的页面不存在！该页面可能因网站改版移动了位置，给您带来不便，敬请谅解！</p><p>某县人民政府办公室</p><p>主办单位：某县人民政府办公室 邮编：100000</p>",
        ),
        ("提示", "<p>404 Not Found</p>"),
    ],
)
def test_pages_that_only_say_they_are_gone(facts: Callable[..., PageFacts], title: str, main: str) -> None:
    html = f"<title>{title}</title><body>{NAV}<div class='main'>{main}</div></body>"
    assert facts(html, ARTICLE, purpose=Purpose.ARTICLE).outcome is O.SOFT404
    assert facts(html, "http://rsj.example/", purpose=Purpose.HOME).outcome is O.OK


def test_a_home_page_with_such_a_headline_is_a_home_page(facts: Callable[..., PageFacts]) -> None:
    html = f"<title>首页-某县</title><body>{NAV}<p>您访问的页面不存在</p></body>"
    read = facts(html, "http://rsj.example/", purpose=Purpose.HOME)
    assert (read.outcome, read.kind) == (O.OK, PageKind.HOME)


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
    html = "<title>某县政府网</title><p>" + "欢迎。" * (20 if "404" in final else 900)
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


def shown(main: str, title: str = "提示") -> str:
    return f"<html><head><title>{title}</title></head><body>{main}</body></html>"


@pytest.mark.parametrize(
    ("status", "headers", "html", "reason"),
    [
        (521, {"set-cookie": "__jsluid_s"}, "<script>document.cookie=('_')+('_')+('j')+('s')+('l');</script>", "jsl"),
        (521, {}, "", "jsl"),
        (512, {}, "", "jsl"),
        (412, {"set-cookie": "AbCdEfGhS"}, "", "ruishu"),
        (412, {}, "", "status_412"),
        (202, {"set-cookie": "FSSBBIl1UgzbN7NO, FSSBBIl1UgzbN7NP"}, "", "ruishu"),
        (202, {}, "", "status_202"),
        (200, {"set-cookie": "AbCdEfGhT"}, "", "ruishu"),
        (200, {}, " \n", "tiny_body"),
        (200, {}, "<script>$_ts=window['$_ts'];</script>", "ruishu"),
        (200, {"set-cookie": "acw_tc"}, "<script>var arg1='0123456789ABCDEF0123456789ABCDEF';</script>", "aliyun"),
        (405, {}, shown("<img src='https://img.alicdn.com/sd-base/static/1.0.5/image/405.png'>"), "aliyun"),
        (200, {}, "<script>var a={};document['cookie']='__tst_status='+a()+'#;';</script>", "edgeone"),
        (567, {}, "", "edgeone"),
        (403, {}, shown("<iframe src='https://waf-static.tencent.com/501page.html'></iframe>"), "tencent"),
        (403, {}, shown("<p>当前访问疑似黑客攻击，已被网站管理员设置为拦截</p>"), "chuangyu"),
        (403, {}, shown("<p>创宇盾</p>"), "chuangyu"),
        (403, {}, shown("<a href='http://admin.dbappwaf.cn/'>误报反馈</a>"), "xuanwu"),
        (403, {}, shown("<img src='http://404.safedog.cn/images/safedogsite/head.png'>"), "safedog"),
        (403, {}, shown("<div class='yunsuologo'></div>"), "yunsuo"),
        (491, {"wzws-ray": "1"}, "", "wzws"),
        (404, {"wzws-ray": "1"}, "", "wzws"),
        (493, {}, "", "wzws"),
        (403, {"server": "yunjiasu-nginx"}, "<h1>403 Forbidden</h1>", "yunjiasu"),
        (418, {"set-cookie": "HWWAFSESID, HWWAFSESTIME"}, "", "huawei"),
        (503, {"cf-mitigated": "challenge", "server": "cloudflare"}, shown("<p>wait</p>", "Just a moment..."), "cloudflare"),
        (503, {}, shown("<script>window._cf_chl_opt={}</script>", "Just a moment..."), "cloudflare"),
        (200, {}, shown("The requested URL was rejected. Please consult with your administrator. Your support ID is: 1"), "f5"),
        (403, {"server": "NSFocus"}, "<h1>Forbidden</h1>", "nsfocus"),
        (403, {}, "<h1>403 Forbidden</h1>", "status_403"),
        (403, {}, shown("<p>Web应用防火墙</p>"), "waf"),
        (200, {}, shown("<p>您的请求带有不合法参数，已被网站管理员设置拦截！</p>"), "waf"),
        (200, {}, shown("<p>很抱歉，您的访问被阻断。</p>"), "waf"),
        (200, {}, shown("<p>您的访问过于频繁，请稍后再试</p>"), "waf"),
        (200, {}, shown("<script src='/v.js'></script><p>请拖动滑块</p>", "安全验证"), "proof"),
    ],
)  # fmt: skip
def test_protection_products_are_known_by_their_marks(
    facts: Callable[..., PageFacts], status: int, headers: dict[str, str], html: str, reason: str
) -> None:
    of = of_status(status, len(html))
    read = facts(
        html, ARTICLE, purpose=Purpose.ARTICLE, status=status, outcome=of[0], cause=of[1],
        headers={"content-type": "text/html", **headers},
    )  # fmt: skip
    assert (read.outcome, read.outcome_reason) == (O.BLOCKED, reason)
    for language in LANGUAGES:
        words = cause_text(reason, Messages(language))
        assert words != reason, "a person is told in words"


def test_every_product_has_its_words() -> None:
    from reading import challenges

    names = {one.name for one in challenges._PRODUCTS} | {
        name for name, _ in (*challenges._NAMES, *challenges._SERVERS)
    }
    names |= {*challenges._BOTH, *challenges._STATUSES.values(), "proof", "tiny_body"}
    for language in LANGUAGES:
        assert [name for name in sorted(names) if not Messages(language).has(f"challenge.{name}")] == []


MENU = "".join(f"<a href='/{n}/'>栏目{n}</a>" for n in range(12))


@pytest.mark.parametrize(
    ("name", "status", "headers", "html", "outcome"),
    [
        ("an honest 404 behind 加速乐", 404, {"set-cookie": "__jsluid_h", "server": "jiasule-WAF"}, "<h1>404 Not Found</h1>", O.GONE),
        ("an honest 404 behind 网神", 404, {"wzws-ray": "1"}, "<h1>404 Not Found</h1>", O.GONE),
        ("a stub behind 网神", 200, {"wzws-ray": "1"}, '<meta http-equiv="refresh" content="0;URL=./a/">', O.OK),
        ("a page behind 阿里云", 200, {"set-cookie": "acw_tc"}, shown("<p>县政府办公室电话公示</p>"), O.OK),
        ("an honest failure behind Cloudflare", 502, {"server": "cloudflare", "cf-ray": "1"}, "<h1>502 Bad Gateway</h1>", O.SERVER_ERROR),
        ("a page that names products", 200, {}, shown("<p>我局门户网站已部署Web应用防火墙、安全狗和创宇盾，运行平稳。</p>", "网络安全工作情况"), O.OK),
        ("a page that tells of 403", 200, {}, shown("<p>部分用户访问时出现403 Forbidden提示，现已修复。</p>", "关于网站故障的说明"), O.OK),
        ("advice in case of a refusal", 200, {}, shown("<p>如您的访问被拦截，请致电信息中心。</p>", "常见问题"), O.OK),
        ("a quoted refusal", 200, {}, shown("<p>页面提示“您的请求被拦截”的，请更换网络。</p>", "常见问题"), O.OK),
        ("a refusal told on a page with menus", 200, {}, shown(f"{MENU}<p>您的访问被拦截</p>", "常见问题"), O.OK),
        ("a refusal told on a page with the site's metas", 200, {}, "<meta name='SiteIDCode' content='1'><p>您的访问被拦截</p>", O.OK),
        ("a vendor's script in a letter form", 200, {}, shown("<form><input><input></form><script src='https://g.alicdn.com/sd-base/static/1.0/x.js'></script>", "我要写信"), O.OK),
        ("a vendor's script in a feedback form", 200, {}, shown("<form>内容<textarea></textarea></form><script src='https://waf.tencent-cloud.com/x.js'></script>", "网上信访"), O.OK),
        ("a vendor's script beside rows", 200, {}, shown("<ul>" + "<li><a href='/a/'>通知</a></li>" * 3 + "</ul><script src='https://waf.tencent-cloud.com/x.js'></script>"), O.OK),
        ("a notice about such checks", 200, {}, shown("<p>见附件</p><script>1</script>", "关于开展安全验证的通知"), O.OK),
        ("an announcement of such checks", 200, {}, shown("<p>我市政务服务网上线人机验证功能。</p><script>1</script>", "安全验证功能上线公告"), O.OK),
        ("a rule about limits", 200, {}, shown("<p>您的访问过于频繁将被限制，请知悉。</p>", "网站公告"), O.OK),
        ("a refusal whose form asks for a proof", 200, {}, shown("<form id='challenge-form'><input><input name='captcha'></form><script src='https://waf.tencent-cloud.com/x.js'></script>"), O.BLOCKED),
        ("a check in the title beside the site's name", 200, {}, shown("<script>1</script><p>请拖动滑块</p>", "请完成安全验证-某县人民政府"), O.BLOCKED),
        ("a page whose menus stand beside a foreign script", 200, {}, shown(f"{MENU}<script src='//errors.aliyun.com/x.js'></script>"), O.OK),
    ],
)  # fmt: skip
def test_honest_answers_behind_such_products_and_about_them(
    facts: Callable[..., PageFacts],
    name: str,
    status: int,
    headers: dict[str, str],
    html: str,
    outcome: FetchOutcome,
) -> None:
    of = of_status(status, len(html))
    read = facts(
        html, "http://rsj.example/b/", purpose=Purpose.COLUMN, status=status, outcome=of[0], cause=of[1],
        headers={"content-type": "text/html", **headers},
    )  # fmt: skip
    assert read.outcome is outcome, name
