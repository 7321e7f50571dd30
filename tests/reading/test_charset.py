"""Which charset the bytes are, whatever anybody declares."""

import json
from pathlib import Path

import pytest

from bench.labels import CHARSETS
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
            True,
        ),
        (
            "utf-16 as a word processor declares it",
            '\ufeff<meta content="text/html; charset=unicode">政务'.encode("utf-16-be"),
            None,
            "utf-16-be",
            False,
        ),
        (
            "utf-8 with a broken byte, all labels wrong",
            b'<meta charset="gbk">' + TEXT.encode() * 3 + b"\xe6",
            "gb2312",
            "utf-8",
            True,
        ),
        (
            "big5 that nobody declares",
            "政府資訊公開是為了大家的信任，中國人不會不知道".encode("big5"),
            None,
            "big5hkscs",
            False,
        ),
        ("gbk under a big5 label", f"{TEXT}是为了我们的信任".encode("gbk"), "big5", "gb18030", True),
        (
            "big5 with half a character at its end",
            "資訊公開是為了大家的信任".encode("big5") + b"\xa4",
            "big5",
            "big5hkscs",
            False,
        ),
        (
            "four-byte characters under gb2312",
            "镕𠮷䶮㑇".encode("gb18030") + TEXT.encode("gb18030"),
            "gb2312",
            "gb18030",
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
    assert text.count("\ufffd") == charset.replaced == (" broken " in case or " half " in case)


@pytest.mark.parametrize(
    ("label", "text", "actual"),
    [
        ("shift_jis", "こんにちは世界、これは日本語の案内です。", "cp932"),
        ("euc-kr", "대한민국 안녕하세요 세계 안내입니다", "cp949"),
        ("windows-1251", "Добро пожаловать на сайт правительства", "cp1251"),
        ("iso-8859-1", "La préfecture de la région est à votre écoute, côté citoyens", "cp1252"),
    ],
)
def test_a_foreign_version_is_read_as_it_declares(label: str, text: str, actual: str) -> None:
    told, charset = decode(text.encode(actual), label)
    assert (told, charset.actual, charset.mismatch, charset.replaced) == (text, actual, False, 0)
    chinese = f"{TEXT}是为了我们的信任，" * 3
    assert decode(chinese.encode("gbk"), label)[0] == chinese, "a label alone makes no foreign page"


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


@pytest.mark.parametrize(("errors", "lost"), [("controls", 0), ("replace", 12)])
def test_double_encoding_through_windows_1252_is_undone_but_for_the_bytes_it_lost(
    errors: str, lost: int
) -> None:
    """Browsers keep the five bytes that windows-1252 has no character for as controls, others drop them."""
    raw = (TEXT * 3).encode()
    wrong = "".join(
        chr(byte)
        if errors == "controls" and byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
        else bytes([byte]).decode("cp1252", "replace")
        for byte in raw
    )
    text, charset = decode(wrong.encode(), "utf-8")
    assert (charset.double_encoded, charset.replaced) == (True, lost)
    assert "政府信息公开" in text if not lost else "公" in text


def test_what_a_host_is_known_for_settles_a_tie() -> None:
    rare = b"\xb0\xa1\xb0\xa2\xb0\xa1"  # 啊阿啊, or 陛院陛
    assert decode(rare, None)[1].actual == "gb18030"
    assert decode(rare, None, known="big5hkscs")[1].actual == "big5hkscs"
    assert decode(rare, "gbk", known="big5hkscs")[1].actual == "gb18030"


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
    names = {
        json.loads(line)["file"] for line in (real_sites / "charset/manifest.jsonl").read_text().splitlines()
    }
    assert names == set(CHARSETS)
    for name, (actual, mismatch, word) in CHARSETS.items():
        text, charset = decode((real_sites / "charset" / name).read_bytes(), None)
        assert (charset.actual, charset.mismatch) == (actual, mismatch), name
        assert word in text, name
        assert charset.double_encoded is name.startswith("08"), name
