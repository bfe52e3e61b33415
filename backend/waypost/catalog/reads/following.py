"""Following the catalog: the index of a newer revision, made from the one before and what changed since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final, NamedTuple

import orjson
from sqlalchemy import Connection

from waypost.catalog.reads.building import GAP
from waypost.catalog.reads.columns import Change
from waypost.catalog.reads.index import EntityIndex
from waypost.catalog.rules.search import search_rows
from waypost.catalog.store import (
    KEPT_REVISIONS,
    REVISION,
    IndexedEntity,
    count_changed,
    list_entities,
    list_removed,
)
from waypost.core.database import Revision, revision_of

# So many changes are followed, however small the catalog; in a large one, so large a share of it.
FEW: Final = 500
_SHARE: Final = 0.1


class CannotFollowError(Exception):
    """The index has to be made anew."""


class _Row(NamedTuple):
    key: str
    value: bytes | None
    written: bytes | None


def follow(index: EntityIndex, connection: Connection, *, most: int | None = None) -> EntityIndex:
    """Return the index of the newest revision, made from *index* and what changed since.

    What did not change is shared, so that it costs what changed. The connection must see one state.

    Args:
        most: How many changes are not too many; by default some hundreds, or a tenth of the catalog.

    Raises:
        CannotFollowError: Too much changed, or it is not known what.
    """
    revision = revision_of(connection, REVISION)
    since = index.revision.number
    if revision is None or not since <= revision.number < since + KEPT_REVISIONS:
        raise CannotFollowError
    if most is None:
        most = max(FEW, int(_SHARE * len(index.position_by_ref)))
    removed = list_removed(connection, since)
    if len(removed) + count_changed(connection, since) > most:
        raise CannotFollowError
    draft = _Draft(index)
    for uid in removed:
        draft.remove(uid)
    draft.put(list(list_entities(connection, since)))
    return draft.finish(revision)


class _Draft:
    """What the next index is made of."""

    def __init__(self, index: EntityIndex) -> None:
        self._index = index
        self._bodies = index.bodies.copy()
        self._parents = index.parents.copy()
        self._counts = index.counts[:]
        self._positions = index.position_by_ref.copy()
        self._has_same_refs = True
        self._changes: defaultdict[str, tuple[list[Change], list[Change]]] = defaultdict(lambda: ([], []))

    def remove(self, uid: str) -> None:
        """Leave out the entity with *uid*, if there is one."""
        position = self._index.find_uid(uid)
        if position is None:
            return
        self._note(position, self._old_rows(position, uid), set())
        del self._positions[_ref(orjson.loads(self._index.body(position)))]
        self._bodies[position], self._parents[position], self._counts[position] = None, (), 0
        self._has_same_refs = False

    def put(self, entities: list[IndexedEntity]) -> None:
        """Take each of *entities*, new or changed."""
        known = {entity.uid: self._index.find_uid(entity.uid) for entity in entities}
        places = dict(_places(self._index, sorted(uid for uid, at in known.items() if at is None)))
        for entity in entities:
            position = known[entity.uid]
            old = set() if position is None else self._old_rows(position, entity.uid)
            if position is None:
                position = places[entity.uid]
                self._has_same_refs = False
                self._lengthen(position)
            if self._positions.setdefault(entity.ref, position) != position:
                raise CannotFollowError
            new = {_row(*row) for row in orjson.loads(entity.search)}
            self._note(position, old, new)
            self._bodies[position] = entity.body
            self._parents[position] = tuple(entity.parents)
            self._counts[position] = len(new)

    def finish(self, revision: Revision) -> EntityIndex:
        """Return the index."""
        columns = dict(self._index.columns)
        replaced = set()
        for key, (gone, come) in self._changes.items():
            column = self._index.column(key)
            replaced.add(column)
            columns[key] = patched = column.patched(gone, come)
            if not (patched.blocks or patched.nulls):
                del columns[key]
        derived = self._index.derived
        derived.forget(frozenset(replaced))
        return EntityIndex(
            revision,
            bodies=self._bodies,
            parents=self._parents,
            positions=self._positions,
            counts=self._counts,
            columns=columns,
            derived=derived,
            by_ref=self._index.held_by_ref if self._has_same_refs else None,
        )

    def _note(self, position: int, old: set[_Row], new: set[_Row]) -> None:
        for side, rows in enumerate((old - new, new - old)):
            for key, value, written in rows:
                self._changes[key][side].append(Change(value, written, position))

    def _old_rows(self, position: int, uid: str) -> set[_Row]:
        """Return the search rows that the index has of the entity at *position*.

        They are not kept: they are made again from the body, and each is looked for. Where the body does not
        tell all that they were made from, such as a number that JSON has no word for, there is no following.
        """
        document = orjson.loads(self._index.body(position))
        rows = {_row(*row) for row in search_rows(document, uid)}
        held = self._index.column
        if len(rows) != self._index.counts[position] or not all(
            held(key).holds(Change(value, written, position)) for key, value, written in rows
        ):
            raise CannotFollowError
        return rows

    def _lengthen(self, position: int) -> None:
        short = position + GAP - len(self._bodies)
        if short > 0:
            self._bodies += [None] * short
            self._parents += [()] * short
            self._counts.extend([0] * short)


def _row(key: str, value: str | None, written: str | None = None) -> _Row:
    if value is None:
        return _Row(key, None, None)
    lower = value.encode(errors="surrogatepass")
    return _Row(key, lower, lower if written is None else written.encode(errors="surrogatepass"))


def _ref(document: dict[str, object]) -> str:
    metadata = document["metadata"]
    assert isinstance(metadata, dict)  # noqa: S101 - of every entity
    return f"{document['kind']}:{metadata['namespace']}/{metadata['name']}".lower()


def _places(index: EntityIndex, uids: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Give a position for each of the new *uids*, between those of its neighbours."""
    everything = index.everything
    end = len(index.bodies)
    for right, group in groupby(uids, index.place_of):
        new = list(group)
        rank = everything.rank(right - 1) if right else 0
        left = everything[rank - 1] if rank else 0
        last = left + GAP * (len(new) + 1) if right >= end else right
        if last - left <= len(new):
            raise CannotFollowError
        for at, uid in enumerate(new, 1):
            yield uid, left + (last - left) * at // (len(new) + 1)
