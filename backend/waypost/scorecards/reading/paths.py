"""Paths: why an entity has the level that it has, what stands in the way of each above, and what exemptions hide."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from waypost.scorecards.model import MET, State
from waypost.scorecards.results import Outcome, state_without_exemption

Document = dict[str, Any]


def level_path(document: Mapping[str, Any], outcomes: Mapping[str, Outcome], level: str) -> Document:
    """Return the way that *outcomes* lead up the levels of the scorecard *document*, to *level*.

    Each level comes with the checks of its own that are not met; it is reached where neither it nor any below it has
    one. ``in_grace`` says that the level is kept only because nobody can answer some checks just now.
    """
    reached = _reached(document, outcomes, _as_is)
    without = _reached(document, outcomes, state_without_exemption)
    names = [each["name"] for each in document["levels"]]
    return {
        "level": level or None,
        "in_grace": bool(level) and (reached == "" or names.index(level) > names.index(reached)),
        "level_without_exemptions": without or None,
        "levels": list(_steps(document, outcomes)),
        "exempt": list(_hidden(document, outcomes)),
    }


def _as_is(outcome: Outcome) -> State:
    return outcome.state


def _reached(
    document: Mapping[str, Any], outcomes: Mapping[str, Outcome], state: Callable[[Outcome], State]
) -> str:
    reached = ""
    for level in document["levels"]:
        needed = _of_level(document, level["name"])
        if any(state(outcomes[check["id"]]) not in MET for check in needed if check["id"] in outcomes):
            break
        reached = level["name"]
    return reached


def _of_level(document: Mapping[str, Any], level: str) -> Sequence[Mapping[str, Any]]:
    return [check for check in document["checks"] if check["level"] == level]


def _steps(document: Mapping[str, Any], outcomes: Mapping[str, Outcome]) -> Iterator[Document]:
    is_reached = True
    for level in document["levels"]:
        missing = [
            {
                "check": check["id"],
                "title": check["title"],
                "state": outcomes[check["id"]].state.value,
                "message": outcomes[check["id"]].message,
                "fix": check["fix"],
            }
            for check in _of_level(document, level["name"])
            if check["id"] in outcomes and outcomes[check["id"]].state not in MET
        ]
        is_reached = is_reached and not missing
        yield {
            "level": level["name"],
            "title": level["title"],
            "is_reached": is_reached,
            "missing": missing,
        }


def _hidden(document: Mapping[str, Any], outcomes: Mapping[str, Outcome]) -> Iterator[Document]:
    for check in document["checks"]:
        outcome = outcomes.get(check["id"])
        if outcome is not None and outcome.state is State.EXEMPT:
            yield {
                "check": check["id"],
                "title": check["title"],
                "level": check["level"],
                "exemption": outcome.exemption,
                "would": outcome.would.value if outcome.would else None,
            }
