"""浅尝 A probe that asks for a file's first bytes instead of its head alone: what kind of file is it really?

A lead of method HEAD that names a Range asks for it. Servers that ignore the Range are cut off after the same few
bytes, so that no probe ever downloads a file.
"""

import re
from collections.abc import Mapping

from scrapy.http import Request

from model import Lead

MOST = 1024  # bytes asked for, and read at most when a server sends more
LEADING = 16  # bytes that are kept
_WHOLE = re.compile(r"bytes\s+\d+-\d+/(\d{1,15})$", re.I)
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!do|html?[\s>]|head|body|scri|!--|meta)", re.I)
_OFFICE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<html xmlns:", re.I
)  # a page in dress of a document, which opens as one


def wants_taste(lead: Lead, method: str) -> bool:
    """是否浅尝 Whether this try at the lead asks for the first bytes."""
    return method == "HEAD" and any(name.lower() == "range" for name, _ in lead.headers)


def is_taste(request: Request) -> bool:
    """浅尝请求 Whether the request on the wire is such a one."""
    return bool(request.meta.get("taste"))


def length_of(headers: Mapping[str, str], status: int, received: int, cut: bool, head: bool) -> int | None:
    """全长 Bytes of the whole body: as the server says, else as received; None when neither tells."""
    if status == 206:
        found = _WHOLE.match(headers.get("content-range", "").strip())
        return int(found[1]) if found else None
    said = headers.get("content-length", "")
    if (cut or head) and "content-encoding" not in headers:
        return int(said) if said.isdecimal() and len(said) < 16 else None
    return None if cut or head else received


def seems_no_file(leading: bytes | None) -> bool:
    """疑非文件 Nothing at all, or a page where a file was asked for: worth a whole look, for reading to judge."""
    if leading is None or leading == b"":
        return leading is not None
    return bool(_PAGE.match(leading)) and not _OFFICE.match(leading)
