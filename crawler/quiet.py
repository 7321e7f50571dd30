"""不扰终端 Scrapy and Twisted write into our own log, and nothing of it onto the terminal."""

import logging
from typing import Any

from scrapy.logformatter import LogFormatter

_OURS = "duwang.crawl"


class QuietFormatter(LogFormatter):
    """少言 One line per fetched page would cost more than reading it: there is none."""

    def crawled(self, request: Any, response: Any, spider: Any) -> Any:
        return None


class _IntoOurs(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        # what Scrapy calls an error is to us a page that did not come, which its Snapshot tells;
        # an error in our own callbacks stays one
        ours = record.name == "scrapy.core.scraper"
        logging.getLogger(f"{_OURS}.{record.name.partition('.')[0]}").log(
            record.levelno if ours else logging.DEBUG,
            "%s",
            record.getMessage(),
            exc_info=record.exc_info if ours else None,
        )


def keep_quiet() -> None:
    """静默 Route the two libraries into `duwang.crawl` at DEBUG; without a handler of yours they say nothing."""
    logging.getLogger("duwang").addHandler(logging.NullHandler())
    for name in ("scrapy", "twisted", "py.warnings"):
        logger = logging.getLogger(name)
        logger.propagate = False
        logger.setLevel(logging.WARNING)
        logger.handlers = [_IntoOurs()]
