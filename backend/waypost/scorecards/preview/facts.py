"""The facts of both sides: what files say is collected from each, what lies elsewhere is the same for both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from waypost.catalog.model import Catalog
from waypost.core.database import open_engine, reading
from waypost.core.errors import WaypostError
from waypost.core.plugin import CollectedFact, Context, Knowledge, Stored
from waypost.core.progress import SilentProgress
from waypost.core.settings import Settings
from waypost.core.workspace import Workspace
from waypost.facts import accepting, collecting, store
from waypost.facts.model import Fact, Facts, FactSource, FactSources, type_fault

if TYPE_CHECKING:
    from sqlalchemy import Connection

READ_FILES: Final = frozenset({"catalog", "git", "documents", "runbooks", "decisions"})
"""Collectors that ask nothing but the workspace's files and their history."""

NOT_HERE: Final = "its facts are not at hand here"
FIRST_DECLARED: Final = "the change declares it, and nobody has collected it yet"
UNREADABLE: Final = "the fact source cannot be read"


@dataclass(frozen=True, slots=True)
class Outside:
    """Facts from elsewhere, by entity and path.

    ``read`` are the sources that were read in full; ``told`` says where the facts are from, and ``fault`` why there are
    none.
    """

    by_entity: Mapping[str, Facts] = field(default_factory=dict)
    read: frozenset[str] = frozenset()
    told: str = ""
    fault: str = ""

    @property
    def known(self) -> frozenset[str]:
        """The sources of which anything is at hand."""
        return self.read | {fact.source for facts in self.by_entity.values() for fact in facts.values()}

    @property
    def paths(self) -> frozenset[str]:
        """The paths of which any entity has a fact."""
        return frozenset(path for facts in self.by_entity.values() for path in facts)


@dataclass(frozen=True, slots=True)
class AbsentPath:
    """A declared path whose facts are not at hand, the source that should give it, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class SideFacts:
    """The facts of one side by entity and path.

    ``unread`` are declared paths that nobody has looked for yet; ``failed`` tells of which, and why, looking failed.
    """

    by_entity: Mapping[str, Facts]
    unread: frozenset[str]
    failed: Mapping[str, AbsentPath]


def read_outside(knowledge: Knowledge, now: datetime) -> Outside:
    """Return the facts that were given to the command, or else those that the workspace's database has."""
    given, stored = knowledge.find(Outside), knowledge.find(Stored)
    if given is not None or stored is None:
        return given or Outside()
    with reading(stored.engine) as connection:
        facts = store.latest(connection)
        read = store.read_sources(connection)
    return Outside(facts, read, f"from the workspace's database, {ages(facts, now)}")


def ages(facts: Mapping[str, Facts], now: datetime) -> str:
    """Return how long ago *facts* were collected, as the end of a sentence."""
    times = [fact.collected_at for own in facts.values() for fact in own.values()]
    if not times:
        return "which has none"
    old, new = ((now - at).total_seconds() / 3600 for at in (min(times), max(times)))
    return (
        f"collected {_hours(new)} to {_hours(old)} ago"
        if _hours(new) != _hours(old)
        else f"collected {_hours(new)} ago"
    )


def _hours(hours: float) -> str:
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} days"  # noqa: PLR2004 - two days


def absent_paths(before: Knowledge, after: Knowledge, outside: Outside) -> dict[str, AbsentPath]:
    """Return the paths that cannot be compared, for the facts of one side at least are not at hand."""
    old, new = before[FactSources], after[FactSources]
    known, paths = outside.known, outside.paths
    found: dict[str, AbsentPath] = {}
    for sources in (old, new):
        for path, source in sources.source_of.items():
            if source.collector not in READ_FILES and source.name not in known:
                found[path] = AbsentPath(source.name, NOT_HERE)
    for path, source in new.source_of.items():
        is_new = path not in old.declarations and path not in paths
        if is_new and source.collector not in READ_FILES:
            found[path] = AbsentPath(source.name, FIRST_DECLARED)
    for broken, other in ((_unreadable(before), new), (_unreadable(after), old)):
        for path, source in other.source_of.items():
            if source.name in broken:
                found[path] = AbsentPath(source.name, UNREADABLE)
    return found


