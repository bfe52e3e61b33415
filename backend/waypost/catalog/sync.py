"""Keeps the database's entities the same as those of the workspace, writing only what changed."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from typing import Any

import orjson

from waypost.catalog.garbage import collection_paused
from waypost.catalog.model import Catalog, Entity
from waypost.catalog.search import search_blob, search_rows
from waypost.catalog.store import (
    REVISION,
    StoredEntity,
    digests,
    lock_entities,
    put_entities,
    remove_entities,
)
from waypost.core.database import bump_revision, revision_of
from waypost.core.plugin import Context

# Counts up when what is kept of the same entity changes, so that all are written anew.
_LAYOUT = 1
# An entity's uid comes from its reference, so that a database built anew gives it the same.
_UIDS = uuid.UUID("6f0c5b0e-3a5f-5d0e-9f39-6d2a7c1f5b11")


def sync_catalog(context: Context) -> str:
    """Write the workspace's entities to the database; a new revision is counted when anything changed."""
    catalog = context.knowledge[Catalog]
    lock_entities(context.connection)
    known = digests(context.connection)
    whole = hashlib.sha1(usedforsecurity=False)
    changed = list(_changed(catalog, known, whole))
    gone = [number for ref, (number, _) in known.items() if ref not in catalog.entities]
    if changed or gone or revision_of(context.connection, REVISION) is None:
        revision = bump_revision(context.connection, REVISION, whole.hexdigest(), context.now).number
        remove_entities(context.connection, gone, revision)
        shown = context.progress.track(changed, "Writing entities", len(changed))
        with collection_paused():
            put_entities(context.connection, (stored(*item) for item in shown), known, revision)
    return f"{len(catalog.entities)} entities, {len(changed)} written, {len(gone)} removed"


def stored(entity: Entity, digest: str) -> StoredEntity:
    """Return *entity* as it is kept and served: with its uid, and an etag unless its author gave one."""
    ref = str(entity.ref)
    uid = str(uuid.uuid5(_UIDS, ref))
    metadata = entity.document["metadata"]
    etag = metadata.get("etag") or digest
    document = {**entity.document, "metadata": {**metadata, "uid": uid, "etag": etag}}
    body = orjson.dumps(document)
    search = search_blob(search_rows(document, uid))
    return StoredEntity(ref, uid, etag, digest, entity.parents, body, search, entity.line)


def digest_of(entity: Entity) -> str:
    """Return what tells whether *entity* changed: a hash of all that is kept of it."""
    content: Any = [_LAYOUT, entity.parents, entity.document]
    return hashlib.sha1(orjson.dumps(content), usedforsecurity=False).hexdigest()


def _changed(
    catalog: Catalog, known: dict[str, tuple[int, str]], whole: hashlib._Hash
) -> Iterator[tuple[Entity, str]]:
    """Give the entities that are new or other than *known*, with their digests; add each digest to *whole*."""
    for ref, entity in catalog.entities.items():
        digest = digest_of(entity)
        whole.update(digest.encode())
        if known.get(ref, (0, ""))[1] != digest:
            yield entity, digest
