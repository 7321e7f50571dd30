"""新点 Epoint EWB: `webBuilderCommon.js`, `ewb-…` classes, `/dynamic/…/govInfoPub.html?categorynum=…`.

The list comes from POST `{projectName}/rest/lightfrontaction/getgovinfolist` with siteGuid, categorynum, deptcode,
pageIndex (from 0) and pageSize, as JSON; older sites send the same members as one form field `params`. The answer
holds `custom`, an object or its text, with `data` and `total`. siteGuid usually stands in a script file of its own:
such pages are left to a browser.
"""

import json
import re
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from reading.adapters import answer
from reading.adapters.protocol import Listing, Query, Seen
from reading.adapters.script_names import hidden_inputs
from reading.adapters.script_request import form, joined

NAME = "epoint"
LIST: re.Pattern[str] | None = re.compile(r"\bewb-(?:list|lbd-items|catalog-table|info-items)(?![\w\-])")
_API = re.compile(r"/rest/(?:lightfrontaction|commonapiaction)/getgovinfolist(?:\?|$)", re.I)
_SIGNS = re.compile(r"webBuilderCommon|EpointWebBuilder")
_CLASS = re.compile(r"""\bclass\s*=\s*["']?(?:[\w\-]{1,60}\s+){0,4}ewb-[a-z]""")
_SITE_INFO = re.compile(r"\bsiteInfo\s*=\s*(\{[^{}]{1,600}\})")
_CATEGORY = re.compile(r"""\bcategory_?num["']?\s*[:=]\s*["'](\d{3,30})["']""", re.I)
_ACTION = re.compile(r"/rest/(lightfrontaction|commonapiaction)/getgovinfolist", re.I)
_SIZE = 20
_JSON = ("Content-Type", "application/json")
_FORM = ("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
_FIELDS = answer.Fields(
    ("realtitle", "title"), ("infourl", "visiturl", "linkurl", "href"), ("infodate", "handsdate")
)


def recognise(url: str, source: str) -> bool:
    if _API.search(url) or "/rest/lightfrontaction/" in source:
        return True
    if "ebBuilder" in source and _SIGNS.search(source) is not None:
        return True
    return "ewb-" in source and sum(1 for _ in islice(_CLASS.finditer(source), 3)) == 3


def query(seen: Seen) -> Query | None:
    site = _site_info(seen.source)
    category = _category(seen)
    if site is None or category is None:
        return None
    asked = dict(parse_qsl(urlsplit(seen.asked_on).query))
    named = _ACTION.search(seen.source)
    action = named[1] if named else "lightfrontaction"
    url = joined(seen.url, f"{site.get('projectName', '')}/rest/{action}/getgovinfolist")
    if url is None:
        return None
    members = {
        "deptcode": asked.get("deptcode", ""),
        "categorynum": category,
        "pageIndex": 0,
        "pageSize": _SIZE,
        "siteGuid": site["siteGuid"],
    }
    return _post(url, members, wrapped=action.lower() == "commonapiaction")


def _site_info(source: str) -> dict[str, str] | None:
    match = _SITE_INFO.search(source) if "siteInfo" in source else None
    found = answer.told(match[1]) if match else ""
    if isinstance(found, str):
        return None
    plain = {name: answer.words(value) for name, value in found.items()}
    return plain if plain.get("siteGuid") and plain.get("projectName", "/").startswith("/") else None


def _category(seen: Seen) -> str | None:
    """The column's number: of the address, else the one number that the page's fields and scripts agree on."""
    for name, value in parse_qsl(urlsplit(seen.asked_on).query):
        if name.lower() == "categorynum" and value.isalnum():
            return value
    told = {value for name, value in hidden_inputs(seen).items() if name.lower() == "categorynum" and value}
    told |= {match[1] for match in _CATEGORY.finditer(seen.source)}
    return told.pop() if len(told) == 1 else None


def _post(url: str, members: dict[str, Any], *, wrapped: bool) -> Query:
    told = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
    body = form({"params": told}) if wrapped else told
    return Query(url, "POST", body, (_FORM if wrapped else _JSON,))


def listing(seen: Seen) -> Listing | None:
    if not _API.search(seen.url):
        return None
    found = answer.told(seen.source)
    if isinstance(found, str):
        return Listing(refused=found)
    custom = found.get("custom")
    if isinstance(custom, str):
        custom = answer.told(custom)
    if not isinstance(custom, dict):
        return Listing(refused="unknown_shape")
    records = next((custom[name] for name in ("data", "infodata", "Table") if name in custom), None)
    total = answer.whole(custom.get("total", custom.get("totalcount")))
    members, wrapped = _members(seen.sent)
    index, size = answer.whole(members.get("pageIndex")), answer.whole(members.get("pageSize"))
    rows = answer.rows(records, _FIELDS, total, first=not index)
    if rows is None:
        return Listing(refused="unknown_shape")
    if index is None or not size:
        return Listing(rows=rows, total=total)
    following = None
    if answer.goes_on(total, index * size, answer.served(records), size):
        more = members | {"pageIndex": index + 1}
        following = _post(seen.url, more, wrapped=wrapped)
    pages = answer.page_count(total, size)
    return Listing(rows=rows, total=total, number=index + 1, pages=pages, following=following)


def _members(sent: str | None) -> tuple[dict[str, Any], bool]:
    """What was sent, and whether it was wrapped into the form field `params`."""
    text = sent or ""
    wrapped = text.startswith("params=")
    if wrapped:
        text = dict(parse_qsl(text)).get("params", "")
    found = answer.told(text)
    return ({}, wrapped) if isinstance(found, str) else (found, wrapped)
