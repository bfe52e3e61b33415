"""A filled embed as HTML: its value, and when that was read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from markupsafe import escape

_BLOCK = re.compile(r"<(?:table|div|p|ul|ol|dl|section|figure|details|h[1-6])\b", re.IGNORECASE)
_MEASURED_NOT: Final = ("waypost-entity", "waypost-owner")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def filled_element(tag: str, attributes: Mapping[str, str], inner: str, at: datetime) -> str:
    """Return the element *tag* holding *inner*, with the time *at* which its values were read.

    What Git says of an entity carries its time unseen; what was measured shows it.
    """
    block = " wp-block" if _BLOCK.search(inner) else ""
    when = "" if tag in _MEASURED_NOT else f' <small class="wp-when">as of {time_html(at)}</small>'
    body = f'<span class="wp-value">{inner}</span>' if not block else f'<div class="wp-value">{inner}</div>'
    return f'<{tag} class="wp-embed{block}" data-at="{at.isoformat()}"{_written(attributes)}>{body}{when}</{tag}>'


def missing_element(tag: str, attributes: Mapping[str, str], reason: str) -> str:
    """Return the element *tag* saying in words that its value is missing, and why."""
    said = f'<span class="wp-missing">No value: {escape(reason)}.</span>'
    return f'<{tag} class="wp-embed"{_written(attributes)}><span class="wp-value">{said}</span></{tag}>'


def time_html(at: datetime) -> str:
    """Return the time *at* for a person, and exactly for a machine."""
    return f'<time datetime="{at.isoformat()}">{day_text(at)}, {at:%H:%M} UTC</time>'


def day_text(at: date) -> str:
    """Return the day of *at* as ``3 Nov 2026``, whatever the machine's language."""
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def _written(attributes: Mapping[str, str]) -> str:
    kept = ((name, text) for name, text in attributes.items() if name not in ("class", "data-at"))
    return "".join(f' {escape(name)}="{escape(text)}"' for name, text in kept)
