"""Make the tables of facts, of runs and of sources."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from waypost.core.columns import JsonText, UtcDateTime

revision = "facts_0001"
down_revision = None
branch_labels = ("facts",)
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "facts_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("value", JsonText(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("collected_at", UtcDateTime(), nullable=False),
        sa.Column("as_of", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facts_fact")),
    )
    op.create_index("ix_facts_fact_entity_path", "facts_fact", ["entity", "path"])
    op.create_index("ix_facts_fact_ended_at", "facts_fact", ["ended_at"])
    op.create_table(
        "facts_run",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("refused", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_facts_run")),
    )
    op.create_table(
        "facts_source",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_facts_source")),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("facts_source")
    op.drop_table("facts_run")
    op.drop_table("facts_fact")
