"""Scorecards in the database: definitions, results and grades as they stand, and their changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    select,
)

from waypost.catalog.refs import EntityRef
from waypost.catalog.tables import catalog_entity
from waypost.core.database import upsert
from waypost.scorecards.evaluation.changes import DATA, Changed, KeptGrade, Standing
from waypost.scorecards.evaluation.grading import Grade, Outcome
from waypost.scorecards.evaluation.sheets import STATES, Sheet, moves_of, read_sheet
from waypost.scorecards.tables import (
    scorecards_basis,
    scorecards_change,
    scorecards_definition,
    scorecards_grade,
)

Key = tuple[str, str]
"""A scorecard and an entity."""

BATCH = 500
"""Entities a query may name: more parameters than SQLite takes would be an error."""

_GRADE_NAMES = tuple(field.name for field in fields(Grade))
_STANDING_NAMES = tuple(field.name for field in fields(Standing))


@dataclass(slots=True)
class Writes:
    """Rows to write, gathered so that each table is written once."""

    grades: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)

    def add_grade(
        self, key: Key, kept: KeptGrade, sheet: Sheet, *, due_at: datetime | None, basis: str
    ) -> None:
        """Write *kept* with the results that it adds up."""
        row: dict[str, Any] = {"scorecard": key[0], "entity": key[1], "since": kept.since}
        for part, names in ((kept.grade, _GRADE_NAMES), (kept.standing, _STANDING_NAMES)):
            row.update((name, getattr(part, name)) for name in names)
        row.update(states=sheet.states, details=sheet.details(), due_at=due_at, basis=basis)
        self.grades.append(row)

    def add_change(self, key: Key, change: Changed) -> None:
        """Record *change*."""
        row = {name: getattr(change, name) for name in ("at", "level", "was_level", "score", "because")}
        self.changes.append({"scorecard": key[0], "entity": key[1], "moves": change.moves, **row})


def is_entity(connection: Connection, ref: EntityRef) -> bool:
    """Tell whether the catalog holds the entity *ref*."""
    query = select(catalog_entity.c.id).where(catalog_entity.c.ref == str(ref))
    return connection.execute(query).first() is not None


def write(connection: Connection, writes: Writes) -> None:
    """Write everything that was gathered; a statement for each table."""
    upsert(connection, scorecards_grade, writes.grades, key=["scorecard", "entity"])
    _append(connection, scorecards_change, writes.changes)


def _append(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(table.insert(), rows)


def put_definitions(connection: Connection, definitions: Sequence[dict[str, Any]]) -> None:
    """Keep *definitions*, and no others: rows of name, lifecycle, document, evaluated_at and revision."""
    names = [row["name"] for row in definitions]
    connection.execute(delete(scorecards_definition).where(scorecards_definition.c.name.not_in(names)))
    upsert(connection, scorecards_definition, definitions, key=["name"])


def checks_of(connection: Connection) -> dict[str, list[str]]:
    """Return the ids of the checks of every scorecard, in the order in which results are kept. One query."""
    columns = scorecards_definition.c
    rows = connection.execute(select(columns.name, columns.document))
    return {row.name: [check["id"] for check in row.document["checks"]] for row in rows}


def read_basis(connection: Connection, name: str) -> dict[str, Any]:
    """Return what is kept as *name* of what the results were evaluated from; nothing before the first."""
    columns = scorecards_basis.c
    found = connection.execute(select(columns.document).where(columns.name == name)).scalar_one_or_none()
    return dict(found or {})


def put_basis(connection: Connection, documents: Mapping[str, Any]) -> None:
    """Keep *documents* by their names, as what the results were evaluated from."""
    rows = [{"name": name, "document": document} for name, document in documents.items()]
    upsert(connection, scorecards_basis, rows, key=["name"])


def results_of(connection: Connection, entities: Collection[str]) -> dict[Key, dict[str, Outcome]]:
    """Return the results of *entities* as they are kept, by check. One query for every 500 entities, and one more."""
    checks = checks_of(connection)
    columns = scorecards_grade.c
    query = select(columns.scorecard, columns.entity, columns.states, columns.details)
    return {
        (row.scorecard, row.entity): read_sheet(row.states, row.details).outcomes(checks[row.scorecard])
        for row in _of_entities(connection, query, columns.entity, entities)
        if row.states
    }


def history_of(
    connection: Connection, scorecard: str, entity: str, limit: int | None = None
) -> list[Changed]:
    """Return what changed of *entity* in *scorecard*, the newest first, at most *limit*."""
    columns = scorecards_change.c
    query = select(scorecards_change).where(columns.scorecard == scorecard, columns.entity == entity)
    rows = connection.execute(query.order_by(columns.id.desc()).limit(limit))
    return [to_changed(row) for row in rows]


def to_changed(row: Row[*tuple[Any, ...]]) -> Changed:
    """Return the change that *row* of the table of changes holds."""
    return Changed(row.at, row.level, row.was_level, row.score, row.because, moves_of(row.moves))


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

    The history says that each check and the level ended.
    """
    columns = scorecards_grade.c
    query = select(columns.scorecard, columns.entity, columns.level, columns.states)
    gone = [row for row in connection.execute(query) if (row.scorecard, row.entity) not in kept]
    if not gone:
        return 0
    of_key = and_(columns.scorecard == bindparam("card"), columns.entity == bindparam("of"))
    keys = [{"card": row.scorecard, "of": row.entity} for row in gone]
    connection.execute(delete(scorecards_grade).where(of_key), keys)
    checks, writes = checks_of(connection), Writes()
    for row in gone:
        moves = [
            (check, STATES[letter].value, "", DATA)
            for check, letter in zip(checks.get(row.scorecard, ()), row.states, strict=False)
        ]
        writes.add_change((row.scorecard, row.entity), Changed(at, "", row.level, None, DATA, moves))
    write(connection, writes)
    return len(gone)
