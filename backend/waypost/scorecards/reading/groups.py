"""Groups below a group, as the catalog relates them."""

from __future__ import annotations

from sqlalchemy import Connection, select

from waypost.catalog.tables import catalog_entity, catalog_relation

_BATCH = 500


def groups_below(connection: Connection, ref: str) -> frozenset[str]:
    """Return *ref*, and every group below it, however deep; a circle is gone through once. Two queries a generation."""
    found: set[str] = set()
    fresh = {ref}
    while fresh:
        found |= fresh
        fresh = _children(connection, sorted(fresh)) - found
    return frozenset(found)


def _children(connection: Connection, refs: list[str]) -> set[str]:
    entity, relation = catalog_entity.c, catalog_relation.c
    found: set[str] = set()
    for start in range(0, len(refs), _BATCH):
        batch = refs[start : start + _BATCH]
        # Either side may say so: the child names its parent, or the parent its children.
        named = select(entity.ref).join(catalog_relation, relation.origin == entity.id)
        found |= set(connection.scalars(named.where(relation.type == "childOf", relation.target.in_(batch))))
        names = select(relation.target).join(catalog_entity, relation.origin == entity.id)
        found |= set(connection.scalars(names.where(relation.type == "parentOf", entity.ref.in_(batch))))
    return found
