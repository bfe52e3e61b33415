"""Keep when each provider of discovery looked last, who looks now, and what went wrong."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from waypost.core.columns import UtcDateTime

revision = "catalog_0003"
down_revision = "catalog_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "catalog_discovery",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("claimed_until", UtcDateTime(), nullable=True),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_catalog_discovery")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("catalog_discovery")
