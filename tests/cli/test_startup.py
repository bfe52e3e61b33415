"""What a process imports is what it costs before it does anything: commands and workers load what they use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import build
from waypost.core.errors import ConflictError
from waypost.core.host import find_plugins
from waypost.core.later import Later, find_part, later
from waypost.core.plugin import Plugin

LOADED = "import sys; print('\\n'.join(sys.modules))"
WORKER = """
import sys
from pathlib import Path
from waypost.cli.serve import load_app
load_app(Path(sys.argv[1]), (), Path("nowhere"))
"""
# Building, migrating, evaluating, drawing, watching and fetching are not what answers requests.
NOT_IN_A_WORKER = (
    "mkdocs", "material", "markdown", "alembic", "cel_expr_python", "rich", "watchfiles", "requests", "psycopg",
    "apispec", "regex", "sqlalchemy.dialects.postgresql", "waypost.site.build", "waypost.catalog.load",
)  # fmt: skip
NOT_IN_A_COMMAND = (*NOT_IN_A_WORKER, "sqlalchemy", "flask", "marshmallow", "granian", "yaml")


def loaded_by(code: str, *arguments: str, cwd: Path) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{LOADED}", *arguments],
        cwd=cwd,
        env=build.clean_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_a_worker_loads_what_answers_need(starter: Path) -> None:
    loaded = loaded_by(WORKER, str(starter), cwd=starter)

    assert "flask" in loaded
    assert sorted(loaded.intersection(NOT_IN_A_WORKER)) == []


def test_naming_the_commands_loads_none_of_their_work(tmp_path: Path) -> None:
    code = "from waypost.cli.group import main\nmain(['--help'], standalone_mode=False)"

    loaded = loaded_by(code, cwd=tmp_path)

    assert "waypost.site.commands" in loaded
    assert sorted(loaded.intersection(NOT_IN_A_COMMAND)) == []


@pytest.mark.parametrize("plugin", find_plugins(), ids=lambda plugin: plugin.name)
def test_every_part_that_is_loaded_later_is_there(plugin: Plugin) -> None:
    parts = [
        part
        for name in ("tables", "commands", "loaders", "checks", "pages", "jobs", "collectors", "embeds")
        for part in getattr(plugin, name)
    ]
    work = [getattr(part, "load", getattr(part, "run", part)) for part in [*parts, plugin.routes]]

    assert all(find_part(path) for path in (getattr(each, "path", "") for each in work) if path)


def test_a_part_is_loaded_when_somebody_looks() -> None:
    parts = Later[object]("waypost.core.settings:HOST_SETTINGS", "waypost.core.settings:FILE_NAME")
    broken = Later[object]("waypost.core.settings:NOTHING")

    assert parts[-1] == "waypost.toml"
    assert len(parts) == len(parts[:-1]) + 1
    assert later("waypost.core.durations:parse_duration")("PT1M").total_seconds() == 60
    with pytest.raises(ConflictError, match=r"cannot be imported from waypost\.core\.settings:NOTHING"):
        len(broken)
