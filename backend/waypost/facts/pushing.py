"""Pushed facts: takes what a sender says of entities, each fact on its own and once, and tells what came of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, delete, select

from waypost.catalog.store import heads_of_refs
from waypost.core.bulk import chunks
from waypost.core.errors import InputError
from waypost.facts import store
from waypost.facts.accepting import count_reasons, find_refusal, normal_ref, undeclared
from waypost.facts.changes import lock_facts
from waypost.facts.collecting import PUSHED
from waypost.facts.model import FactDeclaration, nearest, normal_value
from waypost.facts.pushed import Pushed
from waypost.facts.shapes import Shape
from waypost.facts.tables import facts_item
from waypost.facts.writing import Key, Told, is_same, put_pushed

KEPT_IDS: Final = timedelta(days=30)
"""How long an id is known: a fact that is sent again later counts as a new one."""
FAST_CLOCK: Final = timedelta(minutes=5)
"""How far a sender's clock may run ahead of ours."""
_CHUNK: Final = 500


class Result(StrEnum):
    """What came of a pushed fact."""

    ACCEPTED = "accepted"
    """It is kept, and is what is known now."""
    UNCHANGED = "unchanged"
    """It was known, and is fresher."""
    OLDER = "older"
    """A later one is known: it is kept in the history alone."""
    DUPLICATE = "duplicate"
    """It was sent before under this id."""
    REFUSED = "refused"
    """It is not kept, for the reason that stands beside."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one pushed fact."""

    result: Result
    reason: str = ""


@dataclass(slots=True)
class _Batch:
    """The state of the facts that a batch speaks of, as its items are taken one after the other."""

    known: Mapping[Key, Any]
    at: datetime
    told: dict[Key, Told] = field(default_factory=dict)
    late: list[tuple[Key, Told]] = field(default_factory=list)
    spoken: set[Key] = field(default_factory=set)

    def take(self, key: Key, value: Any, as_of: datetime | None) -> Result:
        """Take one fact that is not refused."""
        self.spoken.add(key)
        true_at = as_of or self.at
        told, row = self.told.get(key), self.known.get(key)
        known_at = (told[1] or self.at) if told else _time_of(row)
        if known_at is not None and true_at < known_at:
            self.late.append((key, (value, as_of)))
            return Result.OLDER
        known_value = told[0] if told else row.value if row else None
        is_known = (told is not None or row is not None) and is_same(known_value, value)
        if told and not is_known:
            self.late.append((key, told))
        self.told[key] = (value, as_of)
        return Result.UNCHANGED if is_known else Result.ACCEPTED


def _time_of(row: Any) -> datetime | None:
    """Return when what is kept was true, None where nothing is."""
    time: datetime | None = row and (row.as_of or row.confirmed_at or row.collected_at)
    return time


def push(
    connection: Connection, source: str, items: Sequence[Pushed], *, at: datetime, is_full: bool = False
) -> list[Outcome]:
    """Take *items* of *source*, in order, and return what came of each. Kept when the transaction is.

    Args:
        is_full: They are everything that the source knows: its other facts end.

    Raises:
        InputError: There is no such source, or its facts are not pushed.
    """
    declared = find_declared(connection, source)
    lock_facts(connection, at)
    keys = [(normal_ref(item.entity), item.path) for item in items]
    refs = {ref for ref, _ in keys if ref}
    entities = {head.ref for head in heads_of_refs(connection, sorted(refs))}
    gate = _Gate(declared, entities, _sent_before(connection, source, items), at)
    batch = _Batch(store.current_of(connection, source, None if is_full else refs), at)
    outcomes = []
    for item, key in zip(items, keys, strict=True):
        outcome = gate.look(item, key[0])
        if outcome is None:
            outcome = Outcome(batch.take(key, normal_value(declared[item.path], item.value), item.as_of))
        elif outcome.result is Result.DUPLICATE:
            batch.spoken.add(key)
        outcomes.append(outcome)
    _keep_ids(connection, source, zip(items, outcomes, strict=True), at)
    refused = Counter(outcome.reason for outcome in outcomes if outcome.result is Result.REFUSED)
    ended = [row.id for key, row in batch.known.items() if is_full and key not in batch.spoken]
    put_pushed(
        connection,
        source,
        batch.known,
        batch.told,
        at=at,
        late=batch.late,
        ended=ended,
        refused=count_reasons(refused),
        is_full=is_full,
    )
    return outcomes


