"""文字指纹 A page's text in 64 bits: texts that differ in a word differ in a bit or two, others in half of them."""

import re
from struct import pack
from zlib import crc32

from model import TextPrint

_MOST = 3000  # characters that are looked at
_HEAD, _TAIL = 500, 300  # of what is left of them, those that are hashed
_SPREAD = 0x9E3779B97F4A7C15  # odd: spreads 32 bits over 64 without losing any
_MASK = (1 << 64) - 1
_ASCII = re.compile(r"[!-~]+|\s+")
_CLOSE = 3  # bits
_LEAST_NAME = 3


def bare_text(text: str) -> str:
    """去除易变部分 The text without white space and whatever tells one answer from the next: addresses, numbers, times."""
    return _ASCII.sub(lambda run: run[0] if run[0].isalpha() else "", text[:_MOST])


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
    grams = [raw[at : at + 6] for at in range(0, max(1, len(raw) - 4), 2)]
    return TextPrint(length=length, simhash=f"{_simhash(grams):016x}")


def alike(one: TextPrint, other: TextPrint) -> bool:
    """相近 Whether two prints are of one and the same text but for a word or two."""
    apart = abs(one.length - other.length)
    if apart > max(4, min(one.length, other.length) // 33):
        return False
    return distance(one, other) <= _CLOSE


def distance(one: TextPrint, other: TextPrint) -> int:
    """相差位数 Bits in which two prints differ, 0 to 64."""
    return (int(one.simhash, 16) ^ int(other.simhash, 16)).bit_count()


def _simhash(grams: list[bytes]) -> int:
    """Each bit is what most grams say. The n-th bytes of all hashes lie side by side, so a column is one mask."""
    hashes = [crc32(gram) * _SPREAD & _MASK for gram in grams]
    count = len(hashes)
    rows = pack(f"<{count}Q", *hashes)
    ones = int.from_bytes(b"\1" * count, "little")
    made = 0
    for byte in range(8):
        column = int.from_bytes(rows[byte::8], "little")
        for bit in range(8):
            if (column >> bit & ones).bit_count() * 2 > count:
                made |= 1 << 8 * byte + bit
    return made
