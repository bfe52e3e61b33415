"""Make the tables of definitions, results, grades and their changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from waypost.core.columns import JsonText, UtcDateTime

revision = "scorecards_0001"
down_revision = None
branch_labels = ("scorecards",)
depends_on = None


def upgrade() -> None:
    """Make them."""
    _make_definitions()
    _make_results()
    _make_grades()


def _make_definitions() -> None:
    op.create_table(
        "scorecards_definition",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lifecycle", sa.Text(), nullable=False),
        sa.Column("document", JsonText(), nullable=False),
        sa.Column("evaluated_at", UtcDateTime(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_scorecards_definition")),
    )


def _make_results() -> None:
    texts = ("state", "would", "message")
    op.create_table(
        "scorecards_result",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("scorecard", "entity", "check_id", *texts)),
        sa.Column("evidence", JsonText(), nullable=False),
        sa.Column("exemption", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("unknown_since", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("scorecard", "entity", "check_id", name=op.f("pk_scorecards_result")),
    )
    op.create_index("ix_scorecards_result_entity", "scorecards_result", ["entity"])
    op.create_table(
        "scorecards_change",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("scorecard", "entity", "check_id")),
        sa.Column("at", UtcDateTime(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("state", "was", "because")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scorecards_change")),
    )
    op.create_index("ix_scorecards_change_scorecard_entity", "scorecards_change", ["scorecard", "entity"])


def _make_grades() -> None:
    texts = ("scorecard", "entity", "owner", "system", "domain", "tier", "level")
    op.create_table(
        "scorecards_grade",
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("score_without_exemptions", sa.Float(), nullable=True),
        sa.Column("evaluated", sa.Integer(), nullable=False),
        sa.Column("applicable", sa.Integer(), nullable=False),
        sa.Column("meets_target", sa.Boolean(), nullable=True),
        sa.Column("target_level", sa.Text(), nullable=False),
        sa.Column("target_by", sa.Date(), nullable=True),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("scorecard", "entity", name=op.f("pk_scorecards_grade")),
    )
    op.create_index("ix_scorecards_grade_entity", "scorecards_grade", ["entity"])
    op.create_index("ix_scorecards_grade_owner", "scorecards_grade", ["owner"])
    op.create_table(
        "scorecards_grade_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scorecard", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("was", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scorecards_grade_change")),
    )
    op.create_index(
        "ix_scorecards_grade_change_scorecard_entity", "scorecards_grade_change", ["scorecard", "entity"]
    )


def downgrade() -> None:
    """Take them away."""
    for table in ("grade_change", "grade", "change", "result", "definition"):
        op.drop_table(f"scorecards_{table}")
