"""Nights over a whole roster: how sites are audited, who does it, how far it has come; what a look has in common with an earlier one."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("runs") as runs:
        runs.add_column(sa.Column("night", sa.Text(), nullable=True))
        runs.add_column(sa.Column("filed", sa.Boolean(), nullable=False, server_default=sa.true()))
        runs.create_index(op.f("ix_runs_night"), ["night"])
        runs.create_index(op.f("ix_runs_replays"), ["replays"])
    with op.batch_alter_table("sites") as sites:
        sites.add_column(sa.Column("part", sa.Text(), nullable=True))
    with op.batch_alter_table("snapshots") as snapshots:
        snapshots.add_column(sa.Column("revisits", sa.Text(), nullable=True))
        snapshots.add_column(sa.Column("carried", sa.Boolean(), nullable=False, server_default=sa.false()))
        snapshots.add_column(sa.Column("unchanged", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("findings") as findings:
        findings.add_column(sa.Column("due", sa.Date(), nullable=True))
    with op.batch_alter_table("cases") as cases:
        cases.add_column(sa.Column("due", sa.Date(), nullable=True))
        cases.add_column(sa.Column("evidence", sa.Text(), nullable=False, server_default=""))
        cases.add_column(sa.Column("nights", sa.Integer(), nullable=False, server_default="0"))
        cases.add_column(sa.Column("counted_on", sa.Date(), nullable=True))
        cases.add_column(sa.Column("waiver", sa.JSON(), nullable=True))
        cases.add_column(sa.Column("dispute", sa.JSON(), nullable=True))
        cases.add_column(sa.Column("withdrawn", sa.JSON(), nullable=False, server_default="[]"))
        cases.create_index(op.f("ix_cases_state_due"), ["state", "due"])
    with op.batch_alter_table("case_events") as events:
        events.alter_column("run_id", existing_type=sa.Text(), nullable=True)
        events.add_column(sa.Column("by", sa.Text(), nullable=False, server_default="duwang"))
        events.add_column(sa.Column("deed", sa.Text(), nullable=False, server_default="opened"))
        events.add_column(sa.Column("before", sa.Text(), nullable=True))
        events.add_column(sa.Column("day", sa.Date(), nullable=True))
        events.create_index(op.f("ix_case_events_at"), ["at"])
        events.create_index(op.f("ix_case_events_run_id"), ["run_id"])
    # what was filed before says by its state what had happened
    op.execute("UPDATE case_events SET deed = 'passed' WHERE state = 'fixed'")
    op.execute("UPDATE case_events SET deed = 'failed_again', before = 'fixed' WHERE state = 'reopened'")
    op.create_table(
        "rulings",
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("low_before", sa.Text(), nullable=True),
        sa.Column("high_before", sa.Text(), nullable=True),
        sa.Column("low_after", sa.Text(), nullable=True),
        sa.Column("high_after", sa.Text(), nullable=True),
        sa.Column("unscored", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["fingerprint"], ["cases.fingerprint"], name=op.f("fk_rulings_fingerprint_cases")
        ),
        sa.PrimaryKeyConstraint("fingerprint", "run_id", "at", name=op.f("pk_rulings")),
    )
    op.create_index(op.f("ix_rulings_run_id"), "rulings", ["run_id"])
    op.create_table(
        "groups",
        sa.Column("name", sa.Text(), nullable=False),
        *_terms(),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_groups")),
    )
    op.create_table(
        "arrangements",
        sa.Column("site_key", sa.Text(), nullable=False),
        *_terms(),
        sa.Column("group", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("platform", sa.Text(), nullable=True),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("retired_because", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["site_key"], ["sites.key"], name=op.f("fk_arrangements_site_key_sites")),
        sa.PrimaryKeyConstraint("site_key", name=op.f("pk_arrangements")),
    )
    op.create_table(
        "nights",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("full", sa.Boolean(), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nights")),
    )
    op.create_table(
        "errands",
        sa.Column("night_id", sa.Text(), nullable=False),
        sa.Column("site_key", sa.Text(), nullable=False),
        sa.Column("lock", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("interrupted", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["night_id"], ["nights.id"], name=op.f("fk_errands_night_id_nights")),
        sa.PrimaryKeyConstraint("night_id", "site_key", name=op.f("pk_errands")),
    )
    op.create_index(op.f("ix_errands_night_id_state"), "errands", ["night_id", "state"])
    op.create_table(
        "interruptions",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("night_id", sa.Text(), nullable=True),
        sa.Column("site_key", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_interruptions")),
    )
    op.create_index(op.f("ix_interruptions_night_id"), "interruptions", ["night_id"])
    op.create_table(
        "workers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("pid", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("concurrency", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("memory", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )
    op.create_table(
        "leases",
        sa.Column("lock", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_leases_run_id_runs")),
        sa.PrimaryKeyConstraint("lock", name=op.f("pk_leases")),
    )
    op.create_index(op.f("ix_leases_run_id"), "leases", ["run_id"])
    with op.batch_alter_table("case_events") as events:
        events.drop_constraint(op.f("fk_case_events_run_id_runs"), type_="foreignkey")
    op.create_index(op.f("ix_bodies_file"), "bodies", ["file"])
    op.create_table(
        "discards",
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("file", name=op.f("pk_discards")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("digest", sa.JSON(), nullable=False),
        sa.Column("sites", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_state_next_at"), "deliveries", ["state", "next_at"])


def downgrade() -> None:
    op.drop_table("deliveries")
    op.drop_table("discards")
    op.drop_index(op.f("ix_bodies_file"), "bodies")
    op.drop_table("rulings")
    # an older program knows events of runs alone
    op.execute("DELETE FROM case_events WHERE run_id IS NULL OR run_id NOT IN (SELECT id FROM runs)")
    with op.batch_alter_table("case_events") as events:
        events.drop_index(op.f("ix_case_events_run_id"))
        events.drop_index(op.f("ix_case_events_at"))
        for column in ("day", "before", "deed", "by"):
            events.drop_column(column)
        events.alter_column("run_id", existing_type=sa.Text(), nullable=False)
    with op.batch_alter_table("case_events") as events:
        events.create_foreign_key(op.f("fk_case_events_run_id_runs"), "runs", ["run_id"], ["id"])
    with op.batch_alter_table("cases") as cases:
        cases.drop_index(op.f("ix_cases_state_due"))
        for column in ("withdrawn", "dispute", "waiver", "counted_on", "nights", "evidence", "due"):
            cases.drop_column(column)
    with op.batch_alter_table("findings") as findings:
        findings.drop_column("due")
    for table in ("leases", "workers", "interruptions", "errands", "nights", "arrangements", "groups"):
        op.drop_table(table)
    with op.batch_alter_table("sites") as sites:
        sites.drop_column("part")
    with op.batch_alter_table("snapshots") as snapshots:
        for column in ("unchanged", "carried", "revisits"):
            snapshots.drop_column(column)
    with op.batch_alter_table("runs") as runs:
        runs.drop_index(op.f("ix_runs_replays"))
        runs.drop_index(op.f("ix_runs_night"))
        runs.drop_column("filed")
        runs.drop_column("night")


def _terms() -> list[sa.Column]:
    return [
        sa.Column("packs", sa.JSON(), nullable=False),
        sa.Column("delay", sa.Float(), nullable=True),
        sa.Column("hours", sa.JSON(), nullable=True),
        sa.Column("max_pages", sa.Integer(), nullable=True),
        sa.Column("max_minutes", sa.Integer(), nullable=True),
        sa.Column("max_external", sa.Integer(), nullable=True),
        sa.Column("every_days", sa.Integer(), nullable=True),
        sa.Column("mend_days", sa.Integer(), nullable=True),
        sa.Column("channels", sa.JSON(), nullable=False),
    ]
