"""Making an index of all that the database holds."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from typing import Final

import orjson
from sqlalchemy import Connection

from waypost.catalog.reads.columns import Column, ColumnBuilder
from waypost.catalog.reads.index import EntityIndex
from waypost.catalog.store import REVISION, IndexedEntity, list_entities
from waypost.core.database import Revision, revision_of

# How far apart positions are at first: as many entities less one find a place between two neighbours.
GAP: Final = 4
_FLUSH_EVERY: Final = 4_000


def build_index(connection: Connection) -> EntityIndex | None:
    """Read the newest revision of the catalog, None before the first. The connection must see one state."""
    revision = revision_of(connection, REVISION)
    return None if revision is None else index_of(revision, list_entities(connection))


def index_of(revision: Revision, entities: Iterable[IndexedEntity]) -> EntityIndex:
    """Return the index of *entities*, which come by uid."""
    bodies: list[bytes | None] = [None] * GAP
    parents: list[tuple[str, ...]] = [()] * GAP
    counts = array("I", bytes(4 * GAP))
    positions: dict[str, int] = {}
    builders: defaultdict[str, ColumnBuilder] = defaultdict(ColumnBuilder)
    # Each text in a list is a key of its own that is only ever true: many keys, of which each has little to say.
    flags: defaultdict[str, array[int]] = defaultdict(partial(array, "I"))
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    empty = [None] * (GAP - 1), [()] * (GAP - 1), counts[1:]
    for entity in entities:
        position = positions[entity.ref] = len(bodies)
        rows = orjson.loads(entity.search)
        _gather(rows, position, builders, flags)
        if len(positions) % _FLUSH_EVERY == 0:
            for builder in builders.values():
                builder.flush()
        led = tuple(entity.parents)
        bodies += [entity.body, *empty[0]]
        parents += [known.setdefault(led, led), *empty[1]]
        counts.append(len(rows))
        counts += empty[2]
    for key in flags.keys() & builders.keys():
        builders[key].found["true"] = flags.pop(key)
    columns: dict[str, Column | array[int]] = {key: builders.pop(key).build() for key in list(builders)}
    columns |= flags
    return EntityIndex(
        revision, bodies=bodies, parents=parents, positions=positions, counts=counts, columns=columns
    )


def _gather(
    rows: list[list[str | None]],
    position: int,
    builders: defaultdict[str, ColumnBuilder],
    flags: defaultdict[str, array[int]],
) -> None:
    """Add the search rows of the entity at *position*: to *flags* what is only ``true``, the rest to *builders*."""
    for row in rows:
        key, written = row[0], row[-1]  # A row ends with the value as it is written.
        assert key is not None  # noqa: S101 - only values may be null
        if written == "true":
            flags[key].append(position)
            continue
        # ``ColumnBuilder.add``, without the call.
        found = builders[key].found
        there = found.get(written)
        if there is None:
            found[written] = position
        elif isinstance(there, int):
            found[written] = array("I", (there, position))
        else:
            there.append(position)
