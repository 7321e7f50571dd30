"""文稿 A document of headings, lines, points and tables, written once and given as Markdown, as HTML or as Word."""

import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import docx
from docx.document import Document as DocxDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from report.messages import Messages
from report.paper import environment
from report.text import plain


class Heading(NamedTuple):
    """标题 `level` 2 or 3; the title of the document is 1."""

    level: int
    text: str


class Line(NamedTuple):
    """一段"""

    text: str


class Points(NamedTuple):
    """各点"""

    texts: Sequence[str]


class Table(NamedTuple):
    """表"""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


Block = Heading | Line | Points | Table

# What Markdown would read as more than text. A line of its own may also begin as a list, a heading or a rule.
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~])")
_BEGINS = re.compile(r"^(\d{1,9})([.)])|^([-+=])")
_NONE = "—"
_HALF = 5.5  # points: half a Chinese character of the usual text
_PAGE = {
    "page_width": 210,
    "page_height": 297,
    "top_margin": 37,
    "bottom_margin": 35,
    "left_margin": 28,
    "right_margin": 26,
}
_ROOM = 80  # halves of characters between the margins (GB/T 9704-2012: 156 mm)
_LEAST = 6  # of them, in a column


def as_markdown(title: str, blocks: Iterable[Block]) -> str:
    """Markdown 文稿 GitHub's kind of tables. What strangers wrote stays text."""
    return "\n".join([f"# {_marked(title)}", "", *(line for one in blocks for line in _markdown(one))])


def _markdown(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"{'#' * block.level} {_marked(block.text)}"
    elif isinstance(block, Line):
        yield _marked(block.text)
    elif isinstance(block, Points):
        if not block.texts:
            return
        yield from (f"- {_marked(one)}" for one in block.texts)
    else:
        yield f"| {' | '.join(map(_marked, block.heads))} |"
        yield f"|{'---|' * len(block.heads)}"
        yield from (f"| {' | '.join(_marked(cell) or _NONE for cell in row)} |" for row in block.rows)
    yield ""


def _marked(text: str) -> str:
    return _BEGINS.sub(r"\1\\\2\3", _MARKS.sub(r"\\\1", plain(text)))


def as_text(blocks: Iterable[Block]) -> Iterator[str]:
    """屏幕文字 Tables parted by tabs."""
    for block in blocks:
        if isinstance(block, Heading):
            yield ""
            yield plain(block.text)
        elif isinstance(block, Line):
            yield plain(block.text)
        elif isinstance(block, Points):
            yield from (f"  {plain(one)}" for one in block.texts)
        else:
            yield from ("\t".join(map(plain, row)) for row in (block.heads, *block.rows))


def as_page(title: str, blocks: Sequence[Block], seal: str, messages: Messages) -> bytes:
    """HTML 页 Self-contained, no script. `seal`: the small print at its end."""
    page = environment(messages).get_template("document.html.j2")
    shown = [(type(one).__name__, one) for one in blocks]
    return page.render(title=title, blocks=shown, seal=seal).encode()


def as_word(title: str, blocks: Iterable[Block]) -> bytes:
    """Word 文稿 On A4, in the styles of Word itself, so that an office can give it its own looks."""
    written = docx.Document()
    for name, width in _PAGE.items():
        setattr(written.sections[0], name, Mm(width))
    for style in ("Normal", "Title", "Heading 1", "Heading 2"):
        face = written.styles[style].element.get_or_add_rPr().get_or_add_rFonts()
        face.set(qn("w:eastAsia"), "仿宋" if style == "Normal" else "黑体")
    written.add_heading(plain(title), level=0)
    for block in blocks:
        if isinstance(block, Heading):
            written.add_heading(plain(block.text), level=block.level - 1)
        elif isinstance(block, Line):
            written.add_paragraph(plain(block.text))
        elif isinstance(block, Points):
            for one in block.texts:
                written.add_paragraph(plain(one), style="List Bullet")
        else:
            _word_table(written, block)
    content = io.BytesIO()
    written.save(content)
    return content.getvalue()


def _word_table(written: DocxDocument, block: Table) -> None:
    """Columns as wide as what stands in them; the heads are bold and come again on every page."""
    rows = [[plain(cell) for cell in row] for row in (block.heads, *block.rows)]
    widths = [
        Pt(one * _HALF) for one in _widths([max(map(_width, column)) for column in zip(*rows, strict=True)])
    ]
    table = written.add_table(rows=0, cols=len(block.heads), style="Table Grid")
    table.autofit = False
    for number, row in enumerate(rows):
        added = table.add_row()
        for cell, text, width in zip(added.cells, row, widths, strict=True):
            cell.width = width
            cell.paragraphs[0].add_run(text).bold = number == 0 or None
        if number == 0:
            added._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width


def _widths(wants: Sequence[int]) -> list[int]:
    """Of a page's width: short columns get what they want, the long ones share what is left, and break their lines."""
    most = max(wants)
    while most > _LEAST and sum(min(one, most) for one in wants) > _ROOM:
        most -= 1
    return [min(one, most) for one in wants]


def _width(text: str) -> int:
    """In halves of a Chinese character, with room for the margins of a cell."""
    return 3 + sum(2 if unicodedata.east_asian_width(one) in "WFA" else 1 for one in text)
