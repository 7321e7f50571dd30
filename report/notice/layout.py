"""公文格式 The customary layout (GB/T 9704-2012) as an empty .docx whose placeholders anyone can move about in Word or WPS."""

from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Mm, Pt

from model import NoticeKind
from report.messages import Messages
from report.notice.grid import HEAD_FONT, LATIN_FONT, TEXT_FONT

TITLE_FONT, PAGE_FONT = "方正小标宋简体", "宋体"
_TEMPLATES = Path(__file__).parent.parent / "templates" / "notice"
_INSTEAD = {TITLE_FONT: "宋体", TEXT_FONT: "仿宋", HEAD_FONT: "SimHei"}  # where a machine lacks them
_CHARACTER = Pt(16)
# id: font, size, where it stands, characters of indent (first line, right), space before, bold
_STYLES: dict[str, tuple[str, int, ALIGN, int, int, int]] = {
    "title": (TITLE_FONT, 22, ALIGN.CENTER, 0, 0, 58),
    "number": (TEXT_FONT, 16, ALIGN.CENTER, 0, 0, 12),
    "address": (TEXT_FONT, 16, ALIGN.LEFT, 0, 0, 29),
    "body": (TEXT_FONT, 16, ALIGN.JUSTIFY, 2, 0, 0),
    "heading": (HEAD_FONT, 16, ALIGN.JUSTIFY, 2, 0, 0),
    "attached": (TEXT_FONT, 16, ALIGN.JUSTIFY, 2, 0, 29),
    "office": (TEXT_FONT, 16, ALIGN.RIGHT, 0, 2, 58),
    "signed": (TEXT_FONT, 16, ALIGN.RIGHT, 0, 2, 0),
    "annex": (HEAD_FONT, 16, ALIGN.LEFT, 0, 0, 12),
    "annex_title": (TITLE_FONT, 22, ALIGN.CENTER, 0, 0, 0),
    "table_title": (HEAD_FONT, 16, ALIGN.LEFT, 0, 0, 12),
    "table": (TEXT_FONT, 11, ALIGN.LEFT, 0, 0, 0),
}
_LINE, _TITLE_LINE = Pt(29), Pt(35)


def blank(kind: NoticeKind, messages: Messages) -> Document:
    """空白公文 A4, margins of 37, 35, 28 and 26 mm, 22 lines of 28 characters; the annex lies across the page.

    Its words come from `report/templates/notice/<kind>.<language>.txt`: a style and a text on each line, `across` where
    the annex begins.
    """
    made = docx.Document()
    _bare(made)
    _fonts(made)
    names = _styles(made, messages)
    _page(made.sections[0])
    for line in (_TEMPLATES / f"{kind}.{messages.language}.txt").read_text("utf-8").splitlines():
        style, _, text = line.partition(":")
        if style == "across":
            _page(made.add_section(WD_SECTION.NEW_PAGE), across=True)
        elif style:
            made.add_paragraph(text.strip(" "), style=names[style])
    made.core_properties.author = made.core_properties.comments = ""
    made.core_properties.title = ""
    return made


def _bare(made: Document) -> None:
    """The library's own beginning brings a hundred styles, a picture of some other page, and the language of its author."""
    styles = made.styles.element
    for language in styles.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    for style in list(styles.iterchildren(qn("w:style"))):
        if style.get(qn("w:default")) is None and style.styleId not in ("Header", "Footer"):
            styles.remove(style)
    for name, relation in list(made.part.package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            del made.part.package.rels[name]


def _styles(made: Document, messages: Messages) -> dict[str, str]:
    normal = made.styles["Normal"]
    _letters(normal, TEXT_FONT, 16)
    names = {}
    for which, (font, size, align, first, right, before) in _STYLES.items():
        names[which] = messages.text(f"notice.style.{which}")
        style: Any = made.styles.add_style(names[which], WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.quick_style = normal, True
        _letters(style, font, size)
        shape = style.paragraph_format
        shape.alignment, shape.widow_control = align, False
        shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        shape.line_spacing = _TITLE_LINE if size > 20 else _LINE
        shape.space_before, shape.space_after = Pt(before), Pt(0)
        shape.keep_with_next = which in ("heading", "office", "annex", "annex_title", "table_title")
        shape.first_line_indent, shape.right_indent = first * _CHARACTER, right * _CHARACTER
        if first:
            style.element.pPr.ind.set(qn("w:firstLineChars"), str(first * 100))
        if right:
            style.element.pPr.ind.set(qn("w:rightChars"), str(right * 100))
    return names


def _letters(style: Any, font: str, size: int) -> None:
    style.font.name, style.font.size = LATIN_FONT, Pt(size)
    fonts = style.element.rPr.rFonts
    fonts.set(qn("w:eastAsia"), font)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)


def _fonts(made: Document) -> None:
    """Which fonts stand in for those that not every machine has."""
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in _INSTEAD.items()
    )
    for part in made.part.package.iter_parts():
        if part.partname.endswith("/fontTable.xml"):
            part._blob = part.blob.replace(b"</w:fonts>", entries.encode() + b"</w:fonts>")


def _page(section: Section, *, across: bool = False) -> None:
    section.page_width, section.page_height = (Mm(297), Mm(210)) if across else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    top, bottom, left, right = (22, 22, 25, 25) if across else (37, 35, 28, 26)
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    section.footer_distance = Mm(bottom - 10)
    if not across:  # the sections that follow take the same foot
        foot = section.footer.paragraphs[0]
        foot.alignment = ALIGN.CENTER
        for piece in ("— ", "PAGE", " —"):
            _numbered(foot._p, piece)


def _numbered(paragraph: Any, piece: str) -> None:
    looks = (
        f'<w:rPr {nsdecls("w")}><w:rFonts w:ascii="{PAGE_FONT}" w:hAnsi="{PAGE_FONT}" w:eastAsia="{PAGE_FONT}"/>'
        '<w:sz w:val="28"/></w:rPr>'
    )
    for kind in ("begin", "", "end") if piece == "PAGE" else ("text",):
        run = OxmlElement("w:r")
        run.append(parse_xml(looks))
        if kind in ("begin", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:t" if kind else "w:instrText")
            mark.text = piece
            mark.set(qn("xml:space"), "preserve")
        run.append(mark)
        paragraph.append(run)
