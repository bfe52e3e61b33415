"""The clock: the one place where the time is read."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the time, in UTC. Only edges read it."""
    return datetime.now(UTC)
