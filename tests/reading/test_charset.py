"""Which charset the bytes are, whatever anybody declares."""

import json
from pathlib import Path

import pytest

from reading import decode

TEXT = "政府信息公开指南 通知公告 人力资源和社会保障局"


@pytest.mark.parametrize(
    ("case", "body", "header", "actual", "mismatch"),
    [
        ("utf-8", TEXT.encode(), "utf-8", "utf-8", False),
        ("utf-8 with mark", b"\xef\xbb\xbf" + TEXT.encode(), None, "utf-8", False),
        (
            "gb2312 label means gb18030",
            f'<meta charset="gb2312">{TEXT}镕𠮷'.encode("gb18030"),
            None,
            "gb18030",
            False,
        ),
        ("header says utf-8 over gbk bytes", TEXT.encode("gbk"), "UTF-8", "gb18030", True),
        ("meta says gb2312 over utf-8 bytes", f'<meta charset="gb2312">{TEXT}'.encode(), None, "utf-8", True),
        ("no declaration, gbk", TEXT.encode("gbk"), None, "gb18030", False),
        ("big5 by header", "資訊公開指南".encode("big5"), "big5", "big5hkscs", False),
        (
            "utf-16 with mark under a gb2312 meta",
            '\ufeff<meta charset="gb2312">政务'.encode("utf-16-le"),
            None,
            "utf-16-le",
            False,
        ),
        (
            "utf-16 without mark",
            f"<html><body>{'a' * 200}政务</body>".encode("utf-16-le"),
            None,
            "utf-16-le",
            False,
        ),
        ("unknown label", TEXT.encode(), "x-nobody", "utf-8", False),
    ],
)
def test_bytes_decide(case: str, body: bytes, header: str | None, actual: str, mismatch: bool) -> None:
    text, charset = decode(body, header)
    assert (charset.actual, charset.mismatch) == (actual, mismatch), case
    assert "\ufffd" not in text


def test_one_broken_byte_keeps_utf8() -> None:
    text, charset = decode(TEXT.encode() + b"\xe6", "utf-8")
    assert charset.actual == "utf-8"
    assert charset.replaced == 1
    assert "通知公告" in text


def test_double_encoding_is_undone_and_said() -> None:
    twice = (TEXT * 5).encode().decode("latin-1").encode()
    text, charset = decode(twice, "utf-8")
    assert charset.double_encoded
    assert text == TEXT * 5


def test_an_honest_french_page_is_left_alone() -> None:
    honest = "Où êtes-vous allé à Noël ? Très bientôt, ça ira. " * 20
    text, charset = decode(honest.encode(), "utf-8")
    assert not charset.double_encoded
    assert text == honest


def test_a_rendered_page_is_utf8_whatever_its_meta_says() -> None:
    _, charset = decode(f'<meta charset="gbk">{TEXT}'.encode(), None, rendered=True)
    assert charset.actual == "utf-8"
    assert not charset.mismatch


@pytest.mark.parametrize("body", [b"", b"\x00", b"\xff", b"\x80" * 1000, bytes(range(256)) * 20])
def test_no_bytes_raise(body: bytes) -> None:
    decode(body, "nonsense")


@pytest.mark.real_sites
def test_the_nine_traps(real_sites: Path) -> None:
    wanted = {
        "01_list_gb2312_decl.html": ("gb18030", False, "通知公告"),
        "02_xxgk_gbk_decl.html": ("gb18030", False, "人事任免"),
        "03_list_no_decl.html": ("gb18030", False, "简体"),
        "04_article_decl_lies_utf8.html": ("gb18030", True, "教育"),
        "05_article_late_meta.html": ("gb18030", False, "山西"),
        "06_article_gb18030_4byte.html": ("gb18030", False, "宜春"),
        "07_mixed_footer.html": ("gb18030", False, "人事考试"),
        "08_mojibake_double_utf8.html": ("utf-8", False, "内蒙古"),
        "09_bad_byte.html": ("gb18030", False, "福利彩票"),
    }
    names = {
        json.loads(line)["file"] for line in (real_sites / "charset/manifest.jsonl").read_text().splitlines()
    }
    assert names == set(wanted)
    for name, (actual, mismatch, word) in wanted.items():
        text, charset = decode((real_sites / "charset" / name).read_bytes(), None)
        assert (charset.actual, charset.mismatch) == (actual, mismatch), name
        assert word in text, name
        assert charset.double_encoded is name.startswith("08"), name
