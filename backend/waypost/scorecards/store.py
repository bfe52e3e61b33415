"""Scorecards in the database: definitions, results and grades as they stand, and their changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import (
    Column,
    Connection,
    Row,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    select,
    type_coerce,
)

from waypost.catalog.refs import EntityRef
from waypost.catalog.tables import catalog_entity
from waypost.core.database import upsert
from waypost.scorecards.evaluation.changes import Change, GradeChange, Kept, KeptGrade, Standing
from waypost.scorecards.evaluation.grading import Grade, Outcome
from waypost.scorecards.model import State
from waypost.scorecards.tables import (
    scorecards_change,
    scorecards_definition,
    scorecards_grade,
    scorecards_grade_change,
    scorecards_result,
)

Key = tuple[str, str]
"""A scorecard and an entity."""

BATCH = 500
"""Entities a query may name: more parameters than SQLite takes would be an error."""

_GRADE_NAMES = tuple(field.name for field in fields(Grade))
_STANDING_NAMES = tuple(field.name for field in fields(Standing))

# Most checks have no evidence: its text is read only where there is some.
_RESULT_COLUMNS = [
    type_coerce(column, Text).label("evidence") if column.name == "evidence" else column
    for column in scorecards_result.c
]

STATES = {state.value: state for state in State}


@dataclass(slots=True)
class Writes:
    """Rows to write, gathered so that each table is written once."""

    results: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    grades: list[dict[str, Any]] = field(default_factory=list)
    grade_changes: list[dict[str, Any]] = field(default_factory=list)
    removed: list[dict[str, Any]] = field(default_factory=list)

    def add_results(self, key: Key, results: Iterable[Kept], before: Mapping[str, Kept]) -> None:
        """Write those of *results* that are not the very ones of *before*."""
        for kept in results:
            if before.get(kept.outcome.check) is not kept:
                self.results.append(_result_row(key, kept))

    def add_changes(self, key: Key, changes: Iterable[Change], at: datetime) -> None:
        """Record *changes*; a check that is no longer asked is removed."""
        for change in changes:
            if not change.state:
                self.removed.append({"card": key[0], "of": key[1], "check": change.check})
            self.changes.append(
                {
                    "scorecard": key[0],
                    "entity": key[1],
                    "check_id": change.check,
                    "at": at,
                    "state": change.state,
                    "was": change.was,
                    "because": change.because,
                }
            )

    def add_grade(self, key: Key, kept: KeptGrade) -> None:
        """Write *kept*."""
        row: dict[str, Any] = {"scorecard": key[0], "entity": key[1], "since": kept.since}
        for part, names in ((kept.grade, _GRADE_NAMES), (kept.standing, _STANDING_NAMES)):
            row.update((name, getattr(part, name)) for name in names)
        self.grades.append(row)

    def add_grade_change(self, key: Key, change: GradeChange, at: datetime) -> None:
        """Record *change*."""
        moved = {"level": change.level, "was": change.was, "score": change.score, "because": change.because}
        self.grade_changes.append({"scorecard": key[0], "entity": key[1], "at": at, **moved})


def is_entity(connection: Connection, ref: EntityRef) -> bool:
    """Tell whether the catalog holds the entity *ref*."""
    query = select(catalog_entity.c.id).where(catalog_entity.c.ref == str(ref))
    return connection.execute(query).first() is not None


def _result_row(key: Key, kept: Kept) -> dict[str, Any]:
    outcome = kept.outcome
    return {
        "scorecard": key[0],
        "entity": key[1],
        "check_id": outcome.check,
        "state": outcome.state.value,
        "would": outcome.would.value if outcome.would else "",
        "message": outcome.message,
        "evidence": outcome.evidence,
        "exemption": outcome.exemption,
        "digest": kept.digest,
        "since": outcome.since,
        "unknown_since": outcome.unknown_since,
    }


def write(connection: Connection, writes: Writes) -> None:
    """Write everything that was gathered; a statement for each table."""
    if writes.removed:
        columns = scorecards_result.c
        gone = and_(
            columns.scorecard == bindparam("card"),
            columns.entity == bindparam("of"),
            columns.check_id == bindparam("check"),
        )
        connection.execute(delete(scorecards_result).where(gone), writes.removed)
    upsert(connection, scorecards_result, writes.results, key=["scorecard", "entity", "check_id"])
    upsert(connection, scorecards_grade, writes.grades, key=["scorecard", "entity"])
    _append(connection, scorecards_change, writes.changes)
    _append(connection, scorecards_grade_change, writes.grade_changes)


def _append(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(table.insert(), rows)


def put_definitions(connection: Connection, definitions: Sequence[dict[str, Any]]) -> None:
    """Keep *definitions*, and no others: rows of name, lifecycle, document, evaluated_at and revision."""
    names = [row["name"] for row in definitions]
    connection.execute(delete(scorecards_definition).where(scorecards_definition.c.name.not_in(names)))
    upsert(connection, scorecards_definition, definitions, key=["name"])


def results_of(connection: Connection, entities: Collection[str]) -> dict[Key, dict[str, Kept]]:
    """Return the results of *entities* as they are kept, by check. One query for every 500 entities."""
    found: dict[Key, dict[str, Kept]] = {}
    query = select(*_RESULT_COLUMNS)
    for row in _of_entities(connection, query, scorecards_result.c.entity, entities):
        found.setdefault((row[0], row[1]), {})[row[2]] = _to_kept(row)
    return found


def _to_kept(row: Sequence[Any]) -> Kept:
    _, _, check, state, would, message, evidence, exemption, digest, since, unknown_since = row
    outcome = Outcome(
        check,
        STATES[state],
        message,
        None if evidence == "null" else orjson.loads(evidence),
        would=STATES.get(would),
        exemption=exemption,
        since=since,
        unknown_since=unknown_since,
    )
    return Kept(outcome, digest)


def grades_of(connection: Connection, entities: Collection[str]) -> dict[Key, KeptGrade]:
    """Return the grades of *entities* as they are kept. One query for every 500 entities."""
    query = select(scorecards_grade)
    rows = _of_entities(connection, query, scorecards_grade.c.entity, entities)
    return {(row.scorecard, row.entity): to_kept_grade(row) for row in rows}


def to_kept_grade(row: Row[*tuple[Any, ...]]) -> KeptGrade:
    """Return the grade that *row* of the table of grades holds."""
    grade = Grade(
        level=row.level,
        score=row.score,
        score_without_exemptions=row.score_without_exemptions,
        evaluated=row.evaluated,
        applicable=row.applicable,
        meets_target=row.meets_target,
        target_level=row.target_level,
        target_by=row.target_by,
    )
    return KeptGrade(grade, Standing(row.tier, row.owner, row.system, row.domain), row.since)


def _of_entities(
    connection: Connection, query: Select[Any], column: Column[Any], entities: Collection[str]
) -> Iterable[Row[*tuple[Any, ...]]]:
    wanted = sorted(entities)
    for start in range(0, len(wanted), BATCH):
        yield from connection.execute(query.where(column.in_(wanted[start : start + BATCH])))


def remove_others(connection: Connection, kept: Collection[Key], at: datetime) -> int:
    """Remove the results and grades of every scorecard and entity that is not in *kept*, and return how many.

    Their last levels stay in the history, with an end.
    """
    columns = scorecards_grade.c
    query = select(columns.scorecard, columns.entity, columns.level)
    gone = [row for row in connection.execute(query) if (row.scorecard, row.entity) not in kept]
    if not gone:
        return 0
    keys = [{"card": row.scorecard, "of": row.entity} for row in gone]
    for table in (scorecards_result, scorecards_grade):
        of_key = and_(table.c.scorecard == bindparam("card"), table.c.entity == bindparam("of"))
        connection.execute(delete(table).where(of_key), keys)
    ends = [
        {"scorecard": row.scorecard, "entity": row.entity, "at": at, "level": "", "was": row.level}
        | {"score": None, "because": "data"}
        for row in gone
    ]
    connection.execute(scorecards_grade_change.insert(), ends)
    return len(gone)
