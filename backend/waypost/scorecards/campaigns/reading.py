"""Reads how far each entity of a campaign is, and how that came, from the results and their history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select

from waypost.scorecards.campaigns.standing import DayCount, Progress, burn_down, count, progress_of
from waypost.scorecards.campaigns.store import Kept, moves_of
from waypost.scorecards.model import State
from waypost.scorecards.results import STATES, Outcome
from waypost.scorecards.sheets import read_sheet
from waypost.scorecards.tables import scorecards_grade

_GRADES = scorecards_grade.c


@dataclass(frozen=True, slots=True)
class Standing:
    """An entity in a campaign."""

    entity: str
    owner: str
    tier: str
    progress: Progress
    outcomes: Sequence[Outcome]


def read_standings(
    connection: Connection, kept: Kept, card: Mapping[str, Any], ref: str = ""
) -> list[Standing]:
    """Return how each entity of the campaign is, with the outcomes of those not done, and of *ref*. One query."""
    wanted = set(kept.campaign.checks)
    places = {check["id"]: at for at, check in enumerate(card["checks"]) if check["id"] in wanted}
    columns = (_GRADES.entity, _GRADES.owner, _GRADES.tier, _GRADES.states, _GRADES.details)
    query = select(*columns).where(_GRADES.scorecard == card["name"]).order_by(_GRADES.entity)
    found = []
    for row in connection.execute(query):
        if not kept.has(row.entity) or not row.states:
            continue
        states = [STATES[row.states[place]] for place in places.values()]
        outcomes: list[Outcome] = []
        # Only what is not simply met is worth reading: most of a large estate is, in the end.
        if row.entity == ref or not set(states) <= _SIMPLY_MET:
            sheet = read_sheet(row.states, row.details)
            outcomes = [sheet.outcome_at(place, check) for check, place in places.items()]
            states = [_state(outcome) for outcome in outcomes]
        progress = progress_of(states)
        if progress is not None:
            found.append(Standing(row.entity, row.owner, row.tier, progress, outcomes))
    return found


_SIMPLY_MET: Final = frozenset({State.PASS, State.WARN, State.NOT_APPLICABLE})


def _state(outcome: Outcome) -> State:
    """Return the state that counts: an upcoming check as if it counted already, one that would pass as passed."""
    would = outcome.would
    if would and (outcome.state is State.UPCOMING or would in (State.PASS, State.WARN)):
        return would
    return outcome.state


def read_course(
    connection: Connection, kept: Kept, standings: Iterable[Standing], as_of: datetime | None
) -> list[DayCount]:
    """Return the count of each day that changed it, the last as it is now.

    The history does not say what an exempt or an upcoming check would have been; what is kept of now does.
    """
    course = list(burn_down(moves_of(connection, kept), kept.campaign.checks, kept.campaign.start))
    if as_of is None or as_of.date() < kept.campaign.start:
        return course
    now = DayCount(as_of.date(), count(one.progress for one in standings))
    before = [each for each in course if each.day < now.day]
    return [*before, now] if not before or before[-1].counted != now.counted else before
