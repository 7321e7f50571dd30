"""公文表格 A table in a .docx, as wide as the page around it: heads on every page, rows never torn, addresses that wrap."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from report.notice.content import Grid

TEXT_FONT, HEAD_FONT, LATIN_FONT = "仿宋_GB2312", "黑体", "Times New Roman"
_HALF_POINTS = 21  # 五号
_LEAST_WIDTH = 2000  # twips: a page that leaves less is no page for a table
_PAGE, _MARGIN = 11906, 1440  # A4, and what programs take when a section says nothing


def table_of(grid: Grid, width: int) -> Any:
    """表格 The `w:tbl` of a grid, `width` twips wide; its columns add up to that exactly."""
    whole = sum(grid.shares)
    edges = [width * sum(grid.shares[:place]) // whole for place in range(len(grid.shares) + 1)]
    widths = [right - left for left, right in pairwise(edges)]
    rows = [_row(grid.heads, widths, head=True), *(_row(row, widths, head=False) for row in grid.rows)]
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    columns = "".join(f'<w:gridCol w:w="{one}"/>' for one in widths)
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{width}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="40" w:type="dxa"/>'
        f'<w:left w:w="70" w:type="dxa"/><w:bottom w:w="40" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )


def width_around(paragraph: Any) -> int:
    """版心宽 Twips between the margins of the section a paragraph of the body lies in."""
    following = [paragraph, *paragraph.itersiblings()]
    sections = (
        one if one.tag == qn("w:sectPr") else one.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") for one in following
    )
    section = next((one for one in sections if one is not None), None)
    if section is None:
        return _PAGE - 2 * _MARGIN
    page, margins = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
    left, right = (_figure(margins, side, _MARGIN) for side in ("w:left", "w:right"))
    return max(_figure(page, "w:w", _PAGE) - left - right, _LEAST_WIDTH)


def _figure(element: Any, name: str, usual: int) -> int:
    told = element.get(qn(name)) if element is not None else None
    return int(told) if told and told.lstrip("-").isdigit() else usual


def _row(cells: Sequence[str], widths: Sequence[int], *, head: bool) -> str:
    told = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        + "".join(_paragraph(line, head=head, centred=head or _short(cell)) for line in cell.split("\n"))
        + "</w:tc>"
        for cell, width in zip(cells, widths, strict=True)
    )
    repeated = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{told}</w:tr>"


def _short(cell: str) -> bool:
    """Figures and days stand in the middle of their cell, sentences at its left."""
    return "\n" not in cell and (cell.replace(".", "").replace("-", "").isdigit() or not cell)


def _paragraph(text: str, *, head: bool, centred: bool) -> str:
    font = HEAD_FONT if head else TEXT_FONT
    # wordWrap off: an address without a space is broken where the cell ends, not pushed out of it
    return (
        f'<w:p><w:pPr><w:wordWrap w:val="0"/><w:spacing w:before="0" w:after="0" w:line="300" w:lineRule="exact"/>'
        f'<w:ind w:left="0" w:right="0" w:firstLine="0"/><w:jc w:val="{"center" if centred else "left"}"/></w:pPr>'
        f'<w:r><w:rPr><w:rFonts w:ascii="{LATIN_FONT}" w:hAnsi="{LATIN_FONT}" w:eastAsia="{font}"/>'
        f'<w:sz w:val="{_HALF_POINTS}"/><w:szCs w:val="{_HALF_POINTS}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )
