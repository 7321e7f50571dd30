"""夜巡现状 How far a night has come: what is under way, what failed and why, who works, and when it will be over."""

from datetime import datetime

from pydantic import Field

from model.frozen import Frozen
from model.night import ErrandState, Interruption, Night, WorkerSign


class UnderWay(Frozen):
    """在巡网站 A site that is being audited. `site` as people call it; `fetched` snapshots so far; `asked`: by a person."""

    site_key: str
    site: str
    run_id: str | None
    since: datetime
    fetched: int = 0
    worker: str | None = None
    asked: bool = False


class Failing(Frozen):
    """未成网站 A site that was given up, or waits for another try. `reason` as in Errand."""

    site_key: str
    site: str
    state: ErrandState
    attempts: int
    reason: str
    params: dict[str, str | int] = Field(default_factory=dict)
    not_before: datetime | None = None


class NightView(Frozen):
    """夜巡现状 `night` None: there was none yet. `counts` of errands by state; `asked` of those that persons asked for.

    `per_hour` sites done, over the last half hour; `expected` when all will be done at that rate, None while it cannot
    be told; `beyond` how many will not be, before the hours end. `reasons` counts all interruptions since the night
    began, `interruptions` are the latest of them.
    """

    now: datetime
    night: Night | None = None
    counts: dict[ErrandState, int] = Field(default_factory=dict)
    asked: dict[ErrandState, int] = Field(default_factory=dict)
    under_way: tuple[UnderWay, ...] = ()
    failing: tuple[Failing, ...] = ()
    workers: tuple[WorkerSign, ...] = ()
    per_hour: float = 0.0
    expected: datetime | None = None
    beyond: int = 0
    reasons: dict[str, int] = Field(default_factory=dict)
    interruptions: tuple[Interruption, ...] = ()
