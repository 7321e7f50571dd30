"""注释 HTML comments: taken out before a page is read, and looked through for the links left in them.

A link in a comment is no link: no visitor sees it. Tools that search the source count it all the same, so
people need to know which of those it is.
"""

import re
from collections.abc import Iterator

_LINK = re.compile(
    r"<a\s(?:[^<>]{0,500}?\s)?href\s*=\s*[\"']([^\"'<>]{1,2000})[\"'][^<>]{0,500}>([^<]{0,200})", re.I
)
_MAX_LINKS = 500


def without_comments(text: str) -> str:
    """去注释 The text without its comments; conditional ones stay, because old browsers show them."""
    kept: list[str] = []
    done = 0
    for start, end in _spans(text):
        kept.append(text[done:start])
        done = end
    return "".join([*kept, text[done:]]) if kept else text


def commented_links(text: str) -> list[tuple[str, str]]:
    """注释中的链接 Reference and words of every link in a comment, at most 500."""
    found: list[tuple[str, str]] = []
    for start, end in _spans(text):
        for match in _LINK.finditer(text, start, end):
            if len(found) == _MAX_LINKS:
                return found
            found.append((match[1], match[2]))
    return found


def _spans(text: str) -> Iterator[tuple[int, int]]:
    # No pattern, because one looks for the end of every comment that has none, again and again (two hours
    # for a megabyte of `<!--`).
    at = 0
    while (at := text.find("<!--", at)) >= 0:
        if text.startswith("[if", at + 4):
            at += 4
            continue
        end = text.find("-->", at + 4)
        if end < 0:
            return
        yield at, end + 3
        at = end + 3
