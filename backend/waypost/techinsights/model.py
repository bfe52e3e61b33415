"""What Tech Insights calls things: checks, facts, retrievers, and the conditions of its rules engine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from waypost.scorecards.model import State

TYPE: Final = "json-rules-engine"
"""The one type of checks that a stock frontend shows."""

MET: Final = frozenset({State.PASS, State.WARN, State.EXEMPT})
"""States in which a check's result is true."""

TOLD: Final = MET | {State.FAIL}
"""States that have a result. A check in another state is left out, as one without facts is."""

_PREFIX: Final = "scorecard."
_FACT_TYPES: Final[Mapping[str, str]] = {
    "boolean": "boolean",
    "integer": "integer",
    "number": "float",
    "string": "string",
    "timestamp": "datetime",
    "object": "object",
    "list": "set",
}


def check_id(scorecard: str, check: str) -> str:
    """Return the id of a check, which is also the name of the fact that its condition asks for."""
    return f"{scorecard}.{check}"


def retriever_id(scorecard: str) -> str:
    """Return the id of the retriever whose facts are the results of *scorecard*."""
    return _PREFIX + scorecard


def fact_schema(declared: Mapping[str, Any]) -> dict[str, str]:
    """Return how Tech Insights describes the *declared* fact."""
    unit = f" (in {declared['unit']})" if declared["unit"] else ""
    about = declared["description"] or declared["path"]
    return {"type": _FACT_TYPES[declared["type"]], "description": about + unit}


def conditions(check: str) -> dict[str, Any]:
    """Return the rule of *check*: that the fact of its own name is true. What decides that fact is CEL."""
    return {"all": [{"fact": check, "operator": "equal", "value": True}]}


def evaluated_conditions(check: str, *, is_met: bool) -> dict[str, Any]:
    """Return the same as the engine gives it back after a run, with what it found."""
    leaf = {
        "operator": "equal",
        "value": True,
        "fact": check,
        "factResult": is_met,
        "valueResult": True,
        "result": is_met,
    }
    return {"priority": 1, "all": [leaf]}


def timestamp(at: datetime) -> str:
    """Return *at* as Tech Insights writes it: with milliseconds and an offset."""
    return at.isoformat(timespec="milliseconds")
