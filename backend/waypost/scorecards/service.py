"""What is known of scorecards and results, read from the database, whoever asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from waypost.catalog.model import EntityRef
from waypost.core.database import revision_of
from waypost.core.errors import NotFoundError
from waypost.scorecards import store
from waypost.scorecards.evaluation.changes import KeptGrade
from waypost.scorecards.evaluation.grading import Outcome
from waypost.scorecards.evaluation.sheets import STATES
from waypost.scorecards.reading.rollups import Graded, RollUp, roll_up, roll_up_by
from waypost.scorecards.tables import REVISION, scorecards_definition, scorecards_grade

SHOWN = ("active", "deprecated")
INCLUDED: Mapping[str, tuple[str, ...]] = {
    "": SHOWN,
    "shadow": (*SHOWN, "shadow"),
    "draft": (*SHOWN, "shadow", "draft"),
}

_GRADES = scorecards_grade.c


def revision(connection: Connection) -> str:
    """Return what identifies the results that are kept: it changes with every evaluation."""
    found = revision_of(connection, REVISION)
    return f"scorecards-{found.number}-{found.etag}" if found else ""


def list_scorecards(connection: Connection, include: str = "") -> list[dict[str, Any]]:
    """Return the scorecards by name. *include* adds ``shadow`` ones, or with ``draft`` those as well."""
    known = definitions(connection)
    return [document for document in known.values() if document["lifecycle"] in INCLUDED[include]]


def definitions(connection: Connection) -> dict[str, dict[str, Any]]:
    """Return the document of every scorecard by name, with when and at which revision it was evaluated."""
    rows = connection.execute(select(scorecards_definition).order_by(scorecards_definition.c.name))
    return {row.name: {**row.document, "as_of": row.evaluated_at, "revision": row.revision} for row in rows}


def get_scorecard(connection: Connection, name: str) -> dict[str, Any]:
    """Return the scorecard called *name*, what its grades say together, and each check's states.

    Raises:
        NotFoundError: There is none.
    """
    document = _get_definition(connection, name)
    counts = count_states(connection, name, [check["id"] for check in document["checks"]])
    rows = connection.execute(select(scorecards_grade).where(_GRADES.scorecard == name)).all()
    levels = [level["name"] for level in document["levels"]]
    grades = [_to_graded(row) for row in rows]
    parts = {
        "by_tier": _dump_all(roll_up_by(levels, grades, lambda grade: grade.tier)),
        "by_owner": _dump_all(roll_up_by(levels, grades, lambda grade: grade.owner)),
    }
    checks = [check | {"counts": counts.get(check["id"], {})} for check in document["checks"]]
    return document | {"checks": checks, "roll_up": _dump(roll_up(levels, grades)) | parts}


def _get_definition(connection: Connection, name: str) -> dict[str, Any]:
    found = definitions(connection).get(name)
    if found is None:
        raise NotFoundError("scorecard", name)
    return found


def count_states(connection: Connection, name: str, checks: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return how many entities each of *checks*, those of the scorecard called *name*, found in which state."""
    query = select(_GRADES.states, func.count()).where(_GRADES.scorecard == name).group_by(_GRADES.states)
    counts: dict[str, Counter[str]] = {check: Counter() for check in checks}
    for states, count in connection.execute(query):
        for check, letter in zip(checks, states, strict=False):
            counts[check][STATES[letter].value] += count
    return {check: dict(found) for check, found in counts.items()}


def _to_graded(row: Row[*tuple[Any, ...]]) -> Graded:
    return Graded(row.level, row.score, row.meets_target, row.tier, row.owner)


def _dump(rolled: RollUp) -> dict[str, Any]:
    return {
        "levels": dict(rolled.levels),
        "entities": rolled.entities,
        "meeting_target": {"met": rolled.met, "of": rolled.targeted},
        "median_score": rolled.median_score,
    }


def _dump_all(rolled: Mapping[str, RollUp]) -> dict[str, Any]:
    return {name: _dump(one) for name, one in rolled.items()}


def results_of_entity(connection: Connection, ref: EntityRef, include: str = "") -> list[dict[str, Any]]:
    """Return the grades of the entity *ref* by scorecard; none where no scorecard applies to it."""
    known = {document["name"]: document for document in list_scorecards(connection, include)}
    query = select(scorecards_grade).where(_GRADES.entity == str(ref), _GRADES.scorecard.in_(known))
    return _to_grades(connection, connection.execute(query.order_by(_GRADES.scorecard)).all(), known)


def tell_nothing(connection: Connection, ref: EntityRef) -> str:
    """Return why there are no results of the entity *ref*, as the end of a sentence.

    Raises:
        NotFoundError: The catalog has no such entity.
    """
    if revision_of(connection, REVISION) is None:
        return "nothing was evaluated yet; 'waypost evaluate' does it"
    if not store.is_entity(connection, ref):
        raise NotFoundError("entity", ref)
    return "no scorecard applies to it"


def _to_grades(
    connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]], known: Mapping[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    results = store.results_of(connection, {row.entity for row in rows})
    return [
        grade_document(
            known[row.scorecard],
            row.entity,
            store.to_kept_grade(row),
            results.get((row.scorecard, row.entity), {}),
        )
        for row in rows
    ]


def grade_document(
    document: Mapping[str, Any], entity: str, kept: KeptGrade, results: Mapping[str, Outcome]
) -> dict[str, Any]:
    """Return the grade of *entity* in the scorecard *document* as plain values, its checks in their order."""
    grade, standing = kept.grade, kept.standing
    titles = {level["name"]: level["title"] for level in document["levels"]}
    return {
        "scorecard": document["name"],
        "scorecard_title": document["title"],
        "lifecycle": document["lifecycle"],
        "entity": entity,
        "owner": standing.owner,
        "system": standing.system,
        "domain": standing.domain,
        "tier": standing.tier,
        "level": grade.level or None,
        "level_title": titles.get(grade.level),
        "level_since": kept.since,
        "score": grade.score,
        "score_without_exemptions": grade.score_without_exemptions,
        "coverage": {"evaluated": grade.evaluated, "applicable": grade.applicable},
        "meets_target": grade.meets_target,
        "target": {"level": grade.target_level, "by": str(grade.target_by)} if grade.target_level else None,
        "evaluated_at": document["as_of"],
        "revision": document["revision"],
        "checks": [
            _result_document(check, results[check["id"]])
            for check in document["checks"]
            if check["id"] in results
        ],
    }


def _result_document(check: Mapping[str, Any], outcome: Outcome) -> dict[str, Any]:
    same = ("id", "title", "level", "weight", "category", "fix", "because", "not_before")
    return {key: check[key] for key in same} | {
        "state": outcome.state.value,
        "would": outcome.would.value if outcome.would else None,
        "exemption": outcome.exemption or None,
        "message": outcome.message,
        "evidence": outcome.evidence,
        "since": outcome.since,
    }


def age_text(age: timedelta) -> str:
    """Return *age* as ISO 8601 writes it, to the minute below a day and to the hour above."""
    minutes = max(int(age.total_seconds()) // 60, 0)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"P{days}DT{hours}H" if hours else f"P{days}D"
    return f"PT{hours}H{minutes}M" if hours else f"PT{minutes}M"
