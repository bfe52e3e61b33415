"""The table of exemptions as they were when the estate was last evaluated."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Table, Text

from waypost.core.database import JsonText, metadata

scorecards_exemption: Final = Table(
    "scorecards_exemption",
    metadata,
    Column("name", Text, primary_key=True),
    Column("document", JsonText, nullable=False),
)

EXEMPTION_TABLES: Final = (scorecards_exemption,)
