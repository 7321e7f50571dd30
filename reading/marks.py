"""网站标识 Footer and meta marks; the patterns were measured on 189 saved government pages."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from model import Mark, SiteMarks
from reading.assistance import aids
from reading.tree import Node

_REACH = 100  # characters before its sign that a mark may begin; white space stands alone in a text


class _Sought(NamedTuple):
    """A pattern, and what every match of it has near its beginning.

    Signs begin with a letter: the search for one is ten times as fast as that for any of a class of letters.
    """

    pattern: re.Pattern[str]
    signs: tuple[re.Pattern[str], ...]

    @classmethod
    def by(cls, pattern: re.Pattern[str], *signs: str) -> "_Sought":
        return cls(pattern, tuple(map(re.compile, signs)))

    def search(self, text: str) -> re.Match[str] | None:
        return next(self.finditer(text), None)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        starts = [found.start() for sign in self.signs if (found := sign.search(text)) is not None]
        return self.pattern.finditer(text, max(0, min(starts) - _REACH)) if starts else iter(())


_CODE_WORD, _BEFORE_CODE = "标识码", 4  # characters of 政府网站
_PROVINCE = "[京津沪渝冀豫云滇辽黑湘皖鲁新苏浙赣鄂桂甘陇晋蒙陕秦吉闽贵黔粤青藏川蜀宁琼]"
_SITE_CODE = re.compile(r"(?:政府)?(?:网站|站点)标识码\s*[:：]?\s*[(（【\[]?\s*(bm\d{8}|\d{10})(?!\d)", re.I)
_CODE_VALUE = re.compile(r"^\s*(bm\d{8}|\d{10})\s*$", re.I)
_ICP = _Sought.by(
    re.compile(_PROVINCE + r"\s*ICP\s*[备证]\s*[:：]?\s*(\d{5,10})\s*号?(?:\s*-\s*\d{1,3}\s*号?)?", re.I),
    *[rf"{sign}(?:(?<=[Pp]{sign})|(?<=[Pp]\s{sign})|(?<=\s\s{sign}))" for sign in "备证"],
)
_POLICE = _Sought.by(
    re.compile(_PROVINCE + r"\s*公\s*网?\s*安\s*备\s*(?:案)?号?\s*[:：]?\s*(\d{12,14})\s*号?"), r"安\s*备"
)
_POLICE_LOOSE = re.compile(
    r"(?:公\s*网\s*安\s*备|公\s*安\s*(?:机关|部)?\s*备案?|公\s*备)\s*(?:案)?号?\s*[:：]?\s*(\d{11,14}(?:-\d{1,6})?)(?!\d)"
)
_NAME = r"([\u4e00-\u9fff（）()·]{3,40}?)(?=[（(]?\s*(?:主\s*办|承\s*办|协\s*办)|$|[^\u4e00-\u9fff（）()·])"
_ORGANISER = _Sought.by(
    re.compile(r"(?:主\s*办|开\s*办|主\s*管)\s*(?:单\s*位|方)?\s*[:：]\s*" + _NAME),
    *[r"主\s*办", r"开\s*办", r"主\s*管"],
)
_ORGANISER_SUFFIX = re.compile(
    r"([\u4e00-\u9fff（）()·]{3,29}[\u4e00-\u9fff）)])\s*[（(]?\s*主\s*办(?![\u4e00-\u9fff])"
)
_OFFICE = "(?:人民政府|政府|办公室|委员会|管委会|局|厅|署|院|处|中心|总社|联合会|法院|检察院)"
_ORGANISER_BARE = re.compile(  # the label and the name in cells of their own, without a colon
    r"主\s*办\s*单\s*位[\s|｜]{0,4}(?![应须负和及与对的为是在将由要可不或])([\u4e00-\u9fff（）()·]{2,30}?"
    + _OFFICE
    + r")(?=[\s|｜]*(?:$|[^\u4e00-\u9fff（）()·\s]|[（(]?(?:主\s*办|承\s*办|协\s*办)|联系|电话|地址|版权|政府网站|网站|技术|维护))"
)
_HOSTED = re.compile(r"主\s*办")
_UNDERTAKER = re.compile(r"承\s*办\s*(?:单\s*位|方)?\s*[:：]\s*" + _NAME)
_LOCAL = r"(?:\d{7,8}|\d{3,4}[ \u3000]\d{4}|\d{4}[-—－–―]\d{4})"
_NUMBER = (
    r"((?:\+?86[-—－–― ]?)?[(（]?0\d{2,3}[)）]?\s?[-—－–―]{0,2}\s?"
    + _LOCAL
    + r"|\+?86[-—－–― ]?[1-9]\d{1,2}[-—－–― ]"
    + _LOCAL
    + r"|(?:\+?86[-—－–― ]?)?1\d{10}|12345)(?!\d)"
)
# these two begin with one of a few letters, told apart behind it: the search for those is many times as fast
_CONTACT = _Sought.by(
    re.compile(
        r"[联电方](?:(?<=联)系(?:电\s*话|方\s*式)|(?<=电)\s*话|(?<=方)\s*式)\s*[:：]\s*(?:"
        + _NUMBER
        + r"|([2-8]\d{6,7})(?![\d-]))"
    ),
    *[r"话\s*[:：]", r"式\s*[:：]"],
)
_PHONE = re.compile(
    r"[电热联Tt](?:(?<=电)\s*话|(?<=热)\s*线|(?<=联)系方式|(?<=\b[Tt])[Ee][Ll])"
    r"\s*(?:[(（][^()（）]{1,20}[)）])?\s*[:：]\s*" + _NUMBER
)
_IPV6_LATER = r"(?![^\n]{0,4}(?:改造|部署|升级|规模|工作|率|建设|应用|情况|能力))"  # prose about the network
_IPV6 = re.compile(
    r"^(?:本|该|网)[^\n。，,；;]{0,10}?IPv6[^\n。，,；;]{0,10}$"
    r"|(?:本|该)?(?:网站|站点?)[^\n。，；]{0,4}?(?:支持|启用|开通)\s{0,3}IPv6(?:网络|访问|协议)?"
    + _IPV6_LATER,
    re.I | re.M,
)
_MAIL = _Sought.by(
    re.compile(r"(?:邮\s*箱|E-?mail)\s*[:：]\s*([\w.\-]+@[\w.\-]+)", re.I),
    *[rf"{last}\s*[:：]" for last in "箱lL"],
)
_CONAC_ID = re.compile(r"bszs\.conac\.cn/sitename\?[^\"'<>]{0,40}?id=([0-9A-F]{16,40})", re.I)
_CONAC_SCRIPT = re.compile(r"dcs\.conac\.cn/js/[\d/]+/(\w+)\.js", re.I)
_CONAC_ANY = re.compile(
    r"""\b(href|src)\s*=\s*["']?\s*((?:https?:)?//(?:[\w\-]+\.)*conac\.cn(?![\w.\-])(?::\d+)?(?:/[^\s"'<>]{0,300})?)""",
    re.I,
)
_UNESCAPE = re.compile(r"""unescape\s*\(\s*(["'])(.{1,600}?)\1\s*\)""", re.S)
_POLICE_PORTAL = re.compile(
    r"""beian\.(?:mps\.)?gov\.cn/[^\s"'<>]{0,120}?[?&;](?:record)?code=(\d{12,14})(?!\d)""", re.I
)
_REPORT = re.compile(
    r"exposure/jiucuo\.(?:js|html)|zfwzgl\.www\.gov\.cn/exposure|pucha\.kaipuyun\.cn/exposure", re.I
)
_REPORT_CODE = re.compile(r"""(?:sitecode|site_code)\s*=\s*["']?(bm\d{8}|\d{10})""", re.I)
_SPACE = re.compile(r"\s+")
_TAIL, _FOOT = 12_000, 3_000
_RADIUS, _PLACES = 400, 20
_IDENTITY = (_ICP, _POLICE, _ORGANISER)
_ABOVE = 400