def find_declared(connection: Connection, source: str) -> dict[str, FactDeclaration]:
    """Return what the pushed *source* declares, by path.

    Raises:
        InputError: There is no such source, or its facts are not pushed.
    """
    known = {each["name"]: each for each in store.list_sources(connection)}
    if source not in known:
        near = nearest(source, known)
        hint = (
            f", did you mean '{near}'?"
            if near
            else "; 'waypost sync' makes one known that is new in the catalog"
        )
        raise InputError("the source", [f"no fact source is named '{source}'{hint}"])
    collector = known[source]["collector"]
    if collector != PUSHED:
        fault = f"the facts of '{source}' are found by the collector '{collector}', and not pushed"
        raise InputError("the source", [fault])
    return {fact["path"]: _declaration(fact) for fact in known[source]["facts"]}


def _declaration(fact: Mapping[str, Any]) -> FactDeclaration:
    shape = Shape.read(fact["schema"]) if "schema" in fact else None
    return FactDeclaration(fact["path"], fact["type"], fact["unit"], inside=shape)


@dataclass(frozen=True, slots=True)
class _Gate:
    """What a fact must be to be taken."""

    declared: Mapping[str, FactDeclaration]
    entities: Collection[str]
    sent: dict[str, str]
    at: datetime

    def look(self, item: Pushed, ref: str) -> Outcome | None:
        """Return what came of *item* before it is looked at closer, None where it may be taken."""
        if reason := self._refusal(item, ref):
            return Outcome(Result.REFUSED, reason)
        if not item.id:
            return None
        known = self.sent.setdefault(item.id, "")
        if not known:
            self.sent[item.id] = item.digest
            return None
        if known == item.digest:
            return Outcome(Result.DUPLICATE)
        return Outcome(Result.REFUSED, f"the id '{item.id}' already stands for another fact")

    def _refusal(self, item: Pushed, ref: str) -> str:
        if item.fault:
            return item.fault
        if item.path not in self.declared:
            return undeclared(item.path, self.declared)
        if fault := find_refusal(self.declared[item.path], item.value, item.as_of):
            return fault
        if ref not in self.entities:
            return f"no entity is named '{item.entity}'"
        is_to_come = item.as_of is not None and item.as_of > self.at + FAST_CLOCK
        return f"'{item.path}' is as of a time to come" if is_to_come else ""


def _sent_before(connection: Connection, source: str, items: Iterable[Pushed]) -> dict[str, str]:
    """Return the digest of what was sent under those ids of *items* that are known."""
    table, found = facts_item.c, dict[str, str]()
    for some in chunks(sorted({item.id for item in items if item.id}), _CHUNK):
        query = select(table.item, table.digest).where(table.source == source, table.item.in_(some))
        found.update({row.item: row.digest for row in connection.execute(query)})
    return found


def _keep_ids(
    connection: Connection, source: str, taken: Iterable[tuple[Pushed, Outcome]], at: datetime
) -> None:
    connection.execute(delete(facts_item).where(facts_item.c.at < at - KEPT_IDS))
    passed = (Result.REFUSED, Result.DUPLICATE)
    rows = [
        {"source": source, "item": item.id, "digest": item.digest, "at": at}
        for item, outcome in taken
        if item.id and outcome.result not in passed
    ]
    if rows:
        connection.execute(facts_item.insert(), rows)
