"""Relations, conflicts and statuses in the database: what entities and sources say of each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, delete, exists, select

from waypost.catalog.rules.relations import REVERSES, Declared
from waypost.catalog.tables import catalog_conflict, catalog_entity, catalog_relation, catalog_status
from waypost.core.bulk import chunks, kept
from waypost.core.database import upsert

_CHUNK: Final = 5_000


class Conflict(NamedTuple):
    """A source that defines an entity in some line, which another source has."""

    source: int
    ref: str
    line: int


def relations_from(connection: Connection, origins: Iterable[int]) -> dict[int, list[Declared]]:
    """Return what each of the entities with these ids declares; those that declare nothing are left out."""
    table = catalog_relation.c
    found: defaultdict[int, list[Declared]] = defaultdict(list)
    for chunk in chunks(origins, _CHUNK):
        query = select(table.origin, table.type, table.target).where(table.origin.in_(chunk))
        for origin, kind, target in connection.execute(query):
            found[origin].append((kind, target))
    return found


def relations_to(connection: Connection, refs: Iterable[str]) -> dict[str, list[Declared]]:
    """Return the relations that each of the entities *refs* has because others declare their reverse."""
    table = catalog_relation.c
    found: defaultdict[str, list[Declared]] = defaultdict(list)
    for chunk in chunks(refs, _CHUNK):
        query = select(table.target, table.type, catalog_entity.c.ref)
        query = query.join(catalog_entity, catalog_entity.c.id == table.origin).where(table.target.in_(chunk))
        for target, kind, source in connection.execute(query):
            found[target].append((REVERSES[kind], source))
    return found


def remove_relations(connection: Connection, origins: Iterable[int]) -> None:
    """Remove what the entities with these ids declare."""
    for chunk in chunks(origins, _CHUNK):
        connection.execute(delete(catalog_relation).where(catalog_relation.c.origin.in_(chunk)))


def relation_rows(origin: int, relations: Iterable[Declared]) -> Iterable[tuple[int, str, str]]:
    """Return the rows of what the entity with the id *origin* declares."""
    return ((origin, kind, kept(target)) for kind, target in dict.fromkeys(relations))


def list_conflicts(connection: Connection) -> list[Conflict]:
    """Return every conflict. One query."""
    return [Conflict(*row) for row in connection.execute(select(catalog_conflict))]


def conflicts_over(connection: Connection, refs: Iterable[str]) -> list[Conflict]:
    """Return the conflicts over the entities *refs*."""
    found: list[Conflict] = []
    for chunk in chunks(refs, _CHUNK):
        query = select(catalog_conflict).where(catalog_conflict.c.ref.in_(chunk))
        found += (Conflict(*row) for row in connection.execute(query))
    return found


def replace_conflicts(connection: Connection, sources: Iterable[int], conflicts: Iterable[Conflict]) -> None:
    """Let *sources* have no conflicts but *conflicts*, which may be those of other sources too."""
    for chunk in chunks(sources, _CHUNK):
        connection.execute(delete(catalog_conflict).where(catalog_conflict.c.source.in_(chunk)))
    rows = [conflict._asdict() for conflict in conflicts]
    upsert(connection, catalog_conflict, rows, key=["source", "ref"])


def statuses_of(connection: Connection, refs: Iterable[str]) -> dict[str, list[dict[str, str]]]:
    """Return what is wrong with each of the entities *refs*; those that are well are left out."""
    found: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    if not connection.execute(select(exists(select(catalog_status.c.source)))).scalar():
        return found
    for chunk in chunks(refs, _CHUNK):
        query = select(catalog_status.c.ref, catalog_status.c["items"]).where(catalog_status.c.ref.in_(chunk))
        for ref, items in connection.execute(query.order_by(catalog_status.c.source)):
            found[ref] += items
    return found


def put_statuses(connection: Connection, source: int, items: Mapping[str, list[dict[str, str]]]) -> set[str]:
    """Let *source* say that this is wrong with these entities, and with no others; return whose status changed."""
    table = catalog_status.c
    query = select(table.ref, table["items"]).where(table.source == source)
    rows: Iterable[Any] = connection.execute(query)
    before = {row[0]: row[1] for row in rows}
    changed = {ref for ref in before.keys() | items.keys() if before.get(ref) != items.get(ref)}
    if changed:
        connection.execute(delete(catalog_status).where(table.source == source, table.ref.in_(changed)))
        new = [{"source": source, "ref": ref, "items": items[ref]} for ref in changed & items.keys()]
        upsert(connection, catalog_status, new, key=["source", "ref"])
    return changed
