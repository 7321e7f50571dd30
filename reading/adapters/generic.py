"""通用 Pages of no known system."""

import re

NAME = "generic"
LIST: re.Pattern[str] | None = None


def claims(source: str, url: str) -> bool:
    return True
