"""URLs as browsers resolve them, and the names columns and findings are filed under."""

from collections.abc import Callable

import pytest

from model import LinkRelation, PageFacts, Site
from reading import canonical_locus, column_key
from reading.address import is_article_url, relation_of, resolve

SITE = Site(home="http://www.x.gov.cn/")


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("../b/c.html", "http://www.x.gov.cn/b/c.html"),
        ("  ./d.html\n", "http://www.x.gov.cn/a/d.html"),
        ("?p=1#top", "http://www.x.gov.cn/a/page.html?p=1"),
        ("", "http://www.x.gov.cn/a/page.html"),
        ("//cdn.cn/x.js", "http://cdn.cn/x.js"),
        ("HTTP://WWW.X.GOV.CN:80/A/../b", "http://www.x.gov.cn/b"),
        ("\\b\\c.html", "http://www.x.gov.cn/b/c.html"),
        ("文件.doc", "http://www.x.gov.cn/a/%E6%96%87%E4%BB%B6.doc"),
        ("http://[bad", None),
    ],
)
def test_resolving_as_browsers_do(raw: str, wanted: str | None) -> None:
    assert resolve("http://www.x.gov.cn/a/page.html", raw) == wanted


def test_only_the_query_takes_the_charset_of_the_page() -> None:
    url = resolve("http://www.x.gov.cn/", "/搜.jsp?w=公开", "gb18030")
    assert url == "http://www.x.gov.cn/%E6%90%9C.jsp?w=%B9%AB%BF%AA"


@pytest.mark.parametrize(
    ("url", "locus"),
    [
        ("http://www.x.gov.cn/a/b.html?c=1", "/a/b.html?c=1"),
        ("https://www.x.gov.cn/a/", "/a/"),
        ("https://www.x.gov.cn:443/", "/"),
        ("http://www.x.gov.cn:8080/a", "http://www.x.gov.cn:8080/a"),
        ("http://y.cn/a", "http://y.cn/a"),
    ],
)
def test_canonical_locus(url: str, locus: str) -> None:
    assert canonical_locus(url, SITE) == locus


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/gzdt/index.html", "/gzdt/"),
        ("/gzdt/index_2.html", "/gzdt/"),
        ("/gzdt/", "/gzdt/"),
        ("/c100494/xwzx_list_3.shtml", "/c100494/xwzx_list.shtml"),
        ("/channels/18287_48.html", "/channels/18287.html"),
        ("/content/post_9901188.html", "/content/post_9901188.html"),
        ("/list.jsp?node_id=7&cur_page=3", "/list.jsp?node_id=7"),
        ("/list.jsp?page=2", "/list.jsp"),
    ],
)
def test_column_key_drops_index_and_page_number(path: str, key: str) -> None:
    assert column_key("http://www.x.gov.cn" + path, SITE) == key


