"""通用 Pages of no known system."""

import re

from reading.adapters.protocol import Listing, Query, Seen

NAME = "generic"
LIST: re.Pattern[str] | None = None


def recognise(url: str, source: str) -> bool:
    return True


def query(seen: Seen) -> Query | None:
    return None


def listing(seen: Seen) -> Listing | None:
    return None
