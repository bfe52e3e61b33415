"""The host: finds plugins, and runs what they add over one workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from waypost.core.errors import ConflictError, Problem
from waypost.core.evidence import Evidence, Evidences, Subject
from waypost.core.findings import Findings
from waypost.core.jobcontext import job_context
from waypost.core.plugin import CheckedAt, Knowledge, Plugin, Progress, Stored
from waypost.core.settings import (
    DATABASE_URL,
    FILE_NAME,
    HOST_SETTINGS,
    Setting,
    Settings,
    own_database,
    read_settings,
)
from waypost.core.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Engine

ENTRY_POINT_GROUP: Final = "waypost.plugins"


class PluginError(ConflictError):
    """A plugin cannot be loaded, or does not fit beside the others."""


class _Opened:
    """The engine of a host: the one that was given, or the one that is opened when somebody first asks."""

    def __get__(self, host: Host | None, _type: type[Host] | None = None) -> Engine:
        if host is None:
            raise AttributeError("engine")
        given: Engine | Callable[[], Engine] = host.__dict__["_engine"]
        return given() if callable(given) else given

    def __set__(self, host: Host, given: Engine | Callable[[], Engine]) -> None:
        host.__dict__["_engine"] = given


@dataclass(frozen=True, kw_only=True)
class Host:
    """What an edge works with: a workspace, its settings, the plugins, and the open database.

    ``engine`` may be given as a function, which is called each time that somebody asks for the engine.
    ``knowledge`` is what was just loaded of the workspace, for those who would load it again; None for nothing.
    ``overrides`` are the settings of the command line, each as ``name=value``.
    """

    workspace: Workspace
    settings: Settings
    plugins: tuple[Plugin, ...]
    engine: _Opened = _Opened()
    knowledge: Knowledge | None = None
    overrides: tuple[str, ...] = ()

    def find_engine(self) -> Engine | None:
        """Return the engine, or None where the workspace's own database was never made: nothing is in it."""
        is_own = not self.settings[DATABASE_URL]
        return None if is_own and not own_database(self.workspace.root).is_file() else self.engine


@contextmanager
def open_host(root: Path, overrides: Iterable[str] = ()) -> Iterator[Host]:
    """Open the workspace at *root* with every plugin that is installed; the engine is closed at the end.

    Nothing is read from the database, and it need not be migrated. The workspace's own is opened with the first
    question for its engine.

    Args:
        overrides: Settings of the command line, each as ``name=value``.

    Raises:
        PluginError: A plugin cannot be loaded.
        SettingError: A setting is unknown or wrong.
    """
    plugins, overrides = find_plugins(), tuple(overrides)
    settings = read_settings(all_settings(plugins), root / FILE_NAME, overrides=overrides)
    opened: list[Engine] = []

    def engine() -> Engine:
        if not opened:
            # Commands that ask no database must not wait for its library.
            from waypost.core.database import database_url, open_engine  # noqa: PLC0415

            opened.append(open_engine(database_url(settings, root)))
        return opened[0]

    if settings[DATABASE_URL]:
        # Who names a database is told at once that it cannot be.
        engine()
    try:
        yield Host(
            workspace=Workspace(root), settings=settings, plugins=plugins, engine=engine, overrides=overrides
        )
    finally:
        for one in opened:
            one.dispose()


def find_plugins() -> tuple[Plugin, ...]:
    """Return every installed plugin, each behind those it names in ``after``, otherwise by name.

    Raises:
        PluginError: One cannot be imported, two share a name, or ``after`` names none or runs in a circle.
    """
    return order_plugins([_load(entry) for entry in sorted(entry_points(group=ENTRY_POINT_GROUP))])


def _load(entry: EntryPoint) -> Plugin:
    source = f"{entry.dist.name} {entry.dist.version}" if entry.dist else "an unknown distribution"
    named = f"plugin '{entry.name}' of {source}"
    try:
        plugin = entry.load()
    except (ImportError, AttributeError, SyntaxError) as error:
        raise PluginError(f"{named} cannot be imported from {entry.value}: {error}") from error
    if not isinstance(plugin, Plugin):
        raise PluginError(f"{named}: {entry.value} is a {type(plugin).__name__}, not a Plugin")
    return plugin


def order_plugins(plugins: Iterable[Plugin]) -> tuple[Plugin, ...]:
    """Return *plugins*, each behind those it names in ``after``, otherwise by name.

    Raises:
        PluginError: Two share a name, or ``after`` names none or runs in a circle.
    """
    waiting: dict[str, Plugin] = {}
    for plugin in sorted(plugins, key=lambda plugin: plugin.name):
        if plugin.name in waiting:
            raise PluginError(f"two plugins are named '{plugin.name}'")
        waiting[plugin.name] = plugin
    for plugin in waiting.values():
        for name in plugin.after:
            if name not in waiting:
                raise PluginError(f"plugin '{plugin.name}' comes after '{name}', which is not installed")
    ordered: list[Plugin] = []
    while waiting:
        ready = [plugin for plugin in waiting.values() if not waiting.keys() & set(plugin.after)]
        if not ready:
            raise PluginError(f"plugins come after each other in a circle: {', '.join(waiting)}")
        ordered.append(waiting.pop(ready[0].name))
    return tuple(ordered)


