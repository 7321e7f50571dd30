"""据 What the law demands, and what a check may answer."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from pydantic import Field

from model.frozen import Frozen
from model.page import LinkRelation
from model.scoring import Figure, Ladder, Scoring, Section, Share
from model.site import ColumnKind, Level, SiteKind
from model.time import Moment


class Grade(StrEnum):
    """可信度 How a figure is known: S read in the official text, C a working monitor's default, I inferred, M recalled."""

    S = "S"
    C = "C"
    I = "I"  # noqa: E741 - the grade's own letter
    M = "M"


class Named(Frozen):
    """名称 A thing a demand names, and the other names it goes by."""

    name: str = Field(min_length=1)
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.also)


class Topic(Frozen):
    """主题 What a demand is about, as columns and rows of real sites name it.

    `columns` fragments of column names, `kinds` kinds of columns, `titles` fragments of row and page titles (in
    columns of the topic when it names any, else anywhere); `without` fragments that show something else is meant.
    """

    name: str = Field(min_length=1)
    columns: tuple[str, ...] = ()
    kinds: tuple[ColumnKind, ...] = ()
    titles: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


class Citation(Frozen):
    """依据 The document 文号, the clause and how well the figure is known."""

    document: str
    clause: str
    grade: Grade
    quote: str | None = None  # the demand in the document's own words
    effective_from: date | None = None
    effective_to: date | None = None


class Severity(StrEnum):
    """严重程度"""

    VETO = "veto"  # 单项否决
    DEDUCT = "deduct"  # 扣分
    BONUS = "bonus"  # 加分
    ADVISE = "advise"  # 提示


class Subject(StrEnum):
    """判定对象 What a check looks at, one at a time (or the whole observation)."""

    OBSERVATION = "observation"
    COLUMN = "column"
    PAGE = "page"
    LINK = "link"


class Params(Frozen):
    """参数 Base of every check's parameters: unknown names are refused."""

    @property
    def seen_only(self) -> bool:
        """只说所见 Whether the rule speaks of targets that were seen alone: of the rest other rules on links tell."""
        return False


class Evidence(Frozen):
    """证据 What was seen: the snapshot, its address, the words quoted and what they show."""

    snapshot_id: str | None = None
    url: str
    quote: str = ""
    shows: str = ""  # message id suffix `evidence.<shows>`


class Hit(Frozen):
    """命中 A fault was observed. `params` fill the catalogue text `message_id`.

    `locus` only when the check looks at the whole observation: a column key, a required kind or a canonical
    URL, never wording or dates. `measured` and `allowed` are the figure and its limit as plain text.
    A parameter `credit` names what stands in for the thing that lacks (`explanatory_note` 情况说明): the pack says
    which share of the points it keeps.
    """

    message_id: str
    params: dict[str, str | int] = Field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    locus: str | None = None
    subject_name: str | None = None
    url: str | None = None
    measured: str | None = None
    allowed: str | None = None
    newest: date | None = None
    overdue_days: int | None = None
    parents: tuple[str, ...] = ()


class Unsure(Hit):
    """存疑 A person must look: something was seen, but it does not prove a fault."""


class NoSubject(Frozen):
    """无从判定 Nothing of what the demand is about was seen: 不涉及 when the whole site was read, else 未采集.

    `message_id` and its `params` say why, where a check knows better than that.
    """

    message_id: str | None = None
    params: dict[str, str | int] = Field(default_factory=dict)


class CheckModule(Protocol):
    """检查 What every module in checks/ provides.

    `ITEMWISE = True` may stand beside it in a check of the whole observation that accuses single pages, columns or
    rows: when it is silent on a site that was not read whole, that is no pass. A check whose places change with time
    (last year's report) tells those it looks at by `looked_at(params, moment)`: others are not settled by its silence.
    """

    SUBJECT: Subject
    NEEDS: frozenset[str]  # fields of the subject that must not be None
    Params: type[Params]

    def judge(self, subject: Any, params: Any, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]: ...


class AppliesTo(Frozen):
    """适用范围 Which sites a rule is for, and which of their columns or links. Empty means all."""

    site_kinds: tuple[SiteKind, ...] = ()
    levels: tuple[Level, ...] = ()
    functions: tuple[str, ...] = ()  # 部门职能: words one of which the organiser's name holds; portals always
    column_kinds: tuple[ColumnKind, ...] = ()
    except_kinds: tuple[ColumnKind, ...] = ()
    max_level: int | None = None  # 1: only 一级栏目
    relations: tuple[LinkRelation, ...] = ()
    on_home: bool | None = None


