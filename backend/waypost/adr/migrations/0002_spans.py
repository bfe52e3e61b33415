"""Make the table of when each decision was proposed and decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from waypost.core.columns import JsonText

revision = "adr_0002"
down_revision = "adr_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it; the next sync fills it."""
    op.create_table(
        "adr_span",
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("document", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("decision", name=op.f("pk_adr_span")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("adr_span")
