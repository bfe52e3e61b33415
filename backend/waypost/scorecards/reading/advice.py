"""Advice: what an entity should mend next, in order of effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from waypost.scorecards.model import MET, SCORED, State


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to mend: the check, its page, and what mending it brings."""

    check: str
    title: str
    state: str
    message: str
    doc: str
    effort: str
    effect: str


def next_steps(grade: Mapping[str, Any], scorecard: Mapping[str, Any]) -> list[Step]:
    """Return what stands in the way, what brings most first.

    The checks of the next level come first, then those of the levels above it, then those without a level;
    among equals what weighs most. A rule that broke is its owner's to mend, and left out.
    """
    levels = {level["name"]: number for number, level in enumerate(scorecard["levels"])}
    titles = {level["name"]: level["title"] for level in scorecard["levels"]}
    whole = sum(check["weight"] for check in grade["checks"] if State(check["state"]) in SCORED)
    unmet = [
        check
        for check in grade["checks"]
        if State(check["state"]) not in MET and check["state"] != State.ERROR.value
    ]
    unmet.sort(key=lambda check: (levels.get(check["level"], len(levels)), -check["weight"]))
    return [
        Step(
            check=check["id"],
            title=check["title"],
            state=check["state"],
            message=check["message"],
            doc=check["fix"]["doc"] if check["fix"] else "",
            effort=check["fix"]["effort"] if check["fix"] else "",
            effect=_effect(check, titles, whole),
        )
        for check in unmet
    ]


def _effect(check: Mapping[str, Any], titles: Mapping[str, str], whole: int) -> str:
    needed = f"needed for {titles[check['level']]}" if check["level"] else ""
    points = check["weight"] / whole if whole and State(check["state"]) in SCORED else 0
    gain = f"+{points:.0%} of the score" if points else ""
    return ", ".join(part for part in (needed, gain) if part) or "counts for no level and no score"
