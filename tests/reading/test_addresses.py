"""URLs as browsers resolve them, and the names columns and findings are filed under."""

from collections.abc import Callable

import pytest

from model import LinkRelation, PageFacts, Site
from reading import canonical_locus, column_key
from reading.address import Bases, is_article_url, own_hosts, resolve, without_index

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


PAGE = "http://www.x.gov.cn/a/b/page.html?old=1#part"


def relation_of(raw: str, tag: str = "a") -> LinkRelation:
    return Bases(PAGE, "utf-8", own_hosts(SITE)).seen(raw, tag)[1]


JOINED = [
    # paths and dot segments
    ("c.html", "http://www.x.gov.cn/a/b/c.html"),
    ("./c.html", "http://www.x.gov.cn/a/b/c.html"),
    (".", "http://www.x.gov.cn/a/b/"),
    ("..", "http://www.x.gov.cn/a/"),
    ("../", "http://www.x.gov.cn/a/"),
    ("../../../../c", "http://www.x.gov.cn/c"),
    ("/./c/../d", "http://www.x.gov.cn/d"),
    ("/c/.", "http://www.x.gov.cn/c/"),
    ("/c/..", "http://www.x.gov.cn/"),
    ("/c/d/../..//e", "http://www.x.gov.cn//e"),
    ("%2e%2E/c", "http://www.x.gov.cn/a/c"),
    (".%2e/c", "http://www.x.gov.cn/a/c"),
    ("/c/%2e", "http://www.x.gov.cn/c/"),
    ("c%2fd", "http://www.x.gov.cn/a/b/c%2fd"),
    ("...", "http://www.x.gov.cn/a/b/..."),
    ("c//d", "http://www.x.gov.cn/a/b/c//d"),
    ("/a b.doc", "http://www.x.gov.cn/a%20b.doc"),
    ("/a%zz", "http://www.x.gov.cn/a%zz"),
    ("/a|b^c`d{e}", "http://www.x.gov.cn/a|b%5Ec%60d%7Be%7D"),
    ("/公开/指南.html", "http://www.x.gov.cn/%E5%85%AC%E5%BC%80/%E6%8C%87%E5%8D%97.html"),
    # white space, tabs, line breaks, backslashes
    ("  c.html  ", "http://www.x.gov.cn/a/b/c.html"),
    ("\x00\x1fc.html", "http://www.x.gov.cn/a/b/c.html"),
    ("c\t.ht\nml\r", "http://www.x.gov.cn/a/b/c.html"),
    ("htt\np://y.cn/", "http://y.cn/"),
    ("\\c\\d", "http://www.x.gov.cn/c/d"),
    ("..\\c", "http://www.x.gov.cn/a/c"),
    ("\\\\y.cn\\c", "http://y.cn/c"),
    ("http:\\\\y.cn\\c", "http://y.cn/c"),
    ("/c?q=\\d", "http://www.x.gov.cn/c?q=\\d"),
    # queries and fragments
    ("", "http://www.x.gov.cn/a/b/page.html?old=1"),
    ("#top", "http://www.x.gov.cn/a/b/page.html?old=1"),
    ("?q=1", "http://www.x.gov.cn/a/b/page.html?q=1"),
    ("?", "http://www.x.gov.cn/a/b/page.html?"),
    ("?#x", "http://www.x.gov.cn/a/b/page.html?"),
    ("c?q=a b", "http://www.x.gov.cn/a/b/c?q=a%20b"),
    ("c?q=<\"'>", "http://www.x.gov.cn/a/b/c?q=%3C%22%27%3E"),
    ("c?q=/../d", "http://www.x.gov.cn/a/b/c?q=/../d"),
    ("c?q=?d#e#f", "http://www.x.gov.cn/a/b/c?q=?d"),
    # hosts, ports, user information
    ("//y.cn", "http://y.cn/"),
    ("//y.cn?q", "http://y.cn/?q"),
    ("//y.cn#q", "http://y.cn/"),
    ("HTTPS://Y.CN/C", "https://y.cn/C"),
    ("http://y.cn:80/", "http://y.cn/"),
    ("https://y.cn:443/", "https://y.cn/"),
    ("https://y.cn:80/", "https://y.cn:80/"),
    ("http://y.cn:/c", "http://y.cn/c"),
    ("http://y.cn:008080/", "http://y.cn:8080/"),
    ("http://y.cn:65536/", None),
    ("http://y.cn:8a/", None),
    ("http://user:pass@y.cn/", "http://user:pass@y.cn/"),
    ("http://user@y.cn/", "http://user@y.cn/"),
    ("http://@y.cn/", "http://y.cn/"),
    ("http://a@b@y.cn/", "http://a%40b@y.cn/"),
    ("http://y.cn./", "http://y.cn./"),
    ("http://%79.cn/", "http://y.cn/"),
    ("http://y%20z.cn/", None),
    ("http://y z.cn/", None),
    ("http://y<.cn/", None),
    ("http://", None),
    ("https://?q", None),
    ("http://:80/", None),
    # names of other scripts
    ("http://公开.中国/", "http://xn--55qw44a.xn--fiqs8s/"),
    ("http://公开。中国/", "http://xn--55qw44a.xn--fiqs8s/"),
    ("http://ＷＷＷ．ｙ．ｃｎ/", "http://www.y.cn/"),
    ("http://xn--fiqs8s/", "http://xn--fiqs8s/"),
    # addresses of four numbers, however they are written, and of IPv6
    ("http://10.1/", "http://10.0.0.1/"),
    ("http://0x7f.1/", "http://127.0.0.1/"),
    ("http://0300.168.0.1/", "http://192.168.0.1/"),
    ("http://3232235521/", "http://192.168.0.1/"),
    ("http://1.2.3.256/", None),
    ("http://1.2.3.4.5/", None),
    ("http://[2001:DB8::1]:80/", "http://[2001:db8::1]/"),
    ("http://[::g]/", None),
    # what browsers make of mistyped ones
    ("http:c", "http://www.x.gov.cn/a/b/c"),
    ("http:/c", "http://www.x.gov.cn/c"),
    ("https:/y.cn/c", "https://y.cn/c"),
    ("http:///y.cn/c", "http://y.cn/c"),
    ("//////y.cn/c", "http://y.cn/c"),
    ("http//y.cn", "http://www.x.gov.cn/a/b/http//y.cn"),
    ("http：//y.cn", "http://www.x.gov.cn/a/b/http%EF%BC%9A//y.cn"),
    ("www.y.cn", "http://www.x.gov.cn/a/b/www.y.cn"),
]


