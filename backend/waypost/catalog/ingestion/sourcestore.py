"""Sources in the database: what was read of each, and which Location entities lead to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, insert, select, update

from waypost.catalog.rules.annotations import LocationRef, parse_key
from waypost.catalog.tables import catalog_conflict, catalog_parent, catalog_source
from waypost.core.bulk import chunks
from waypost.core.database import upsert

_CHUNK: Final = 5_000
_source: Final = catalog_source.c
_parent: Final = catalog_parent.c
_COLUMNS: Final = (
    _source.id,
    _source.key,
    _source.path,
    _source.root,
    _source.digest,
    _source.stamp,
    _source.origin,
    _source.details,
    _source.error,
    _source.failures,
)

Details = Mapping[str, Any]
Errors = Sequence[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Source:
    """One file that entities are read from, and what was read of it the last time."""

    id: int
    key: str
    path: str
    root: str
    digest: str
    stamp: str
    origin: str
    details: Details = field(default_factory=dict)
    error: Errors | None = None
    failures: int = 0

    @property
    def location(self) -> LocationRef:
        """Where it lies."""
        return parse_key(self.key)

    @property
    def origin_location(self) -> LocationRef:
        """Where the root lies that leads to it."""
        return parse_key(self.origin)

    @property
    def roots(self) -> frozenset[str]:
        """Who asks for it: several may."""
        return frozenset(self.root.split())


def workspace_sources(connection: Connection) -> dict[str, Source]:
    """Return the workspace's files that are read, by path. One query."""
    return {source.path: source for source in _sources(connection, _source.path != "")}


def sources_by_id(connection: Connection, numbers: Iterable[int]) -> dict[int, Source]:
    """Return the sources with these ids."""
    found: dict[int, Source] = {}
    for chunk in chunks(numbers, _CHUNK):
        found.update((source.id, source) for source in _sources(connection, _source.id.in_(chunk)))
    return found


def sources_by_key(connection: Connection, locations: Iterable[LocationRef]) -> dict[LocationRef, Source]:
    """Return those of the sources at *locations* that there are."""
    found: dict[LocationRef, Source] = {}
    for chunk in chunks(map(str, locations), _CHUNK):
        found.update((source.location, source) for source in _sources(connection, _source.key.in_(chunk)))
    return found


def _sources(connection: Connection, condition: ColumnElement[bool]) -> list[Source]:
    rows: Iterable[Any] = connection.execute(select(*_COLUMNS).where(condition))
    return [Source(*row) for row in rows]


def highest_source(connection: Connection) -> int:
    """Return the highest id of a source, 0 where there is none."""
    return connection.execute(select(func.max(_source.id))).scalar() or 0


def put_sources(connection: Connection, sources: Sequence[Source], at: datetime) -> None:
    """Write *sources*, new or changed, which were read *at* this time."""
    rows = [
        {
            "id": source.id,
            "key": source.key,
            "path": source.path,
            "root": source.root,
            "digest": source.digest,
            "stamp": source.stamp,
            "origin": source.origin,
            "details": source.details,
            "error": source.error,
            "failures": source.failures,
            "read_at": at,
        }
        for source in sources
    ]
    upsert(connection, catalog_source, rows, key=["id"])


def add_source(connection: Connection, location: LocationRef, origin: str, due_at: datetime) -> int:
    """Make a source for *location*, outside of the workspace, and return its id."""
    values: dict[str, Any] = {
        "key": str(location),
        "path": "",
        "root": "",
        "digest": "",
        "stamp": "",
        "origin": origin,
    }
    values |= {"details": {}, "error": None, "failures": 0, "due_at": due_at}
    number = highest_source(connection) + 1
    connection.execute(insert(catalog_source).values(id=number, **values))
    return number


def set_root(connection: Connection, number: int, roots: Iterable[str]) -> None:
    """Note who asks for the source with the id *number*."""
    connection.execute(
        update(catalog_source).where(_source.id == number).values(root=" ".join(sorted(roots)))
    )


def set_due(connection: Connection, numbers: Iterable[int], at: datetime) -> None:
    """Let the sources with these ids be read *at* this time."""
    for chunk in chunks(numbers, _CHUNK):
        connection.execute(update(catalog_source).where(_source.id.in_(chunk)).values(due_at=at))


