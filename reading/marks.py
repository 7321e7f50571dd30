"""网站标识 Footer and meta marks; the patterns were measured on 189 saved government pages."""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from model import Mark, SiteMarks

_PROVINCE = "[京津沪渝冀豫云滇辽黑湘皖鲁新苏浙赣鄂桂甘陇晋蒙陕秦吉闽贵黔粤青藏川蜀宁琼]"
_SITE_CODE = re.compile(r"(?:政府)?网站标识码\s*[:：]?\s*(bm\d{8}|\d{10})(?!\d)", re.I)
_CODE_VALUE = re.compile(r"^\s*(bm\d{8}|\d{10})\s*$", re.I)
_ICP = re.compile(_PROVINCE + r"\s*ICP\s*[备证]\s*[:：]?\s*(\d{5,10})\s*号?(?:\s*-\s*\d{1,3}\s*号?)?", re.I)
_POLICE = re.compile(_PROVINCE + r"\s*公\s*网?\s*安\s*备\s*(?:案)?号?\s*[:：]?\s*(\d{12,14})\s*号?")
_POLICE_LOOSE = re.compile(r"(?:公安(?:机关|部)?备案号?|公备)\s*[:：]\s*(\d{11,14}(?:-\d+)?)")
_ORGANISER = re.compile(
    r"(?:主\s*办|开\s*办|主\s*管)\s*(?:单\s*位|方)?\s*[:：]\s*([\u4e00-\u9fff（）()·]{3,40})"
)
_ORGANISER_SUFFIX = re.compile(r"([\u4e00-\u9fff（）()·]{4,30})\s*主\s*办(?![\u4e00-\u9fff])")
_CONTACT = re.compile(
    r"(?:联系)?(?:电\s*话|方\s*式)\s*[:：]\s*(0\d{2,3}\s*[-—－]{0,2}\s*\d{7,8}|1\d{10}|12345)"
)
_MAIL = re.compile(r"(?:邮\s*箱|E-?mail)\s*[:：]\s*([\w.\-]+@[\w.\-]+)", re.I)
_CONAC_ID = re.compile(r"bszs\.conac\.cn/sitename\?[^\"'<>]{0,40}?id=([0-9A-F]{16,40})", re.I)
_CONAC_SCRIPT = re.compile(r"dcs\.conac\.cn/js/[\d/]+/(\w+)\.js", re.I)
_CONAC_ANY = re.compile(
    r"""\b(href|src)\s*=\s*["']?\s*((?:https?:)?//(?:[\w\-]+\.)*conac\.cn(?![\w.\-])(?::\d+)?(?:/[^\s"'<>]{0,300})?)""",
    re.I,
)
_UNESCAPE = re.compile(r"""unescape\s*\(\s*(["'])(.{1,600}?)\1\s*\)""", re.S)
_REPORT_SCRIPT = re.compile(
    r"""exposure/jiucuo\.(?:js|html)[^<>]{0,200}?(?:sitecode|site_code)\s*=\s*["']?(\w{10})""", re.I
)
_REPORT = re.compile(
    r"exposure/jiucuo\.(?:js|html)|zfwzgl\.www\.gov\.cn/exposure|pucha\.kaipuyun\.cn/exposure", re.I
)
_REPORT_CODE = re.compile(r"""(?:sitecode|site_code)\s*=\s*["']?(bm\d{8}|\d{10})""", re.I)
_TAIL = 12_000
_RADIUS, _PLACES = 400, 20


def marks_of(text: str, meta: Mapping[str, str], source: str) -> SiteMarks:
    """读标识 All marks of one page. `text` is its visible text, `source` its HTML without comments."""
    footer = text[-_TAIL:]
    return SiteMarks(
        site_code=_mark(_SITE_CODE, text, "text"),
        site_code_meta=_meta(meta, "siteidcode", _CODE_VALUE),
        site_name_meta=_meta(meta, "sitename"),
        site_domain_meta=_meta(meta, "sitedomain"),
        icp=_mark(_ICP, text, "text", whole=True),
        police=_mark(_POLICE, text, "text") or _mark(_POLICE_LOOSE, text, "text"),
        organiser=_mark(_ORGANISER, footer, "text", last=True)
        or _mark(_ORGANISER_SUFFIX, footer[-1500:], "text", last=True),
        contact=_mark(_CONTACT, footer, "text", last=True) or _mark(_MAIL, footer, "text", last=True),
        conac=_conac(source),
        error_report=_error_report(source),
    )


def _mark(
    pattern: re.Pattern[str], text: str, source: str, *, last: bool = False, whole: bool = False
) -> Mark | None:
    found = list(pattern.finditer(text)) if last else [match] if (match := pattern.search(text)) else []
    match = found[-1] if found else None
    if match is None:
        return None
    raw = re.sub(r"\s+", " ", match.group(0)).strip()
    return Mark(value=raw if whole else match.group(1).strip(), raw=raw[:200], source=source)


def _meta(meta: Mapping[str, str], name: str, shape: re.Pattern[str] | None = None) -> Mark | None:
    content = meta.get(name)
    if content is None or not content.strip():
        return None
    value = content.strip()
    if shape is not None:
        found = shape.match(content)
        value = found.group(1) if found else value
    return Mark(value=value[:200], raw=content[:200], source="meta")


def _conac(source: str) -> Mark | None:
    near = _around(source, "conac").replace("&amp;", "&")
    for where, pattern in (("link", _CONAC_ID), ("script", _CONAC_SCRIPT)):
        found = pattern.search(near)
        if found:
            return Mark(value=found.group(1), raw=found.group(0)[:200], source=where)
    for written in _UNESCAPE.finditer(near):
        text = unquote(written.group(2))
        found = _CONAC_SCRIPT.search(text) or _CONAC_ID.search(text)
        if found:
            return Mark(value=found.group(1), raw=found.group(0)[:200], source="script")
    shown = _CONAC_ANY.search(near)
    if shown:
        where = "link" if shown.group(1).lower() == "href" else "script"
        return Mark(value=shown.group(2)[:200], raw=shown.group(0)[:200], source=where)
    return None


def _error_report(source: str) -> Mark | None:
    near = _around(source, "exposure")
    found = _REPORT.search(near)
    if found is None:
        return None
    code = _REPORT_CODE.search(near, max(0, found.start() - 300), found.end() + 300)
    return Mark(
        value=code.group(1) if code else "",
        raw=found.group(0),
        source="script" if ".js" in found.group(0) else "link",
    )


def _around(source: str, word: str) -> str:
    """The source around the first few places where a word stands; patterns need not search the rest."""
    pieces: list[str] = []
    at = end = 0
    while (at := source.find(word, max(at, end))) >= 0 and len(pieces) < _PLACES:
        start, end = max(end, at - _RADIUS), at + _RADIUS
        pieces.append(source[start:end])
    return "".join(pieces)
