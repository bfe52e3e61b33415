"""Badges of an entity: its level, its score, and what one check came to, each with what stands behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from waypost.core.badges import Badge, Tone
from waypost.scorecards.model import State

LEVEL, SCORE, CHECK = "level", "score", "check"

_STATES: Final[Mapping[str, tuple[str, Tone]]] = {
    State.PASS: ("✓", Tone.GOOD),
    State.WARN: ("⚠", Tone.MIDDLING),
    State.FAIL: ("✗", Tone.BAD),
    State.NO_DATA: ("?", Tone.NONE),
    State.STALE: ("?", Tone.NONE),
    State.ERROR: ("!", Tone.NONE),
    State.NOT_APPLICABLE: ("-", Tone.NONE),
    State.UPCOMING: ("→", Tone.NONE),
    State.EXEMPT: ("○", Tone.PLAIN),
    State.INSUFFICIENT_DATA: ("?", Tone.NONE),
}


def level_badge(grade: Mapping[str, Any]) -> Badge:
    """Return the badge of the level of *grade*, as the API tells it."""
    shown = grade["levelTitle"] or grade["level"] or "no level yet"
    target = _target(grade)
    told = f"{_of(grade)}: {shown}{target and f'; {target}'}; {_behind(grade)}"
    return Badge(grade["scorecardTitle"], shown, told, _tone(grade))


def score_badge(grade: Mapping[str, Any]) -> Badge:
    """Return the badge of the score of *grade*, with how many checks it comes from."""
    coverage = grade["coverage"]
    score = "no score" if grade["score"] is None else f"{grade['score']:.0%}"
    shown = f"{score} ({coverage['evaluated']} of {coverage['applicable']})"
    told = f"{_of(grade)}: {score}, the weight of checks that pass; {_behind(grade)}"
    return Badge(grade["scorecardTitle"], shown, told, _tone(grade))


def check_badge(grade: Mapping[str, Any], check_id: str) -> Badge | None:
    """Return the badge of what a check came to, None where *grade* has no such check."""
    check = next((check for check in grade["checks"] if check["id"] == check_id), None)
    if check is None:
        return None
    sign, tone = _STATES[check["state"]]
    parts = [f"{check['title']}, of {grade['entity']}: {check['state']}"]
    if check["would"]:
        parts[0] += f", would be {check['would']}"
    parts += [check["message"]] if check["message"] else []
    parts.append(f"since {_time(check['since'])}, evaluated {_time(grade['evaluatedAt'])}")
    return Badge(check["title"], f"{sign} {check['state']}", "; ".join(parts), tone)


def no_badge(label: str, shown: str, why: str) -> Badge:
    """Return the badge of something that has no grade, and why."""
    return Badge(label, shown, f"{label}: {shown}; {why}")


WHOLE: Final[Mapping[str, Callable[[Mapping[str, Any]], Badge]]] = {LEVEL: level_badge, SCORE: score_badge}
"""The badges of a whole grade."""


def badge_path(kind: str, entity: str, scorecard: str, check: str = "") -> str:
    """Return where a badge of *entity* is, below ``badges/``: the same for the API and for files of a site."""
    of_kind, _, rest = entity.partition(":")
    return f"{kind}/{of_kind}/{rest}/{scorecard}{check and f'/{check}'}.svg"


def badges_of(grade: Mapping[str, Any], *, with_checks: bool = True) -> Iterator[tuple[str, Badge]]:
    """Give every badge of *grade* with its path."""
    entity, card = grade["entity"], grade["scorecard"]
    for kind, make in WHOLE.items():
        yield badge_path(kind, entity, card), make(grade)
    for check in grade["checks"] if with_checks else ():
        badge = check_badge(grade, check["id"])
        if badge is not None:
            yield badge_path(CHECK, entity, card, check["id"]), badge


def badge_markdown(grade: Mapping[str, Any], base: str, page: str = "") -> str:
    """Return the Markdown that shows the level of *grade* as a badge on a page elsewhere.

    Args:
        grade: The grade, as the API tells it.
        base: Where badges are: ``https://docs.example.com/scorecards/badges/``, or the API's ``…/badges/``.
        page: What the badge leads to, "" for nothing.
    """
    path = badge_path(LEVEL, grade["entity"], grade["scorecard"])
    image = f"![{_literal(grade['scorecardTitle'])}]({base}{path})"
    return f"[{image}]({page})" if page else image


def _literal(text: str) -> str:
    return "".join(f"\\{letter}" if letter in r"\[]!*_`<>&" else letter for letter in " ".join(text.split()))


def _of(grade: Mapping[str, Any]) -> str:
    return f"{grade['scorecardTitle']}, of {grade['entity']}"


def _behind(grade: Mapping[str, Any]) -> str:
    coverage = grade["coverage"]
    told = f"{coverage['evaluated']} of {coverage['applicable']} checks evaluated"
    return f"{told} {_time(grade['evaluatedAt'])}"


def _target(grade: Mapping[str, Any]) -> str:
    target = grade["target"]
    if not target:
        return ""
    return f"target {target['level']} by {target['by']}, {'met' if grade['meetsTarget'] else 'not met'}"


def _tone(grade: Mapping[str, Any]) -> Tone:
    """Return the colour by the target, the only thing that says what is good enough."""
    if not grade["level"] and not grade["meetsTarget"]:
        return Tone.NONE
    return {True: Tone.GOOD, False: Tone.MIDDLING, None: Tone.PLAIN}[grade["meetsTarget"]]


def _time(at: str | None) -> str:
    return f"{datetime.fromisoformat(at):%Y-%m-%d %H:%M} UTC" if at else "never"
