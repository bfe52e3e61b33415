"""Events: what a webhook tells, as CloudEvents 1.0. No database here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from waypost.catalog.refs import EntityRef
from waypost.core.pageaddress import url_of
from waypost.scorecards.model import State
from waypost.scorecards.notifying.settings import FAILED, FELL, ROSE
from waypost.scorecards.reading.advice import Step, next_steps
from waypost.scorecards.results import Changed, Move, Standing

CONTENT_TYPE: Final = "application/cloudevents+json; charset=utf-8"
TYPE: Final = "dev.waypost.scorecard."
TEST_TYPE: Final = "dev.waypost.webhook.test"
DIGESTS: Final[Mapping[str, str]] = {FELL: "levels-fell", ROSE: "levels-rose", FAILED: "checks-failed"}
_MOST_STEPS: Final = 5
_MOST_LISTED: Final = 100


@dataclass(frozen=True, slots=True)
class Movement:
    """A change of an entity that is to be told, with where the entity belongs now and the definition of the scorecard."""

    event: str
    entity: str
    changed: Changed
    standing: Standing
    scorecard: Mapping[str, Any]


def event_of(levels: Sequence[str], was: str, level: str, moves: Iterable[Move]) -> str:
    """Return what happened: the level fell or rose, or a check failed while it stayed; "" for nothing to tell.

    A level that is no longer among *levels* cannot be compared: that a rule took it away is told where it is changed.
    """
    if was != level:
        if was not in ("", *levels):
            return ""
        rank = {name: place for place, name in enumerate(["", *levels])}
        return FELL if rank[level] < rank[was] else ROSE
    return FAILED if any(state == State.FAIL and before for _, before, state, _ in moves) else ""


def single(movement: Movement, grade: Mapping[str, Any], number: str, *, site: str) -> bytes:
    """Return the event that tells of one *movement*, as the message *number*.

    Args:
        grade: What the entity stands at now, as the API tells it.
    """
    card, changed = movement.scorecard, movement.changed
    titles = {check["id"]: check["title"] for check in card["checks"]}
    data = {
        **_place(movement),
        "scorecard": card["name"],
        "scorecardTitle": card["title"],
        "from": changed.was_level or None,
        "to": changed.level or None,
        "because": changed.because,
        "at": changed.at.isoformat(),
        "score": grade["score"],
        "target": grade["target"],
        "meetsTarget": grade["meetsTarget"],
        "evaluated": grade["coverage"]["evaluated"],
        "applicable": grade["coverage"]["applicable"],
        "moves": [
            {"check": check, "title": titles.get(check, check), "from": was, "to": state, "because": because}
            for check, was, state, because in changed.moves
        ],
        "inTheWay": [_step(step, site) for step in next_steps(grade, card)[:_MOST_STEPS]],
        "links": {
            "entity": site + url_of(EntityRef.parse(movement.entity).page_uri),
            "scorecard": f"{site}scorecards/{card['name']}/",
        },
    }
    return _dump(number, TYPE + movement.event, movement.entity, changed.at, data, site)


def digest(movements: Sequence[Movement], number: str, site: str) -> bytes:
    """Return the event that tells of *movements* together: all of one event, one scorecard and one evaluation."""
    first = movements[0]
    name = first.scorecard["name"]
    data = {
        "scorecard": name,
        "scorecardTitle": first.scorecard["title"],
        "at": first.changed.at.isoformat(),
        "entities": len(movements),
        "because": Counter(each.changed.because for each in movements),
        "byOwner": Counter(each.standing.owner for each in movements),
        "byTier": Counter(each.standing.tier for each in movements),
        "items": [
            {
                **_place(each),
                "from": each.changed.was_level or None,
                "to": each.changed.level or None,
                "because": each.changed.because,
            }
            for each in movements[:_MOST_LISTED]
        ],
        "links": {"scorecard": f"{site}scorecards/{name}/"},
    }
    return _dump(number, TYPE + DIGESTS[first.event], name, first.changed.at, data, site)


def trial(webhook: str, number: str, at: datetime, site: str) -> bytes:
    """Return an event that tells of nothing, to try *webhook*."""
    return _dump(number, TEST_TYPE, webhook, at, {"webhook": webhook, "at": at.isoformat()}, site)


def _place(movement: Movement) -> dict[str, Any]:
    belongs = {key: value or None for key, value in asdict(movement.standing).items()}
    return {"entity": movement.entity, **belongs}


def _step(step: Step, site: str) -> dict[str, Any]:
    uri, mark, anchor = step.doc.partition("#")
    return {
        "check": step.check,
        "title": step.title,
        "state": step.state,
        "message": step.message,
        "effect": step.effect,
        "effort": step.effort or None,
        "fix": f"{site}{url_of(uri)}{mark}{anchor}" if uri else None,
    }


def _dump(number: str, kind: str, subject: str, at: datetime, data: Mapping[str, Any], site: str) -> bytes:  # noqa: PLR0917 - what an event is made of
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": number,
            "source": f"{site}scorecards/",
            "type": kind,
            "subject": subject,
            "time": at.isoformat(),
            "datacontenttype": "application/json",
            "data": data,
        }
    )