def all_settings(plugins: Iterable[Plugin]) -> tuple[Setting[Any], ...]:
    """Return the host's settings and those of *plugins*, in that order.

    Raises:
        PluginError: Two plugins define the same setting.
    """
    table: dict[str, Setting[Any]] = {setting.name: setting for setting in HOST_SETTINGS}
    for plugin in plugins:
        for setting in plugin.settings:
            if setting.name in table:
                raise PluginError(f"plugin '{plugin.name}': the setting '{setting.name}' is already defined")
            table[setting.name] = setting
    return tuple(table.values())


def load_knowledge(
    workspace: Workspace,
    plugins: Iterable[Plugin],
    settings: Settings | None = None,
    engine: Engine | None = None,
    *,
    is_synced: bool = False,
    given: Iterable[object] = (),
    progress: Progress | None = None,
) -> Knowledge:
    """Run every loader of *plugins* over *workspace*, in order; they find the settings as ``knowledge[Settings]``.

    Args:
        engine: The workspace's database, from which loaders may take what lies elsewhere. One that is not there,
            or of another release, is left alone.
        is_synced: The jobs of the stage ``ingest`` have just run: loaders may take all that it holds.
        given: What loaders find beside that, each by its class, such as a cache.
    """
    knowledge, plugins = Knowledge(), tuple(plugins)
    for value in (settings or Settings(), *given):
        knowledge.put(value)
    if engine is not None and (is_synced or is_made(engine, plugins)):
        knowledge.put(Stored(engine, is_synced))
    loaders = [loader for plugin in plugins for loader in plugin.loaders]
    for loader in progress.track(loaders, "Reading") if progress else loaders:
        loaded = loader.load(workspace, knowledge)
        knowledge.put(loaded.value, loaded.problems)
    knowledge.put(Findings(workspace, knowledge))
    knowledge.put(
        Evidences(
            lambda: _subjects(workspace, plugins, knowledge), lambda: _evidence(workspace, plugins, knowledge)
        )
    )
    return knowledge


def _subjects(workspace: Workspace, plugins: Iterable[Plugin], knowledge: Knowledge) -> Iterator[Subject]:
    for plugin in plugins:
        for source in plugin.subjects:
            yield from source(workspace, knowledge)


def _evidence(workspace: Workspace, plugins: Iterable[Plugin], knowledge: Knowledge) -> Iterator[Evidence]:
    from waypost.core.contentcache import ContentCache, open_cache  # noqa: PLC0415 - most commands need none

    with ExitStack() as opened:
        if ContentCache not in knowledge:
            # Evidence asks checks, and some of those are slow over what they have not met.
            knowledge.put(opened.enter_context(open_cache(workspace.root)))
        for plugin in plugins:
            for source in plugin.evidence:
                yield from source(workspace, knowledge)


def is_made(engine: Engine, plugins: Iterable[Plugin]) -> bool:
    """Tell whether the database is there with all tables of *plugins*, without making one."""
    from waypost.core.database import is_upgraded, reading  # noqa: PLC0415 - as of open_host

    file = engine.url.database
    if engine.dialect.name == "sqlite" and not (file and Path(file).is_file()):
        return False
    with reading(engine) as connection:
        return is_upgraded(connection, plugins)


def check_workspace(
    workspace: Workspace,
    plugins: Iterable[Plugin],
    knowledge: Knowledge,
    *,
    at: datetime,
    progress: Progress | None = None,
) -> list[Problem]:
    """Return every problem of *workspace*: what loading met, and what checks find. Sorted, each once.

    What is wrong elsewhere, in no file of the workspace, is left out.

    Args:
        at: The time that checks take for now; they find it as ``knowledge[CheckedAt]``.
    """
    knowledge.put(CheckedAt(at))
    plugins = tuple(plugins)
    findings = knowledge[Findings] if Findings in knowledge else Findings(workspace, knowledge)
    problems = set(knowledge.problems)
    runs = [check.run for plugin in plugins for check in plugin.checks if check.run is not None]
    for run in progress.track(runs, "Checking") if progress else runs:
        problems.update(findings.of(run))
    return sorted(problem for problem in problems if problem.path)


def run_jobs(
    stage: str,
    host: Host,
    knowledge: Knowledge,
    *,
    now: datetime,
    progress: Progress,
    tell: Callable[[str], None] | None = None,
) -> list[str]:
    """Run every job of *stage*, in the order of the plugins, each in a transaction of its own.

    A job that fails leaves no trace; those before it are kept, those behind it do not run. Returns what each
    job says it did.

    Args:
        tell: Is given each sentence as soon as it is known.
    """
    from waypost.core.database import transaction  # noqa: PLC0415 - see open_host

    told = []
    for plugin in host.plugins:
        for job in (job for job in plugin.jobs if job.stage == stage):
            with transaction(host.engine) as connection:
                said = job.run(job_context(host, knowledge, connection, now=now, progress=progress))
            told.append(said)
            if tell is not None:
                tell(said)
    return told
