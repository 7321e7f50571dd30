"""外链变质 Whether an address of others no longer seems to be what was linked to: for sale, parked, gambling, adult.

Only ever a suspicion for a person to look at, and precise before it is complete: pages of the government are never
suspected, nor is a page that writes about fighting such sites, a lottery of the state, or a registrar's own shop.
"""

import re
from collections.abc import Mapping

from model import Snapshot, Turned
from reading.domains import bare_name, domain_of, host_name
from reading.hidden import is_government
from reading.senders import is_sender, is_way_station

_MARKETS = frozenset(
    {
        "sedo.com", "dan.com", "afternic.com", "hugedomains.com", "buydomains.com", "undeveloped.com", "uniregistry.com",
        "domainmarket.com", "brandbucket.com", "squadhelp.com", "atom.com", "efty.com", "namebright.com", "4.cn",
        "ename.com", "ename.net", "ename.cn", "juming.com", "22.cn", "mi.com.cn", "yumi.com", "jm.cn", "domain.cn",
        "mi.aliyun.com", "auction.ename.com", "forsale.godaddy.com", "auctions.godaddy.com", "dnspod-trade.com",
    }
)  # fmt: skip
_PARKINGS = frozenset(
    {
        "sedoparking.com", "parkingcrew.net", "bodis.com", "parklogic.com", "above.com", "skenzo.com", "dopa.com",
        "voodoo.com", "cashparking.com", "smartname.com", "domainsponsor.com", "trellian.com", "ztomy.com",
        "parking.ename.com", "parked.com", "namedrive.com", "fabulous.com", "rookmedia.net", "domainnamesales.com",
    }
)  # fmt: skip
_THIS = "(?:此|该|本|这个|当前|您(?:正在|所)?(?:访问|浏览|查看)的)"
_SALE = "(?:出售|待售|转让|拍卖|竞价|交易|报价|售卖|求购|购买)"
_FOR_SALE = re.compile(
    f"{_THIS}(?:网站)?域名.{{0,12}}?(?:可以?|正在|现|已|诚意|低价|有意)?.{{0,4}}?{_SALE}|(?:购买|求购|收购){_THIS}域名|"
    r"(?:this|the) (?:premium )?domain(?: name)?[^!?\n]{0,80}?(?:is|may be|could be) (?:now )?(?:listed )?(?:for sale|available for purchase)|"
    r"\b(?:buy|own|purchase|acquire|get|inquire about|interested in) this domain\b|make an offer on this domain|\bdomain (?:name )?is for sale\b",
    re.I,
)
_SALE_TITLE = re.compile(
    f"域名.{{0,6}}{_SALE}|{_SALE}.{{0,4}}域名|{_SALE}|for sale|buy (?:this )?domain|premium domain|make an offer",
    re.I,
)
_PARKED = re.compile(
    f"{_THIS}(?:网站)?域名.{{0,8}}?(?:停放|停泊|已?过期|已?到期|未续费)|域名停放(?:页|服务)?|"
    r"\b(?:this )?domain(?: name)?[^!?\n]{0,60}? (?:is|has been) parked\b|\bparked (?:free|domain|page)\b|\bis parked (?:free|courtesy)\b|"
    r"\bdomain parking\b|\bthis domain(?: name)?[^!?\n]{0,60}? (?:has )?expired\b|\bparked,? courtesy of\b",
    re.I,
)
_PARKED_TITLE = re.compile(r"停放|停泊|域名.{0,4}(?:过期|到期)|parked|parking|expired", re.I)
_MOVED = re.compile(
    "(?:旧|原|老)(?:网站)?(?:域名|网址)|(?:启用|更换|变更)(?:为|至|到)?新?(?:域名|网址)|新(?:域名|网址)"
)
_GAMBLING = tuple(
    re.compile(words, re.I)
    for words in (
        "博彩|博弈娱乐", "赌博|赌场|赌球|賭", "百家乐|百家樂", "真人(?:娱乐|荷官|视讯|游戏|棋牌)|真人娛樂", "棋牌(?:游戏|娱乐|平台|网站|app|下载|官网)",
        "彩票(?:平台|投注|注册|app|下载|网址|官网|开户|代理)|购彩|买彩票", "时时彩|分分彩|六合彩|北京赛车|幸运飞艇|pk10|pk拾|快三|腾讯分分",
        "老虎机|电子游艺|捕鱼游戏", "(?:体育|足球|在线|网上)投注|投注(?:平台|网|网站|app)|滚球|盘口", "葡京|金沙(?:娱乐|网|赌|国际|app)|澳门(?:银河|永利|金沙|新葡|皇冠|太阳城|威尼斯人)|永利(?:皇宫|娱乐|国际)|威尼斯人|太阳城|皇冠(?:体育|现金|足球|官网|国际)", "必威|betway|bet365|188bet|亚博|yabo|万博|manbet|开云体育|乐鱼体育|华体会|kaiyun|爱游戏体育|ku游|开元棋牌|bob体育|雷火电竞",
        "线上娱乐|娱乐城|娛樂城|娱乐(?:平台|官网|注册)", "注册送|送彩金|彩金|存送|首存|返水",
        r"\bcasinos?\b", r"\bslots?\b(?: online| gacor)?", r"\bsports?book\b|\bbookmaker\b|\bbetting\b", r"\bbaccarat\b|\broulette\b", r"\bpoker\b", r"\btogel\b|\bjudi\b|\bgacor\b",
    )
)  # fmt: skip
_ADULT = tuple(
    re.compile(words, re.I)
    for words in (
        "成人(?:视频|电影|影片|影院|网站|小说|图片|论坛|直播|在线|漫画|动漫|无码|片)", "色情|情色", "黄色(?:网站|视频|电影|片)|黄片|黄网", r"(?<![a-z])av(?:在线|女优|无码|片|天堂|视频|网站)|a片|毛片|三级片",
        "无码|有码|中文字幕", "女优|麻豆|探花|福利姬", "裸聊|约炮|一夜情|同城约|上门服务", "激情(?:视频|小说|图片|电影|五月)", "淫|骚妇|荡妇|啪啪|肉棒|内射|口爆", "国产精品|久久(?:精品|热|爱)|精品国产",
        "日韩欧美|欧美日韩|亚洲欧美|一区二区|二区三区", "人妻|熟女|少妇|萝莉|自拍偷拍|偷拍自拍", r"\bporn(?:o|hub)?\b", r"\bxxx\b|\bsex videos?\b", r"\bhentai\b|\bcamgirls?\b|\bescorts?\b",
    )
)  # fmt: skip
_AGAINST = re.compile(
    "打击|整治|举报|禁赌|禁毒|公安|警方|民警|网警|辟谣|反诈|反赌|防骗|防范|涉赌|涉黄|涉毒|扫黄|打非|严查|查处|查获|破获|警惕|治理|清理|取缔|专项行动|"
    "检察|法院|判决|刑事|犯罪|曝光|揭秘|诈骗|骗局|受骗|远离|拒绝|抵制|危害|戒赌|通报|监管|条例|法规|新闻发布|"
    r"commission|regulat|authorit|addict|responsible|law\b|crackdown|illegal|police|research|history|museum",
    re.I,
)
_STATE_LOTTERY = re.compile("福利彩票|体育彩票|福彩|体彩|竞彩")
_HOUSES = (
    frozenset({"xinhuanet.com", "news.cn", "xinhua.org", "xhby.net"}),
    frozenset({"people.com.cn", "people.cn", "peopleapp.com"}),
    frozenset({"cctv.com", "cctv.cn", "cntv.cn", "cri.cn"}),
    frozenset({"weibo.com", "weibo.cn", "sina.com.cn", "sina.cn"}),
    frozenset({"qq.com", "weixin.com", "tencent.com", "wx.qq.com"}),
    frozenset({"taobao.com", "tmall.com", "alibaba.com", "aliyun.com", "alipay.com", "1688.com"}),
    frozenset({"163.com", "126.com", "netease.com"}),
    frozenset({"chsi.com.cn", "chsi.cn", "chei.com.cn"}),
    frozenset({"cnki.net", "cnki.com.cn"}),
    frozenset({"jd.com", "jd.hk", "360buy.com"}),
    frozenset({"microsoft.com", "live.com", "office.com", "bing.com", "msn.com", "msn.cn"}),
)
_LONG = 1500  # characters of visible text: what offers a domain for sale says less
_BARE = 400
_QUOTE = 80
_LEAST_LABEL = 3


