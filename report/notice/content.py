"""公文内容 What a notice says: words by placeholder, tables by placeholder. No form, no file."""

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from model import NoticeKind
from report.messages import LANGUAGES, Messages
from report.text import plain

# What a template of each kind may name, by id; people write the name `notice.field.<id>` of either language.
_ALWAYS = ("organiser", "basis", "title", "year", "day", "contact")
FIELDS: Mapping[NoticeKind, tuple[str, ...]] = {
    NoticeKind.MEND: (*_ALWAYS, "unit", "seen", "count", "term", "repeated", "uncertain", "unseen"),
    NoticeKind.BULLETIN: (
        *_ALWAYS, "addressed", "since", "until", "units", "opened", "fixed", "reopened", "standing", "overdue",
        "criticised", "unseen",
    ),
    NoticeKind.CALL: (*_ALWAYS, "addressed", "starts", "ends", "self_check", "appeal_days"),
}  # fmt: skip
GRIDS: Mapping[NoticeKind, tuple[str, ...]] = {
    NoticeKind.MEND: ("problems",),
    NoticeKind.BULLETIN: ("summary", "repeats", "trend"),
    NoticeKind.CALL: ("schedule", "roster"),
}
NEEDED: Mapping[NoticeKind, tuple[str, ...]] = {  # without these it would not say what it is for
    NoticeKind.MEND: ("unit", "problems"),
    NoticeKind.BULLETIN: ("summary",),
    NoticeKind.CALL: ("schedule",),
}
_NO_XML = re.compile("[\ufffe\uffff]")


class Grid(NamedTuple):
    """表格 `shares`: how wide each column is beside the others. A cell's lines are its paragraphs."""

    heads: tuple[str, ...]
    shares: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


class NoticeText(NamedTuple):
    """公文文字 Words and tables by id of their placeholder. Words that are empty take a paragraph of their own with them."""

    kind: NoticeKind
    words: Mapping[str, str]
    grids: Mapping[str, Grid]


def known_names(kind: NoticeKind) -> dict[str, str]:
    """占位名 Every name a template of that kind may write, in any language, with the id it stands for."""
    ids = (*FIELDS[kind], *GRIDS[kind])
    return {
        bare(Messages(language).text(f"notice.field.{one}")): one for language in LANGUAGES for one in ids
    }


def bare(name: str) -> str:
    """占位名比对 Without spaces and case."""
    return "".join(name.split()).casefold()


def clean(text: str) -> str:
    """净文字 One line that any XML holds, whoever wrote it."""
    return _NO_XML.sub("", plain(text))


def day_words(day: date, messages: Messages) -> str:
    """公文日期 2021年12月20日, without leading zeros (GB/T 9704-2012, 7.3.5.4)."""
    return messages.text("notice.day", year=day.year, month=day.month, day=day.day)
