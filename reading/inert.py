"""不生效的部分 What a visitor never gets to see or press: text for browsers without scripts, and templates.

Taken out of the text before a tree is made of it: a parser that runs no scripts takes a `<noscript>` for a part of
the page, elsewhere in the head than in the body.
"""

import re
from collections.abc import Iterator

_SIGNS = ("noscript", "NOSCRIPT", "oScript", "<template", "<TEMPLATE")
_RAW = ("noscript", "script", "style", "textarea", "title", "xmp")  # what stands in these is no markup
_TAGS = re.compile(rf"<(?:(/?)template|({'|'.join(_RAW)}))(?=[\s/>])[^<>]{{0,1000}}>", re.I)
_ENDS = {name: re.compile(rf"</{name}(?=[\s/>])[^<>]{{0,200}}>", re.I) for name in _RAW}


def without_inert(text: str) -> str:
    """去不生效部分 The text without closed `<noscript>` and `<template>` elements. What is never closed stays."""
    if not any([sign in text for sign in _SIGNS]):
        return text
    kept: list[str] = []
    done = 0
    for start, end in sorted(_spans(text)):
        if end > done:
            kept.append(text[done:start])
            done = end
    return "".join([*kept, text[done:]]) if kept else text


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """One may lie in another, and none overlaps another."""
    opened: list[
        tuple[int, bool]
    ] = []  # templates that are open: where, and whether a visitor sees what they hold
    at = 0
    while (tag := _TAGS.search(text, at)) is not None:
        at = tag.end()
        if tag[2]:
            end = _ENDS[tag[2].lower()].search(text, at)
            if end is None:
                return  # all the rest belongs to it
            at = end.end()
            if tag[2].lower() == "noscript":
                yield tag.start(), at
        elif not tag[1]:
            opened.append((tag.start(), "shadowrootmode" in tag[0].lower()))
        elif opened:
            start, shown = opened.pop()
            if not shown:
                yield start, at
