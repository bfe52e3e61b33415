"""Make the table of decisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from waypost.core.columns import JsonText

revision = "adr_0001"
down_revision = None
branch_labels = ("adr",)
depends_on = None


def upgrade() -> None:
    """Make it."""
    op.create_table(
        "adr_decision",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("document", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adr_decision")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("adr_decision")
