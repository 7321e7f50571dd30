"""查询串编码 The query of an address as a browser sends it from a page of an older charset.

What a page declares decides, by the encoders of the Encoding standard: a character they lack goes out as its number.
A page of gb2312 or gbk never sends the four bytes that gb18030 has for rare characters.
"""

from functools import lru_cache
from urllib.parse import quote_from_bytes

from model import Charset

UTF8 = "utf-8"
_RAW = "!$%&'()*+,-./:;=?@[]_~\\^`{|}"  # in a query these stand as they are
_DROPPED = {9: None, 10: None, 13: None}
_EDGES = "".join(map(chr, range(0x21)))  # what a browser strips from the end of an address
_LABELS = {
    "gbk": ("gb2312", "gbk", "cp936", "x-gbk", "gb_2312", "gb_2312-80", "csgb2312", "chinese", "iso-ir-58"),
    "gb18030": ("gb18030",),
    "big5": ("big5", "big5-hkscs", "x-x-big5", "cn-big5", "csbig5"),
    "euc-kr": ("euc-kr", "ks_c_5601-1987", "ks_c_5601-1989", "ksc5601", "ksc_5601", "windows-949", "korean"),
    "shift_jis": ("shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j", "ms932"),
    "euc-jp": ("euc-jp", "x-euc-jp"),
    "windows-1252": ("iso-8859-1", "latin1", "windows-1252", "cp1252", "ascii", "us-ascii", "l1"),
    "windows-1251": ("windows-1251", "cp1251", "x-cp1251"),
    "koi8-r": ("koi8-r", "koi8"),
}
_ENCODERS = {label: name for name, labels in _LABELS.items() for label in labels}
_READ_AS = {  # what bytes were read with, and the encoder of a page that declares nothing
    "gb18030": "gbk",
    "big5hkscs": "big5",
    "cp949": "euc-kr",
    "cp932": "shift_jis",
    "euc_jp": "euc-jp",
    "cp1252": "windows-1252",
    "cp1251": "windows-1251",
    "koi8_r": "koi8-r",
}
_CODECS = {
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "euc-jp": "cp932",
    "windows-1252": "cp1252",
    "windows-1251": "cp1251",
    "koi8-r": "koi8_r",
}


def _table(chars: str, written: str) -> dict[str, bytes]:
    return dict(zip(chars, map(bytes.fromhex, written.split()), strict=True))


# where the standard's tables differ from Python's; b"": it has no bytes for the character
_NEWER = _table(
    "\u1e3f\ue7c7龴龵龶龷龸龹龺龻︐︑︒︓︔︕︖︗︘︙",
    "a8bc 8135f437 fe59 fe61 fe66 fe67 fe6d fe7e fe90 fea0 a6d9 a6db a6da a6dc a6dd a6de a6df a6ec a6ed a6f3",
) | {"\ue5e5": b""}
_BIG5 = (
    dict.fromkeys("¢£¥•‾∼☉♁､", b"")
    | _table(
        "¯‧€╭╮╯╰仝嘅廐廴悤无猪癶隶﹑﹨／＼～￠￡￥∕⊕⊙",
        "a1c2 a145 a3e1 a27e a2a1 a2a3 a2a2 c6df fb48 fbf9 c6cf fc6c c6d3 fe52 c6d5 c6d7 a14e a242 a1fe a240 a1e3 "
        "a246 a247 a244 a241 a1f2 a1f3",
    )
    | {chr(0x2400 + at): bytes((0xA3, 0xC0 + at)) for at in range(32)}
    | {"\u2421": b"\xa3\xe0"}
)
_JAPANESE = dict.fromkeys("\x80¢£¬‖〜", b"") | {"¥": b"\\", "‾": b"~"}


def query_encoding(charset: Charset, rendered: bool) -> str:
    """查询串字符集 Name of the encoder that a browser uses for queries on a page; `utf-8` for all that are not older.

    A body handed over by a browser is UTF-8 whatever it was: there the page's own declaration tells. Elsewhere a
    declaration counts where the bytes bear it out.
    """
    read_as = _READ_AS.get(charset.actual)
    declared = [_encoder(label) for label in (charset.header, charset.meta) if label]
    if rendered:
        return _encoder(charset.meta) if charset.meta else UTF8  # the header is the browser's by then
    like = read_as and _CODECS[read_as]
    return next((one for one in declared if like and _CODECS.get(one) == like), read_as or UTF8)


def encoded_query(query: str, encoding: str) -> str:
    """编码 The query with all that is not ASCII as that encoder's bytes; unchanged for UTF-8 and unknown ones.

    `encoding`: a name that `query_encoding` gives, or that of the codec a page was read with.
    """
    name = encoding if encoding in _CODECS else _READ_AS.get(encoding, UTF8)
    if name not in _CODECS:
        return query
    text = query.translate(_DROPPED).rstrip(_EDGES)
    return "".join([char if char.isascii() else _sent(char, name) for char in text])


def _encoder(label: str) -> str:
    return _ENCODERS.get(label.strip().lower().strip("\"'"), UTF8)


@lru_cache(maxsize=8192)
def _sent(char: str, name: str) -> str:
    raw = _bytes(char, name)
    return quote_from_bytes(raw, safe=_RAW) if raw else f"%26%23{ord(char)}%3B"


def _bytes(char: str, name: str) -> bytes:
    codec = _CODECS[name]
    try:
        raw = char.encode(codec)
    except UnicodeEncodeError:
        raw = _unnamed(char, codec) if codec[:3] in ("cp1", "koi") else b""
    if codec == "gb18030":
        raw = _NEWER.get(char, raw)
        if name == "gbk":
            return b"\x80" if char == "€" else raw if len(raw) == 2 else b""
    elif codec == "big5hkscs":
        return _BIG5.get(char, raw if raw[:1] >= b"\xa1" else b"")
    elif codec == "cp932":
        raw = _JAPANESE.get(char, b"" if "\ue000" <= char < "\uf900" else raw)
        return _rows_of_jis(raw) if name == "euc-jp" else b"\x80" if char == "\x80" else _once(char, raw)
    return raw


def _unnamed(char: str, codec: str) -> bytes:
    """Bytes that stand for nothing in a charset of one byte are sent as they are."""
    raw = char.encode("latin-1", "ignore")
    return raw if raw and not raw.decode(codec, "ignore") else b""


def _once(char: str, raw: bytes) -> bytes:
    """Some characters stand twice in the Japanese table: the standard takes the later place, Python the earlier."""
    return _later().get(char, raw) if raw[:1] in (b"\xed", b"\xee") else raw


@lru_cache(maxsize=1)
def _later() -> dict[str, bytes]:
    places = (bytes((lead, trail)) for lead in (0xFC, 0xFB, 0xFA) for trail in range(0xFC, 0x3F, -1))
    return {place.decode("cp932", "replace"): place for place in places}


def _rows_of_jis(raw: bytes) -> bytes:
    if len(raw) < 2:
        return b"\x8e" + raw if raw >= b"\x80" else raw
    lead, trail = raw
    place = (lead - (0x81 if lead < 0xA0 else 0xC1)) * 188 + trail - (0x40 if trail < 0x7F else 0x41)
    return bytes((place // 94 + 0xA1, place % 94 + 0xA1)) if place < 94 * 94 else b""
