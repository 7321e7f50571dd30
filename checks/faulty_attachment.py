"""附件失实 A file offered for download is not what its name says.

何为问题: 提供下载的文件是空的，或打开是错误页面，或不是后缀所称的文件。
怎样测量: 对附件先取最前面的少量字节，与后缀相应的文件特征比对；取到网页或空内容时再完整取一次，两次都如此才认定。
反例: 网址以 .doc 结尾，两次取到的都是网页“文件不存在”；.pdf 文件两次取得都是 0 字节。
正例: 传输中断而开头相符的文件；.doc 文件是 Word 能打开的 RTF、docx 或 Office 另存的网页；.docx 文件加了密码；第二次取到了文件。
局限: 转到登录页、验证页的，只取到一次的，类型与后缀不同但仍能打开的（如 .doc 实为 PDF），开头不识的（如加密软件处理过的），只提请人工核实；不查文件内容是否完整、是否对应。
"""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote, urlsplit

import model
from model import (
    SHANGHAI,
    Attempt,
    Evidence,
    FetchOutcome,
    Hit,
    LinkCheck,
    LinkRelation,
    Moment,
    NoSubject,
    Subject,
    Unsure,
)

SUBJECT = Subject.LINK
NEEDS: frozenset[str] = frozenset()
FAMILIES = (
    ("pdf", re.compile(rb"%PDF")),
    ("ole", re.compile(rb"\xd0\xcf\x11\xe0")),
    ("zip", re.compile(rb"PK(?:\x03\x04|\x05\x06|\x07\x08)")),
    ("rar", re.compile(rb"Rar!")),
    ("7z", re.compile(rb"7z\xbc\xaf\x27\x1c")),
    ("rtf", re.compile(rb"\{\\rt")),
    ("picture", re.compile(rb"\xff\xd8\xff|\x89PNG|GIF8|BM.{4}\0\0\0\0", re.S)),
    ("office_page", re.compile(rb"<html xmlns:|<\?xml|MIME-Version", re.I)),
    ("page", re.compile(rb"<(?:!do|html?[\s>]|head|body|scri|!--|meta)", re.I)),
)
# what opens under a suffix without a word of complaint: an encrypted .docx is no ZIP file, Word opens all of these
WRITTEN = frozenset({"ole", "zip", "rtf", "office_page", "text"})
OPENS = {
    "pdf": frozenset({"pdf"}),
    "ofd": frozenset({"zip"}),
    "zip": frozenset({"zip"}),
    "rar": frozenset({"rar"}),
    "7z": frozenset({"7z"}),
    **dict.fromkeys(("doc", "xls", "ppt", "wps", "et", "dps"), WRITTEN),
    **dict.fromkeys(("docx", "xlsx", "pptx"), frozenset({"zip", "ole"})),
}
MAY_BE_PAGES = frozenset({"xml", "txt", "csv", "htm", "html", "shtml", "mht", "swf"})
SUFFIX = re.compile(r"\.([a-z0-9]{1,5})$", re.I)
LEADING = re.compile(rb"^(?:\xef\xbb\xbf)?\s*")
ASKS = re.compile(r"login|signin|passport|/sso|/cas/|oauth|verify|captcha|challenge", re.I)
REFUSED = frozenset({FetchOutcome.BLOCKED, FetchOutcome.LOGIN})
OPENED = frozenset({FetchOutcome.OK, FetchOutcome.SOFT404})
BROKEN_OFF = frozenset(
    {FetchOutcome.INCOMPLETE, FetchOutcome.TOO_LARGE}
)  # what it began with may still tell the file
MOST_EVIDENCE = 8


class Params(model.Params):
    """参数 None: empty files, error pages under a file's name, and files of another type are faults."""