def marks_of(text: str, meta: Mapping[str, str], source: str, root: Node) -> SiteMarks:
    """读标识 All marks of one page. `text` is its visible text, a line a block, `source` its HTML without comments."""
    flat = text.replace("\n", " ")
    footer = flat[-_TAIL:]
    report, code = _error_report(_around(source, "exposure"))
    blind, old = aids(source, root)
    pictures = [image.get("alt") or image.get("title") or "" for image in root.iter("img")]
    return _marks(
        site_code=_made(_site_code(flat), "text"),
        site_code_meta=_meta(meta, "siteidcode", _CODE_VALUE),
        site_name_meta=_meta(meta, "sitename"),
        site_domain_meta=_meta(meta, "sitedomain"),
        icp=_mark(_ICP, flat, "text", whole=True),
        police=_mark(_POLICE, flat, "text")
        or _mark(_POLICE_LOOSE, flat, "text")
        or _police(source, pictures),
        organiser=_mark(_ORGANISER, footer, "text", last=True)
        or _hosted(flat[-1500:])
        or _mark(_ORGANISER_BARE, flat[-1500:], "text", last=True),
        undertaker=_mark(_UNDERTAKER, footer, "text", last=True),
        contact=_mark(_CONTACT, footer, "text", last=True)
        or (_mark(_MAIL, footer, "text", last=True) if "@" in footer else None),
        phone=_mark(_PHONE, _foot(flat), "text", last=True),
        conac=_conac(_around(source, "conac").replace("&amp;", "&")),
        error_report=report,
        error_report_code=code,
        ipv6=_ipv6(text, pictures),
        accessibility=blind,
        elderly=old,
    )


