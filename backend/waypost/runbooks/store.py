"""The table of runbooks: each as it is served, in order."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Table

from waypost.core.records import records_table

REVISION: Final = "runbooks"

runbooks_runbook: Final[Table] = records_table("runbooks_runbook", key="name")
