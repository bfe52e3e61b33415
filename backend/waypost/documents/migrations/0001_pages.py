"""Make the tables of pages and of what they are about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from waypost.core.columns import JsonText

revision = "documents_0001"
down_revision = None
branch_labels = ("documents",)
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "documents_page",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("summary", JsonText(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_documents_page")),
    )
    op.create_table(
        "documents_about",
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entity", "path", name=op.f("pk_documents_about")),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("documents_about")
    op.drop_table("documents_page")
