"""防护识别 Which protection product answered instead of the page: told by its marks, never by a word in prose.

Nothing here is solved or got round. Marks are those the products are known by in public: names of their
scripts, cookies and hosts, their own statuses, and the sentence by which they speak to the visitor.
"""

import re
from typing import NamedTuple

from model import Snapshot

_HEAD = 40_000  # characters of source that are looked at
_LITTLE = 400  # characters of visible text; a page that shows more is a page
_FEW_LINKS = 8  # a challenge has hardly any link, a page of a site has its menus


class _Product(NamedTuple):
    name: str
    tokens: tuple[str, ...]  # of its own scripts, hosts and pictures, lower case; each decides alone


_PRODUCTS = (
    _Product("jsl", ("__jsl_clearance", "__jsluid", "static.jiasule.com", "notice-jiasule")),
    _Product("ruishu", ("$_ts=window", "$_ts.nsd", "$_ts.cd")),
    _Product("aliyun", ("acw_sc__v2", "errors.aliyun.com", "error.aliyun.com", "alicdn.com/sd-base/static/")),
    _Product("edgeone", ("__tst_status", "eo_bot_ssid")),
    _Product(
        "tencent",
        ("waf.tencent-cloud.com", "waf.tencentcloud.com", "waf-static.tencent.com", "//waf.tencent.com"),
    ),
    _Product("chuangyu", ("365cyd.com", "当前访问疑似黑客攻击")),
    _Product("xuanwu", ("dbappwaf.cn",)),
    _Product("safedog", ("404.safedog.cn", "safedogsite/")),
    _Product("yunsuo", ("yunsuologo", "yunsuo_session_verify")),
    _Product("wzws", ("wzws-waf-cgi/", "wangshan.360.cn")),
    _Product("yunjiasu", ("/.well-known/yunjiasu-cgi/", "yjs_use_ob=0")),
    _Product("yundun", ("blocked by yundun", "yundun.com/yd-http-error", "yundun.com/yd_http_error")),
    _Product("huawei", ("hws_security@", "huaweicloudwaf")),
    _Product("cloudflare", ("_cf_chl_opt", "attention required! | cloudflare")),
    _Product("safeline", ("/.safeline/",)),
    _Product("incapsula", ("/_incapsula_resource", "incapsula incident id")),
    _Product("bluedon", ("bluedon web application firewall",)),
    _Product("wts", (">wts-waf",)),
)
_BOTH = {  # two tokens that only together are a product's
    "f5": ("the requested url was rejected", "support id"),
    "fortiweb": ("fgd_icon", "web.page.blocked"),
}
_ALIYUN_ARGUMENT = re.compile(r"\bvar\s{1,4}arg1\s{0,4}=\s{0,4}['\"][0-9A-F]{20,80}")
_SPLIT_COOKIE = re.compile(r"document\.cookie\s*=\s*\('_'\)\s*\+\s*\('_'\)\s*\+\s*\('j'\)")
_RUISHU_SCRIPT = re.compile(r"\$_ts\s{1,4}=\s{0,4}window")
# names stand for a product only on an answer that is a refusal already
_NAMES = (
    ("chuangyu", ("创宇盾", "知道创宇")),
    ("safedog", ("安全狗",)),
    ("yunsuo", ("云锁",)),
    ("xuanwu", ("玄武盾",)),
    ("tencent", ("腾讯云web应用防火墙", "腾讯t-sec")),
    ("yunjiasu", ("百度云加速",)),
    ("cloudflare", ("just a moment...",)),
    ("waf", ("web应用防火墙", "网站防火墙", "访问被拦截", "请求被拦截", "拦截提示")),
)
_SERVERS = (
    ("jsl", "jiasule"),
    ("wzws", "qianxin-waf"),
    ("yunjiasu", "yunjiasu"),
    ("huawei", "huaweicloudwaf"),
    ("nsfocus", "nsfocus"),
    ("yxlink", "yxlink"),
    ("webray", "webray-waf"),
    ("bluedon", "bdwaf"),
    ("yundun", "yundun"),
    ("safedog", "safedog"),
    ("panyun", "panyun"),
)
_STATUSES = {512: "jsl", 521: "jsl", 491: "wzws", 493: "wzws", 566: "edgeone", 567: "edgeone"}
_TO_VISITOR = re.compile(
    r"(?<![如若当果时遇因到“‘「『\"'])(?:您|你|当前)的?(?:本次)?(?:请求|访问|操作|IP)[^。！\n“”]{0,30}?"
    r"(?:(?<![将会可])被(?:系统|防火墙|网站管理员|管理员)?(?:设置)?(?:拦截|阻断|拒绝|禁止|限制)|存在威胁|带有不合法|疑似(?:黑客)?攻击|过于频繁|行为异常)"
    r"(?=$|[^\u4e00-\u9fff”’」』\"']|参数|并记录|或)",
    re.I | re.M,
)
_ASKS_PROOF = re.compile(
    r"(?:人机|安全|滑动|滑块)验证|验证您?(?:不)?是(?:不是)?(?:真人|机器人)|请完成.{0,6}验证"
)
_TITLE_PARTS = re.compile(r"\s*[-_|—–]+\s*")
_BESIDE = 4  # characters that a title of a challenge has beside the asking: 请完成…, …中心; a notice has more
_FORM = re.compile(r"<form\b")
_FIELD = re.compile(
    r"<input\b(?![^>]{0,300}type\s{0,3}=\s{0,3}[\"']?(?:hidden|submit|button|image|reset))|<select\b"
)
_ROW = re.compile(r"<li\b[^>]{0,200}>\s{0,40}<a\b")
_ASKING_FORM = ("challenge-form", "captcha", "验证码", "waf")  # in a form that a challenge itself shows
_SITE_METAS = ("siteidcode", "articletitle", "columnname")
_COOKIE_BREAKS = re.compile(r"[,;]")
_RUISHU_COOKIE = re.compile(r"(?=\w{0,60}[a-z])(?=\w{0,60}[A-Z])\w{6,60}[STOP]")


