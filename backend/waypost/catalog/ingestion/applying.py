"""Taking over what sources outside of the workspace hold, or that they cannot be read; roots that come and go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, Protocol

from sqlalchemy import Connection

from waypost.catalog import store
from waypost.catalog.ingestion import relationstore, sourcestore
from waypost.catalog.ingestion.details import details_of
from waypost.catalog.ingestion.drafting import draft, draft_of
from waypost.catalog.ingestion.generated import generated_document, generated_ref
from waypost.catalog.ingestion.leading import Lead, change_leads
from waypost.catalog.ingestion.reading import SourceContent, Target
from waypost.catalog.ingestion.sourcestore import Source
from waypost.catalog.ingestion.tracing import Links
from waypost.catalog.ingestion.validating import fault_error
from waypost.catalog.ingestion.writing import Writing
from waypost.catalog.model import EntityRef, is_generated
from waypost.catalog.rules.annotations import LocationRef
from waypost.core.database import bump_revision
from waypost.core.errors import NotFoundError

WANTED: Final = "workspace"
"""The revision that is counted when somebody wants the workspace's files to be read."""


class ReadingError(Protocol):
    """Why a source cannot be read: what the error is called, and its sentence."""

    @property
    def name(self) -> str:
        """What the error is called."""
        ...

    @property
    def message(self) -> str:
        """What went wrong."""
        ...


def apply_content(
    connection: Connection,
    number: int,
    content: SourceContent,
    targets: Iterable[tuple[Target, LocationRef]],
    *,
    digest: str,
    at: datetime,
) -> None:
    """Take over the *content* of the source with the id *number*, and all that follows from it.

    An entity that it had and that is wrong now stays as it was, with a status that says so.

    Args:
        targets: Where its Location entities lead.
        digest: What identifies the content.
    """
    store.lock_entities(connection)
    source = _get(connection, number)
    writing = Writing(connection, at)
    drafts = [draft_of(emitted) for emitted in content.entities]
    kept = _kept(connection, source, content, {drafted.ref for drafted in drafts})
    writing.put(number, drafts, kept.keys())
    leads = _leads(connection, source, targets, kept)
    details = details_of(content, Links(content.targets, content.includes))
    if leads:
        details["leads"] = [list(one) for one in leads]
    changed = replace(source, digest=digest, details=details, error=None, failures=0)
    sourcestore.put_sources(connection, [changed], at)
    led = change_leads(connection, source, leads, at)
    writing.move(led.new)
    writing.loosen(led.stale)
    writing.touch(relationstore.put_statuses(connection, number, kept))
    _finish(connection, writing, at)


def apply_failure(connection: Connection, number: int, errors: Sequence[ReadingError], at: datetime) -> None:
    """Note that the source with the id *number* cannot be read because of *errors*; what it held stays.

    The Location entities that lead to it say so in their status.
    """
    store.lock_entities(connection)
    source = _get(connection, number)
    told = [{"name": error.name, "message": error.message} for error in errors]
    sourcestore.put_sources(connection, [replace(source, error=told, failures=source.failures + 1)], at)
    parents = sourcestore.parents_of_sources(connection, [number]).get(number, [])
    kept: Mapping[str, list[dict[str, str]]] = source.details.get("kept", {})
    writing = Writing(connection, at)
    writing.touch(relationstore.put_statuses(connection, number, {**kept, **dict.fromkeys(parents, told)}))
    _finish(connection, writing, at)


def add_root(
    connection: Connection, location: LocationRef, root: str, at: datetime, *, ref: str | None = None
) -> None:
    """Let *root* ask for *location*, which is due at once; a Location entity that the catalog makes leads to it.

    Args:
        root: ``registered`` or ``discovery:<name>``.
        ref: The reference of that entity, where it is not the one that *location* gives it.
    """
    _add_roots(connection, {location: ref or generated_ref(location)}, root, at)


def add_roots(connection: Connection, locations: Iterable[LocationRef], root: str, at: datetime) -> None:
    """Let *root* ask for all *locations*, as ``add_root`` does for one, at once."""
    _add_roots(connection, {location: generated_ref(location) for location in locations}, root, at)


def _add_roots(connection: Connection, refs: Mapping[LocationRef, str], root: str, at: datetime) -> None:
    store.lock_entities(connection)
    known = sourcestore.sources_by_key(connection, refs)
    numbers = []
    writing = Writing(connection, at)
    for location, made in refs.items():
        source = known.get(location)
        number = source.id if source else sourcestore.add_source(connection, location, str(location), at)
        sourcestore.set_root(connection, number, (source.roots if source else frozenset()) | {root})
        if source is None or not source.path:
            sourcestore.set_due(connection, [number], at)
        numbers.append((number, made, True))
        writing.put_root(draft(made, generated_document(made, location)))
    sourcestore.put_parents(connection, numbers)
    writing.move([number for number, _, _ in numbers])
    _finish(connection, writing, at)


