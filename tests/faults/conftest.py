from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import postgres


@pytest.fixture
def database_server() -> Iterator[postgres.PostgresServer]:
    """A PostgreSQL of the test's own, which it may stop and start."""
    try:
        with postgres.open_postgres() as server:
            yield server
    except postgres.CannotRunError as error:
        pytest.skip(f"no PostgreSQL: {error}")


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    """A folder for a workspace."""
    root = tmp_path / "estate"
    root.mkdir()
    return root
