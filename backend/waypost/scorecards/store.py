"""Scorecards in the database: definitions, results and grades as they stand, and their changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
)

from waypost.catalog.refs import EntityRef
from waypost.catalog.tables import catalog_entity
from waypost.core.columns import insert_into
from waypost.core.database import upsert
from waypost.scorecards.results import Changed, Grade, KeptGrade, Outcome, Standing
from waypost.scorecards.sheets import Sheet, moves_of, read_sheet
from waypost.scorecards.tables import (
    scorecards_basis,
    scorecards_change,
    scorecards_definition,
    scorecards_entity,
    scorecards_grade,
)

Key = tuple[str, str]
"""A scorecard and an entity."""

MARK: Final = "mark"

BATCH = 500
"""Entities a query may name: more parameters than SQLite takes would be an error."""

_GRADE_NAMES = tuple(field.name for field in fields(Grade))
_STANDING_NAMES = tuple(field.name for field in fields(Standing))


@dataclass(slots=True)
class Writes:
    """Rows to write, gathered so that each table is written once."""

    grades: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    removed: list[Key] = field(default_factory=list)

    def add_grade(self, key: Key, kept: KeptGrade, sheet: Sheet, due_at: datetime | None) -> None:
        """Write *kept* with the results that it adds up."""
        row: dict[str, Any] = {"scorecard": key[0], "entity": key[1], "since": kept.since}
        for part, names in ((kept.grade, _GRADE_NAMES), (kept.standing, _STANDING_NAMES)):
            row.update((name, getattr(part, name)) for name in names)
        row.update(states=sheet.states, details=sheet.details(), due_at=due_at)
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
    if writes.removed:
        columns = scorecards_grade.c
        of_key = and_(columns.scorecard == bindparam("card"), columns.entity == bindparam("of"))
        keys = [{"card": card, "of": entity} for card, entity in writes.removed]
        connection.execute(delete(scorecards_grade).where(of_key), keys)
    upsert(connection, scorecards_grade, writes.grades, key=["scorecard", "entity"])
    _append(connection, scorecards_change, writes.changes)


def _append(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(table.insert(), rows)


def put_definitions(
    connection: Connection, definitions: Sequence[dict[str, Any]], held: Collection[str] = ()
) -> None:
    """Keep *definitions* and those *held*: rows of name, lifecycle, document, evaluated_at and revision."""
    names = [*held, *(row["name"] for row in definitions)]
    connection.execute(delete(scorecards_definition).where(scorecards_definition.c.name.not_in(names)))
    upsert(connection, scorecards_definition, definitions, key=["name"])


def definitions(connection: Connection) -> dict[str, dict[str, Any]]:
    """Return the document of every scorecard by name, with when and at which revision it was evaluated."""
    rows = connection.execute(select(scorecards_definition).order_by(scorecards_definition.c.name))
    return {row.name: {**row.document, "as_of": row.evaluated_at, "revision": row.revision} for row in rows}


def checks_of(connection: Connection) -> dict[str, list[str]]:
    """Return the ids of the checks of every scorecard, in the order in which results are kept. One query."""
    columns = scorecards_definition.c
    rows = connection.execute(select(columns.name, columns.document))
    return {row.name: [check["id"] for check in row.document["checks"]] for row in rows}


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


def texts_of(connection: Connection, scorecard: str, entities: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return the states and the details of *entities* in *scorecard* as they are kept. One query for every 500 entities."""
    columns = scorecards_grade.c
    query = select(columns.entity, columns.states, columns.details).where(columns.scorecard == scorecard)
    rows = _of_entities(connection, query, columns.entity, entities)
    return {row.entity: (row.states, row.details) for row in rows}


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


@dataclass(frozen=True, slots=True)
class KeptRow:
    """The results of an entity in a scorecard as they are kept, and what they add up to."""

    kept: KeptGrade
    states: str
    details: str
    due_at: datetime | None

    @property
    def fault(self) -> str:
        """Why it could not be told whether the scorecard applies, "" where it could."""
        return read_sheet(self.states, self.details).fault if '"fault":' in self.details else ""