def _unreadable(knowledge: Knowledge) -> set[str]:
    written = {definition.name for definition in knowledge[Catalog].definitions_of("FactSource")}
    return written - {source.name for source in knowledge[FactSources].sources}


def collect(
    workspace: Workspace, knowledge: Knowledge, outside: Outside, *, needed: frozenset[str], now: datetime
) -> SideFacts:
    """Return the facts of one side: collected from its files, with those of *outside* that its sources declare.

    Args:
        needed: The paths that rules of either side read; a collector that gives none of them is not run.
    """
    sources = knowledge[FactSources]
    found: dict[str, dict[str, Fact]] = {}
    failed: dict[str, AbsentPath] = {}
    for ref, fact in _from_files(workspace, knowledge, needed=needed, now=now, failed=failed):
        found.setdefault(ref, {})[fact.path] = fact
    for ref, fact in _from_outside(sources, outside):
        found.setdefault(ref, {})[fact.path] = fact
    unread = frozenset(
        path
        for path, source in sources.source_of.items()
        if source.collector not in READ_FILES and source.name not in outside.read
    )
    return SideFacts(found, unread, failed)


def _from_outside(sources: FactSources, outside: Outside) -> Iterator[tuple[str, Fact]]:
    """Give what *sources* still declare, of the type that they declare it to be."""
    declared = {
        path: (source.name, sources.declarations[path])
        for path, source in sources.source_of.items()
        if source.collector not in READ_FILES
    }
    for ref, facts in outside.by_entity.items():
        for path, fact in facts.items():
            name, declaration = declared.get(path, ("", None))
            if declaration is not None and name == fact.source and not type_fault(declaration, fact.value):
                yield ref, fact


def _from_files(
    workspace: Workspace,
    knowledge: Knowledge,
    *,
    needed: frozenset[str],
    now: datetime,
    failed: dict[str, AbsentPath],
) -> Iterator[tuple[str, Fact]]:
    """Give what the files say, and put into *failed* what a collector could not find out."""
    sources = [
        source
        for source in knowledge[FactSources].sources
        if source.collector in READ_FILES and needed & {fact.path for fact in source.declarations}
    ]
    collectors = collecting.known_collectors()
    names = sorted({source.collector for source in sources} & collectors.keys())
    if not names:
        return
    # What a collector is given has a connection; those that read files ask nothing of it.
    engine = open_engine("sqlite://")
    try:
        with reading(engine) as connection:
            context = _context(workspace, knowledge, connection, now)
            for name in names:
                own = [source for source in sources if source.collector == name]
                try:
                    yield from _sorted(collectors[name].collect(context), own, knowledge[Catalog], now)
                except WaypostError as error:
                    failed |= {
                        fact.path: AbsentPath(source.name, f"it cannot be read here: {error}")
                        for source in own
                        for fact in source.declarations
                    }
    finally:
        engine.dispose()


def _sorted(
    facts: Iterable[CollectedFact], sources: list[FactSource], catalog: Catalog, now: datetime
) -> Iterator[tuple[str, Fact]]:
    found = accepting.sort_facts(facts, sources, catalog)
    for source in sources:
        for (ref, path), (value, as_of) in found.by_source[source.name].items():
            yield ref, Fact(path, value, source.name, now, as_of or now)


def _context(workspace: Workspace, knowledge: Knowledge, connection: Connection, now: datetime) -> Context:
    return Context(
        workspace=workspace,
        settings=knowledge.find(Settings) or Settings(),
        knowledge=knowledge,
        connection=connection,
        now=now,
        progress=SilentProgress(),
    )
