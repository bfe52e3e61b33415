"""How campaigns stand, read from the database, whoever asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from waypost.catalog.refs import EntityRef
from waypost.core.errors import NotFoundError
from waypost.scorecards import service
from waypost.scorecards.campaigns.model import OnDeadline, Phase, share_due
from waypost.scorecards.campaigns.reading import Standing, read_course, read_standings
from waypost.scorecards.campaigns.standing import Counted, Progress, count
from waypost.scorecards.campaigns.store import Kept, list_campaigns
from waypost.scorecards.model import State


def read_campaigns(
    connection: Connection, at: datetime, *, entity: str = "", include: str = ""
) -> dict[str, Any]:
    """Return the campaigns of the scorecards that teams see, by deadline, each with how it stands *at* a time.

    Args:
        connection: The database.
        at: The time: it decides what is planned, and whether the deadline is over.
        entity: Say of each campaign how this entity is in it; those that are not about it are left out.
        include: Which scorecards beside: ``shadow`` or ``draft``.

    Raises:
        InputError: The reference cannot be read.
    """
    cards = {card["name"]: card for card in service.list_scorecards(connection, include)}
    ref = str(EntityRef.parse(entity, "component")) if entity else ""
    items = []
    for kept in list_campaigns(connection):
        card = cards.get(kept.campaign.scorecard)
        if card is None:
            continue
        standings = read_standings(connection, kept, card, ref)
        item = _summary(kept, card, standings, at)
        own = next((one for one in standings if one.entity == ref), None)
        if own is not None or not ref:
            items.append(item | {"entity": _entity(kept, own, card, at) if own else None})
    return {"items": items}


def get_campaign(connection: Connection, name: str, at: datetime, entity: str = "") -> dict[str, Any]:
    """Return the campaign *name*: how it stands, its course day by day, and who is not done.

    Raises:
        NotFoundError: There is no such campaign, or nothing was evaluated of its scorecard.
        InputError: The reference cannot be read.
    """
    kept = next((one for one in list_campaigns(connection) if one.campaign.name == name), None)
    card = service.definitions(connection).get(kept.campaign.scorecard) if kept else None
    if kept is None or card is None:
        raise NotFoundError("campaign", name)
    ref = str(EntityRef.parse(entity, "component")) if entity else ""
    standings = read_standings(connection, kept, card, ref)
    own = next((one for one in standings if one.entity == ref), None)
    days = read_course(connection, kept, standings, card["as_of"])
    return _summary(kept, card, standings, at) | {
        "entity": _entity(kept, own, card, at) if own else None,
        "by_owner": _by_owner(standings),
        "items": [_entity(kept, one, card, at) for one in standings if one.progress is not Progress.DONE],
        "burn_down": [{"day": each.day, **_dump(each.counted)} for each in days],
    }


def _summary(
    kept: Kept, card: Mapping[str, Any], standings: Iterable[Standing], at: datetime
) -> dict[str, Any]:
    campaign, today = kept.campaign, at.date()
    counted = count(one.progress for one in standings)
    planned = campaign.planned(today)
    due, step = share_due(planned, counted.of), campaign.next_step(today)
    checks = {check["id"]: check for check in card["checks"]}
    asked = [checks[name] for name in campaign.checks if name in checks]
    return {
        "name": campaign.name,
        "title": campaign.title or campaign.name,
        "description": campaign.description,
        "owner": campaign.owner,
        "scorecard": campaign.scorecard,
        "scorecard_title": card["title"],
        "checks": [{key: check[key] for key in ("id", "title", "fix", "because")} for check in asked],
        "start": campaign.start,
        "deadline": campaign.deadline,
        "on_deadline": campaign.on_deadline.value,
        "ramp": [{"date": each.day, "percent": each.percent} for each in campaign.steps],
        "state": _state_of(counted, campaign.phase(today), due),
        "counts": _dump(counted),
        "planned": planned,
        "due": due,
        "behind": max(due - counted.done, 0),
        "next": _next(step.day, step.percent, counted) if step else None,
        "path": campaign.path,
        "line": campaign.line,
        "at": at,
        "as_of": card["as_of"],
    }


def _next(day: Any, percent: float, counted: Counted) -> dict[str, Any]:
    missing = share_due(percent, counted.of) - counted.done
    return {"date": day, "percent": percent, "missing": max(missing, 0)}


def _state_of(counted: Counted, phase: Phase, due: int) -> str:
    if counted.of and counted.done == counted.of:
        return "done"
    if phase is not Phase.RUNNING:
        return phase.value
    return "behind" if counted.done < due else "on-plan"


STANDS: Final = ("announced", "on-plan", "behind", "over", "done")


def _entity(kept: Kept, standing: Standing, card: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    is_over = kept.campaign.phase(at.date()) is Phase.OVER
    is_left, deed = standing.progress is Progress.LEFT, kept.campaign.on_deadline
    checks = {check["id"]: check for check in card["checks"]}
    return {
        "entity": standing.entity,
        "owner": standing.owner,
        "tier": standing.tier,
        "progress": standing.progress.value,
        "warned": is_over and is_left and deed is not OnDeadline.REPORT,
        "blocked": is_over and is_left and deed is OnDeadline.BLOCK,
        "checks": [
            {
                "id": outcome.check,
                "title": checks[outcome.check]["title"],
                "fix": checks[outcome.check]["fix"],
                "state": outcome.state.value,
                "would": outcome.would.value if outcome.would else None,
                "message": outcome.message,
                "since": outcome.since,
            }
            for outcome in standing.outcomes
            if outcome.state is not State.NOT_APPLICABLE
        ],
    }


def _by_owner(standings: Sequence[Standing]) -> list[dict[str, Any]]:
    """Return how many of each owner's are how far; who has most left comes first."""
    owned: dict[str, list[Progress]] = defaultdict(list)
    for one in standings:
        owned[one.owner].append(one.progress)
    found = [(owner, count(progress)) for owner, progress in owned.items()]
    found.sort(key=lambda pair: (-pair[1].left, -pair[1].unknown, pair[0]))
    return [{"owner": owner, **_dump(counted)} for owner, counted in found]


def _dump(counted: Counted) -> dict[str, Any]:
    return asdict(counted) | {"of": counted.of, "percent": counted.percent}
