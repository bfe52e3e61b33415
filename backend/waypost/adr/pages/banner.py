"""The warning on the page of a decision that does not hold: what it is, and where to find what holds now."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from waypost.adr.graph import successors
from waypost.adr.model import Decision, Decisions, State
from waypost.adr.pages.words import filtered_link, link_of, status_of
from waypost.core.markup import joined

_SAID: Final = {
    State.SUPERSEDED: "Superseded: do not follow it.",
    State.DEPRECATED: "Deprecated: no longer to be followed, and nothing takes its place.",
    State.REJECTED: "Rejected: it was weighed, and decided against.",
}
WARNED: Final = frozenset(_SAID)
"""The states of which a page warns."""


def banner_html(decision: Decision, decisions: Decisions) -> Markup:
    """Return the warning, with links to what holds now; "" for a decision that may be followed."""
    if decision.state not in _SAID:
        return Markup("")
    return Markup('<p class="wp-notice wp-notice--{}" role="note"><strong>{}</strong> {}</p>\n').format(
        decision.state, _SAID[decision.state], _instead(decision, decisions)
    )


def _instead(decision: Decision, decisions: Decisions) -> Markup:
    found = successors(decision, decisions)
    holding = [other for other in found if other.in_force]
    if holding:
        return Markup("What holds now: {}.").format(joined(map(link_of, holding)))
    if found:
        others = joined(Markup("{} ({})").format(link_of(other), status_of(other)) for other in found)
        return Markup("Its place was taken by {}: nothing of it holds now.").format(others)
    if decision.superseded_by:
        others = joined(link_of(decisions.by_id[id_]) for id_ in decision.superseded_by)
        return Markup("Its place was taken by {}, and theirs in a circle: none of them holds.").format(others)
    chosen = [("status", "accepted"), *(("affects", str(ref)) for ref in decision.affects)]
    text = "What is in force for the same" if decision.affects else "All that is in force"
    return Markup("{}.").format(filtered_link(text, chosen))
