"""抽查 Sites drawn by lot: from which frame, by which seed, with which limits, and all that is needed to draw them again."""

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from model.dossier import Text
from model.frozen import Frozen
from model.scoring import Share

DRAWS = "draws"  # the dossier of draws that belong to no assessment
LONGEST_SEED = 200
ALGORITHM = "duwang-draw-1"

_QUARTER = re.compile(r"(\d{4})Q([1-4])")

Quarter = Annotated[str, Field(pattern=r"^\d{4}Q[1-4]$")]
Part = Annotated[Share, Field(gt=0)]


class RepeatReading(StrEnum):
    """重复率口径 What 每季度抽查网站的重复率 is measured against; each has a text `reading.<name>`."""

    WITHIN = "within"  # 本季度内: sites that an earlier draw of the same quarter took
    LAST = "last"  # 对上季度: sites that any draw of the quarter before took
    BOTH = "both"  # either


class StrataBy(StrEnum):
    """分层依据 The column of the frame by which it is parted; each has a text `strata_by.<name>`."""

    REGION = "region"
    LEVEL = "level"
    KIND = "kind"
    GROUP = "group"


COLUMNS = ("key", "name", "home", "organiser", "kind", "level", "region", "group")  # of a line of a frame


class FrameOf(StrEnum):
    """抽样框来源"""

    ROSTER = "roster"  # 名单中正常运行的网站
    UNITS = "units"  # 考评对象


class Frame(Frozen):
    """抽样框 All that could have been drawn on that day. `sha256` of its lines, each with a line feed, sorted by code point.

    `source`: where the roster came from, as people tell it (全国政府网站信息报送系统, such a day).
    """

    of: FrameOf
    on: date
    sites: int = Field(ge=1)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    source: Text | None = None


class Stratum(Frozen):
    """层 `name` as the frame's column has it ("": not filled in), how many sites it has and how many are drawn."""

    name: Text
    sites: int = Field(ge=0)
    drawn: int = Field(ge=0)


class EarlierDraw(Frozen):
    """先前抽取 A draw that repeats are counted against."""

    id: str
    quarter: Quarter
    chosen: tuple[Text, ...]


class Draw(Frozen):
    """一次抽取 `share` of the frame's sites, rounded up, is `size`; at most `repeats` of them, rounded down, is `limit`.

    `chosen` in the order of their ranks, of which `repeated` are in one of `earlier`. `seed_given`: a person chose the seed.
    """

    id: str
    quarter: Quarter
    number: int = Field(ge=1)  # within the quarter
    assessment: str | None = None
    algorithm: str = ALGORITHM
    frame: Frame
    share: Part
    size: int = Field(ge=1)
    repeats: Share
    limit: int = Field(ge=0)
    reading: RepeatReading
    earlier: tuple[EarlierDraw, ...] = ()
    strata_by: StrataBy | None = None
    strata: tuple[Stratum, ...] = ()
    seed: Annotated[Text, Field(min_length=1, max_length=LONGEST_SEED)]
    seed_given: bool = False
    chosen: tuple[Text, ...]
    repeated: tuple[Text, ...] = ()


class DrawRecord(Frozen):
    """抽取记录 What is made public of a draw: enough to draw again without this program. `entry`, `digest`: its place in the dossier."""

    draw: Draw
    by: Text
    at: AwareDatetime
    entered_at: AwareDatetime
    dossier: str
    entry: int
    digest: str
    frame_columns: tuple[str, ...]
    frame_lines: tuple[str, ...]


def quarter_of(day: date) -> str:
    """季度 As `2021Q2`."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def quarter_before(quarter: str) -> str:
    """上一季度"""
    year, number = (int(part) for part in quarter.split("Q"))
    return f"{year}Q{number - 1}" if number > 1 else f"{year - 1}Q4"


def quarter_days(quarter: str) -> tuple[date, date]:
    """季度起止日 Its first day, and the first day of the next."""
    year, number = (int(part) for part in quarter.split("Q"))
    after = date(year + number // 4, number % 4 * 3 + 1, 1)
    return date(year, number * 3 - 2, 1), after


def is_quarter(text: str) -> bool:
    """是否季度"""
    return _QUARTER.fullmatch(text) is not None


USUAL_SHARE, USUAL_REPEATS = Decimal("0.15"), Decimal("0.1")  # 黑龙江2017 三（二）
DRAWS_A_QUARTER = 2


class FailsBy(StrEnum):
    """不合格标准 What makes a drawn site fail; each has a text `fails_by.<name>`."""

    GRADE = "grade"  # 等次: the lowest band of its pack, or a veto that a person confirmed
    FINDINGS = "findings"  # 问题: anything held against it


class DrawnState(StrEnum):
    """抽查结果 Each has a text `drawn.<name>`. Only what was seen can have passed."""

    FAILED = "failed"  # 不合格
    PASSED = "passed"  # 合格
    UNDECIDED = "undecided"  # 待核实: looked at, and what came out leaves it open
    UNSEEN = "unseen"  # 未检查: nobody looked within the period, or nothing could be seen


class DrawnSite(Frozen):
    """抽查网站结果 `cells` its line of the frame; the figures are those of its last audit within the period, after rulings."""

    cells: tuple[str, ...]
    state: DrawnState
    repeated: bool
    run_id: str | None = None
    audited_on: date | None = None
    pack_id: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    band: str | None = None
    suspected: tuple[str, ...] = ()  # titles of vetoes nobody has confirmed
    findings: int = 0


class DrawResult(Frozen):
    """抽查情况 Of one draw, by audits begun from `since` to `until`. `low` to `high`: how many sites of the whole frame fail, at 95 %."""

    draw: Draw
    since: AwareDatetime
    until: AwareDatetime
    fails_by: FailsBy
    sites: tuple[DrawnSite, ...]
    low: int
    high: int

    def count(self, state: DrawnState) -> int:
        return sum(one.state is state for one in self.sites)


class DrawLine(Frozen):
    """抽取一览一行 `within`, `last`: chosen sites that an earlier draw of the quarter, any draw of the quarter before had taken."""

    draw: Draw
    at: AwareDatetime
    by: Text
    within: tuple[str, ...]
    last: tuple[str, ...]


class QuarterLine(Frozen):
    """季度一览一行 `sites`: counted once, of which `repeated` were taken in the quarter before. `over`: the quarter has ended."""

    quarter: Quarter
    draws: int
    wanted: int
    ends: date  # its last day
    over: bool
    sites: int
    repeated: int


class Draws(Frozen):
    """抽取一览 Of one dossier as of a day. `never`: lines of the frame of that day that no draw has taken."""

    draws: tuple[DrawLine, ...]
    quarters: tuple[QuarterLine, ...]
    frame_sites: int
    never: tuple[str, ...]
