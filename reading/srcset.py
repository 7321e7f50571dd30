"""图片候选 The candidates of a srcset: each an address, perhaps with its width or density."""

import re

_WORD = re.compile(r"\S+")
_BETWEEN = " \t\r\n\f,"
_LONGEST, _MOST = 20_000, 30


def srcset_links(value: str) -> list[str]:
    """候选地址 Addresses of a srcset, in order, without those that hold the picture themselves; at most 30."""
    found: list[str] = []
    rest = value[:_LONGEST].lstrip(_BETWEEN)
    while (word := _WORD.match(rest)) is not None and len(found) < _MOST:
        url, rest = word[0], rest[word.end() :]
        if not url.endswith(","):
            rest = rest.partition(",")[2]  # its width or density ends at the next comma
        if not url.lower().startswith("data:"):
            found.append(url.rstrip(","))
        rest = rest.lstrip(_BETWEEN)
    return found
