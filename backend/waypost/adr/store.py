"""The table of decisions: each as it is served, in order."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Table

from waypost.core.records import records_table

REVISION: Final = "adr"

adr_decision: Final[Table] = records_table("adr_decision", key="id")
