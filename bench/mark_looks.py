"""标识另眼 A second look at the identity marks: plain searches of the source that share nothing with reading.

Comments go first, then scripts and styles where the mark is a word a visitor reads, then tags. Read beside the pages
by eye: a mark that both looks miss stays unseen here.
"""

import html
import re
from urllib.parse import unquote

MARKS = (
    "site_code", "site_code_meta", "icp", "police", "organiser", "conac", "error_report", "phone", "ipv6", "accessibility", "elderly",
)  # fmt: skip
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_SCRIPT = re.compile(r"<(script|style)\b.*?</\1\s*>", re.S | re.I)
_WORDS = {
    "site_code": r"网站标识码\s*[:：]?\s*(bm\d{8}|\d{10})(?!\d)",
    "icp": r"ICP\s*[备证]\s*(?:案\s*)?(?:编?\s*号)?\s*[:：]?\s*(?:[\u4e00-\u9fff]ICP备)?\s*(\d{5,10})",
    "police": r"公?网?安备?[^\d<>，。]{0,12}(\d{11,14})",
    "organiser": r"(?:主\s*办|开\s*办|主\s*管)\s*(?:单\s*位|方)?\s*[:：]\s*([\u4e00-\u9fff（）()·]{3,40})",
    "phone": r"电\s*话\s*[:：]\s*(0\d{2,3}\s*[-—－]{0,2}\s*\d{7,8}|1\d{10}|12345)(?!\d)",
    "ipv6": r"(IPv6)",
    "accessibility": r"(无障碍)",
    "elderly": r"(长者|适老|关怀版|关爱版)",
}
_SHOWN = re.compile(r"""<(?:a|img|area)\b[^>]*?\b(?:alt|title)\s*=\s*["']([^"']*)""", re.I)
_META_CODE = re.compile(
    r"""<meta\b[^>]*\bname\s*=\s*["']?siteidcode["']?[^>]*\bcontent\s*=\s*["']([^"']*)""", re.I
)


def looks(body: bytes, charset: str) -> dict[str, str | None]:
    """看标识 What the source says of each mark; None where it says nothing."""
    source = _COMMENT.sub(" ", body.decode(charset, "replace"))
    text = html.unescape(re.sub(r"<[^>]*>", " ", _SCRIPT.sub(" ", source))).replace("\xa0", " ")
    found = {name: _last(pattern, text) for name, pattern in _WORDS.items()}
    found["organiser"] = found["organiser"] or _last(
        r"([\u4e00-\u9fff（）()·]{4,30}?)\s*[（(]?\s*主\s*办(?![\u4e00-\u9fff])", text[-1500:]
    )
    if found["phone"] and not _last(_WORDS["phone"], text[-1500:]):
        del found["phone"]  # above the foot: the site's or somebody else's, no search can tell
    shown = text + " ".join(_SHOWN.findall(source))  # an icon says such things in its title
    for name in ("ipv6", "accessibility", "elderly"):
        found[name] = _last(_WORDS[name], shown)
    if found["organiser"]:
        found["organiser"] = found["organiser"].removesuffix("主办")
    meta = _META_CODE.search(source)
    whole = source + unquote(source)
    found["site_code_meta"] = (meta.group(1).strip() or None) if meta else None
    found["conac"] = "conac.cn" if re.search(r"//(?:\w+\.)*conac\.cn", whole) else None
    found["error_report"] = (
        "jiucuo" if re.search(r"exposure/jiucuo|zfwzgl\.www\.gov\.cn/exposure", source) else None
    )
    return found


def same(name: str, value: str, got: str) -> bool:
    """同一标识 Whether reading gives what the look gave; marks that are only there or not are the same when there."""
    if name in ("icp", "phone", "police"):
        return re.sub(r"\D", "", value) in re.sub(r"\D", "", got)
    if name in ("conac", "error_report", "ipv6", "accessibility", "elderly"):
        return True
    return value.replace(" ", "") == got.replace(" ", "")


def _last(pattern: str, text: str) -> str | None:
    found = re.findall(pattern, text, re.I)
    return found[-1].strip() if found else None
