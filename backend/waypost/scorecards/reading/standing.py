"""What stands between an entity and a level, or its target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waypost.scorecards.model import MET, State


def next_level(grade: Mapping[str, Any], scorecard: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the level above that of *grade*, None where there is none."""
    levels = scorecard["levels"]
    names = [level["name"] for level in levels]
    place = names.index(grade["level"]) + 1 if grade["level"] in names else 0
    return levels[place] if place < len(levels) else None


def in_the_way(grade: Mapping[str, Any], scorecard: Mapping[str, Any], level: str) -> list[Mapping[str, Any]]:
    """Return the checks of *grade* that are not met, and which *level* or one below it needs."""
    names = [each["name"] for each in scorecard["levels"]]
    needed = names[: names.index(level) + 1] if level in names else []
    return [
        check for check in grade["checks"] if check["level"] in needed and State(check["state"]) not in MET
    ]