class Rule(Frozen):
    """指标 One demand: id `<pack>-<section>-<number>`, never reused or renamed. `points` is what one hit costs.

    `points` None: the document's figure is not known, findings are shown and cost nothing. `verified` says
    whether a person has confirmed the figures; an unverified rule never costs points.

    `worth` is the item's own full mark 分值 and with it the most it can lose; `weight` its share of its section
    (weights); `ladder` grades the whole item instead of `points` for each hit; `uncapped` (重大扣分) goes beyond
    the points of its sections; `credit` replaces single entries of the pack's. Outside `effective_from` to
    `effective_to`, both included, the rule does not apply. `nights`: on so many nights in a row it must fail at a
    place before the place is accused; until then a person is asked.
    """

    id: str = Field(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$")
    section: str
    title: str
    title_en: str | None = None
    basis: tuple[Citation, ...] = Field(min_length=1)
    check: str
    params: dict[str, Any] = Field(default_factory=dict)
    applies_to: AppliesTo = AppliesTo()
    severity: Severity
    points: Figure | None = None
    cap: Figure | None = None
    worth: Figure | None = Field(default=None, gt=0)
    weight: Share | None = Field(default=None, gt=0)
    ladder: Ladder | None = None
    uncapped: bool = False
    credit: dict[str, Share] = Field(default_factory=dict)
    effective_from: date | None = None
    effective_to: date | None = None
    nights: int = Field(default=1, ge=1, le=30)
    verified: bool = True
    preview: bool = False
    examples: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()  # 要求: ids of the demands in rules/directory/requirements.csv it meets

    @property
    def scored(self) -> bool:
        """计分项 Whether a failure costs points: a deduction whose figures a person confirmed."""
        known = self.points is not None or self.ladder is not None
        return self.severity is Severity.DEDUCT and known and self.verified and not self.preview

    def in_force(self, day: date) -> bool:
        """施行中 Whether the rule is in force on that day."""
        begun = self.effective_from is None or self.effective_from <= day
        return begun and (self.effective_to is None or day <= self.effective_to)


class Tally(Frozen):
    """计数否决 A veto that counts other rules' findings: suspected when at least `at_least` of them fail."""

    id: str
    title: str
    title_en: str | None = None
    counts: tuple[str, ...] = Field(min_length=1)  # rule ids
    at_least: int = Field(ge=1)
    basis: tuple[Citation, ...] = Field(min_length=1)
    verified: bool = True  # False: nobody has read the number, so that it suspects nobody


class Counted(Frozen):
    """原定指标 A rule as it was when `tallies` were written: what an overlay asks more strictly feeds none of them."""

    tallies: tuple[str, ...]
    rule: Rule


class ManualEntry(Frozen):
    """人工项 A demand only a person can judge: listed with every report of the pack, never a verdict, never points."""

    id: str = Field(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$")
    section: str
    title: str
    title_en: str | None = None
    basis: tuple[Citation, ...] = Field(min_length=1)
    severity: Severity = Severity.ADVISE
    answers: tuple[str, ...] = ()


class Feature(Frozen):
    """功能项 A demand on the work itself, met by what the program does: `command` is the verb that does it."""

    id: str = Field(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$")
    title: str
    title_en: str | None = None
    command: str = Field(pattern=r"^duwang [a-z]")
    basis: tuple[Citation, ...] = Field(min_length=1)
    answers: tuple[str, ...] = ()


class RulePack(Frozen):
    """指标体系 A versioned set of rules, accepted whole or not at all. `digest` is the SHA-256 of its files.

    `implements`: documents of `rules/directory/requirements.csv` whose duties it may answer. `counted`: rules of the
    base as they were before an overlay changed them, for the tallies that were written for those. `mend_days`:
    working days to mend a finding, where the pack sets them and nobody has arranged otherwise for the site.
    """

    id: str  # national/2019-check-indicators
    title: str
    title_en: str | None = None
    version: str
    document: str  # 文号
    level: Level
    extends: str | None = None
    effective_from: date
    effective_to: date | None = None
    sections: tuple[Section, ...]
    scoring: Scoring = Scoring()
    rules: tuple[Rule, ...]
    tallies: tuple[Tally, ...] = ()
    manual: tuple[ManualEntry, ...] = ()
    features: tuple[Feature, ...] = ()
    implements: tuple[str, ...] = ()
    mend_days: int | None = Field(default=None, ge=1, le=366)
    counted: tuple[Counted, ...] = ()
    digest: str = ""

    def rule(self, rule_id: str) -> Rule:
        return next(rule for rule in self.rules if rule.id == rule_id)