def cookie_names(snapshot: Snapshot) -> list[str]:
    """Cookie 名 Names of the cookies an answer set, whether the header was kept whole or as names only."""
    parts = _COOKIE_BREAKS.split(snapshot.header("set-cookie") or "")
    return [part.partition("=")[0].strip() for part in parts]


def challenge_in(snapshot: Snapshot, source: str, text: str, title: str) -> str | None:
    """防护产品 The product whose challenge or refusal this answer with a body is, or None. `text` is what is visible."""
    if len(text) >= _LITTLE:
        return None
    head = source[:_HEAD].lower()
    fine = snapshot.status is not None and 200 <= snapshot.status < 300
    if fine and (head.count("<a ") > _FEW_LINKS or _own_page(head)):
        return None
    for product in _PRODUCTS:
        if any(token in head for token in product.tokens):
            return product.name
    for name, both in _BOTH.items():
        if all(token in head for token in both):
            return name
    if "arg1" in head and _ALIYUN_ARGUMENT.search(source[:_HEAD]):
        return "aliyun"
    if "('_')" in head and _SPLIT_COOKIE.search(source[:_HEAD]):
        return "jsl"
    if "$_ts" in head and _RUISHU_SCRIPT.search(source[:_HEAD]):
        return "ruishu"
    if any(meta in head for meta in _SITE_METAS):
        return None  # a page of the site's own making may tell about refusals
    if _TO_VISITOR.search(text):
        return "waf"
    if title and "<script" in head and _asks_proof(title):
        return "proof"
    return None


def _own_page(head: str) -> bool:
    """Whether a page has a form, rows, a menu or metas of a site's own: a vendor's script on it is a tool of the site."""
    if any(meta in head for meta in _SITE_METAS):
        return True
    if "<nav" in head or len(_ROW.findall(head)) > 2:
        return "<a" in head
    opened = _FORM.search(head)
    if opened is None:
        return False
    form = head[opened.start() : head.find("</form", opened.start()) + 1 or None]
    if "<textarea" in form:
        return True
    return len(_FIELD.findall(form)) > 1 and not any(word in form for word in _ASKING_FORM)


def _asks_proof(title: str) -> bool:
    """Whether a part of the title asks for a proof and says little else: a notice about such checks says more."""
    for part in _TITLE_PARTS.split(title):
        found = _ASKS_PROOF.search(part)
        if found is not None and len(part) - len(found.group()) <= _BESIDE:
            return True
    return False


def refusal_name(snapshot: Snapshot, source: str, text: str, title: str) -> str | None:
    """拒绝者 Who refused, for an answer whose status is a refusal: by its body, its headers or its own status."""
    found = challenge_in(snapshot, source, text, title) if source else None
    if found:
        return found
    server = (snapshot.header("server") or "").lower()
    cookies = cookie_names(snapshot)
    if snapshot.header("cf-mitigated") == "challenge":
        return "cloudflare"
    if snapshot.header("wzws-ray"):
        return "wzws"
    if snapshot.status in _STATUSES and "cloudflare" not in server:
        return _STATUSES[snapshot.status]
    if any(name.startswith("HWWAFSES") for name in cookies) and snapshot.status == 418:
        return "huawei"
    for name, sign in _SERVERS:
        if sign in server:
            return name
    if snapshot.status in (202, 412) and any(_RUISHU_COOKIE.fullmatch(name) for name in cookies):
        return "ruishu"
    said = f"{title}\n{text[:_LITTLE]}".lower()
    return next((name for name, words in _NAMES if any(word in said for word in words)), None)


def behind_failure(snapshot: Snapshot, source: str, text: str, title: str) -> str | None:
    """错误背后 The product behind an answer that claims the page is missing or the server failed, or None.

    Servers behind such products also answer honestly, with the product's headers on it: a header alone is no
    sign, except that 网神 answers with an empty 404.
    """
    if snapshot.status is None:
        return None
    if snapshot.header("cf-mitigated") == "challenge":
        return "cloudflare"
    if snapshot.header("wzws-ray") and not text.strip() and snapshot.method != "HEAD":
        return "wzws"
    return challenge_in(snapshot, source, text, title) if source else None


def empty_answer_name(snapshot: Snapshot) -> str:
    """空应答 What a 200 with next to nothing in it is called: 瑞数 when its cookies are there, else by its size."""
    named = any(_RUISHU_COOKIE.fullmatch(name) for name in cookie_names(snapshot))
    return "ruishu" if named else "tiny_body"