def turned(
    snapshot: Snapshot, title: str, meta: Mapping[str, str], text: str, jump: str | None = None
) -> Turned | None:
    """变质 Why the address that was answered seems to have changed hands, or None.

    `text` is what is visible, `jump` where a page that is only a stub sends on.
    """
    place = snapshot.final_url
    if is_government(domain_of(place)) or (jump and is_government(domain_of(jump))):
        return None
    description = meta.get("description", "") or meta.get("og:description", "")
    found = _on_market(snapshot, jump) or _offered(place, title, description, text)
    return found or _vice(title, description, text) or _elsewhere(snapshot, jump)


def _on_market(snapshot: Snapshot, jump: str | None) -> Turned | None:
    """Sent on to a place where domains are sold or parked, from elsewhere: who links there himself means it."""
    asked = host_name(snapshot.url)
    hops = (*(hop.url for hop in snapshot.redirects), snapshot.final_url, jump or "")
    for host in map(host_name, hops):
        for kind, places in (("for_sale", _MARKETS), ("parked", _PARKINGS)):
            if _under(host, places) and not _under(asked, places):
                return Turned(kind=kind, quote=host)
    return None


def _under(host: str, places: frozenset[str]) -> bool:
    parts = host.split(".")
    return any(".".join(parts[at:]) in places for at in range(len(parts) - 1))


