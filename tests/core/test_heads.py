"""The newest migrations are told without Alembic, and as Alembic tells them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

import build
from waypost.core import database
from waypost.core.database import is_upgraded, reading, transaction, upgrade
from waypost.core.heads import heads_of
from waypost.core.plugin import Plugin

FIRST = 'revision = "odd_0001"\ndown_revision = None\n'
READY = """\
import sys
from waypost.core.settings import Settings
from waypost.core.web import create_app
app = create_app(Settings({"database.url": sys.argv[1]}))
print(app.test_client().get("/readyz").status_code, "alembic" in sys.modules)
"""


def heads_in(folder: Path, *files: str) -> frozenset[str] | None:
    build.write_files(folder, {f"m/{number:04}_a.py": text for number, text in enumerate(files)})
    return heads_of((folder / "m",))


def test_the_heads_are_those_that_alembic_finds(plugins: tuple[Plugin, ...]) -> None:
    found = heads_of(database._folders(plugins))

    script = ScriptDirectory.from_config(database._migrations(plugins))
    assert found == frozenset(script.get_heads())


@pytest.mark.parametrize(
    ("second", "heads"),
    [
        ('revision: str = "odd_0002"\ndown_revision: str = "odd_0001"\n', {"odd_0002"}),
        ('revision = "odd_0002"\ndown_revision = None\nx: int\n', {"odd_0001", "odd_0002"}),
        ('revision = "odd_0002"\ndown_revision = ("odd_0001",)\n', None),
        ('revision = "odd_0002"\ndown_revision = None\ndepends_on = "odd_0001"\n', None),
        ("revision = str(2)\n", None),
        ("", None),
    ],
)
def test_what_a_file_does_not_say_plainly_is_left_to_alembic(
    tmp_path: Path, second: str, heads: set[str] | None
) -> None:
    assert heads_in(tmp_path, FIRST, second) == heads


def test_a_migration_that_did_not_run_is_missed(empty_engine: Engine, plugins: tuple[Plugin, ...]) -> None:
    upgrade(empty_engine, plugins)
    with transaction(empty_engine) as connection:
        connection.execute(
            text("UPDATE core_migration SET version_num = 'catalog_0001' WHERE version_num LIKE 'catalog_%'")
        )

    with reading(empty_engine) as connection:
        assert not is_upgraded(connection, plugins)


def test_a_plugin_whose_migrations_must_be_run_to_be_known_is_told_apart(
    empty_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed = FIRST.replace('"odd_0001"', '"odd_" + "0001"')
    build.write_files(
        tmp_path,
        {
            "computed_migrations/__init__.py": "",
            "computed_migrations/0001_a.py": f"{computed}branch_labels = ('odd',)\ndef upgrade(): pass\n",
        },
    )
    monkeypatch.syspath_prepend(tmp_path)
    plugins = [Plugin(name="odd", summary="", migrations="computed_migrations")]
    upgrade(empty_engine, [])

    with reading(empty_engine) as connection:
        before = is_upgraded(connection, plugins)
    upgrade(empty_engine, plugins)
    with reading(empty_engine) as connection:
        assert (before, is_upgraded(connection, plugins)) == (False, True)


def test_readiness_is_told_without_alembic(sqlite_template: Path) -> None:
    command = [sys.executable, "-c", READY, f"sqlite:///{sqlite_template}"]
    told = subprocess.run(command, capture_output=True, text=True, check=True)

    assert told.stdout.split() == ["200", "False"]
