"""考评 One assessment of many units over a year or a quarter: who is assessed by which pack, when what is due, what came out."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Self

from pydantic import AwareDatetime, Field, model_validator

from model.frozen import Frozen
from model.scoring import Share
from model.site import SiteKind
from model.verdict import Score

LONGEST_NAME = 120


class WindowKind(StrEnum):
    """阶段 In the usual order; each has a text `window.<name>`."""

    MONITOR = "monitor"  # 日常监测
    SELF_CHECK = "self_check"  # 自查自评
    SAMPLING = "sampling"  # 综合采样
    REPORT = "report"  # 形成评估结果, 撰写评估报告
    PUBLICITY = "publicity"  # 公示
    REVIEW = "review"  # 复核
    ANNOUNCE = "announce"  # 正式公布


class Window(Frozen):
    """时间安排 From the first day to the last, both included. `starts` None: at any time until then."""

    kind: WindowKind
    starts: date | None = None
    ends: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.starts is not None and self.starts > self.ends:
            raise ValueError(f"{self.kind}: {self.starts} is after {self.ends}")
        return self


class AssessedObject(Frozen):
    """评估客体 What of a unit is looked at: its website, its columns on a portal, its accounts (台江2021: 三类).

    `site_key` None: nothing of it can be crawled, only people judge it. `weight`: its share of the unit's score; given
    for all objects of a unit, adding up to 1, or for none where there is but one. `columns`: addresses, or paths from
    the root, under which its pages lie on a site that is not all its own (政府网站专题栏目); (): the whole site.
    """

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    site_key: str | None = None
    weight: Share | None = None
    columns: tuple[str, ...] = ()


class AssessedUnit(Frozen):
    """评估对象 A unit as it stood on the roster when the assessment was opened. `group`: units of one group are ranked together.

    `pack`: the variant of the indicators for this kind of unit.
    """

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    group: str = ""
    region: str | None = None
    kind: SiteKind | None = None
    pack: str
    objects: tuple[AssessedObject, ...] = Field(min_length=1)

    @property
    def site_keys(self) -> tuple[str, ...]:
        return tuple(one.site_key for one in self.objects if one.site_key)


class Assessment(Frozen):
    """考评 `starts` to `ends`: the period that is assessed. `appeal_workdays`: within how many working days after the
    day of 公示 a unit may object (台江2021 四（四）: 3). `mend_workdays`: how long a notice gives; None: the site's own term.
    `weight_in_host`: the share that this assessment has in the yearly one of the units (目标考核; 黑龙江2017: 4 % at least).
    `because`: why it was amended to what it says; None: as it was opened.
    """

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")
    title: str = Field(min_length=1, max_length=LONGEST_NAME)
    organiser: str = Field(min_length=1, max_length=LONGEST_NAME)  # 组织评估的单位
    contact: str | None = None  # 联系人, 电话
    document: str | None = None  # 评估方案文号
    starts: date
    ends: date
    windows: tuple[Window, ...] = ()
    units: tuple[AssessedUnit, ...] = Field(min_length=1)
    appeal_workdays: int = Field(default=3, ge=1, le=60)
    mend_workdays: int | None = Field(default=None, ge=1, le=366)
    weight_in_host: Share | None = Field(default=None, gt=0)
    because: str | None = Field(default=None, min_length=1, max_length=1000)

    @property
    def dossier(self) -> str:
        """卷宗名"""
        return dossier_of(self.id)

    def window(self, kind: WindowKind) -> Window | None:
        return next((one for one in self.windows if one.kind is kind), None)

    def unit(self, name: str) -> AssessedUnit | None:
        return next((one for one in self.units if one.name == name), None)


def dossier_of(assessment_id: str) -> str:
    """卷宗名 Under which an assessment's entries stand."""
    return f"assessment:{assessment_id}"


class ObjectScore(Frozen):
    """客体得分 What one object got, from which run, and what was reckoned in besides: numbers of entries of the dossier.

    `score` None: nothing was seen of it in time.
    """

    name: str
    site_key: str | None = None
    weight: Share | None = None
    run_id: str | None = None
    as_of: AwareDatetime | None = None
    pack_id: str | None = None
    pack_digest: str | None = None
    score: Score | None = None
    entries: tuple[int, ...] = ()
    undecided: int = 0  # 未核验: verdicts that neither passed nor failed


class UnitScore(Frozen):
    """单位得分 `score` is the published figure: only what is certain costs points, so it is the highest of the range `low` to
    `high`; None: no score could be had, and `why` is a message id. `rank` counts from 1 within the group; equals share it.
    """

    unit: str
    group: str = ""
    score: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    band: str | None = None
    rescaled: Decimal | None = None
    rank: int | None = None
    undecided: int = 0
    vetoes: tuple[str, ...] = ()  # confirmed
    suspected: tuple[str, ...] = ()  # vetoes nobody has confirmed
    objects: tuple[ObjectScore, ...] = ()
    why: str | None = None

    @property
    def unverified(self) -> int | None:
        """未核验项 None: of some object nothing was seen, so that nobody knows how many there are."""
        return None if any(one.score is None for one in self.objects) else self.undecided


class ResultKind(StrEnum):
    """结果性质"""

    DRAFT = "draft"  # 初步结果: what is put up for 公示
    FINAL = "final"  # 正式结果


class Result(Frozen):
    """评估结果 The frozen figures of all units at one moment. Never changed: a ruling that changes one makes a new version.

    `because`: numbers of the entries (rulings, amendments) for which it differs from the version before.
    `digest`: SHA-256 of the canonical JSON of the scores; what a published page is compared with.
    """

    assessment: str
    version: int = Field(ge=1)
    kind: ResultKind
    as_of: datetime
    scores: tuple[UnitScore, ...]
    because: tuple[int, ...] = ()
    digest: str = ""

    def of(self, unit: str) -> UnitScore | None:
        return next((one for one in self.scores if one.unit == unit), None)
