"""Signs of states in pictures: each has a shape of its own, so that nobody needs to tell colours apart."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from waypost.adr.model import State

# Around a middle of 0, 0, five to each side.
_SHAPES: Final = {
    State.ACCEPTED: '<circle r="5"/>',
    State.PROPOSED: '<circle class="wp-hollow" r="4.3"/>',
    State.DRAFT: '<circle class="wp-hollow" r="4.3" stroke-dasharray="2.2 2.2"/>',
    State.SUPERSEDED: '<path d="M0 -5.5L5.5 4.5H-5.5z"/>',
    State.DEPRECATED: '<path class="wp-hollow" d="M0 -5L5 4H-5z"/>',
    State.REJECTED: '<path class="wp-hollow" d="M-4 -4L4 4M4 -4L-4 4"/>',
    None: '<path class="wp-hollow" d="M-4 -4H4V4H-4z"/>',
}


def mark(state: State | None, x: float, y: float) -> str:
    """Return the sign of *state* with its middle at *x*, *y*."""
    return f'<g class="wp-mark" transform="translate({x:.1f} {y:.1f})">{_SHAPES[state]}</g>'


def _legend() -> Markup:
    parts = Markup("").join(
        Markup(
            '<li class="wp-mark--{0}"><svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">{1}</svg> {2}</li>'
        ).format(state or "other", Markup(mark(state, 0, 0)), state or "other")  # noqa: S704 - our own shapes
        for state in _SHAPES
    )
    return Markup('<ul class="wp-legend" aria-label="Signs of states">{}</ul>').format(parts)


LEGEND: Final = _legend()
"""What each sign stands for, as a list."""
