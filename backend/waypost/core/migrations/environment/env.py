"""Runs the migrations on the connection that ``waypost.core.database.upgrade`` hands over."""

from __future__ import annotations

from typing import Any

from alembic import context

from waypost.core.columns import metadata


def _note(*_: Any, **told: Any) -> None:
    context.config.attributes["done"].append(told["step"].up_revision_id)


# The caller owns the transaction. SQLite cannot change a table in place: batches copy it.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table="core_migration",
    render_as_batch=True,
    on_version_apply=_note,
)
context.run_migrations()
