"""公文模板 An office's own .docx, looked at before anything is taken from it: sizes, macros, what it would fetch or run."""

import io
import re
import zipfile
from pathlib import Path

import docx
from docx.document import Document
from docx.oxml import parse_xml

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
_BRINGS = frozenset(  # relations, by the last word of their type: they run, or bring a whole file in
    {
        "afchunk",
        "oleobject",
        "package",
        "control",
        "activexcontrolbinary",
        "vbaproject",
        "subdocument",
        "frame",
    }
)
_FIELD = re.compile(r"DDE|INCLUDE|IMPORT|DATABASE|(?<!HYPER)LINK", re.IGNORECASE)
_ELSEWHERE = re.compile(r"\s*(?:\w{2,}:|[/\\]{2})")
# Entities, other encodings and the like are no work of Word, WPS or LibreOffice.
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
    if _RUNS.search(name):
        raise Fault("fault.notice_template_runs", path=str(path), part=name)
    if not _is_xml(name):
        return
    if not name.startswith(("customXml/", "docProps/")) and _ODD.search(text.removeprefix(b"\xef\xbb\xbf")):
        raise Fault("fault.notice_template_no_docx", path=str(path))
    try:
        elements = list(parse_xml(text).iter("*"))
    except SyntaxError:  # what lxml raises is one
        raise Fault("fault.notice_template_no_docx", path=str(path)) from None
    fields = []
    for one in elements:
        which = _local(one.tag)
        told = {_local(key): str(value) for key, value in one.attrib.items()}
        kind = told.get("Type", "").rpartition("/")[2].lower()
        if which == "Relationship" and kind in _BRINGS:
            raise Fault("fault.notice_template_runs", path=str(path), part=kind)
        outside = which == "Relationship" and told.get("TargetMode", "").lower() == "external"
        drawn = which in ("imagedata", "fill", "stroke") and (told.get("src") or told.get("href"))
        if (outside and kind != "hyperlink") or (drawn and _ELSEWHERE.match(drawn)):
            raise Fault("fault.notice_template_fetches", path=str(path), part=name)
        if which in ("Override", "Default") and name == "[Content_Types].xml":
            _look_at_type(told, path)
        fields += (
            [str(one.text or "")] if which == "instrText" else [told["instr"]] if "instr" in told else []
        )
    if found := _FIELD.search("".join(fields)):
        raise Fault("fault.notice_template_runs", path=str(path), part=found[0])


def _look_at_type(told: dict[str, str], path: Path) -> None:
    """A part that is XML says so by its name: others were not looked into."""
    kind = told.get("ContentType", "").lower()
    if "macroenabled" in kind:
        raise Fault("fault.notice_template_runs", path=str(path), part=told["ContentType"])
    name = told.get("PartName") or f".{told.get('Extension', '')}"
    if kind.endswith("xml") and kind != "image/svg+xml" and not _is_xml(name):
        raise Fault("fault.notice_template_no_docx", path=str(path))


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels"))


def _local(name: object) -> str:
    """Without its namespace."""
    return str(name).rpartition("}")[2]
