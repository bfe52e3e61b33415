"""Heat maps: how many entities of each owner, system, domain or tier meet each check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from waypost.scorecards.model import GAINED, STATE_LETTERS, State
from waypost.scorecards.reading.index import STATES, CardIndex

MET, UNMET, UNKNOWN, EXEMPT, _ASIDE = "met", "unmet", "unknown", "exempt", ""

_KINDS: Final = {
    **dict.fromkeys(State, UNKNOWN),
    **dict.fromkeys(GAINED, MET),
    State.FAIL: UNMET,
    State.EXEMPT: EXEMPT,
    State.NOT_APPLICABLE: _ASIDE,
    State.UPCOMING: _ASIDE,
}
_SIGNS: Final = {MET: "m", UNMET: "f", UNKNOWN: "u", EXEMPT: "x", _ASIDE: "-"}
_BY_LETTER: Final = str.maketrans({STATE_LETTERS[state]: _SIGNS[kind] for state, kind in _KINDS.items()})
_COUNTED: Final = tuple((kind, _SIGNS[kind].encode()) for kind in (MET, UNMET, UNKNOWN, EXEMPT))
_LETTERS: Final = tuple((state, letter.encode()) for letter, state in STATES.items())


def heat_map(index: CardIndex, rows: str) -> dict[str, Any]:
    """Return how many entities meet each check of *index*, a row for each value of the field *rows*.

    ``of`` are the entities that a check is asked of today: met, unmet, unknown and exempt.
    """
    checks = [{key: check[key] for key in ("id", "title", "level")} for check in index.document["checks"]]
    return {
        "checks": checks,
        "rows": [
            {
                "key": key,
                "entities": len(places),
                "cells": cells((index.rows[place].states for place in places), len(checks)),
            }
            for key, places in sorted(index.by(rows).items())
        ],
    }


def cells(states: Iterable[str], checks: int) -> list[dict[str, int]]:
    """Return the cell of each of so many *checks*; each of *states* has a letter for every check."""
    whole = _joined(states, checks).translate(_BY_LETTER).encode()
    return [_cell(whole[place::checks]) for place in range(checks)]


def _joined(states: Iterable[str], checks: int) -> str:
    """Return all letters in one text: those of a check lie *checks* apart, so that no loop of ours counts them."""
    return "".join([each if len(each) == checks else each.ljust(checks, "-")[:checks] for each in states])


def _cell(signs: bytes) -> dict[str, int]:
    found = {kind: signs.count(sign) for kind, sign in _COUNTED}
    return found | {"of": sum(found.values())}


def state_counts(index: CardIndex) -> dict[str, dict[str, int]]:
    """Return how many entities each check of *index* finds in which state; states that no entity is in are left out."""
    found: dict[str, dict[str, int]] = index.once("counts", _count)
    return found


def _count(index: CardIndex) -> dict[str, dict[str, int]]:
    return dict(counts_of(list(index.checks), [row.states for row in index.rows]))


def counts_of(checks: list[str], states: Iterable[str]) -> Iterator[tuple[str, dict[str, int]]]:
    """Give how many entities each of *checks* finds in which state; each of *states* has a letter for each check."""
    whole = _joined(states, len(checks)).encode()
    for place, check in enumerate(checks):
        letters = whole[place :: len(checks)]
        yield check, {state: count for state, letter in _LETTERS if (count := letters.count(letter))}
