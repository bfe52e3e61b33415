"""Explains a result by its rule, parameters and facts, with their source and age; and a level by its checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from waypost.catalog.model import EntityRef
from waypost.core.durations import parse_duration
from waypost.core.errors import NotFoundError
from waypost.facts import service as facts
from waypost.facts.model import Fact
from waypost.scorecards import service, store
from waypost.scorecards.exemptions.store import list_exemptions
from waypost.scorecards.model import params_for
from waypost.scorecards.reading.current import unknown
from waypost.scorecards.reading.paths import level_path
from waypost.scorecards.results import KeptGrade, Outcome

MAX_CHANGES = 50
"""The newest changes that an explanation tells."""


@dataclass(frozen=True, slots=True)
class _Held:
    """What is kept of one entity in one scorecard."""

    document: Mapping[str, Any]
    grade: KeptGrade
    outcomes: Mapping[str, Outcome]

    def path(self) -> dict[str, Any]:
        return level_path(self.document, self.outcomes, self.grade.grade.level)


def explain_level(connection: Connection, name: str, ref: EntityRef) -> dict[str, Any]:
    """Explain why the entity *ref* has its level in the scorecard called *name*, and what keeps it from the others.

    Raises:
        NotFoundError: There is no such scorecard, or it does not grade this entity.
    """
    held = _held(connection, name, ref)
    grade = held.grade.grade
    target = {"level": grade.target_level, "by": str(grade.target_by)} if grade.target_level else None
    return held.path() | {
        "scorecard": name,
        "entity": str(ref),
        "tier": held.grade.standing.tier,
        "target": target,
        "meets_target": grade.meets_target,
        "as_of": held.document["as_of"],
    }


def _held(connection: Connection, name: str, ref: EntityRef) -> _Held:
    entity, documents = str(ref), service.definitions(connection)
    if name not in documents:
        raise unknown("scorecard", name, documents)
    grade = store.grades_of(connection, [entity]).get((name, entity))
    if grade is None:
        raise NotFoundError("result", f"{name} of {entity}")
    return _Held(documents[name], grade, store.results_of(connection, [entity]).get((name, entity), {}))


def explain(connection: Connection, name: str, ref: EntityRef, check_id: str) -> dict[str, Any]:
    """Explain what *check_id* of the scorecard called *name* came to for the entity *ref*.

    Facts are told as they stood when the scorecard was last evaluated.

    Raises:
        NotFoundError: There is no such scorecard or check, or it was never asked of this entity.
    """
    held, entity = _held(connection, name, ref), str(ref)
    check = next((check for check in held.document["checks"] if check["id"] == check_id), None)
    if check is None:
        raise unknown("check", check_id, {each["id"]: each for each in held.document["checks"]})
    outcome = held.outcomes.get(check_id)
    if outcome is None:
        raise NotFoundError("result", f"{name}/{check_id} of {entity}")
    tier, at = held.grade.standing.tier, held.document["as_of"]
    return {
        "scorecard": name,
        "entity": entity,
        "check": check_id,
        **{key: check[key] for key in ("title", "rule", "bands", "fix", "because")},
        "state": outcome.state.value,
        "would": outcome.would.value if outcome.would else None,
        "exemption": outcome.exemption or None,
        "exempted_by": _exemption(connection, outcome.exemption),
        "tier": tier,
        "params": params_for(check["params"], tier),
        "facts": list(_facts(connection, entity, check, at)),
        "message": outcome.message,
        "evidence": outcome.evidence,
        "since": outcome.since,
        "at": at,
        "history": list(_history(connection, name, entity, check_id)),
        "path": held.path(),
    }


def _exemption(connection: Connection, name: str) -> dict[str, Any] | None:
    """Return the exemption called *name*, None where none is in force, or it has been taken back since."""
    known = list_exemptions(connection) if name else ()
    found = next((each for each in known if each.name == name), None)
    if found is None:
        return None
    return {key: getattr(found, key) for key in ("name", "expires_at", "reason", "ticket", "approvers")}


def _facts(
    connection: Connection, entity: str, check: Mapping[str, Any], at: datetime
) -> Iterator[dict[str, Any]]:
    known = facts.latest(connection, [entity], at).get(entity, {})
    sources = {fact["path"]: source for source in facts.list_sources(connection) for fact in source["facts"]}
    for path in read_paths(check, sources):
        source = sources[path]
        limit = check["facts"].get(path, {}).get("max_age") or source["ttl"]
        yield _fact(path, known.get(path), source, at) | {
            "stale": _is_stale(known.get(path), limit and parse_duration(limit), at)
        }


def read_paths(check: Mapping[str, Any], declared: Mapping[str, Any]) -> list[str]:
    """Return which of the *declared* facts the expressions of *check* read, in order."""
    # The library of CEL takes longer to import than most answers to make.
    from waypost.scorecards.rules.compiling import compile_rule  # noqa: PLC0415

    found = set(check["facts"])
    for source in (check["rule"], check["evidence"], check["min_sample"]):
        for reference in compile_rule(source).facts if source else ():
            parts = reference.path
            found |= {".".join(parts[:size]) for size in range(1, len(parts) + 1)}
    return sorted(found & declared.keys())


def _fact(path: str, fact: Fact | None, source: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    return {
        "path": path,
        "value": fact.value if fact else None,
        "is_known": fact is not None,
        "source": source["name"],
        "collected_at": fact.collected_at if fact else None,
        "as_of": fact.as_of if fact else None,
        "age": _age_text(fact.age(at)) if fact else None,
        "ttl": source["ttl"],
    }


def _age_text(age: timedelta) -> str:
    """Return *age* as ISO 8601 writes it, to the minute below a day and to the hour above."""
    minutes = max(int(age.total_seconds()) // 60, 0)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"P{days}DT{hours}H" if hours else f"P{days}D"
    return f"PT{hours}H{minutes}M" if hours else f"PT{minutes}M"


def _is_stale(fact: Fact | None, limit: timedelta | None, at: datetime) -> bool:
    return fact is not None and limit is not None and fact.age(at) > limit


def _history(connection: Connection, name: str, entity: str, check_id: str) -> Iterator[dict[str, Any]]:
    moved = (
        {"at": change.at, "state": state, "was": was, "because": because}
        for change in store.history_of(connection, name, entity)
        for check, was, state, because in change.moves
        if check == check_id
    )
    return islice(moved, MAX_CHANGES)
