"""数据岛 Rows of a list as `<datastore>` holds them, in a page's script or in an answer; on older sites an array of texts."""

import re
from collections.abc import Iterator
from html import unescape

_TOTAL = re.compile(r"<totalrecord>\s{0,20}(?:<!\[CDATA\[)?\s{0,20}(\d{1,9})", re.I)
_HREF = re.compile(r"""href\s{0,5}=\s{0,5}["']([^"'<>]{1,2000})["']""", re.I)
_ARRAY = re.compile(r"dataStore[\"']?\s{0,5}:\s{0,5}(\w{1,40})\s{0,5},")
_TEXT = re.compile(r"""\s*(?:'((?:[^'\\\n]|\\.){0,5000})'|"((?:[^"\\\n]|\\.){0,5000})")\s*,?""")
_MOST_STORES, _MOST_RECORDS = 20, 400


def total_of(store: str) -> int | None:
    """总数 What `<totalrecord>` says."""
    found = _TOTAL.search(store)
    return int(found[1]) if found else None


def stores_in(source: str) -> Iterator[str]:
    """各数据岛 The text of each `<datastore>`, at most 20."""
    at = source.find("<datastore")
    for _ in range(_MOST_STORES):
        if at < 0:
            return
        end = source.find("</datastore", at)
        end = len(source) if end < 0 else end
        yield source[at:end]
        at = source.find("<datastore", end)


def records_in(store: str) -> Iterator[str]:
    """各条 The HTML of each record, out of its CDATA or its entities; at most 400."""
    at = store.find("<record>")
    for _ in range(_MOST_RECORDS):
        if at < 0:
            return
        end = store.find("</record>", at)
        text = store[at + 8 : end if end >= 0 else len(store)].strip()
        if text.startswith("<![CDATA["):
            text = text[9:].removesuffix("]]>")
        elif text.startswith("&lt;"):
            text = unescape(text)
        if text.strip():
            yield text.strip()
        at = store.find("<record>", end) if end >= 0 else -1


def group_address(store: str) -> str | None:
    """下一组地址 The reference in `<nextgroup>`, as written."""
    at = store.find("<nextgroup")
    match = _HREF.search(store, at, at + 3000) if at >= 0 else None
    return unescape(match[1]) if match else None


def row_texts(source: str, around: str) -> Iterator[str]:
    """数组中的条目 Rows that an array of the page holds: `InitData49468=['<tr>…','<tr>…']`, `dataStore:InitData49468`."""
    named = _ARRAY.search(around)
    at = source.find(f"{named[1]}=[") if named else -1
    at = at + len(named[1]) + 2 if named and at >= 0 else -1
    for _ in range(_MOST_RECORDS if at >= 0 else 0):
        text = _TEXT.match(source, at)
        if text is None:
            break
        row = re.sub(r"\\(.)", r"\1", text[1] or text[2] or "").strip()
        if row[:1] == "<":
            yield row
        at = text.end()


def markup_of(records: tuple[str, ...]) -> str:
    """拼成列表 Records as the rows of one list or table."""
    if any(record[:3].lower() == "<tr" for record in records):
        return f"<table>{''.join(records)}</table>"
    rows = (record if record[:3].lower() == "<li" else f"<li>{record}</li>" for record in records)
    return f"<ul>{''.join(rows)}</ul>"
