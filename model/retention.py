"""保留 How long things are kept, and what became of those that are not kept any longer."""

from datetime import datetime

from pydantic import Field

from model.frozen import Frozen

LEAST_DAYS = 7  # a night looks back at the crawls of a week


class Retention(Frozen):
    """保留期限 Days for which things are kept, whatever becomes of them.

    `keep_days` audits with all that they fetched and judged, and nights. `keep_evidence_days` the evidence of a finding
    that was withdrawn after a dispute, from then on. `compact_at`: the part of an archive file that must be of no use
    to anybody before the file is written anew.
    """

    keep_days: int = Field(default=400, ge=LEAST_DAYS, le=36500)
    keep_evidence_days: int = Field(default=1100, ge=LEAST_DAYS, le=36500)
    keep_visits_days: int = Field(default=400, ge=LEAST_DAYS, le=36500)
    keep_votes_days: int = Field(default=400, ge=LEAST_DAYS, le=36500)
    compact_at: float = Field(default=0.3, gt=0, le=1)


class Cleared(Frozen):
    """清理项 How many of one kind go, `oldest` to `newest` where they have a time. `kind`: a text `clear.<kind>`."""

    kind: str
    count: int
    oldest: datetime | None = None
    newest: datetime | None = None


class Compaction(Frozen):
    """压实 Archive files that nobody needs any more, and those of which a part is written into new ones.

    `freed` bytes of records that go with either. `left`: files with something dead in them, but not enough.
    `missing`: files that rows point to and that are not in the folder. `damaged`: left as they are, by name.
    """

    removed: int = 0
    rewritten: int = 0
    freed: int = 0
    left: int = 0
    missing: int = 0
    damaged: tuple[str, ...] = ()


class Clearance(Frozen):
    """清理 What was cleared away, or (`dry`) would be; and how many audits past their days stay, by reason.

    Reasons: `newest` of its site, `ruling`, `cited` by evidence that stays, `running`, or `case_<state>`. `database`:
    bytes by which the database file became smaller; None: it was not made smaller, `database_note` says why.
    """

    dry: bool
    at: datetime
    before: datetime  # audits begun before then went
    cleared: tuple[Cleared, ...] = ()
    kept: dict[str, int] = Field(default_factory=dict)
    archive: Compaction = Compaction()
    database: int | None = None
    database_note: str | None = None


class LostBodies(Frozen):
    """读不出的正文 Bodies of one archive file that cannot be read back: why, how many, and one run that fetched them."""

    file: str
    reason: str  # missing, damaged
    count: int
    run_id: str | None = None


class Soundness(Frozen):
    """存档核验 How many bodies were read back, of how many, and which could not be."""

    total: int
    looked: int
    lost: tuple[LostBodies, ...] = ()
