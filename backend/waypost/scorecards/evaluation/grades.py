"""Grades: what is kept of an entity, brought up to date with what was found of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from waypost.scorecards.evaluation.changes import Causes, Judgement, Step, find_change, find_moves
from waypost.scorecards.evaluation.differences import Difference
from waypost.scorecards.evaluation.found import Found
from waypost.scorecards.evaluation.grading import add_up
from waypost.scorecards.evaluation.settling import due_of, grace_of, reorder, settle, standings_of
from waypost.scorecards.model import Scorecard
from waypost.scorecards.results import Changed, KeptGrade, Standing
from waypost.scorecards.sheets import Sheet, read_sheet
from waypost.scorecards.store import KeptRow


@dataclass(frozen=True, slots=True)
class Graded:
    """What is kept of an entity, what was found of it, where it belongs, and what may have moved its checks."""

    row: KeptRow | None
    found: Found | None
    standing: Standing
    causes: Causes


@dataclass(frozen=True, slots=True)
class Written:
    """What is to be kept of an entity, and what changed."""

    kept: KeptGrade
    sheet: Sheet
    due_at: datetime | None
    change: Changed | None


class Grader:
    """Adds up the results of one scorecard."""

    def __init__(self, card: Scorecard, difference: Difference) -> None:
        self._card = card
        self._difference = difference

    def grade(self, graded: Graded, now: datetime) -> Written | None:
        """Return what is to be written, None where all is as it is kept."""
        row, card, difference = graded.row, self._card, self._difference
        before, gone = self._before(row)
        sheet = settle(before, graded.found, now) if graded.found else before
        if sheet is None:
            return None
        was = row.kept if row else None
        had = was.grade.level if was else ""
        times = grace_of(sheet, now)
        grade = add_up(
            card, difference.ladder, graded.standing.tier, standings_of(sheet, times), had_level=had
        )
        step = Step(before, sheet, gone)
        moves = find_moves(step, graded.causes, difference.checks)
        judgement = Judgement(step, graded.causes, difference, times, had, now)
        since = was.since if was and was.grade.level == grade.level else now
        kept, due_at = KeptGrade(grade, graded.standing, since), due_of(sheet, times)
        change = find_change(judgement, kept, was.grade if was else None, moves)
        is_same = row is not None and (row.kept, row.states, row.due_at) == (kept, sheet.states, due_at)
        if row is not None and is_same and not change and sheet.details() == row.details:
            return None
        return Written(kept, sheet, due_at, change)

    def _before(self, row: KeptRow | None) -> tuple[Sheet | None, dict[str, str]]:
        """Return what is kept, in the order of the checks as they are, and the letters of those that are gone."""
        if row is None:
            return None, {}
        sheet, order, checks = (
            read_sheet(row.states, row.details),
            self._difference.order,
            self._difference.checks,
        )
        if order == checks:
            return sheet, {}
        gone = {
            check: letter for check, letter in zip(order, sheet.states, strict=True) if check not in checks
        }
        return reorder(sheet, order, checks), gone
