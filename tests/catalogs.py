"""Catalogs that tests make in memory: entities by reference, related both ways as the catalog relates them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from waypost.catalog.model import Catalog, Entity, EntityRef
from waypost.site.graph.words import words_of


def catalog(
    names: Iterable[str], relations: Iterable[tuple[str, str, str]] = (), **metadata: dict[str, Any]
) -> Catalog:
    """Return a catalog of *names* (``component:a``) with *relations* (source, type, target) both ways.

    Args:
        metadata: What else stands in the ``metadata`` of the entity with that name.
    """
    refs = [EntityRef.parse(name) for name in names]
    pairs = [(str(EntityRef.parse(a)), kind, str(EntityRef.parse(b))) for a, kind, b in relations]
    back = [(b, words_of(kind).inverse, a) for a, kind, b in pairs if words_of(kind).inverse]
    related: dict[str, set[tuple[str, str]]] = {}
    for source, kind, target in (*pairs, *back):
        related.setdefault(source, set()).add((kind, target))
    return Catalog(
        {
            str(ref): _entity(ref, sorted(related.get(str(ref), ())), metadata.get(ref.name, {}))
            for ref in refs
        }
    )


def _entity(ref: EntityRef, relations: list[tuple[str, str]], metadata: dict[str, Any]) -> Entity:
    kind = ref.kind.upper() if ref.kind == "api" else ref.kind.capitalize()
    document = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": kind,
        "metadata": {"name": ref.name, **metadata},
        "spec": {"type": "service"},
        "relations": [{"type": kind, "targetRef": target} for kind, target in relations],
    }
    return Entity(ref, document)
