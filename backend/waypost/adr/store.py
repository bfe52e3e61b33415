"""The tables of decisions, each as it is served, and of when each was proposed and decided; both in order."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Table

from waypost.core.records import records_table

REVISION: Final = "adr"
SPANS_REVISION: Final = "adr-spans"

adr_decision: Final[Table] = records_table("adr_decision", key="id")
adr_span: Final[Table] = records_table("adr_span", key="decision")
