"""题名 Titles and numbers of documents, made alike so that one place's writing can be found in another's."""

import re
import unicodedata
from functools import lru_cache

_SHORT = 200  # characters worth remembering
SHORTEST_NAME = 6  # characters of a title that can name one document and no other
_MARKS = re.compile(r"[\W_]+")
_JOINED = re.compile(r"(号[)）》]?)[和与及]")
LABEL = re.compile(r"^\s*[【\[][^】\]]{1,12}[】\]]")
TRIAL = re.compile(r"[(（](?:试行|暂行|修订|修正|全文|送审稿)[)）]")
_NAMED = re.compile(r"《([^《》]{2,120})》")
NUMBER = re.compile(
    r"([\u4e00-\u9fff]{1,12}?)\s?[〔\[(（【﹝［]\s?((?:19|20)\d\d)\s?[〕\])）】﹞］]\s?(?:第\s?)?0{0,3}(\d{1,5})\s?号"
)


def bare_title(title: str) -> str:
    """规整标题 A title without width, spaces, marks and what stands in brackets before it."""
    return _bare(title) if len(title) <= _SHORT else _bare.__wrapped__(title)


@lru_cache(maxsize=32768)  # the same menus stand on every page
def _bare(title: str) -> str:
    return _MARKS.sub("", LABEL.sub("", unicodedata.normalize("NFKC", title))).casefold()


def numbers_in(text: str) -> list[str]:
    """所含文号 Every 文号 in a text, in one way of writing."""
    return [
        f"{re.sub(r'^.*(?:根据|按照|依据|依照|关于|转发)', '', who)}[{year}]{count}"
        for who, year, count in NUMBER.findall(_JOINED.sub(r"\1、", text))
    ]


def names_in(text: str) -> list[str]:
    """所提名称 Everything in 《》."""
    return _NAMED.findall(text)


def title_keys(title: str) -> set[str]:
    """标题键 The ways in which others name a document: whole, without its issuer, by what it prints and hands out."""
    title = TRIAL.sub("", title)
    ways = [title, *names_in(title.replace("〈", "《").replace("〉", "》"))]
    about = title.find("关于")
    if about >= 0:
        ways.append(title[about:])
    printed = re.search(r"印发(.{4,})的(?:通知|函)$", title.strip())
    if printed:
        ways.append(printed[1])
    keys = {bare_title(way) for way in ways}
    return {key for key in keys if len(key) >= SHORTEST_NAME}
