"""Keep what was read of each source, so that a change costs what it holds; all is derived, and made anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from waypost.core.columns import JsonText, UtcDateTime

revision = "catalog_0002"
down_revision = "catalog_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop what was derived in the old shape, and make the new tables; the next sync fills them."""
    op.drop_table("catalog_search")
    op.drop_table("catalog_entity")
    _make_sources()
    _make_neighbours()
    _make_entities()
    op.create_table(
        "catalog_location",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_location")),
        sa.UniqueConstraint("type", "target", name=op.f("uq_catalog_location_type_target")),
    )


def _make_sources() -> None:
    op.create_table(
        "catalog_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("details", JsonText(), nullable=False),
        sa.Column("error", JsonText(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("claimed_until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_source")),
        sa.UniqueConstraint("key", name=op.f("uq_catalog_source_key")),
    )
    op.create_index(op.f("ix_catalog_source_due_at"), "catalog_source", ["due_at"])


def _make_neighbours() -> None:
    op.create_table(
        "catalog_parent",
        sa.Column("source", sa.Integer(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("source", "ref", name=op.f("pk_catalog_parent")),
    )
    op.create_index(op.f("ix_catalog_parent_ref"), "catalog_parent", ["ref"])
    op.create_table(
        "catalog_conflict",
        sa.Column("source", sa.Integer(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "ref", name=op.f("pk_catalog_conflict")),
    )
    op.create_index(op.f("ix_catalog_conflict_ref"), "catalog_conflict", ["ref"])
    op.create_table(
        "catalog_status",
        sa.Column("source", sa.Integer(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("items", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("source", "ref", name=op.f("pk_catalog_status")),
    )
    op.create_index(op.f("ix_catalog_status_ref"), "catalog_status", ["ref"])


def _make_entities() -> None:
    op.create_table(
        "catalog_entity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("source", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("parents", JsonText(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("search", sa.LargeBinary(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_entity")),
        sa.UniqueConstraint("ref", name=op.f("uq_catalog_entity_ref")),
        sa.UniqueConstraint("uid", name=op.f("uq_catalog_entity_uid")),
    )
    op.create_index(op.f("ix_catalog_entity_source"), "catalog_entity", ["source"])
    op.create_index(op.f("ix_catalog_entity_changed"), "catalog_entity", ["changed"])
    op.create_table(
        "catalog_relation",
        sa.Column("origin", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
    )
    op.create_index(op.f("ix_catalog_relation_origin"), "catalog_relation", ["origin"])
    op.create_index(op.f("ix_catalog_relation_target"), "catalog_relation", ["target"])
    op.create_table(
        "catalog_removed",
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_catalog_removed")),
    )
    op.create_index(op.f("ix_catalog_removed_revision"), "catalog_removed", ["revision"])


def downgrade() -> None:
    """Take them away, and make the old ones, empty."""
    for name in ("location", "removed", "relation", "entity", "status", "conflict", "parent", "source"):
        op.drop_table(f"catalog_{name}")
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
    )
