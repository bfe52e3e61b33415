"""The part on scorecards of a change's report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from waypost.core.plugin import Knowledge
from waypost.core.progress import SilentProgress
from waypost.core.report import ReportPart
from waypost.core.workspace import Workspace
from waypost.scorecards.preview.touching import may_move

_ORDER: Final = 40


def report_scorecards(workspace: Workspace, knowledge: Knowledge, at: datetime) -> Iterator[ReportPart]:
    """Give what the change does to levels, checks and exemptions; nothing where it does nothing to them."""
    if not may_move(knowledge):
        return
    # Evaluating needs libraries that a change of other things does not wait for.
    from waypost.scorecards.preview.comparing import preview  # noqa: PLC0415
    from waypost.scorecards.preview.layout import markdown  # noqa: PLC0415
    from waypost.scorecards.preview.telling import blocks_of, summary_of  # noqa: PLC0415

    found = preview(workspace, knowledge, at, SilentProgress())
    if not found.is_empty:
        yield ReportPart(_ORDER, "Scorecards", summary_of(found), markdown(blocks_of(found)))
