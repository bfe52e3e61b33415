"""What the pages of entities and teams tell of decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from markupsafe import Markup

from waypost.adr.model import Decision, Decisions, State
from waypost.adr.pages.reach import Reaching, made_by, reaching
from waypost.adr.pages.words import due_html, filtered_link, is_due, link_of, status_html
from waypost.adr.text import entity_link
from waypost.catalog.model import Catalog
from waypost.catalog.refs import EntityRef
from waypost.core.markup import listed
from waypost.core.plugin import SiteContext

FEW: Final = 12
"""Decisions that a team's page lists; of more, it leads to the list of all."""


def entity_decisions(ref: EntityRef, context: SiteContext) -> str:
    """Return the Markdown sections of the entity *ref*: what is in force for it, and what is proposed; "" for neither.

    What names the entity itself comes first; what names a system or domain that it is part of is told apart.
    """
    decisions, catalog = context.knowledge[Decisions], context.knowledge[Catalog]
    in_force = reaching(ref, decisions, catalog, State.ACCEPTED)
    proposed = reaching(ref, decisions, catalog, State.PROPOSED)
    return _section("Decisions in force", in_force, catalog) + _section(
        "Decisions proposed", proposed, catalog
    )


def _section(title: str, found: Reaching, catalog: Catalog) -> str:
    parts: list[str] = [listed(map(_entry, found.own))] if found.own else []
    for whole, through in found.through.items():
        said = Markup("<p>Through {}, which it is part of:</p>").format(entity_link(str(whole), catalog))
        parts += [said, listed(map(_entry, through))]
    return f"## {title}\n\n{''.join(parts)}\n\n" if parts else ""


def _entry(decision: Decision) -> Markup:
    summary = Markup('<br><small class="wp-clamp">{}</small>').format(decision.summary)
    return Markup("{}{}").format(link_of(decision), summary if decision.summary else "")


def team_decisions(ref: EntityRef, context: SiteContext) -> str:
    """Return the Markdown section of the group *ref*: what it decided, and which reviews of that are due."""
    decisions, today = context.knowledge[Decisions], context.now.date()
    made = list(made_by(ref, decisions))
    if not made:
        return ""
    return f"## Decisions\n\n{listed(_made(made, ref, today))}\n\n"


def _made(made: Iterable[Decision], ref: EntityRef, today: date) -> Iterator[Markup]:
    # What is to be read again comes first, and what holds before what is past.
    ordered = sorted(made, key=lambda decision: (not is_due(decision, today), not decision.in_force))
    for decision in ordered[:FEW]:
        yield Markup("{} <small>{}{}</small>").format(
            link_of(decision), status_html(decision), due_html(decision, today, "review due")
        )
    if len(ordered) > FEW:
        yield filtered_link(f"and {len(ordered) - FEW:,} more", [("owner", str(ref))])