def leave_alone(connection: Connection, number: int) -> None:
    """Let the source with the id *number* no longer be read by its address; who reads it now does so in vain."""
    values = {"due_at": None, "claimed_until": None}
    connection.execute(update(catalog_source).where(_source.id == number).values(**values))


def read_anew(connection: Connection, numbers: Iterable[int]) -> None:
    """Have the sources with these ids taken for changed when they are read the next time."""
    for chunk in chunks(numbers, _CHUNK):
        statement = update(catalog_source).where(_source.id.in_(chunk))
        connection.execute(statement.values(digest="", stamp=""))


def forget_sources(connection: Connection, numbers: Iterable[int]) -> None:
    """Remove the sources with these ids, and who leads to them."""
    for chunk in chunks(numbers, _CHUNK):
        connection.execute(delete(catalog_source).where(_source.id.in_(chunk)))
        connection.execute(delete(catalog_parent).where(_parent.source.in_(chunk)))
        connection.execute(delete(catalog_conflict).where(catalog_conflict.c.source.in_(chunk)))


def parents_of_sources(connection: Connection, numbers: Iterable[int]) -> dict[int, list[str]]:
    """Return the Location entities that lead to each of the sources with these ids, sorted."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for chunk in chunks(numbers, _CHUNK):
        query = select(_parent.source, _parent.ref).where(_parent.source.in_(chunk))
        for number, ref in connection.execute(query):
            found[number].append(ref)
    return {number: sorted(refs) for number, refs in found.items()}


def all_parents(connection: Connection) -> dict[int, list[str]]:
    """Return the Location entities that lead to each source, sorted. One query."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for number, ref in connection.execute(select(_parent.source, _parent.ref)):
        found[number].append(ref)
    return {number: sorted(refs) for number, refs in found.items()}


def parents_with(connection: Connection, refs: Iterable[str]) -> dict[tuple[int, str], bool]:
    """Return to which sources outside of the workspace the Location entities *refs* lead, and whether they must be."""
    found: dict[tuple[int, str], bool] = {}
    query = select(_parent.source, _parent.ref, _parent.is_required)
    query = query.join(catalog_source, _source.id == _parent.source).where(_source.path == "")
    for chunk in chunks(refs, _CHUNK):
        for number, ref, needs in connection.execute(query.where(_parent.ref.in_(chunk))):
            found[number, ref] = needs
    return found


def parents_outside(connection: Connection) -> set[str]:
    """Return the Location entities that somebody wrote which lead out of the workspace."""
    query = select(_parent.ref).join(catalog_source, _source.id == _parent.source).where(_source.path == "")
    return set(connection.scalars(query.where(~_parent.ref.like("location:default/generated-%"))))


def put_parents(connection: Connection, rows: Iterable[tuple[int, str, bool]]) -> None:
    """Let Location entities lead to sources: each row is a source, a reference, and whether it is required."""
    values = [{"source": number, "ref": ref, "is_required": needs} for number, ref, needs in rows]
    upsert(connection, catalog_parent, values, key=["source", "ref"])


def take_parents(connection: Connection, pairs: Iterable[tuple[int, str]]) -> None:
    """Let these Location entities no longer lead to these sources."""
    for number, ref in pairs:
        connection.execute(delete(catalog_parent).where(and_(_parent.source == number, _parent.ref == ref)))


def sources_led_to_by(connection: Connection, refs: Iterable[str]) -> set[int]:
    """Return the sources that the Location entities *refs* lead to."""
    found: set[int] = set()
    for chunk in chunks(refs, _CHUNK):
        found.update(connection.scalars(select(_parent.source).where(_parent.ref.in_(chunk))))
    return found


def remove_parents(connection: Connection, refs: Iterable[str]) -> None:
    """Let the Location entities *refs* lead nowhere."""
    for chunk in chunks(refs, _CHUNK):
        connection.execute(delete(catalog_parent).where(_parent.ref.in_(chunk)))


def orphans(connection: Connection) -> set[int]:
    """Return the sources outside of the workspace that nobody asks for and nothing leads to."""
    led_to = exists().where(_parent.source == _source.id)
    query = select(_source.id).where(_source.path == "", _source.root == "", ~led_to)
    return set(connection.scalars(query))
