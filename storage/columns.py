"""列类型 Column types that keep a value whole on SQLite and PostgreSQL alike."""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

# What no database text can hold: NUL (PostgreSQL) and lone surrogates (not UTF-8). Pages and headers are
# written by strangers, so both do arrive.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

_READABLE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class UtcDateTime(TypeDecorator[datetime]):
    """时刻 An aware instant: stored in UTC, returned aware in UTC. A naive datetime is an error."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored instant needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)  # SQLite drops the zone


class DecimalText(TypeDecorator[Decimal]):
    """小数 A Decimal as its own text, because SQLite would pass it through a float."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class PlainText(TypeDecorator[str]):
    """文本 Text; a character that no database can hold becomes U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _UNSTORABLE.sub("\ufffd", value)


def write_json(value: Any) -> str:
    """JSON text, Chinese readable as it stands; lone surrogates escaped, so nothing is lost."""
    text = _READABLE(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text
