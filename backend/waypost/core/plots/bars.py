"""A bar of parts, told apart by pattern, with the swatches for the table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

_BAR_HEIGHT: Final = 24
_LABEL_HEIGHT: Final = 18
_LABELLED: Final = 12
"""A part this wide, in per cent, has room for its label, which all have in the table."""


def stacked_bar(title: str, parts: Sequence[tuple[str, int]], key: str) -> Markup:
    """Return a bar of *parts*, each as wide as its count; a table beside it tells the same, with ``swatch``.

    Each part has an outline and a pattern of its own: neighbours differ without any colour. It is as wide as its
    place, and its text does not shrink with it.

    Args:
        title: What it shows; also what a screen reader says, with the counts.
        parts: Names and counts.
        key: Parts the ids on a page that holds several.
    """
    whole = sum(count for _, count in parts)
    told = ", ".join(f"{name} {count}" for name, count in parts)
    shapes, at = [], 0.0
    for number, (name, count) in enumerate(parts):
        width = 100 * count / whole if whole else 0.0
        if count:
            shapes.append(_segment(at, width, f"{name} {count}", _fill(number, key)))
        at += width
    return Markup(
        '<figure class="wp-bar"><svg width="100%" height="{h}" role="img" '
        'aria-labelledby="{k}-title {k}-desc"><title id="{k}-title">{t}</title>'
        '<desc id="{k}-desc">{d}</desc>{p}{s}</svg></figure>'
    ).format(
        h=_BAR_HEIGHT + _LABEL_HEIGHT, k=key, t=title, d=told, p=_patterns(key), s=Markup("").join(shapes)
    )


def swatch(number: int, key: str) -> Markup:
    """Return the pattern of part *number* of the bar called *key*, for the table beside it."""
    return Markup(
        '<svg class="wp-swatch" width="16" height="16" aria-hidden="true">'
        '<rect x="1" y="1" width="14" height="14" fill="{}" stroke="currentColor" stroke-width="1.5"/></svg>'
    ).format(_fill(number, key))


def _segment(at: float, width: float, name: str, fill: str) -> Markup:
    label = (
        Markup('<text x="0" y="{}">{}</text>').format(_BAR_HEIGHT + 13, name) if width >= _LABELLED else ""
    )
    # The style sheet leaves a gap at the right of each.
    return Markup(
        '<svg x="{:.2f}%" width="{:.2f}%"><title>{}</title><rect x="1" y="1" width="100%" height="{}" fill="{}" '
        'stroke="currentColor" stroke-width="1.5"/>{}</svg>'
    ).format(at, width, name, _BAR_HEIGHT - 2, fill, label)


def _fill(number: int, key: str) -> str:
    """Return what fills part *number*: full, two patterns that thin out, and nothing."""
    return ("currentColor", f"url(#{key}-lines)", f"url(#{key}-dots)", "none")[min(number, 3)]


def _patterns(key: str) -> Markup:
    return Markup(
        '<defs><pattern id="{k}-lines" width="5" height="5" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="2.2" height="5" fill="currentColor"/></pattern>'
        '<pattern id="{k}-dots" width="7" height="7" patternUnits="userSpaceOnUse">'
        '<circle cx="3.5" cy="3.5" r="1.1" fill="currentColor"/></pattern></defs>'
    ).format(k=key)
