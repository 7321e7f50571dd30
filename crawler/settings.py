"""采集设置 All that Scrapy is told, and the add-on that leaves in place only what manners need.

Measured: with `CONCURRENT_ITEMS` at its default a page costs twice the time; the middlewares left out here
cost a fifth. Meta refresh is reading's affair, since following it here would parse every page.
"""

from typing import Any

from crawler.passage import keep_suffixes_offline
from model import CrawlPlan

_MIDDLEWARES = {
    "crawler.robots.SafeRobots": 100,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "crawler.passage.Unpacking": 590,
    "crawler.passage.Redirects": 600,
    "crawler.passage.Cookies": 700,
}
_EXTENSIONS = {
    "scrapy.extensions.throttle.AutoThrottle": 0,
    "crawler.pace.Pace": 500,  # after AutoThrottle, so that its floor stands
}
_SCHEMES = ("http", "https")


class Courtesy:
    """礼貌 The add-on: every component Scrapy enables by itself goes, then those listed here come."""

    def update_settings(self, settings: Any) -> None:
        for kind, ours in (
            ("DOWNLOADER_MIDDLEWARES", _MIDDLEWARES),
            ("SPIDER_MIDDLEWARES", {}),
            ("EXTENSIONS", _EXTENSIONS),
        ):
            # switched off one by one, each would be imported first: aiohttp among them, a second of processor time
            settings.set(f"{kind}_BASE", {}, priority="addon")
            settings.set(kind, ours, priority="addon")
        web = {scheme: "crawler.download.Downloads" for scheme in _SCHEMES}
        settings.set("DOWNLOAD_HANDLERS_BASE", {}, priority="addon")
        settings.set("DOWNLOAD_HANDLERS", web, priority="addon")
        keep_suffixes_offline()


def settings_of(plan: CrawlPlan) -> dict[str, Any]:
    """计划对应的设置 Scrapy settings of one plan. Delays in seconds."""
    limits, pace = plan.limits, plan.pace
    return {
        "ADDONS": {Courtesy: 100},
        "AUTOTHROTTLE_ENABLED": pace.autothrottle,
        "AUTOTHROTTLE_MAX_DELAY": max(10.0, pace.delay),
        "AUTOTHROTTLE_START_DELAY": pace.delay,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": max(1, pace.concurrency),
        "CONCURRENT_ITEMS": 1,
        "CONCURRENT_REQUESTS": 0,  # the frontier counts what is on the wire
        "CONCURRENT_REQUESTS_PER_DOMAIN": max(1, pace.concurrency),
        "COOKIES_ENABLED": True,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
        },
        "DOWNLOADER": "crawler.wire.Wire",
        "DOWNLOADER_STATS": False,
        "DOWNLOAD_DELAY": pace.delay,
        "DOWNLOAD_FAIL_ON_DATALOSS": False,  # what came of it comes flagged
        "DOWNLOAD_DELAY_JITTER": 0.3,
        "DOWNLOAD_MAXSIZE": limits.max_bytes,
        "DOWNLOAD_TIMEOUT": limits.timeout_seconds,
        "DOWNLOAD_VERIFY_CERTIFICATES": False,
        "DOWNLOAD_WARNSIZE": 0,
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",  # the frontier has its own
        "DUWANG_EXTERNAL_BYTES": limits.external_bytes,
        "DUWANG_MAX_CRAWL_DELAY": pace.max_crawl_delay,
        "DUWANG_MAX_EXTERNAL_CRAWL_DELAY": plan.external_pace.max_crawl_delay,
        "HTTPERROR_ALLOW_ALL": True,
        "LOG_ENABLED": False,
        "LOG_FORMATTER": "crawler.quiet.QuietFormatter",
        "LOG_INSTALL_ROOT_HANDLER": False,
        "LOG_VERSIONS": [],
        "METAREFRESH_ENABLED": False,
        "REDIRECT_MAX_TIMES": 20,  # as browsers
        "REMOTE_CONTROL_ENABLED": False,
        "RETRY_ENABLED": False,
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_USER_AGENT": plan.user_agent.partition("/")[0].strip() or plan.user_agent,
        "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
        "TELNETCONSOLE_ENABLED": False,
        "TWISTED_DNS_RESOLVER": "crawler.resolver.GuardedResolver",
        "USER_AGENT": plan.user_agent,
        "WARN_ON_GENERATOR_RETURN_VALUE": False,
    }
