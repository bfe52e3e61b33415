"""Make the table of trends."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from waypost.core.columns import JsonText

revision = "scorecards_0004"
down_revision = "scorecards_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it."""
    op.create_table(
        "scorecards_trend",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("scorecard", "by", "key")),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("entities", sa.Integer(), nullable=False),
        sa.Column("levels", JsonText(), nullable=False),
        sa.Column("met", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("median_score", sa.Float(), nullable=True),
        sa.Column("checks", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("scorecard", "by", "key", "day", name=op.f("pk_scorecards_trend")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("scorecards_trend")
