"""What a plugin is: one value that says what a feature adds to each surface of the host."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from waypost.core.errors import Problem

if TYPE_CHECKING:
    import click
    from flask import Blueprint
    from sqlalchemy import Connection, Engine, Table

    from waypost.core.baseline import Change
    from waypost.core.evidence import EvidenceSource, SubjectSource
    from waypost.core.report import ReportSource
    from waypost.core.settings import Setting, Settings
    from waypost.core.workspace import Workspace

T = TypeVar("T")


class Knowledge:
    """What was loaded from the workspace's files: one value a loader, found by its class.

    A loader that reads ``catalog/`` puts a ``Catalog`` here; whoever needs it asks ``knowledge[Catalog]``.
    """

    def __init__(self) -> None:
        self._values: dict[type[Any], Any] = {}
        self.problems: list[Problem] = []

    def put(self, value: object, problems: Iterable[Problem] = ()) -> None:
        """Keep *value* under its class, with the *problems* that were met while it was read."""
        self._values[type(value)] = value
        self.problems.extend(problems)

    def __getitem__(self, kind: type[T]) -> T:
        """Return the loaded value of class *kind*.

        Raises:
            KeyError: No loader gave one: a plugin lacks an ``after``.
        """
        value: T = self._values[kind]
        return value

    def find(self, kind: type[T]) -> T | None:
        """Return the value of class *kind*, or None where none was put."""
        value: T | None = self._values.get(kind)
        return value

    def __contains__(self, kind: type[Any]) -> bool:
        """Tell whether a value of class *kind* was loaded."""
        return kind in self._values


@dataclass(frozen=True, slots=True)
class Loaded(Generic[T]):
    """What a loader gives: its value, and every problem met on the way."""

    value: T
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True)
class Loader(Generic[T]):
    """Reads a plugin's own files into one value.

    It may ask for what earlier plugins loaded, and for the settings: ``knowledge[Settings]``.
    """

    name: str
    load: Callable[[Workspace, Knowledge], Loaded[T]]


@dataclass(frozen=True, slots=True)
class Stored:
    """The database of the workspace, which loaders may read: ``knowledge[Stored]``, where there is one.

    ``is_synced`` tells that the jobs of the stage ``ingest`` have just run: it holds what the files say.
    Otherwise it may be behind the files, and tells only of what lies elsewhere.
    """

    engine: Engine
    is_synced: bool


@dataclass(frozen=True, slots=True)
class CheckedAt:
    """The time by which content is checked: a check whose answer changes with it asks ``knowledge[CheckedAt]``."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Before:
    """What there was before a change: ``knowledge[Before]``, where a command compares.

    ``revision`` is the commit from which the change starts, ``workspace`` its files, ``knowledge`` what was
    loaded of them, and ``changes`` the files that differ now. A check that compares asks
    ``if Before in knowledge:`` and then ``knowledge[Before].knowledge[Decisions]``.
    """

    revision: str
    workspace: Workspace
    knowledge: Knowledge
    changes: tuple[Change, ...] = ()

    def old_path(self, path: str) -> str:
        """Return the path that the file at *path* had before, "" where there was none."""
        for change in self.changes:
            if change.path == path and change.status != "deleted":
                return change.old_path if change.status in ("added", "renamed") else path
        return path


@dataclass(frozen=True, slots=True)
class Check:
    """A rule over content. ``rule`` is the id that its problems carry, ``summary`` one line of help.

    One function may find problems under several rules: declare a ``Check`` for each, the first with ``run``.
    """

    rule: str
    summary: str
    run: Callable[[Workspace, Knowledge], Iterator[Problem]] | None = None