def _offered(place: str, title: str, description: str, text: str) -> Turned | None:
    """Its title says so and its text does; or the text of a page that says next to nothing else."""
    if len(text) > _LONG:
        return None
    head = f"{title}\n{description}"
    if _MOVED.search(f"{head}\n{text}"):
        return None
    named = bare_name(place) in head.lower() or not title.strip()
    for kind, body, heading in (
        ("for_sale", _FOR_SALE, _SALE_TITLE),
        ("parked", _PARKED, _PARKED_TITLE),
    ):
        said = body.search(text) or body.search(head)
        if said is None:
            continue
        headed = heading.search(head) is not None and (body.search(text) or len(text) < _BARE)
        if headed or (named and len(text) < _BARE and body.search(text)):
            return Turned(kind=kind, quote=_quoted(said))
    return None


def _vice(title: str, description: str, text: str) -> Turned | None:
    """Several different strong words where a page says what it is."""
    head = f"{title}\n{description}"
    if _AGAINST.search(head) or _AGAINST.search(text[:_BARE]):
        return None
    for kind, families in (("gambling", _GAMBLING), ("adult", _ADULT)):
        in_title = [found for words in families if (found := words.search(title))]
        in_both = [found for words in families if (found := words.search(head))]
        enough = len(in_title) >= 2 or (in_title and len(in_both) >= 3) or len(in_both) >= 4
        if not enough or (kind == "gambling" and _STATE_LOTTERY.search(head)):
            continue
        words = dict.fromkeys(one.group() for one in (*in_title, *in_both))
        return Turned(kind=kind, quote=" ".join(words)[:_QUOTE])
    return None


def _elsewhere(snapshot: Snapshot, jump: str | None) -> Turned | None:
    """Ended on a domain that has nothing to do with the one that was linked: a hint and no more."""
    url, final = snapshot.url, jump or snapshot.final_url
    if is_sender(url, final) or is_way_station(final) or is_way_station(url):
        return None
    one, other = domain_of(url), domain_of(final)
    if one == other or not one or not other or _is_address(one) or _is_address(other):
        return None
    if any(one in house and other in house for house in _HOUSES):
        return None
    if _labels(url) & _labels(final) or _akin(one, other):
        return None
    return Turned(kind="other_domain", quote=other)


def _labels(url: str) -> set[str]:
    """The parts of a host that are its own: not its ending, not www and the like."""
    name = host_name(url)
    ending = domain_of(url).partition(".")[2]
    own = name.removesuffix(f".{ending}").split(".")
    return {
        part
        for part in own
        if len(part) >= _LEAST_LABEL and part not in ("www", "web", "portal", "mobile", "wap")
    }


def _akin(one: str, other: str) -> bool:
    """Whether one domain's own part begins with the other's: renamed, not sold."""
    first, second = one.partition(".")[0], other.partition(".")[0]
    shorter, longer = sorted((first, second), key=len)
    return len(shorter) >= _LEAST_LABEL and shorter in longer


def _is_address(domain: str) -> bool:
    return domain.replace(".", "").isdigit() or ":" in domain


def _quoted(found: re.Match[str]) -> str:
    return " ".join(found.group().split())[:_QUOTE]
