"""Make the tables of entities and of their search rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from waypost.core.columns import JsonText

revision = "catalog_0001"
down_revision = None
branch_labels = ("catalog",)
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "catalog_entity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("parents", JsonText(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_entity")),
        sa.UniqueConstraint("ref", name=op.f("uq_catalog_entity_ref")),
        sa.UniqueConstraint("uid", name=op.f("uq_catalog_entity_uid")),
    )
    op.create_table(
        "catalog_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("original", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_search")),
        sa.ForeignKeyConstraint(
            ["entity"],
            ["catalog_entity.id"],
            name=op.f("fk_catalog_search_entity"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(op.f("ix_catalog_search_entity"), "catalog_search", ["entity"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("catalog_search")
    op.drop_table("catalog_entity")