@pytest.mark.parametrize(
    ("raw", "tag", "relation"),
    [
        ("javascript:void(0)", "a", LinkRelation.SCRIPT_ONLY),
        ("#", "a", LinkRelation.SCRIPT_ONLY),
        ("", "a", LinkRelation.SCRIPT_ONLY),
        ("mailto:a@x.gov.cn", "a", LinkRelation.CONTACT),
        ("tel:12345", "a", LinkRelation.CONTACT),
        ("${Catalog.Link}", "a", LinkRelation.PLACEHOLDER),
        ("{{item.url}}", "a", LinkRelation.PLACEHOLDER),
        ("<?=el.link?>", "a", LinkRelation.PLACEHOLDER),
        ("<%=url%>", "a", LinkRelation.PLACEHOLDER),
        ("[!--titleurl--]", "a", LinkRelation.PLACEHOLDER),
        ("/a/[!--titleurl--]", "a", LinkRelation.PLACEHOLDER),
        ("[field:arcurl/]", "a", LinkRelation.PLACEHOLDER),
        ("{dede:field.url/}", "a", LinkRelation.PLACEHOLDER),
        ("{$vo.url}", "a", LinkRelation.PLACEHOLDER),
        ("%url%", "a", LinkRelation.PLACEHOLDER),
        ("__URL__", "a", LinkRelation.PLACEHOLDER),
        ("__ROOT__/a/b.html", "a", LinkRelation.PLACEHOLDER),
        ("@Model.Url", "a", LinkRelation.PLACEHOLDER),
        ("#URL#", "a", LinkRelation.PLACEHOLDER),
        ("undefined", "a", LinkRelation.PLACEHOLDER),
        ("null", "a", LinkRelation.PLACEHOLDER),
        ("NaN", "a", LinkRelation.PLACEHOLDER),
        ("void(0)", "a", LinkRelation.SCRIPT_ONLY),
        ("javascript：void(0)", "a", LinkRelation.SCRIPT_ONLY),
        ("JavaScript :void(0)", "a", LinkRelation.SCRIPT_ONLY),
        ("java script:;", "a", LinkRelation.SCRIPT_ONLY),
        ("12345@qq.com", "a", LinkRelation.CONTACT),
        ("tel：123", "a", LinkRelation.CONTACT),
        ("mailto：a@b", "a", LinkRelation.CONTACT),
        ("/ok/%D6%D0%CE%C4.html", "a", LinkRelation.INTERNAL),
        ("%D6%D0%CE%C4.html", "a", LinkRelation.INTERNAL),
        ("%D6%D0/", "a", LinkRelation.INTERNAL),
        ("/a/@user/b.html", "a", LinkRelation.INTERNAL),
        ("/a/__b__/c.html", "a", LinkRelation.INTERNAL),
        ("/null/a.html", "a", LinkRelation.INTERNAL),
        ("/undefined.html", "a", LinkRelation.INTERNAL),
        ("/a/[1].html", "a", LinkRelation.INTERNAL),
        ("nanning/", "a", LinkRelation.INTERNAL),
        ("/a/x@y.html", "a", LinkRelation.INTERNAL),
        ("http://[bad", "a", LinkRelation.MALFORMED),
        ("data:image/png;base64,AA", "img", LinkRelation.SCRIPT_ONLY),
        ("/a/P0202106.doc", "a", LinkRelation.ATTACHMENT),
        ("/a/b.jpg", "a", LinkRelation.IMAGE),
        ("/a/b", "img", LinkRelation.IMAGE),
        ("/a/b.css", "link", LinkRelation.STYLE),
        ("https://www.x.gov.cn/c", "a", LinkRelation.INTERNAL),
        ("http://y.cn/", "a", LinkRelation.EXTERNAL),
    ],
)
def test_relations(raw: str, tag: str, relation: LinkRelation) -> None:
    assert relation_of(raw, resolve("http://www.x.gov.cn/", raw), tag, SITE) is relation


@pytest.mark.parametrize(
    ("path", "article"),
    [
        ("/gzdt/202006/t20200623_61199953.html", True),
        ("/art/2021/6/9/art_123_456.html", True),
        ("/c100494/2021/1/7/121e258280da4097b4991e38f050fd5e.shtml", True),
        ("/n2253534/c8994243/content.html", True),
        ("/content/post_9901188.html", True),
        ("/info/1027/43934.html", True),
        ("/contents/18107/375255.html", True),
        ("/gzdt/index.html", False),
        ("/channels/18287.html", False),
        ("/scedu/c100494/xwzx_list.shtml", False),
        ("/zwgk/zcfg_62459/", False),
    ],
)
def test_article_urls(path: str, article: bool) -> None:
    assert is_article_url("http://www.x.gov.cn" + path) is article


@pytest.mark.parametrize(
    "raw", ["undefined", "null", "void(0)", "javascript：void(0)", "12345@qq.com", "%url%"]
)
def test_what_is_no_link_leads_nowhere(facts: Callable[..., PageFacts], raw: str) -> None:
    read = facts(f"<body><p><a href='{raw}'>详细内容</a></p></body>")
    assert [(link.raw, link.url) for link in read.links] == [(raw, "")]
