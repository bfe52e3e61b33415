"""Fixtures that every feature's tests share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from itertools import count
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser
from sqlalchemy import Connection, Engine

import build
import postgres
from chromium import open_browser
from waypost.core.database import close_engine, open_engine, transaction, upgrade
from waypost.core.host import find_plugins
from waypost.core.plugin import Plugin
from waypost.core.workspace import Workspace

MakeWorkspace = Callable[[Mapping[str, str | bytes]], Workspace]

_numbers = count(1)


_skipped: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note what was skipped."""
    if report.skipped:
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail in CI where a test was skipped: what it lacks has to be installed there."""
    if _skipped and os.environ.get("CI"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def noon() -> datetime:
    """The time that tests take for now."""
    return build.NOON


@pytest.fixture
def runner() -> CliRunner:
    """Runs click commands in the process."""
    return CliRunner()


@pytest.fixture
def make_workspace(tmp_path: Path) -> MakeWorkspace:
    """Makes a workspace that holds the files it is given."""
    return lambda files: build.workspace(tmp_path / "workspace", files)


@pytest.fixture
def git_workspace(tmp_path: Path) -> MakeWorkspace:
    """Makes a workspace like ``make_workspace``, committed to a real repository at noon."""

    def make(files: Mapping[str, str | bytes]) -> Workspace:
        workspace = build.workspace(tmp_path / "repository", files)
        build.commit(workspace.root)
        return workspace

    return make


@pytest.fixture(scope="session")
def plugins() -> tuple[Plugin, ...]:
    """Every installed plugin, in order."""
    return find_plugins()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, plugins: tuple[Plugin, ...]) -> Path:
    """An SQLite file with every plugin's tables."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    _upgrade(f"sqlite:///{file}", plugins)
    return file


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a running PostgreSQL; a test that wants it is skipped where none can run."""
    try:
        with postgres.serve_postgres() as url:
            yield url
    except postgres.CannotRunError as error:
        pytest.skip(f"no PostgreSQL: {error}")


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, plugins: tuple[Plugin, ...]) -> str:
    """The name of a PostgreSQL database with every plugin's tables."""
    _make_database(postgres_server, "template_waypost", "template0")
    _upgrade(_address(postgres_server, "template_waypost"), plugins)
    return "template_waypost"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables: on SQLite, and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server: str = request.getfixturevalue("postgres_server")
    return _new_database(server, "template0")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with every plugin's tables, for one test: on SQLite, and on PostgreSQL."""
    if request.param == "sqlite":
        file = tmp_path / "waypost.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        return f"sqlite:///{file}"
    template: str = request.getfixturevalue("postgres_template")
    server: str = request.getfixturevalue("postgres_server")
    return _new_database(server, template)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The open database of ``database_url``."""
    engine = open_engine(database_url)
    yield engine
    close_engine(engine)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A connection that may write, in one transaction."""
    with transaction(engine) as connection:
        yield connection


def _upgrade(url: str, plugins: tuple[Plugin, ...]) -> None:
    engine = open_engine(url)
    try:
        upgrade(engine, plugins)
    finally:
        engine.dispose()


def _new_database(server: str, template: str) -> str:
    name = f"test_{next(_numbers)}"
    _make_database(server, name, template)
    return _address(server, name)


def _make_database(server: str, name: str, template: str) -> None:
    with closing(psycopg.connect(server, autocommit=True)) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())


def _address(server: str, name: str) -> str:
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium: one for all tests, since a process takes no second."""
    with open_browser() as found:
        yield found
