"""Tokens that let a caller write: random, kept as hashes, with a scope and an end."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from waypost.core.database import JsonText, UtcDateTime, metadata

core_token = Table(
    "core_token",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("hash", Text, nullable=False, unique=True),
    Column("scopes", JsonText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
)
