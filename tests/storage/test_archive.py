"""WARC files that others can read: valid, honest about the body, proof against forged headers."""

import gzip
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from model import ArchivePosition, Snapshot
from storage import Archive, ArchiveWriter, archive
from tests.storage import nouns


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[ArchiveWriter]:
    opened = ArchiveWriter(tmp_path, "R1", "duwang/0.1.0")
    yield opened
    opened.close()


def write(writer: ArchiveWriter, *batch: tuple[Snapshot, bytes]) -> list[ArchivePosition]:
    return writer.write([(snapshot, body, hashlib.sha256(body).hexdigest()) for snapshot, body in batch])


def records(file: Path) -> list[tuple[str, dict[str, str], str, list[tuple[str, str]], bytes]]:
    """Type, WARC headers, status line, HTTP headers and body of every record."""
    found = []
    with file.open("rb") as stream:
        for record in ArchiveIterator(stream):
            http = record.http_headers
            found.append(
                (
                    record.rec_type,
                    dict(record.rec_headers.headers),
                    http.statusline if http else "",
                    http.headers if http else [],
                    record.content_stream().read(),
                )
            )
    return found


def check(folder: Path) -> None:
    """`warcio check` of every file."""
    files = sorted(str(file) for file in folder.glob("*.warc.gz"))
    assert files
    done = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", *files],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "digest pass" in done.stdout


def test_a_page_is_archived_as_it_was_answered(writer: ArchiveWriter, tmp_path: Path) -> None:
    body = "<title>台江县</title>".encode("gb18030")
    page = nouns.snapshot(
        1,
        final_url="http://www.taijiang.example/zwgk/",
        fetched_at=datetime(2026, 11, 21, 9, 30, 1, 250_000, timezone(timedelta(hours=8))),
        headers={
            "content-type": "text/html; charset=gb2312",
            "content-encoding": "gzip",
            "Transfer-Encoding": "chunked",
            "content-length": "7",
            "etag": '"1-a"',
        },
    )
    write(writer, (page, body))
    (kind, about, *_), (response, labels, status, headers, kept) = records(tmp_path / "R1.warc.gz")
    assert (kind, about["WARC-Filename"]) == ("warcinfo", "R1.warc.gz")
    info = gzip.decompress((tmp_path / "R1.warc.gz").read_bytes())
    assert b"WARC/1.1\r\n" in info
    assert b"software: duwang/0.1.0\r\n" in info
    assert b"robots: obey\r\n" in info
    assert (response, status, kept) == ("response", "200 OK", body)
    assert labels["WARC-Target-URI"] == "http://www.taijiang.example/zwgk/"
    assert labels["WARC-Date"] == "2026-11-21T01:30:01.250000Z"
    assert labels["WARC-IP-Address"] == "127.0.0.1"
    assert labels["Content-Type"] == "application/http; msgtype=response"
    assert headers == [
        ("content-type", "text/html; charset=gb2312"),
        ("etag", '"1-a"'),
        ("content-length", str(len(body))),
    ]
    check(tmp_path)


@pytest.mark.parametrize(
    ("page", "kind", "content_type"),
    [
        (nouns.snapshot(1, rendered=True), "conversion", "text/html; charset=utf-8"),
        (nouns.snapshot(1, status=None), "resource", "application/octet-stream"),
        (nouns.snapshot(1, final_url="ftp://h/x"), "resource", "application/octet-stream"),
        (nouns.snapshot(1, final_url="HTTPS://h/x"), "response", "application/http; msgtype=response"),
    ],
)
def test_what_is_no_plain_answer_is_labelled(
    writer: ArchiveWriter, tmp_path: Path, page: Snapshot, kind: str, content_type: str
) -> None:
    [position] = write(writer, (page, b"<p>drawn</p>"))
    found = records(tmp_path / "R1.warc.gz")[1]
    assert (found[0], found[1]["Content-Type"], found[4]) == (kind, content_type, b"<p>drawn</p>")
    assert Archive(tmp_path).read(position, hashlib.sha256(b"<p>drawn</p>").hexdigest()) == b"<p>drawn</p>"
    check(tmp_path)


ODD_HEADERS = {
    "x-forged": "a\r\nX-Evil: 1\r\n\r\n<script>",
    "x-split\r\nX-Evil": "2",
    "x-chinese": "附件=台江; filename=中.doc",
    "x-latin": "caf\xe9",
    "x-nul": "a\x00b",
    "x-surrogate": "\ud83d",
    "": "nameless",
    "x space": "no token",
    "中文": "no token",
    "x-empty": "",
    "content-disposition": 'attachment; filename="年报.pdf"; note=（公开）',
}


