"""表 The tables. A column bears the name of the model field it keeps; nested types are JSON.

| table       | one row is                                                                     |
|-------------|--------------------------------------------------------------------------------|
| sites       | a registered Site 网站                                                          |
| profiles    | a SiteProfile 网站特征, once per host                                           |
| runs        | a Run 检查 with the site as it was audited and its CrawlReport                  |
| packs       | a RulePack 指标体系 as some run used it, once per digest                         |
| bodies      | one body, once per SHA-256 over all runs: where in the archive it lies          |
| snapshots   | a Snapshot 快照; its attempts are JSON, its body is found by `sha256`           |
| verdicts    | a Verdict 判定 of a finished run, numbered in the order it was judged           |
| findings    | a Finding 问题 of a finished run, its verdict's fields beside its own           |
| cases       | a Case 台账条目, the present state of one fingerprint                            |
| case_events | the history of a case 台账记录; rows are only ever added                         |
| rulings     | a Ruling 复核决定 with both scores; never changed                                |
| targets     | one address that links lead to: which run asks it, and when it may be asked again |
| turns       | one host that is not the audited site's: when it may be asked next, by whomever |
| votes       | one Attempt 尝试 at a target, kept for later runs and for other sites; never changed |
| visits      | a Visit 可用性访问                                                               |
| arrangements | an Arrangement 安排: how a site of the roster is audited                         |
| groups      | a Group 分组: what its sites share                                              |
| nights      | a Night 夜巡                                                                   |
| errands     | an Errand 差事: one site of one night                                           |
| interruptions | an Interruption 中断; never changed                                            |
| workers     | a WorkerSign 工作进程, as it last told of itself                                 |
| leases      | who may crawl a host or a platform now                                          |
| discards    | an archive file that goes as soon as no body in it is needed                    |
| deliveries  | a Delivery 投递: a digest to one channel, and what became of it                  |
| entries     | a DossierEntry 卷宗记录; rows are only ever added                                |
| papers      | a file somebody handed in 材料, once per SHA-256                                 |
"""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    false,
    true,
)

from storage.columns import DecimalText, PlainText, UtcDateTime

# Named from day one: SQLite can change a constraint in a later migration only if it has a name.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def text(name: str, *constraints: Any, null: bool = False) -> Column[str]:
    return Column(name, PlainText, *constraints, nullable=null)


def json(name: str, *, null: bool = False) -> Column[Any]:
    # none_as_null: an absent value is SQL NULL, never the JSON word null. PostgreSQL's json (not jsonb)
    # keeps the order of keys and takes \u0000.
    return Column(name, JSON(none_as_null=True), nullable=null)


sites = Table(
    "sites",
    metadata,
    Column("key", PlainText, primary_key=True),
    text("home"),
    text("site_code", null=True),
    text("name", null=True),
    text("organiser", null=True),
    text("kind", null=True),
    text("level", null=True),
    text("division", null=True),
    text("part", null=True),
    json("overrides"),
    json("also"),
    Column("max_pages", Integer),
)

profiles = Table(
    "profiles",
    metadata,
    Column("host", PlainText, primary_key=True),
    text("cms", null=True),
    Column("first_page", Integer),
    text("list_api", null=True),
    json("missing"),
    Column("sends_home", Boolean),
    text("charset", null=True),
    Column("charset_lies", Integer, nullable=False),
    json("browser_shapes"),
    Column("learned_at", UtcDateTime),
    text("learned_run", null=True),
    json("pinned"),
    text("note", null=True),
)

