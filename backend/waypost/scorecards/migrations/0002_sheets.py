"""Keep the results of an entity in one row, and the changes of one evaluation in another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import Any

import orjson
import sqlalchemy as sa
from alembic import op

from waypost.core.columns import JsonText, UtcDateTime

revision = "scorecards_0002"
down_revision = "scorecards_0001"
branch_labels = None
depends_on = None

LETTERS = {
    "pass": "p", "fail": "f", "no-data": "n", "stale": "s", "error": "e", "not-applicable": "-",
    "upcoming": "u", "exempt": "x", "insufficient-data": "i",
}  # fmt: skip
BATCH = 500


def upgrade() -> None:
    """Move what is there into the new form; the history stays whole."""
    connection = op.get_bind()
    op.add_column("scorecards_grade", sa.Column("states", sa.Text(), nullable=False, server_default=""))
    op.add_column("scorecards_grade", sa.Column("details", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("scorecards_grade", sa.Column("due_at", UtcDateTime(), nullable=True))
    op.create_index("ix_scorecards_grade_due_at", "scorecards_grade", ["due_at"])
    op.create_table(
        "scorecards_basis",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_scorecards_basis")),
    )
    op.create_table(
        "scorecards_entity",
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entity", name=op.f("pk_scorecards_entity")),
    )
    _move_results(connection)
    changes = [*_old_changes(connection), *_old_grades(connection)]
    for table in ("scorecards_result", "scorecards_change", "scorecards_grade_change"):
        op.drop_table(table)
    _make_changes()
    _write_changes(connection, changes)


def _make_changes() -> None:
    op.create_table(
        "scorecards_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scorecard", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("was_level", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("moves", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scorecards_change")),
    )
    op.create_index("ix_scorecards_change_scorecard_entity", "scorecards_change", ["scorecard", "entity"])


def _checks(connection: sa.Connection) -> dict[str, list[str]]:
    table = sa.table("scorecards_definition", sa.column("name"), sa.column("document", JsonText()))
    rows = connection.execute(sa.select(table.c.name, table.c.document))
    return {row.name: [check["id"] for check in row.document["checks"]] for row in rows}


def _old_results() -> Any:
    names = ("scorecard", "entity", "check_id", "state", "would", "message", "evidence", "exemption")
    times = ("since", "unknown_since")
    columns = [*map(sa.column, names), *(sa.column(name, UtcDateTime()) for name in times)]
    return sa.table("scorecards_result", *columns)


def _move_results(connection: sa.Connection) -> None:
    table, checks = _old_results(), _checks(connection)
    query = sa.select(table).order_by(table.c.scorecard, table.c.entity)
    grades = sa.table("scorecards_grade", *map(sa.column, ("scorecard", "entity", "states", "details")))
    statement = (
        grades.update()
        .where(grades.c.scorecard == sa.bindparam("card"), grades.c.entity == sa.bindparam("of"))
        .values(states=sa.bindparam("letters"), details=sa.bindparam("told"))
    )
    rows = []
    for key, group in groupby(connection.execute(query).all(), key=lambda row: (row.scorecard, row.entity)):
        letters, told = _sheet(list(group), checks.get(key[0], []))
        rows.append({"card": key[0], "of": key[1], "letters": letters, "told": told})
    for start in range(0, len(rows), BATCH):
        connection.execute(statement, rows[start : start + BATCH])


def _sheet(results: Sequence[Any], checks: Sequence[str]) -> tuple[str, str]:
    """Return the states and the details of *results*, those of one entity; a check without one does not apply."""
    by_check = {row.check_id: row for row in results}
    at = results[0].since.isoformat()
    told: dict[str, Any] = {"at": at}
    letters = ""
    for key, check in enumerate(checks):
        row = by_check.get(check)
        letters += LETTERS[row.state] if row else "-"
        for name, value in _parts(row, at) if row else ():
            told.setdefault(name, {})[str(key)] = value
    return letters, orjson.dumps(told).decode()


def _parts(row: Any, at: str) -> Iterator[tuple[str, Any]]:
    if row.since.isoformat() != at:
        yield "since", row.since.isoformat()
    if row.message:
        yield "message", row.message
    if row.evidence != "null":
        yield "evidence", orjson.loads(row.evidence)
    if row.would:
        yield "would", LETTERS[row.would]
    if row.exemption:
        yield "exemption", row.exemption
    if row.unknown_since:
        yield "unknown", row.unknown_since.isoformat()


def _write_changes(connection: sa.Connection, found: Iterable[tuple[Any, ...]]) -> None:
    """Put what one evaluation changed of an entity into one row, in the order in which it was recorded."""
    new = sa.table(
        "scorecards_change",
        *map(sa.column, ("scorecard", "entity", "level", "was_level", "score", "because")),
        sa.column("at", UtcDateTime()),
        sa.column("moves", JsonText()),
    )
    rows = _rows(sorted(found, key=lambda change: (change[0], change[1])))
    while batch := list(islice(rows, BATCH)):
        connection.execute(new.insert(), batch)


def _old_changes(connection: sa.Connection) -> Iterable[tuple[Any, ...]]:
    names = ("scorecard", "entity", "check_id", "was", "state", "because", "id")
    table = sa.table("scorecards_change", sa.column("at", UtcDateTime()), *map(sa.column, names))
    query = sa.select(
        table.c.at, table.c.scorecard, table.c.entity,
        table.c.check_id, table.c.was, table.c.state, table.c.because,
    )  # fmt: skip
    for at, card, entity, *move in connection.execute(query.order_by(table.c.id)):
        yield at, (card, entity), "move", move


def _old_grades(connection: sa.Connection) -> Iterable[tuple[Any, ...]]:
    names = ("scorecard", "entity", "level", "was", "score", "because", "id")
    table = sa.table("scorecards_grade_change", sa.column("at", UtcDateTime()), *map(sa.column, names))
    for row in connection.execute(sa.select(table).order_by(table.c.id)):
        yield row.at, (row.scorecard, row.entity), "grade", row


def _rows(found: Sequence[tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    """Give the new rows. Where an entity left, nothing was said of its checks: they end with its grade."""
    levels: dict[tuple[str, str], tuple[str, float | None]] = {}
    states: dict[tuple[str, str], dict[str, str]] = {}
    for (at, key), group in groupby(found, key=lambda change: (change[0], change[1])):
        parts = list(group)
        moves = [part[3] for part in parts if part[2] == "move"]
        grade = next((part[3] for part in parts if part[2] == "grade"), None)
        level, score = levels.get(key, ("", None))
        known = states.setdefault(key, {})
        known.update({check: state for check, _, state, _ in moves})
        if grade is not None and not moves and not grade.level and grade.score is None:
            moves = [[check, state, "", "data"] for check, state in known.items() if state]
            known.clear()
        if grade is not None:
            levels[key] = (grade.level, grade.score)
        yield {
            "scorecard": key[0], "entity": key[1], "at": at, "moves": moves,
            "level": grade.level if grade is not None else level, "was_level": grade.was if grade is not None else level,
            "score": grade.score if grade is not None else score,
            "because": grade.because if grade is not None else moves[0][3],
        }  # fmt: skip


def downgrade() -> None:
    """Make the old tables anew. They are empty: the next evaluation fills them."""
    op.drop_table("scorecards_change")
    op.drop_table("scorecards_basis")
    op.drop_table("scorecards_entity")
    op.drop_index("ix_scorecards_grade_due_at", "scorecards_grade")
    with op.batch_alter_table("scorecards_grade") as table:
        for name in ("states", "details", "due_at"):
            table.drop_column(name)
    op.execute("DELETE FROM scorecards_grade")
    for name, columns in _OLD.items():
        number = [sa.Column("id", sa.Integer(), primary_key=True)] if name != "result" else []
        op.create_table(
            f"scorecards_{name}",
            *number,
            *(sa.Column(column, kind, nullable=True) for column, kind in columns),
        )


_KEY = (("scorecard", sa.Text()), ("entity", sa.Text()))
_AT = ("at", UtcDateTime())
_OLD: Mapping[str, Sequence[tuple[str, Any]]] = {
    "result": (
        *_KEY, *((n, sa.Text()) for n in ("check_id", "state", "would", "message", "evidence", "exemption", "digest")),
        ("since", UtcDateTime()), ("unknown_since", UtcDateTime()),
    ),
    "change": (*_KEY, _AT, *((name, sa.Text()) for name in ("check_id", "state", "was", "because"))),
    "grade_change": (*_KEY, _AT, ("score", sa.Float()), *((n, sa.Text()) for n in ("level", "was", "because"))),
}  # fmt: skip
