"""Facts about records, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, Table

import build
from waypost.core.columns import metadata
from waypost.core.database import transaction
from waypost.core.records import BATCH, find_record, list_records, records_table, sync_records
from waypost.core.revisions import revision_of


@pytest.fixture
def table(engine: Engine) -> Iterator[Table]:
    """A table of records, there for one test."""
    table = records_table("test_record", key="name")
    with transaction(engine) as connection:
        table.create(connection)
    yield table
    metadata.remove(table)


def sync(engine: Engine, table: Table, documents: list[dict[str, Any]]) -> tuple[bool, int]:
    """Sync *documents*; return whether they were written, and the number of the revision."""
    with transaction(engine) as connection:
        is_new = sync_records(build.context(connection), table, "test", documents)
        revision = revision_of(connection, "test")
    assert revision is not None
    return is_new, revision.number


def test_records_are_kept_in_their_order_and_found_by_key(engine: Engine, table: Table) -> None:
    documents = [{"name": "b", "text": "nul \0"}, {"name": "a", "text": ""}]
    sync(engine, table, documents)

    with engine.connect() as connection:
        assert list_records(connection, table) == documents
        assert find_record(connection, table, "a") == documents[1]
        assert find_record(connection, table, "c") is None


def test_records_are_written_only_when_any_changed(engine: Engine, table: Table) -> None:
    one, two = {"name": "a", "text": "1"}, {"name": "a", "text": "2"}

    counted = [sync(engine, table, documents) for documents in ([one], [one], [two], [])]

    assert counted == [(True, 1), (False, 1), (True, 2), (True, 3)]
    with engine.connect() as connection:
        assert list_records(connection, table) == []


def test_more_records_than_one_statement_takes_are_all_kept(engine: Engine, table: Table) -> None:
    documents = [{"name": str(number)} for number in range(BATCH + 1)]
    sync(engine, table, documents)

    with engine.connect() as connection:
        assert list_records(connection, table) == documents