def test_no_header_can_forge_another(writer: ArchiveWriter, tmp_path: Path) -> None:
    page = nouns.snapshot(1, headers=ODD_HEADERS)
    [position] = write(writer, (page, b"body"))
    headers = records(tmp_path / "R1.warc.gz")[1][3]
    assert headers == [
        ("x-forged", "a X-Evil: 1 <script>"),
        ("x-chinese", "%E9%99%84%E4%BB%B6=%E5%8F%B0%E6%B1%9F; filename=%E4%B8%AD.doc"),
        ("x-latin", "caf%C3%A9"),
        ("x-nul", "a b"),
        ("x-surrogate", "?"),
        ("x-empty", ""),
        (
            "content-disposition",
            'attachment; filename="%E5%B9%B4%E6%8A%A5.pdf"; note=%EF%BC%88%E5%85%AC%E5%BC%80%EF%BC%89',
        ),
        ("content-length", "4"),
    ]
    assert Archive(tmp_path).read(position, hashlib.sha256(b"body").hexdigest()) == b"body"
    check(tmp_path)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("http://h/a b", "http://h/a%20b"),
        ("http://h/a\r\nWARC-Type: forged", "http://h/a%0D%0AWARC-Type:%20forged"),
        ("http://h/公开?名=1", "http://h/%E5%85%AC%E5%BC%80?%E5%90%8D=1"),
        ("http://h/%E5%85%AC#x", "http://h/%E5%85%AC#x"),
        ("http://h/\ud83d<>", "http://h/?%3C%3E"),
    ],
)
def test_no_url_can_forge_a_header(writer: ArchiveWriter, tmp_path: Path, url: str, kept: str) -> None:
    write(writer, (nouns.snapshot(1, final_url=url, ip="not an address"), b"body"))
    labels = records(tmp_path / "R1.warc.gz")[1][1]
    assert labels["WARC-Target-URI"] == kept
    assert "WARC-IP-Address" not in labels
    check(tmp_path)


def test_a_body_that_looks_like_a_record_stays_a_body(writer: ArchiveWriter, tmp_path: Path) -> None:
    body = b"WARC/1.1\r\nWARC-Type: response\r\n\r\n\r\n\r\nWARC/1.1\r\n"
    [position] = write(writer, (nouns.snapshot(1), body))
    assert [found[0] for found in records(tmp_path / "R1.warc.gz")] == ["warcinfo", "response"]
    assert Archive(tmp_path).read(position, hashlib.sha256(body).hexdigest()) == body


def test_a_full_file_is_followed_by_the_next(
    writer: ArchiveWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "ROTATE_AT", 3000)
    bodies = [os.urandom(2000) for _ in range(4)]
    positions = [write(writer, (nouns.snapshot(number), body))[0] for number, body in enumerate(bodies)]
    assert [position.file for position in positions] == [
        "R1.warc.gz",
        "R1.warc.gz",
        "R1-2.warc.gz",
        "R1-2.warc.gz",
    ]
    digests = [hashlib.sha256(body).hexdigest() for body in bodies]
    assert list(Archive(tmp_path).read_all(zip(positions, digests, strict=True))) == bodies
    assert records(tmp_path / "R1-2.warc.gz")[0][1]["WARC-Filename"] == "R1-2.warc.gz"
    check(tmp_path)


def test_a_file_that_a_killed_run_left_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "R1.warc.gz").write_bytes(b"half a record")
    writer = ArchiveWriter(tmp_path, "R1", "duwang/0.1.0")
    [position] = write(writer, (nouns.snapshot(1), b"page"))
    writer.close()
    assert position.file == "R1-2.warc.gz"
    assert (tmp_path / "R1.warc.gz").read_bytes() == b"half a record"


def test_a_run_id_cannot_leave_the_folder(tmp_path: Path) -> None:
    writer = ArchiveWriter(tmp_path / "archive", "../../R:1 号", "duwang/0.1.0")
    (tmp_path / "archive").mkdir()
    [position] = write(writer, (nouns.snapshot(1), b"page"))
    writer.close()
    assert position.file == ".._.._R_1__.warc.gz"
    assert [file.name for file in (tmp_path / "archive").iterdir()] == [position.file]


def test_records_of_many_files_are_read_in_the_order_asked_for(tmp_path: Path) -> None:
    wanted = []
    for number in range(70):  # more files than are kept open at once
        writer = ArchiveWriter(tmp_path, f"R{number}", "duwang/0.1.0")
        body = b"page %d" % number
        wanted.append((write(writer, (nouns.snapshot(1), body))[0], hashlib.sha256(body).hexdigest()))
        writer.close()
    wanted = wanted + wanted[::-1]
    read = list(Archive(tmp_path).read_all(wanted))
    assert read == [b"page %d" % number for number in (*range(70), *reversed(range(70)))]
