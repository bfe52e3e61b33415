"""Briefs: a runbook with all that somebody needs who has nothing else at hand, as it is kept and served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from waypost.catalog.contacts import Contact
from waypost.catalog.model import Catalog
from waypost.core.durations import duration_words, parse_duration
from waypost.runbooks.model import Runbook, Variable
from waypost.runbooks.named import Named, named_in
from waypost.runbooks.schemas import NamedWire, RunbookBodyWire


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A runbook and what stands beside it. ``page`` is its place below the site's root; ``named`` is by reference."""

    name: str
    title: str
    page: str
    path: str
    body: str
    status: str = ""
    owner: str = ""
    alerts: tuple[str, ...] = ()
    severity: str = ""
    tier: str = ""
    about: tuple[str, ...] = ()
    escalation: tuple[tuple[timedelta, str], ...] = ()
    variables: tuple[Variable, ...] = ()
    dashboards: tuple[str, ...] = ()
    exercised_on: str = ""
    reviewed_on: str = ""
    named: Mapping[str, Named] = field(default_factory=dict)

    def title_of(self, ref: str) -> str:
        """Return what to call the entity *ref*: its title, or the reference where the catalog lacks it."""
        found = self.named.get(ref)
        return found.title if found else ref

    def contacts_of(self, ref: str) -> tuple[Contact, ...]:
        """Return how to reach the group or user *ref*."""
        found = self.named.get(ref)
        return found.contacts if found else ()


def document_of(runbook: Runbook, catalog: Catalog) -> dict[str, Any]:
    """Return *runbook* as it is kept and served, with what it names of *catalog*."""
    document: dict[str, Any] = RunbookBodyWire().dump(runbook)
    return document | {"named": NamedWire(many=True).dump(named_in(runbook, catalog))}


def brief_of(runbook: Runbook, catalog: Catalog) -> Brief:
    """Return the brief of *runbook*."""
    return read_brief(document_of(runbook, catalog))


def read_brief(document: Mapping[str, Any]) -> Brief:
    """Return the brief that *document* holds, which ``document_of`` made."""
    return Brief(
        name=document["name"],
        title=document["title"],
        page=document["page"],
        path=document["path"],
        body=document["markdown"],
        status=document["status"],
        owner=document["owner"] or "",
        alerts=tuple(document["alerts"]),
        severity=document["severity"],
        tier=document["tier"],
        about=tuple(document["about"]),
        escalation=tuple((parse_duration(each["after"]), each["to"]) for each in document["escalation"]),
        variables=tuple(Variable(**each) for each in document["variables"]),
        dashboards=tuple(document["dashboards"]),
        exercised_on=(document["exercisedAt"] or "")[:10],
        reviewed_on=document["reviewedOn"] or "",
        named={each["ref"]: _read_named(each) for each in document.get("named", ())},
    )


def after_words(after: timedelta) -> str:
    """Return when to call somebody, as people say it."""
    words = duration_words(after)
    return words if words == "at once" else f"after {words}"


def _read_named(given: Mapping[str, Any]) -> Named:
    contacts = tuple(Contact(**contact) for contact in given["contacts"])
    return Named(given["ref"], given["title"], given["owner"], contacts)
