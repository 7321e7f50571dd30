"""Addresses of others that changed hands, and the innocent pages that look like them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bench import labels
from model import FetchOutcome, PageFacts, Purpose, Rank, Redirect

URL = "http://www.abc-news.com.cn/zt/2019/a.html"
FOREIGN = {"purpose": Purpose.PROBE, "rank": Rank.EXTERNAL, "sha256": "0" * 64}


def page(title: str, text: str, description: str = "") -> str:
    meta = f"<meta name='description' content='{description}'>" if description else ""
    return f"<html><head><title>{title}</title>{meta}</head><body>{text}</body></html>"


def kind(facts: PageFacts) -> str | None:
    return facts.turned.kind if facts.turned else None


@pytest.mark.parametrize(
    ("name", "title", "description", "text", "wanted"),
    [
        ("域名出售页", "abc-news.com.cn 域名出售", "", "<p>您正在访问的域名可以转让！</p><p>联系人：张先生</p>", "for_sale"),
        ("此域名出售", "此域名出售", "", "<h1>此域名正在出售</h1><p>报价请发邮件</p>", "for_sale"),
        ("只写着域名的标题", "abc-news.com.cn", "", "<p>该域名诚意出售，有意者请联系</p>", "for_sale"),
        ("英文出售页", "abc-news.com.cn is for sale", "", "<p>The domain name abc-news.com.cn is for sale!</p>", "for_sale"),
        ("英文求购页", "Buy this domain", "", "<p>Interested in this domain? Make an offer.</p>", "for_sale"),
        ("停放页", "abc-news.com.cn - 域名停放", "", "<p>该域名停放中</p><p>相关搜索</p>", "parked"),
        ("过期页", "域名已过期", "", "<p>您访问的域名已过期，请联系注册商续费</p>", "parked"),
        ("英文停放页", "abc-news.com.cn", "", "<p>This domain is parked free, courtesy of GoDaddy.com</p>", "parked"),
        ("博彩站", "澳门威尼斯人官网-百家乐-真人娱乐", "", "<p>首页</p>", "gambling"),
        ("换皮体育站", "开云体育官方网站-足球投注", "", "<p>首页</p>", "gambling"),
        ("描述里露底", "某某娱乐城", "百家乐,老虎机,注册送彩金", "<p>首页</p>", "gambling"),
        ("英文博彩站", "Best Online Casino - Slots, Poker and Baccarat", "", "<p>Play now</p>", "gambling"),
        ("色情站", "国产精品久久-日韩欧美一区二区", "", "<p>首页</p>", "adult"),
        ("英文色情站", "Free Porn - XXX Sex Videos", "", "<p>hot</p>", "adult"),
    ],
)  # fmt: skip
def test_what_an_address_has_become(
    facts: Callable[..., PageFacts], name: str, title: str, description: str, text: str, wanted: str
) -> None:
    read = facts(page(title, text, description), URL, **FOREIGN)
    assert (kind(read), read.outcome) == (wanted, FetchOutcome.OK), name
    assert read.turned is not None and 0 < len(read.turned.quote) <= 80
    assert (
        kind(facts(page(title, text, description), "http://rsj.example/zt/a.html", purpose=Purpose.PROBE))
        is None
    )


LONG = "本公司提供域名注册、域名交易、云主机和企业邮箱服务，欢迎各界客户前来咨询。" * 60


@pytest.mark.parametrize(
    ("name", "title", "description", "text"),
    [
        ("体彩", "中国体育彩票网-竞彩足球-投注指南", "中国体育彩票竞彩、足球投注、彩票官网", "<p>开奖公告</p>"),
        ("福彩", "某省福利彩票发行中心-双色球-购彩", "福彩彩票平台，快三开奖", "<p>开奖公告</p>"),
        ("反诈文章", "警惕！百家乐、老虎机都是骗局-某日报", "", "<p>民警提醒</p>"),
        ("禁赌文章", "整治赌博专项行动：捣毁百家乐赌场三处", "", "<p>现场查获老虎机</p>"),
        ("案件报道", "男子沉迷真人娱乐百家乐输光积蓄", "", "<p>近日，某地公安机关破获一起案件</p>"),
        ("扫黄打非", "扫黄打非：色情网站、成人视频集中清理", "", "<p>举报电话12318</p>"),
        ("注册商首页", "域名注册-域名出售-域名交易平台", "域名转让、出售", f"<p>{LONG}</p>"),
        ("注册商短首页", "某某网-域名注册、域名转让", "", "<p>域名注册低至1元，域名交易安全可靠</p>"),
        ("棋牌运动协会", "某市棋牌运动协会", "棋牌比赛 围棋 象棋", "<p>协会简介</p>"),
        ("酒店", "澳门威尼斯人度假村酒店", "", "<p>客房预订</p>"),
        ("成人高考", "成人高考报名-成人教育网", "成人教育 自考", "<p>报名时间</p>"),
        ("房屋出售", "二手房出售、转让信息", "", "<p>本店铺转让，有意者请联系</p>"),
        ("换了新网址", "通知", "", "<p>本网站旧域名已过期，请访问新域名</p>"),
        ("域名政策", "关于域名转让的管理办法", "", "<p>本办法所称域名转让，是指……该域名转让后应当备案</p>" + f"<p>{LONG}</p>"),
        ("招商", "招商引资-土地转让", "", "<p>首页</p>"),
        ("博物馆", "Casino Museum: a history of poker and roulette", "", "<p>open daily</p>"),
        ("监管机构", "Gambling Commission - betting, casinos and bookmaker licences", "", "<p>About</p>"),
        ("人妻一词的新闻", "人妻角色引热议", "", "<p>电视剧</p>"),
        ("中文字幕电影", "电影频道-中文字幕影片", "", "<p>影讯</p>"),
    ],
)  # fmt: skip
def test_innocent_look_alikes(
    facts: Callable[..., PageFacts], name: str, title: str, description: str, text: str
) -> None:
    assert kind(facts(page(title, text, description), URL, **FOREIGN)) is None, name


GAMBLING = page("澳门威尼斯人官网-百家乐-真人娱乐", "<p>首页</p>")
PLAIN = page("某网", "<p>" + "欢迎访问。" * 50 + "</p>")


@pytest.mark.parametrize(
    ("name", "url", "final", "body", "wanted"),
    [
        ("a market for domains", URL, "https://www.dan.com/buy-domain/abc-news.com.cn", PLAIN, "for_sale"),
        ("a parking host on the way", URL, "https://ww1.parkingcrew.net/?x=1", PLAIN, "parked"),
        ("a market linked as itself", "http://www.ename.com/old/", "https://www.ename.com/new/", PLAIN, None),
        ("a domain that shares nothing", URL, "https://www.zqxy88.com/m/a.html", PLAIN, "other_domain"),
        ("the government", "http://www.oldbureau.com/a/b.html", "http://www.gz.gov.cn/x/b.html", GAMBLING, None),
        ("a new ending", URL, "https://www.abc-news.com/zt/2019/a.html", PLAIN, None),
        ("a longer name", URL, "https://www.abc-newsnet.cn/zt/a.html", PLAIN, None),
        ("a label that stays", "http://daily.old-press.cn/a/1.html", "http://daily.newpress.com/a/1.html", PLAIN, None),
        ("its own sign-on", URL, "https://passport.zqxy88.com/login?back=1", PLAIN, None),
        ("a short link", "http://t.cn/A6xyz", "https://www.zqxy88.com/m/a.html", PLAIN, None),
        ("a leave-site wrapper", "http://www.abc-news.com.cn/link?target=http://www.zqxy88.com/", "http://www.zqxy88.com/m", PLAIN, None),
        ("a store of files", URL, "https://abc.oss-cn-beijing.aliyuncs.com/a.html", PLAIN, None),
        ("a house with two names", "http://www.xinhuanet.com/politics/a.htm", "http://www.news.cn/politics/a.htm", PLAIN, None),
    ],
)  # fmt: skip
def test_where_an_address_leads_now(
    facts: Callable[..., PageFacts], name: str, url: str, final: str, body: str, wanted: str | None
) -> None:
    read = facts(body, url, final_url=final, redirects=(Redirect(url=url, status=302),), **FOREIGN)
    assert kind(read) == wanted, name


def test_a_stub_that_sends_on_to_another_domain(facts: Callable[..., PageFacts]) -> None:
    stub = "<meta http-equiv='refresh' content='0;url=https://www.{}/m/'>"
    assert kind(facts(stub.format("zqxy88.com"), URL, **FOREIGN)) == "other_domain"
    assert kind(facts(stub.format("abc-news.com"), URL, **FOREIGN)) is None
    assert kind(facts(stub.format("gz.gov.cn"), URL, **FOREIGN)) is None


def test_a_page_of_the_government_is_never_suspected(facts: Callable[..., PageFacts]) -> None:
    for host, wanted in (("www.gz.gov.cn", None), ("www.gz-gov.cn", "gambling")):
        assert kind(facts(GAMBLING, f"http://{host}/zt/a.html", **FOREIGN)) == wanted


@pytest.mark.real_sites
def test_no_saved_page_seems_gone_or_turned_when_others_link_to_it(
    facts: Callable[..., PageFacts], real_sites: Path
) -> None:
    files = [real_sites / "pages" / label["file"] for label in labels.manifest(real_sites)]
    for name in ("daozhen_rsj", "sichuan_edu"):
        files += sorted((real_sites / "mirrors" / name / "site").rglob("*.*html"))
    told = {}
    for number, file in enumerate(files):
        read = facts(file.read_bytes()[: 64 * 1024], f"http://www.abc-news.com.cn/x/{number}.html", **FOREIGN)
        if read.turned is not None or read.outcome is not FetchOutcome.OK:
            told[file.name] = (read.outcome, read.turned)
    assert len(files) > 590
    assert told == {}
