"""What the decisions' feature does and answers, whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from waypost.adr.approving import Standing
from waypost.adr.cycle import CycleTime, find_spans, measure
from waypost.adr.cycle_wire import SpanWire
from waypost.adr.model import Decision, Decisions
from waypost.adr.schemas import DecisionBodyWire, JudgedWire
from waypost.adr.standings import find_standings
from waypost.adr.store import REVISION, SPANS_REVISION, adr_decision, adr_span
from waypost.catalog.refs import EntityRef
from waypost.core.errors import NotFoundError
from waypost.core.plugin import Context
from waypost.core.records import find_record, list_records, sync_records


def sync_decisions(context: Context) -> str:
    """Write the workspace's decisions to the database; a new revision is counted when anything changed."""
    today = context.now.date()
    standings = find_standings(context.workspace, context.knowledge, today)
    spans = find_spans(context.workspace, context.knowledge, standings)
    documents = [document_of(d, standings[d.id]) for d in context.knowledge[Decisions].ordered]
    sync_records(context, adr_decision, REVISION, documents)
    sync_records(context, adr_span, SPANS_REVISION, SpanWire(many=True).dump(spans))
    return f"{len(documents)} decisions"


def document_of(decision: Decision, standing: Standing) -> dict[str, Any]:
    """Return *decision* as it is served, with its text and its *standing*."""
    document: dict[str, Any] = DecisionBodyWire().dump(decision)
    judged: dict[str, Any] = JudgedWire().dump({"approvals": standing.approvals, "standing": standing})
    return document | judged


def get_cycle_time(connection: Connection, *, today: date, since: date | None) -> CycleTime:
    """Return the cycle time of the decisions as they were last synced. One query."""
    schema = SpanWire()
    spans = [schema.load(document) for document in list_records(connection, adr_span)]
    return measure(spans, today=today, since=since)


def list_decisions(connection: Connection, wanted: Mapping[str, str]) -> dict[str, Any]:
    """Return the decisions that fit *wanted* (``status``, ``affects``, ``scope``, ``tag``), without their texts.

    An empty text asks for nothing. ``status`` is a state, or a word as records write it. One query.

    Raises:
        InputError: ``affects`` is no entity reference.
    """
    affects = str(EntityRef.parse(wanted["affects"])) if wanted.get("affects") else ""
    found = [
        {key: value for key, value in document.items() if key != "markdown"}
        for document in list_records(connection, adr_decision)
        if (not affects or affects in document["affects"]) and _fits(document, wanted)
    ]
    return {"items": found, "totalItems": len(found)}


def _fits(document: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    """Tell whether *document* is of the state, the scope and the tag that are asked for."""
    given = {
        "status": {document["status"], document["state"]},
        "scope": {document["scope"]},
        "tag": {tag.lower() for tag in document["tags"]},
    }
    return all(not wanted.get(name) or wanted[name].lower() in values for name, values in given.items())


def get_decision(connection: Connection, name: str) -> dict[str, Any]:
    """Return the decision that *name* names: an id, a name it had before, or a number that only one has.

    One query for an id, two for all else.

    Raises:
        NotFoundError: Nothing, or more than one.
    """
    found = find_record(connection, adr_decision, name.lower())
    if found is None and name.isdigit():
        numbered = [d for d in list_records(connection, adr_decision) if d["number"] == int(name)]
        found = numbered[0] if len(numbered) == 1 else None
    if found is None:
        former = name.lower()
        found = next((d for d in list_records(connection, adr_decision) if former in _former(d)), None)
    if found is None:
        raise NotFoundError("decision", name)
    return found


def _former(document: Mapping[str, Any]) -> set[str]:
    """Return the names that a decision had before; older databases do not hold them."""
    return {name.lower() for name in document.get("aliases", ())}
