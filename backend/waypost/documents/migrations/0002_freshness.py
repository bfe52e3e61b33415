"""Keep with each page how fresh it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "documents_0002"
down_revision = "documents_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; the next sync fills it."""
    with op.batch_alter_table("documents_page") as table:
        table.add_column(sa.Column("freshness", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Take it away."""
    with op.batch_alter_table("documents_page") as table:
        table.drop_column("freshness")
