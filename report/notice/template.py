"""公文模板 An office's own .docx, looked at before anything is taken from it: sizes, macros, what it would fetch or run."""

import io
import re
import zipfile
from html import unescape
from pathlib import Path

import docx
from docx.document import Document

from model import Fault, NoticeKind
from report.messages import Messages
from report.notice.fill import check, content_of
from report.notice.layout import blank
from report.output import write_whole

MAX_BYTES = 8 * 1024 * 1024
MAX_UNPACKED = 64 * 1024 * 1024
MAX_PARTS = 500
# What runs or brings something in from elsewhere when the notice is opened; forty units are to open it.
_RUNS = re.compile(r"vbaProject|vbaData|activeX|embeddings/|oleObject|afchunk", re.IGNORECASE)
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_OUTSIDE = re.compile(rb"TargetMode\s*=\s*[\"']External", re.IGNORECASE)
_LINK = re.compile(rb"/relationships/hyperlink[\"']")
_INSTRUCTION = re.compile(
    rb"<(?:\w+:)?instrText\b[^>]*>([^<]*)|\b(?:\w+:)?instr\s*=\s*(?:\"([^\"]*)|'([^']*))"
)
_FIELD = re.compile(r"DDE|INCLUDE(?:TEXT|PICTURE)|IMPORT|DATABASE|(?<!HYPER)LINK", re.IGNORECASE)
# The above look at bytes; what writes the same in another way is no work of Word, WPS or LibreOffice.
_ODD = re.compile(rb"<!|\0|(?<!^)<\?|^<\?xml[^>]*encoding\s*=\s*[\"'](?!utf-8|us-ascii)", re.IGNORECASE)


def write_template(kind: NoticeKind, path: Path, messages: Messages) -> None:
    """写出模板 The empty notice, to be edited and handed back by `--template`. Raises Fault when it cannot be written."""
    write_whole(path, content_of(blank(kind, messages)))


def template(kind: NoticeKind, path: Path | None, messages: Messages) -> bytes:
    """模板内容 An office's own, checked, or the usual one. Raises Fault (exit 3) saying what is wrong with it."""
    if path is None:
        return content_of(blank(kind, messages))
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Fault("fault.notice_template_large", path=str(path), megabytes=MAX_BYTES // 2**20)
        content = path.read_bytes()
    except OSError as error:
        raise Fault(
            "fault.notice_template_unreadable", path=str(path), reason=error.strerror or str(error)
        ) from None
    _look_at(content, path)
    check(opened(content, path), kind, messages)
    return content


def opened(content: bytes, path: Path | None = None) -> Document:
    """打开 Raises Fault when no .docx comes of it."""
    try:
        return docx.Document(io.BytesIO(content))
    except Exception:  # whatever a damaged file makes the library stumble over
        raise Fault("fault.notice_template_no_docx", path=str(path)) from None


def _look_at(content: bytes, path: Path) -> None:
    try:
        parts = zipfile.ZipFile(io.BytesIO(content))
        told = parts.infolist()
        if len(told) > MAX_PARTS or sum(part.file_size for part in told) > MAX_UNPACKED:
            raise Fault("fault.notice_template_large", path=str(path), megabytes=MAX_UNPACKED // 2**20)
        for part in told:
            _look_into(part.filename, parts.read(part), path)  # no part unpacks to more than it says
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise Fault("fault.notice_template_no_docx", path=str(path)) from None


def _look_into(name: str, text: bytes, path: Path) -> None:
    if _RUNS.search(name) or (name == "[Content_Types].xml" and b"macroEnabled" in text):
        raise Fault("fault.notice_template_runs", path=str(path), part=name)
    if not name.endswith((".xml", ".rels")):
        return
    if (name.startswith("word/") or name.endswith(".rels")) and _ODD.search(
        text.removeprefix(b"\xef\xbb\xbf")
    ):
        raise Fault("fault.notice_template_no_docx", path=str(path))
    if any(_OUTSIDE.search(one) and not _LINK.search(one) for one in _RELATION.findall(text)):
        raise Fault("fault.notice_template_fetches", path=str(path), part=name)
    told = b"".join(b"".join(found) for found in _INSTRUCTION.findall(text)).decode("utf-8", "replace")
    if found := _FIELD.search(unescape(told)):
        raise Fault("fault.notice_template_runs", path=str(path), part=found[0])
