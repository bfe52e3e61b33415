"""Make the tables of webhooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from waypost.core.columns import UtcDateTime

revision = "scorecards_0005"
down_revision = "scorecards_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "scorecards_webhook",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("gone_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_scorecards_webhook")),
    )
    texts = ("id", "webhook", "type", "subject", "body", "state")
    op.create_table(
        "scorecards_delivery",
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        *(sa.Column(name, UtcDateTime(), nullable=False) for name in ("made_at", "begun_at", "due_at")),
        *(sa.Column(name, UtcDateTime(), nullable=True) for name in ("claimed_until", "ended_at")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scorecards_delivery")),
    )
    op.create_index("ix_scorecards_delivery_state_due_at", "scorecards_delivery", ["state", "due_at"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("scorecards_delivery")
    op.drop_table("scorecards_webhook")
