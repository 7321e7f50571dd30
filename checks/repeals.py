"""废止清单 Which documents the text of a list of repealed ones names, and whether nothing else can be meant."""

import re
from typing import NamedTuple

from checks.titles import SHORTEST_NAME, bare_title, names_in, numbers_in

_ENDS = re.compile(r"废止|失效|停止执行|宣布无效")
_STAYS = re.compile(
    r"继续有效|继续执行|现行有效|予以保留|保留的|有效的?(?:规范性)?文件|修改的|修订的|部分条款"
)
_BASIS = re.compile(r"(?:根据|按照|依照|依据|贯彻落实|贯彻|执行|对照|按|以及)[^，。,；;]{0,30}$")
_ARTICLE = re.compile(
    r"^[》）)〕\]\s]*(?:[（(][^（()）]{2,40}[)）])?\s*第[一二三四五六七八九十百\d]+[条款项章]"
)
_LEAST = 8  # characters of a name that tells a document by itself


class Repealed(NamedTuple):
    """废止条目 One entry: its title and number as far as the list names them, and the line it stands in."""

    title: str | None
    number: str | None
    quote: str


class RepealList(NamedTuple):
    """废止清单 The entries; `mixed` when the text also names documents that stay in force."""

    entries: tuple[Repealed, ...]
    mixed: bool


def repeals_in(title: str, text: str) -> RepealList:
    """读废止清单 Entries of a page that is such a list by its title; names it only refers to are left out."""
    lines = [title, *text.split("\n")] if "《" in title else text.split("\n")
    found: dict[tuple[str | None, str | None], Repealed] = {}
    pending: Repealed | None = None
    for line in lines:
        for entry in _entries(line):
            if pending is not None and entry.title is None and entry.number:
                # a table: the number stands in the cell behind the title
                entry = Repealed(pending.title, entry.number, f"{pending.quote} {entry.quote}")
                found.pop((pending.title, pending.number), None)
            found[entry.title, entry.number] = entry
            pending = entry if entry.number is None else None
    return RepealList(tuple(found.values()), bool(_STAYS.search(text)) or not _ENDS.search(title + text))


def _entries(line: str) -> list[Repealed]:
    if "《" not in line:
        numbers = numbers_in(line)
        plain = bare_title(re.split(r"[（(]", line)[0])
        if len(numbers) != 1 or len(line) > 160 or "。" in line:
            return []
        named = plain if len(plain) >= _LEAST and "关于" in line else None
        return [Repealed(_unnumbered(line) if named else None, numbers[0], line[:160])]
    found = []
    for match in re.finditer(r"《([^《》]{2,120})》", line):
        if _BASIS.search(line[: match.start()]) or _ARTICLE.match(line[match.end() :]):
            continue
        if len(bare_title(match[1])) < SHORTEST_NAME:
            continue
        behind = line[match.end() : match.end() + 30]
        own = numbers_in(behind) if behind.lstrip()[:1] in ("(", "（", "〔", "[") else []
        found.append(Repealed(names_in(match[0])[0], own[0] if own else None, line[:160]))
    return found


def _unnumbered(line: str) -> str:
    """The title in a line of a catalogue, without its running number and its 文号."""
    return re.split(
        r"[（(][^（(]*[〔\[﹝【（(]\s?(?:19|20)\d\d", re.sub(r"^\s*\d{1,4}\s*[.、．\s]\s*", "", line)
    )[0].strip()