def judge(subject: LinkCheck, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 At most one answer a file. Files whose first bytes nobody read, and what is no file, are not judged."""
    looks = _lately(subject.attempts)
    opened = [one for one in looks if one.outcome in OPENED]
    suffix = suffix_of(subject.url)
    fits = OPENS.get(suffix, frozenset())
    if any(kind_of(one) in fits for one in looks if one.outcome in BROKEN_OFF and one.leading):
        return
    if subject.relation is not LinkRelation.ATTACHMENT or not opened or suffix in MAY_BE_PAGES:
        yield NoSubject()
        return
    kinds = [kind_of(one) for one in opened]
    if any(kind in fits for kind in kinds):
        return
    seen = next((kind for kind in kinds if kind not in ("page", "empty")), kinds[-1])
    if seen in ("page", "empty"):
        yield _no_file(subject, suffix, seen, opened, looks)
    elif fits:
        case = "unknown_type" if seen == "unknown" else "wrong_type"
        yield _answer(Unsure, case, subject, suffix, seen, opened)


def _lately(attempts: Sequence[Attempt]) -> list[Attempt]:
    """Looks of the newest crawl that took first bytes or were kept from them: a file may be mended from night to night."""
    taken = OPENED | REFUSED | BROKEN_OFF
    looks = [
        one for one in attempts if one.leading is not None and one.outcome in taken and not one.withdrawn
    ]
    return [one for one in looks if _crawl(one) == _crawl(looks[-1])]


def _crawl(attempt: Attempt) -> str:
    return (attempt.snapshot_id or "").rpartition("/")[0]


def suffix_of(url: str) -> str:
    """后缀 The suffix of a file's address, lower case without the dot; "" when it has none."""
    try:
        found = SUFFIX.search(unquote(urlsplit(url).path))
    except ValueError:
        return ""
    return found.group(1).lower() if found else ""


def kind_of(attempt: Attempt) -> str:
    """文件类型 What the first bytes are: a family, page, empty, text, or unknown."""
    try:
        raw = bytes.fromhex(attempt.leading or "")
    except ValueError:
        return "unknown"
    if not raw:
        return "empty"
    begins = LEADING.sub(b"", raw)
    for family, pattern in FAMILIES:
        if pattern.match(begins):
            return family
    control = any(byte < 32 and byte not in (9, 10, 12, 13) for byte in raw)
    return "unknown" if control else "text"


def _no_file(
    link: LinkCheck, suffix: str, seen: str, opened: list[Attempt], looks: list[Attempt]
) -> Hit | Unsure:
    """A page or nothing where a file should be: held against the site only when a whole look said so as well."""
    asked = any(ASKS.search(one.final_url or "") for one in looks)
    if asked or any(one.outcome in REFUSED for one in looks):
        return _answer(Unsure, "refused", link, suffix, seen, looks)
    no_range = any(
        one.status == 416 for one in link.attempts
    )  # no first bytes to be had: an empty file says so too
    if len({(one.snapshot_id, one.at) for one in opened}) + no_range < 2:
        return _answer(Unsure, "once", link, suffix, seen, looks)
    return _answer(Hit, "empty" if seen == "empty" else "error_page", link, suffix, seen, looks)


def _answer(
    answer: type[Hit], case: str, link: LinkCheck, suffix: str, seen: str, looks: list[Attempt]
) -> Hit:
    last = looks[-1]
    tries = [
        Evidence(
            snapshot_id=one.snapshot_id,
            url=one.final_url or link.url,
            quote=f"{one.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S} {one.status or ''} {one.content_type or '-'} "
            f"{'-' if one.size is None else one.size} B [{one.leading}]",
            shows=f"attempt_{one.outcome}",
        )
        for one in looks[:MOST_EVIDENCE]
    ]
    parents = [
        Evidence(snapshot_id=one.snapshot_id, url=one.url, quote=one.anchor or one.title, shows="parent_page")
        for one in link.found_on[:MOST_EVIDENCE]
    ]
    return answer(
        message_id=f"check.faulty_attachment.{case}",
        params={
            "url": link.url,
            "anchor": next((one.anchor for one in link.found_on if one.anchor.strip()), "no_text"),
            "suffix": suffix or "-",
            "file": seen,
            "tries": len(looks),
            "type": last.content_type or "-",
        },
        evidence=(*tries, *parents),
        url=link.url,
        measured=seen,
        allowed=suffix or None,
        parents=tuple(dict.fromkeys(one.url for one in link.found_on)),
    )
