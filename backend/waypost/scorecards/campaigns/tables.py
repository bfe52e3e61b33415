"""The table of campaigns as they were when the estate was last evaluated, each with whom it is about."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Table, Text

from waypost.core.database import JsonText, metadata

scorecards_campaign: Final = Table(
    "scorecards_campaign",
    metadata,
    Column("name", Text, primary_key=True),
    Column("document", JsonText, nullable=False),
    Column("scope", JsonText, nullable=False),
)
"""``scope`` lists the entities that a campaign narrows its scorecard to; null where it leaves it as wide."""

CAMPAIGN_TABLES: Final = (scorecards_campaign,)
