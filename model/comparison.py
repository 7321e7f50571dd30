"""办 One crawl judged by several packs, side by side."""

from datetime import datetime
from decimal import Decimal

from pydantic import Field

from model.frozen import Frozen
from model.rule import Severity
from model.site import Level, Site
from model.verdict import Outcome, Score


class ComparedPack(Frozen):
    """参与比较的指标体系 What one pack made of the crawl.

    `label` names it in this comparison: its id, and the version where two of them share the id.
    `scored`: rules that can cost points at all; a pack without any has a score that says nothing.
    `idle`: rules that do not apply to this site or not on this day. `notes` say why the whole pack may not fit:
    message id suffixes `compare.note.<note>`.
    """

    id: str
    label: str
    title: str
    title_en: str | None = None
    document: str
    version: str
    digest: str
    level: Level
    rules: int
    scored: int
    idle: int = 0
    notes: tuple[str, ...] = ()
    score: Score | None = None
    counts: dict[Outcome, int]


class Demand(Frozen):
    """一条指标的判定 What one rule of a pack says of a place. `params`: only those in which the packs differ."""

    rule: str
    title: str
    title_en: str | None = None
    outcome: Outcome
    severity: Severity
    points: Decimal | None = None
    params: dict[str, str] = Field(default_factory=dict)


class Side(Frozen):
    """一方 What one pack (its label) says of a place: its demands, or why there are none (`compare.absent.<absent>`)."""

    pack: str
    demands: tuple[Demand, ...] = ()
    absent: str | None = None


class Place(Frozen):
    """位置 Where: locus, the name a reader knows it by, its address."""

    locus: str
    name: str
    url: str


class Difference(Frozen):
    """差异 Places of which the packs say different things, all for the same reason."""

    check: str
    sides: tuple[Side, ...]
    places: tuple[Place, ...]


class Comparison(Frozen):
    """比较 A crawl under several packs: scores side by side, then every difference explained.

    `agreed`: places of which all packs say the same.
    """

    run_id: str
    site: Site
    as_of: datetime
    packs: tuple[ComparedPack, ...]
    differences: tuple[Difference, ...] = ()
    agreed: int = 0
    home_seen: bool = True
