"""A database of an older shape."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import Engine, text

from catalog.conftest import ESTATE, Sync
from conftest import MakeWorkspace
from waypost.catalog.store import list_entities, snapshot
from waypost.core.database import _migrations, open_engine, transaction, upgrade
from waypost.core.plugin import Plugin


@pytest.fixture
def engine(empty_database_url: str, plugins: tuple[Plugin, ...]) -> Engine:
    """A database as the first release left it, with an entity."""
    engine = open_engine(empty_database_url)
    config = _migrations(plugins)
    with transaction(engine) as connection:
        config.attributes.update(connection=connection, done=[])
        command.upgrade(config, "catalog_0001")
        connection.execute(
            text("INSERT INTO catalog_entity VALUES (1, 'group:default/a', 'u', 'e', 'd', '[]', :body)"),
            {"body": b"{}"},
        )
        connection.execute(text("INSERT INTO catalog_search VALUES (1, 1, 'kind', 'group', NULL)"))
    return engine


def test_a_database_of_the_first_release_is_brought_up(
    engine: Engine, plugins: tuple[Plugin, ...], sync: Sync, make_workspace: MakeWorkspace
) -> None:
    done = upgrade(engine, plugins)

    sync(make_workspace({"catalog/estate.yaml": ESTATE}))

    assert "catalog_0002" in done
    with snapshot(engine) as connection:
        assert len(list(list_entities(connection))) == 7
    engine.dispose()
