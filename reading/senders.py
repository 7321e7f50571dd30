"""中转地址 Addresses made to send a visitor on elsewhere, and places that visitors are sent to on the way.

Where such a redirect ends says nothing of what the link pointed to: short links, leave-site wrappers, logins and
sign-on services, and stores that only hold a site's files.
"""

import re
from urllib.parse import unquote, urlsplit

from reading.domains import bare_name, domain_of, host_name

_SHORTENERS = frozenset(
    {
        "t.cn", "dwz.cn", "url.cn", "suo.im", "suo.nz", "mrw.so", "0x7.me", "u.to", "c7.gg", "r6.cn", "tb.cn", "3.cn",
        "bit.ly", "goo.gl", "tinyurl.com", "t.co", "is.gd", "ow.ly", "t.im", "sina.lt", "985.so", "dwz.win", "rrd.me",
        "kurl.cn", "m.tb.cn", "qr.cn", "cli.im", "qr61.cn", "v.ht", "dlj.cn", "kzurl.cn", "a.app.qq.com",
    }
)  # fmt: skip
_SENDS = re.compile(
    r"/(?:link|jump|go|goto|out|away|leave|redirect|redir|rd|url|tiaozhuan|transit|external)(?:[/_.?]|$)|"
    r"[?&](?:url|target|redirect|redirect_?ur[il]|goto|link|to|u|jump|dest|href)=",
    re.I,
)
_SIGN_ON = re.compile(
    r"(?:^|[./_\-])(?:login|logon|signin|sign-?on|sso|cas|oauth2?|auth|passport|account|uias|tyrz|idp?|uc|usercenter|ids)(?:[./_\-?]|$)",
    re.I,
)
_ENTRANCE = re.compile(
    r"(?:^|[./_\-])(?:log-?in|log-?on|sign-?in|sign-?on|sso|cas|oauth2?|passport|tyrz|uias)(?:[./_\-?]|$)",
    re.I,
)
_STORES = frozenset(
    {
        "aliyuncs.com", "alicdn.com", "myqcloud.com", "qcloud.com", "bcebos.com", "bdstatic.com", "qiniucdn.com",
        "clouddn.com", "qbox.me", "qnssl.com", "upaiyun.com", "upyun.com", "ksyuncs.com", "ksyun.com", "kunlunaq.com",
        "kunlunsl.com", "myhuaweicloud.com", "amazonaws.com", "cloudfront.net", "azureedge.net", "akamaized.net",
        "fastly.net", "wscdns.com", "ctyun.cn", "ctyunapi.cn", "jcloudcs.com", "ucloud.cn", "volces.com", "byteimg.com",
    }
)  # fmt: skip


def is_sender(url: str, final_url: str) -> bool:
    """是否中转 Whether `url` was made to send visitors on to where they ended: a short link, or one that names its goal."""
    goal = bare_name(final_url)
    if host_name(url) in _SHORTENERS or domain_of(url) in _SHORTENERS:
        return True
    asked = unquote(unquote(url[:2000]))
    return bool(_SENDS.search(asked)) or (bool(goal) and goal in asked.partition("://")[2].partition("/")[2])


def is_entrance(url: str) -> bool:
    """是否登录入口 Whether the address is where visitors log in, by its host or path."""
    parts = urlsplit(url)
    return bool(_ENTRANCE.search(f"{parts.netloc}{parts.path}"))


def is_way_station(url: str) -> bool:
    """是否途经之处 Whether visitors of many sites are sent to `url`: to log in, or to take a file from a store."""
    parts = urlsplit(url)
    return domain_of(url) in _STORES or bool(_SIGN_ON.search(f"{parts.netloc}{parts.path}"))
