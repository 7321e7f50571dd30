"""夜巡 Every site, every night: how each is to be audited, who does it, how far it has come and what went wrong."""

from datetime import date, datetime, time
from enum import StrEnum
from urllib.parse import urlsplit

from pydantic import Field

from model.frozen import Frozen
from model.site import Site
from model.time import SHANGHAI


class Hours(Frozen):
    """时段 Hours of the day in Beijing time, `starts` included and `ends` not; may run over midnight. Equal: all day."""

    starts: time
    ends: time

    def holds(self, at: datetime) -> bool:
        """在时段内 Whether that moment lies within the hours."""
        now = at.astimezone(SHANGHAI).time().replace(tzinfo=None)
        if self.starts == self.ends:
            return True
        if self.starts < self.ends:
            return self.starts <= now < self.ends
        return now >= self.starts or now < self.ends

    def __str__(self) -> str:
        return f"{self.starts:%H:%M}-{self.ends:%H:%M}"


class Terms(Frozen):
    """安排内容 What a site, or a group of sites, may be given in place of the usual. None or (): not said here.

    `packs` names or paths; the first one's score is the site's. `delay` seconds between two requests to the host.
    `max_minutes` of one crawl. `every_days` between two audits. `mend_days` working days to mend a finding.
    `channels` names of where digests of its findings are sent.
    """

    packs: tuple[str, ...] = ()
    delay: float | None = Field(default=None, ge=0, le=60)
    hours: Hours | None = None
    max_pages: int | None = Field(default=None, ge=1)
    max_minutes: int | None = Field(default=None, ge=1)
    max_external: int | None = Field(default=None, ge=0)
    every_days: int | None = Field(default=None, ge=1, le=366)
    mend_days: int | None = Field(default=None, ge=1, le=366)
    channels: tuple[str, ...] = ()


class Group(Terms):
    """分组 What all sites of a group share; a site's own terms win over it."""

    name: str


class Arrangement(Terms):
    """安排 How one site of the roster is to be audited.

    `platform` 集约化平台: sites of one platform share its machines, so they are never crawled side by side.
    `retired_on`: kept with its history, audited no more from that day on.
    """

    site_key: str
    group: str | None = None
    region: str | None = None  # 地区, as people name it
    platform: str | None = None
    retired_on: date | None = None
    retired_because: str | None = None
    note: str | None = None


class RosterEntry(Frozen):
    """名单条目 One row of the roster: the site, and how it is to be audited."""

    site: Site
    arrangement: Arrangement

    @property
    def lock(self) -> str:
        """互斥键 What no two crawls may hold at once: the platform, else the host name (without port)."""
        return lock_of(self.site, self.arrangement.platform)

    def retired(self, today: date) -> bool:
        return self.arrangement.retired_on is not None and self.arrangement.retired_on <= today


def lock_of(site: Site, platform: str | None = None) -> str:
    """互斥键 As RosterEntry.lock, also for a site that is on no roster. `www.` is no host of its own, nor is a dot at the end."""
    if platform:
        return f"platform:{platform.strip()}"
    name = urlsplit(f"//{site.host}").hostname or site.host
    return f"host:{name.rstrip('.').removeprefix('www.')}"


class Night(Frozen):
    """夜巡 One round over all sites that were due. `ends_at`: nothing new is begun after it; None: no such end.

    `full`: everything is fetched anew. What a night had not come to when its window closed comes first in the next.
    `asked`: no round at all but what one person asked for, to be done as soon as a worker is free.
    """

    id: str
    begun_at: datetime
    ends_at: datetime | None = None
    ended_at: datetime | None = None
    full: bool = False
    asked: bool = False


class ErrandState(StrEnum):
    """差事状态"""

    WAITING = "waiting"  # 待巡
    RUNNING = "running"  # 在巡
    DONE = "done"  # 已巡
    GIVEN_UP = "given_up"  # 本夜放弃: tried as often as it may be; `reason` says what a person can do
    PUT_OFF = "put_off"  # 顺延: not come to within the night


class Errand(Frozen):
    """差事 One site of one night. `attempts` begun; `run_id` the run that finished it, or the last that tried.

    `reason` is a message id (`fault.…` or `interruption.…`) with its `params`. `lock`: see RosterEntry.lock.
    `failures`: what counts towards being given up, by the site's fault or (twice as much) a crash of ours;
    `interrupted`: attempts that nobody is to blame for.
    """

    night_id: str
    site_key: str
    lock: str
    state: ErrandState = ErrandState.WAITING
    attempts: int = 0
    run_id: str | None = None
    worker: str | None = None
    reason: str | None = None
    params: dict[str, str | int] = Field(default_factory=dict)
    changed_at: datetime
    not_before: datetime | None = None  # it failed: not to be tried again before
    failures: int = 0
    interrupted: int = 0


class Interruption(Frozen):
    """中断 An attempt that did not come to its end, kept for `status`. `reason` as in Errand."""

    night_id: str | None
    site_key: str | None
    at: datetime
    reason: str
    params: dict[str, str | int] = Field(default_factory=dict)
    run_id: str | None = None
    worker: str | None = None


class WorkerState(StrEnum):
    """工作进程状态"""

    WORKING = "working"
    NO_NETWORK = "no_network"  # 断网: takes nothing until its network is back
    WRONG_CLOCK = "wrong_clock"  # 时钟不准: takes nothing until its clock is right
    NO_SPACE = "no_space"  # 磁盘已满
    STOPPING = "stopping"
    GONE = "gone"  # 已消失: not heard of any more


class WorkerSign(Frozen):
    """工作进程 A process that audits sites, as it last told of itself. `id` is `machine/boot/start/pid`."""

    id: str
    name: str
    machine: str
    pid: int
    begun_at: datetime
    heard_at: datetime
    state: WorkerState = WorkerState.WORKING
    reason: str | None = None
    params: dict[str, str | int] = Field(default_factory=dict)
    concurrency: int = 1
    done: int = 0
    memory: int | None = None  # bytes
