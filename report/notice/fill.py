"""填充 Placeholders of a .docx become words and tables; the looks of whatever stands around them stay."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from docx.document import Document
from docx.enum.text import WD_LINE_SPACING
from docx.opc.part import XmlPart
from docx.oxml.ns import qn
from docx.shared import Pt

from model import Fault, NoticeKind
from report.messages import Messages
from report.notice.content import GRIDS, NEEDED, NoticeText, bare, clean, known_names
from report.notice.grid import table_of, width_around

_PLACE = re.compile(r"[{｛]{2}([^{}｛｝]*)[}｝]{2}")
_OPEN = re.compile(r"[{｛]{2}|[}｝]{2}")
_WORDS = re.compile(r"\w")
_SAME_MOMENT = (1980, 1, 1, 0, 0, 0)  # the moment of writing would make other bytes of the same notice


def check(document: Document, kind: NoticeKind, messages: Messages) -> None:
    """核对占位 Fault (exit 3) for a placeholder nobody knows, one that is not closed, a table's in the wrong place, and one that lacks."""
    names, found = known_names(kind), set()
    for paragraph in _paragraphs(document):
        text = _told(_texts(paragraph))
        for place in _PLACE.finditer(text):
            which = names.get(bare(place[1]))
            if which is None:
                known = "、".join(
                    messages.text(f"notice.field.{one}") for one in dict.fromkeys(names.values())
                )
                raise Fault("fault.notice_placeholder", name=clean(place[0]), known=known)
            if which in GRIDS[kind] and (
                text.strip() != place[0] or paragraph.getparent().tag != qn("w:body")
            ):
                raise Fault("fault.notice_table_place", name=clean(place[0]))
            if which in GRIDS[kind] and which in found:
                raise Fault("fault.notice_table_twice", name=clean(place[0]))
            found.add(which)
        if _OPEN.search(_PLACE.sub("", text)):
            raise Fault("fault.notice_placeholder_open", text=clean(text)[:60])
    for one in NEEDED[kind]:
        if one not in found:
            raise Fault("fault.notice_placeholder_lacks", name=messages.text(f"notice.field.{one}"))


def fill(document: Document, text: NoticeText, messages: Messages) -> bytes:
    """填写 The .docx with everything in its place. The document is changed and of no further use. Raises Fault like `check`."""
    check(document, text.kind, messages)
    names = known_names(text.kind)
    tables = []
    for paragraph in list(_paragraphs(document)):
        places = list(_PLACE.finditer(_told(_texts(paragraph))))
        if not places:
            continue
        which = names[bare(places[0][1])]
        if which in text.grids:
            tables.append((paragraph, which))
            continue
        _write(paragraph, names, text.words)
        told = _told(_texts(paragraph))
        if (
            not _WORDS.search(told)
            and paragraph.getparent().tag == qn("w:body")
            and not _holds_more(paragraph)
        ):
            paragraph.getparent().remove(paragraph)
    for paragraph, which in tables:  # after the words: what a table quotes is never read for placeholders
        grid = text.grids[which]
        _empty(paragraph, "" if grid.rows else messages.text("notice.nothing"))
        if grid.rows:
            paragraph.addprevious(table_of(grid, width_around(paragraph)))
    return content_of(document)


def content_of(document: Document) -> bytes:
    """文件内容 The bytes of a .docx: the same for the same content, whenever it is written."""
    written, content = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in parts.namelist():
            part = zipfile.ZipInfo(name, _SAME_MOMENT)
            part.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(part, parts.read(name))
    return content.getvalue()


def _paragraphs(document: Document) -> Iterator[Any]:
    """Of the body, its tables and boxes, heads and feet."""
    for part in document.part.package.iter_parts():
        if isinstance(part, XmlPart):
            yield from part.element.iter(qn("w:p"))


def _texts(paragraph: Any) -> list[Any]:
    """Its own pieces of text: Word parts a placeholder into several as it likes. Not those of a box anchored in it."""
    return [one for one in paragraph.iter(qn("w:t")) if next(one.iterancestors(qn("w:p"))) is paragraph]


def _told(pieces: list[Any]) -> str:
    return "".join(str(one.text or "") for one in pieces)


def _write(paragraph: Any, names: Mapping[str, str], words: Mapping[str, str]) -> None:
    """Each placeholder in the looks of its first character; found once, so that no word put in is read for more."""
    pieces = _texts(paragraph)
    for place in reversed(
        list(_PLACE.finditer(_told(pieces)))
    ):  # from the last: places before it stay where they are
        word, start = clean(words[names[bare(place[1])]]), 0
        for piece in pieces:
            text = str(piece.text or "")
            left, right = max(place.start() - start, 0), min(place.end() - start, len(text))
            if left < right:
                piece.text, word = text[:left] + word + text[right:], ""
                piece.set(qn("xml:space"), "preserve")
            start += len(text)


def _holds_more(paragraph: Any) -> bool:
    """Whether a section ends with it, or a picture or a box is anchored in it."""
    return (
        next(paragraph.iter(qn("w:sectPr"), qn("w:drawing"), qn("w:pict"), qn("w:object")), None) is not None
    )


def _empty(paragraph: Any, text: str) -> None:
    """What is left where a table was called for: a table must have a paragraph after it, and it may end a section."""
    for place, piece in enumerate(_texts(paragraph)):
        piece.text = "" if place else text
    if not text:
        looks = paragraph.get_or_add_pPr()
        looks.spacing_line, looks.spacing_lineRule = Pt(1), WD_LINE_SPACING.EXACTLY
