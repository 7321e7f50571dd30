"""文字指纹 A page's text in 64 bits: texts that differ in a word differ in a bit or two, others in half of them."""

import re
from array import array
from struct import unpack
from sys import byteorder
from zlib import crc32

from model import TextPrint

_MOST = 3000  # characters that are looked at
_HEAD, _TAIL = 500, 300  # of what is left of them, those that are hashed
_SPREAD = 0x9E3779B97F4A7C15  # odd: spreads 32 bits over 64 without losing any
_GRAM, _STEP = 6, 2  # bytes: three characters, one character
_KEPT = re.compile(r"[^!-~\s]+|(?<![!-~])[A-Za-z]+(?![!-~])")  # of ASCII only words of nothing but letters
_CLOSE = 3  # bits
_LEAST_NAME = 3


def bare_text(text: str) -> str:
    """去除易变部分 The text without white space and whatever tells one answer from the next: addresses, numbers, times."""
    return "".join(_KEPT.findall(text[:_MOST]))


def named_parts(url: str) -> tuple[str, ...]:
    """地址中的名字 The path of an address and the name of its file, the longer first, as far as they are telling."""
    path = url.partition("://")[2].partition("/")[2].partition("?")[0]
    name = path.rpartition("/")[2]
    return tuple(part for part in (f"/{path}", name, name.partition(".")[0]) if len(part) >= _LEAST_NAME)


def text_print(text: str) -> TextPrint:
    """取指纹 Print of a text: of the beginning and the end of its first 3,000 characters, which a soft 404 never fills.

    Numbers, addresses and white space do not count.
    """
    bare = bare_text(text)
    length = len(bare) + max(0, len(text) - _MOST)
    if len(bare) > _HEAD + _TAIL:
        bare = bare[:_HEAD] + bare[-_TAIL:]
    raw = bare.encode("utf-16-le", "replace")  # two bytes a character: slices are cheap and even
    return TextPrint(length=length, simhash=f"{_simhash(_grams(raw)):016x}")


def alike(one: TextPrint, other: TextPrint) -> bool:
    """相近 Whether two prints are of one and the same text but for a word or two."""
    apart = abs(one.length - other.length)
    if apart > max(4, min(one.length, other.length) // 33):
        return False
    return distance(one, other) <= _CLOSE


def distance(one: TextPrint, other: TextPrint) -> int:
    """相差位数 Bits in which two prints differ, 0 to 64."""
    return (int(one.simhash, 16) ^ int(other.simhash, 16)).bit_count()


def _grams(raw: bytes) -> list[bytes]:
    """Every three characters that follow each other, in no order; a shorter text is one."""
    if len(raw) < _GRAM:
        return [raw]
    found: list[bytes] = []
    for start in range(0, min(_GRAM, len(raw) - _GRAM + 1), _STEP):
        count = (len(raw) - start) // _GRAM
        found += unpack("6s" * count, raw[start : start + count * _GRAM])
    return found


def _simhash(grams: list[bytes]) -> int:
    """Each bit is what most grams say. The n-th bytes of all hashes lie side by side, so a column is one mask.

    All hashes are spread by one multiplication: each has room for its product.
    """
    count = len(grams)
    room = array("Q", bytes(16 * count))
    room[::2] = array("Q", list(map(crc32, grams)))
    if byteorder == "big":
        room.byteswap()
    rows = (int.from_bytes(room.tobytes(), "little") * _SPREAD).to_bytes(16 * count, "little")
    ones = int.from_bytes(b"\1" * count, "little")
    masks = [ones << bit for bit in range(8)]
    made = 0
    for byte in range(8):
        column = int.from_bytes(rows[byte::16], "little")
        for bit, mask in enumerate(masks):
            if (column & mask).bit_count() * 2 > count:
                made |= 1 << 8 * byte + bit
    return made
