"""Make the table of runbooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from waypost.core.columns import JsonText

revision = "runbooks_0001"
down_revision = None
branch_labels = ("runbooks",)
depends_on = None


def upgrade() -> None:
    """Make it."""
    op.create_table(
        "runbooks_runbook",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("document", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_runbooks_runbook")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("runbooks_runbook")
