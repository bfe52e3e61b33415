"""The tables of scorecards: definitions, results and grades as they stand, and every change of either."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, Date, Float, Index, Integer, Table, Text

from waypost.core.database import JsonText, UtcDateTime, metadata

REVISION: Final = "scorecards"
"""The name under which these tables' revision is kept."""

scorecards_definition = Table(
    "scorecards_definition",
    metadata,
    Column("name", Text, primary_key=True),
    Column("lifecycle", Text, nullable=False),
    Column("document", JsonText, nullable=False),
    Column("evaluated_at", UtcDateTime),
    Column("revision", Integer),
)

scorecards_result = Table(
    "scorecards_result",
    metadata,
    Column("scorecard", Text, primary_key=True),
    Column("entity", Text, primary_key=True),
    Column("check_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("would", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("evidence", JsonText, nullable=False),
    Column("exemption", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("unknown_since", UtcDateTime),
    Index("ix_scorecards_result_entity", "entity"),
)

scorecards_change = Table(
    "scorecards_change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("scorecard", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("check_id", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("was", Text, nullable=False),
    Column("because", Text, nullable=False),
    Index("ix_scorecards_change_scorecard_entity", "scorecard", "entity"),
)
"""A state of "" is none: the check came, or went, or stopped to be asked of the entity."""

scorecards_grade = Table(
    "scorecards_grade",
    metadata,
    Column("scorecard", Text, primary_key=True),
    Column("entity", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("system", Text, nullable=False),
    Column("domain", Text, nullable=False),
    Column("tier", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("score", Float),
    Column("score_without_exemptions", Float),
    Column("evaluated", Integer, nullable=False),
    Column("applicable", Integer, nullable=False),
    Column("meets_target", Boolean),
    Column("target_level", Text, nullable=False),
    Column("target_by", Date),
    Column("since", UtcDateTime, nullable=False),
    Index("ix_scorecards_grade_entity", "entity"),
    Index("ix_scorecards_grade_owner", "owner"),
)

scorecards_grade_change = Table(
    "scorecards_grade_change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("scorecard", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("level", Text, nullable=False),
    Column("was", Text, nullable=False),
    Column("score", Float),
    Column("because", Text, nullable=False),
    Index("ix_scorecards_grade_change_scorecard_entity", "scorecard", "entity"),
)

TABLES = (
    scorecards_definition, scorecards_result, scorecards_change, scorecards_grade, scorecards_grade_change,
)  # fmt: skip
