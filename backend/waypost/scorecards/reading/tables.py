"""The table of trends: what the grades of a scorecard said together at the end of each day that changed them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Date, Float, Integer, Table, Text

from waypost.core.database import JsonText, metadata

scorecards_trend: Final = Table(
    "scorecards_trend",
    metadata,
    Column("scorecard", Text, primary_key=True),
    Column("by", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("entities", Integer, nullable=False),
    Column("levels", JsonText, nullable=False),
    Column("met", Integer, nullable=False),
    Column("of", Integer, nullable=False),
    Column("median_score", Float),
    Column("checks", JsonText, nullable=False),
)
"""``by`` is whole, owner, system, domain or tier, and ``key`` whose it is: "" for the whole, or for none.

A day that is not there was like the one before it. ``checks`` has how many entities each check found in which state, on
the rows of the whole.
"""

TREND_TABLES: Final = (scorecards_trend,)
