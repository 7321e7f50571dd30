"""Profiles of hosts, and what was sent to list APIs."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "profiles",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("cms", sa.Text(), nullable=True),
        sa.Column("first_page", sa.Integer(), nullable=True),
        sa.Column("list_api", sa.Text(), nullable=True),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("sends_home", sa.Boolean(), nullable=True),
        sa.Column("charset", sa.Text(), nullable=True),
        sa.Column("charset_lies", sa.Integer(), nullable=False),
        sa.Column("browser_shapes", sa.JSON(), nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("learned_run", sa.Text(), nullable=True),
        sa.Column("pinned", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_profiles")),
    )
    with op.batch_alter_table("snapshots") as batch:
        batch.add_column(sa.Column("sent", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("snapshots") as batch:
        batch.drop_column("sent")
    op.drop_table("profiles")