# No foreign key to sites: any URL may be audited, and a run keeps the site as it was that day.
runs = Table(
    "runs",
    metadata,
    Column("id", PlainText, primary_key=True),
    text("site_key"),
    json("site"),
    text("pack_id"),
    text("pack_version"),
    text("pack_digest"),
    Column("as_of", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    text("state"),
    text("replays", ForeignKey("runs.id"), null=True),
    text("version"),
    text("reader"),
    json("counts"),
    json("coverage", null=True),
    json("score", null=True),
    Column("pid", BigInteger),
    text("machine", null=True),
    text("reason", null=True),
    json("report", null=True),
    text("night", null=True),
    Column("filed", Boolean, nullable=False, server_default=true()),
    Index(None, "site_key", "started_at"),
    Index(None, "night"),
    Index(None, "state"),
    Index(None, "replays"),
)

packs = Table(
    "packs",
    metadata,
    Column("digest", PlainText, primary_key=True),
    json("pack"),
)

bodies = Table(
    "bodies",
    metadata,
    Column("sha256", PlainText, primary_key=True),
    text("file"),
    Column("offset", BigInteger, nullable=False),
    Column("length", BigInteger, nullable=False),
    Index(None, "file"),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("id", PlainText, primary_key=True),
    text("run_id", ForeignKey("runs.id")),
    Column("number", BigInteger, nullable=False),  # the part of the id after the slash: the order of fetching
    text("url"),
    text("final_url"),
    json("redirects"),
    text("purpose"),
    Column("rank", Integer, nullable=False),
    text("column", null=True),
    text("found_on", null=True),
    text("method"),
    Column("fetched_at", UtcDateTime, nullable=False),
    text("outcome"),
    text("cause", null=True),
    Column("status", Integer),
    json("headers"),
    Column("rendered", Boolean, nullable=False),
    Column("elapsed_ms", BigInteger, nullable=False),
    text("sha256", ForeignKey("bodies.sha256"), null=True),
    Column("size", BigInteger, nullable=False),
    text("ip", null=True),
    json("attempts"),
    text("sent", null=True),
    text("revisits", null=True),
    Column("carried", Boolean, nullable=False, server_default=false()),
    Column("unchanged", Integer, nullable=False, server_default="0"),
    Index(None, "run_id", "number", unique=True),
    Index(None, "url", postgresql_using="hash"),  # a B-tree of PostgreSQL refuses URLs beyond 2.7 KB
    Index(None, "sha256"),
)


def verdict_columns() -> list[Column[Any]]:
    return [
        text("rule_id"),
        text("check"),
        text("section"),
        text("severity"),
        text("locus"),
        text("subject_name"),
        text("url"),
        text("outcome"),
        text("message_id"),
        json("params"),
        json("evidence"),
        text("measured", null=True),
        text("allowed", null=True),
        Column("newest", Date),
        Column("overdue_days", Integer),
        json("parents"),
        Column("preview", Boolean, nullable=False),
    ]


verdicts = Table(
    "verdicts",
    metadata,
    Column("run_id", PlainText, ForeignKey("runs.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    *verdict_columns(),
)

findings = Table(
    "findings",
    metadata,
    Column("run_id", PlainText, ForeignKey("runs.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    text("fingerprint"),
    text("site_key"),
    *verdict_columns(),
    text("title"),
    text("title_en", null=True),
    text("section_title"),
    text("section_title_en", null=True),
    json("basis"),
    Column("points", DecimalText),
    text("state"),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("last_seen", UtcDateTime, nullable=False),
    Column("due", Date),
    Index(None, "site_key", "state"),
    Index(None, "fingerprint"),
)

cases = Table(
    "cases",
    metadata,
    Column("fingerprint", PlainText, primary_key=True),
    text("rule_id"),
    text("site_key"),
    text("locus"),
    text("state"),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("last_seen", UtcDateTime, nullable=False),
    Column("due", Date),
    Column("evidence", PlainText, nullable=False, server_default=""),
    Column("nights", Integer, nullable=False, server_default="0"),
    Column("counted_on", Date),
    json("waiver", null=True),
    json("dispute", null=True),
    Column("withdrawn", JSON(none_as_null=True), nullable=False, server_default="[]"),
    Index(None, "site_key", "state"),
    Index(None, "state", "due"),
)

# No foreign key to runs: the ledger outlives the runs it tells of.
case_events = Table(
    "case_events",
    metadata,
    Column("fingerprint", PlainText, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", PlainText, nullable=False, server_default="duwang"),
    text("run_id", null=True),
    Column("deed", PlainText, nullable=False, server_default="opened"),
    text("before", null=True),
    text("state"),
    Column("day", Date),
    text("note", null=True),
    ForeignKeyConstraint(["fingerprint"], ["cases.fingerprint"]),
    Index(None, "at"),
    Index(None, "run_id"),
)

rulings = Table(
    "rulings",
    metadata,
    Column("fingerprint", PlainText, primary_key=True),
    Column("run_id", PlainText, primary_key=True),
    Column("at", UtcDateTime, primary_key=True),
    text("by"),
    text("result"),
    text("reason"),
    Column("low_before", DecimalText),
    Column("high_before", DecimalText),
    Column("low_after", DecimalText),
    Column("high_after", DecimalText),
    text("unscored", null=True),
    ForeignKeyConstraint(["fingerprint"], ["cases.fingerprint"]),
    Index(None, "run_id"),
)

# Keys are the SHA-256 of the address: a B-tree of PostgreSQL refuses long ones, and strangers write them.
# No foreign keys to runs: what was learned of others' addresses outlives the run that learned it.
targets = Table(
    "targets",
    metadata,
    Column("key", PlainText, primary_key=True),
    text("url"),
    text("run_id"),
    Column("claimed_at", UtcDateTime, nullable=False),
    Column("asked_at", UtcDateTime),  # of the last vote; null while nobody has answered for it
    Column("free_at", UtcDateTime, nullable=False),
    Index(None, "run_id"),
)

turns = Table(
    "turns",
    metadata,
    Column("key", PlainText, primary_key=True),
    text("host"),
    Column("free_at", UtcDateTime, nullable=False),
)

# A vote is told apart by target, run and moment; kept once more, it says what was found out about it later.
votes = Table(
    "votes",
    metadata,
    Column("key", PlainText, primary_key=True),
    Column("run_id", PlainText, primary_key=True),
    Column("at", UtcDateTime, primary_key=True),
    Column("kept_at", UtcDateTime, primary_key=True),
    text("url"),
    json("attempt"),
)

visits = Table(
    "visits",
    metadata,
    Column("site_key", PlainText, primary_key=True),
    Column("at", UtcDateTime, primary_key=True),
    Column("kept_at", UtcDateTime, nullable=False),
    text("url"),
    text("outcome"),
    text("cause", null=True),
    Column("status", Integer),
    text("final_url", null=True),
    json("redirects"),
    Column("elapsed_ms", BigInteger, nullable=False),
    json("timings"),
    Column("size", BigInteger),
    text("ip", null=True),
    Column("family", Integer),
    Column("other_family", Boolean),
    Column("certificate_days", Integer),
    Column("control", Boolean),
    text("machine", null=True),
)


def terms_columns() -> list[Column[Any]]:
    return [
        json("packs"),
        Column("delay", Float),
        json("hours", null=True),
        Column("max_pages", Integer),
        Column("max_minutes", Integer),
        Column("max_external", Integer),
        Column("every_days", Integer),
        Column("mend_days", Integer),
        json("channels"),
    ]


groups = Table("groups", metadata, Column("name", PlainText, primary_key=True), *terms_columns())

arrangements = Table(
    "arrangements",
    metadata,
    Column("site_key", PlainText, ForeignKey("sites.key"), primary_key=True),
    *terms_columns(),
    text("group", null=True),
    text("region", null=True),
    text("platform", null=True),
    Column("retired_on", Date),
    text("retired_because", null=True),
    text("note", null=True),
)

nights = Table(
    "nights",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("full", Boolean, nullable=False),
    Column("asked", Boolean, nullable=False),
)

errands = Table(
    "errands",
    metadata,
    Column("night_id", PlainText, ForeignKey("nights.id"), primary_key=True),
    Column("site_key", PlainText, primary_key=True),
    text("lock"),
    text("state"),
    Column("attempts", Integer, nullable=False),
    text("run_id", null=True),
    text("worker", null=True),
    text("reason", null=True),
    json("params"),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("not_before", UtcDateTime),
    Column("failures", Integer, nullable=False),
    Column("interrupted", Integer, nullable=False),
    Index(None, "night_id", "state"),
)

interruptions = Table(
    "interruptions",
    metadata,
    Column("number", Integer, primary_key=True),
    text("night_id", null=True),
    text("site_key", null=True),
    Column("at", UtcDateTime, nullable=False),
    text("reason"),
    json("params"),
    text("run_id", null=True),
    text("worker", null=True),
    Index(None, "night_id"),
)

workers = Table(
    "workers",
    metadata,
    Column("id", PlainText, primary_key=True),
    text("name"),
    text("machine"),
    Column("pid", BigInteger, nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("heard_at", UtcDateTime, nullable=False),
    text("state"),
    text("reason", null=True),
    json("params"),
    Column("concurrency", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("memory", BigInteger),
)

# Who holds a lease is told by its run: void when the run is not running any more, when its process is known to be
# gone, or when nobody has renewed it for too long.
leases = Table(
    "leases",
    metadata,
    Column("lock", PlainText, primary_key=True),
    text("run_id", ForeignKey("runs.id")),
    Column("taken_at", UtcDateTime, nullable=False),
    Column("heard_at", UtcDateTime, nullable=False),
    Index(None, "run_id"),
)

# Known by name, so that a file of another database that shares the folder is never taken for a left-over of ours.
discards = Table(
    "discards",
    metadata,
    Column("file", PlainText, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
)

# What is sent is kept as a digest: its words are found when it is sent.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", PlainText, primary_key=True),
    text("channel"),
    text("language"),
    json("digest"),
    json("sites"),
    text("state"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    text("reason", null=True),
    json("params"),
    Index(None, "state", "next_at"),
)

entries = Table(
    "entries",
    metadata,
    Column("dossier", PlainText, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    text("kind"),
    Column("at", UtcDateTime, nullable=False),
    Column("entered_at", UtcDateTime, nullable=False),
    text("by"),
    text("subject"),
    json("body"),
    text("before"),
    text("digest"),
    Index(None, "dossier", "kind"),
    Index(None, "subject"),
)

papers = Table(
    "papers",
    metadata,
    Column("sha256", PlainText, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("kept_at", UtcDateTime, nullable=False),
)
