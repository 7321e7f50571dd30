"""存档记录 One WARC 1.1 record (ISO 28500) from a snapshot and its body, made safe for strangers' headers."""

import base64
import gzip
import hashlib
import ipaddress
import re
import string
import uuid
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus
from io import BytesIO
from typing import NamedTuple
from urllib.parse import quote

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.warcwriter import WARCWriter

from model import Snapshot

# Measured on 301 saved government pages of 8–25 KB: level 3 takes 0.26 ms a page and leaves 29 %; level 6 0.43 ms
# and 27 %; level 9 0.48 ms and 27 %.
LEVEL = 3
# The archived body is already decoded, so what described its coding on the wire would now be untrue.
_WIRE_ONLY = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_HTTP = "application/http; msgtype=response"
_LENGTH = re.compile(rb"\r\nContent-Length: (\d{1,10})$")
_BARE_BODY = re.compile(rb"\r\nWARC-Type: (?:conversion|resource)\r\n")
_RESPONSE = re.compile(rb"\r\nWARC-Type: response\r\n")
_CODED = re.compile(rb"\r\n(?:content|transfer)-encoding:", re.IGNORECASE)
_TOKEN = re.compile(r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_PRINTABLE = string.digits + string.ascii_letters + string.punctuation + " "
_URI = _PRINTABLE.strip().replace("<", "").replace(">", "").replace('"', "")


class Origin(NamedTuple):
    """出处 Where and when a body came."""

    url: str
    at: datetime


def info_record(file: str, facts: Mapping[str, str]) -> bytes:
    """文件说明 The warcinfo record that opens a file."""
    plain = BytesIO()
    writer = WARCWriter(plain, gzip=False, warc_version="1.1")
    writer.write_record(writer.create_warcinfo_record(file, dict(facts)))
    return _packed(plain.getvalue())


def body_record(snapshot: Snapshot, body: bytes, sha256: str) -> bytes:
    """正文记录 One gzip member: `response` as fetched, `conversion` for a rendered page, `resource` without a status.

    Header lines cannot be forged: names that are no tokens are dropped, control characters become spaces,
    characters beyond ASCII are percent-encoded (the snapshot's row keeps them as they came).
    """
    uri = _uri_of(snapshot.final_url)
    labels = _labels_of(snapshot, sha256)
    on_the_wire = snapshot.status is not None and uri.startswith(("http:", "https:"))
    if on_the_wire and not snapshot.rendered:
        kind, content_type, head = "response", _HTTP, _head_of(snapshot, len(body))
    else:
        kind, head = ("conversion" if snapshot.rendered else "resource"), b""
        content_type = "text/html; charset=utf-8" if snapshot.rendered else "application/octet-stream"
    return _packed(_record(kind, uri, labels, content_type, head, body))


def revisit_record(snapshot: Snapshot, origin: Origin | None) -> bytes:
    """重访记录 One gzip member for a look that found what the archive holds already: its head, and where the body is.

    `snapshot` has a SHA-256. `origin`: the look that brought the body; None: it is not known any more.
    """
    profile = "server-not-modified" if snapshot.status == 304 else "identical-payload-digest"
    labels = _labels_of(snapshot, snapshot.sha256 or "")
    labels["WARC-Profile"] = f"http://netpreserve.org/warc/1.1/revisit/{profile}"
    if origin is not None:
        labels["WARC-Refers-To-Target-URI"] = _uri_of(origin.url)
        labels["WARC-Refers-To-Date"] = _date_of(origin.at)
    head = _head_of(snapshot, None if snapshot.status == 304 else snapshot.size)
    return _packed(_record("revisit", _uri_of(snapshot.final_url), labels, _HTTP, head, b""))


def is_revisit(snapshot: Snapshot) -> bool:
    """是否重访 Whether a look found, by asking on the wire, the body that an earlier one had brought."""
    looked = snapshot.revisits is not None and not snapshot.carried and not snapshot.rendered
    return looked and snapshot.sha256 is not None and snapshot.status is not None


def body_of(member: bytes) -> bytes:
    """取正文 The body in one gzip member. Raises ValueError when it is no whole record."""
    own = _own_body(member)
    if own is not None:
        return own
    try:
        for record in ArchiveIterator(BytesIO(member)):
            return bytes(record.content_stream().read())
    except (ArchiveLoadFailed, EOFError, OSError) as error:
        raise ValueError(str(error)) from error
    raise ValueError("no record")


def _own_body(member: bytes) -> bytes | None:
    """The body of a record as it is written here, in half the time warcio takes; None: warcio is to have a look."""
    try:
        head, _, block = zlib.decompress(member, 31).partition(b"\r\n\r\n")
    except zlib.error:
        return None
    told = _LENGTH.search(head)
    if told is None or len(block) != int(told[1]) + 4 or not head.startswith(b"WARC/1.1\r\n"):
        return None
    if _BARE_BODY.search(head):
        return block[:-4]
    http, _, body = block.partition(b"\r\n\r\n")
    plain = http.startswith(b"HTTP/1.1 ") and _RESPONSE.search(head) and not _CODED.search(http)
    return body[:-4] if plain else None


def _record(
    kind: str, uri: str, labels: Mapping[str, str], content_type: str, head: bytes, body: bytes
) -> bytes:
    """One record as warcio would write it, which takes three times as long over it; warcio reads it in the tests."""
    digest = hashlib.sha1(head, usedforsecurity=False)
    digest.update(body)
    named = {
        **labels,
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{uuid.uuid4()}>",
        "WARC-Target-URI": uri,
        "WARC-Block-Digest": "sha1:" + base64.b32encode(digest.digest()).decode(),
        "Content-Type": content_type,
        "Content-Length": str(len(head) + len(body)),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return b"".join((b"WARC/1.1\r\n", lines.encode(), b"\r\n", head, body, b"\r\n\r\n"))


def _packed(record: bytes) -> bytes:
    # warcio compresses at level 9 only; packed here, one member a record as the standard asks.
    return gzip.compress(record, LEVEL, mtime=0)


def _labels_of(snapshot: Snapshot, sha256: str) -> dict[str, str]:
    labels = {
        "WARC-Date": _date_of(snapshot.fetched_at),
        "WARC-Payload-Digest": "sha256:" + base64.b32encode(bytes.fromhex(sha256)).decode(),
    }
    if address := _address_of(snapshot.ip):
        labels["WARC-IP-Address"] = address
    return labels


def _date_of(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _head_of(snapshot: Snapshot, length: int | None) -> bytes:
    lines = [f"HTTP/1.1 {snapshot.status} {_phrase_of(snapshot.status)}".strip()]
    lines += [
        f"{name}: {_plain(value)}"
        for name, value in snapshot.headers.items()
        if _TOKEN.match(name) and name.lower() not in _WIRE_ONLY
    ]
    if length is not None:
        lines.append(f"content-length: {length}")
    return "\r\n".join([*lines, "", ""]).encode("ascii")


def _plain(value: str) -> str:
    if value.isascii() and value.isprintable():
        return value.strip()
    return quote(_CONTROL.sub(" ", value).strip(), safe=_PRINTABLE, errors="replace")


def _phrase_of(status: int | None) -> str:
    try:
        return HTTPStatus(status or 0).phrase
    except ValueError:
        return ""


def _uri_of(url: str) -> str:
    scheme, colon, rest = url.partition(":")
    return quote(scheme.lower() + colon + rest, safe=_URI, errors="replace")


@lru_cache(64)
def _address_of(ip: str | None) -> str | None:
    try:
        return str(ipaddress.ip_address(ip)) if ip else None
    except ValueError:
        return None