def rows_of(connection: Connection, entities: Collection[str]) -> dict[Key, KeptRow]:
    """Return all that is kept of *entities*. One query for every 500 entities."""
    rows = _of_entities(connection, select(scorecards_grade), scorecards_grade.c.entity, entities)
    return {
        (row.scorecard, row.entity): KeptRow(to_kept_grade(row), row.states, row.details, row.due_at)
        for row in rows
    }


def read_mark(connection: Connection) -> dict[str, Any]:
    """Return what the last evaluation noted, nothing before the first."""
    columns = scorecards_basis.c
    query = select(columns.document).where(columns.name == MARK)
    return dict(connection.execute(query).scalar_one_or_none() or {})


def lock_evaluation(connection: Connection) -> dict[str, Any]:
    """Return what the last evaluation noted, nothing before the first; no other process evaluates until this one ends.

    SQLite has one writer at a time anyway; elsewhere the note's row is what they wait for.
    """
    columns = scorecards_basis.c
    query = select(columns.document).where(columns.name == MARK).with_for_update()
    found = connection.execute(query).scalar_one_or_none()
    if found is None:
        first = insert_into(connection, scorecards_basis).values(name=MARK, document={})
        connection.execute(first.on_conflict_do_nothing(index_elements=["name"]))
        found = connection.execute(query).scalar_one()
    return dict(found)


def put_mark(connection: Connection, mark: Mapping[str, Any]) -> None:
    """Keep *mark* as what the last evaluation noted."""
    statement = scorecards_basis.update().where(scorecards_basis.c.name == MARK)
    connection.execute(statement.values(document=mark))


def documents_of(connection: Connection) -> dict[str, dict[str, Any]]:
    """Return the document of every scorecard as it was last evaluated, by name."""
    columns = scorecards_definition.c
    return {row.name: row.document for row in connection.execute(select(columns.name, columns.document))}


def touch_definitions(
    connection: Connection, names: Collection[str], at: datetime, revision: int | None
) -> None:
    """Note that the scorecards *names* were evaluated *at* a time, from a *revision* of the catalog."""
    statement = scorecards_definition.update().where(scorecards_definition.c.name.in_(sorted(names)))
    connection.execute(statement.values(evaluated_at=at, revision=revision))


def digests_of(connection: Connection) -> dict[str, str]:
    """Return the digest of every entity that was evaluated."""
    columns = scorecards_entity.c
    return {row.entity: row.digest for row in connection.execute(select(columns.entity, columns.digest))}


def put_digests(connection: Connection, digests: Mapping[str, str], gone: Iterable[str]) -> None:
    """Keep *digests*, and none of the entities that are *gone*."""
    rows = [{"entity": entity, "digest": digest} for entity, digest in digests.items()]
    upsert(connection, scorecards_entity, rows, key=["entity"])
    if missing := [{"of": entity} for entity in gone]:
        connection.execute(
            delete(scorecards_entity).where(scorecards_entity.c.entity == bindparam("of")), missing
        )


def due_entities(connection: Connection, now: datetime) -> set[str]:
    """Return the entities of whose results time alone may have changed some until *now*."""
    columns = scorecards_grade.c
    return set(connection.execute(select(columns.entity).where(columns.due_at <= now)).scalars())


def next_due(connection: Connection) -> datetime | None:
    """Return when time alone may next change a result; None for never."""
    found: datetime | None = connection.execute(select(func.min(scorecards_grade.c.due_at))).scalar_one()
    return found


def entities_in(connection: Connection, letters: Iterable[str]) -> set[str]:
    """Return the entities that have a check in a state of one of *letters*."""
    columns = scorecards_grade.c
    wanted = or_(*(columns.states.contains(letter, autoescape=True) for letter in letters))
    return set(connection.execute(select(columns.entity).where(wanted)).scalars())


def keys_of(connection: Connection) -> set[Key]:
    """Return every scorecard and entity that results are kept of."""
    columns = scorecards_grade.c
    return {
        (row.scorecard, row.entity) for row in connection.execute(select(columns.scorecard, columns.entity))
    }