class Progress(Protocol):
    """Shows how far long work has come: a bar on a terminal, plain lines elsewhere."""

    def track(self, items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
        """Give *items* one by one, showing *label* and how many are done."""
        ...

    def say(self, text: str) -> None:
        """Tell *text* on a line of its own."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """All that a job or a collector may use. The edge that makes it owns the clock and the transaction."""

    workspace: Workspace
    settings: Settings
    knowledge: Knowledge
    connection: Connection
    now: datetime
    progress: Progress


@dataclass(frozen=True, slots=True)
class Job:
    """Work that runs later or on command.

    ``stage`` is ``"ingest"`` (from files to database, before anything is loaded), ``"sync"`` (from what was
    loaded to database) or ``"evaluate"`` (from facts to results); within a stage jobs run in the order of their
    plugins. ``run`` returns a sentence that says what it did.
    """

    name: str
    stage: str
    run: Callable[[Context], str]


@dataclass(frozen=True, slots=True)
class CollectedFact:
    """A fact of one entity as a collector finds it.

    ``path`` is dotted (``docs.runbook``); ``value`` is what JSON can hold; ``as_of`` is when the fact was
    true, None for the time of collecting.
    """

    entity: str
    path: str
    value: Any
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Collector:
    """Finds facts of entities. A ``FactSource`` in ``catalog/`` names it and declares the paths.

    ``collect`` finds those of all entities. ``collect_one`` finds those of the entity with a reference, where that is
    less work; without it, the facts of others are dropped. Whatever either raises is recorded as why the source could not
    be read, and stops no other collector.
    """

    name: str
    summary: str
    collect: Callable[[Context], Iterable[CollectedFact]]
    collect_one: Callable[[Context, str], Iterable[CollectedFact]] | None = None


class Api(Protocol):
    """The backend as pages read it: over HTTP where a build is told a backend, in the process where not."""

    def get(self, path: str, /, **query: str) -> Any:
        """Return the JSON answer to ``GET path``, as plain values.

        Raises:
            NotFoundError: The backend answers 404.
            ServiceUnavailableError: The backend cannot be reached, or answers with another error.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteContext:
    """All that a page or an embed is made from.

    ``site_url`` is where the site will be, with a slash at its end; "" where nobody said.
    """

    workspace: Workspace
    settings: Settings
    knowledge: Knowledge
    api: Api
    now: datetime
    site_url: str = ""


@dataclass(frozen=True, slots=True)
class SitePage:
    """One generated page of the site.

    ``uri`` is where it lies, as a Markdown file below the site's root (``decisions/0007-x.md``); any other
    suffix makes a file beside the pages, whose text ``markdown`` holds as it is.
    ``source`` is the workspace file that it was made from, "" for none: links to that file then lead here.
    ``meta`` is the page's front matter as MkDocs and the theme see it; ``in_nav: False`` leaves the page out
    of the navigation.
    ``pieces`` make finished HTML by name, each put where the page has ``<div data-wp-piece="name"></div>``
    when it is written: neither Markdown nor the search reads what is big, or said elsewhere.
    ``data`` is what a file holds that is no text, in place of ``markdown``.
    """

    uri: str
    title: str
    markdown: str
    source: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)
    pieces: Mapping[str, Callable[[], str]] = field(default_factory=dict)
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Embed:
    """A custom element that pages may hold: its tag, its attributes, and what fills it.

    ``fill`` returns HTML, escaped and complete; the same function serves the build and the live answer. It works
    without the attributes that are ``optional``; ``waypost check`` asks for the others.
    """

    tag: str
    attributes: tuple[str, ...]
    summary: str
    fill: Callable[[Mapping[str, str], Api], str]
    optional: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """A feature: what it adds to each surface. Found by entry point, ours and a stranger's alike.

    ``after`` names plugins whose knowledge, tables or jobs this one builds on. ``migrations`` is the
    import path of the package with the Alembic revisions of ``tables``; each plugin has a branch of its own.
    ``routes`` makes the blueprint, which the host mounts below ``/api/<name>``; ``roots`` makes those that it
    mounts at the root itself, each by its prefix, for short addresses that people type. What is slow to import may be
    given by its path (``core.later``): commands that do not need it then start without it. ``subjects``
    are the pages and decisions that are to be kept true, and ``evidence`` tells what speaks for and against them;
    whoever judges them asks ``knowledge[Evidences]``. ``reports`` tell what a
    change means to its reviewers; ``knowledge[Before]`` is what it starts from.
    """

    name: str
    summary: str
    after: tuple[str, ...] = ()
    settings: tuple[Setting[Any], ...] = ()
    tables: Sequence[Table] = ()
    migrations: str = ""
    routes: Callable[[], Blueprint] | None = None
    roots: Mapping[str, Callable[[], Blueprint]] = field(default_factory=dict)
    commands: Sequence[click.Command] = ()
    loaders: Sequence[Loader[Any]] = ()
    checks: Sequence[Check] = ()
    pages: Sequence[Callable[[SiteContext], Iterable[SitePage]]] = ()
    jobs: Sequence[Job] = ()
    collectors: Sequence[Collector] = ()
    embeds: Sequence[Embed] = ()
    subjects: Sequence[SubjectSource] = ()
    evidence: Sequence[EvidenceSource] = ()
    reports: Sequence[ReportSource] = ()
