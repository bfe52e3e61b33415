from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

import build
from facts.conftest import context
from waypost.core.database import open_engine, transaction
from waypost.core.workspace import Workspace
from waypost.facts.collecting import collect_facts, known_collectors
from waypost.facts.service import latest, list_sources

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def one_connection(sqlite_template: Path, tmp_path: Path) -> Iterator[Connection]:
    """A connection to a database of the kind that is quicker."""
    shutil.copy(sqlite_template, tmp_path / "one.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'one.db'}")
    with transaction(engine) as connection:
        yield connection
    engine.dispose()


def test_every_collector_of_ours_gives_what_our_own_sources_declare(one_connection: Connection) -> None:
    connection, here = one_connection, context(Workspace(ROOT), one_connection, build.NOON)

    said = collect_facts(here, known_collectors())

    assert "Refused" not in said
    assert "Failed" not in said
    sources = list_sources(connection)
    assert all(source["refused"] == [] and source["collected_at"] for source in sources)
    given = {path for facts in latest(connection).values() for path in facts}
    declared = {fact["path"] for source in sources for fact in source["facts"]}
    # Without its history, an archive of the repository has no facts of git.
    assert {path for path in declared - given if not path.startswith("git.")} == set()