@lru_cache(maxsize=256)
def _marks(**found: Mark | None) -> SiteMarks:
    """The pages of a site share one."""
    return SiteMarks(**found)


def _site_code(flat: str) -> re.Match[str] | None:
    """Looked for from a little before the word that no such mark does without."""
    at = flat.find(_CODE_WORD)
    return _SITE_CODE.search(flat, max(0, at - _BEFORE_CODE)) if at >= 0 else None


def _police(source: str, pictures: list[str]) -> Mark | None:
    """The number that only a picture's words or the link to the register of the police tells."""
    if "安备" in source:
        for told in pictures:
            found = _mark(_POLICE, told[:200], "link") if "安备" in told else None
            if found is not None:
                return found
    return _mark(_POLICE_PORTAL, _around(source, "beian."), "link") if "beian." in source else None


def _hosted(foot: str) -> Mark | None:
    """「某县人民政府主办」: looked for only right before the words, which costs nothing where they are not."""
    for words in reversed(list(_HOSTED.finditer(foot))):
        found = _mark(
            _ORGANISER_SUFFIX, foot[max(0, words.start() - 36) : words.end() + 1], "text", last=True
        )
        if found is not None:
            return found
    return None


def _foot(flat: str) -> str:
    """The end of the text from a little above its first identity mark; notices end with telephones too."""
    tail = flat[-_FOOT:]
    searched = (_site_code(tail), *[pattern.search(tail) for pattern in _IDENTITY])
    marks = [found.start() for found in searched if found]
    return tail[max(0, min(marks) - _ABOVE) :] if marks else tail[-_ABOVE:]


def _ipv6(text: str, pictures: list[str]) -> Mark | None:
    foot = text[-_FOOT:]
    found = _IPV6.search(foot) if "v6" in foot or "V6" in foot else None
    if found:
        return _noted("IPv6", found.group().strip(), "text")
    for told in pictures:
        if told and len(told) < 40 and "ipv6" in told.lower():
            return _noted("IPv6", told.strip(), "link")
    return None


def _mark(
    pattern: re.Pattern[str] | _Sought, text: str, source: str, *, last: bool = False, whole: bool = False
) -> Mark | None:
    if not last:
        return _made(pattern.search(text), source, whole=whole)
    found = list(pattern.finditer(text))
    return _made(found[-1] if found else None, source, whole=whole)


def _made(match: re.Match[str] | None, source: str, *, whole: bool = False) -> Mark | None:
    if match is None:
        return None
    raw = _SPACE.sub(" ", match.group(0)).strip()
    return _noted(raw if whole else match.group(match.lastindex or 0).strip(), raw[:200], source)


@lru_cache(maxsize=1024)
def _noted(value: str, raw: str, source: str) -> Mark:
    """The pages of a site bear the same marks."""
    return Mark(value=value, raw=raw, source=source)


def _meta(meta: Mapping[str, str], name: str, shape: re.Pattern[str] | None = None) -> Mark | None:
    content = meta.get(name)
    if content is None or not content.strip():
        return None
    value = content.strip()
    if shape is not None:
        found = shape.match(content)
        value = found.group(1) if found else value
    return _noted(value[:200], content[:200], "meta")


@lru_cache(maxsize=32)
def _conac(near: str) -> Mark | None:
    """Told by what stands near the word, which is the same on every page of a site."""
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


@lru_cache(maxsize=32)
def _error_report(near: str) -> tuple[Mark | None, Mark | None]:
    """The mark, and the 网站标识码 that it reports under when it names one."""
    found = _REPORT.search(near)
    if found is None:
        return None, None
    where = "script" if ".js" in found.group(0) else "link"
    code = _REPORT_CODE.search(near, max(0, found.start() - 300), found.end() + 300)
    return (
        Mark(value=code.group(1) if code else "", raw=found.group(0), source=where),
        Mark(value=code.group(1), raw=code.group(0), source=where) if code else None,
    )


def _around(source: str, word: str) -> str:
    """The source around the first few places where a word stands; patterns need not search the rest."""
    pieces: list[str] = []
    at = end = 0
    while (at := source.find(word, max(at, end))) >= 0 and len(pieces) < _PLACES:
        start, end = max(end, at - _RADIUS), at + _RADIUS
        pieces.append(source[start:end])
    return "".join(pieces)
