"""Entities as bytes: what is kept of one before its relations are known, and what is served when they are."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import orjson

from waypost.catalog.ingestion.reading import Emitted
from waypost.catalog.ingestion.spill import Parts, Spilled
from waypost.catalog.rules.annotations import without_scripts
from waypost.catalog.rules.relations import FIELDS, Declared
from waypost.catalog.rules.search import LONGEST, Leaf, leaves_of, search_json
from waypost.catalog.store import ServedEntity

# Counts up when what is kept of the same document changes, so that all are written anew.
LAYOUT: Final = 2
# An entity's uid comes from its reference, so that a database built anew gives it the same.
_UIDS: Final = uuid.UUID("6f0c5b0e-3a5f-5d0e-9f39-6d2a7c1f5b11")
_STATUS_TYPE: Final = "backstage.io/catalog-processing"
_RELATION_KEYS: Final = {
    kind: f"relations.{kind}".lower()
    for fields in FIELDS.values()
    for field in fields
    for kind in (field.forward, field.reverse)
}


def made_by(*rules: object) -> str:
    """Return a short name for how entities are made of what is read: by this layout, and by *rules*."""
    return hashlib.sha1(repr((LAYOUT, rules)).encode(), usedforsecurity=False).hexdigest()[:8]


class Draft(NamedTuple):
    """One entity without what others say of it.

    ``etag`` is its author's, or "". The search rows among its ``parts`` are without those of relations.
    """

    ref: str
    uid: str
    digest: str
    etag: str
    parts: Parts | Spilled
    relations: tuple[Declared, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Woven:
    """What others say of an entity, and what went wrong with it, as it stands in the body."""

    relations: Sequence[Declared]
    items: Sequence[dict[str, Any]]

    def digest(self, base: str) -> str:
        """Return the etag of an entity whose own content has the digest *base*."""
        return _etag(base, _relations_json(self.relations), orjson.dumps(self.items))


def uid_of(ref: str) -> str:
    """Return the uid of the entity *ref*."""
    return str(uuid.uuid5(_UIDS, ref))


def draft_of(emitted: Emitted) -> Draft:
    """Return what is kept of *emitted* until its relations are known."""
    return draft(emitted.ref, emitted.document, emitted.relations, emitted.line, emitted.leaves)


def draft(  # noqa: PLR0917 - the parts of what was read
    ref: str,
    source: dict[str, Any],
    relations: tuple[Declared, ...] = (),
    line: int = 0,
    leaves: list[Leaf] | None = None,
) -> Draft:
    """Return what is kept of the entity *ref*, whose processed document is *source*."""
    document = without_scripts(source)
    if leaves is None or document is not source:
        leaves = leaves_of(document)
    uid = uid_of(ref)
    metadata = {**document["metadata"], "uid": uid}
    etag = metadata.pop("etag", "")
    head = orjson.dumps(
        {"apiVersion": document["apiVersion"], "kind": document["kind"], "metadata": metadata}
    )[:-2]
    tail = b',"spec":' + orjson.dumps(document["spec"])
    content = hashlib.sha1(b"%d" % LAYOUT, usedforsecurity=False)
    content.update(head)
    content.update(tail)
    content.update(etag.encode("utf-8", "surrogatepass"))
    search = search_json(leaves, document, uid)
    return Draft(ref, uid, content.hexdigest(), etag, Parts(head, tail, search), relations, line)


def serve_draft(
    drafted: Draft, relations: Iterable[Declared], items: Sequence[dict[str, Any]]
) -> ServedEntity:
    """Return what is served of *drafted* with all of its *relations*, distinct; *items* tell what is wrong."""
    ordered = sorted(relations)
    parts = drafted.parts.load()
    woven = _relations_json(ordered)
    told = orjson.dumps(items)
    etag = drafted.etag or _etag(drafted.digest, woven, told)
    end = b',"status":{"items":%b}}' % told if items else b"}"
    body = b'%b,"etag":%b}%b,"relations":%b%b' % (
        parts.head,
        orjson.dumps(etag),
        parts.tail,
        woven,
        end,
    )
    return ServedEntity(etag, body, _joined(parts.search, ordered))


def serve_again(
    digest: str, held: ServedEntity, relations: Iterable[Declared], items: Sequence[dict[str, Any]]
) -> ServedEntity:
    """Return what is served of an entity that is kept as *held*, with other relations or another status."""
    document = orjson.loads(held.body)
    before = [(relation["type"], relation["targetRef"]) for relation in document["relations"]]
    ordered = sorted(relations)
    told_before = document.pop("status", {"items": []})["items"]
    if before == ordered and told_before == list(items):
        return held
    is_ours = held.etag == Woven(before, told_before).digest(digest)
    etag = Woven(ordered, items).digest(digest) if is_ours else held.etag
    document["metadata"]["etag"] = etag
    document["relations"] = [{"type": kind, "targetRef": target} for kind, target in ordered]
    if items:
        document["status"] = {"items": items}
    own = [row for row in orjson.loads(held.search) if not row[0].startswith("relations.")]
    return ServedEntity(etag, orjson.dumps(document), _joined(orjson.dumps(own), ordered))


def status_items(errors: Iterable[dict[str, str]]) -> list[dict[str, Any]]:
    """Return the status of an entity that met *errors*, each with a ``name`` and a ``message``."""
    return [
        {
            "type": _STATUS_TYPE,
            "level": "error",
            "message": f"{error['name']}: {error['message']}",
            "error": error,
        }
        for error in errors
    ]


def _etag(digest: str, relations: bytes, told: bytes) -> str:
    content = hashlib.sha1(digest.encode(), usedforsecurity=False)
    content.update(relations)
    content.update(told)
    return content.hexdigest()


def _relations_json(relations: Collection[Declared]) -> bytes:
    return orjson.dumps([{"type": kind, "targetRef": target} for kind, target in relations])


def _joined(search: bytes, relations: Sequence[Declared]) -> bytes:
    """Return the search rows *search* with those of *relations* behind."""
    if not relations:
        return search
    rows: list[list[str | None]] = []
    for kind, target in relations:
        key = _RELATION_KEYS[kind]
        # A letter is at most two UTF-16 units.
        if len(target) <= LONGEST // 2 or len(target.encode("utf-16-le", "surrogatepass")) // 2 <= LONGEST:
            rows.append([key, target])
        elif [key, None] not in rows:
            rows.append([key, None])
    return b"%b,%b" % (search[:-1], orjson.dumps(rows)[1:])
