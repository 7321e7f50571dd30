"""日志 What a program that runs unattended tells of itself: one JSON object a line, on stderr, each with its site and night."""

import logging
import sys
from collections.abc import Collection
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor

# What these say at their lower levels is of every job or every connection, and of no use to whoever runs a worker.
_QUIET = {"procrastinate": logging.WARNING, "psycopg": logging.ERROR, "asyncio": logging.ERROR}
_FIELDS = ("site", "night", "run", "state", "reason", "worker", "pid", "why", "done", "under_way")


def keep_journal(secrets: Collection[str | None], stream: TextIO | None = None) -> None:
    """记日志 From now on everything that is logged goes to `stream`, stderr by default; none of `secrets` ever does.

    Fields: `at` (UTC), `level`, `logger`, `event`, and whatever is bound, as `site`, `night`, `run`.
    """
    common: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.ExtraAdder(allow=_FIELDS),
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
        _without({one for one in secrets if one}),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=common,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True),
        ],
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)


def _without(secrets: Collection[str]) -> Processor:
    """Replaces every secret, wherever in a line it stands."""

    def cleaned(_logger: object, _method: str, event: EventDict) -> EventDict:
        return {key: _clean(value, secrets) for key, value in event.items()}

    return cleaned


def _clean(value: object, secrets: Collection[str]) -> object:
    if not isinstance(value, str):
        return value
    for secret in secrets:
        value = value.replace(secret, "***")
    return value
