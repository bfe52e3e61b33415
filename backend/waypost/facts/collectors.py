"""Collectors that come with the host: what the catalog itself says, and what git says of an entity's file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from waypost.catalog.model import Catalog, Entity
from waypost.core.plugin import CollectedFact, Collector, Context
from waypost.facts.codeowners import read_codeowners
from waypost.facts.people import People

ON_CALL_LINK = "on-call"


def collect_catalog(context: Context) -> Iterator[CollectedFact]:
    """Give ``catalog.entity`` and ``catalog.ownership`` of every entity that people wrote."""
    catalog = context.knowledge[Catalog]
    for entity in catalog.written:
        yield CollectedFact(str(entity.ref), "catalog.entity", entity_fact(entity))
        yield CollectedFact(str(entity.ref), "catalog.ownership", ownership_fact(catalog, entity))


def entity_fact(entity: Entity) -> dict[str, Any]:
    """Return how well *entity* is described."""
    metadata = entity.metadata
    return {
        "descriptionLength": len(str(metadata.get("description") or "").strip()),
        "tags": len(metadata.get("tags") or ()),
        "links": len(_links(entity)),
        "linkTypes": sorted({str(link["type"]) for link in _links(entity) if link.get("type")}),
        "annotations": sorted(metadata.get("annotations") or ()),
    }


def ownership_fact(catalog: Catalog, entity: Entity) -> dict[str, Any]:
    """Return who owns *entity*, whether they are in the catalog, and where to reach them at night."""
    owner = catalog.find(entity.owner) if entity.owner else None
    fact: dict[str, Any] = {"ownerExists": owner is not None}
    if entity.owner:
        fact["owner"] = str(entity.owner)
    escalation = _on_call(entity) or (_on_call(owner) if owner else "")
    return fact | ({"escalation": escalation} if escalation else {})


def _on_call(entity: Entity) -> str:
    return next((str(link["url"]) for link in _links(entity) if link.get("type") == ON_CALL_LINK), "")


def _links(entity: Entity) -> list[Mapping[str, Any]]:
    return [link for link in entity.metadata.get("links") or () if isinstance(link, Mapping)]


def collect_git(context: Context) -> Iterator[CollectedFact]:
    """Give when the file of each entity was last changed, by whose people, and who its code owners are."""
    history = context.workspace.history
    if not history.is_repository:
        return
    codeowners, people = read_codeowners(context.workspace), People(context.knowledge[Catalog])
    for entity in context.knowledge[Catalog].written:
        ref, of_file = str(entity.ref), history.of(entity.path)
        if of_file is not None:
            yield CollectedFact(ref, "git.lastChange", of_file.last.isoformat())
            yield CollectedFact(ref, "git.contributors", len(of_file.authors))
            yield CollectedFact(ref, "git.people", people.count_authors(of_file.authors, entity.owner))
        owners = codeowners.owners(entity.path)
        yield CollectedFact(ref, "git.codeowners", bool(owners))
        agrees = people.agrees(owners, entity.owner)
        told = {"owners": list(owners)} | ({} if agrees is None else {"agrees": agrees})
        yield CollectedFact(ref, "git.codeownership", told)


CATALOG = Collector(
    "catalog",
    "How an entity is described and who owns it: catalog.entity, catalog.ownership.",
    collect_catalog,
)
GIT = Collector(
    "git",
    "What git says of the file that an entity is written in: git.lastChange, git.contributors, git.people, "
    "git.codeowners, git.codeownership.",
    collect_git,
)
