"""Number the changes of facts, note what failed, was pushed and asked for; a fact has one value at a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from waypost.core.columns import UtcDateTime

revision = "facts_0002"
down_revision = "facts_0001"
branch_labels = None
depends_on = None

_END_DOUBLES = """\
UPDATE facts_fact SET ended_at = collected_at WHERE ended_at IS NULL AND id NOT IN
(SELECT max(id) FROM facts_fact WHERE ended_at IS NULL GROUP BY entity, path)"""


def upgrade() -> None:
    """Add the columns, the indexes and two tables. What was read until now was read at revision nought."""
    op.add_column("facts_fact", sa.Column("revision", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("facts_fact", sa.Column("ended_revision", sa.BigInteger(), nullable=True))
    op.add_column("facts_fact", sa.Column("confirmed_at", UtcDateTime(), nullable=True))
    op.add_column("facts_fact", sa.Column("ages_revision", sa.BigInteger(), nullable=True))
    op.create_index("ix_facts_fact_revision", "facts_fact", ["revision"])
    op.create_index("ix_facts_fact_ended_revision", "facts_fact", ["ended_revision"])
    op.create_index("ix_facts_fact_ages_revision", "facts_fact", ["ages_revision"])
    op.execute(_END_DOUBLES)
    _extend_runs()
    op.create_table(
        "facts_item",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("source", "item", name=op.f("pk_facts_item")),
    )
    op.create_index("ix_facts_item_at", "facts_item", ["at"])
    op.create_table(
        "facts_refresh",
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("done_number", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("entity", name=op.f("pk_facts_refresh")),
    )


def _extend_runs() -> None:
    with op.batch_alter_table("facts_run") as table:
        table.alter_column("at", existing_type=UtcDateTime(), nullable=True)
        table.add_column(sa.Column("pushed_at", UtcDateTime(), nullable=True))
        table.add_column(sa.Column("first_revision", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("ages_revision", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("error", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("error_at", UtcDateTime(), nullable=True))
    op.execute("UPDATE facts_run SET first_revision = 0, ages_revision = 0")


def downgrade() -> None:
    """Take them away; what was never read in full is forgotten."""
    op.drop_table("facts_refresh")
    op.drop_table("facts_item")
    op.execute("DELETE FROM facts_run WHERE at IS NULL")
    with op.batch_alter_table("facts_run") as table:
        for name in ("pushed_at", "first_revision", "ages_revision", "error", "error_at"):
            table.drop_column(name)
        table.alter_column("at", existing_type=UtcDateTime(), nullable=False)
    for name in (
        "ix_facts_fact_ages_revision",
        "ix_facts_fact_ended_revision",
        "ix_facts_fact_revision",
    ):
        op.drop_index(name, "facts_fact")
    with op.batch_alter_table("facts_fact") as table:
        for name in ("revision", "ended_revision", "confirmed_at", "ages_revision"):
            table.drop_column(name)
