"""读公布结果 The figures of units as a published table or list shows them, whatever its layout."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from audit.spreadsheet import bare_cell
from model import Fault, ResultKind, ToldFigure

Rows = Sequence[Sequence[str]]
SCORE, BAND, RANK = ToldFigure.SCORE, ToldFigure.BAND, ToldFigure.RANK

_UNITS = (
    "单位", "单位名称", "评估对象", "评估单位", "被评估单位", "考核单位", "被考核单位", "考核对象", "部门", "部门名称", "责任单位",
    "主办单位", "名称", "县直部门", "县直单位", "乡镇", "地区", "县市", "区县", "unit",
)  # fmt: skip
_FIRST = ("公示得分", "初步得分", "scoreasputup")
_LAST = ("最终得分", "正式得分", "公布得分", "审定得分", "复核后得分", "finalscore")
_SCORES = (
    "得分", "总分", "总得分", "评估得分", "综合得分", "考核得分", "考评得分", "最后得分", "分数", "总分数", "成绩", "总成绩",
    "综合评分", "评估分数", "考核分数", "评分", "score",
)  # fmt: skip
_OTHERS = {
    BAND: (
        "等次",
        "等级",
        "评估等次",
        "考核等次",
        "评定等次",
        "评定等级",
        "评估等级",
        "考核等级",
        "档次",
        "grade",
    ),
    RANK: ("名次", "排名", "位次", "排位", "位列", "rank"),
}
_MAYBE = re.compile(r"得分|总分|分数|成绩")
_NOT_NOW = re.compile(
    r"上次|上年|上期|去年|最低|最高|升降|折算|区间"
)  # of another time, or of an end of a range
HEADS = {"unit": _UNITS, "score": (*_LAST, *_FIRST, *_SCORES), **{str(k): v for k, v in _OTHERS.items()}}
_HEAD_ROWS = 10
_SUMS = frozenset(
    {"合计", "总计", "小计", "平均", "平均分", "平均值", "平均得分", "备注", "total", "average"}
)
_BRACKETS = re.compile(r"[(\[【〔].*?[)\]】〕]")
_ORDINAL = re.compile(r"^(?:\d{1,4}[.、)]|[(]\d{1,4}[)])(?=\D)")
_FIGURE = re.compile(r"[+-]?\d{1,9}(?:,\d{3})*(?:\.\d{1,9})?")
_NUMERALS = {word: place for place, word in enumerate("一二三四五六七八九十", start=1)}
_LONGEST_GAP = 12  # characters between a name and its figure in a list


class ReadRow(NamedTuple):
    """一行 A name as it stands there, and what stands beside it."""

    name: str
    told: dict[ToldFigure, str]


def bare(text: str) -> str:
    """归一 Full-width forms as narrow ones, no white space, no invisible characters, no footnote marks, lower case."""
    narrow = unicodedata.normalize("NFKC", bare_cell(text.strip()))
    kept = (
        one for one in narrow if not one.isspace() and unicodedata.category(one) not in ("Cc", "Cf", "Cs")
    )
    return "".join(kept).strip("*※#").lower()


def name_of(text: str) -> str:
    """单位名归一 As `bare`, without the number that lists put before it."""
    return _ORDINAL.sub("", bare(text))


def figure_of(text: str) -> Decimal | None:
    """数字 Of a cell that holds one: `89.50`, `８９．５分`, `89.5(良好)`; None: it holds none, or more than one."""
    told = _BRACKETS.sub("", bare(text)).removesuffix("分")
    return Decimal(told.replace(",", "")) if _FIGURE.fullmatch(told) else None


def place_of(text: str) -> int | None:
    """名次 `3`, `第3名`, `并列第三`."""
    told = bare(text).removeprefix("并列").removeprefix("第").removesuffix("名").removesuffix("位")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 6 else _NUMERALS.get(told)


def read_rows(
    rows: Rows, kind: ResultKind, units: Collection[str], column: str | None
) -> list[ReadRow] | None:
    """读一张表 None when it is no table of results. `units`: their names by `name_of`. `column`: head of the scores, where
    a person had to say it.

    Several tables side by side are read as such. Raises Fault (exit 3) when more than one column may hold the scores.
    """
    for place, cells in enumerate(rows[:_HEAD_ROWS]):
        heads = [_BRACKETS.sub("", bare(cell)) or bare(cell) for cell in cells]
        below = rows[place + 1 :]
        scores = _score_columns(heads, below, kind, column)
        if not scores or (len(scores) > 1 and _goes_on(heads, below, kind, column)):
            continue
        if found := _unit_columns(heads, below, units):
            return [row for one in _blocks(heads, found, scores) for row in _read(below, one, heads)]
    return None


def _goes_on(heads: Sequence[str], below: Rows, kind: ResultKind, column: str | None) -> bool:
    """Whether the heads are of two rows, and the second tells the scores apart."""
    second = [_BRACKETS.sub("", bare(cell)) for cell in below[0]] if below else []
    same = any(head and head in _UNITS and head == one for head, one in zip(heads, second, strict=False))
    return same and bool(_score_columns(second, below[1:], kind, column))


def read_lines(lines: Sequence[str], units: Collection[str]) -> list[ReadRow]:
    """读清单 Lines such as `1.县财政局：89.5分`, each with one unit and one figure after it."""
    found = []
    for line in lines:
        text = bare(line)
        for name, figure in _named(text, units):
            found.append(ReadRow(name, {SCORE: figure}))
    return found


def _named(text: str, units: Collection[str]) -> Iterator[tuple[str, str]]:
    for name in units:
        start = text.find(name)
        if start < 0 or any(name != other and name in other and other in text for other in units):
            continue
        gap = re.compile(rf"[^\d。;；]{{0,{_LONGEST_GAP}}}?({_FIGURE.pattern})分")
        if told := gap.match(text, start + len(name)):
            yield name, told.group(1)


def _score_columns(heads: Sequence[str], rows: Rows, kind: ResultKind, column: str | None) -> list[int]:
    """Of the best kind of head that is there and has any figure below it: a final page may show both scores."""

    def fit(one: Callable[[str], bool]) -> list[int]:
        places = [place for place, head in enumerate(heads) if one(head)]
        return [
            place
            for place in places
            if any(len(row) > place and figure_of(row[place]) is not None for row in rows)
        ]

    if column is not None:
        wanted = bare(column)
        return fit(lambda head: head in (wanted, _BRACKETS.sub("", wanted)))
    mine, theirs = (_LAST, _FIRST) if kind is ResultKind.FINAL else (_FIRST, _LAST)
    return (
        fit(lambda head: head in mine)
        or fit(lambda head: head in _SCORES)
        or fit(lambda head: bool(_MAYBE.search(head)) and not _NOT_NOW.search(head) and head not in theirs)
    )


def _unit_columns(heads: Sequence[str], rows: Rows, units: Collection[str]) -> list[int]:
    """Columns where units stand: those of them that are headed so, if any is."""
    headed = [place for place, head in enumerate(heads) if head in _UNITS]
    standing = [
        place
        for place in range(len(heads))
        if any(len(row) > place and name_of(row[place]) in units for row in rows)
    ]
    return [place for place in standing if place in headed] or standing


class _Block(NamedTuple):
    unit: int
    columns: dict[ToldFigure, int]


def _blocks(heads: Sequence[str], units: Sequence[int], scores: Sequence[int]) -> Iterator[_Block]:
    taken: set[int] = set()
    for place, unit in enumerate(units):
        end = units[place + 1] if place + 1 < len(units) else len(heads)
        own = [one for one in scores if unit < one < end] or (
            [one for one in scores if one < unit] if not place else []
        )
        if not own:
            continue
        if len(own) > 1:
            told = "、".join(heads[one] for one in own)
            raise Fault("fault.published_ambiguous", heads=told)
        columns = {SCORE: own[0]}
        before = units[place - 1] + 1 if place else 0
        for figure, words in _OTHERS.items():
            for one in (*range(before, unit), *range(unit + 1, end)):
                if one not in taken and heads[one] in words:
                    columns[figure] = one
                    taken.add(one)
                    break
        yield _Block(unit, columns)


def _read(rows: Rows, block: _Block, heads: Sequence[str]) -> Iterator[ReadRow]:
    for row in rows:
        if len(row) <= block.unit:
            continue
        name = row[block.unit].strip()
        told = {figure: row[one].strip() if one < len(row) else "" for figure, one in block.columns.items()}
        spread = len(set(row)) == 1 and len(row) > 1  # one cell over the whole row: a heading or a remark
        if name and not spread and name_of(name) not in _SUMS and bare(name) != heads[block.unit]:
            yield ReadRow(name, told)
