"""What stands over the list of decisions: what waits and how long, reviews that are due, how long decisions take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from markupsafe import Markup

from waypost.adr.model import Decision, Decisions, State
from waypost.adr.pages.words import age_of, filtered_link, link_of
from waypost.core.markup import listed

FEW: Final = 4
"""Entries of a card; of more, it leads to the list."""
_BAR: Final = 100


def figures_html(decisions: Decisions, today: date) -> Markup:
    """Return the cards over the list, "" where there is nothing to tell."""
    cards = [card for card in (_waiting(decisions, today), _reviews(decisions, today)) if card]
    if not cards:
        return Markup("")
    return Markup('<div class="wp-figures">{}</div>').format(Markup("").join(cards))


def card(title: str, body: str) -> Markup:
    """Return a card called *title*."""
    return Markup('<section class="wp-figure"><h2>{}</h2>{}</section>').format(title, body)


def _waiting(decisions: Decisions, today: date) -> Markup:
    """Return how long each proposal has waited, the oldest first, with a bar for who looks rather than reads."""
    waiting = [(d, d.proposed or d.date) for d in decisions.ordered if d.state is State.PROPOSED]
    if not waiting:
        return Markup("")
    oldest_first = sorted(waiting, key=lambda each: (each[1] is None, each[1] or today))
    longest = max((today - day).days for _, day in oldest_first if day) if any(d for _, d in waiting) else 0
    entries = [_waits(decision, day, today, longest) for decision, day in oldest_first[:FEW]]
    return card("Waiting to be decided", listed([*entries, *_rest(len(waiting), [("status", "proposed")])]))


def _waits(decision: Decision, day: date | None, today: date, longest: int) -> Markup:
    if day is None:
        return Markup("{}: since when is not written").format(link_of(decision))
    days = max((today - day).days, 0)
    return Markup("{}: {} {}").format(link_of(decision), age_of(day, today) or "0 days", bar(days, longest))


def bar(value: float, whole: float) -> Markup:
    """Return a small bar as long as *value* of *whole*; the text beside it says the same."""
    width = _BAR * value / whole if whole > 0 else 0
    return Markup(
        '<svg class="wp-small-bar" viewBox="0 0 {w} 8" width="{w}" height="8" aria-hidden="true" focusable="false">'
        '<rect width="{w}" height="8"/><rect width="{v:.1f}" height="8"/></svg>'
    ).format(w=_BAR, v=width)


def _reviews(decisions: Decisions, today: date) -> Markup:
    due = [d for d in decisions.ordered if d.in_force and d.review_by and d.review_by <= today]
    if not due:
        return Markup("")
    soonest = sorted(due, key=lambda decision: str(decision.review_by))
    entries = [Markup("{}: since {}").format(link_of(d), d.review_by) for d in soonest[:FEW]]
    return card("Review due", listed([*entries, *_rest(len(due), [("status", "accepted")])]))


def _rest(count: int, chosen: Sequence[tuple[str, str]]) -> Iterator[Markup]:
    if count > FEW:
        yield filtered_link(f"and {count - FEW:,} more", chosen)
