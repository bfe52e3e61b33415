"""What the decisions' feature does and answers, whoever asks."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import Connection

from waypost.adr import store
from waypost.adr.model import Decisions
from waypost.adr.schemas import DecisionBodyWire
from waypost.catalog.refs import EntityRef
from waypost.core.database import bump_revision, revision_of
from waypost.core.errors import NotFoundError
from waypost.core.plugin import Context


def sync_decisions(context: Context) -> str:
    """Write the workspace's decisions to the database; a new revision is counted when anything changed."""
    documents = DecisionBodyWire(many=True).dump(context.knowledge[Decisions].ordered)
    etag = hashlib.sha1(orjson.dumps(documents), usedforsecurity=False).hexdigest()
    known = revision_of(context.connection, store.REVISION)
    if known is None or known.etag != etag:
        store.put_decisions(context.connection, documents)
        bump_revision(context.connection, store.REVISION, etag, context.now)
    return f"{len(documents)} decisions"


def list_decisions(connection: Connection, wanted: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the decisions that fit *wanted* (``status``, ``affects``, ``scope``, ``tag``), without their texts.

    An empty text asks for nothing. ``status`` is a state, or a word as records write it. One query.

    Raises:
        InputError: ``affects`` is no entity reference.
    """
    affects = str(EntityRef.parse(wanted["affects"])) if wanted.get("affects") else ""
    return [
        {key: value for key, value in document.items() if key != "markdown"}
        for document in store.list_documents(connection)
        if (not affects or affects in document["affects"]) and _fits(document, wanted)
    ]


def _fits(document: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    """Tell whether *document* is of the state, the scope and the tag that are asked for."""
    given = {
        "status": {document["status"], document["state"]},
        "scope": {document["scope"]},
        "tag": {tag.lower() for tag in document["tags"]},
    }
    return all(not wanted.get(name) or wanted[name].lower() in values for name, values in given.items())


def get_decision(connection: Connection, name: str) -> dict[str, Any]:
    """Return the decision that *name* names: an id, or a number that only one has. One query for an id.

    Raises:
        NotFoundError: Nothing, or more than one.
    """
    found = store.find_document(connection, name.lower())
    if found is None and name.isdigit():
        numbered = [d for d in store.list_documents(connection) if d["number"] == int(name)]
        found = numbered[0] if len(numbered) == 1 else None
    if found is None:
        raise NotFoundError("decision", name)
    return found


def etag_of(connection: Connection) -> str:
    """Return what identifies the decisions as they are now, "" before the first sync."""
    revision = revision_of(connection, store.REVISION)
    return revision.etag if revision else ""
