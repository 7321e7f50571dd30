"""文稿 A document of headings, lines, points and tables, written once and given as Markdown, as HTML or as Word."""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import docx
from docx.oxml.ns import qn

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
    """Word 文稿 In the styles of Word itself, so that an office can give it its own looks."""
    written = docx.Document()
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
            table = written.add_table(rows=0, cols=len(block.heads), style="Table Grid")
            for row in (block.heads, *block.rows):
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = plain(text)
    content = io.BytesIO()
    written.save(content)
    return content.getvalue()
