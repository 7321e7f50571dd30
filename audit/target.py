"""审查对象 From what a person typed to a Site: a URL, or the key or name of a site on the roster."""

import re
from collections.abc import Sequence

import ada_url

from audit.host_name import refuse_no_host, refuse_several
from model import Fault, Site

_HOST = re.compile(r"^[\w.-]+(:\d+)?(/.*)?$")
_INDEX = re.compile(r"/(?:index|default)\.\w{2,5}$", re.I)


def target_site(text: str, roster: Sequence[Site] = ()) -> Site:
    """确定网站 The site a person means: a roster key, name or home page first, else any http(s) URL.

    A bare host such as `www.example.gov.cn` is taken as http. Raises Fault when it is none of these.
    """
    wanted = text.strip()
    for site in roster:
        if wanted in (site.key, site.name, site.home):
            return site
    for site in roster:
        if wanted == site.host and site.part is None:
            return site
    refuse_several(wanted)
    if "://" not in wanted and "." in wanted and _HOST.match(wanted):
        wanted = f"http://{wanted}"
    home = home_url(wanted, shown=text)
    known = next((site for site in roster if bare_home(site.home) == bare_home(home)), None)
    return known.model_copy(update={"home": home}) if known else Site(home=home)


def bare_home(home: str) -> str:
    """首页所在 Host and folder of a home page, whatever the scheme and the name of the index page."""
    return _INDEX.sub("/", home.partition("://")[2])


def home_url(text: str, *, shown: str | None = None) -> str:
    """首页地址 The URL as a browser would write it. Raises Fault when it is not an http(s) URL with the name of a host."""
    try:
        url = ada_url.URL(text)
    except ValueError:
        raise Fault("fault.url_invalid", text=shown or text) from None
    if url.protocol not in ("http:", "https:") or not url.hostname:
        raise Fault("fault.url_invalid", text=shown or text)
    if url.username or url.password:
        raise Fault("fault.url_with_password", host=url.hostname)
    refuse_no_host(url.hostname, shown or text)
    url.hash = ""
    url.hostname = url.hostname.rstrip(".")  # the same host to a resolver, and to us
    if not url.hostname:
        raise Fault("fault.url_invalid", text=shown or text)
    return str(url.href)
