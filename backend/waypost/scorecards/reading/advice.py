"""Advice: what an entity should mend next, in order of effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from waypost.scorecards.model import MET, SCORED, State

_SETTLED = MET - {State.WARN} | {State.ERROR}
"""States in which the entity's team has nothing to do: met without a warning, or a rule that broke."""


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
    among equals what weighs most; last what is met with a warning. A rule that broke is its owner's to mend, and
    left out.
    """
    levels = {level["name"]: number for number, level in enumerate(scorecard["levels"])}
    titles = {level["name"]: level["title"] for level in scorecard["levels"]}
    whole = sum(check["weight"] for check in grade["checks"] if State(check["state"]) in SCORED)
    unmet = [check for check in grade["checks"] if is_step(check)]
    unmet.sort(
        key=lambda check: (
            check["state"] == State.WARN,
            levels.get(check["level"], len(levels)),
            -check["weight"],
        )
    )
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


def is_step(check: Mapping[str, Any]) -> bool:
    """Tell whether *check* with its result is something to mend: it stands in a level's way, or costs score."""
    state = State(check["state"])
    return state not in _SETTLED and (bool(check["level"]) or state in SCORED or state is State.WARN)


def _effect(check: Mapping[str, Any], titles: Mapping[str, str], whole: int) -> str:
    if check["state"] == State.WARN:
        return "met, and close to failing"
    needed = f"needed for {titles[check['level']]}" if check["level"] else ""
    points = check["weight"] / whole if whole and State(check["state"]) in SCORED else 0
    gain = f"+{points:.0%} of the score" if points else ""
    return ", ".join(part for part in (needed, gain) if part)