@pytest.mark.parametrize(("raw", "wanted"), JOINED)
def test_joining_by_the_rules_of_the_standard(raw: str, wanted: str | None) -> None:
    assert resolve(PAGE, raw) == wanted


@pytest.mark.parametrize(
    ("raw", "charset", "wanted"),
    [
        ("/s?w=公开", "utf-8", "http://www.x.gov.cn/s?w=%E5%85%AC%E5%BC%80"),
        ("/s?w=公开", "gb18030", "http://www.x.gov.cn/s?w=%B9%AB%BF%AA"),
        ("/s?w=公開", "big5hkscs", "http://www.x.gov.cn/s?w=%A4%BD%B6}"),
        ("/公开?w=公开", "gb18030", "http://www.x.gov.cn/%E5%85%AC%E5%BC%80?w=%B9%AB%BF%AA"),
        ("/s?w=公&x=1#公", "gb18030", "http://www.x.gov.cn/s?w=%B9%AB&x=1"),
        ("/s?w=%E5%85%AC", "gb18030", "http://www.x.gov.cn/s?w=%E5%85%AC"),
        ("/s?w=开", "big5hkscs", "http://www.x.gov.cn/s?w=%26%2324320%3B"),
        ("/s?w=公", "no-such-charset", "http://www.x.gov.cn/s?w=%E5%85%AC"),
    ],
)  # fmt: skip
def test_queries_take_the_charset_of_the_page(raw: str, charset: str, wanted: str) -> None:
    assert resolve(PAGE, raw, charset) == wanted