def remove_root(connection: Connection, location: LocationRef, root: str, at: datetime) -> None:
    """Let *root* no longer ask for *location*; what nobody else asks for or leads to is gone."""
    remove_roots(connection, [location], root, at)


def remove_roots(connection: Connection, locations: Iterable[LocationRef], root: str, at: datetime) -> None:
    """Let *root* no longer ask for any of *locations*, as ``remove_root`` does for one, at once."""
    store.lock_entities(connection)
    known = sourcestore.sources_by_key(connection, locations).values()
    sources = [source for source in known if root in source.roots]
    parents = sourcestore.parents_of_sources(connection, [source.id for source in sources])
    writing = Writing(connection, at)
    for source in sources:
        rest = source.roots - {root}
        sourcestore.set_root(connection, source.id, rest)
        made = {ref for ref in parents.get(source.id, []) if is_generated(EntityRef.parse(ref))}
        gone = made - {generated_ref(source.location)} if rest else made
        sourcestore.take_parents(connection, [(source.id, ref) for ref in gone])
        writing.delete(gone)
    writing.loosen([source.id for source in sources])
    _finish(connection, writing, at)


def mark_due(connection: Connection, ref: str, at: datetime) -> None:
    """Have the source of the entity *ref* read as soon as possible, and those of the Locations that lead to it.

    Where that is a file of the workspace, whoever keeps refreshing is told to sync the workspace.

    Raises:
        NotFoundError: There is no such entity.
    """
    found = next(store.heads_of_refs(connection, [ref]), None)
    if found is None:
        raise NotFoundError("entity", ref)
    refs, waiting, due = {ref}, [ref], set[int]()
    while waiting:
        led = sourcestore.sources_led_to_by(connection, [r for r in waiting if r.startswith("location:")])
        own = {head.source for head in store.heads_of_refs(connection, waiting) if head.source is not None}
        due |= own | (led if waiting == [ref] else set())
        above = {r for parents in sourcestore.parents_of_sources(connection, own).values() for r in parents}
        waiting = sorted(above - refs)
        refs |= above
    led = sourcestore.sources_led_to_by(connection, [r for r in refs if is_generated(EntityRef.parse(r))])
    sources = sourcestore.sources_by_id(connection, due | led).values()
    sourcestore.set_due(connection, (source.id for source in sources if not source.path), at)
    if any(source.path for source in sources):
        bump_revision(connection, WANTED, "wanted", at)


def delete_entity(connection: Connection, uid: str, at: datetime) -> None:
    """Remove the entity with *uid*, if there is one, and what only it leads to.

    It comes back when its source, if that still holds it, is read the next time.
    """
    store.lock_entities(connection)
    head = store.find_uid(connection, uid)
    if head is None:
        return
    writing = Writing(connection, at)
    writing.delete([head.ref])
    if head.source is not None:
        sourcestore.read_anew(connection, [head.source])
    else:
        for number in sourcestore.sources_led_to_by(connection, [head.ref]):
            sourcestore.read_anew(connection, [number])
            writing.put(number, [])
    _finish(connection, writing, at)


def _finish(connection: Connection, writing: Writing, at: datetime) -> None:
    waiting = writing.finish().waiting
    sourcestore.read_anew(connection, waiting)
    outside = [s.id for s in sourcestore.sources_by_id(connection, waiting).values() if not s.path]
    sourcestore.set_due(connection, outside, at)


def _get(connection: Connection, number: int) -> Source:
    found = sourcestore.sources_by_id(connection, [number]).get(number)
    if found is None:
        raise NotFoundError("source", number)
    return found


def _kept(
    connection: Connection, source: Source, content: SourceContent, refs: set[str]
) -> dict[str, list[dict[str, str]]]:
    """Return the entities that *source* had and that are wrong in its *content*, with what is wrong."""
    wrong: dict[str, list[dict[str, str]]] = {}
    held = {head.ref for head in store.heads_of_sources(connection, [source.id])} if content.faults else set()
    for fault in content.faults:
        if fault.ref in held and fault.ref not in refs:
            error = fault_error(fault, source.location, (source.location.type,))
            told = {"name": error["name"], "message": error["message"]}
            if told not in wrong.setdefault(fault.ref, []):
                wrong[fault.ref].append(told)
    return wrong


def _leads(
    connection: Connection,
    source: Source,
    targets: Iterable[tuple[Target, LocationRef]],
    kept: Mapping[str, Any],
) -> list[Lead]:
    """Return where the Location entities lead that *source* has; what is kept leads where it did."""
    wanted = [Lead(target.ref, str(location), target.is_required) for target, location in targets]
    before = [Lead(*one) for one in source.details.get("leads", ())]
    heads = store.heads_of_refs(connection, {lead.ref for lead in wanted})
    elsewhere = {head.ref for head in heads if head.source not in (None, source.id)}
    through = set(sourcestore.parents_of_sources(connection, [source.id]).get(source.id, ()))
    found = [lead for lead in wanted if lead.ref not in elsewhere or lead.ref in through]
    return list(dict.fromkeys([*found, *(lead for lead in before if lead.ref in kept)]))
