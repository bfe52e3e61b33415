"""Answers how far the estate follows a decision, from the results that are kept and every change of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, select

from waypost.adr.service import get_decision
from waypost.core.errors import NotFoundError
from waypost.scorecards import service, store
from waypost.scorecards.reading.adoption import Recorded, Tally, replay, tally, thinned
from waypost.scorecards.results import STATES
from waypost.scorecards.tables import scorecards_change, scorecards_grade

Pair = tuple[str, str]
"""A scorecard and a check of it."""


def adoption_of(connection: Connection, name: str) -> dict[str, Any]:
    """Return the checks that the decision *name* asks for, who passes all of them now, and how that came.

    A check is the decision's where it is ``because`` of it, or where the decision names it.

    Raises:
        NotFoundError: There is no such decision, and no check is because of it.
    """
    decision = _find_decision(connection, name)
    tied = _tied_checks(connection, name, decision)
    if decision is None and not tied:
        raise NotFoundError("decision", name)
    pairs = {(check["scorecard"], check["check"]) for check in tied}
    as_of = min((check.pop("as_of") for check in tied), default=None)
    now = _now(connection, pairs, as_of) if as_of else None
    recorded = list(replay(_recorded(connection, pairs))) if pairs else []
    decided = _day(decision)
    return {
        "decision": decision["id"] if decision else name,
        "decided": decided,
        "checks": tied,
        "as_of": as_of,
        "now": _dump(now) if now else None,
        "then": _dump_found(_at(recorded, decided)),
        "history": [_dump(each) for each in thinned(recorded)],
    }


def _find_decision(connection: Connection, name: str) -> dict[str, Any] | None:
    try:
        return get_decision(connection, name)
    except NotFoundError:
        return None


def _tied_checks(
    connection: Connection, name: str, decision: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    named = frozenset(decision["checks"]) if decision else frozenset()
    names = _names_of(name, decision)
    return [
        {
            "scorecard": card["name"],
            "scorecard_title": card["title"],
            "check": check["id"],
            "title": check["title"],
            "as_of": card["as_of"],
        }
        for card in service.list_scorecards(connection)
        for check in card["checks"]
        if f"{card['name']}/{check['id']}" in named or _plain(check["because"]) in names
    ]


def _names_of(name: str, decision: Mapping[str, Any] | None) -> frozenset[str]:
    given = {name}
    if decision:
        number = decision["number"]
        given |= {decision["id"], decision["uid"], *decision.get("aliases", ())}
        given |= {str(number)} if number is not None else set()
    return frozenset(map(_plain, given)) - {""}


def _plain(name: str) -> str:
    """Return *name* as its writers mean it: in any case, with or without ``adr:`` and leading zeros."""
    return name.lower().removeprefix("adr:").lstrip("0")


def _now(connection: Connection, pairs: Collection[Pair], at: datetime) -> Tally:
    """Count the results as they are kept. Two queries."""
    columns = scorecards_grade.c
    checks = store.checks_of(connection)
    query = select(columns.entity, columns.scorecard, columns.states)
    by_entity: dict[str, list[str]] = {}
    for entity, card, states in connection.execute(query.where(columns.scorecard.in_(_cards(pairs)))):
        found = [
            STATES[letter].value
            for check, letter in zip(checks[card], states, strict=False)
            if (card, check) in pairs
        ]
        by_entity.setdefault(entity, []).extend(found)
    return tally(by_entity.values(), at)


def _recorded(connection: Connection, pairs: Collection[Pair]) -> list[Recorded]:
    """Return every change of the checks *pairs*, in order. One query."""
    columns = scorecards_change.c
    query = select(columns.at, columns.entity, columns.scorecard, columns.moves).order_by(columns.id)
    found = [
        Recorded(at, entity, (card, check), state)
        for at, entity, card, moves in connection.execute(query.where(columns.scorecard.in_(_cards(pairs))))
        for check, _, state, _ in moves
        if (card, check) in pairs
    ]
    return sorted(found, key=lambda change: change.at)


def _cards(pairs: Collection[Pair]) -> list[str]:
    return sorted({card for card, _ in pairs})


def _day(decision: Mapping[str, Any] | None) -> date | None:
    text = (decision["decided"] or decision["date"]) if decision else None
    return date.fromisoformat(text) if text else None


def _at(recorded: Collection[Tally], day: date | None) -> Tally | None:
    """Return the count at the end of *day*; None where nothing was recorded until then."""
    if day is None:
        return None
    end = datetime.combine(day, time(), UTC) + timedelta(days=1)
    return next((each for each in reversed(list(recorded)) if each.at < end), None)


def _dump_found(found: Tally | None) -> dict[str, Any] | None:
    return _dump(found) if found else None


def _dump(found: Tally) -> dict[str, Any]:
    return asdict(found) | {"share": found.share}
