"""What the decisions' feature answers, whoever asks."""

from __future__ import annotations

from collections.abc import Iterable

from waypost.adr.model import Decision, Decisions
from waypost.catalog.refs import EntityRef


def list_decisions(
    decisions: Decisions, *, status: str = "", affects: str = "", scope: str = "", tag: str = ""
) -> tuple[Decision, ...]:
    """Return the decisions that fit everything asked for, in order; an empty text asks for nothing.

    ``status`` is a state, or a word as records write it.

    Raises:
        InputError: ``affects`` is no entity reference.
    """
    entity = EntityRef.parse(affects) if affects else None
    return tuple(
        decision
        for decision in decisions.ordered
        if (not status or status.lower() in (decision.status, decision.state))
        and (entity is None or entity in decision.affects)
        and (not scope or scope.lower() == decision.scope)
        and (not tag or tag.lower() in {name.lower() for name in decision.tags})
    )


def in_force(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Return those that are to be followed."""
    return tuple(decision for decision in decisions if decision.in_force)