@pytest.mark.parametrize(
    "raw",
    [
        "http:/x", "http:x", "http:", "https:/y.cn/c", "//////x", "///x.gov.cn/a", "\\\\\\x", "http:///x.cn/", "https:////x.cn",
        "http//x.gov.cn", "https//x.gov.cn/a", "http;//x.gov.cn", "http.//x.gov.cn", "http://http://x.gov.cn", "http://https://x.gov.cn",
        "http://http//x.gov.cn", "//http://x.gov.cn", "http://x.gov.cnhttp://y.gov.cn", "http://www. x.gov.cn/", "http:// www.x.gov.cn/",
        "http://www.x .gov.cn/", "htp://x.gov.cn", "htttp://x.gov.cn", "ttp://x.gov.cn", "httpp://x.gov.cn", "hhtp://x.gov.cn", "htps://x.gov.cn",
        "http：//x.gov.cn", "https：//x.gov.cn", "http:／／x.gov.cn", "http∶//x.gov.cn", "http\n://http://x.gov.cn", " http:/x ", "http://", "http://x.gov.cn:8a/",
    ],
)  # fmt: skip
def test_mistyped_addresses_are_told_as_such(facts: Callable[..., PageFacts], raw: str) -> None:
    assert relation_of(raw) is LinkRelation.MALFORMED
    links = facts(f'<body><p><a href="{raw}">某某通知公告</a></p></body>').links
    assert [(link.relation, link.url) for link in links] == [(LinkRelation.MALFORMED, raw)]


@pytest.mark.parametrize(
    "raw",
    [
        "http://x.gov.cn", "HTTP://x.gov.cn", "//x.gov.cn/a", "/a//b", "/http://x.gov.cn", "a/http//b", "http/a.html", "http.html", "https/", "\\\\x.cn\\a",
        "http:\\\\x.cn", "http://https.gov.cn/", "http://http.cn:80/", "http://x.gov.cn/?u=http://y.cn", "http://x.gov.cn/http:/y", "http\n://x.gov.cn",
        "tp.html", "/s:/t", "?http:/x", "./http:x", "www.x.gov.cn", "http://10.1/", "https:\\x.cn".replace("\\", "//"),
    ],
)  # fmt: skip
def test_odd_addresses_that_browsers_follow(raw: str) -> None:
    assert relation_of(raw) in (LinkRelation.INTERNAL, LinkRelation.EXTERNAL)


@pytest.mark.parametrize(
    "scheme",
    [
        "ftp://y.cn/a",
        "thunder://QUFodHRw",
        "ed2k://x",
        "rtsp://y.cn/a",
        "data:,x",
        "about:blank",
        "file:///c:/a",
    ],
)
def test_other_schemes_are_not_mistyped(scheme: str) -> None:
    assert relation_of(scheme) is LinkRelation.SCRIPT_ONLY


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
    assert relation_of(raw, tag) is relation


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


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("http://www.x.gov.cn/a/index.html", "http://www.x.gov.cn/a/"),
        ("http://www.x.gov.cn/Default.ASPX", "http://www.x.gov.cn/"),
        ("http://www.x.gov.cn/index.action", "http://www.x.gov.cn/"),
        ("http://www.x.gov.cn/a/index_2.html", "http://www.x.gov.cn/a/index_2.html"),
        ("http://www.x.gov.cn/a/main.html", "http://www.x.gov.cn/a/main.html"),
        ("http://www.x.gov.cn/a/index.html?p=2", "http://www.x.gov.cn/a/index.html?p=2"),
    ],
)
def test_a_page_and_its_index_file_are_one(url: str, wanted: str) -> None:
    assert without_index(url) == wanted
