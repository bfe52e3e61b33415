"""What decisions and their states are called on pages, and links to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final
from urllib.parse import quote

from markupsafe import Markup

from waypost.adr.model import Decision, State
from waypost.core.markup import page_link
from waypost.core.words import counted

INDEX: Final = "decisions/index.md"
TIMELINE: Final = "decisions/timeline.md"
GRAPH: Final = "decisions/graph.md"
FEED: Final = "decisions/feed.xml"
JSON: Final = "decisions/decisions.json"

GROUPS: Final[tuple[tuple[State | None, str, str], ...]] = (
    (State.ACCEPTED, "In force", "Accepted, and not superseded: what holds today."),
    (State.PROPOSED, "Proposed", "Waiting to be decided."),
    (State.DRAFT, "Drafts", "Not yet proposed."),
    (State.DEPRECATED, "Deprecated", "No longer to be followed, and nothing takes their place."),
    (State.SUPERSEDED, "Superseded", "Another decision has taken their place."),
    (State.REJECTED, "Rejected", "Weighed, and decided against."),
    (None, "Other status", "Their status is shown as it is written, or there is none."),
)
"""Each state with what those in it are called, and what it means."""

MEANINGS: Final[Mapping[State | None, str]] = {
    State.ACCEPTED: "It holds today, and is to be followed.",
    State.PROPOSED: "It waits to be decided: nothing follows from it yet.",
    State.DRAFT: "It is not proposed yet: nobody is asked to decide.",
    State.DEPRECATED: "It is no longer to be followed, and nothing takes its place.",
    State.SUPERSEDED: "Another decision has taken its place.",
    State.REJECTED: "It was weighed, and decided against.",
    None: "",
}

# An age is told in the largest unit of which there are two.
_UNITS: Final = ((365, "year"), (30, "month"), (1, "day"))


def name_of(decision: Decision) -> str:
    """Return the number and the title of *decision*, its title where it has no number."""
    return f"{decision.number:04d} {decision.title}" if decision.number is not None else decision.title


def link_of(decision: Decision) -> Markup:
    """Return a link to the page of *decision*."""
    return page_link(decision.page_uri, name_of(decision))


def address_of(decision: Decision) -> str:
    """Return where the page of *decision* lies, from the site's root, as links of generated HTML are written."""
    return f"/{quote(decision.page_uri)}"


def status_of(decision: Decision) -> str:
    """Return the state of *decision* as a word; its status as written where that is none that Waypost knows."""
    return str(decision.state) if decision.state else decision.status or "without status"


def status_html(decision: Decision) -> Markup:
    """Return the state of *decision* as a word with its sign: never by colour alone."""
    return Markup('<span class="wp-status wp-status--{}">{}</span>').format(
        decision.state or "other", status_of(decision)
    )


def day_html(day: date | None) -> Markup:
    """Return *day* on one line, "" for none."""
    return Markup('<span class="wp-day">{}</span>').format(day) if day else Markup("")


def age_of(day: date, today: date) -> str:
    """Return how long ago *day* was at *today*, such as ``44 days``; "" for a day to come."""
    days = (today - day).days
    if days < 0:
        return ""
    length, unit = next((length, unit) for length, unit in _UNITS if days >= 2 * length or length == 1)
    number = days // length
    return counted(number, unit)


def is_due(decision: Decision, today: date) -> bool:
    """Tell whether *decision* holds and is to be read again by *today*."""
    return decision.in_force and decision.review_by is not None and decision.review_by <= today


def due_html(decision: Decision, today: date, word: str = "due") -> Markup:
    """Return *word* with a sign where *decision* is to be read again by *today*, else ""."""
    return (
        Markup(' <strong class="wp-due">▲ {}</strong>').format(word)
        if is_due(decision, today)
        else Markup("")
    )


def with_age(day: date | None, today: date) -> str:
    """Return *day*, and how long ago that was at *today*; "" for none."""
    if day is None:
        return ""
    age = age_of(day, today)
    return f"{day} ({age} ago)" if age else str(day)


def filtered_link(text: str, chosen: Iterable[tuple[str, str]]) -> Markup:
    """Return a link to the list of decisions, with the filters *chosen*: pairs of a filter's name and a value."""
    asked = "&".join(f"{name}={quote(value, safe=':/')}" for name, value in chosen)
    return Markup('<a href="/{}{}">{}</a>').format(INDEX, f"#{asked}" if asked else "", text)
