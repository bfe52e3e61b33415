"""What an address would bring to the catalog: the entities that are there from its repository, or one to begin with."""

from __future__ import annotations

from typing import Any, Final

import orjson
from sqlalchemy import Connection, func, select

from waypost.catalog.rules.annotations import PUBLIC_FORGES, Forges, forge_host
from waypost.catalog.rules.repositories import Repository, parse_repository
from waypost.catalog.tables import catalog_entity, catalog_source
from waypost.core.errors import InputError

# What is shown of an entity that is there; the whole of it is an answer of its own.
_SHOWN: Final = ("apiVersion", "kind", "metadata", "spec")


def analyze_location(connection: Connection, target: str, forges: Forges = PUBLIC_FORGES) -> dict[str, Any]:
    """Return what the catalog has from the repository of *target*, or else an entity that could describe it.

    Args:
        forges: The hosts whose repositories have a name that others go by.

    Raises:
        InputError: *target* is no address.
    """
    repository = parse_repository(target)
    if repository is None:
        raise InputError("The given location.target is not a URL")
    existing = _existing(connection, target, repository)
    if existing:
        return {"existingEntityFiles": existing, "generateEntities": []}
    return {
        "existingEntityFiles": [],
        "generateEntities": [{"entity": _suggestion(repository, _forge(target, forges)), "fields": []}],
    }


def _forge(target: str, forges: Forges) -> str:
    """Return the forge that *target* lies on by its public name, "" where none is known."""
    host = forge_host(target)
    hosts = {"github.com": forges.github, "gitlab.com": forges.gitlab, "dev.azure.com": ("dev.azure.com",)}
    return next((name for name, known in hosts.items() if host in known), "")


def _suggestion(repository: Repository, forge: str) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": repository.name}
    if forge:
        metadata["annotations"] = {f"{forge}/project-slug": repository.slug}
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": metadata,
        "spec": {"type": "other", "lifecycle": "unknown"},
    }


def _existing(connection: Connection, target: str, repository: Repository) -> list[dict[str, Any]]:
    """Return the entities that were read from files of *repository*, with where each was read."""
    begin, slug, _ = target.partition(repository.slug)
    if not (repository.owner and slug):
        return []
    source, entity = catalog_source.c, catalog_entity.c
    root = f"url:{begin}{slug}/"
    statement = (
        select(source.key, entity.body)
        .join_from(catalog_source, catalog_entity, entity.source == source.id)
        .where(func.substr(source.key, 1, len(root)) == root)
        .order_by(source.key, entity.line)
    )
    return [_file(row.key, bytes(row.body)) for row in connection.execute(statement)]


def _file(key: str, body: bytes) -> dict[str, Any]:
    entity = orjson.loads(body)
    kind, _, target = key.partition(":")
    return {
        "location": {"type": kind, "target": target},
        "isRegistered": True,
        "entity": {name: entity[name] for name in _SHOWN if name in entity},
    }
