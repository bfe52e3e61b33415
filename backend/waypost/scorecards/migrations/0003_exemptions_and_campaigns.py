"""Keep exemptions and campaigns beside the results, for whoever asks the API."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from waypost.core.columns import JsonText

revision = "scorecards_0003"
down_revision = "scorecards_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; the next evaluation fills them."""
    op.create_table(
        "scorecards_exemption",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_scorecards_exemption")),
    )
    op.create_table(
        "scorecards_campaign",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", JsonText(), nullable=False),
        sa.Column("scope", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_scorecards_campaign")),
    )


def downgrade() -> None:
    """Take them away: they are in the files as well."""
    op.drop_table("scorecards_campaign")
    op.drop_table("scorecards_exemption")
